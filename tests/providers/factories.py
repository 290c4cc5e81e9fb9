"""Providers in tests, and who acts for them: each call writes rows and commits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.providers.models import MemberRole, Provider, ProviderMember, ProviderStatus
from marketplace.vocabulary import LegalForm


def make_provider(
    session: Session,
    *,
    name: str = "Thursday hall group",
    legal_form: LegalForm = LegalForm.COMMUNITY_GROUP,
    status: ProviderStatus = ProviderStatus.DRAFT,
    **fields: Any,
) -> Provider:
    """A group that has told all that is asked of it."""
    provider = Provider(
        **{
            "name": name,
            "legal_form": legal_form,
            "status": status,
            "town": "Mansfield",
            "postcode": "NG18 1AB",
            "district_code": "E07000174",
            "phone": "01623 555 0101",
            "created_at": datetime.now(UTC),
            **fields,
        }
    )
    session.add(provider)
    session.commit()
    return provider


def make_member(session: Session, *, provider: Provider, account: Account, **fields: Any) -> ProviderMember:
    """An owner who acts for the provider now."""
    now = datetime.now(UTC)
    member = ProviderMember(
        **{
            "provider_id": provider.id,
            "account_id": account.id,
            "email": account.email,
            "role": MemberRole.OWNER,
            "invited_at": now,
            "accepted_at": now,
            **fields,
        }
    )
    session.add(member)
    session.commit()
    return member
