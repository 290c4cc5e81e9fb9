"""Every sentence that example people get is read, as a voice would read it, and held against rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from random import Random

from flask import Flask
from sqlalchemy import select

from marketplace.db import get_session
from marketplace.matching.ranking import rank
from marketplace.matching.result import Match
from marketplace.people.matches import current_catalogue, home_of
from marketplace.people.models import Person
from marketplace.vocabulary import Part

PEOPLE = 40
TODAY = date(2026, 11, 23)
_SENTENCE = re.compile(r"(?<=[.?]) (?=[A-Z“£])")
_FAULTS = {
    "something was not filled in": re.compile(r"\bNone\b|\bnan\b|%\(|[\[\]{}]|:\s*[.;]|“”|\(\)"),
    "one of many": re.compile(r"(?<![\d.:])1 (hours|minutes|days|miles|nights)\b"),
    "a number as no one says it": re.compile(
        r"\d\.\d+ (hour|minute)|£0|£\d+\.\d\b(?!\d)|\b\d\d:\d\d\b(?!am|pm)"
    ),
    "a word twice": re.compile(r"\b([a-z]+) \1\b"),
    "no end, or two": re.compile(r"[^.?]$|[.?] ?[.,;]|  "),
    "two lists run into one": re.compile(r"[apm]{2} and \w+day and "),
}


def _told(match: Match) -> Iterator[str]:
    yield from (str(part.reason) for part in match.parts)
    yield from (str(question) for question in match.ask)
    yield from (str(said) for said in (match.way, match.price) if said is not None)
    if match.companion is not None:
        yield str(match.companion.reason)
        yield str(match.companion.price)


def _faults_of(match: Match) -> list[str]:
    lines = list(_told(match))
    faults = [f"{name}: {line}" for line in lines for name, fault in _FAULTS.items() if fault.search(line)]
    for line in (*lines, " ".join(map(str, match.ask))):
        sentences = _SENTENCE.split(line)
        if len(set(sentences)) < len(sentences) and not line.startswith("Ask "):
            faults.append(f"said twice: {line}")
    costs = [str(part.reason) for part in match.parts if part.part is Part.COST]
    weekly = match.weekly_cost
    if costs and weekly and match.companion is None:
        pence = f"{weekly * 100:.0f}p" if weekly < 1 else f"£{weekly:.2f}".removesuffix(".00")
        faults += [f"another price than {weekly}: {line}" for line in costs if pence not in line]
    return faults


def test_what_example_people_read_makes_sense_aloud(example_app: Flask) -> None:
    with example_app.test_request_context():
        session = get_session()
        catalogue = current_catalogue(session)
        people = session.scalars(select(Person).where(Person.is_example).order_by(Person.reference)).all()
        faults: list[str] = []
        read = 0
        for person in Random(10).sample(people, PEOPLE):
            needs = person.to_needs()
            ranking = rank(needs, catalogue, home=home_of(needs), today=TODAY)
            for match in ranking.kinds_mixed().matches(0, 10):
                faults += _faults_of(match)
                read += 1
            if not len(ranking):
                misses = [f"{miss.would_help}." for miss in ranking.near_misses(5)]
                faults += [line for line in misses if any(fault.search(line) for fault in _FAULTS.values())]
        assert read > 5 * PEOPLE
        assert faults == []
