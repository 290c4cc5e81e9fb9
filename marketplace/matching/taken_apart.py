"""One result taken apart, step by step: every stop, every part, the sum, and the place in the list.

Works for an offer that fits and for one that does not. Nothing is worked out a second time: the
numbers are those of the evaluation that made the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from marketplace.matching import stops_told
from marketplace.matching.evaluate import Evaluation, applicable_parts, evaluate
from marketplace.matching.explain import explain
from marketplace.matching.pairs_words import explain_pair
from marketplace.matching.query import PARTS
from marketplace.matching.ranking import Ranking
from marketplace.matching.result import Match, Say
from marketplace.matching.stops_told import Case, Outcome, StopTold
from marketplace.matching.weights import WEIGHTS
from marketplace.vocabulary import Part

HUNDREDTHS = 10_000
"""A score of 1 in hundredths of a point."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a part brought to the sum."""

    reason: Say
    """What was compared."""
    value: float
    """0–1."""
    share: float
    """Share that it had in the end, 0–1; the shares of all parts that count make 1."""
    points: float
    """100 times value times share, to the hundredth; the points of all parts make the score."""


@dataclass(frozen=True, slots=True)
class PartTaken:
    """One part of the score and where its share comes from."""

    part: Part
    called_for: bool
    """The person's answers ask for this part."""
    published: float
    """Share in the published table, 0–1."""
    wanted: float
    """Share of the parts that the answers ask for, after 'what matters most', 0–1."""
    counted: Counted | None
    """None where the part does not count: not called for, or not known."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a match stands among all of the person's matches."""

    number: int
    """1 is the best, by score, distance and turn."""
    total: int
    equals: int
    """Others with the same score and the same distance."""
    turn: int
    """Its place among its equals by today's turn, 1 first."""


@dataclass(frozen=True, slots=True)
class TakenApart:
    match: Match
    """Reasons and questions; of an offer that is stopped, as if nothing stopped it."""
    stops: tuple[StopTold, ...]
    parts: tuple[PartTaken, ...]
    points: float
    """The sum of the parts' points: the score of 100, to the hundredth."""
    place: Place | None
    """None where the offer is stopped."""

    @property
    def fits(self) -> bool:
        return self.place is not None

    @property
    def stopped_by(self) -> tuple[StopTold, ...]:
        return tuple(one for one in self.stops if one.outcome is Outcome.STOPS)


def take_apart(ranking: Ranking, row: int) -> TakenApart:
    """Every step for the offer of one catalogue *row*, whether it is in the list or not."""
    found, at = _evaluated(ranking, row)
    pair = ranking.pairs.get(at) if found is ranking.found else None
    if pair is None:
        match = explain(ranking.query, ranking.catalogue, found, at)
    else:
        match = explain_pair(ranking.query, ranking.catalogue, found, pair)
    case = Case(ranking.query, ranking.catalogue, found, at, 0 if pair is None else pair.brings)
    parts = _parts(case, match)
    return TakenApart(
        match=match,
        stops=_stops(case, {part.part: part.reason for part in match.parts}),
        parts=parts,
        points=sum(round(100 * part.counted.points) for part in parts if part.counted) / 100,
        place=_place(ranking, at) if found is ranking.found and not found.stops[at] else None,
    )


def _evaluated(ranking: Ranking, row: int) -> tuple[Evaluation, int]:
    """Where the row stands in the ranking; one that was too far to look at is evaluated now."""
    at = np.flatnonzero(ranking.found.rows == row)
    if len(at):
        return ranking.found, int(at[0])
    return evaluate(ranking.query, ranking.catalogue, np.array([row], dtype=np.int64)), 0


def _stops(case: Case, reasons: Mapping[Part, Say]) -> tuple[StopTold, ...]:
    """In the order in which they are tried. Nobody can ask for kinds here, so that one is never tried."""
    return (
        stops_told.vacancy(case),
        stops_told.age(case),
        stops_told.level(case),
        stops_told.must_have(case),
        stops_told.travel(case, reasons.get(Part.TRAVEL)),
        stops_told.times(case, reasons.get(Part.TIMES)),
        stops_told.cost(case, reasons.get(Part.COST)),
        stops_told.goals(case, reasons[Part.GOALS]),
    )


def _parts(case: Case, match: Match) -> tuple[PartTaken, ...]:
    weights = case.query.weights
    applies = applicable_parts(case.query)
    wanted = np.where(applies, weights, 0.0)
    wanted = wanted / wanted.sum()
    points = in_hundredths([part.weight * part.score for part in match.parts], match.score)
    counted = {
        part.part: Counted(part.reason, part.score, part.weight, points[number])
        for number, part in enumerate(match.parts)
    }
    return tuple(
        PartTaken(
            part=part,
            called_for=bool(applies[number]),
            published=WEIGHTS[part],
            wanted=float(wanted[number]),
            counted=counted.get(part),
        )
        for number, part in enumerate(PARTS)
    )


def in_hundredths(products: list[float], total: float) -> list[float]:
    """Points of 100 to the hundredth that add up to *total* as it is shown.

    Each is rounded down and the largest remainders get the hundredths that are left, so that a
    reader who adds the column finds the score.

    Worked example: three products of 0.33334 and a total of 1.00002 are 33.34, 33.33 and 33.33,
    which make 100.00.
    """
    exact = [HUNDREDTHS * product for product in products]
    whole = [int(value) for value in exact]
    left = round(HUNDREDTHS * total) - sum(whole)
    by_remainder = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))
    for at in by_remainder[: max(left, 0)]:
        whole[at] += 1
    return [value / 100 for value in whole]


def _place(ranking: Ranking, at: int) -> Place:
    found, order = ranking.found, ranking.order
    number = int(np.flatnonzero(order == at)[0])
    same_score = found.score[order] == found.score[at]
    km, own = found.distance_km[order], float(found.distance_km[at])
    same = np.flatnonzero(same_score & ((km == own) | (np.isnan(km) & np.isnan(own))))
    return Place(
        number=number + 1,
        total=len(order),
        equals=len(same) - 1,
        turn=int(np.flatnonzero(same == number)[0]) + 1,
    )
