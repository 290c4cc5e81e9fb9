"""Stopping a provider everywhere at once, and letting it come back.

Functions here know no request and do not commit: everything is gone with the one commit of the route.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.moderation import mails
from marketplace.moderation.affected import names_of, people_using
from marketplace.moderation.models import Review, ReviewOf, ReviewState, Suspension
from marketplace.moderation.traces import flag_parts, flags_of, forget_traces, keep_traces, looks_like
from marketplace.offers.standing import stand
from marketplace.people.models import Person
from marketplace.people.readers import readers_of
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.providers.queries import live_accounts_of
from marketplace.providers.sending import Answer, AnswerKind, register_words
from marketplace.vocabulary import Role


class NotActiveError(Exception):
    """Only a provider that people can find can be stopped; another one is refused, or has closed."""


def suspend(
    session: Session,
    *,
    provider: Provider,
    reason: str,
    told: str,
    by: Account,
    today: date,
    base_url: str,
    secret_key: str,
) -> Suspension | None:
    """Take the provider and all its offers out of sight; whoever kept one is told. None where it was so.

    Its members keep their sign-ins: they may read and correct. Raises ``NotActiveError``.
    """
    session.refresh(provider, with_for_update=True)
    if provider.status is ProviderStatus.SUSPENDED:
        return None
    if provider.status is not ProviderStatus.ACTIVE:
        raise NotActiveError
    now = datetime.now(UTC)
    provider.status, provider.suspended_at = ProviderStatus.SUSPENDED, now
    provider.version += 1
    suspension = Suspension(
        provider_id=provider.id, reason=reason, told=told, began_at=now, began_by_id=by.id
    )
    session.add(suspension)
    session.flush()
    stand(session, provider_id=provider.id, today=today)
    keep_traces(session, provider, secret_key=secret_key)
    _flag_waiting(session, secret_key=secret_key)
    mails.tell_suspended(
        session,
        to=live_accounts_of(session, provider.id),
        name=provider.name,
        words=told,
        address=f"{base_url}/provide/{provider.id}",
        suspension_id=suspension.id,
    )
    _tell_people(session, suspension, today=today, base_url=base_url)
    _record(session, Action.PROVIDER_SUSPENDED, provider, by)
    return suspension


def restore(
    session: Session, *, provider: Provider, reason: str, by: Account, today: date, base_url: str
) -> bool:
    """Show the provider again; False where it was not stopped."""
    session.refresh(provider, with_for_update=True)
    live = session.scalars(
        select(Suspension)
        .where(Suspension.provider_id == provider.id, Suspension.ended_at.is_(None))
        .order_by(Suspension.began_at)
    ).all()
    if provider.status is not ProviderStatus.SUSPENDED:
        return False
    now = datetime.now(UTC)
    for suspension in live:
        suspension.ended_at, suspension.ended_by_id, suspension.end_reason = now, by.id, reason
    provider.status, provider.suspended_at = ProviderStatus.ACTIVE, None
    provider.version += 1
    session.flush()
    forget_traces(session, provider.id)
    _unflag_waiting(session, provider.id)
    stand(session, provider_id=provider.id, today=today)
    if live:
        mails.tell_restored(
            session,
            to=live_accounts_of(session, provider.id),
            name=provider.name,
            address=f"{base_url}/provide/{provider.id}",
            suspension_id=live[-1].id,
        )
    _record(session, Action.PROVIDER_RESTORED, provider, by)
    return True


def _flag_waiting(session: Session, *, secret_key: str) -> None:
    """Who sent themselves under another name before this one was stopped is flagged now."""
    waiting = session.execute(
        select(Review, Provider)
        .join(Provider, Provider.id == Review.provider_id)
        .where(Review.state == ReviewState.WAITING, Review.about == ReviewOf.PROVIDER)
        .order_by(Review.id)
    )
    for review, provider in waiting:
        flags = flags_of(looks_like(session, provider, secret_key=secret_key))
        if flags != review.flags:
            review.flags = flags
    session.flush()


def _unflag_waiting(session: Session, provider_id: uuid.UUID) -> None:
    """Nobody looks like a suspended provider any more because of this one."""
    for review in session.scalars(select(Review).where(Review.state == ReviewState.WAITING)):
        kept = [flag for flag in review.flags if flag_parts(flag)[0] != provider_id]
        if kept != review.flags:
            review.flags = kept
    session.flush()


def _tell_people(session: Session, suspension: Suspension, *, today: date, base_url: str) -> None:
    using = people_using(session, suspension.provider_id)
    names = names_of(session, {offer for offers in using.values() for offer in offers})
    readers = readers_of(session, using, today=today)
    first_names = {
        row[0]: row[1]
        for row in session.execute(select(Person.id, Person.first_name).where(Person.id.in_(using)))
    }
    for person_id, offers in using.items():
        for reader in readers.get(person_id, ()):
            mails.tell_not_shown(
                session,
                to=reader.account,
                offers=[names[offer] for offer in offers],
                whom="" if reader.is_person else first_names[person_id],
                address=f"{base_url}/people/{person_id}/matches",
                suspension_id=suspension.id,
                person_id=person_id,
            )


def _record(session: Session, action: Action, provider: Provider, by: Account) -> None:
    record(session, action=action, subject=provider, actor=by, role=Role.MODERATOR)


@register_words
def words_of_suspension(session: Session, provider_id: uuid.UUID) -> list[Answer]:
    """What a stopped provider reads on its own page."""
    live = session.scalars(
        select(Suspension)
        .where(Suspension.provider_id == provider_id, Suspension.ended_at.is_(None))
        .order_by(Suspension.began_at)
    )
    return [Answer(kind=AnswerKind.SUSPENDED, words=one.told, at=one.began_at) for one in live]
