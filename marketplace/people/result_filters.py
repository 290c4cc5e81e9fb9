"""The filters above the list of matches: what can be chosen, and what was."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from flask_babel import gettext

from marketplace.matching.ranking import Filters
from marketplace.vocabulary import N_, Day, OfferKind, TimeOfDay
from marketplace.web.templating import label

WEEKDAYS, WEEKEND = "weekdays", "weekend"
_MINUTES = {
    "15": N_("Up to 15 minutes"),
    "30": N_("Up to 30 minutes"),
    "45": N_("Up to 45 minutes"),
    "60": N_("Up to 1 hour"),
}
_COSTS = {
    "0": N_("Free"),
    "5": N_("Up to £5 a week"),
    "20": N_("Up to £20 a week"),
    "50": N_("Up to £50 a week"),
    "100": N_("Up to £100 a week"),
}

E = TypeVar("E", bound=StrEnum)
Select = tuple[str, str, list[tuple[str, str]]]
"""Name in the address, label, and the options as value and words."""


def filter_choices() -> list[Select]:
    """The selects of the filter form, in the reader's words. An empty value is 'any'."""
    return [
        (
            "kind",
            gettext("Kind"),
            [("", gettext("All kinds")), *((kind.value, label(kind)) for kind in OfferKind)],
        ),
        (
            "day",
            gettext("Day"),
            [
                ("", gettext("Any day")),
                (WEEKDAYS, gettext("Monday to Friday")),
                (WEEKEND, gettext("Saturday or Sunday")),
                *((day.value, label(day)) for day in Day),
            ],
        ),
        (
            "time",
            gettext("Time of day"),
            [("", gettext("Any time")), *((time.value, label(time)) for time in TimeOfDay)],
        ),
        (
            "minutes",
            gettext("Way there"),
            [("", gettext("Any distance")), *((value, gettext(text)) for value, text in _MINUTES.items())],
        ),
        (
            "cost",
            gettext("Cost with travel"),
            [("", gettext("Any cost")), *((value, gettext(text)) for value, text in _COSTS.items())],
        ),
    ]


def filters_from(chosen: Mapping[str, str], *, evening: int) -> Filters:
    """The filters of *chosen*, whose values are among the choices; *evening* is in minutes."""
    kind = _one_of(OfferKind, chosen.get("kind"))
    time = _one_of(TimeOfDay, chosen.get("time"))
    return Filters(
        kinds=frozenset([kind]) if kind else frozenset(),
        days=_days(chosen.get("day")),
        times_of_day=frozenset([time]) if time else frozenset(),
        max_minutes=int(chosen["minutes"]) if "minutes" in chosen else None,
        max_weekly_cost=Decimal(chosen["cost"]) if "cost" in chosen else None,
        evening=evening,
    )


def _days(text: str | None) -> frozenset[int]:
    if text == WEEKDAYS:
        return frozenset(day.position for day in Day if not day.is_weekend)
    if text == WEEKEND:
        return frozenset(day.position for day in Day if day.is_weekend)
    day = _one_of(Day, text)
    return frozenset() if day is None else frozenset([day.position])


def _one_of(members: type[E], text: str | None) -> E | None:
    return next((member for member in members if member.value == text), None)
