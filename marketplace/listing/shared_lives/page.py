"""What was told of a household: as its forms hold it, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext

from marketplace.listing.shared_lives.questions import HouseholdStep
from marketplace.providers.models import Household
from marketplace.vocabulary import N_
from marketplace.web.language import translate
from marketplace.web.templating import day_words

FIELDS_OF: Mapping[HouseholdStep, tuple[str, ...]] = {
    HouseholdStep.WHO: ("first_names", "scheme_reference"),
    HouseholdStep.AREA: ("postcode", "town", "street"),
    HouseholdStep.HOME: ("has_pets", "smokes", "step_free", "has_children", "is_rural", "pets"),
    HouseholdStep.PEOPLE: ("people_at_once",),
    HouseholdStep.ABOUT: ("about",),
    HouseholdStep.APPROVED: ("approved_on", "review_on"),
}
"""What of a household each question is about."""

_YES_NO: Mapping[str, tuple[str, str]] = {
    "has_pets": (N_("There are pets"), N_("There are no pets")),
    "smokes": (N_("Somebody smokes in the home"), N_("Nobody smokes in the home")),
    "step_free": (N_("No steps to get in and around"), N_("There are steps")),
    "has_children": (N_("Children live there"), N_("No children live there")),
    "is_rural": (N_("In the country, away from a town"), N_("In or near a town")),
}


def answer_of(step: HouseholdStep, household: Household) -> dict[str, Any]:
    """The answer by field; all of them None or '' where there is none."""
    return {name: getattr(household, name) for name in FIELDS_OF[step]}


def is_answered(step: HouseholdStep, household: Household) -> bool:
    return any(value not in (None, "") for value in answer_of(step, household).values())


def lines_of(step: HouseholdStep, household: Household) -> tuple[str, ...]:
    """The answer in words, for the scheme."""
    match step:
        case HouseholdStep.WHO:
            reference = household.scheme_reference
            yours = gettext("Your reference: %(reference)s", reference=reference) if reference else ""
            return tuple(filter(None, (household.first_names, yours)))
        case HouseholdStep.AREA:
            return tuple(filter(None, (household.street, household.town, household.postcode)))
        case HouseholdStep.HOME:
            return (*facts_of(household), *filter(None, (household.pets,)))
        case HouseholdStep.PEOPLE:
            number = household.people_at_once
            return () if number is None else (ngettext("%(num)d person", "%(num)d people", number),)
        case HouseholdStep.ABOUT:
            return tuple(household.about.splitlines())
        case HouseholdStep.APPROVED:
            return _days(household)


def facts_of(household: Household) -> tuple[str, ...]:
    """What is known of the home, a short line each; what is not known is left out."""
    return tuple(
        translate(words[0] if getattr(household, name) else words[1])
        for name, words in _YES_NO.items()
        if getattr(household, name) is not None
    )


def _days(household: Household) -> tuple[str, ...]:
    lines = []
    if household.approved_on:
        lines.append(gettext("Approved on %(day)s", day=day_words(household.approved_on)))
    if household.review_on:
        lines.append(gettext("You look again on %(day)s", day=day_words(household.review_on)))
    return tuple(lines)
