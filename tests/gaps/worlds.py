"""Small worlds of unmet wishes: places on a line, people who reach so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from marketplace.gaps.asked import LEVEL_NOT_SAID, MET, Asked, asked_of
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.candidates import Wishes, wishes_of
from marketplace.gaps.disclosure import shown
from marketplace.gaps.geography import Geography
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.sources import DemandSource
from marketplace.gaps.telling import ALL_LEVELS, UnmetTables
from marketplace.vocabulary import SupportLevel, Theme

LAT, LON = 53.0, -1.2
KM_A_STEP = 5.0
_DEGREES = KM_A_STEP / 67.1
"""East, at 53 degrees north: so far are neighbouring places apart."""


def on_a_line(places: int, *, districts: Sequence[int] | None = None) -> Geography:
    """Places 5 km apart from west to east, each in the district of its number (default: all in the first)."""
    of = list(districts or [0] * places)
    codes = tuple(f"E0700000{number}" for number in range(max(of) + 1))
    return Geography(
        outcodes=tuple(f"ZZ{number}" for number in range(places)),
        place_district=np.array(of, dtype=np.int32),
        lat=np.full(places, LAT),
        lon=LON + _DEGREES * np.arange(places),
        district_codes=codes,
        district_names=tuple(f"District {number}" for number in range(len(codes))),
        district_council=np.zeros(len(codes), dtype=np.int32),
        council_codes=("E10000000",),
        council_names=("Some council",),
        index={(f"ZZ{number}", codes[district]): number for number, district in enumerate(of)},
    )


@dataclass(frozen=True, kw_only=True)
class Wish:
    place: int = 0
    theme: Theme = Theme.COOKERY
    bands: tuple[TimeBand, ...] = (TimeBand.SATURDAY_MORNING,)
    level: int = SupportLevel.ENABLEMENT
    steps: float = 0.5
    """How many steps of 5 km the person travels."""
    people: int = 1
    source: DemandSource = DemandSource.PROFILES
    met: bool = False


def asked_by(geography: Geography, *wishes: Wish) -> Asked:
    """One row for each person of each of *wishes*, who all live in the middle of their place."""
    one_each = [wish for wish in wishes for _ in range(wish.people)]
    place = np.array([wish.place for wish in one_each], dtype=np.int64)
    return asked_of(
        person=np.arange(len(one_each)),
        place=place,
        district=geography.place_district[place],
        theme=[wish.theme.position for wish in one_each],
        bands=[sum(band.bit for band in wish.bands) for wish in one_each],
        level=[wish.level for wish in one_each],
        source=[wish.source.position for wish in one_each],
        met=[wish.met for wish in one_each],
        hindrance=[MET if wish.met else Hindrance.NOTHING_NEAR.position for wish in one_each],
        lat=geography.lat[place],
        lon=geography.lon[place],
        reach_km=[wish.steps * KM_A_STEP for wish in one_each],
    )


def world(geography: Geography, *wishes: Wish) -> Wishes:
    """The wishes with every place of the geography as one where an offer may be proposed."""
    return wishes_of(asked_by(geography, *wishes), geography, places=np.arange(len(geography.outcodes)))


def random_wishes(rng: np.random.Generator, geography: Geography, people: int) -> Wishes:
    """People at random over places, two themes, three bands and all levels."""
    bands = (TimeBand.WEEKDAY_EVENING, TimeBand.SATURDAY_MORNING, TimeBand.NOT_SAID)
    return world(
        geography,
        *(
            Wish(
                place=int(rng.integers(len(geography.outcodes))),
                theme=(Theme.COOKERY, Theme.SWIMMING)[int(rng.integers(2))],
                bands=tuple(bands[at] for at in np.flatnonzero(rng.random(2) < 0.6)) or bands[2:],
                level=int(rng.choice([1, 2, 2, 3, LEVEL_NOT_SAID])),
                steps=float(rng.choice([0.5, 1.2, 2.5])),
            )
            for _ in range(people)
        ),
    )


def tables_of(wishes: Wishes) -> UnmetTables:
    """Tables with every cell, as a report would have them that leaves nothing out."""
    asked = wishes.asked
    by_theme: Counter[tuple[int, int]] = Counter()
    by_level: Counter[tuple[int, int]] = Counter()
    by_band: Counter[tuple[int, int, int, int]] = Counter()
    by_place: Counter[tuple[int, int]] = Counter()
    for row in range(asked.rows):
        district, theme, level = int(asked.district[row]), int(asked.theme[row]), int(asked.level[row])
        by_theme[district, theme] += 1
        by_level[district, level] += 1  # each person of these worlds has one row
        by_level[district, ALL_LEVELS] += 1
        by_place[int(asked.place[row]), theme] += 1
        for band in TimeBand:
            if asked.bands[row] & band.bit:
                by_band[district, theme, band.position, level] += 1
                by_band[district, theme, band.position, ALL_LEVELS] += 1
    return UnmetTables(
        by_theme={key: shown(number) for key, number in by_theme.items()},
        by_level={key: shown(number) for key, number in by_level.items()},
        by_band={key: shown(number) for key, number in by_band.items()},
        by_place={key: shown(number) for key, number in by_place.items()},
    )
