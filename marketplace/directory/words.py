"""What an offer says of itself, in a reader's words: place, times, costs, distances.

Every function gives finished text in the reader's language and reading format, so cards, pages and
other rooms say the same thing in the same way.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.offers.models import Offer, Place
from marketplace.offers.standing import MISSES_TO_WARN
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
from marketplace.settings import FreshnessSettings
from marketplace.vocabulary import PlaceKind, Word
from marketplace.web.templating import day_words
from marketplace.web.today import london_day

__all__ = [
    "DAYS",
    "DayTimes",
    "address_lines",
    "ages",
    "ask_first",
    "away",
    "breaks",
    "brought_in_on",
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
LONG_AGO = FreshnessSettings().long_ago
DAYS_A_MONTH = 30.44


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


def brought_in_on(offer: Offer) -> date | None:
    """When another list told what an offer says; None once its provider has said or changed anything here.

    A day of confirmation that is older came with that list: nobody has confirmed it here.
    """
    day = london_day(offer.updated_at)
    is_from_list = offer.confirmed_on is None or offer.confirmed_on < day
    return day if offer.source_id is not None and offer.version == 1 and is_from_list else None


def is_stale(confirmed_on: date | None, *, today: date) -> bool:
    """The provider last confirmed it more than half a year ago, or never."""
    return confirmed_on is None or today - confirmed_on > FRESH


_CONTACT = re.compile(
    r"[^\s@]@[^\s@]+\.\w|https?://\w|\bwww\.\w|(?<![\w.])(?:\+|\(?0)(?:[ ()-]{0,2}\d){9,13}(?!\w)"
)


def may_name_contact(*texts: str) -> bool:
    """Whether something in these texts looks like an address of e-mail or of the web, or a phone number.

    Whose it is, nobody can tell: readers are led to the words, and nothing is taken over.
    """
    return any(_CONTACT.search(text) for text in texts)


def has_not_told(misses: int) -> bool:
    """The provider gave so often no answer that the public is told."""
    return misses >= MISSES_TO_WARN


def ask_first(offer: Offer, *, today: date) -> str:
    """For a card: that nobody has confirmed it, or not for long, and to ask; '' where it is fresh."""
    if has_not_told(offer.misses):
        return _("The provider did not answer when we asked if this is still right. Ask first.")
    if not is_stale(offer.confirmed_on, today=today):
        return ""
    brought_in = brought_in_on(offer)
    if offer.confirmed_on is None:
        return (
            _("The provider has not confirmed this yet. Ask if it is still right.")
            if brought_in is None
            else _(
                "This came from another list on %(date)s. The provider has not confirmed it yet. Ask if it is still right.",
                date=day_words(brought_in),
            )
        )
    if brought_in is None:
        return _("The provider has not confirmed this for more than 6 months. Ask if it is still right.")
    return _(
        "This came from another list on %(date)s. It was last confirmed there on %(confirmed)s. Ask if it is still right.",
        date=day_words(brought_in),
        confirmed=day_words(offer.confirmed_on),
    )


def confirmed(
    confirmed_on: date | None,
    *,
    today: date,
    misses: int = 0,
    long_ago: timedelta = LONG_AGO,
    brought_in: date | None = None,
) -> str:
    """When the provider last said that all of it is right, and what to do if that is long ago.

    *misses* is how often in a row it gave no answer when it was asked; *brought_in* is ``brought_in_on``.
    """
    if has_not_told(misses):
        return _not_told(confirmed_on, today=today)
    if confirmed_on is None:
        return (
            _("The provider has not confirmed these facts yet. Ask if they are still right.")
            if brought_in is None
            else _(
                "These facts came from another list on %(date)s. The provider has not confirmed them yet. Ask if they are still right.",
                date=day_words(brought_in),
            )
        )
    on = day_words(confirmed_on)
    if today - confirmed_on > long_ago:
        return ngettext(
            "These facts were last confirmed on %(date)s. That is %(num)s month ago. Much may have changed: ask first.",
            "These facts were last confirmed on %(date)s. That is %(num)s months ago. Much may have changed: ask first.",
            int((today - confirmed_on).days / DAYS_A_MONTH),
            date=on,
        )
    if brought_in is not None:
        came = day_words(brought_in)
        return (
            _(
                "These facts came from another list on %(date)s. They were last confirmed there on %(confirmed)s. Ask if they are still right.",
                date=came,
                confirmed=on,
            )
            if is_stale(confirmed_on, today=today)
            else _(
                "These facts came from another list on %(date)s. They were confirmed there on %(confirmed)s.",
                date=came,
                confirmed=on,
            )
        )
    if is_stale(confirmed_on, today=today):
        return _(
            "The provider last confirmed these facts on %(date)s. That is more than 6 months ago. Ask if they are still right.",
            date=on,
        )
    return _("The provider confirmed these facts on %(date)s.", date=on)


def _not_told(confirmed_on: date | None, *, today: date) -> str:
    if confirmed_on is None:
        return _("The provider has not told us that this is right, though we asked. Ask before you go.")
    return ngettext(
        "The provider has not told us for %(num)s week that this is right. Ask before you go.",
        "The provider has not told us for %(num)s weeks that this is right. Ask before you go.",
        max(1, (today - confirmed_on).days // 7),
    )
