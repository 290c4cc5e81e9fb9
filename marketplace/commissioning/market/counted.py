"""What of the market counts people, once a week with the gap report: on every day in between, a number that
moves would tell of the one person who came or went.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from marketplace.commissioning.market.people import Answering, Employing, OfSome, answering, employing
from marketplace.commissioning.market.picture import WhoRuns
from marketplace.commissioning.market.queries import supply_in
from marketplace.commissioning.report.kept import Reading
from marketplace.commissioning.report.making import Made, counted_part
from marketplace.gaps.disclosure import as_kept, as_shown
from marketplace.settings import LONDON

NAME = "market_people"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedPeople:
    """Who employs an assistant and how soon people were answered, as it was on one day."""

    day: date
    answers: Answering
    who: Employing


@counted_part(NAME)
def count_people(session: Session, made: Made, council_code: str) -> dict[str, Any]:
    """The part of one council, as ``people_in`` reads it. What happened before *made*'s day is in it."""
    geography = made.geography
    districts = geography.districts_in(geography.council_of(council_code)).tolist()
    codes = [geography.district_codes[at] for at in districts]
    who = employing(session, codes, today=made.today)
    supply = supply_in(session, codes, today=made.today, evening=made.evening)
    answers = answering(session, supply, now=datetime.combine(made.today, time(), tzinfo=LONDON))
    return {
        "employing": [_pair(who.whole), {code: _pair(one) for code, one in who.by_district.items()}],
        "answers": [
            _pair(answers.people),
            answers.median_hours,
            {runner.value: hours for runner, hours in answers.by_runner.items()},
        ],
    }


def people_in(reading: Reading | None, council_code: str) -> CountedPeople | None:
    """What a kept report says; None where nothing was counted for the council yet."""
    part = None if reading is None else reading.part(NAME, council_code)
    if reading is None or part is None:
        return None
    whole, by_district = part["employing"]
    people, median_hours, by_runner = part["answers"]
    return CountedPeople(
        day=reading.day,
        who=Employing(_some(whole), {code: _some(one) for code, one in by_district.items()}),
        answers=Answering(_some(people), median_hours, _hours(by_runner)),
    )


def _hours(by_runner: Mapping[str, int | None]) -> dict[WhoRuns, int | None]:
    return {WhoRuns(runner): hours for runner, hours in by_runner.items()}


def _pair(one: OfSome) -> list[int | str | None]:
    return [as_kept(one.all), as_kept(one.some)]


def _some(pair: list[int | str | None]) -> OfSome:
    return OfSome(*(as_shown(number) for number in pair))
