"""The parts of a profile: which questions and notes belong to each, and what of it others see.

Pure: no request, no database. What others see is chosen by naming what is shown, so a field that
nobody thought of stays hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.people.answers import Answers
from marketplace.people.profile.merging import FIELDS, read_field, write_field
from marketplace.people.profile.models import NoteKind, ProfilePart
from marketplace.people.steps import Step


@dataclass(frozen=True)
class PartContent:
    """What a part is made of: questions of the journey, notes in own words, and other fields."""

    steps: tuple[Step, ...] = ()
    notes: tuple[NoteKind, ...] = ()
    fields: tuple[str, ...] = ()
    """Fields of the needs document that no question of the journey asks for."""
    is_optional: bool = False
    """Personal matters that nobody has to tell; the page says so."""
    picture: str = ""


CONTENT: Mapping[ProfilePart, PartContent] = {
    ProfilePart.ABOUT: PartContent(steps=(Step.WHERE,), notes=(NoteKind.OTHER,), picture="one_to_one"),
    ProfilePart.STRENGTHS: PartContent(notes=(NoteKind.CAN_DO, NoteKind.LEARNT_BEFORE), picture="enablement"),
    ProfilePart.GOALS: PartContent(steps=(Step.WHAT,), notes=(NoteKind.GOOD_DAY,), picture="goals"),
    ProfilePart.IN_MY_LIFE: PartContent(notes=(NoteKind.IN_MY_LIFE,), picture="family"),
    ProfilePart.LEVEL: PartContent(steps=(Step.SUPPORT,), picture="level_3"),
    ProfilePart.TRAVEL: PartContent(steps=(Step.TRAVEL, Step.MINUTES, Step.ON_THE_WAY), picture="bus"),
    ProfilePart.TIMES: PartContent(
        steps=(Step.WHEN,), fields=("shortest_visit_minutes",), picture="calendar"
    ),
    ProfilePart.MUST_BE_RIGHT: PartContent(steps=(Step.MUST, Step.LIKE), picture="tick"),
    ProfilePart.COMMUNICATION: PartContent(picture="talk"),
    ProfilePart.MONEY: PartContent(steps=(Step.PAYING, Step.BUDGET), picture="money"),
    ProfilePart.PREFERENCES: PartContent(
        steps=(Step.MATTERS,),
        notes=(NoteKind.CULTURE, NoteKind.LANGUAGE, NoteKind.STAFF_GENDER),
        is_optional=True,
        picture="matters",
    ),
}

PART_OF_STEP: Mapping[Step, ProfilePart] = {
    step: part for part, content in CONTENT.items() for step in content.steps
}
PART_OF_NOTE: Mapping[NoteKind, ProfilePart] = {
    kind: part for part, content in CONTENT.items() for kind in content.notes
}


def fields_of(part: ProfilePart) -> tuple[str, ...]:
    """The fields of the needs document that say something of this part, as 'travel.modes'."""
    content = CONTENT[part]
    return (*(field for step in content.steps for field in FIELDS[step]), *content.fields)


def answers_shown(answers: Answers, hidden: Collection[ProfilePart]) -> dict[str, Any]:
    """The answers without those of *hidden* parts; without any hidden part, all of them.

    The way from a person's answers to anyone else's page, reasons, export or form.
    """
    if not hidden:
        return dict(answers)
    return only_fields(
        answers, (field for part in ProfilePart if part not in hidden for field in fields_of(part))
    )


def only_fields(answers: Answers, fields: Iterable[str]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for field in fields:
        shown = write_field(shown, field, read_field(answers, field))
    return shown


def with_part(answers: Answers, after: Answers, part: ProfilePart) -> dict[str, Any]:
    """*answers* with what *after* says of one part; everything else stays as it is."""
    result = dict(answers)
    for field in fields_of(part):
        result = write_field(result, field, read_field(after, field))
    return result
