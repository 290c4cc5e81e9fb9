"""Example provider accounts look after example providers, so that their own pages can be tried."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.providers.examples import example_id
from marketplace.providers.models import MemberRole, Provider, ProviderMember

THE_PROVIDER = "dukeries-yard"
"""A community interest company with several offers."""
THE_ASSISTANT = "pa-jean-mansfield"
"""A Personal Assistant near the example person, employed by whom they help."""
THE_BEFRIENDERS = "maun-valley-befrienders"
"""A charity whose volunteers go along, near the example person too."""


def load_example_provider(session: Session, account: Account, *, source_id: str = THE_PROVIDER) -> None:
    """Make *account* the owner of an example provider, where the world is loaded. Twice is once."""
    provider = session.get(Provider, example_id("provider", source_id))
    member_id = example_id("provider_member", source_id)
    if provider is None or session.get(ProviderMember, member_id) is not None:
        return
    now = datetime.now(UTC)
    session.add(
        ProviderMember(
            id=member_id,
            provider_id=provider.id,
            account_id=account.id,
            email=account.email,
            role=MemberRole.OWNER,
            invited_at=now,
            accepted_at=now,
        )
    )
    session.flush()
