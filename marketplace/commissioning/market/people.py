"""What of the market counts people: who employs an assistant, and how soon providers answer.

Only people who agreed to be counted are in it, and every count goes through ``gaps.disclosure``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from marketplace.commissioning.market.picture import WhoRuns, runner_of
from marketplace.commissioning.market.queries import Supply
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.deadlines.answer_times import FEWEST, Waited, waits_for_answers
from marketplace.enquiries.models import Enquiry
from marketplace.gaps.disclosure import FEWEST_SHOWN, Shown, percent, shown, split_both
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.vocabulary import FundingRoute, OfferKind

_PAYS_DIRECTLY = (FundingRoute.DIRECT_PAYMENT, FundingRoute.MIXED)


@dataclass(frozen=True, slots=True)
class OfSome:
    """How many of some people; None where telling it would give a star away."""

    all: Shown | None
    some: Shown | None

    @property
    def percent(self) -> int | None:
        return None if self.all is None or self.some is None else percent(self.some, self.all)


@dataclass(frozen=True, slots=True)
class Employing:
    """People with a direct payment, and those of them with a Personal Assistant."""

    whole: OfSome
    by_district: Mapping[str, OfSome]


@dataclass(frozen=True, slots=True)
class Answering:
    """How soon providers answer, as a group of five at least; None where they or the people are too few."""

    people: OfSome
    """Who asked and was answered, or should have been; and of these, whom all they asked answered in time."""
    median_hours: int | None
    """Working hours, 9 to 5."""
    by_runner: Mapping[WhoRuns, int | None]
    """The same hours for each part of the market. How many people asked each is not told: they overlap."""


def employing(session: Session, districts: Collection[str], *, today: date) -> Employing:
    """Who pays by a direct payment, alone or with a managed budget, and has a running agreement with a
    Personal Assistant that is paid so. One statement."""
    has_assistant = exists().where(
        Agreement.person_id == Person.id,
        Agreement.offer_id == Offer.id,
        Offer.kind == OfferKind.PERSONAL_ASSISTANT,
        Agreement.paid_by.in_(_PAYS_DIRECTLY),
        Agreement.started_at.is_not(None),
        or_(Agreement.ended_on.is_(None), Agreement.ended_on >= today),
    )
    route = Person.answers["funding"].as_string()
    rows = session.execute(
        select(Person.district_code, func.count(), func.sum(case((has_assistant, 1), else_=0)))
        .where(
            Person.counts_in_gaps,
            Person.district_code.in_(districts),
            or_(route.in_([one.value for one in _PAYS_DIRECTLY]), has_assistant),
        )
        .group_by(Person.district_code)
    )
    counts = {str(code): (int(people), int(some)) for code, people, some in rows}
    codes = sorted(districts)
    every, some = split_both(
        [counts.get(code, (0, 0))[0] for code in codes], [counts.get(code, (0, 0))[1] for code in codes]
    )
    return Employing(
        OfSome(every.total, some.total),
        {
            code: OfSome(
                every.parts[number] if every.parts else None, some.parts[number] if some.parts else None
            )
            for number, code in enumerate(codes)
        },
    )


def answering(session: Session, supply: Sequence[Supply], *, now: datetime) -> Answering:
    """How soon the providers of *supply* answered in the last year. One statement."""
    runners = {one.provider_id: runner_of(one) for one in supply}
    is_counted = exists().where(Person.id == Enquiry.person_id, Person.counts_in_gaps)
    asked = and_(Enquiry.offer_id.in_([one.id for one in supply]), is_counted)
    waits = waits_for_answers(session, asked, now=now)
    people = {one.person_id for one in waits}
    late = {one.person_id for one in waits if not one.in_time}
    is_enough = len({one.provider_id for one in waits}) >= FEWEST
    return Answering(
        OfSome(shown(len(people)), shown(len(people - late))) if is_enough else OfSome(None, None),
        _median(waits),
        {runner: _median([one for one in waits if runners[one.provider_id] is runner]) for runner in WhoRuns},
    )


def _median(waits: Sequence[Waited]) -> int | None:
    answered = [one for one in waits if one.hours is not None]
    if len({one.provider_id for one in answered}) < FEWEST:
        return None
    if len({one.person_id for one in answered}) < FEWEST_SHOWN:
        return None
    return max(1, round(median(one.hours for one in answered if one.hours is not None)))
