"""What a carer is asked about their own time, in order."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.people.steps import QUESTIONS, Choice, Question, Step
from marketplace.vocabulary import N_, Word

ANY = "any"
"""Chosen instead of an amount: nothing to say."""


class CarerStep(Word):
    """The questions of a carer, with the short names they have where answers are listed."""

    WORK = "work", N_("When you work")
    SHORTEST = "shortest-break", N_("The shortest break that helps")
    BREAKS = "breaks", N_("Hours of break in a week")
    NOTICE = "notice", N_("How early you must know")
    WORDS = "own-words", N_("What else we should know")


SHORTEST_BREAKS = {
    60: N_("1 hour"),
    120: N_("2 hours"),
    180: N_("3 hours"),
    240: N_("4 hours"),
    360: N_("6 hours"),
}
NOTICE = {
    1: N_("1 day before"),
    2: N_("2 days before"),
    7: N_("1 week before"),
    14: N_("2 weeks before"),
    28: N_("4 weeks before"),
}
_NOTHING = Choice(ANY, N_("It does not matter"), picture="not_sure")

CARER_QUESTIONS: Mapping[CarerStep, Question] = {
    CarerStep.WORK: Question(
        heading=N_("When do you go to work?"),
        hint=N_("Paid work, or anything else you must be at. Leave it empty if there is nothing."),
        picture="paid_work",
        choices=QUESTIONS[Step.WHEN].choices,
    ),
    CarerStep.SHORTEST: Question(
        heading=N_("What is the shortest break that helps you?"),
        hint=N_("Count the time when you don’t have to be there. A shorter visit then fits less well."),
        picture="carer_breaks",
        choices=(
            *(Choice(str(minutes), words, picture="clock") for minutes, words in SHORTEST_BREAKS.items()),
            _NOTHING,
        ),
        many=False,
    ),
    CarerStep.BREAKS: Question(
        heading=N_("How many hours of break do you want in a week?"),
        hint=N_("Only for you, beside the hours when you work. Leave it empty if you don’t know."),
        picture="carer_breaks",
    ),
    CarerStep.NOTICE: Question(
        heading=N_("How long before must you know that something is off?"),
        hint=N_("We tell you to ask this, wherever it matters."),
        picture="calendar",
        choices=(
            *(Choice(str(days), words, picture="calendar") for days, words in NOTICE.items()),
            _NOTHING,
        ),
        many=False,
    ),
    CarerStep.WORDS: Question(
        heading=N_("What else should we know about your time?"),
        hint=N_("For example who steps in when you are ill. Only you see this."),
        picture="write",
    ),
}
