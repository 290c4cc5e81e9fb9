"""How much is within reach of each place: against a worked example, and against another library."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from marketplace.gaps.catchment import STEPS, access_of_places, access_ratios, reach_matrix, step_weights
from marketplace.geo.distance import distance_km
from marketplace.geo.travel import DEFAULT_MODEL
from marketplace.vocabulary import TravelMode


def test_an_offer_is_shared_out_over_all_around_it_and_added_up_where_they_live() -> None:
    # Ten places; the first hundred people live at once by, the second hundred half an hour away.
    weights = reach_matrix(
        np.array([53.0, 53.0, 53.0]), np.array([-1.0, -0.7, 2.0]), np.array([53.0]), np.array([-1.0])
    )
    assert weights.toarray().ravel().tolist() == [1.0, 0.68, 0.0]
    ratios = access_ratios(weights, np.array([100.0, 100.0, 50.0]), np.array([10.0]))
    assert ratios == pytest.approx([10 / 168, 0.68 * 10 / 168, 0.0], rel=1e-12)


def test_minutes_at_the_edge_of_a_zone_belong_to_it() -> None:
    minutes = np.array([0.0, 15.0, 15.01, 30.0, 60.0, 60.01, np.nan])
    assert step_weights(minutes).tolist() == [1.0, 1.0, 0.68, 0.68, 0.22, 0.0, 0.0]


def test_ratios_are_those_of_pysal_on_the_same_minutes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, about other libraries
        import pandas as pd
        from access.fca import two_stage_fca
        from access.weights import step_fn

    rng = np.random.default_rng(11)
    lat, lon = 52.6 + rng.random(60) * 0.9, -1.4 + rng.random(60) * 1.2
    offer_lat, offer_lon = 52.6 + rng.random(300) * 0.9, -1.4 + rng.random(300) * 1.2
    people = rng.integers(50, 5000, 60).astype(np.float64)
    supply = rng.integers(0, 20, 300).astype(np.float64)
    kinds = (rng.random((300, 3)) < 0.4).astype(np.float64)
    ours = access_of_places(
        lat, lon, people, offer_lat=offer_lat, offer_lon=offer_lon, supply=supply, about=kinds
    )

    km = distance_km(lat[:, None], lon[:, None], offer_lat[None, :], offer_lon[None, :])
    pairs = pd.DataFrame(
        {
            "place": np.repeat(np.arange(60), 300),
            "offer": np.tile(np.arange(300), 60),
            "minutes": DEFAULT_MODEL.minutes(TravelMode.CAR, km).ravel(),
        }
    )
    decay = step_fn({zone.minutes: zone.weight for zone in STEPS})
    for kind in range(3):
        theirs = two_stage_fca(
            pd.DataFrame({"geoid": np.arange(60), "demand": people}),
            pd.DataFrame({"supply": supply * kinds[:, kind]}, index=pd.RangeIndex(300)),
            pairs,
            max_cost=60,
            cost_origin="place",
            cost_dest="offer",
            cost_name="minutes",
            weight_fn=decay,
        )
        assert np.abs(theirs.reindex(range(60)).fillna(0.0).to_numpy() - ours[:, kind]).max() < 1e-9
        assert ours[:, kind].max() > 0.0
