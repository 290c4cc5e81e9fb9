"""How much there is within reach of each place: enhanced two-step floating catchment areas.

Step 1: each offer's places are shared out over the people around it, the nearer the more. Step 2: each place
adds up what the offers around it have for one of its people. Two towns with the same number of offers come
out differently where one shares them with more people.

Source: Luo and Qi, "An enhanced two-step floating catchment area (E2SFCA) method for measuring spatial
accessibility to primary care physicians", Health & Place 15 (2009), 1100–1107; the weights are their slow
decay (a Gaussian at the middle of each zone), with the zones widened to the hour of a day out.

It is a ratio, not a placement: a place in a group is counted for everybody near it. ``gaps.flow`` gives each
place to one person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from marketplace.geo.distance import distance_km, km_per_degree
from marketplace.geo.travel import DEFAULT_MODEL, TravelModel
from marketplace.vocabulary import TravelMode

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
AT_A_TIME = 4_000
"""Offers taken at a time, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Zone:
    """Who can be there in up to so many minutes counts so much."""

    minutes: float
    weight: float


STEPS = (Zone(15.0, 1.0), Zone(30.0, 0.68), Zone(60.0, 0.22))
"""From 0 to 15 minutes, to 30, to 60; beyond that an offer is out of reach."""


def step_weights(minutes: Floats, steps: Sequence[Zone] = STEPS) -> Floats:
    """The weight of each time; 0 beyond the last zone and where the time is not known. Same shape."""
    weights = np.zeros(np.shape(minutes))
    for zone in reversed(steps):
        weights = np.where(minutes <= zone.minutes, zone.weight, weights)
    return weights


def reach_matrix(
    lat: Floats,
    lon: Floats,
    offer_lat: Floats,
    offer_lon: Floats,
    *,
    mode: TravelMode = TravelMode.CAR,
    steps: Sequence[Zone] = STEPS,
    travel_model: TravelModel = DEFAULT_MODEL,
) -> csr_array:
    """Weights of shape (places, offers): 0 where an offer is out of reach or its place is not known (NaN)."""
    # Only where it is needed: few processes come here, and loading it slows down every start.
    from scipy.sparse import csr_array  # noqa: PLC0415
    from scipy.spatial import cKDTree  # noqa: PLC0415

    furthest = travel_model.reach_km(mode, steps[-1].minutes)
    known = np.flatnonzero(~np.isnan(offer_lat))
    if furthest <= 0 or not len(known) or not len(lat):
        return csr_array((len(lat), len(offer_lat)))
    # The tree is only a sieve, on a plane that shortens no distance.
    _, east = km_per_degree(np.array([min(lat.min(), offer_lat[known].min())]))
    here = np.column_stack([lat * 111.0, lon * east[0]])
    there = np.column_stack([offer_lat[known] * 111.0, offer_lon[known] * east[0]])
    # East is longest in the south: what lies further north looks further apart than it is.
    widen = float(east[0] / km_per_degree(np.array([max(lat.max(), offer_lat[known].max())]))[1][0])
    near = cKDTree(here).sparse_distance_matrix(
        cKDTree(there), furthest * widen * 1.01, output_type="ndarray"
    )
    rows, columns = near["i"], known[near["j"]]
    km = distance_km(lat[rows], lon[rows], offer_lat[columns], offer_lon[columns])
    weights = step_weights(travel_model.minutes(mode, km), steps)
    kept = weights > 0.0
    return csr_array((weights[kept], (rows[kept], columns[kept])), shape=(len(lat), len(offer_lat)))


def access_ratios(weights: csr_array, people: Floats, supply: Floats, about: Floats | None = None) -> Floats:
    """What is within reach for one person of each place.

    *weights* has the shape (places, offers), *people* (places,), *supply* (offers,): places in each offer.
    *about* has the shape (offers, kinds), 1 where an offer counts for a kind; then the result has the shape
    (places, kinds), else (places,). An offer that nobody lives near counts for nobody.

    Worked example: an offer with 10 places, 100 people in its first zone and 100 in its second: each of its
    places is for 100 + 0.68 × 100 people, so 10 / 168 for the first and 0.68 × 10 / 168 for the second.
    """
    around = weights.T @ people
    share = np.divide(supply, around, out=np.zeros(len(supply)), where=around > 0.0)
    return np.asarray(weights @ (share if about is None else share[:, None] * about))


def access_of_places(
    lat: Floats,
    lon: Floats,
    people: Floats,
    *,
    offer_lat: Floats,
    offer_lon: Floats,
    supply: Floats,
    about: Floats,
    mode: TravelMode = TravelMode.CAR,
    travel_model: TravelModel = DEFAULT_MODEL,
) -> Floats:
    """``access_ratios`` for many offers, block by block: shape (places, kinds)."""
    total = np.zeros((len(lat), about.shape[1]))
    for start in range(0, len(supply), AT_A_TIME):
        block = slice(start, start + AT_A_TIME)
        weights = reach_matrix(
            lat, lon, offer_lat[block], offer_lon[block], mode=mode, travel_model=travel_model
        )
        total += access_ratios(weights, people, supply[block], about[block])
    return total
