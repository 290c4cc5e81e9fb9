"""The pages about one's own account."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import links, operations, tries
from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import current_sign_in, sign_in_state, signed_in_account
from marketplace.accounts.forms import (
    ChangeEmailForm,
    ChangePasswordForm,
    EmailForm,
    NameForm,
    NewPasswordForm,
)
from marketplace.accounts.models import LinkPurpose, SignInEnd
from marketplace.accounts.queries import account_of_email, open_sign_ins, own_sign_in
from marketplace.accounts.sign_ins import end_sign_in, end_sign_ins
from marketplace.accounts.start_pages import begin_page
from marketplace.accounts.tries import LINK_LIMITS, OWN_PASSWORD
from marketplace.db import get_session
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.limits import limited

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@access(SignedIn())
def overview() -> str:
    return render_template(
        "accounts/account.html",
        account=signed_in_account(),
        done=request.args.get("done", ""),
        begin=begin_page(),
    )


@blueprint.route("/name", methods=["GET", "POST"])
@access(SignedIn())
def name() -> ResponseReturnValue:
    account = signed_in_account()
    form = NameForm(data={"name": account.name})
    if request.method != "POST":
        return render_template("accounts/name.html", form=form)
    if not form.validate():
        return render_template("accounts/name.html", form=form), 422
    operations.change_name(get_session(), account=account, name=form.name.data)
    get_session().commit()
    return _done("name")


@blueprint.route("/password", methods=["GET", "POST"])
@access(SignedIn())
@limited(OWN_PASSWORD)
def password() -> ResponseReturnValue:
    """Choose a password or another one; who has one says it first."""
    account = signed_in_account()
    form = ChangePasswordForm() if account.password_hash else NewPasswordForm()
    form.known = (account.email, account.name)
    if request.method != "POST":
        return render_template("accounts/password.html", form=form, account=account)
    if not form.validate():
        return render_template("accounts/password.html", form=form, account=account), 422
    if isinstance(form, ChangePasswordForm):
        if not operations.password_is_right(get_session(), account=account, password=form.current.data):
            return render_template("accounts/password.html", form=form, account=account, wrong=True), 422
        tries.forget_password_tries(account)
    this = current_sign_in()
    operations.change_password(
        get_session(), account=account, password=form.password.data, keep_sign_in=this.id if this else None
    )
    get_session().commit()
    return _done("password")


@blueprint.route("/email", methods=["GET", "POST"])
@access(SignedIn())
@limited(*LINK_LIMITS, OWN_PASSWORD)
def email() -> ResponseReturnValue:
    """Ask for another address: it counts once its owner has opened the link that is mailed there.

    Who has a password says it: a browser that was left open is not enough to take an account away.
    """
    account = signed_in_account()
    form = ChangeEmailForm() if account.password_hash else EmailForm()
    if request.method != "POST":
        return render_template("accounts/email.html", form=form, account=account)
    if not form.validate():
        return render_template("accounts/email.html", form=form, account=account), 422
    if isinstance(form, ChangeEmailForm):
        if not operations.password_is_right(get_session(), account=account, password=form.current.data):
            return render_template("accounts/email.html", form=form, account=account, wrong=True), 422
        tries.forget_password_tries(account)
    wanted = str(form.email.data)
    taken = account_of_email(get_session(), wanted) is not None
    links.make_link(
        get_session(),
        email=wanted,
        # Whoever has that address already is told so by a link to sign in; nobody else learns it.
        purpose=LinkPurpose.SIGN_IN if taken else LinkPurpose.NEW_EMAIL,
        wanted=LinkPurpose.JOIN if taken else LinkPurpose.NEW_EMAIL,
        account=account_of_email(get_session(), wanted) if taken else account,
        base_url=current_settings().base_url,
    )
    get_session().commit()
    return _done("email")


@blueprint.get("/sign-ins")
@access(SignedIn())
def sign_ins() -> str:
    account = signed_in_account()
    return render_template(
        "accounts/sign_ins.html",
        sign_ins=open_sign_ins(get_session(), account_id=account.id, now=datetime.now(UTC)),
        this=current_sign_in(),
        done=request.args.get("done", ""),
    )


@blueprint.post("/sign-ins/<uuid:sign_in_id>/end")
@access(SignedIn())
def end_one(sign_in_id: uuid.UUID) -> ResponseReturnValue:
    """End one's own sign-in on another device; someone else's is not found."""
    sign_in = own_sign_in(get_session(), account_id=signed_in_account().id, sign_in_id=sign_in_id)
    end_sign_in(get_session(), sign_in=sign_in, reason=SignInEnd.ENDED_ELSEWHERE)
    get_session().commit()
    return redirect(url_for("account.sign_ins", done="one"), 303)


@blueprint.post("/sign-ins/end-others")
@access(SignedIn())
def end_others() -> ResponseReturnValue:
    this = current_sign_in()
    end_sign_ins(
        get_session(),
        account_id=signed_in_account().id,
        reason=SignInEnd.ENDED_ELSEWHERE,
        but=this.id if this else None,
    )
    get_session().commit()
    return redirect(url_for("account.sign_ins", done="others"), 303)


@blueprint.post("/stay")
@access(SignedIn())
def stay() -> ResponseReturnValue:
    """'I am still here': to be asked is to be used, so the time until the end begins anew."""
    get_session().commit()
    if request.accept_mimetypes.best == "application/json":
        return {"seconds": sign_in_state()["seconds"]}
    return redirect(url_for("accounts.me"), 303)


def _done(what: str) -> ResponseReturnValue:
    return redirect(url_for("account.overview", done=what), 303)
