"""What people ask for and nothing fits: district × theme × part of the week × level of support.

The unit is a person who asks for a theme and has time in a part of the week. It is not met where no
offer fits any of their goals about this theme, at whatever time. Someone with time on weekday evenings
and on Saturdays is counted in both parts of the week, so parts of the week overlap and are never added
up; each person has one level, or none that they said.

Counts stay inside ``Tally``; what comes out has gone through ``gaps.disclosure``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from marketplace.gaps.bands import TimeBand, bands_of
from marketplace.gaps.disclosure import FEWEST_SHOWN, Shown, split_both
from marketplace.gaps.hindrances import Hindrance
from marketplace.matching.batch_counts import GoalCounts
from marketplace.matching.needs import Goal, Needs
from marketplace.matching.query import compile_goal
from marketplace.matching.thesaurus import Thesaurus
from marketplace.vocabulary import Stop, Theme

ALL_LEVELS = 0
LEVEL_NOT_SAID = 5
LEVELS = (1, 2, 3, 4, LEVEL_NOT_SAID)


_OF_STOP = {
    Stop.NOT_TAKING_PEOPLE: Hindrance.FULL,
    Stop.AGE: Hindrance.AGE,
    Stop.LEVEL: Hindrance.LEVEL,
    Stop.MUST_HAVE: Hindrance.MUST_HAVE,
    Stop.TRAVEL: Hindrance.TRAVEL,
    Stop.TIMES: Hindrance.TIMES,
    Stop.COST: Hindrance.COST,
}


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


@dataclass(slots=True)
class _Cell:
    asked: list[int] = field(default_factory=lambda: [0] * len(LEVELS))
    unmet: list[int] = field(default_factory=lambda: [0] * len(LEVELS))
    hindrances: Counter[Hindrance] = field(default_factory=Counter)


class Tally:
    """Counts people portion by portion, and gives rows at the end."""

    def __init__(self, thesaurus: Thesaurus, *, evening: int) -> None:
        self._thesaurus = thesaurus
        self._evening = evening
        self._cells: dict[tuple[str, Theme, TimeBand], _Cell] = defaultdict(_Cell)

    def add(self, people: Sequence[tuple[str, Needs]], counts: GoalCounts) -> None:
        """Count *people*, each with the code of their district; *counts* are theirs, in their order."""
        for number, (district, needs) in enumerate(people):
            first = int(counts.first_goal[number])
            goals: dict[Theme, list[int]] = defaultdict(list)
            # A priority that counts as a goal comes after the goals: nobody asked for that.
            for at, goal in enumerate(needs.goals, start=first):
                for theme in themes_of(goal, self._thesaurus):
                    goals[theme].append(at)
            bands = bands_of(needs.when, self._evening)
            level = LEVELS.index(needs.support_level or LEVEL_NOT_SAID)
            for theme, mine in goals.items():
                is_met = bool(counts.fits[mine].any())
                hindrance = None if is_met else _hindrance(counts.stopped[mine])
                for band in bands:
                    cell = self._cells[district, theme, band]
                    cell.asked[level] += 1
                    if hindrance is not None:
                        cell.unmet[level] += 1
                        cell.hindrances[hindrance] += 1

    def rows(self) -> Iterator[WantedRow]:
        """Every district, theme and part of the week that someone asks for, with levels where these
        give nothing away; in the order of district, theme, part and level."""
        for (district, theme, band), cell in sorted(
            self._cells.items(), key=lambda item: (item[0][0], item[0][1].position, item[0][2].position)
        ):
            asked, unmet = split_both(cell.asked, cell.unmet)
            yield WantedRow(
                district_code=district,
                theme=theme,
                band=band,
                level=ALL_LEVELS,
                asked=asked.total,
                unmet=unmet.total,
                hindrance=_most(cell.hindrances),
            )
            for at, level in enumerate(LEVELS):
                of_level = [row.parts[at] if row.parts else None for row in (asked, unmet)]
                if any(one is not None and one.number != 0 for one in of_level):
                    yield WantedRow(
                        district_code=district,
                        theme=theme,
                        band=band,
                        level=level,
                        asked=of_level[0],
                        unmet=of_level[1],
                        hindrance=None,
                    )


def themes_of(goal: Goal, thesaurus: Thesaurus) -> tuple[Theme, ...]:
    """The theme that a person chose for a goal; where they chose none, what their words are about."""
    read = compile_goal(goal, thesaurus)
    mask = read.themes or (read.word_themes & ~read.refused)
    return tuple(theme for theme in Theme if mask & theme.bit)


def _hindrance(stopped: npt.NDArray[np.int32]) -> Hindrance:
    """The stop that is the first one most often; *stopped* has the shape (goals, stops)."""
    by_stop = stopped.sum(axis=0)
    if not by_stop.any():
        return Hindrance.NOTHING_NEAR
    return _OF_STOP[list(Stop)[int(by_stop.argmax())]]


def _most(hindrances: Counter[Hindrance]) -> Hindrance | None:
    """What more than half of the people meet, where these are no few."""
    if not hindrances:
        return None
    most, people = min(hindrances.items(), key=lambda item: (-item[1], item[0].position))
    return most if people >= FEWEST_SHOWN and 2 * people > hindrances.total() else None
