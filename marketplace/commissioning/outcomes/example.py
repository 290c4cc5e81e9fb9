"""Invented answers of the invented people who agreed to be counted, so that the pages have numbers.

The same every time for the same day: what is known already is not written again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.commissioning.outcomes.figures import Quarter, quarters
from marketplace.commissioning.outcomes.models import Asks, SurveyAnswer
from marketplace.commissioning.outcomes.questions import Question, read_questions
from marketplace.people.models import Person

_QUARTERS = 3
_ANSWERS_BEFORE = {"i_statement": 2}
"""For how many of the newest quarters a group has answers; all others for all."""
_SHARE = {Asks.PERSON: 0.7, Asks.CARER: 0.15}
_SHARE_OF_STATEMENTS = 0.12
_BLOCK = 5_000


def load_example_answers(session: Session, seeds_dir: Path, *, today: date) -> int:
    """How many were written."""
    people = session.execute(
        select(Person.id, Person.reference, Person.age)
        .where(
            Person.is_example,
            Person.counts_in_gaps,
            Person.district_code.is_not(None),
            Person.account_id.is_(None),  # who signs in is still asked
        )
        .order_by(Person.reference)
    ).all()
    asked = [one for one in read_questions(seeds_dir).all if one.asks is not None]
    written = 0
    spans = quarters(today, _QUARTERS)
    for number, quarter in enumerate(spans):
        token = f"example:{quarter.key}"
        known = select(SurveyAnswer.id).where(SurveyAnswer.form_token == token).limit(1)
        if quarter.end <= quarter.first or session.scalar(known) is not None:
            continue
        rows = [
            {"person_id": person_id, "form_token": token, **row}
            for question in asked
            if _QUARTERS - number <= _ANSWERS_BEFORE.get(question.group, _QUARTERS)
            for person_id, reference, age in people
            for row in _answer(question, reference, age, quarter, number)
        ]
        for first in range(0, len(rows), _BLOCK):
            session.execute(insert(SurveyAnswer), rows[first : first + _BLOCK])
        written += len(rows)
    return written


def _answer(
    question: Question, reference: str, age: int | None, quarter: Quarter, number: int
) -> Iterator[dict[str, Any]]:
    """What one person says in one quarter, or nothing. Things get a little better from quarter to quarter."""
    chance = Random(f"{reference} {question.id} {quarter.key}")  # noqa: S311 (invented answers, no secret)
    share = _SHARE_OF_STATEMENTS if question.group == "i_statement" else _SHARE[question.asks or Asks.PERSON]
    if chance.random() >= share or (question.asks is Asks.PERSON and not question.is_for(age)):
        return
    likely = Random(question.id).uniform(0.35, 0.8) + 0.03 * number  # noqa: S311 (as above)
    counts = chance.random() < likely
    value = (
        chance.randrange(question.counts)
        if counts
        else chance.randrange(question.counts, len(question.answers))
    )
    days = (quarter.end - quarter.first).days
    yield {
        "asks": question.asks,
        "question": question.id,
        "value": value,
        "said_on": quarter.first + timedelta(days=chance.randrange(days)),
        "helped": chance.random() < 0.4,
        "said_by_id": None,
    }
