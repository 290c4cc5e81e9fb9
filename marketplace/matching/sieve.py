"""Which rows need a closer look: what rules a row out at once is asked first, its words later.

Reading the words of an offer against a wish costs more than all other rules together, so a list of
matches starts with the rows around home, drops those that are full, for others, or too far, then
those that are about something else, and evaluates only the rest. Nothing is dropped that could be a
match, alone or with a helper, or be that helper: the list is the same as from evaluating everything.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from marketplace.geo.travel import TravelModel
from marketplace.matching.catalogue import GONE, Catalogue
from marketplace.matching.codes import COMES, FULL, KINDS, PLACE_KINDS, Flags, Floats, Ints
from marketplace.matching.evaluate import EVERY_STOP, goal_scores_of
from marketplace.matching.evaluate_goals import goals_part, level_part, wrong_age
from marketplace.matching.evaluate_travel import distances, journeys
from marketplace.matching.grid import cell_box, rows_in
from marketplace.matching.pairs_ways import COMPANION_KINDS
from marketplace.matching.query import Query
from marketplace.vocabulary import OfferKind, PlaceKind, Stop, TravelMode

_MENDED_BY_A_HELPER = Stop.TRAVEL.bit | Stop.MUST_HAVE.bit
_HELPS = np.array([kind in (*COMPANION_KINDS, OfferKind.TRANSPORT) for kind in KINDS])
_HAS_A_PLACE = np.array([kind in (PlaceKind.EXACT, PlaceKind.MASKED) for kind in PLACE_KINDS] + [False])
"""By the code of a kind of place; the last is the code of 'not known', -1."""


class Early(NamedTuple):
    """What can be said of rows without their words and times: one entry a row."""

    stops: Ints
    """Mask of ``Stop`` bits: not taking people, age, must-have, level and travel."""
    distance_km: Floats
    minutes: Floats
    comes: Flags


def rows_within(query: Query, catalogue: Catalogue, km: float) -> Ints:
    """Rows that may lie within *km* of home, or that may come as far as home, rising."""
    if query.home is None:
        return np.arange(int(catalogue.grid.first[-1]), dtype=np.int64)
    return rows_in(catalogue.grid.spans_around(query.home.lat, query.home.lon, km))


def rows_near(query: Query, catalogue: Catalogue, km: float, beyond_km: float) -> Ints:
    """The same, and whoever would come as far as home with *beyond_km* more."""
    if query.home is None:
        return rows_within(query, catalogue, km)
    furthest = max(km, catalogue.widest_radius_km + beyond_km)
    return rows_in(catalogue.grid.spans(cell_box(query.home.lat, query.home.lon, furthest)))


def early_look(query: Query, catalogue: Catalogue, rows: Ints) -> Early:
    """The stops that need neither words nor times, as ``evaluate`` finds them."""
    c = catalogue.columns
    vacancy = c.vacancy[rows]
    stops = np.where(vacancy == FULL, Stop.NOT_TAKING_PEOPLE.bit, 0)
    stops |= np.where(wrong_age(query, catalogue, rows), Stop.AGE.bit, 0)
    stops |= np.where((c.features_no[rows] & query.must) != 0, Stop.MUST_HAVE.bit, 0)
    stops |= np.where(level_part(query, catalogue, rows)[1], Stop.LEVEL.bit, 0)
    distance = distances(query, catalogue, rows)
    journey = journeys(query, catalogue, rows, distance)
    stops |= np.where(journey.too_far, Stop.TRAVEL.bit, 0)
    stops = np.where(vacancy == GONE, EVERY_STOP, stops)
    return Early(stops, distance, journey.minutes, journey.comes)


def list_km(query: Query, model: TravelModel) -> float:
    """How far from home a match may lie: by the person's ways, or by a helper's car or transport."""
    lifts = (model.coefficients(mode) for mode in (TravelMode.CAR, TravelMode.PROVIDER))
    return max(query.reach_km, *((query.max_minutes - fixed) / per_km for fixed, per_km in lifts))


def possible(query: Query, catalogue: Catalogue, rows: Ints) -> Flags:
    """Which rows may be a match, alone or with a helper, as far as an early look tells.

    With a helper only what is at a place of its own and at known times; see ``bases_for``.
    """
    stops = early_look(query, catalogue, rows).stops
    mendable = (stops & ~_MENDED_BY_A_HELPER) == 0
    mendable &= _HAS_A_PLACE[catalogue.columns.place_kind[rows]] & (catalogue.columns.session_count[rows] > 0)
    return np.asarray((stops == 0) | mendable)


def not_for_others(query: Query, catalogue: Catalogue, rows: Ints) -> Flags:
    """Which rows some other way, time or budget would open: they are not full, or for others."""
    stops = early_look(query, catalogue, rows).stops
    return np.asarray((stops & ~_MENDED_BY_A_HELPER) == 0)


def on_topic(query: Query, catalogue: Catalogue, rows: Ints) -> tuple[Ints, Floats]:
    """The *rows* without those that are about something else, and their scores for each goal.

    Who may help need not be about a goal.
    """
    scores = goal_scores_of(query, catalogue, rows)
    _, off_topic = goals_part(query, scores)
    c = catalogue.columns
    keep = ~off_topic | (_HELPS[c.kind[rows]] & (c.place_kind[rows] == COMES))
    return rows[keep], scores[keep]
