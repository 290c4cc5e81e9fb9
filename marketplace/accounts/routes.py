"""Signing in and out, joining, and what mailed links do."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import links, operations, tries
from marketplace.accounts.current import (
    current_account,
    current_sign_in,
    forget_browser,
    start_sign_in,
)
from marketplace.accounts.forms import EmailForm, JoinForm, NewPasswordForm, SignInForm
from marketplace.accounts.models import Account, LinkPurpose, MailedLink, SignInEnd
from marketplace.accounts.next_page import local_path, with_next
from marketplace.accounts.queries import account_of_email
from marketplace.accounts.sign_ins import end_sign_in, is_complete
from marketplace.accounts.start_pages import start_page_of
from marketplace.accounts.tries import LINK_LIMITS, PASSWORD_LIMITS
from marketplace.db import get_session
from marketplace.settings import MailBy
from marketplace.web import current_settings
from marketplace.web.access import Anyone, access
from marketplace.web.limits import limited

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-in")
@access(Anyone())
def sign_in() -> ResponseReturnValue:
    if current_account() is not None:
        return redirect(_where_to())
    return _sign_in_page(SignInForm())


@blueprint.post("/sign-in")
@access(Anyone())
@limited(*PASSWORD_LIMITS, *LINK_LIMITS)
def sign_in_sent() -> ResponseReturnValue:
    if "link" in request.form:
        return _mail_link(EmailForm(), wanted=LinkPurpose.SIGN_IN, again=_sign_in_page)
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    account = account_of_email(get_session(), form.email.data)
    right = operations.password_is_right(get_session(), account=account, password=form.password.data)
    if account is None or not right:
        return _sign_in_page(form, wrong=True), 422
    tries.forget_password_tries(account)
    return _signed_in(account)


@blueprint.post("/sign-out")
@access(Anyone())
def sign_out() -> ResponseReturnValue:
    sign_in = current_sign_in()
    if sign_in is not None:
        end_sign_in(get_session(), sign_in=sign_in, reason=SignInEnd.SIGNED_OUT)
        get_session().commit()
    forget_browser()
    return redirect(url_for("accounts.signed_out"), 303)


@blueprint.get("/signed-out")
@access(Anyone())
def signed_out() -> str:
    return render_template("accounts/signed_out.html")


@blueprint.get("/join")
@access(Anyone())
def join() -> ResponseReturnValue:
    if current_account() is not None:
        return redirect(_where_to())
    return _join_page(EmailForm())


@blueprint.post("/join")
@access(Anyone())
@limited(*LINK_LIMITS)
def join_sent() -> ResponseReturnValue:
    return _mail_link(EmailForm(), wanted=LinkPurpose.JOIN, again=_join_page)


@blueprint.get("/new-password")
@access(Anyone())
def new_password() -> str:
    return _new_password_page(EmailForm())


@blueprint.post("/new-password")
@access(Anyone())
@limited(*LINK_LIMITS)
def new_password_sent() -> ResponseReturnValue:
    return _mail_link(EmailForm(), wanted=LinkPurpose.NEW_PASSWORD, again=_new_password_page)


@blueprint.get("/mail-sent")
@access(Anyone())
def mail_sent() -> str:
    """What to do now: the same page whoever asked for whatever."""
    settings = current_settings()
    # Whoever tries the program out looks for the mail on the same machine.
    is_tried_out = settings.mail.by is MailBy.FILE and not settings.is_https
    return render_template(
        "accounts/mail_sent.html",
        email=session.get("mailed_to", ""),
        mail_folder=settings.mail_dir if is_tried_out else None,
    )


@blueprint.get("/link/<token>")
@access(Anyone())
def link(token: str) -> ResponseReturnValue:
    """A page with a button: programs that open every link of a mail don't use it up."""
    found = links.usable_link(get_session(), token)
    if found is None:
        return render_template("accounts/link_gone.html"), 410
    return _link_page(found, _form_of(found))


@blueprint.post("/link/<token>")
@access(Anyone())
def link_used(token: str) -> ResponseReturnValue:
    database_session = get_session()
    found = links.usable_link(database_session, token)
    if found is None:
        return render_template("accounts/link_gone.html"), 410
    form = _form_of(found)
    if form is not None and not form.validate():
        return _link_page(found, form), 422
    if not links.use_link(database_session, found):
        return render_template("accounts/link_gone.html"), 410
    account = account_of_email(database_session, found.email)
    if found.purpose is LinkPurpose.NEW_EMAIL:
        return _confirm_email(found)
    if account is None and isinstance(form, JoinForm):
        account = operations.open_account(
            database_session, email=found.email, name=form.name.data, password=form.password.data or None
        )
    elif account is None or account.suspended_at is not None:
        return render_template("accounts/link_gone.html"), 410
    elif isinstance(form, NewPasswordForm):
        operations.change_password(database_session, account=account, password=form.password.data)
    operations.note_email_works(database_session, account=account)
    tries.forget_password_tries(account)
    return _signed_in(account)


@blueprint.get("/me")
@access(Anyone())
def me() -> ResponseReturnValue:
    """The start page of whoever asks: theirs, or the way to sign in."""
    account = current_account()
    if account is None:
        return redirect(url_for("accounts.sign_in" if current_sign_in() is None else "code.give"))
    return redirect(start_page_of(account))


def _signed_in(account: Account) -> ResponseReturnValue:
    sign_in = start_sign_in(account)
    get_session().commit()
    if is_complete(sign_in):
        return redirect(_where_to(account), 303)
    return redirect(url_for("code.give", **with_next(request.args.get("next"))), 303)


def _where_to(account: Account | None = None) -> str:
    """The page that someone was on the way to, else their start page."""
    asked = local_path(request.args.get("next"))
    if asked:
        return asked
    owner = account or current_account()
    return start_page_of(owner) if owner else url_for("accounts.sign_in")


def _mail_link(
    form: EmailForm, *, wanted: LinkPurpose, again: Callable[[EmailForm], str]
) -> ResponseReturnValue:
    """Mail a link to the address of *form*; the answer is the same for every address."""
    if not form.validate():
        return again(form), 422
    email = str(form.email.data)
    links.ask_for_link(
        get_session(),
        email=email,
        wanted=wanted,
        base_url=current_settings().base_url,
        next_page=local_path(request.args.get("next")),
    )
    get_session().commit()
    session["mailed_to"] = email
    return redirect(url_for("accounts.mail_sent"), 303)


def _form_of(found: MailedLink) -> JoinForm | NewPasswordForm | None:
    if found.purpose is LinkPurpose.JOIN:
        form = JoinForm()
        form.known = (found.email,)
        return form
    if found.purpose is LinkPurpose.NEW_PASSWORD:
        changing = NewPasswordForm()
        changing.known = (found.email,)
        return changing
    return None


def _confirm_email(found: MailedLink) -> ResponseReturnValue:
    account = get_session().get(Account, found.account_id) if found.account_id else None
    if account is None or account.suspended_at is not None:
        return render_template("accounts/link_gone.html"), 410
    changed = operations.confirm_new_email(get_session(), account=account, email=found.email)
    get_session().commit()
    return render_template("accounts/email_changed.html", changed=changed)


def _sign_in_page(form: EmailForm, *, wrong: bool = False) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        wrong=wrong,
        ended=session.pop("sign_in_ended", False),
        onward=with_next(request.args.get("next")),
    )


def _join_page(form: EmailForm) -> str:
    return render_template("accounts/join.html", form=form, onward=with_next(request.args.get("next")))


def _new_password_page(form: EmailForm) -> str:
    return render_template("accounts/new_password.html", form=form)


def _link_page(found: MailedLink, form: JoinForm | NewPasswordForm | None) -> str:
    return render_template("accounts/link.html", link=found, purpose=found.purpose.value, form=form)
