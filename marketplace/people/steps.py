"""The questions of the find journey, in order, and the choices that each offers.

Only words and order live here: what is drawn is in the templates, what is kept in ``answers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from marketplace.vocabulary import (
    N_,
    Feature,
    FundingRoute,
    Priority,
    SupportLevel,
    Theme,
    TravelMode,
    TravelPass,
    Word,
)

MOST_PRIORITIES = 3
NOT_SURE = "not_sure"
WITH_SUPPORT = "with_support"
WHEELCHAIR_SPACE = "wheelchair_space"


class EasyTime(Word):
    """The easy choices of when: groups of days, and a part of the day."""

    WEEKDAY_MORNINGS = "weekday_mornings", N_("Weekday mornings")
    WEEKDAY_AFTERNOONS = "weekday_afternoons", N_("Weekday afternoons")
    WEEKDAY_EVENINGS = "weekday_evenings", N_("Weekday evenings")
    SATURDAYS = "saturdays", N_("Saturdays in the day")
    SATURDAY_EVENINGS = "saturday_evenings", N_("Saturday evenings")
    SUNDAYS = "sundays", N_("Sundays in the day")
    SUNDAY_EVENINGS = "sunday_evenings", N_("Sunday evenings")


class Step(Word):
    """A question, with the short name it has where answers are listed."""

    WHAT = "what", N_("What you want to do")
    SUPPORT = "support", N_("Your support")
    WHERE = "where", N_("Where you live")
    TRAVEL = "travel", N_("How you travel")
    MINUTES = "minutes", N_("How long to travel")
    ON_THE_WAY = "on-the-way", N_("Help on the way")
    WHEN = "when", N_("When you could go")
    MUST = "must", N_("What must be there")
    LIKE = "like", N_("What you would like")
    PAYING = "paying", N_("Who pays")
    BUDGET = "budget", N_("How much you can spend")
    MATTERS = "matters", N_("What matters most")


WITHOUT_A_PLACE = frozenset({Step.TRAVEL, Step.MINUTES})
"""Pointless where we don't know from where: never asked then."""


@dataclass(frozen=True)
class Choice:
    """One answer that can be ticked; ``label`` and ``hint`` are source texts."""

    value: str
    label: str
    hint: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Question:
    """The words of one page. The heading is the question's label."""

    heading: str
    hint: str = ""
    picture: str = ""
    choices: tuple[Choice, ...] = ()
    many: bool = True
    most: int | None = None
    nothing: str = ""
    """What to do when nothing was chosen; empty where nothing is an answer too."""
    pictures: bool = True
    """Pictures in every reading format, not in Easy Read only."""


def steps_for(answers: Mapping[str, Any]) -> tuple[Step, ...]:
    """The questions that make sense with these answers, in order."""
    if answers.get("postcode"):
        return tuple(Step)
    return tuple(step for step in Step if step not in WITHOUT_A_PLACE)


def step_after(step: Step, answers: Mapping[str, Any]) -> Step | None:
    """The next question, or None after the last."""
    return next((other for other in steps_for(answers) if other.position > step.position), None)


def step_before(step: Step, answers: Mapping[str, Any]) -> Step | None:
    """The question before, or None before the first."""
    earlier = [other for other in steps_for(answers) if other.position < step.position]
    return earlier[-1] if earlier else None


def _words(members: Iterable[Word], hints: Mapping[Word, str] = MappingProxyType({})) -> tuple[Choice, ...]:
    return tuple(
        Choice(member.value, member.label, hint=hints.get(member, ""), picture=member.value)
        for member in members
    )


_MINUTES = {
    15: N_("Up to 15 minutes"),
    30: N_("Up to 30 minutes"),
    45: N_("Up to 45 minutes"),
    60: N_("Up to 1 hour"),
    90: N_("Up to 1 hour and a half"),
}
_PAYING_HINTS = {
    FundingRoute.DIRECT_PAYMENT: N_("The council pays the money to me, and I buy my support."),
    FundingRoute.MANAGED_BUDGET: N_("The council, or another organisation, holds the money for me."),
    FundingRoute.MIXED: N_("Some of each."),
    FundingRoute.SELF_FUNDER: N_("I pay myself, or my family does."),
}
_TIME_PICTURES = {
    EasyTime.WEEKDAY_MORNINGS: "morning",
    EasyTime.WEEKDAY_AFTERNOONS: "afternoon",
    EasyTime.WEEKDAY_EVENINGS: "evening",
    EasyTime.SATURDAYS: "weekend",
    EasyTime.SATURDAY_EVENINGS: "evening",
    EasyTime.SUNDAYS: "weekend",
    EasyTime.SUNDAY_EVENINGS: "evening",
}
_NOT_SURE = Choice(NOT_SURE, N_("I am not sure"), picture="not_sure")

QUESTIONS: Mapping[Step, Question] = {
    Step.WHAT: Question(
        heading=N_("What would you like to do?"),
        hint=N_("Choose as many as you like."),
        picture="goals",
        choices=_words(Theme),
    ),
    Step.SUPPORT: Question(
        heading=N_("How much support do you need?"),
        hint=N_("Choose what is most like you now. It can change later."),
        picture="level_3",
        choices=(
            *(
                Choice(
                    str(level.value),
                    level.explanation,
                    hint=level.label,
                    picture=f"level_{level.value}",
                )
                for level in SupportLevel
            ),
            _NOT_SURE,
        ),
        many=False,
        nothing=N_("Choose how much support you need, or press 'Skip this question'"),
    ),
    Step.WHERE: Question(
        heading=N_("What is your postcode?"),
        hint=N_("We use it to find things near you. Only the first half is fine too, like NG18."),
        picture="home",
    ),
    Step.TRAVEL: Question(
        heading=N_("How can you travel?"),
        hint=N_("Choose all the ways you can use, alone or with help."),
        picture="bus",
        choices=_words(TravelMode, {TravelMode.TAXI: N_("We add the fare to what it costs.")}),
        nothing=N_("Choose a way to travel, or press 'Skip this question'"),
    ),
    Step.MINUTES: Question(
        heading=N_("How long can the way there take?"),
        hint=N_("This is one way, from door to door."),
        picture="clock",
        choices=(
            *(Choice(str(minutes), words, picture="clock") for minutes, words in _MINUTES.items()),
            Choice(NOT_SURE, N_("I do not mind, or I am not sure"), picture="not_sure"),
        ),
        many=False,
        nothing=N_("Choose how long the way there can take, or press 'Skip this question'"),
        pictures=False,
    ),
    Step.ON_THE_WAY: Question(
        heading=N_("What do you need on the way?"),
        hint=N_("Choose all that are true for you."),
        picture="map",
        choices=(
            Choice(WITH_SUPPORT, N_("Someone to go with me"), picture="buddy"),
            Choice(
                WHEELCHAIR_SPACE,
                N_("Space for my wheelchair or scooter"),
                picture="wheelchair_space",
            ),
            *(
                Choice(item.value, item.label, hint=N_("I have this pass."), picture="pass")
                for item in TravelPass
            ),
        ),
    ),
    Step.WHEN: Question(
        heading=N_("When could you go?"),
        hint=N_("Choose all the times you could be there."),
        picture="calendar",
        choices=tuple(
            Choice(choice.value, choice.label, picture=_TIME_PICTURES[choice]) for choice in EasyTime
        ),
        nothing=N_("Choose a time when you could go, or press 'Skip this question'"),
    ),
    Step.MUST: Question(
        heading=N_("What must be there for you?"),
        hint=N_("Choose only what you can't do without. We leave out places that do not have it."),
        picture="tick",
        choices=_words(Feature),
    ),
    Step.LIKE: Question(
        heading=N_("What else would you like?"),
        hint=N_("Good to have, but you could do without."),
        picture="matters",
        choices=_words(Feature),
    ),
    Step.PAYING: Question(
        heading=N_("Who pays for your support?"),
        hint=N_("You can use this service whoever pays."),
        picture="money",
        choices=(
            *(
                Choice(route.value, route.label, hint=_PAYING_HINTS[route], picture="money")
                for route in FundingRoute
            ),
            _NOT_SURE,
        ),
        many=False,
        nothing=N_("Choose who pays, or press 'Skip this question'"),
        pictures=False,
    ),
    Step.BUDGET: Question(
        heading=N_("How much can you spend in a week?"),
        hint=N_("This is for the activity and the way there. Leave it out if you are not sure."),
        picture="low_cost",
    ),
    Step.MATTERS: Question(
        heading=N_("What matters most to you?"),
        hint=N_("Choose up to three. They count more when we put your matches in order."),
        picture="matters",
        choices=_words(Priority),
        most=MOST_PRIORITIES,
    ),
}
