"""The mails about accounts: plain text in simple English, the same for every reader.

They name nobody but their reader, and never say whether someone else has an account.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, LinkPurpose
from marketplace.outbox import OutboxMessage, post

_END = "\n\nMeaningful Day\n"
_NOT_YOU = "If you did not ask for this, you don't need to do anything. Nobody can sign in without this mail."

_SUBJECTS = {
    LinkPurpose.SIGN_IN: "Your link to sign in",
    LinkPurpose.JOIN: "Your link to open an account",
    LinkPurpose.NEW_PASSWORD: "Your link to choose a new password",
    LinkPurpose.NEW_EMAIL: "Confirm your new e-mail address",
}
_OPENINGS = {
    LinkPurpose.SIGN_IN: "You asked to sign in. Open this link:",
    LinkPurpose.JOIN: "You asked to open an account. Open this link:",
    LinkPurpose.NEW_PASSWORD: "You asked to choose a new password. Open this link:",
    LinkPurpose.NEW_EMAIL: "You asked us to write to this address from now on. Open this link:",
}
_ALREADY = "You asked to open an account. You have one already. To sign in, open this link:"
_NOT_YET = "You asked to sign in. There is no account with this address yet. To open one, open this link:"


def send_link(
    session: Session,
    *,
    email: str,
    purpose: LinkPurpose,
    wanted: LinkPurpose,
    address: str,
    works_for: str,
    account: Account | None,
) -> OutboxMessage:
    """Mail a link. *wanted* is what was asked for, *purpose* what the link does after all."""
    opening = _OPENINGS[purpose]
    if purpose is LinkPurpose.SIGN_IN and wanted is LinkPurpose.JOIN:
        opening = _ALREADY
    elif purpose is LinkPurpose.JOIN and wanted is not LinkPurpose.JOIN:
        opening = _NOT_YET
    body = f"Hello,\n\n{opening}\n\n{address}\n\nThe link works once, for {works_for}.\n\n{_NOT_YOU}{_END}"
    return post(
        session,
        recipient=email,
        kind=f"link_{purpose.value}",
        subject=_SUBJECTS[purpose],
        body=body,
        account_id=account.id if account else None,
        holds_secret=True,
    )


def tell_suspended(session: Session, *, account: Account) -> OutboxMessage:
    """The answer to a suspended account that asks for a link."""
    return post(
        session,
        recipient=account.email,
        kind="account_suspended",
        subject="Your account is closed for now",
        body=f"Hello,\n\nYou asked for a link. Your account is closed for now, so there is no link.\n"
        f"To ask why, answer this mail or ask your council.{_END}",
        account_id=account.id,
    )


def tell_password_changed(session: Session, *, account: Account) -> OutboxMessage:
    return post(
        session,
        recipient=account.email,
        kind="password_changed",
        subject="Your password was changed",
        body="Hello,\n\nThe password of your account was changed. You were signed out everywhere else.\n\n"
        f"If this was not you, go to the site, choose 'Sign in' and then 'I forgot my password'.{_END}",
        account_id=account.id,
    )


def tell_email_changed(session: Session, *, account: Account, before: str) -> OutboxMessage:
    """To the address from *before*, so that nobody loses an account without being told."""
    return post(
        session,
        recipient=before,
        kind="email_changed",
        subject="Your e-mail address was changed",
        body="Hello,\n\nWe now write to another address about your account. This is the last mail to this one."
        f"\n\nIf this was not you, tell us at once: answer this mail.{_END}",
        account_id=account.id,
    )


def tell_code_app(session: Session, *, account: Account, is_on: bool) -> OutboxMessage:
    done = "now needs a code from your app" if is_on else "needs a new code app: the old one was taken away"
    return post(
        session,
        recipient=account.email,
        kind="code_app_changed",
        subject="The code app of your account was changed",
        body=f"Hello,\n\nSigning in to your account {done}.\n\n"
        f"If this was not you, tell your administrator at once.{_END}",
        account_id=account.id,
    )
