"""A person's page and profile in words: typed objects for the templates, nothing left to look up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from marketplace.people.models import Person
from marketplace.people.profile import goals as sorted_goals
from marketplace.people.profile.models import (
    CommunicationRecord,
    NoteKind,
    ProfileNote,
    ProfilePart,
)
from marketplace.people.profile.parts import CONTENT
from marketplace.people.profile.questions import GOALS, NOTES, ROW_WORDS
from marketplace.people.steps import Step, steps_for
from marketplace.people.summary import AnswerRow, answer_rows
from marketplace.vocabulary import GoalStance, SupportLevel, Theme
from marketplace.web.templating import day_words

MOST_NEXT_STEPS = 3


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One question of a part with its answer, and where it is changed ('' for who may only look)."""

    question: str
    lines: tuple[str, ...]
    picture: str
    change: str
    is_own_words: bool = False


@dataclass(frozen=True, slots=True)
class PartShown:
    part: ProfilePart
    rows: tuple[ProfileRow, ...]
    is_hidden: bool
    is_optional: bool
    picture: str

    @property
    def has_answers(self) -> bool:
        return any(row.lines for row in self.rows)


@dataclass(frozen=True, slots=True)
class NextStep:
    words: str
    url: str
    picture: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that a profile is made of, as it was read for one page."""

    person: Person
    answers: Mapping[str, Any]
    notes: Mapping[NoteKind, ProfileNote]
    communication: Collection[CommunicationRecord]
    hidden: Collection[ProfilePart]
    unseen: Collection[ProfilePart]
    may_change: bool
    evening_starts: time
    today: date


def parts_shown(known: Known) -> list[PartShown]:
    """Every part that this reader may see, in order, with its questions and answers."""
    by_step = {row.step: row for row in answer_rows(known.answers, evening_starts=known.evening_starts)}
    return [
        PartShown(
            part=part,
            rows=tuple(_rows(known, part, by_step)),
            is_hidden=part in known.hidden,
            is_optional=CONTENT[part].is_optional,
            picture=CONTENT[part].picture,
        )
        for part in ProfilePart
        if part not in known.unseen
    ]


def goal_words(goal: Mapping[str, Any]) -> str:
    """A goal as the person would say it: 'Cooking: I want to make my own tea'."""
    theme = gettext(Theme(goal["theme"]).label) if goal.get("theme") else ""
    return ": ".join(part for part in (theme, goal.get("text", "")) if part)


def goal_groups(answers: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...], str]]:
    """The goals by stance (words, goals, picture), without empty groups."""
    groups: list[tuple[str, tuple[str, ...], str]] = []
    for stance in GoalStance:
        lines = tuple(goal_words(goal) for goal in sorted_goals.goals_of(answers, stance))
        groups.append((gettext(stance.label), lines, GOALS[stance].picture))
    loose = tuple(goal_words(goal) for goal in sorted_goals.goals_of(answers, None))
    groups.append((gettext(ROW_WORDS[Step.WHAT]), loose, "goals"))
    return [group for group in groups if group[1]]


def communication_lines(records: Iterable[CommunicationRecord]) -> tuple[str, ...]:
    return tuple(
        f"{gettext(one.need.label)}: {one.note}" if one.note else gettext(one.need.label) for one in records
    )


def due_reviews(records: Iterable[CommunicationRecord], today: date) -> list[CommunicationRecord]:
    """The communication needs that are to be looked at again by now."""
    return [one for one in records if one.review_on <= today]


def next_steps(
    known: Known, *, is_own: bool, can_match: str, can_invite: str, can_save: str
) -> list[NextStep]:
    """What would help most now, at most three. The addresses are '' where they lead nowhere."""
    if not known.may_change:
        return []
    person_id, name = known.person.id, known.person.first_name
    steps: list[NextStep] = []
    if can_save:
        steps.append(NextStep(gettext("Save the answers you gave before"), can_save, "answers"))
    if ProfilePart.GOALS not in known.unseen and not known.answers.get("goals"):
        words = (
            gettext("Say what you would like to do")
            if is_own
            else gettext("Say what %(name)s wants", name=name)
        )
        url = url_for("profile.question", person_id=person_id, step=Step.WHAT.value, then="next")
        steps.append(NextStep(words, url, "goals"))
    elif can_match and known.answers.get("goals"):
        steps.append(NextStep(gettext("See what fits"), can_match, "search"))
    if ProfilePart.COMMUNICATION not in known.unseen and not known.communication:
        words = (
            gettext("Say how people should talk with you")
            if is_own
            else gettext("Say how people should talk with %(name)s", name=name)
        )
        steps.append(NextStep(words, url_for("profile.communication", person_id=person_id), "talk"))
    elif due_reviews(known.communication, known.today):
        words = (
            gettext("Check if people should still talk with you like this")
            if is_own
            else gettext("Ask %(name)s if people should still talk like this", name=name)
        )
        anchor = f"part-{ProfilePart.COMMUNICATION}"
        steps.append(NextStep(words, url_for("profile.profile", person_id=person_id, _anchor=anchor), "talk"))
    open_steps = unanswered(known)
    if open_steps and known.answers.get("goals"):
        url = url_for("profile.question", person_id=person_id, step=open_steps[0].value, then="next")
        steps.append(NextStep(gettext("Answer a few more questions"), url, "answers"))
    if can_invite:
        steps.append(NextStep(gettext("Ask someone you trust to help"), can_invite, "buddy"))
    return steps[:MOST_NEXT_STEPS]


def unanswered(known: Known) -> list[Step]:
    """The questions without an answer that this reader may answer, in order."""
    seen_steps = {step for part in ProfilePart if part not in known.unseen for step in CONTENT[part].steps}
    answered = {
        row.step for row in answer_rows(known.answers, evening_starts=known.evening_starts) if row.lines
    }
    return [step for step in steps_for(known.answers) if step in seen_steps and step not in answered]


def level_of(answers: Mapping[str, Any]) -> SupportLevel | None:
    return SupportLevel(answers["support_level"]) if answers.get("support_level") else None


def _rows(known: Known, part: ProfilePart, by_step: Mapping[Step, AnswerRow]) -> Iterable[ProfileRow]:
    if part is ProfilePart.ABOUT:
        yield _name_row(known)
    if part is ProfilePart.COMMUNICATION:
        yield from _communication_rows(known)
    for step in CONTENT[part].steps:
        if step is Step.WHAT:
            yield from _goal_rows(known)
        elif step in by_step:
            row = by_step[step]
            url = _change(known, "profile.question", step=step.value)
            yield ProfileRow(gettext(ROW_WORDS[step]), row.lines, row.picture, url)
    for kind in CONTENT[part].notes:
        note = known.notes.get(kind)
        yield ProfileRow(
            question=gettext(kind.label),
            lines=tuple(note.text.splitlines()) if note else (),
            picture=NOTES[kind].picture,
            change=_change(known, "profile.note", kind=kind.value),
            is_own_words=True,
        )


def _name_row(known: Known) -> ProfileRow:
    person = known.person
    name = f"{person.first_name} {person.family_name}".strip()
    return ProfileRow(gettext("Name"), (name,), "one_to_one", _change(known, "profile.name"))


def _goal_rows(known: Known) -> Iterable[ProfileRow]:
    for stance in GoalStance:
        goals = sorted_goals.goals_of(known.answers, stance)
        yield ProfileRow(
            question=gettext(stance.label),
            lines=tuple(goal_words(goal) for goal in goals),
            picture=GOALS[stance].picture,
            change=_change(known, "profile.goals", stance=stance.value),
        )
    loose = sorted_goals.goals_of(known.answers, None)
    if loose:
        only = {**known.answers, "goals": loose}
        rows = answer_rows(only, evening_starts=known.evening_starts)
        lines = next(row.lines for row in rows if row.step is Step.WHAT)
        url = _change(known, "profile.question", step=Step.WHAT.value)
        yield ProfileRow(gettext(ROW_WORDS[Step.WHAT]), lines, "goals", url)
    everything = known.answers.get("goals", ())
    if len(everything) > 1:
        chosen = sorted_goals.important_goals(known.answers)
        yield ProfileRow(
            question=gettext("What matters most of these"),
            lines=tuple(goal_words(everything[place]) for place in chosen),
            picture="matters",
            change=_change(known, "profile.important"),
        )


def _communication_rows(known: Known) -> Iterable[ProfileRow]:
    yield ProfileRow(
        question=gettext("What helps me"),
        lines=communication_lines(known.communication),
        picture="talk",
        change=_change(known, "profile.communication"),
    )
    if not known.communication:
        return
    told = [one for one in known.communication if one.share_with_providers]
    yield ProfileRow(
        question=gettext("What we may tell providers"),
        lines=communication_lines(told) or (gettext("Nothing"),),
        picture="letter",
        change=_change(known, "profile.sharing"),
    )
    first = min(one.review_on for one in known.communication)
    yield ProfileRow(gettext("Look at this again on"), (day_words(first),), "calendar", "")


def _change(known: Known, endpoint: str, **values: Any) -> str:
    person_id: UUID = known.person.id
    return url_for(endpoint, person_id=person_id, **values) if known.may_change else ""
