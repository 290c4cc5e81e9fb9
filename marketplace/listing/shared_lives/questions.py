"""What a scheme is asked about a household, in order, with the words of each page."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.people.steps import Question
from marketplace.vocabulary import N_, Answer, Word


class HouseholdStep(Word):
    """The questions, with the short names they have where answers are listed."""

    WHO = "who", N_("Who lives there")
    AREA = "area", N_("Where it is")
    HOME = "home", N_("The home")
    PEOPLE = "people", N_("People at one time")
    ABOUT = "about", N_("What it is like there")
    APPROVED = "approved", N_("Your approval")


NEEDED = frozenset({HouseholdStep.WHO, HouseholdStep.AREA})
"""Without them nothing can be offered there."""

QUESTIONS: Mapping[HouseholdStep, Question] = {
    HouseholdStep.WHO: Question(
        heading=N_("Who are the Shared Lives carers?"),
        hint=N_("First names only. Surnames are never shown here."),
        picture="family",
    ),
    HouseholdStep.AREA: Question(
        heading=N_("Where is their home?"),
        hint=N_("People see the town and the first half of the postcode. The rest stays hidden."),
        picture="home",
    ),
    HouseholdStep.HOME: Question(
        heading=N_("What is true of the home?"),
        hint=N_("‘Not known’ is fine. Then people who need to know are told to ask you."),
        picture="shared_lives",
    ),
    HouseholdStep.PEOPLE: Question(
        heading=N_("How many people can be there at one time?"),
        hint=N_("Besides those who live there. Leave it empty if it depends."),
        picture="friends",
    ),
    HouseholdStep.ABOUT: Question(
        heading=N_("What is it like there?"),
        hint=N_("Each new offer of this home begins with these words. Leave out surnames and the address."),
        picture="write",
    ),
    HouseholdStep.APPROVED: Question(
        heading=N_("When did you approve the carers?"),
        hint=N_("People see this date as your word. Leave it empty if you don’t want to say it."),
        picture="tick",
    ),
}

FACTS: Mapping[str, tuple[str, str]] = {
    "has_pets": (N_("Are there pets?"), "animals"),
    "smokes": (N_("Does somebody smoke in the home?"), "cross"),
    "step_free": (N_("Can you get in and around without steps?"), "step_free"),
    "has_children": (N_("Do children live there?"), "family"),
    "is_rural": (N_("Is it in the country, away from a town?"), "gardening_nature"),
}
"""Yes, no or not known, by the name of the column: the question and its picture."""

YES_NO = tuple(Answer)
