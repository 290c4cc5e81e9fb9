"""A carer's answers in words, and what matches would give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from marketplace.matching.needs import parse_needs
from marketplace.matching.ranking import rank
from marketplace.matching.result import Say
from marketplace.people.matches import current_catalogue, home_of
from marketplace.people.spoken import say
from marketplace.people.supporters.models import Carer
from marketplace.people.supporters.questions import NOTICE, SHORTEST_BREAKS, CarerStep
from marketplace.vocabulary import N_, Day, Part
from marketplace.web.templating import clock_words

MOST_SHOWN = 5

TO_THE_CARER: Mapping[str, str] = {
    "The longest visit is %(longest)s. That is long enough: your carer needs a break of %(needed)s.": N_(
        "The longest visit is %(longest)s. That is long enough: you need a break of %(needed)s."
    ),
    "The longest visit is %(longest)s. That is too short: your carer needs a break of %(needed)s.": N_(
        "The longest visit is %(longest)s. That is too short: you need a break of %(needed)s."
    ),
    "It is not on while your carer works.": N_("It is not on while you work."),
    "It is on while your carer works: %(times)s.": N_("It is on while you work: %(times)s."),
    "It covers all the hours that your carer works.": N_("It covers all the hours that you work."),
    "Your carer works %(all)s a week. It covers about %(some)s of that.": N_(
        "You work %(all)s a week. It covers about %(some)s of that."
    ),
    "It gives no break outside work. Your carer wants %(wanted)s a week.": N_(
        "It gives no break outside work. You want %(wanted)s a week."
    ),
    "Outside work it gives about %(rest)s of break a week. Your carer wants %(wanted)s.": N_(
        "Outside work it gives about %(rest)s of break a week. You want %(wanted)s."
    ),
    "It gives about %(rest)s of break a week. Your carer wants %(wanted)s.": N_(
        "It gives about %(rest)s of break a week. You want %(wanted)s."
    ),
}
"""What matching says to the person, as it is said to the carer."""


@dataclass(frozen=True, slots=True)
class CarerRow:
    step: CarerStep
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What one match gives the carer."""

    offer_id: UUID
    name: str
    words: str
    points: int | None
    """0 to 100: how well it suits the carer's time; None where its times are not known."""


def carer_rows(carer: Carer | None, *, with_own_words: bool = True) -> list[CarerRow]:
    """Each question with its answer in words; own words only for the carer."""
    answers: Mapping[CarerStep, tuple[str, ...]] = {} if carer is None else _answers(carer)
    return [
        CarerRow(step, answers.get(step, ()))
        for step in CarerStep
        if with_own_words or step is not CarerStep.WORDS
    ]


def what_matches_give(session: Session, document: Mapping[str, Any], *, today: date) -> list[Given]:
    """The first matches for *document* (with goals and a carer's time), by what they give the carer."""
    needs = parse_needs(document)
    ranking = rank(needs, current_catalogue(session), home=home_of(needs), today=today).kinds_mixed()
    given = []
    for match in ranking.matches(0, MOST_SHOWN):
        part = next((part for part in match.parts if part.part is Part.CARER), None)
        words = (
            say(to_the_carer(part.reason)) if part else gettext("The times are not known. Ask when it is on.")
        )
        given.append(Given(match.offer, match.name, words, round(part.score * 100) if part else None))
    return given


def to_the_carer(told: Say) -> Say:
    """A reason of the carer's part, spoken to the carer."""
    values = {
        name: to_the_carer(value) if isinstance(value, Say) else value for name, value in told.values.items()
    }
    return Say(TO_THE_CARER.get(told.text, told.text), values)


def _answers(carer: Carer) -> dict[CarerStep, tuple[str, ...]]:
    found: dict[CarerStep, tuple[str, ...]] = {}
    if carer.works:
        found[CarerStep.WORK] = tuple(_work_lines(carer.works))
    if carer.shortest_break_minutes is not None:
        found[CarerStep.SHORTEST] = (_minutes_words(carer.shortest_break_minutes),)
    if carer.breaks_wanted_hours is not None:
        hours = f"{carer.breaks_wanted_hours:g}"
        number = 1 if carer.breaks_wanted_hours == 1 else 2  # one and a half are 'hours'
        words = ngettext("%(hours)s hour a week", "%(hours)s hours a week", number, hours=hours)
        found[CarerStep.BREAKS] = (words,)
    if carer.notice_days is not None:
        found[CarerStep.NOTICE] = (_notice_words(carer.notice_days),)
    if carer.own_words:
        found[CarerStep.WORDS] = tuple(carer.own_words.splitlines())
    return found


def _work_lines(works: Mapping[str, Any]) -> list[str]:
    """'Monday: 9:30am to 2:30pm', or once for all weekdays where they are the same."""
    weekdays = [day.value for day in Day if not day.is_weekend]
    lines = []
    if all(works.get(day) == works.get("mon") for day in weekdays) and works.get("mon"):
        lines.append(gettext("Monday to Friday: %(times)s", times=_spans(works["mon"])))
        shown = [day for day in Day if day.is_weekend]
    else:
        shown = list(Day)
    return lines + [
        f"{gettext(day.label)}: {_spans(works[day.value])}" for day in shown if works.get(day.value)
    ]


def _spans(spans: list[str]) -> str:
    words = []
    for span in spans:
        start, end = span.split("-")
        words.append(gettext("%(start)s to %(end)s", start=clock_words(start), end=clock_words(end)))
    return ", ".join(words)


def _minutes_words(minutes: int) -> str:
    known = SHORTEST_BREAKS.get(minutes)
    return gettext(known) if known else ngettext("%(num)s minute", "%(num)s minutes", minutes)


def _notice_words(days: int) -> str:
    known = NOTICE.get(days)
    return gettext(known) if known else ngettext("%(num)s day before", "%(num)s days before", days)
