"""What people ask for and nothing fits: district × theme × part of the week × level of support.

The unit is a person who asks for a theme and has time in a part of the week. It is not met where no
offer fits any of their goals about this theme, at whatever time. Someone with time on weekday evenings
and on Saturdays is counted in both parts of the week, so parts of the week overlap and are never added
up; each person has one level, or none that they said.

Counts stay inside ``Cells``; what comes out has gone through ``gaps.disclosure``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from marketplace.gaps.asked import LEVEL_NOT_SAID, LEVELS
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.cells import Cells
from marketplace.gaps.disclosure import FEWEST_SHOWN, Row, Shown, shown, split_both
from marketplace.gaps.hindrances import Hindrance
from marketplace.vocabulary import Theme

__all__ = ["ALL_LEVELS", "LEVELS", "LEVEL_NOT_SAID", "Hindrance", "WantedRow", "wanted_rows"]

ALL_LEVELS = 0
_HINDRANCES = tuple(Hindrance)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRow:
    """People of one district who ask for one theme in one part of the week."""

    district_code: str
    theme: Theme
    band: TimeBand
    level: int
    """``ALL_LEVELS``, 1 to 4, or ``LEVEL_NOT_SAID``."""
    asked: Shown | None
    """How many ask for it, met or not; None where that would give someone away. So is the next."""
    unmet: Shown | None
    """For how many of them nothing fits."""
    hindrance: Hindrance | None
    """What most of them meet, where that is at least so many people as are shown at all."""


def wanted_rows(cells: Cells, district_codes: Sequence[str]) -> Iterator[WantedRow]:
    """Every district, theme and part of the week that someone asks for, with levels where these give
    nothing away; in the order of *district_codes* (those of *cells*), theme, part and level."""
    for at in np.argwhere(cells.band_asked.any(axis=3)):
        district, theme, band = (int(one) for one in at)
        here = (district, theme, band)
        yield from rows_of(
            district_code=district_codes[district],
            theme=list(Theme)[theme],
            band=list(TimeBand)[band],
            asked=cells.band_asked[here].tolist(),
            unmet=cells.band_unmet[here].tolist(),
            hindrances=cells.band_hindrance[here].tolist(),
        )


def rows_of(
    *,
    district_code: str,
    theme: Theme,
    band: TimeBand,
    asked: Sequence[int],
    unmet: Sequence[int],
    hindrances: Sequence[int],
    with_levels: bool = True,
) -> Iterator[WantedRow]:
    """One part of the week: all levels together, then each where that gives nothing away."""
    if with_levels and sum(asked) >= FEWEST_SHOWN:
        of_asked, of_unmet = split_both(asked, unmet)
    else:
        of_asked, of_unmet = Row(shown(sum(asked)), None), Row(shown(sum(unmet)), None)
    yield WantedRow(
        district_code=district_code,
        theme=theme,
        band=band,
        level=ALL_LEVELS,
        asked=of_asked.total,
        unmet=of_unmet.total,
        hindrance=most(hindrances),
    )
    # Of fewer than eight no parts are told.
    for at, level in enumerate(LEVELS if of_asked.parts or of_unmet.parts else ()):
        of_level = [row.parts[at] if row.parts else None for row in (of_asked, of_unmet)]
        if any(one is not None and one.number != 0 for one in of_level):
            yield WantedRow(
                district_code=district_code,
                theme=theme,
                band=band,
                level=level,
                asked=of_level[0],
                unmet=of_level[1],
                hindrance=None,
            )


def most(hindrances: Sequence[int]) -> Hindrance | None:
    """What more than half of the people meet, where these are no few; counts in the order of ``Hindrance``."""
    people = max(hindrances)
    if people < FEWEST_SHOWN or 2 * people <= sum(hindrances):
        return None
    return _HINDRANCES[hindrances.index(people)]
