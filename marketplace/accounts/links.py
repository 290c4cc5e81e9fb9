"""Links that are mailed: good once and for a short time. The route commits."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts import mails
from marketplace.accounts.models import Account, LinkPurpose, MailedLink
from marketplace.accounts.queries import account_of_email
from marketplace.accounts.tokens import hash_of, new_token

GOOD_FOR = {
    LinkPurpose.SIGN_IN: timedelta(minutes=30),
    LinkPurpose.JOIN: timedelta(hours=24),
    LinkPurpose.NEW_PASSWORD: timedelta(minutes=60),
    LinkPurpose.NEW_EMAIL: timedelta(hours=24),
}
_IN_WORDS = {
    timedelta(minutes=30): "30 minutes",
    timedelta(minutes=60): "one hour",
    timedelta(hours=24): "24 hours",
}


def ask_for_link(
    session: Session, *, email: str, wanted: LinkPurpose, base_url: str, next_page: str | None = None
) -> None:
    """Mail what the owner of *email* can use: always one mail, whether there is an account or not.

    Who has an account and asks to open one gets a link to sign in; who has none and asks to sign in
    gets one to open it. Nobody else learns which.
    """
    account = account_of_email(session, email)
    if account is None:
        purpose = LinkPurpose.JOIN
    elif wanted is LinkPurpose.JOIN:
        purpose = LinkPurpose.SIGN_IN
    else:
        purpose = wanted
    if account is not None and account.suspended_at is not None:
        mails.tell_suspended(session, account=account)
        return
    make_link(
        session,
        email=email,
        purpose=purpose,
        wanted=wanted,
        account=account,
        base_url=base_url,
        next_page=next_page,
    )


def make_link(
    session: Session,
    *,
    email: str,
    purpose: LinkPurpose,
    wanted: LinkPurpose | None = None,
    account: Account | None,
    base_url: str,
    next_page: str | None = None,
) -> str:
    """Make a link and mail it to *email*; returns its address."""
    address, link = new_link(
        session, email=email, purpose=purpose, account=account, base_url=base_url, next_page=next_page
    )
    mails.send_link(
        session,
        email=email,
        purpose=purpose,
        wanted=wanted or purpose,
        address=address,
        works_for=_IN_WORDS[GOOD_FOR[link.purpose]],
        account=account,
    )
    return address


def new_link(
    session: Session,
    *,
    email: str,
    purpose: LinkPurpose,
    account: Account | None,
    base_url: str,
    next_page: str | None = None,
) -> tuple[str, MailedLink]:
    """Make a link without mailing it: its address, and its row."""
    now = datetime.now(UTC)
    token = new_token()
    link = MailedLink(
        token_hash=hash_of(token),
        purpose=purpose,
        email=email,
        account_id=account.id if account else None,
        made_at=now,
        expires_at=now + GOOD_FOR[purpose],
    )
    session.add(link)
    session.flush()
    query = f"?{urlencode({'next': next_page})}" if next_page else ""
    return f"{base_url}/link/{token}{query}", link


def usable_link(session: Session, token: str) -> MailedLink | None:
    """The link of *token*, where it still works."""
    return session.scalars(
        select(MailedLink).where(
            MailedLink.token_hash == hash_of(token),
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > datetime.now(UTC),
        )
    ).one_or_none()


def use_link(session: Session, link: MailedLink) -> bool:
    """Use *link* up, and every other one to the same address with it; False if someone was faster."""
    now = datetime.now(UTC)
    used: uuid.UUID | None = session.scalar(
        update(MailedLink)
        .where(MailedLink.id == link.id, MailedLink.used_at.is_(None), MailedLink.expires_at > now)
        .values(used_at=now)
        .returning(MailedLink.id)
    )
    if used is None:
        return False
    session.execute(
        update(MailedLink)
        .where(MailedLink.email == link.email, MailedLink.used_at.is_(None))
        .values(used_at=now)
    )
    return True
