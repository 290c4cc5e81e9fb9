"""What people answered, as numbers that may be seen.

Counted are people who agreed to be counted, by their last answer of each quarter, up to the last Sunday:
between one week's numbers and the next many people answer. The groups are fixed (a council's districts ×
age bands) and every person is in one of them, so ``split_both`` sees all that is told of a question.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from marketplace.commissioning.council import Council
from marketplace.commissioning.outcomes.models import Asks, SurveyAnswer
from marketplace.commissioning.outcomes.questions import Question
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.models import Enquiry
from marketplace.gaps.disclosure import FEWEST_SHOWN, Row, Shown, percent, shown, split_both
from marketplace.gaps.estimates import Estimate, Stratum, post_stratified, unweighted
from marketplace.people.models import Person
from marketplace.planning.working_days import HOURS_A_DAY, working_hours
from marketplace.settings import LONDON
from marketplace.vocabulary import N_, Word
from marketplace.web.today import london_day

QUARTERS = 5
"""Shown over time: this one so far, and a year before it."""
COVERED = 75
"""Percent of the adults whose groups can be told at least, or the share is not weighted."""
FEWEST_FOR_SHARE = 20
"""Of fewer people in a group no share is told: rounding alone would move it too far."""
_OLD = 65


class AgeBand(Word):
    """Bands of which we know how many people live in each district."""

    ADULT = "adult", N_("18 to 64")
    OLDER = "older", N_("65 and over")
    OTHER = "other", N_("Under 18, or not said")


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of the calendar, or what of them is over on a Sunday."""

    first: date
    end: date
    """The first day that is no more counted."""
    is_over: bool

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def key(self) -> str:
        return f"{self.first.year}-{(self.first.month + 2) // 3}"

    @property
    def number(self) -> int:
        return (self.first.month + 2) // 3


@dataclass(frozen=True, slots=True)
class Told:
    """One question in one quarter: who answered, for whom the answer counts, and both by group."""

    quarter: Quarter
    answered: Row
    counting: Row

    @property
    def percent(self) -> int | None:
        return percent(self.counting.total, self.answered.total)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One measure over time."""

    question: Question
    over_time: tuple[Told, ...]
    """The newest quarter last."""
    groups: tuple[tuple[str, AgeBand], ...]
    """District and age band of each part of a ``Row``."""
    weights: Mapping[tuple[str, AgeBand], int]
    """How many people live in each group; empty where that is not known of the council."""

    @property
    def newest(self) -> Told | None:
        """The newest quarter in which enough people answered to say more than a star."""
        told = [one for one in self.over_time if one.answered.total.number]
        return told[-1] if told else None

    @property
    def estimate(self) -> Estimate | None:
        """Of the newest quarter: weighted where groups are shown, else of those who answered."""
        told = self.newest
        if told is None:
            return None
        return self.weighted(told) or unweighted(told.answered.total, told.counting.total)

    @property
    def is_weighted(self) -> bool:
        return self.newest is not None and self.weighted(self.newest) is not None

    def weighted(self, told: Told) -> Estimate | None:
        """Carers are not weighted: nobody knows how many live where."""
        if not self.weights or self.question.asks is Asks.CARER or not told.answered.parts:
            return None
        if not told.counting.parts:
            return None
        found = post_stratified(
            [
                Stratum(self.weights.get(group, 0), told.answered.parts[at], told.counting.parts[at])
                for at, group in enumerate(self.groups)
            ]
        )
        return found if found is not None and found.covers_percent >= COVERED else None

    def shares(self, told: Told) -> dict[tuple[str, str], int | None]:
        """Percent by district and age band; None where it is not shown, or of too few people."""
        every, some = told.answered.parts, told.counting.parts
        return {
            (district, band.value): percent(some[at], every[at])
            if every and some and (every[at].number or 0) >= FEWEST_FOR_SHARE
            else None
            for at, (district, band) in enumerate(self.groups)
        }

    def counts(self, told: Told) -> dict[tuple[str, str], Shown | None]:
        """How many answered, by district and age band."""
        every = told.answered.parts
        return {
            (district, band.value): every[at] if every else None
            for at, (district, band) in enumerate(self.groups)
        }


@dataclass(frozen=True, slots=True)
class Wait:
    """One part of the way to an opportunity: how many people took it, and how long it took."""

    people: Shown
    days: int | None
    """Working days, the middle of all; None where fewer than eight people took it."""


@dataclass(frozen=True, slots=True)
class Waits:
    """From asking to starting, in the year up to a Sunday."""

    up_to: date
    answered: Wait
    agreed: Wait
    started: Wait
    whole: Wait


def quarters(today: date, number: int = QUARTERS) -> tuple[Quarter, ...]:
    """The newest last; this one ends with the last Sunday. Worked example: on 23 November 2026 the newest
    goes from 1 October to 22 November."""
    monday = today - timedelta(days=today.weekday())
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    starts = [first]
    for _ in range(number - 1):
        before = starts[0] - timedelta(days=1)
        starts.insert(0, date(before.year, 3 * ((before.month - 1) // 3) + 1, 1))
    whole = [Quarter(one, other, is_over=other <= monday) for one, other in pairwise(starts)]
    return (*whole, Quarter(first, max(first, monday), is_over=False))


def told_of(
    session: Session, asked: Sequence[Question], codes: Sequence[str], *, today: date
) -> dict[str, tuple[Told, ...]]:
    """What may be told of each question over time, for the districts *codes*; the parts of a row are the
    districts × age bands, in their order. One statement."""
    spans = quarters(today)
    at = {group: number for number, group in enumerate((code, band) for code in codes for band in AgeBand)}
    counts: dict[tuple[str, date], tuple[list[int], list[int]]] = {}
    for question, first, district, band, value, people in _rows(session, asked, codes, spans):
        every, some = counts.setdefault((question.id, first), ([0] * len(at), [0] * len(at)))
        group = at[district, band]
        every[group] += people
        some[group] += people if value < question.counts else 0
    nobody = [0] * len(at)
    return {
        question.id: tuple(
            Told(span, *split_both(*counts.get((question.id, span.first), (nobody, nobody))))
            for span in spans
        )
        for question in asked
    }


def weights_of(council: Council) -> dict[tuple[str, AgeBand], int]:
    """People by district and age band (population estimates for mid-2020; see ``seeds/SOURCES.md``)."""
    return {
        (one.code, band): number
        for one in council.facts
        for band, number in ((AgeBand.ADULT, one.adults_18_to_64), (AgeBand.OLDER, one.adults_65_and_over))
    }


def waits(session: Session, codes: Sequence[str], *, today: date) -> Waits:
    """How long people waited who asked in the year up to the last Sunday. One statement.

    A person who asked several times counts by their shortest wait of each part: what was possible.
    """
    monday = today - timedelta(days=today.weekday())
    is_counted = exists().where(
        Person.id == Enquiry.person_id, Person.counts_in_gaps, Person.district_code.in_(codes)
    )
    since = datetime.combine(monday - timedelta(days=365), time.min, tzinfo=LONDON)
    rows = session.execute(
        select(
            Enquiry.person_id,
            Enquiry.sent_at,
            Enquiry.answered_at,
            Agreement.person_agreed_at,
            Agreement.provider_agreed_at,
            Agreement.started_at,
        )
        .outerjoin(Agreement, Agreement.enquiry_id == Enquiry.id)
        .where(is_counted, Enquiry.sent_at >= since)
    )
    parts: dict[str, dict[uuid.UUID, float]] = {"answered": {}, "agreed": {}, "started": {}, "whole": {}}
    for person, *moments in rows:
        sent, answered, one_side, other_side, started = (
            one if one is not None and london_day(one) < monday else None for one in moments
        )
        agreed = max(one_side, other_side) if one_side and other_side else None
        for name, begun, until in (
            ("answered", sent, answered),
            ("agreed", answered, agreed),
            ("started", agreed, started),
            ("whole", sent, started),
        ):
            if begun is not None and until is not None:
                hours = working_hours(begun, until)
                parts[name][person] = min(hours, parts[name].get(person, hours))
    return Waits(
        monday - timedelta(days=1),
        *(_wait(parts[name]) for name in ("answered", "agreed", "started", "whole")),
    )


def _wait(hours: Mapping[uuid.UUID, float]) -> Wait:
    if len(hours) < FEWEST_SHOWN:
        return Wait(shown(len(hours)), None)
    return Wait(shown(len(hours)), round(median(hours.values()) / HOURS_A_DAY))


def _rows(
    session: Session, asked: Sequence[Question], codes: Sequence[str], spans: Sequence[Quarter]
) -> list[tuple[Question, date, str, AgeBand, int, int]]:
    """How many people by question, quarter, district, band and last answer; of carers each their own."""
    quarter = case(
        *((SurveyAnswer.said_on < span.end, number) for number, span in enumerate(spans)), else_=len(spans)
    )
    band = case(
        (Person.age >= _OLD, AgeBand.OLDER.value),
        (Person.age >= 18, AgeBand.ADULT.value),
        else_=AgeBand.OTHER.value,
    )
    carer = case((SurveyAnswer.asks == Asks.CARER, SurveyAnswer.said_by_id), else_=None)
    answers = (
        select(
            SurveyAnswer.question,
            quarter.label("quarter"),
            Person.district_code.label("district"),
            band.label("band"),
            SurveyAnswer.value,
            func.row_number()
            .over(
                partition_by=(SurveyAnswer.person_id, SurveyAnswer.question, quarter, carer),
                order_by=(SurveyAnswer.said_on.desc(), SurveyAnswer.id),
            )
            .label("place"),
        )
        .join(Person, Person.id == SurveyAnswer.person_id)
        .where(
            Person.counts_in_gaps,
            Person.district_code.in_(codes),
            SurveyAnswer.said_on >= spans[0].first,
            SurveyAnswer.said_on < spans[-1].end,
            SurveyAnswer.question.in_([one.id for one in asked]),
        )
        .subquery()
    )
    rows = session.execute(
        select(
            answers.c.question,
            answers.c.quarter,
            answers.c.district,
            answers.c.band,
            answers.c.value,
            func.count(),
        )
        .where(answers.c.place == 1)
        .group_by(answers.c.question, answers.c.quarter, answers.c.district, answers.c.band, answers.c.value)
    )
    known = {one.id: one for one in asked}
    return [
        (known[question], spans[number].first, district, AgeBand(of_band), value, people)
        for question, number, district, of_band, value, people in rows
        if value < len(known[question].answers)
    ]
