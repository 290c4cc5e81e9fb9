"""From needs to an ordered, explained result: matches, near misses, and what would help."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import numpy as np
import numpy.typing as npt

from marketplace.geo.places import Place
from marketplace.geo.travel import DEFAULT_MODEL, TravelModel
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import KINDS
from marketplace.matching.evaluate import Evaluation, evaluate
from marketplace.matching.explain import explain
from marketplace.matching.near import helpful_changes, near_misses
from marketplace.matching.needs import MINUTES_A_DAY, Needs
from marketplace.matching.pairs import Pair, with_pairs
from marketplace.matching.pairs_words import explain_pair
from marketplace.matching.query import Query, compile_query
from marketplace.matching.result import HelpfulChange, Match, NearMiss, Result
from marketplace.matching.sieve import list_km, on_topic, possible, rows_within
from marketplace.matching.weights import MOST_OF_ONE_KIND, VERSION
from marketplace.vocabulary import OfferKind, TimeOfDay

_FIRST_PAGE = 10
_ROTATION = np.uint32(2_654_435_761)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader narrows a list of matches to. Nothing here changes a score."""

    kinds: frozenset[OfferKind] = frozenset()
    days: frozenset[int] = frozenset()
    """Day numbers, 0 is Monday: at least one session that the person can come to starts then."""
    times_of_day: frozenset[TimeOfDay] = frozenset()
    max_minutes: int | None = None
    max_weekly_cost: Decimal | None = None
    noon: int = 12 * 60
    evening: int = 17 * 60


@dataclass(frozen=True, slots=True)
class Ranking:
    """All matches of one person, best first, explained one at a time when they are shown."""

    query: Query
    catalogue: Catalogue
    found: Evaluation
    """Of the rows that an early look did not rule out, in rising order."""
    order: npt.NDArray[np.int64]
    """Positions in ``found`` of the matches, best first."""
    pairs: Mapping[int, Pair]
    """By position in ``found``: the matches that work with somebody alongside, or with transport."""

    def __len__(self) -> int:
        return len(self.order)

    def match(self, place: int) -> Match:
        """The match at a place in the order, 0 first, with its reasons."""
        at = int(self.order[place])
        if at in self.pairs:
            return explain_pair(self.query, self.catalogue, self.found, self.pairs[at])
        return explain(self.query, self.catalogue, self.found, at)

    def matches(self, start: int, stop: int) -> tuple[Match, ...]:
        return tuple(self.match(place) for place in range(start, min(stop, len(self.order))))

    def of_offer(self, row: int) -> Match | None:
        """The match of one catalogue row, or None where the offer is stopped."""
        at = np.flatnonzero(self.found.rows[self.order] == row)
        return self.match(int(at[0])) if len(at) else None

    def filtered(self, filters: Filters) -> Ranking:
        keep = _kept(self, filters)
        return replace(self, order=self.order[keep])

    def without(self, offers: Collection[UUID]) -> Ranking:
        """The same matches but for *offers*, which the reader does not want to see."""
        rows = [self.catalogue.row_of[offer] for offer in offers if offer in self.catalogue.row_of]
        if not rows:
            return self
        return replace(self, order=self.order[~np.isin(self.found.rows[self.order], rows)])

    def offers(self) -> list[UUID]:
        """The offers of all matches, best first."""
        return [self.catalogue.ids[row] for row in self.found.rows[self.order].tolist()]

    def kinds_mixed(self) -> Ranking:
        """The same matches with the first page mixed, so that one kind does not fill it.

        Going down the list, a match waits while its kind already has its share of the first
        page and another kind still comes; the order is otherwise kept.
        """
        kinds = self.catalogue.columns.kind[self.found.rows[self.order]]
        counts: dict[int, int] = {}
        first: list[int] = []
        for place, kind in enumerate(kinds.tolist()):
            if len(first) == _FIRST_PAGE:
                break
            if counts.get(kind, 0) < MOST_OF_ONE_KIND:
                counts[kind] = counts.get(kind, 0) + 1
                first.append(place)
        chosen = set(first)
        rest = [place for place in range(len(kinds)) if place not in chosen]
        if len(first) < _FIRST_PAGE:
            take = _FIRST_PAGE - len(first)
            first, rest = sorted(first + rest[:take]), rest[take:]
        return replace(self, order=self.order[np.array(first + rest, dtype=np.int64)])

    def kind_counts(self) -> dict[OfferKind, int]:
        """How many matches there are of each kind, in the vocabulary's order."""
        counts = np.bincount(self.catalogue.columns.kind[self.found.rows[self.order]], minlength=len(KINDS))
        return {kind: int(count) for kind, count in zip(KINDS, counts, strict=True) if count}

    def near_misses(self, limit: int) -> tuple[NearMiss, ...]:
        return near_misses(self.query, self.catalogue, self.found, limit)

    def what_would_help(self, *, today: date, limit: int = 5) -> tuple[HelpfulChange, ...]:
        turn = rotation(self.catalogue, today)
        now = len(self.order)
        return helpful_changes(self.query, self.catalogue, now, turn=turn, today=today, limit=limit)


def rank(
    needs: Needs,
    catalogue: Catalogue,
    *,
    home: Place | None,
    today: date,
    travel_model: TravelModel = DEFAULT_MODEL,
) -> Ranking:
    """All matches of *needs*, best first: by score, then distance, then the day's rotation.

    An offer that works only, or better, with a companion or transport is one match with it.

    ``home`` is the place of the needs' postcode; None where it is not known.
    """
    query = compile_query(
        needs,
        home=home,
        thesaurus=catalogue.text.thesaurus,
        today=today,
        travel_model=travel_model,
    )
    around = rows_within(query, catalogue, list_km(query, travel_model))
    rows, goal_scores = on_topic(query, catalogue, around[possible(query, catalogue, around)])
    found = evaluate(query, catalogue, rows, goal_scores=goal_scores)
    turn = rotation(catalogue, today)
    found, pairs = with_pairs(query, catalogue, found, turn=turn, travel_model=travel_model)
    order = order_of(catalogue, found, today)
    return Ranking(query, catalogue, found, order, {pair.at: pair for pair in pairs})


def order_of(catalogue: Catalogue, found: Evaluation, today: date) -> npt.NDArray[np.int64]:
    """Positions of the rows without a stop: score down, distance up, then the day's rotation.

    The rotation is the same for everybody on one day, so that among equals nobody is always last.
    """
    fits = np.flatnonzero(found.stops == 0)
    turn = rotation(catalogue, today)[found.rows[fits]]
    keys = (turn, found.distance_km[fits], -found.score[fits])
    return fits[np.lexsort(keys)]


def rotation(catalogue: Catalogue, today: date) -> npt.NDArray[np.uint32]:
    """A number for each row that shuffles evenly and changes every day."""
    day = np.uint32(today.toordinal() & 0xFFFF)
    with np.errstate(over="ignore"):
        mixed = (catalogue.columns.tie_key ^ (day * _ROTATION)) * _ROTATION
        return np.asarray(mixed ^ (mixed >> np.uint32(15)))


def rank_result(
    needs: Needs, catalogue: Catalogue, *, home: Place | None, today: date, top: int = 10
) -> Result:
    """The whole answer for one person: the first *top* matches and what lies just outside."""
    return result_of(rank(needs, catalogue, home=home, today=today), needs, today=today, top=top)


def result_of(ranking: Ranking, needs: Needs, *, today: date, top: int = 10) -> Result:
    """The same of a ranking that is there already."""
    return Result(
        reference=needs.reference,
        matches=ranking.matches(0, top),
        total=len(ranking),
        near_misses=ranking.near_misses(limit=5),
        what_would_help=ranking.what_would_help(today=today),
        version=VERSION,
    )


def _kept(ranking: Ranking, filters: Filters) -> npt.NDArray[np.bool_]:
    found, catalogue = ranking.found, ranking.catalogue
    rows = found.rows[ranking.order]
    keep = np.ones(len(rows), dtype=np.bool_)
    if filters.kinds:
        wanted = [KINDS.index(kind) for kind in filters.kinds]
        keep &= np.isin(catalogue.columns.kind[rows], wanted)
    if filters.max_minutes is not None:
        keep &= found.minutes[ranking.order] <= filters.max_minutes
    if filters.max_weekly_cost is not None:
        pence = found.weekly_pence[ranking.order]
        keep &= (pence >= 0) & (pence <= int(filters.max_weekly_cost * 100))
    if filters.days or filters.times_of_day:
        keep &= _has_session(ranking, filters)[ranking.order]
    return keep


def _has_session(ranking: Ranking, filters: Filters) -> npt.NDArray[np.bool_]:
    sessions = ranking.found.sessions
    start = ranking.catalogue.columns.session_start[sessions.index].astype(np.int32)
    end = ranking.catalogue.columns.session_end[sessions.index].astype(np.int32)
    right = sessions.usable.copy()
    if filters.days:
        right &= np.isin(start // MINUTES_A_DAY, sorted(filters.days))
    if filters.times_of_day:
        right &= _in_times_of_day(start % MINUTES_A_DAY, end - start, filters)
    has = np.zeros(len(ranking.found.rows), dtype=np.bool_)
    has[sessions.row[right]] = True
    return has


def _in_times_of_day(
    start: npt.NDArray[np.int32], length: npt.NDArray[np.int32], filters: Filters
) -> npt.NDArray[np.bool_]:
    """Whether at least half an hour of a session lies in one of the times of day."""
    bounds = {
        TimeOfDay.MORNING: (0, filters.noon),
        TimeOfDay.AFTERNOON: (filters.noon, filters.evening),
        TimeOfDay.EVENING: (filters.evening, MINUTES_A_DAY),
    }
    right = np.zeros(len(start), dtype=np.bool_)
    for time in sorted(filters.times_of_day):
        low, high = bounds[time]
        right |= np.minimum(start + length, high) - np.maximum(start, low) >= 30
    return right
