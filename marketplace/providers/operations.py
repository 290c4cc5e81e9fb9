"""Beginning a provider, changing what it says of itself, sending it to be checked, closing it.

Functions here know no request and do not commit. Each change makes the provider's version grow; two
changes that began from the same version can't both be kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.accounts.operations import grant_role
from marketplace.audit import Action, AuditEntry, record
from marketplace.providers import sending
from marketplace.providers.document import CHECKED_FIRST, ProviderPart, document_of, take_over
from marketplace.providers.models import MemberRole, Provider, ProviderMember, ProviderStatus
from marketplace.providers.queries import assistant_details, members_of, providers_of
from marketplace.vocabulary import LegalForm, Role

__all__ = [
    "SENDABLE",
    "NotNowError",
    "ProviderError",
    "StaleProviderError",
    "TooManyProvidersError",
    "begin_provider",
    "change_provider",
    "discard_provider",
    "members_of",
    "providers_of",
    "said_of",
    "say_closing",
    "send_provider",
    "take_back",
    "was_ever_sent",
]

MOST_PROVIDERS = 20
"""More than anyone acts for; a sign that something is wrong."""
SENDABLE = frozenset({ProviderStatus.DRAFT, ProviderStatus.REFUSED})
"""Where a provider can be sent to be checked."""
_NEVER_SEEN = SENDABLE | {ProviderStatus.WAITING}
_ALWAYS_LIVE = frozenset(ProviderPart) - frozenset(CHECKED_FIRST)


class ProviderError(Exception):
    """Something can't be done with this provider."""


class StaleProviderError(ProviderError):
    """Someone else changed the provider between reading and writing it."""


class NotNowError(ProviderError):
    """A suspended or closed provider says nothing new to the public."""


class TooManyProvidersError(ProviderError):
    """More providers than one account needs."""


def begin_provider(
    session: Session,
    *,
    account: Account,
    legal_form: LegalForm,
    name: str,
    provider_id: uuid.UUID | None = None,
) -> Provider:
    """Begin a provider that nobody sees yet; *account* becomes its owner.

    With *provider_id* (one for each form) the same form sent twice begins one. Raises
    ``TooManyProvidersError``, and ``ProviderError`` where the identifier is someone else's.
    """
    provider_id = provider_id or uuid.uuid4()
    mine = {provider.id: provider for provider, _ in providers_of(session, account)}
    if provider_id in mine:
        return mine[provider_id]
    if len(mine) >= MOST_PROVIDERS:
        raise TooManyProvidersError
    now = datetime.now(UTC)
    provider = Provider(
        id=provider_id,
        name=name,
        legal_form=legal_form,
        about="",
        status=ProviderStatus.DRAFT,
        version=1,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(provider)
    except IntegrityError:  # the same form, sent twice at the same moment
        session.expire_all()
        found = {provider.id: provider for provider, _ in providers_of(session, account)}
        if provider_id not in found:
            raise ProviderError from None
        return found[provider_id]
    session.add(
        ProviderMember(
            provider_id=provider.id,
            account_id=account.id,
            email=account.email,
            role=MemberRole.OWNER,
            invited_at=now,
            accepted_at=now,
        )
    )
    session.flush()
    grant_role(session, account=account, role=Role.PROVIDER_STAFF)
    record(
        session,
        action=Action.PROVIDER_BEGUN,
        subject=provider,
        details={"legal_form": legal_form},
        actor=account,
        role=Role.PROVIDER_STAFF,
    )
    return provider


def change_provider(
    session: Session,
    *,
    provider: Provider,
    account: Account,
    expected_version: int,
    changes: Mapping[ProviderPart, Any],
) -> bool:
    """Let *provider* say *changes*; whether something of it now waits to be checked.

    Of a provider that the public never saw, all of it changes at once; where it waits, the moderator
    gets what it says now. Of one that the public knows, the parts that are checked first are sent to a
    moderator, beside what still waits; until then the words from before stay. A suspended or closed one
    changes only how to reach it. Raises ``StaleProviderError`` or ``NotNowError``.
    """
    details = assistant_details(session, provider)
    shown = said_of(session, provider)
    wanted = {part.value: str(value or "") for part, value in changes.items()}
    is_new = provider.status in _NEVER_SEEN
    at_once = {name: value for name, value in wanted.items() if is_new or ProviderPart(name) in _ALWAYS_LIVE}
    to_check = {name: value for name, value in wanted.items() if name not in at_once}
    if not _differs(wanted, shown):
        return provider.status is ProviderStatus.WAITING
    if _differs(to_check, shown) and provider.status is not ProviderStatus.ACTIVE:
        raise NotNowError
    _claim(session, provider=provider, expected_version=expected_version)
    take_over(provider, at_once, details=details)
    session.flush()
    is_sent = provider.status is ProviderStatus.WAITING or _differs(to_check, shown)
    if is_sent:
        sending.sent(
            session,
            provider=provider,
            document={**shown, **wanted},
            live=None if is_new else document_of(provider, details),
            draft_version=provider.version,
            account=account,
        )
    record(
        session,
        action=Action.PROVIDER_CHANGED,
        subject=provider,
        details={"parts": sorted(wanted), "sent": is_sent},
        actor=account,
        role=Role.PROVIDER_STAFF,
    )
    return is_sent


def said_of(session: Session, provider: Provider) -> dict[str, Any]:
    """What *provider* says of itself, with what of it still waits to be checked."""
    live = document_of(provider, assistant_details(session, provider))
    waiting = sending.waiting_document(session, provider.id) or {}
    checked = {part.value for part in CHECKED_FIRST}
    return {**live, **{name: value for name, value in waiting.items() if name in checked}}


def send_provider(session: Session, *, provider: Provider, account: Account) -> bool:
    """Send a new or refused provider to be checked. False where it waits or is known already."""
    changed = session.execute(
        update(Provider)
        .where(Provider.id == provider.id, Provider.status.in_(sorted(SENDABLE)))
        .values(status=ProviderStatus.WAITING, version=Provider.version + 1)
        .returning(Provider.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.refresh(provider)
    if not changed:
        return False
    sending.sent(
        session,
        provider=provider,
        document=document_of(provider, assistant_details(session, provider)),
        live=None,
        draft_version=provider.version,
        account=account,
    )
    record(session, action=Action.PROVIDER_SENT, subject=provider, actor=account, role=Role.PROVIDER_STAFF)
    return True


def take_back(session: Session, *, provider: Provider, account: Account) -> bool:
    """Take back what was sent about the provider itself. False where nothing waits any more."""
    changed = session.execute(
        update(Provider)
        .where(Provider.id == provider.id, Provider.status == ProviderStatus.WAITING)
        .values(status=ProviderStatus.DRAFT, version=Provider.version + 1)
        .returning(Provider.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.refresh(provider)
    if not changed and sending.waiting_document(session, provider.id) is None:
        return False
    sending.taken_back(session, provider=provider, account=account)
    record(
        session, action=Action.PROVIDER_TAKEN_BACK, subject=provider, actor=account, role=Role.PROVIDER_STAFF
    )
    return True


def was_ever_sent(session: Session, provider: Provider) -> bool:
    """Whether a moderator could have read of the provider: then its history stays."""
    sent = select(AuditEntry.number).where(
        AuditEntry.action == Action.PROVIDER_SENT,
        AuditEntry.subject_kind == "provider",
        AuditEntry.subject_id == str(provider.id),
    )
    return provider.status is not ProviderStatus.DRAFT or session.scalar(sent.limit(1)) is not None


def discard_provider(session: Session, *, provider: Provider, account: Account) -> None:
    """Delete a provider that was begun and never sent, with its drafts and its people.

    Raises ``NotNowError`` for any other.
    """
    session.refresh(provider, with_for_update=True)  # the same moment may be sending it
    if was_ever_sent(session, provider):
        raise NotNowError
    record(
        session,
        action=Action.PROVIDER_DISCARDED,
        subject=provider,
        actor=account,
        role=Role.PROVIDER_STAFF,
    )
    session.flush()
    session.execute(delete(Provider).where(Provider.id == provider.id))  # and all that hangs on it
    session.expire_all()


def say_closing(
    session: Session, *, provider: Provider, closes_on: date, reason: str, account: Account
) -> bool:
    """Say that the provider ends on *closes_on*: who uses it is told. False where it has closed already."""
    if provider.status is ProviderStatus.CLOSED:
        return False
    sending.closing(session, provider=provider, closes_on=closes_on, reason=reason, account=account)
    record(
        session,
        action=Action.PROVIDER_CLOSING,
        subject=provider,
        details={"closes_on": closes_on},
        actor=account,
        role=Role.PROVIDER_STAFF,
    )
    return True


def _differs(wanted: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    return any(str(known.get(name) or "") != str(value or "") for name, value in wanted.items())


def _claim(session: Session, *, provider: Provider, expected_version: int) -> None:
    """Raise the version, if it is still the expected one."""
    session.flush()
    claimed = session.execute(
        update(Provider)
        .where(Provider.id == provider.id, Provider.version == expected_version)
        .values(version=Provider.version + 1)
        .returning(Provider.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.refresh(provider)
    if not claimed:
        raise StaleProviderError
