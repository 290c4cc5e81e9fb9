"""The mails about acting for a provider: plain text in simple English."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.outbox import post
from marketplace.providers.models import Provider, ProviderMember

_END = "\n\nMeaningful Day\n"


def send_invitation(
    session: Session, *, member: ProviderMember, provider: Provider, invited_by: str, address: str
) -> None:
    """Ask someone to act for a provider; the link in it is a secret until it is used."""
    post(
        session,
        recipient=member.email,
        kind="member_invited",
        subject=f"{invited_by} asks you to help with {provider.name} on Meaningful Day",
        body=f"Hello,\n\n{invited_by} asks you to look after the pages of {provider.name} on Meaningful "
        "Day.\nThere people find things to do near them that fit.\n\n"
        f"To see what it means, and to say yes or no, open this link:\n\n{address}\n\n"
        "The link works once, for 14 days. If you don't know who this is, you don't need to do anything."
        f"{_END}",
        holds_secret=True,
    )


def tell_yes(session: Session, *, to: Account, provider: Provider, account: Account, invited: str) -> None:
    """To the one who invited: who said yes, as the link may have gone from hand to hand."""
    body = f"{account.name}, with the address {account.email}, now looks after {provider.name} too."
    if account.email != invited:
        body += f"\n\nYou wrote to another address: {invited}.\n"
        body += "If you don't know who this is, take them off on the page 'Who can change this'."
    _tell_inviter(session, to=to, subject=f"{account.name} said yes", body=body)


def tell_no(session: Session, *, to: Account, provider: Provider, invited: str) -> None:
    """To the one who invited."""
    _tell_inviter(
        session,
        to=to,
        subject="Your invitation was turned down",
        body=f"{invited} said no to {provider.name}.",
    )


def tell_end(session: Session, *, member: ProviderMember, provider: Provider) -> None:
    """To someone whom an owner took off."""
    post(
        session,
        recipient=member.email,
        kind="member_ended",
        subject=f"You no longer look after {provider.name} on Meaningful Day",
        body=f"Hello,\n\nFrom now on you don't see the own pages of {provider.name} any more.\n"
        f"If you have a question about this, please ask {provider.name}.{_END}",
        account_id=member.account_id,
        same_as=f"member-ended-{member.id}",
    )


def _tell_inviter(session: Session, *, to: Account, subject: str, body: str) -> None:
    post(
        session,
        recipient=to.email,
        kind="member_answered",
        subject=subject,
        body=f"Hello {to.name},\n\n{body}{_END}",
        account_id=to.id,
    )
