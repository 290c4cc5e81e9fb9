"""What a provider is told when its checks were noted or taken away: plain text in simple English."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.outbox import post
from marketplace.providers.models import Provider
from marketplace.providers.queries import live_accounts_of
from marketplace.vocabulary import CheckKind

_END = "\n\nMeaningful Day\n"


def tell_shown(session: Session, provider: Provider, *, base_url: str) -> None:
    """That people can find what it offers, now that the last missing check was noted."""
    for account in live_accounts_of(session, provider.id):
        post(
            session,
            recipient=account.email,
            kind="checks_seen",
            subject=f"People can find {provider.name} now",
            body=f"Hello {account.name},\n\nAll the checks that are asked for were seen. "
            "People can now find what you offer.\n\n"
            f"Here you see your checks, and until when they count:\n\n{_address(provider, base_url)}{_END}",
            account_id=account.id,
        )


def tell_removed(
    session: Session, provider: Provider, kind: CheckKind, *, hides: bool, base_url: str
) -> None:
    """That a check was taken away, and whether offers are hidden for it."""
    what = (
        "Because it is asked for, your offers are not shown now. They come back when it was seen again.\n"
        if hides
        else "Your offers are still shown.\n"
    )
    for account in live_accounts_of(session, provider.id):
        post(
            session,
            recipient=account.email,
            kind="check_removed",
            subject=f"A check of {provider.name} was taken away",
            body=f"Hello {account.name},\n\nWe took this away from the checks of {provider.name}:\n\n"
            f"- {kind.label}\n\n{what}We say nothing against you. If you think that this is wrong, ask us "
            f"why.\n\nHere you see your checks:\n\n{_address(provider, base_url)}{_END}",
            account_id=account.id,
        )


def _address(provider: Provider, base_url: str) -> str:
    return f"{base_url}/provide/{provider.id}/checks"
