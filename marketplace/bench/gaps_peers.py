"""Others that do a part of a gap report: plain NumPy person by person, and PySAL's ``access`` for reach."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from marketplace.bench.example import Progress
from marketplace.bench.timing import took
from marketplace.gaps.catchment import STEPS, access_ratios, reach_matrix
from marketplace.gaps.counting import Asker, count
from marketplace.gaps.geography import Geography
from marketplace.gaps.supply import places_of
from marketplace.geo.distance import distance_km
from marketplace.geo.travel import DEFAULT_MODEL
from marketplace.matching import kernel
from marketplace.matching.catalogue import Catalogue
from marketplace.vocabulary import TravelMode

MOST_PAIRS = 2_000_000
"""Pairs of place and offer that ``access`` is asked about."""


def counted_in_numpy(
    askers: Sequence[Asker], catalogue: Catalogue, geography: Geography, *, today: date
) -> dict[str, Any]:
    """The same counts, one person after the other, and whether they are the same."""
    together, ours = took(lambda: count(askers, catalogue, geography, today=today))
    compiled, kernel.COMPILED = kernel.COMPILED, False
    try:
        alone, plain = took(lambda: count(askers, catalogue, geography, today=today))
    finally:
        kernel.COMPILED = compiled
    same = all(_same(*both) for both in zip(ours.asked, plain.asked, strict=True))
    return {
        "people": len(askers),
        "agrees": bool(same and np.array_equal(ours.fits, plain.fits)),
        "together_seconds": round(together, 4),
        "seconds": round(alone, 4),
        "ms_a_person": round(1000 * alone / max(1, len(askers)), 3),
    }


def _same(left: Any, right: Any) -> bool:
    return bool(np.array_equal(left, right, equal_nan=left.dtype.kind == "f"))


def reach_by_access(catalogue: Catalogue, geography: Geography, *, progress: Progress) -> dict[str, Any]:
    """The same catchment areas by PySAL's ``access``, for as many offers as it can do soon."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own, about other libraries
            import pandas  # type: ignore[import-untyped]  # noqa: PLC0415
            from access.fca import two_stage_fca  # type: ignore[import-untyped]  # noqa: PLC0415
            from access.weights import step_fn  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        return {"skipped": "access is not installed"}
    rows = int(catalogue.used[0])
    supply = places_of(catalogue).astype(np.float64)
    placed = np.flatnonzero(~np.isnan(catalogue.columns.lat[:rows]) & (supply > 0))
    placed = placed[: max(1, MOST_PAIRS // max(1, len(geography.outcodes)))]
    lat, lon = (
        catalogue.columns.lat[placed].astype(np.float64),
        catalogue.columns.lon[placed].astype(np.float64),
    )
    progress(f"Reach of {len(geography.outcodes):,} places and {len(placed):,} offers by access")

    def ours() -> Any:
        weights = reach_matrix(geography.lat, geography.lon, lat, lon)
        return access_ratios(weights, geography.adults, supply[placed])

    own_seconds, own = took(ours)
    km = distance_km(geography.lat[:, None], geography.lon[:, None], lat[None, :], lon[None, :])
    minutes = DEFAULT_MODEL.minutes(TravelMode.CAR, km)
    near = np.nonzero(minutes <= STEPS[-1].minutes)
    pairs = pandas.DataFrame({"place": near[0], "offer": near[1], "minutes": minutes[near]})
    people = pandas.DataFrame({"geoid": np.arange(len(geography.adults)), "demand": geography.adults})
    offered = pandas.DataFrame({"supply": supply[placed]}, index=pandas.RangeIndex(len(placed)))
    seconds, theirs = took(
        lambda: two_stage_fca(
            people,
            offered,
            pairs,
            max_cost=STEPS[-1].minutes,
            cost_origin="place",
            cost_dest="offer",
            cost_name="minutes",
            weight_fn=step_fn({zone.minutes: zone.weight for zone in STEPS}),
        )
    )
    found = theirs.reindex(range(len(geography.adults))).fillna(0.0).to_numpy()
    return {
        "places": len(geography.outcodes),
        "offers": len(placed),
        "pairs": len(pairs),
        "agrees": bool(np.abs(found - own).max() < 1e-9),
        "our_seconds_with_distances": round(own_seconds, 4),
        "seconds_without_distances": round(seconds, 4),
    }
