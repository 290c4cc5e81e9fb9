"""The words around a search: what is chosen, what went wrong, and what to try instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.directory.browse_filters import FEATURES, MILES, PRICES, BrowseFilters
from marketplace.directory.search import SearchResult
from marketplace.geo.places import PostcodeError
from marketplace.vocabulary import Day, OfferKind, SupportLevel, Theme, TimeOfDay
from marketplace.web.places import advice
from marketplace.web.templating import label, money

MOST_SUGGESTIONS = 4


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers."""

    kinds: tuple[OfferKind, ...] = tuple(OfferKind)
    themes: tuple[Theme, ...] = tuple(Theme)
    levels: tuple[SupportLevel, ...] = tuple(SupportLevel)
    days: tuple[Day, ...] = tuple(Day)
    times: tuple[TimeOfDay, ...] = tuple(TimeOfDay)
    features: tuple[object, ...] = FEATURES
    miles: tuple[int, ...] = MILES
    prices: tuple[Decimal, ...] = PRICES


CHOICES = Choices()


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that the reader chose, and the search without it."""

    words: str
    without: BrowseFilters


@dataclass(frozen=True, slots=True)
class Instead:
    """A search that finds something: without one of the choices."""

    chip: Chip
    total: int


def chips(result: SearchResult) -> tuple[Chip, ...]:
    """Everything chosen, in the order of the form."""
    filters = result.filters
    found = []
    if filters.q:
        found.append(Chip(f"“{filters.q}”", filters.without("q")))
    if filters.near:
        place = result.near.label if result.near else filters.near
        words = _("near %(place)s", place=place)
        if result.near and filters.miles:
            within = ngettext("%(num)d mile", "%(num)d miles", filters.miles)
            words = _("within %(miles)s of %(place)s", miles=within, place=place)
        found.append(Chip(words, filters.without("near")))
    for field in ("kind", "theme"):
        found += [Chip(label(word), filters.without(field, word)) for word in getattr(filters, field)]
    if filters.level is not None:
        found.append(Chip(label(filters.level), filters.without("level")))
    for field in ("day", "time", "has"):
        found += [Chip(label(word), filters.without(field, word)) for word in getattr(filters, field)]
    if filters.cost is not None:
        words = _("up to %(price)s", price=money(filters.cost)) if filters.cost else _("Free")
        found.append(Chip(words, filters.without("cost")))
    if filters.places:
        found.append(Chip(_("Has places"), filters.without("places")))
    return tuple(found)


def near_problem(result: SearchResult) -> str | None:
    """What to do about a place that was not found."""
    error = result.near_problem
    if error is None:
        return None
    if isinstance(error, PostcodeError):
        return advice(error)
    return _(
        "We do not know “%(place)s”. Enter a postcode, like NG18 1AB, or a town, like Mansfield",
        place=result.filters.near,
    )


def what_would_help(
    result: SearchResult, *, search_again: Callable[[BrowseFilters], int]
) -> tuple[Instead, ...]:
    """Where nothing was found: the choices without which something is, most first."""
    tried = []
    filters = result.filters
    options = list(chips(result))
    if result.near and filters.miles:
        within = ngettext("%(num)d mile", "%(num)d miles", filters.miles)
        options.insert(0, Chip(_("within %(miles)s", miles=within), filters.without("miles")))
    if len(options) < 2:
        return ()
    for chip in options[: MOST_SUGGESTIONS + 2]:
        total = search_again(chip.without)
        if total:
            tried.append(Instead(chip, total))
    return tuple(sorted(tried, key=lambda instead: -instead.total)[:MOST_SUGGESTIONS])
