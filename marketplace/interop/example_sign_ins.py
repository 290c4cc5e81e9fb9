"""Example accounts, at least one for each role, tied to the example world, so that everything can be tried.

Their passwords are made for this installation and kept in one file that only its owner can read;
they are nowhere in the program. Loading twice changes nothing.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import code_app, councils, operations
from marketplace.accounts.models import STAFF_ROLES, Account
from marketplace.accounts.passwords import hash_password, verify_password
from marketplace.accounts.queries import account_of_email
from marketplace.interop.example_moderation import load_example_reviews
from marketplace.interop.example_profile import load_example_profile
from marketplace.interop.example_provider import (
    THE_ASSISTANT,
    THE_BEFRIENDERS,
    THE_PROVIDER,
    load_example_provider,
)
from marketplace.people.caseload.models import Case
from marketplace.people.models import Person
from marketplace.people.supporters.models import Basis, Carer, Scope, Supporter
from marketplace.providers.examples import example_id
from marketplace.providers.models import Provider
from marketplace.settings import Settings
from marketplace.vocabulary import Role

FILE = "example-sign-ins.json"
COUNCIL = "Example Council"
THE_PERSON = "NT-0279"
"""Kathleen from Mansfield: her daughter works in the mornings and needs breaks of three hours."""
OTHER_CASES = ("NT-0270", "NT-0272", "NT-0274", "NT-0275", "NT-0277")
_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"


@dataclass(frozen=True, kw_only=True)
class ExampleAccount:
    role: Role
    email: str
    name: str
    organisation: str = ""
    number: int = 1
    """2 for the second one with this role, and so on: a Personal Assistant is looked at by two moderators."""
    provider: str = ""
    """The source's id of the provider that it looks after."""
    councils: tuple[str, ...] = ()
    """ONS codes of the councils that a commissioner works for."""

    @property
    def key(self) -> str:
        return self.role.value if self.number == 1 else f"{self.role.value}-{self.number}"


ACCOUNTS = (
    ExampleAccount(role=Role.PERSON, email="kathleen@example.org", name="Kathleen"),
    ExampleAccount(role=Role.SUPPORTER, email="janet@example.org", name="Janet Hallam"),
    ExampleAccount(
        role=Role.PRACTITIONER,
        email="sam.carter@example.org",
        name="Sam Carter",
        organisation=f"Social worker, {COUNCIL}",
    ),
    ExampleAccount(
        role=Role.PROVIDER_STAFF,
        email="priya@example.org",
        name="Priya Nair",
        organisation="Dukeries Yard",
        provider=THE_PROVIDER,
    ),
    ExampleAccount(
        role=Role.PROVIDER_STAFF,
        email="jean@example.org",
        name="Jean Pleasley",
        organisation="Personal Assistant",
        number=2,
        provider=THE_ASSISTANT,
    ),
    ExampleAccount(
        role=Role.PROVIDER_STAFF,
        email="tom@example.org",
        name="Tom Rainworth",
        organisation="Maun Valley Befrienders",
        number=3,
        provider=THE_BEFRIENDERS,
    ),
    ExampleAccount(
        role=Role.MODERATOR, email="morgan@example.org", name="Morgan Lee", organisation="Meaningful Day"
    ),
    ExampleAccount(
        role=Role.MODERATOR,
        email="robin@example.org",
        name="Robin Shaw",
        organisation="Meaningful Day",
        number=2,
    ),
    ExampleAccount(
        role=Role.COMMISSIONER,
        email="chris@example.org",
        name="Chris Okafor",
        organisation=COUNCIL,
        councils=("E10000024", "E10000020"),  # Nottinghamshire and Norfolk: the pilots
    ),
    ExampleAccount(
        role=Role.COMMISSIONER,
        email="ada@example.org",
        name="Ada Lindley",
        organisation=COUNCIL,
        number=2,
        councils=("E06000018",),  # Nottingham: none of what the first one sees
    ),
    ExampleAccount(
        role=Role.ADMINISTRATOR, email="alex@example.org", name="Alex Winter", organisation="Meaningful Day"
    ),
)


@dataclass(frozen=True, kw_only=True)
class ExampleSignIn:
    """What someone needs to sign in as an example account."""

    role: Role
    name: str
    email: str
    password: str
    needs_code: bool
    organisation: str = ""


def load_example_sign_ins(session: Session, settings: Settings, *, today: date) -> None:
    """Make the example accounts, and tie them to the example person, a supporter and some cases."""
    path = settings.instance_dir / FILE
    kept = _read(path)
    accounts: dict[Role, Account] = {}
    second_moderator: Account | None = None
    for example in ACCOUNTS:
        secret = kept.setdefault(example.key, {})
        secret.setdefault("password", _new_password())
        secret.update(name=example.name, email=example.email)
        if example.role in STAFF_ROLES:
            secret.setdefault("code_secret", pyotp.random_base32())
        account = _account(session, example, secret, settings)
        if example.number == 1:
            accounts[example.role] = account
        elif example.role is Role.MODERATOR:
            second_moderator = account
        if example.provider:
            load_example_provider(session, account, source_id=example.provider)
    _tie(session, accounts, today=today)
    if second_moderator and session.get(Provider, example_id("provider", THE_PROVIDER)) is not None:
        load_example_reviews(
            session,
            owner=accounts[Role.PROVIDER_STAFF],
            moderator=second_moderator,
            secret_key=settings.secret_key,
        )
    _write(path, kept)


def example_sign_ins(settings: Settings, session: Session) -> list[ExampleSignIn]:
    """The example accounts that are in the database, with their passwords; none where none are."""
    kept = _read(settings.instance_dir / FILE)
    if not kept:
        return []
    there = set(session.scalars(select(Account.email).where(Account.is_example)))
    return [
        ExampleSignIn(
            role=example.role,
            name=example.name,
            email=example.email,
            password=kept[example.key]["password"],
            needs_code=example.role in STAFF_ROLES,
            organisation=example.organisation,
        )
        for example in ACCOUNTS
        if example.key in kept and example.email in there
    ]


def _account(
    session: Session, example: ExampleAccount, secret: Mapping[str, str], settings: Settings
) -> Account:
    account = account_of_email(session, example.email)
    if account is None:
        account = operations.open_account(session, email=example.email, name=example.name, is_example=True)
    if not verify_password(account.password_hash, secret["password"]):
        account.password_hash = hash_password(secret["password"])
    operations.grant_role(session, account=account, role=example.role, organisation=example.organisation)
    for code in example.councils:
        councils.give_council(session, account=account, council_code=code, by=None)
    # A program without the secret of the cookies can't keep the app's secret: it is set up on signing in.
    wanted = secret.get("code_secret")
    if wanted and settings.secret_key:
        if code_app.secret_of(account, secret_key=settings.secret_key) != wanted:
            code_app.keep_secret(account, wanted, secret_key=settings.secret_key)
        if account.code_confirmed_at is None:
            account.code_confirmed_at = datetime.now(UTC)
    session.flush()
    return account


def _tie(session: Session, accounts: Mapping[Role, Account], *, today: date) -> None:
    person = _person(session, THE_PERSON)
    if person is None:
        return
    if person.account_id is None:
        person.account_id = accounts[Role.PERSON].id
        session.flush()
    practitioner_id = accounts[Role.PRACTITIONER].id
    load_example_profile(session, person, practitioner_id=practitioner_id, today=today)
    now = datetime.now(UTC)
    daughter = accounts[Role.SUPPORTER]
    supporter_id = example_id("supporter", THE_PERSON)
    if session.get(Supporter, supporter_id) is None:
        session.add(
            Supporter(
                id=supporter_id,
                person_id=person.id,
                account_id=daughter.id,
                email=daughter.email,
                name=daughter.name,
                relationship_words="my daughter",
                basis=Basis.CONSENT,
                scope=Scope.HELP,
                starts_on=today - timedelta(days=30),
                ends_on=today + timedelta(days=335),
                invited_at=now,
                invited_by_id=person.account_id,
                accepted_at=now,
            )
        )
    carer_id = example_id("carer", THE_PERSON)
    carer = person.answers.get("carer")
    if carer and session.get(Carer, carer_id) is None:
        session.add(
            Carer(
                id=carer_id,
                account_id=daughter.id,
                person_id=person.id,
                works=carer.get("works", {}),
                shortest_break_minutes=carer.get("shortest_break_minutes"),
                counts_in_matches=True,
                changed_at=now,
            )
        )
    for reference in (THE_PERSON, *OTHER_CASES):
        someone = _person(session, reference)
        case_id = example_id("case", reference)
        if someone is None or session.get(Case, case_id) is not None:
            continue
        session.add(
            Case(
                id=case_id,
                account_id=accounts[Role.PRACTITIONER].id,
                person_id=someone.id,
                basis=Basis.CONSENT,
                starts_on=today - timedelta(days=90),
                ends_on=today + timedelta(days=275),
                opened_at=now,
            )
        )
    session.flush()


def _person(session: Session, reference: str) -> Person | None:
    return session.scalars(
        select(Person).where(Person.reference == reference, Person.is_example)
    ).one_or_none()


def _new_password() -> str:
    """Sixteen letters that can be said and typed: more than 10^14 of them."""
    syllables = [secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(8)]
    return "-".join("".join(syllables[place : place + 2]) for place in range(0, 8, 2))


def _read(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    kept: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def _write(path: Path, kept: Mapping[str, Mapping[str, str]]) -> None:
    """Written aside and moved into place; for its owner only from the first moment on."""
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    with os.fdopen(
        os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(kept, file, indent=2, sort_keys=True)
    aside.replace(path)
