"""What an offer says of itself, in a reader's words: place, times, costs, distances.

Every function gives finished text in the reader's language and reading format, so cards, pages and
other rooms say the same thing in the same way.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

from flask_babel import gettext as _

from marketplace.offers.models import Place
from marketplace.offers.words import (
    DAYS,
    NEXT_DOOR_KM,
    DayTimes,
    address_lines,
    ages,
    breaks,
    clock,
    cost_in_short,
    day_list,
    joined,
    miles,
    price,
    price_with_note,
    times,
    town_of,
    transport,
    visit_length,
    week_of,
    when_in_short,
    when_with_break,
    where,
)
from marketplace.providers.models import Provider
from marketplace.vocabulary import PlaceKind, Word
from marketplace.web.templating import day_words

__all__ = [
    "DAYS",
    "DayTimes",
    "address_lines",
    "ages",
    "away",
    "breaks",
    "clock",
    "confirmed",
    "cost_in_short",
    "day_list",
    "from_here",
    "is_stale",
    "joined",
    "miles",
    "price",
    "price_with_note",
    "public_name",
    "times",
    "town_of",
    "transport",
    "visit_length",
    "week_of",
    "when_in_short",
    "when_with_break",
    "where",
]

Member = TypeVar("Member", bound=Word)

FRESH = timedelta(days=183)


def public_name(provider: Provider) -> str:
    """The name that a page may show: of a Personal Assistant the first name only."""
    if provider.is_individual:
        first = provider.name.split(",")[0].split()
        return first[0] if first else _("Personal Assistant")
    return provider.name


def away(km: float | None, place: Place | None) -> str | None:
    """How far it is, or whether someone comes that far; coarse where the point is coarse."""
    if km is None or place is None:
        return None
    if place.kind is PlaceKind.TRAVELS_TO_YOU:
        if place.radius_km is not None and km <= place.radius_km:
            return _("comes to where you are")
        return _("may be too far from you: ask")
    if place.kind is PlaceKind.EXACT or km < NEXT_DOOR_KM:
        return _("%(miles)s away", miles=miles(km))
    return _("about %(miles)s away", miles=miles(km))


def from_here(km: float) -> str:
    """How far another offer is from the one on the page."""
    return _("%(miles)s from here", miles=miles(km))


def is_stale(confirmed_on: date | None, *, today: date) -> bool:
    """The provider last confirmed it more than half a year ago, or never."""
    return confirmed_on is None or today - confirmed_on > FRESH


def confirmed(confirmed_on: date | None, *, today: date) -> str:
    """When the provider last said that all of it is right, and what to do if that is long ago."""
    if confirmed_on is None:
        return _("The provider has not confirmed these facts yet. Ask if they are still right.")
    on = day_words(confirmed_on)
    if is_stale(confirmed_on, today=today):
        return _(
            "The provider last confirmed these facts on %(date)s. That is more than 6 months ago. Ask if they are still right.",
            date=on,
        )
    return _("The provider confirmed these facts on %(date)s.", date=on)
