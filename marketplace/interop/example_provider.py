"""The example provider account looks after an example provider, so that its own pages can be tried."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.providers.examples import example_id
from marketplace.providers.models import MemberRole, Provider, ProviderMember

THE_PROVIDER = "dukeries-yard"
"""A community interest company with several offers."""


def load_example_provider(session: Session, account: Account) -> None:
    """Make *account* the owner of the example provider, where the world is loaded. Twice is once."""
    provider = session.get(Provider, example_id("provider", THE_PROVIDER))
    member_id = example_id("provider_member", THE_PROVIDER)
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
