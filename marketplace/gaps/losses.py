"""What each provider's closing would take away: for each wish that is met, which offers fit it.

A wish that only one provider's offers fit is lost where that provider closes; one that a single offer fits
is lost with that offer. So one count of all people tells it for all providers and offers at once, and
nothing is counted anew for each of them. Everything here is exact and stays in the process;
``gaps.losses_told`` tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.gaps.asked import Asked, joined
from marketplace.gaps.bands import TimeBand, spans
from marketplace.gaps.counting import Asker, count
from marketplace.gaps.geography import Geography
from marketplace.matching.batch_counts import EVENING
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.needs import MINUTES_A_WEEK
from marketplace.matching.weights import PRIORITY_SHIFTS
from marketplace.vocabulary import Priority, Theme

Rows = npt.NDArray[np.int64]
AT_A_TIME = 5_000
"""People whose goals are counted one by one at a time: what they need in memory grows with them."""
NOBODY = -1
"""Instead of a number: more than one provider, or none that is known."""


class MetWishes(NamedTuple):
    """*n* wishes that are met. What fits wish *w* are ``rows[first[w]:first[w + 1]]`` of the catalogue."""

    asked: Asked
    """One row a wish; ``person`` is the number among the people that were given."""
    first: Rows
    rows: Rows


def met_wishes(
    askers: Sequence[Asker],
    catalogue: Catalogue,
    geography: Geography,
    *,
    today: date,
    evening: int = EVENING,
) -> MetWishes:
    """Every wish of *askers* that is met, and all offers that fit it.

    Each goal is asked about by itself, as what fits a person is known only for all of their goals
    together. A theme has what fits any of the goals on it, as in ``gaps.counting``.
    """
    parts = []
    for start in range(0, len(askers), AT_A_TIME):
        block = askers[start : start + AT_A_TIME]
        parts.append(_of_block(block, start, catalogue, geography, today=today, evening=evening))
    firsts, before = [np.zeros(1, dtype=np.int64)], 0
    for part in parts:
        firsts.append(part.first[1:] + before)
        before += len(part.rows)
    return MetWishes(
        joined([part.asked for part in parts]),
        np.concatenate(firsts),
        np.concatenate([np.zeros(0, dtype=np.int64), *(part.rows for part in parts)]),
    )


def _of_block(
    block: Sequence[Asker],
    first_person: int,
    catalogue: Catalogue,
    geography: Geography,
    *,
    today: date,
    evening: int,
) -> MetWishes:
    alone = [
        one._replace(needs=replace(one.needs, goals=(goal,), matters_most=_without_goals(one)))
        for one in block
        for goal in one.needs.goals
    ]
    of_asker = np.repeat(np.arange(len(block)), [len(one.needs.goals) for one in block])
    counted = count(alone, catalogue, geography, today=today, evening=evening, with_pairs=True)
    asked, fitting = counted.asked, counted.fitting
    wish = of_asker[asked.person] * len(Theme) + asked.theme
    known, at = np.unique(wish, return_index=True)
    many = np.diff(fitting.first)[asked.person]
    begins = fitting.first[:-1][asked.person]
    within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    pair_row = fitting.rows[np.repeat(begins, many) + within].astype(np.int64)
    rows_there = max(1, int(catalogue.used[0]))
    pairs = np.unique(np.repeat(np.searchsorted(known, wish), many) * rows_there + pair_row)
    counts = np.bincount(pairs // rows_there, minlength=len(known))
    met = counts > 0
    rows = asked.where(at[met])
    return MetWishes(
        rows._replace(person=of_asker[rows.person] + first_person, met=np.ones(rows.rows, dtype=np.bool_)),
        np.concatenate([[0], np.cumsum(counts[met])]).astype(np.int64),
        pairs % rows_there,
    )


def _without_goals(one: Asker) -> tuple[Priority, ...]:
    """What matters most to them, but for what counts as one more goal: nobody asked for that."""
    return tuple(each for each in one.needs.matters_most if PRIORITY_SHIFTS[each].adds_theme is None)


def only_owner(wishes: MetWishes, owner: Rows) -> Rows:
    """For each wish whose offers alone fit it, else ``NOBODY``. *owner* has a number for each row of the
    catalogue; give the rows' own numbers to learn which wish a single offer fits."""
    if not len(wishes.first) > 1:
        return np.zeros(0, dtype=np.int64)
    owners = owner[wishes.rows]
    least = np.minimum.reduceat(owners, wishes.first[:-1])
    most = np.maximum.reduceat(owners, wishes.first[:-1])
    return np.where(least == most, least, NOBODY)


def bands_of_offers(wishes: MetWishes, catalogue: Catalogue, *, evening: int = EVENING) -> Rows:
    """For each wish the parts of the week in which something that fits it is on: sums of ``TimeBand.bit``.

    A minute in a part is enough here. What fits round people, or did not say when it is on, is on in all
    of them. Who did not say when they have time fits whatever.
    """
    rows = int(catalogue.used[0])
    columns = catalogue.columns
    everything = sum(band.bit for band in TimeBand)
    start, end = columns.session_start.astype(np.int64), columns.session_end.astype(np.int64)
    of_session = np.zeros(len(start), dtype=np.int64)
    for band, begins, ends in spans(evening):
        for week in (0, MINUTES_A_WEEK):
            inside = np.minimum(end, ends + week) > np.maximum(start, begins + week)
            of_session[inside] |= band.bit
    masks = np.full(rows, TimeBand.NOT_SAID.bit, dtype=np.int64)
    counts = columns.session_count[:rows].astype(np.int64)
    for row in np.flatnonzero(counts).tolist():
        first = int(columns.first_session[row])
        masks[row] |= int(np.bitwise_or.reduce(of_session[first : first + int(counts[row])]))
    masks[(counts == 0) | columns.flexible[:rows]] = everything
    if not len(wishes.first) > 1:
        return np.zeros(0, dtype=np.int64)
    return np.asarray(np.bitwise_or.reduceat(masks[wishes.rows], wishes.first[:-1]), dtype=np.int64)
