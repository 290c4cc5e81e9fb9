"""A provider fails or closes: its offers go, and everyone who used one is listed and told.

Functions here know no request and do not commit. Looking for what fits instead takes time for each
person, so ``telling`` does that afterwards, one person at a time.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta

from flask import has_app_context
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, RoleGrant
from marketplace.audit import Action, record
from marketplace.directory.words import public_name
from marketplace.moderation import mails
from marketplace.moderation.affected import people_using
from marketplace.moderation.models import ClosureNotice, Review, ReviewOf, ReviewState, Suspension
from marketplace.offers.standing import stand
from marketplace.people.readers import readers_of
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.providers.queries import closing_reason, live_accounts_of
from marketplace.providers.sending import Closing, on_closing
from marketplace.settings import LONDON
from marketplace.vocabulary import Role
from marketplace.web import current_settings
from marketplace.web.today import london_day, london_today


@on_closing
def close_as_it_says(session: Session, closing: Closing) -> None:
    """A provider says itself that it closes, with its last day: moderators are told, each time it says more."""
    provider, before = closing.provider, closing.provider.last_day
    is_said = close_provider(
        session,
        provider=provider,
        last_day=closing.closes_on,
        reason=closing.reason,
        by=closing.account,
        role=Role.PROVIDER_STAFF,
        today=london_today(),
    )
    if is_said:
        base_url = current_settings().base_url if has_app_context() else ""
        mails.tell_moderators_of_closing(
            session,
            to=_moderators_beside(session, provider.id),
            name=provider.name,
            last_day=closing.closes_on,
            before=before,
            address=f"{base_url}/moderation/providers/{provider.id}",
        )


def close_provider(
    session: Session,
    *,
    provider: Provider,
    last_day: date,
    reason: str,
    by: Account | None,
    role: Role | None,
    today: date,
) -> bool:
    """End the provider after *last_day*, at once where that is over. False where nothing changes.

    Everyone who saved, was given or chose one of its offers gets a notice; another last day renews it.
    The same day with another reason keeps the reason, and renews nothing.
    """
    session.refresh(provider, with_for_update=True)
    now = datetime.now(UTC)
    has_ended = last_day < today
    ends_at = now if has_ended else midnight_after(last_day)
    if provider.status is ProviderStatus.CLOSED:
        return False
    if provider.closed_at == ends_at:
        if reason == closing_reason(session, provider.id, said_by=role):
            return False
        _remember_closing(session, provider, last_day=last_day, reason=reason, by=by, role=role)
        return True
    provider.closed_at = ends_at
    provider.version += 1
    if has_ended:
        provider.status = ProviderStatus.CLOSED
        _withdraw_reviews(session, provider.id, now=now)
    session.flush()
    stand(session, provider_id=provider.id, today=today)
    _write_notices(session, provider.id, last_day=last_day, now=now)
    _remember_closing(session, provider, last_day=last_day, reason=reason, by=by, role=role)
    return True


def _remember_closing(
    session: Session,
    provider: Provider,
    *,
    last_day: date,
    reason: str,
    by: Account | None,
    role: Role | None,
) -> None:
    record(
        session,
        action=Action.PROVIDER_CLOSED,
        subject=provider,
        details={"last_day": last_day, "reason": reason},
        actor=by,
        role=role,
    )


def _moderators_beside(session: Session, provider_id: uuid.UUID) -> list[Account]:
    """The moderators, without those who act for the provider themselves."""
    own = {account.id for account in live_accounts_of(session, provider_id)}
    found = select(Account).where(
        Account.grants.any(RoleGrant.role == Role.MODERATOR), Account.suspended_at.is_(None)
    )
    return [one for one in session.scalars(found.order_by(Account.email)) if one.id not in own]


def reopen_provider(session: Session, *, provider: Provider, by: Account, today: date, base_url: str) -> bool:
    """It goes on after all: who was told that it closes is told so, and their page says it."""
    session.refresh(provider, with_for_update=True)
    if provider.closed_at is None:
        return False
    if provider.status is ProviderStatus.CLOSED:
        provider.status = _status_without_closing(session, provider)
    provider.closed_at = None
    provider.version += 1
    session.execute(
        delete(ClosureNotice).where(ClosureNotice.provider_id == provider.id, ClosureNotice.told_at.is_(None))
    )
    told = session.scalars(
        select(ClosureNotice)
        .where(ClosureNotice.provider_id == provider.id, ClosureNotice.settled_at.is_(None))
        .order_by(ClosureNotice.id)
    ).all()
    readers = readers_of(session, [notice.person_id for notice in told], today=today)
    now = datetime.now(UTC)
    for notice in told:
        notice.settled_at = now
        for reader in readers.get(notice.person_id, ()):
            mails.tell_goes_on(
                session,
                to=reader.account,
                provider=public_name(provider),
                address=f"{base_url}/people/{notice.person_id}/closures/{notice.id}",
                same_as=f"goes-on-{notice.id}-{provider.version}-{reader.account.id}",
            )
    session.flush()
    stand(session, provider_id=provider.id, today=today)
    record(session, action=Action.PROVIDER_REOPENED, subject=provider, actor=by, role=Role.MODERATOR)
    return True


def _status_without_closing(session: Session, provider: Provider) -> ProviderStatus:
    """Where a closed provider would stand: what was stopped stays so, and what nobody checked is a draft.

    Else whoever says that they close, and then that they go on, would be found without being checked.
    """
    is_suspended = select(Suspension.id).where(
        Suspension.provider_id == provider.id, Suspension.ended_at.is_(None)
    )
    was_approved = select(Review.id).where(
        Review.provider_id == provider.id,
        Review.about == ReviewOf.PROVIDER,
        Review.state == ReviewState.APPROVED,
    )
    if session.scalar(is_suspended.limit(1)) is not None:
        return ProviderStatus.SUSPENDED
    if provider.source_id is None and session.scalar(was_approved.limit(1)) is None:
        return ProviderStatus.DRAFT
    return ProviderStatus.ACTIVE


def close_due(session: Session, *, now: datetime) -> list[uuid.UUID]:
    """Close the providers whose last day is over; their offers went at midnight by themselves."""
    due = session.scalars(
        select(Provider)
        .where(
            Provider.closed_at.is_not(None),
            Provider.closed_at <= now,
            Provider.status != ProviderStatus.CLOSED,
        )
        .order_by(Provider.id)
        .with_for_update()
    ).all()
    for provider in due:
        provider.status = ProviderStatus.CLOSED
        provider.version += 1
        _withdraw_reviews(session, provider.id, now=now)
        session.flush()
        stand(session, provider_id=provider.id, today=london_day(now))
        # Who saved it since it was said gets a notice as well.
        last_day = provider.last_day or london_day(now)
        _write_notices(session, provider.id, last_day=last_day, now=now, only_new=True)
        record(
            session,
            action=Action.PROVIDER_CLOSED,
            subject=provider,
            details={"last_day": last_day},
            actor=None,
            role=None,
        )
    return [provider.id for provider in due]


def has_closing(session: Session) -> bool:
    """Whether a provider is going to close, or should be closed by now."""
    found = select(Provider.id).where(
        Provider.closed_at.is_not(None), Provider.status != ProviderStatus.CLOSED
    )
    return session.scalar(found.limit(1)) is not None


def note_new_users(session: Session, *, now: datetime) -> None:
    """Who saved something of a provider since it was said that it closes gets a notice as well."""
    closing = session.scalars(
        select(Provider)
        .where(Provider.closed_at > now, Provider.status != ProviderStatus.CLOSED)
        .order_by(Provider.id)
    )
    for provider in closing:
        last_day = provider.last_day or london_day(now)
        _write_notices(session, provider.id, last_day=last_day, now=now, only_new=True)


def settle(session: Session, *, notice: ClosureNotice, by: Account, role: Role) -> None:
    """'I have something else.' Twice is once."""
    settled = session.execute(
        update(ClosureNotice)
        .where(ClosureNotice.id == notice.id, ClosureNotice.settled_at.is_(None))
        .values(settled_at=datetime.now(UTC), settled_by_id=by.id)
        .returning(ClosureNotice.id)
        .execution_options(synchronize_session=False)
    ).all()
    if settled:
        record(
            session,
            action=Action.CLOSURE_SETTLED,
            subject=notice,
            details={"person": notice.person_id},
            actor=by,
            role=role,
        )


def midnight_after(day: date) -> datetime:
    """The moment in London at which *day* is over. Worked example: 28 March 2026 ends at 00:00 UTC on the
    29th, 29 March (clocks went forward) at 23:00 UTC of the same day."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=LONDON).astimezone(UTC)


def _withdraw_reviews(session: Session, provider_id: uuid.UUID, *, now: datetime) -> None:
    session.execute(
        update(Review)
        .where(Review.provider_id == provider_id, Review.state == ReviewState.WAITING)
        .values(state=ReviewState.WITHDRAWN, decided_at=now, version=Review.version + 1)
    )


def _write_notices(
    session: Session, provider_id: uuid.UUID, *, last_day: date, now: datetime, only_new: bool = False
) -> None:
    """A notice for each who used it; one that is there is renewed where the last day is another."""
    using = people_using(session, provider_id)
    there = {
        notice.person_id: notice
        for notice in session.scalars(
            select(ClosureNotice).where(ClosureNotice.provider_id == provider_id).order_by(ClosureNotice.id)
        )
    }
    for person_id, offers in using.items():
        notice = there.get(person_id)
        if notice is None:
            notice = ClosureNotice(provider_id=provider_id, person_id=person_id)
            session.add(notice)
        elif only_new or notice.closes_on == last_day:
            continue
        notice.offer_ids = [str(offer) for offer in offers]
        notice.closes_on, notice.made_at = last_day, now
        notice.told_at = notice.settled_at = notice.settled_by_id = None
        notice.alternatives = []
    session.flush()
