"""What may be told of those who would find nothing any more without a provider, or without one offer.

Whoever loses a wish is among those who are met, and of these a report says something already: who asks
less who finds nothing, by district and theme, and by part of the week and level. So much **room** there is
at least, in every world that the report leaves possible. A number is told only of people for whom there is
room, each in one part of the week in which the offer is on, and at their level; and what one provider was
told of is gone for the next, as nobody loses the same wish to two. Then in each of these worlds there
are such people, whatever the stars of the report stand for: the number says nothing new of any of them.

Numbers are 'at least', and only of 8 or more. Of everybody else nothing is told, not even that there are
few: that could be subtracted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from marketplace.gaps.asked import LEVELS, Asked
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import FEWEST_SHOWN, Shown, shown
from marketplace.gaps.geography import Geography
from marketplace.gaps.losses import NOBODY, MetWishes, Rows, only_owner
from marketplace.gaps.report_rows import GapReport
from marketplace.gaps.telling import at_most
from marketplace.gaps.wanted import ALL_LEVELS, WantedRow
from marketplace.vocabulary import Theme

_STAR = FEWEST_SHOWN - 1
_ANY_TIME = -1
_At = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WishLoss:
    """People of one district who would find nothing about one theme any more."""

    district: int
    """Position in the geography."""
    theme: Theme
    people: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What is told of one provider, or one offer. Every number is at least."""

    people: Shown
    """Different people for whom nothing fits one wish or more any more."""
    districts: Mapping[int, Shown]
    """The same by district, where 8 or more are in it."""
    wishes: tuple[WishLoss, ...]
    """Most people first, then in the order of districts and themes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLoss:
    """What is told of a provider, and of its single offers by their row in the catalogue."""

    whole: Loss
    offers: Mapping[int, Loss]


class Room:
    """How many people who are met a report says there are at least, and how many of them are taken."""

    def __init__(self, report: GapReport, geography: Geography) -> None:
        self._left: Counter[_At] = Counter()
        self._cut_by_level: set[_At] = set()
        """Parts of the week, and themes, of which levels are told: by (district, theme[, band])."""
        themes: set[_At] = set()
        for row in report.themes:
            at = geography.district_of(row.district_code), row.theme.position
            themes.add(at)
            self._left[at] = _room(row.asked, row.unmet)
        by_band: dict[_At, list[WantedRow]] = defaultdict(list)
        for wanted in report.wanted:
            district = geography.district_of(wanted.district_code)
            by_band[district, wanted.theme.position, wanted.band.position].append(wanted)
        for (district, theme, band), rows in by_band.items():
            self._read_band((district, theme, band), rows)
        told = {geography.district_of(row.code): row.levels for row in report.districts}
        for district, theme in themes - self._cut_by_level:
            levels = told.get(district)
            # Nothing is told of levels here: a star's seven still find people of the level beside these.
            most = {row.level: max(0, row.asked.least - _STAR) for row in levels or ()}
            for level in LEVELS:
                room = self._left[district, theme] if levels is None else most.get(level, 0)
                self._left[district, theme, _ANY_TIME, level] = room

    def _read_band(self, at: _At, rows: Sequence[WantedRow]) -> None:
        whole = next((row for row in rows if row.level == ALL_LEVELS), None)
        if whole is None:
            return
        self._left[*at, ALL_LEVELS] = _room(whole.asked, whole.unmet)
        levels = [row for row in rows if row.level != ALL_LEVELS]
        if all(row.asked is None for row in levels):
            return
        self._cut_by_level |= {at, at[:2]}
        for row in levels:
            fewest = min((one.most for one in (row.unmet, whole.unmet) if one is not None), default=10**9)
            room = 0 if row.asked is None else max(0, row.asked.least - fewest)
            self._left[*at, row.level] = room
            any_time = (*at[:2], _ANY_TIME, row.level)
            self._left[any_time] = max(self._left[any_time], room)

    def take(self, asked: Asked, rows: Rows, bands: Rows) -> Taken:
        """Those of *rows* for whom there is room, which is gone then. *bands* are the parts of the week in
        which each row of *asked* could be."""
        taken, gone = [], list[_At]()
        for row in rows.tolist():
            at = int(asked.district[row]), int(asked.theme[row])
            own = int(asked.bands[row]) & int(bands[row])
            best = max(
                (self._cells(at, band, int(asked.level[row])) for band in TimeBand if own & band.bit),
                key=lambda cells: min(self._left[cell] for cell in cells),
                default=(),
            )
            if best and all(self._left[cell] > 0 for cell in best):
                self._left.subtract(best)
                gone += best
                taken.append(row)
        return Taken(np.array(taken, dtype=np.int64), gone)

    def give_back(self, taken: Taken) -> None:
        """Nothing was told of them after all."""
        self._left.update(taken.cells)

    def _cells(self, at: tuple[int, int], band: TimeBand, level: int) -> tuple[_At, ...]:
        in_band = (*at, band.position)
        cells = (at, (*in_band, ALL_LEVELS), (*at, _ANY_TIME, level))
        return (*cells, (*in_band, level)) if in_band in self._cut_by_level else cells


class Taken(NamedTuple):
    rows: Rows
    cells: list[_At]


def told_losses(
    wishes: MetWishes,
    owner: Rows,
    bands: Rows,
    report: GapReport,
    geography: Geography,
    *,
    names: Sequence[str],
) -> dict[int, OwnerLoss]:
    """What is told of each owner (a number for each row of the catalogue) of whom something can be told.

    *bands* are the parts of the week in which each wish can be had (``losses.bands_of_offers``). Those whom
    most people would miss come first, as shown; equals in the order of their *names*, so that the order
    tells nothing of the counts behind.
    """
    asked = wishes.asked
    lost_to = only_owner(wishes, owner)
    lost_offer = only_owner(wishes, np.arange(len(owner)))
    lost_to[asked.district < 0] = NOBODY
    room = Room(report, geography)
    found: dict[int, OwnerLoss] = {}
    for number, rows in _largest_first(asked, lost_to, names):
        taken = room.take(asked, rows, bands)
        whole = _loss(asked, rows, taken.rows)
        if whole is None:
            room.give_back(taken)
            continue
        offers = {}
        for offer in np.unique(lost_offer[rows]).tolist():
            mine = rows[lost_offer[rows] == offer]
            loss = None if offer == NOBODY else _loss(asked, mine, np.intersect1d(mine, taken.rows))
            if loss is not None:
                offers[offer] = loss
        found[number] = OwnerLoss(whole=whole, offers=offers)
    return found


def _largest_first(asked: Asked, lost_to: Rows, names: Sequence[str]) -> list[tuple[int, Rows]]:
    found = []
    for number in np.unique(lost_to[lost_to != NOBODY]).tolist():
        rows = np.flatnonzero(lost_to == number)
        people = len(np.unique(asked.person[rows]))
        if people >= FEWEST_SHOWN:
            found.append((-(shown(people).number or 0), names[number], number, rows))
    return [(number, rows) for _, _, number, rows in sorted(found, key=lambda one: one[:3])]


def _loss(asked: Asked, rows: Rows, witnesses: Rows) -> Loss | None:
    """What the *witnesses* among *rows* allow to tell of *rows*; None where it is nothing."""
    seen: dict[int, Counter[int]] = defaultdict(Counter)
    for row in witnesses.tolist():
        seen[int(asked.district[row])][int(asked.theme[row])] += 1
    # Who loses two wishes stands in two themes: of a district's themes only the largest counts.
    least = {district: max(themes.values()) for district, themes in seen.items()}
    people = at_most(len(np.unique(asked.person[rows])), sum(least.values()))
    if people is None:
        return None
    districts = {}
    wishes = []
    for district, themes in sorted(seen.items()):
        here = rows[asked.district[rows] == district]
        told = at_most(len(np.unique(asked.person[here])), least[district])
        if told is not None:
            districts[district] = told
        for theme, number in sorted(themes.items()):
            told = at_most(int((asked.theme[here] == theme).sum()), number)
            if told is not None:
                wishes.append(WishLoss(district=district, theme=list(Theme)[theme], people=told))
    wishes.sort(key=lambda one: -(one.people.number or 0))
    return Loss(people=people, districts=districts, wishes=tuple(wishes))


def _room(asked: Shown | None, unmet: Shown | None) -> int:
    return 0 if asked is None or unmet is None else max(0, asked.least - unmet.most)
