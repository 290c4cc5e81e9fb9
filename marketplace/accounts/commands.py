"""``marketplace account …`` and ``marketplace sign-in-code``: for whoever runs the installation."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager

import click
from sqlalchemy.orm import Session

from marketplace.accounts import code_app, councils, operations
from marketplace.accounts.addresses import normal_email
from marketplace.accounts.links import new_link
from marketplace.accounts.models import Account, LinkPurpose
from marketplace.accounts.queries import account_of_email
from marketplace.db import open_database, write_session
from marketplace.geo.council_areas import councils as known_councils
from marketplace.geo.districts import read_districts
from marketplace.settings import Settings, load_settings
from marketplace.vocabulary import Role

_ROLES = click.Choice([role.value for role in Role])
_COUNCIL = click.option(
    "--council",
    multiple=True,
    help="ONS code of a council that a commissioner works for. May be given more than once.",
)


@click.group()
def account() -> None:
    """Open accounts and give roles, from this machine."""


@account.command()
@click.argument("email")
@click.option("--role", type=_ROLES, multiple=True, help="May be given more than once.")
@click.option("--name", default="", help="What to call them. [default: the address before the @]")
@click.option("--organisation", default="", help="The council or organisation of the role.")
@_COUNCIL
def create(email: str, role: tuple[str, ...], name: str, organisation: str, council: tuple[str, ...]) -> None:
    """Open an account for EMAIL.

    Prints a link with which its owner chooses a password. This is how the first administrator gets in;
    administrators give roles to others.
    """
    settings = load_settings(os.environ, serves_pages=False)
    address = _email(email)
    with _writing(settings) as session:
        if account_of_email(session, address) is not None:
            raise click.ClickException(
                f"{address} has an account. To give a role: marketplace account grant {address} --role …"
            )
        opened = operations.open_account(
            session, email=address, name=name or address.partition("@")[0], email_confirmed=False
        )
        for one in role:
            operations.grant_role(session, account=opened, role=Role(one), organisation=organisation)
        _give_councils(session, opened, council, settings)
        click.echo(_link(session, opened, settings))
    _tell("The link works once, for one hour. A new one: marketplace account link " + address)


@account.command()
@click.argument("email")
@click.option("--role", type=_ROLES, multiple=True, required=True, help="May be given more than once.")
@click.option("--organisation", default="", help="The council or organisation of the role.")
@_COUNCIL
def grant(email: str, role: tuple[str, ...], organisation: str, council: tuple[str, ...]) -> None:
    """Give roles to EMAIL, and councils to a commissioner."""
    settings = load_settings(os.environ, serves_pages=False)
    with _writing(settings) as session:
        known = _account(session, email)
        for one in role:
            operations.grant_role(session, account=known, role=Role(one), organisation=organisation)
        _give_councils(session, known, council, settings)
        roles = ", ".join(sorted(one.value for one in known.roles))
    _tell(f"{known.email} is now: {roles}.")


@account.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a link for EMAIL to choose a new password with."""
    settings = load_settings(os.environ, serves_pages=False)
    with _writing(settings) as session:
        click.echo(_link(session, _account(session, email), settings))


@account.command(name="reset-code-app")
@click.argument("email")
def reset_code_app(email: str) -> None:
    """Take the code app of EMAIL away.

    The owner sets up a new one at the next sign-in.
    """
    with _writing(load_settings(os.environ, serves_pages=False)) as session:
        code_app.reset_app(session, account=_account(session, email), by=None)
    _tell("Done. The owner was told by mail.")


@click.command(name="sign-in-code")
@click.argument("email")
def sign_in_code(email: str) -> None:
    """Print the sign-in code of an example account.

    It is what the code app of its owner would show now.
    """
    settings = load_settings(os.environ)
    with _writing(settings) as session:
        known = _account(session, email)
        if not known.is_example:
            raise click.ClickException("Only example accounts: others have their code on their own device.")
        code = code_app.code_now(known, secret_key=settings.secret_key)
        if code is None:
            raise click.ClickException("This account has no code app, or SECRET_KEY has changed since.")
    click.echo(code)


def _tell(message: str) -> None:
    click.echo(message, err=True)


def _writing(settings: Settings) -> AbstractContextManager[Session]:
    database = open_database(settings.database_url)
    click.get_current_context().call_on_close(database.engine.dispose)
    return write_session(database)


def _email(text: str) -> str:
    try:
        return normal_email(text)
    except ValueError as error:
        raise click.UsageError(f"{text!r} is not an e-mail address.") from error


def _account(session: Session, email: str) -> Account:
    found = account_of_email(session, _email(email))
    if found is None:
        raise click.ClickException(f"There is no account with the address {email}.")
    return found


def _give_councils(session: Session, account: Account, codes: tuple[str, ...], settings: Settings) -> None:
    known = known_councils(read_districts(settings.seeds_dir)) if codes else {}
    for code in codes:
        if code not in known:
            listed = ", ".join(f"{one} {name}" for one, name in known.items())
            raise click.UsageError(f"{code!r} is no council that is known here. Known are: {listed}.")
        try:
            councils.give_council(session, account=account, council_code=code, by=None)
        except councils.NotACommissionerError as error:
            raise click.UsageError(
                "Only a commissioner works for councils: add --role commissioner."
            ) from error


def _link(session: Session, owner: Account, settings: Settings) -> str:
    address, _ = new_link(
        session,
        email=owner.email,
        purpose=LinkPurpose.NEW_PASSWORD,
        account=owner,
        base_url=settings.base_url,
    )
    return address
