"""Where one more offer would help most, as it may be shown: proposals, their cost, and a plan of several.

Numbers of people are 'at least' (``gaps.telling``): a proposal says no more than the report does already.
Only proposals for at least 8 people are named; equal shown numbers stand in the order of the fixed list,
so that the order tells nothing of the counts behind them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from marketplace.gaps.candidates import SIZES, Candidate, Wishes, candidate_of, smallest_size
from marketplace.gaps.costing import Cost, HourPrices, cost_of
from marketplace.gaps.covering import cover
from marketplace.gaps.disclosure import FEWEST_SHOWN, Shown, percent, shown
from marketplace.gaps.telling import Telling, UnmetTables
from marketplace.vocabulary import Theme

MOST_LISTED = 200
MOST_TRIED = 400
"""Of many that can't be told, so many are tried."""
MOST_PLANNED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A session that would help, with the smallest of the fixed sizes that has room for those shown."""

    candidate: Candidate
    size: int
    people: Shown
    """At least so many people with an unmet wish would be served; not more than ``size`` at a time."""
    cost: Cost

    @property
    def fills(self) -> bool:
        """Whether all of its places would be taken."""
        return (self.people.number or 0) >= self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Several sessions that share nobody, the one that serves most first."""

    proposals: tuple[Proposal, ...]
    people: Shown
    """The sum of what is shown of each."""
    of_unmet_percent: int | None
    """How much that is of the unmet wishes that the report shows for the same districts.

    Not of ``Cover.bound``: that is made of exact counts, and no choice serves more wishes than there are. 12
    people of one district and 7 of the next, told as 10 and half of the bound, say that there are 18 or more,
    so that the star of the 7 is 6 or 7.
    """


def next_offers(
    wishes: Wishes,
    tables: UnmetTables,
    *,
    prices: HourPrices,
    limit: int = 50,
    themes: Iterable[Theme] = Theme,
    each_theme: int = MOST_LISTED,
    each_district: int = MOST_LISTED,
    size: int | None = None,
) -> list[Proposal]:
    """The single offers that would serve most people, each looked at by itself: so neighbouring places, and
    parts of the week, often serve the same people. At most *each_theme* of a theme, and of it
    *each_district* in one district; of one *size* if given.

    Raises ``ValueError`` for a size that is not in the fixed list.
    """
    _check_size(size)
    only = set(themes)
    best: list[tuple[int, int, Candidate]] = []
    for one in wishes:
        if one.theme not in only:
            continue
        counts = one.counts()
        for at, cell in np.argwhere(counts >= FEWEST_SHOWN).tolist():
            number = shown(int(counts[at, cell])).number or 0
            best.append((-number, len(best), candidate_of(wishes, one.theme, at, cell)))
    best.sort()
    found: list[Proposal] = []
    telling, listed, here = Telling(wishes.asked, tables), Counter[Theme](), Counter[tuple[Theme, int]]()
    district = wishes.geography.place_district
    for _, _, candidate in best[:MOST_TRIED]:
        if len(found) >= min(limit, MOST_LISTED):
            break
        within = candidate.theme, int(district[candidate.place])
        if listed[candidate.theme] >= each_theme or here[within] >= each_district:
            continue
        people = telling.alone(wishes.served_by(candidate), band=candidate.band)
        if people is not None:
            listed[candidate.theme] += 1
            here[within] += 1
            found.append(_proposal(candidate, people, prices, size))
    return sorted(found, key=lambda one: -(one.people.number or 0))


def plan(wishes: Wishes, tables: UnmetTables, *, sessions: int, prices: HourPrices) -> Plan:
    """Up to *sessions* sessions (at most ``MOST_PLANNED``) that together serve as many people as can be."""
    found = cover(wishes, sessions=min(sessions, MOST_PLANNED))
    telling = Telling(wishes.asked, tables)
    proposals = []
    for one in found.sessions:
        people = telling.apart(one.rows, band=one.candidate.band)
        if people is not None:
            proposals.append(_proposal(one.candidate, people, prices, None))
    proposals.sort(key=lambda one: (-(one.people.number or 0), _place_in_list(one.candidate)))
    together = Shown(sum(one.people.number or 0 for one in proposals))
    return Plan(
        proposals=tuple(proposals),
        people=together,
        of_unmet_percent=percent(together, _unmet_as_shown(wishes, tables)),
    )


def _unmet_as_shown(wishes: Wishes, tables: UnmetTables) -> Shown:
    """The sum of what is shown of the districts in which an offer may be proposed."""
    own = set(wishes.geography.place_district[wishes.places].tolist())
    return Shown(sum(one.number or 0 for (district, _), one in tables.by_theme.items() if district in own))


def _proposal(candidate: Candidate, people: Shown, prices: HourPrices, size: int | None) -> Proposal:
    room = size or smallest_size(people.number or 0)
    return Proposal(
        candidate=candidate,
        size=room,
        people=people,
        cost=cost_of(theme=candidate.theme, level=candidate.level, size=room, people=people, prices=prices),
    )


def _place_in_list(candidate: Candidate) -> tuple[int, int, int, int]:
    return candidate.theme.position, candidate.place, candidate.band.position, int(candidate.level)


def _check_size(size: int | None) -> None:
    if size is not None and size not in SIZES:
        raise ValueError(f"{size} is not one of the sizes {SIZES}")
