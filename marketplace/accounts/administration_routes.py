"""The pages where administrators look after accounts."""

from __future__ import annotations

import uuid

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import administration, code_app, councils, operations
from marketplace.accounts.access import HasRole
from marketplace.accounts.administration import LastAdministratorError
from marketplace.accounts.current import signed_in_account
from marketplace.accounts.forms import ButtonForm, GrantForm
from marketplace.accounts.models import Account
from marketplace.accounts.start_pages import start_page
from marketplace.db import get_session
from marketplace.geo.council_areas import councils as known_councils
from marketplace.geo.districts import read_districts
from marketplace.vocabulary import Role
from marketplace.web import current_settings
from marketplace.web.access import access

blueprint = Blueprint("administration", __name__, url_prefix="/accounts")
_ADMINISTRATOR = HasRole(Role.ADMINISTRATOR)


@start_page(Role.ADMINISTRATOR)
def _start(_account: Account) -> str:
    return url_for("administration.accounts")


@blueprint.get("")
@access(_ADMINISTRATOR)
def accounts() -> str:
    search = request.args.get("search", "")[: administration.LONGEST_SEARCH]
    role = next((role for role in Role if role.value == request.args.get("role")), None)
    number = request.args.get("page", "1")
    page = administration.accounts_page(
        get_session(),
        search=search,
        role=role,
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 1,
    )
    return render_template("accounts/accounts.html", page=page, search=search, role=role, roles=tuple(Role))


@blueprint.get("/<uuid:account_id>")
@access(_ADMINISTRATOR)
def one(account_id: uuid.UUID) -> str:
    return _page(_account(account_id), GrantForm())


@blueprint.post("/<uuid:account_id>/roles")
@access(_ADMINISTRATOR)
def grant(account_id: uuid.UUID) -> ResponseReturnValue:
    account = _account(account_id)
    form = GrantForm()
    if not form.validate():
        return _page(account, form), 422
    operations.grant_role(
        get_session(),
        account=account,
        role=Role(form.role.data),
        organisation=form.organisation.data,
        granted_by=signed_in_account(),
    )
    return _done(account, "granted")


@blueprint.post("/<uuid:account_id>/roles/<any({roles}):role>/remove".format(roles=", ".join(Role)))
@access(_ADMINISTRATOR)
def remove(account_id: uuid.UUID, role: str) -> ResponseReturnValue:
    account = _account(account_id)
    try:
        administration.remove_role(get_session(), account=account, role=Role(role), by=signed_in_account())
    except LastAdministratorError:
        return _page(account, GrantForm(), is_last=True), 422
    return _done(account, "removed")


@blueprint.post("/<uuid:account_id>/councils")
@access(_ADMINISTRATOR)
def give_council(account_id: uuid.UUID) -> ResponseReturnValue:
    """A commissioner works for one more council."""
    account, code = _account(account_id), request.form.get("council", "")
    if Role.COMMISSIONER not in account.roles:
        abort(404)
    if code not in _councils():
        return _page(account, GrantForm(), no_council=True), 422
    councils.give_council(get_session(), account=account, council_code=code, by=signed_in_account())
    return _done(account, "council_given")


@blueprint.post("/<uuid:account_id>/councils/<council_code>/take")
@access(_ADMINISTRATOR)
def take_council(account_id: uuid.UUID, council_code: str) -> ResponseReturnValue:
    """A commissioner works for a council no longer."""
    account = _account(account_id)
    councils.take_council(get_session(), account=account, council_code=council_code, by=signed_in_account())
    return _done(account, "council_taken")


@blueprint.post("/<uuid:account_id>/suspend")
@access(_ADMINISTRATOR)
def suspend(account_id: uuid.UUID) -> ResponseReturnValue:
    account = _account(account_id)
    try:
        administration.suspend(get_session(), account=account, by=signed_in_account())
    except LastAdministratorError:
        return _page(account, GrantForm(), is_last=True), 422
    return _done(account, "suspended")


@blueprint.post("/<uuid:account_id>/restore")
@access(_ADMINISTRATOR)
def restore(account_id: uuid.UUID) -> ResponseReturnValue:
    account = _account(account_id)
    administration.restore(get_session(), account=account, by=signed_in_account())
    return _done(account, "restored")


@blueprint.post("/<uuid:account_id>/code-app/reset")
@access(_ADMINISTRATOR)
def reset_code_app(account_id: uuid.UUID) -> ResponseReturnValue:
    """For someone who lost the app and the recovery codes: they set up a new one."""
    account = _account(account_id)
    code_app.reset_app(get_session(), account=account, by=signed_in_account())
    return _done(account, "code_app")


def _account(account_id: uuid.UUID) -> Account:
    return get_session().get_one(Account, account_id)


def _done(account: Account, what: str) -> ResponseReturnValue:
    get_session().commit()
    return redirect(url_for("administration.one", account_id=account.id, done=what), 303)


def _councils() -> dict[str, str]:
    """Names of the councils that can be given, by ONS code."""
    return known_councils(read_districts(current_settings().seeds_dir))


def _page(account: Account, form: GrantForm, *, is_last: bool = False, no_council: bool = False) -> str:
    names, given = _councils(), councils.councils_of_account(get_session(), account.id)
    return render_template(
        "accounts/one_account.html",
        account=account,
        form=form,
        button=ButtonForm(),
        roles=[role for role in Role if role not in account.roles],
        is_last=is_last,
        no_council=no_council,
        given=sorted(((code, names.get(code, code)) for code in given), key=lambda one: one[1]),
        others=[(code, name) for code, name in names.items() if code not in given],
        done=request.args.get("done", ""),
    )
