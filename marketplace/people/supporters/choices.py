"""The choices that a person has about those who help: how far, how long, on which basis."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from marketplace.people.steps import Choice
from marketplace.people.supporters.models import Basis, Scope
from marketplace.vocabulary import N_, Word

NEEDS_REASON = frozenset({Basis.BEST_INTERESTS})


class HowLong(Word):
    """Until when someone may help, counted from today."""

    MONTH = "month", N_("1 month")
    HALF_YEAR = "half_year", N_("6 months")
    YEAR = "year", N_("1 year")
    TWO_YEARS = "two_years", N_("2 years")


_DAYS = {HowLong.MONTH: 31, HowLong.HALF_YEAR: 183, HowLong.YEAR: 365, HowLong.TWO_YEARS: 730}

SCOPE_CHOICES = (
    Choice(
        Scope.LOOK.value,
        N_("Look"),
        N_("They see my page. They can’t change anything."),
        picture="eye",
    ),
    Choice(
        Scope.HELP.value,
        N_("Look and help to fill in"),
        N_("They see my page and can answer the questions with me."),
        picture="write",
    ),
    Choice(
        Scope.ACT.value,
        N_("Look, fill in, and act for the person"),
        N_("They do all that I can do here: save, send, and ask others to help."),
        picture="buddy",
    ),
)
PRACTITIONER_SCOPES = (
    Choice(
        Scope.LOOK.value,
        N_("Look"),
        N_("They see my page. They can’t change anything."),
        picture="eye",
    ),
    Choice(
        Scope.HELP.value,
        N_("Look and help"),
        N_("They can also answer questions with me, make lists for me and ask providers."),
        picture="write",
    ),
)
"""How far a person may let a practitioner go."""
_BASIS_HINTS = {
    Basis.CONSENT: N_("The person understands what this means, and said yes."),
    Basis.ATTORNEY: N_("Health and welfare, or property and money. You have seen that it is registered."),
    Basis.DEPUTY: N_("You have seen the order of the court, and what it covers."),
    Basis.SUITABLE_PERSON: N_("The council agreed that they receive the direct payment."),
    Basis.BEST_INTERESTS: N_("The person can’t decide this now. Write down the decision and the reason."),
}
BASIS_CHOICES = tuple(Choice(basis.value, basis.label, _BASIS_HINTS[basis]) for basis in Basis)


def ends_on(how_long: HowLong, *, today: date) -> date:
    return today + timedelta(days=_DAYS[how_long])


def scope_choices(most: Scope) -> tuple[Choice, ...]:
    """The scopes up to *most*: nobody gives more than they have."""
    return tuple(choice for choice in SCOPE_CHOICES if Scope(choice.value).position <= most.position)


def how_long_choices(*, today: date, latest: date | None = None) -> tuple[Choice, ...]:
    """How long from today, but not past *latest*; the shortest one is always there."""
    return tuple(
        Choice(one.value, one.label, picture="calendar")
        for one in _within(HowLong, today=today, latest=latest)
    )


def _within(all_of_them: Iterable[HowLong], *, today: date, latest: date | None) -> list[HowLong]:
    return [
        one
        for one in all_of_them
        if latest is None or one is HowLong.MONTH or ends_on(one, today=today) <= latest
    ]
