"""Looking for what fits instead of what closes, and telling those whom it touches: a job.

One person at a time: ranked in a reading transaction and told in a short writing one, so many people
keep no writer waiting, and the job can be stopped and begun again at any of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.directory.words import public_name
from marketplace.matching.needs import NeedsError, parse_needs
from marketplace.matching.ranking import rank
from marketplace.moderation import mails
from marketplace.moderation.affected import names_of
from marketplace.moderation.closing import close_due, has_closing, note_new_users
from marketplace.moderation.models import ClosureNotice
from marketplace.offers.models import Offer, OfferTheme
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart
from marketplace.people.profile.parts import answers_shown
from marketplace.people.readers import Reader, readers_of
from marketplace.people.saved.alerts import Matching
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.providers.models import Provider

log = structlog.get_logger(__name__)

MOST_ALTERNATIVES = 5
BLOCK = 50


@dataclass(frozen=True, slots=True)
class _Found:
    """What is told about one notice."""

    provider: str
    is_individual: bool
    first_name: str
    offers: list[str]
    alternatives: list[dict[str, Any]]
    readers: Sequence[Reader]
    closes_on: date | None


def tell_of_closures(
    database: Database, matching: Matching, *, base_url: str, now: datetime, today: date
) -> int:
    """Close what is due, then work off the notices that nobody was told of; how many there were."""
    with write_session(database) as session:
        close_due(session, now=now)
        note_new_users(session, now=now)
    told = 0
    while True:
        with database.read() as session:
            block = waiting_notices(session, most=BLOCK)
        for notice_id in block:
            with database.read() as session:
                found = _look(session, notice_id, matching, today=today)
            told += _tell(database, notice_id, found, base_url=base_url, now=now, today=today)
        if len(block) < BLOCK:
            return told


def closures_are_due(session: Session) -> bool:
    """Whether there may be anything to do: a provider that is going to close, or someone who was not told."""
    return bool(waiting_notices(session, most=1)) or has_closing(session)


def waiting_notices(session: Session, *, most: int) -> list[uuid.UUID]:
    """Notices that nobody was told of yet."""
    return list(
        session.scalars(
            select(ClosureNotice.id)
            .where(ClosureNotice.told_at.is_(None))
            .order_by(ClosureNotice.id)
            .limit(most)
        )
    )


def _look(session: Session, notice_id: uuid.UUID, matching: Matching, *, today: date) -> _Found | None:
    notice = session.get(ClosureNotice, notice_id)
    if notice is None:
        return None
    person = session.get_one(Person, notice.person_id)
    offers = [uuid.UUID(one) for one in notice.offer_ids]
    names = names_of(session, offers)
    provider = session.get_one(Provider, notice.provider_id)
    return _Found(
        provider=public_name(provider),
        is_individual=provider.is_individual,
        first_name=person.first_name,
        offers=[names[offer] for offer in offers if offer in names],
        alternatives=_alternatives(session, person, notice, offers, matching, today=today),
        readers=readers_of(session, [person.id], today=today).get(person.id, ()),
        closes_on=notice.closes_on,
    )


def _alternatives(
    session: Session,
    person: Person,
    notice: ClosureNotice,
    offers: Sequence[uuid.UUID],
    matching: Matching,
    *,
    today: date,
) -> list[dict[str, Any]]:
    """What fits the person and is not of this provider, best first, as the command line prints it.

    Others read the page as well, so parts that the person hides play no part. Where no goals are known,
    the themes of what they lose stand in for them.
    """
    hidden = session.scalars(select(HiddenPart.part).where(HiddenPart.person_id == person.id))
    answers = dict(answers_shown(person.answers, frozenset(hidden)))
    if not answers.get("goals"):
        answers["goals"] = _themes_of(session, offers)
    if not answers["goals"]:
        return []
    try:
        needs = parse_needs(answers)
    except NeedsError as error:
        log.warning("needs_not_readable", person=str(person.id), problems=len(error.problems))
        return []
    theirs = set(session.scalars(select(Offer.id).where(Offer.provider_id == notice.provider_id)))
    unwanted = set(
        session.scalars(
            select(SavedMatch.offer_id).where(
                SavedMatch.person_id == person.id, SavedMatch.keeping == Keeping.HIDDEN
            )
        )
    )
    ranking = rank(needs, matching.catalogue(session), home=matching.home(needs), today=today)
    best = ranking.without(theirs | unwanted).kinds_mixed()
    return [match.document() for match in best.matches(0, MOST_ALTERNATIVES)]


def _themes_of(session: Session, offers: Sequence[uuid.UUID]) -> list[Mapping[str, str]]:
    themes = session.scalars(
        select(OfferTheme.theme).where(OfferTheme.offer_id.in_(offers)).distinct().order_by(OfferTheme.theme)
    )
    return [{"theme": theme.value} for theme in themes]


def _tell(
    database: Database,
    notice_id: uuid.UUID,
    found: _Found | None,
    *,
    base_url: str,
    now: datetime,
    today: date,
) -> int:
    with write_session(database) as session:
        notice = session.get(ClosureNotice, notice_id, with_for_update=True)
        if notice is None or found is None or notice.told_at is not None:
            return 0  # taken back, or another worker was faster
        if notice.closes_on != found.closes_on:
            return 0  # the next round tells the other day
        notice.alternatives = found.alternatives
        notice.told_at = now
        last_day = notice.closes_on
        for reader in found.readers:
            mails.tell_closure(
                session,
                to=reader.account,
                offers=found.offers,
                provider=found.provider,
                is_individual=found.is_individual,
                whom="" if reader.is_person else found.first_name,
                last_day=f"{last_day.day} {last_day:%B %Y}" if last_day and last_day >= today else "",
                found=len(found.alternatives),
                address=f"{base_url}/people/{notice.person_id}/closures/{notice.id}",
                same_as=f"closure-{notice.id}-{notice.closes_on}-{reader.account.id}",
            )
        return 1
