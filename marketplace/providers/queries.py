"""Reading providers and who may act for them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.accounts.tokens import hash_of
from marketplace.audit import Action, AuditEntry
from marketplace.providers.models import AssistantDetails, MemberRole, Provider, ProviderMember
from marketplace.vocabulary import Role


def provider_and_member(
    session: Session, *, provider_id: uuid.UUID, account_id: uuid.UUID
) -> tuple[Provider, ProviderMember] | None:
    """The provider and the live membership of the account; None where there is none. One query."""
    found = session.execute(
        select(Provider, ProviderMember)
        .join(ProviderMember, ProviderMember.provider_id == Provider.id)
        .where(Provider.id == provider_id, ProviderMember.account_id == account_id, is_live())
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def members_of(session: Session, provider_id: uuid.UUID) -> list[tuple[ProviderMember, Account | None]]:
    """Everyone who may act for the provider or was asked to, with their account once they agreed.

    Owners come first, then those who have not answered yet.
    """
    rows = session.execute(
        select(ProviderMember, Account)
        .outerjoin(Account, Account.id == ProviderMember.account_id)
        .where(ProviderMember.provider_id == provider_id, ProviderMember.ended_at.is_(None))
        .order_by(
            ProviderMember.accepted_at.is_(None),
            ProviderMember.role != MemberRole.OWNER,
            ProviderMember.invited_at,
            ProviderMember.id,
        )
    )
    return [(member, account) for member, account in rows]


def live_accounts_of(session: Session, provider_id: uuid.UUID) -> list[Account]:
    """The accounts of all who may act for the provider: whom a mail about it goes to."""
    return list(
        session.scalars(
            select(Account)
            .join(ProviderMember, ProviderMember.account_id == Account.id)
            .where(ProviderMember.provider_id == provider_id, is_live())
            .order_by(Account.email)
        )
    )


def providers_of(session: Session, account: Account) -> list[tuple[Provider, ProviderMember]]:
    """The providers that the account may act for, by name."""
    rows = session.execute(
        select(Provider, ProviderMember)
        .join(ProviderMember, ProviderMember.provider_id == Provider.id)
        .where(ProviderMember.account_id == account.id, is_live())
        .order_by(Provider.name, Provider.id)
    )
    return [(provider, member) for provider, member in rows]


def is_or_was_member(session: Session, *, provider_id: uuid.UUID, account_id: uuid.UUID) -> bool:
    """Whether the account acts for the provider or ever did: then it decides nothing about it."""
    found = select(ProviderMember.id).where(
        ProviderMember.provider_id == provider_id,
        ProviderMember.account_id == account_id,
        ProviderMember.accepted_at.is_not(None),
    )
    return session.scalar(found.limit(1)) is not None


def member_of(
    session: Session, *, provider_id: uuid.UUID, member_id: uuid.UUID, or_ended: bool = False
) -> ProviderMember:
    """One who may act for the provider, or was asked to. Raises ``NoResultFound``."""
    found = select(ProviderMember).where(
        ProviderMember.id == member_id, ProviderMember.provider_id == provider_id
    )
    return session.scalars(found if or_ended else found.where(ProviderMember.ended_at.is_(None))).one()


def invitation_of(session: Session, token: str, *, now: datetime) -> tuple[ProviderMember, Provider] | None:
    """An invitation that can still be answered, with the provider it is about."""
    found = session.execute(
        select(ProviderMember, Provider)
        .join(Provider, Provider.id == ProviderMember.provider_id)
        .where(
            ProviderMember.invitation_hash == hash_of(token),
            ProviderMember.invitation_expires_at > now,
            ProviderMember.accepted_at.is_(None),
            ProviderMember.ended_at.is_(None),
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def assistant_details(session: Session, provider: Provider) -> AssistantDetails | None:
    """What a Personal Assistant told beside their offer."""
    return session.get(AssistantDetails, provider.id) if provider.is_individual else None


def is_live() -> ColumnElement[bool]:
    """Of a membership: it was accepted and has not ended."""
    return and_(ProviderMember.accepted_at.is_not(None), ProviderMember.ended_at.is_(None))


class ClosingSaid(NamedTuple):
    """Why a provider closes, in the words of somebody who closed it or wrote them anew."""

    at: datetime
    role: Role | None
    words: str


def closing_reasons(session: Session, provider_id: uuid.UUID) -> list[ClosingSaid]:
    """All that was said of why it closes since it was last said that it goes on, the newest first."""
    found = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.subject_kind == Provider.__tablename__,
            AuditEntry.subject_id == str(provider_id),
            AuditEntry.action.in_((Action.PROVIDER_CLOSED.value, Action.PROVIDER_REOPENED.value)),
        )
        .order_by(AuditEntry.number.desc())
    )
    said = []
    for one in found:
        if one.action == Action.PROVIDER_REOPENED.value:
            break
        words = str(one.details.get("reason") or "")
        if words:  # the last day itself comes without any
            said.append(ClosingSaid(one.at, one.actor_role, words))
    return said


def closing_reason(session: Session, provider_id: uuid.UUID, *, said_by: Role | None) -> str:
    """Why one side last said that a provider closes; '' if it said nothing."""
    said = closing_reasons(session, provider_id)
    return next((one.words for one in said if one.role == said_by), "")
