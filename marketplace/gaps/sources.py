"""Where demand comes from, and how much each source counts.

Each source is counted and shown apart. A weighted sum is made only of shown numbers, so it says nothing
that they don't.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from marketplace.gaps.disclosure import Shown
from marketplace.vocabulary import N_, Word


class DemandSource(Word):
    """Who told us that something is wanted."""

    PROFILES = "profiles", N_("People who told us and agreed to be counted")
    CASES = "cases", N_("People a practitioner told us of, who agreed to be counted")
    SEARCHES = "searches", N_("Searches without a name")
    DECLINED = "declined", N_("Requests that were declined or that nobody answered")
    BROUGHT = "brought", N_("The council's own list")


SOURCE_WEIGHTS: Mapping[DemandSource, Decimal] = MappingProxyType(
    {
        DemandSource.PROFILES: Decimal("1.0"),
        DemandSource.CASES: Decimal("1.0"),
        DemandSource.SEARCHES: Decimal("0.2"),
        DemandSource.DECLINED: Decimal("0.5"),
        DemandSource.BROUGHT: Decimal("1.0"),
    }
)
"""An assumption, stated: one person often searches several times, and who was declined once may have
found something since."""


def weighted(counts: Mapping[DemandSource, Shown]) -> Decimal:
    """The weighted sum of *counts*; a star counts as nothing, so the sum is 'at least'."""
    return sum(
        (SOURCE_WEIGHTS[source] * count.number for source, count in counts.items() if count.number),
        Decimal(0),
    )
