"""The list of short questions, ``seeds/questions.yaml``: what is asked, of whom, and for which measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from marketplace.commissioning.outcomes.models import Asks

QUESTIONS_FILE = "questions.yaml"
FEWEST_ANSWERS, MOST_ANSWERS = 3, 5
LONGEST_ID = 60
RESERVED = "_"
"""Rows whose question begins so are no answers: that nobody is to be asked again, or not for now."""


class QuestionsError(ValueError):
    """The file is not as it must be; says what of which question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that can be chosen. *easy* are its words in Easy Read."""

    words: str
    easy: str
    picture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A measure, and the question that is asked for it."""

    id: str
    group: str
    code: str
    """Of the national framework, '' where it has none."""
    year: str
    """In which year or document the measure has this name and code."""
    source: str
    measure: str
    asks: Asks | None
    """None where nobody is asked: the number comes from ``where``."""
    words: str = ""
    easy: str = ""
    answers: tuple[Answer, ...] = ()
    counts: int = 0
    """So many of the first answers count towards the measure."""
    ages: tuple[int, int] | None = None
    where: str = ""

    def is_for(self, age: int | None) -> bool:
        """Whether someone of that age is asked; one whose age is not known is not, where ages matter."""
        return self.ages is None or (age is not None and self.ages[0] <= age <= self.ages[1])


@dataclass(frozen=True, slots=True)
class Questions:
    """The whole list, in its order."""

    groups: Mapping[str, str]
    all: tuple[Question, ...]

    def asked_of(self, asks: Asks, *, age: int | None = None) -> tuple[Question, ...]:
        """What a person of that age, or a carer, can be asked."""
        return tuple(one for one in self.all if one.asks is asks and (asks is Asks.CARER or one.is_for(age)))

    def by_id(self, question_id: str) -> Question | None:
        return next((one for one in self.all if one.id == question_id), None)


@cache
def read_questions(seeds_dir: Path) -> Questions:
    """The list of the folder; read once a process. Raises ``QuestionsError``, ``FileNotFoundError``."""
    with (seeds_dir / QUESTIONS_FILE).open(encoding="utf-8") as file:
        return questions_from(yaml.safe_load(file))


def questions_from(told: Mapping[str, Any]) -> Questions:
    """The list of an open file. Raises ``QuestionsError``."""
    try:
        scales = {name: _scale(name, rows) for name, rows in told["scales"].items()}
        found = tuple(_question(row, told, scales) for row in told["questions"])
        groups = dict(told["groups"])
    except (KeyError, TypeError, AttributeError) as error:
        raise QuestionsError(f"the list of questions lacks something: {error}") from error
    ids = [one.id for one in found]
    twice = {one for one in ids if ids.count(one) > 1}
    if twice:
        raise QuestionsError(f"two questions are called {sorted(twice)}")
    return Questions(groups, found)


def _scale(name: str, rows: list[dict[str, str]]) -> tuple[Answer, ...]:
    if not FEWEST_ANSWERS <= len(rows) <= MOST_ANSWERS:
        raise QuestionsError(f"the answers {name!r} are {len(rows)}; they must be 3 to 5")
    answers = tuple(Answer(str(row["words"]), str(row["easy"]), str(row["picture"])) for row in rows)
    if not all(one.words and one.easy and one.picture for one in answers):
        raise QuestionsError(f"an answer of {name!r} has no words, no easy words or no picture")
    return answers


def _question(
    row: Mapping[str, Any], told: Mapping[str, Any], scales: Mapping[str, tuple[Answer, ...]]
) -> Question:
    name = str(row["id"])
    if not name.replace("_", "").isalnum() or name.startswith(RESERVED) or len(name) > LONGEST_ID:
        raise QuestionsError(f"{name!r} can't be the id of a question")
    if row["group"] not in told["groups"]:
        raise QuestionsError(f"{name}: there is no group {row['group']!r}")
    source = told["sources"][row["source"]]
    measure: dict[str, Any] = {
        "id": name,
        "group": str(row["group"]),
        "code": str(row.get("code", "")),
        "year": str(row.get("year") or source["year"]),
        "source": str(source["name"]),
        "measure": str(row["measure"]),
    }
    if row.get("from") == "records":
        return Question(**measure, asks=None, where=str(row["where"]))
    answers, ages = scales[str(row["scale"])], row.get("ages")
    if not row["words"] or not row["easy"]:
        raise QuestionsError(f"{name} has no words, or no easy words")
    if not 1 <= int(row["counts"]) < len(answers):
        raise QuestionsError(f"{name}: {row['counts']} of {len(answers)} answers can't count")
    try:
        asks = Asks(row["asks"])
    except ValueError as error:
        raise QuestionsError(f"{name}: {error}") from error
    return Question(
        **measure,
        asks=asks,
        words=str(row["words"]),
        easy=str(row["easy"]),
        answers=answers,
        counts=int(row["counts"]),
        ages=(int(ages[0]), int(ages[1])) if ages else None,
    )
