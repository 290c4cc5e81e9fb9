"""The code app: giving a code while signing in, setting the app up, recovery codes."""

from __future__ import annotations

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import code_app, tries
from marketplace.accounts.access import HalfSignedIn, SignedIn
from marketplace.accounts.current import (
    current_account,
    half_signed_in_account,
    signed_in_account,
    start_sign_in,
)
from marketplace.accounts.forms import ButtonForm, CodeForm
from marketplace.accounts.next_page import local_path, with_next
from marketplace.accounts.queries import unused_recovery_codes
from marketplace.accounts.start_pages import start_page_of
from marketplace.accounts.tries import CODE_LIMITS
from marketplace.db import get_session
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.limits import limited

blueprint = Blueprint("code", __name__)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@access(HalfSignedIn())
@limited(*CODE_LIMITS)
def give() -> ResponseReturnValue:
    """The code that completes signing in; a recovery code stands in for the app."""
    account = half_signed_in_account()
    onward = with_next(request.args.get("next"))
    if current_account() is not None:
        return redirect(onward.get("next") or start_page_of(account), 303)
    if account.code_confirmed_at is None:
        return redirect(url_for("code.set_up", **onward), 303)
    form = CodeForm()
    if request.method != "POST":
        return render_template("accounts/code.html", form=form, onward=onward)
    if not form.validate():
        return render_template("accounts/code.html", form=form, onward=onward), 422
    session = get_session()
    right = code_app.take_code(
        session, account=account, code=form.code.data, secret_key=current_settings().secret_key
    ) or code_app.take_recovery_code(session, account=account, code=form.code.data)
    if not right:
        return render_template("accounts/code.html", form=form, onward=onward, wrong=True), 422
    tries.forget_code_tries(account)
    start_sign_in(account, code_given=True)
    session.commit()
    return redirect(local_path(request.args.get("next")) or start_page_of(account), 303)


@blueprint.get("/account/code-app")
@access(HalfSignedIn())
def set_up() -> ResponseReturnValue:
    """Set the app up, or say that it is."""
    account = half_signed_in_account()
    if account.code_confirmed_at is not None:
        if current_account() is None:
            return redirect(url_for("code.give"), 303)
        left = unused_recovery_codes(get_session(), account_id=account.id)
        return render_template("accounts/code_app.html", account=account, left=left, form=ButtonForm())
    return render_template("accounts/code_app_start.html", form=ButtonForm(), account=account)


@blueprint.post("/account/code-app")
@access(HalfSignedIn())
def make() -> ResponseReturnValue:
    """Make a secret and show it, as a picture for the app and in letters."""
    account = half_signed_in_account()
    if account.code_confirmed_at is not None:
        return redirect(url_for("code.set_up"), 303)
    code_app.new_secret(account, secret_key=current_settings().secret_key)
    get_session().commit()
    return redirect(url_for("code.confirm", **with_next(request.args.get("next"))), 303)


@blueprint.route("/account/code-app/confirm", methods=["GET", "POST"])
@access(HalfSignedIn())
@limited(*CODE_LIMITS)
def confirm() -> ResponseReturnValue:
    """The first code from the app; then the recovery codes are shown, this once."""
    account = half_signed_in_account()
    settings = current_settings()
    secret = code_app.secret_of(account, secret_key=settings.secret_key)
    if secret is None or account.code_confirmed_at is not None:
        return redirect(url_for("code.set_up", **with_next(request.args.get("next"))), 303)
    form = CodeForm()
    picture = segno.make(code_app.address_for_app(account, secret), error="m").svg_data_uri(scale=5, border=3)
    spelt = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    shown = {"form": form, "picture_of_secret": picture, "secret": spelt, "account": account}
    if request.method != "POST":
        return render_template("accounts/code_app_confirm.html", **shown)
    if not form.validate():
        return render_template("accounts/code_app_confirm.html", **shown), 422
    session = get_session()
    if not code_app.take_code(session, account=account, code=form.code.data, secret_key=settings.secret_key):
        return render_template("accounts/code_app_confirm.html", **shown, wrong=True), 422
    tries.forget_code_tries(account)
    codes = code_app.confirm_app(session, account=account)
    start_sign_in(account, code_given=True)
    session.commit()
    onward = local_path(request.args.get("next")) or start_page_of(account)
    return render_template("accounts/recovery_codes.html", codes=codes, onward=onward)


@blueprint.post("/account/recovery-codes")
@access(SignedIn())
def new_codes() -> ResponseReturnValue:
    """Make new recovery codes; the old ones stop working."""
    account = signed_in_account()
    if account.code_confirmed_at is None:
        return redirect(url_for("code.set_up"), 303)
    codes = code_app.new_recovery_codes(get_session(), account=account)
    get_session().commit()
    return render_template("accounts/recovery_codes.html", codes=codes, onward=url_for("account.overview"))
