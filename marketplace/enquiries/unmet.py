"""What was asked for here and came to nothing, as rows that gap reports count.

Rows name a person only so that nobody is counted twice; they never leave the process, and what is told
of them goes through ``gaps.disclosure``.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.enquiries.help.queries import unanswered_for_gaps
from marketplace.enquiries.models import DeclineReason
from marketplace.enquiries.queries import declined_for_gaps
from marketplace.gaps.asked import LEVEL_NOT_SAID
from marketplace.gaps.bands import TimeBand, bands_of
from marketplace.matching.needs import Goal, Needs, NeedsError, parse_needs
from marketplace.offers.models import OfferTheme
from marketplace.people.models import Person
from marketplace.vocabulary import N_, Theme, Word
from marketplace.web.today import london_day

log = structlog.get_logger(__name__)


class UnmetReason(Word):
    """Why it came to nothing."""

    FULL = "full", N_("There is no place")
    CANT_MEET_NEED = "cant_meet_need", N_("We can't give the support that is needed")
    TOO_FAR = "too_far", N_("It is too far")
    OTHER = "other", N_("Something else")
    CLOSED = "closed", N_("It has closed")
    NO_ANSWER = "no_answer", N_("No answer")
    NOBODY_FOUND = "nobody_found", N_("Nobody was found who can help")


@dataclass(frozen=True, slots=True)
class UnmetWish:
    """One enquiry that was declined or not answered, or one request for help that nobody could give."""

    person_id: uuid.UUID
    district_code: str | None
    themes: tuple[Theme, ...]
    """What of the person's own wishes the offer was about; all of the offer's where none of them is. Of a
    request for help the themes that it names: its words may say more."""
    bands: frozenset[TimeBand]
    level: int
    """1 to 4, or ``LEVEL_NOT_SAID``."""
    reason: UnmetReason
    day: date
    """In London."""
    needs: Needs
    """The person's answers, with these themes as their only goals; of a request for help its own."""


def unmet_wishes(session: Session, *, since: datetime, today: date, evening_starts: time) -> list[UnmetWish]:
    """Everything since then, of people who agreed to be counted; the oldest first. Four statements.

    A person stands here once for each time they asked: whoever counts people counts different ones.
    """
    declined = declined_for_gaps(session, since=since)
    answers = _answers(session, {one.person_id for one in declined})
    themes = _themes(session, {one.offer_id for one in declined})
    found = [
        _wish(
            one.person_id,
            one.district_code,
            answers[one.person_id],
            themes[one.offer_id],
            reason=_reason(one.reason),
            at=one.at,
            evening_starts=evening_starts,
        )
        for one in declined
    ]
    found += [
        _wish(
            one.person_id,
            one.district_code,
            one.needs,
            (),
            reason=UnmetReason.NOBODY_FOUND,
            at=one.at,
            evening_starts=evening_starts,
        )
        for one in unanswered_for_gaps(session, since=since, today=today)
    ]
    return sorted((one for one in found if one is not None), key=lambda one: one.day)


def _wish(
    person_id: uuid.UUID,
    district_code: str | None,
    answers: Mapping[str, Any],
    offered: Collection[Theme],
    *,
    reason: UnmetReason,
    at: datetime,
    evening_starts: time,
) -> UnmetWish | None:
    """None where nothing is known of what it was about."""
    needs = _needs(answers)
    wanted = {goal.theme for goal in needs.goals if goal.theme is not None}
    about = (wanted & set(offered) or set(offered)) if offered else wanted
    themes = tuple(sorted(about, key=lambda theme: theme.position))
    goals = tuple(Goal(theme=theme) for theme in themes) if offered else needs.goals
    if not goals:
        return None
    return UnmetWish(
        person_id=person_id,
        district_code=district_code,
        themes=themes,
        bands=bands_of(needs.when, evening_starts.hour * 60 + evening_starts.minute),
        level=int(needs.support_level) if needs.support_level else LEVEL_NOT_SAID,
        reason=reason,
        day=london_day(at),
        needs=replace(needs, goals=goals),
    )


def _needs(answers: Mapping[str, Any]) -> Needs:
    """The answers as they can be read; somebody without goals may still have asked about an offer."""
    said = bool(answers.get("goals"))
    document = dict(answers) if said else {**answers, "goals": [{"text": "-"}]}
    try:
        needs = parse_needs(document)
    except NeedsError as error:  # kept before the rules for answers changed: what was asked still counts
        log.warning("needs_not_readable", problems=len(error.problems))
        return Needs(goals=())
    return needs if said else replace(needs, goals=())


def _reason(reason: DeclineReason | None) -> UnmetReason:
    return UnmetReason.NO_ANSWER if reason is None else UnmetReason(reason.value)


def _answers(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    rows = session.execute(select(Person.id, Person.answers).where(Person.id.in_(people)))
    return {row[0]: row[1] for row in rows}


def _themes(session: Session, offers: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Theme]]:
    found: dict[uuid.UUID, list[Theme]] = defaultdict(list)
    rows = session.execute(
        select(OfferTheme.offer_id, OfferTheme.theme).where(OfferTheme.offer_id.in_(offers))
    )
    for offer_id, theme in rows:
        found[offer_id].append(theme)
    return found
