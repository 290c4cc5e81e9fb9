"""What a session would cost in a year, from what real offers charge.

The price is the median of an hour of the council's own offers that charge for an hour or a session: for
the same theme and level, else for the level whatever the theme. Where fewer than five offers have such a
price nothing is guessed. Free offers are left out: somebody else pays for them. A council that pays for a
session pays for all of its places, taken or not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

import numpy as np
import numpy.typing as npt

from marketplace.gaps.disclosure import Shown
from marketplace.matching.catalogue import GONE, Catalogue
from marketplace.matching.codes import BASES
from marketplace.vocabulary import N_, CostBasis, SupportLevel, Theme, Word

FEWEST_PRICES = 5
HOURS = Decimal(3)
"""Of one session. An assumption; so is the next."""
WEEKS = 48
"""In which a session is on in a year."""
_POUND = Decimal(1)
_HOUR = 60

HourPrices = Mapping[tuple[Theme | None, SupportLevel], Decimal]
"""Pounds an hour for one person, by theme (None: whatever the theme) and level."""


class PriceBasis(Word):
    """What a price is taken from."""

    THEME_AND_LEVEL = "theme_and_level", N_("The middle price of offers like this for the same level")
    LEVEL = "level", N_("The middle price of all offers for the same level")
    NOT_KNOWN = "not_known", N_("Too few offers have a price")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Whole pounds; None where no price is known, or of so few people that they are not told."""

    basis: PriceBasis
    hour: Decimal | None
    year: Decimal | None
    a_person: Decimal | None
    """Of the year for each person helped; made of the shown number of people."""


def median_prices(catalogue: Catalogue, rows: npt.NDArray[np.integer]) -> HourPrices:
    """The median price of an hour, over the offers with these row numbers.

    A price for a session is spread over the offer's shortest known session.
    """
    columns = catalogue.columns
    found: dict[tuple[Theme | None, SupportLevel], list[Decimal]] = defaultdict(list)
    for row in rows[columns.vacancy[rows] != GONE].tolist():
        hour = _hour_price(catalogue, row)
        if hour is None:
            continue
        for level in SupportLevel:
            if int(columns.levels[row]) & level.bit:
                found[None, level].append(hour)
                for theme in Theme:
                    if int(columns.themes[row]) & theme.bit:
                        found[theme, level].append(hour)
    return {key: _pence(median(hours)) for key, hours in found.items() if len(hours) >= FEWEST_PRICES}


def cost_of(
    *, theme: Theme, level: SupportLevel, size: int, people: Shown | None, prices: HourPrices
) -> Cost:
    """What a session of *size* places costs, and for each of the *people* that it helps.

    Worked example: £12.50 an hour, 12 places, 3 hours in 48 weeks make £21,600 a year; for 'about 10'
    people £2,160 each. More people than places change nothing: only so many are helped.
    """
    basis, hour = PriceBasis.NOT_KNOWN, prices.get((theme, level))
    if hour is not None:
        basis = PriceBasis.THEME_AND_LEVEL
    elif (hour := prices.get((None, level))) is not None:
        basis = PriceBasis.LEVEL
    if hour is None:
        return Cost(basis=basis, hour=None, year=None, a_person=None)
    year = hour * HOURS * WEEKS * size
    helped = min(size, people.number or 0) if people is not None else 0
    each = (year / helped).quantize(_POUND, ROUND_HALF_UP) if helped else None
    return Cost(basis=basis, hour=hour, year=year.quantize(_POUND, ROUND_HALF_UP), a_person=each)


def _hour_price(catalogue: Catalogue, row: int) -> Decimal | None:
    columns = catalogue.columns
    known, pence = int(columns.cost_basis[row]), Decimal(int(columns.cost_pence[row]))
    if known < 0 or pence <= 0:
        return None
    if BASES[known] is CostBasis.HOUR:
        return pence / 100
    sessions = catalogue.sessions_of(row)
    lengths = [int(columns.session_end[at]) - int(columns.session_start[at]) for at in sessions]
    if BASES[known] is not CostBasis.SESSION or not lengths:
        return None
    return pence / 100 * _HOUR / min(lengths)


def _pence(pounds: Decimal) -> Decimal:
    return pounds.quantize(Decimal("0.01"), ROUND_HALF_UP)
