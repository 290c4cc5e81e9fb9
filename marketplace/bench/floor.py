"""The least that any answer costs: one look at the bytes that the rules need, and nothing else."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from marketplace.matching.catalogue import Columns
from marketplace.matching.grid import Spans
from marketplace.matching.kernel import compiled


@compiled
def touch(columns: Columns, spans: Spans) -> float:
    """Add up every column that the rules read, over the rows of *spans* and their sessions."""
    lats, lons, kinds, places, radii = (
        columns.lat,
        columns.lon,
        columns.kind,
        columns.place_kind,
        columns.radius_km,
    )
    levels, made_for, stated, suggested = (
        columns.levels,
        columns.made_for,
        columns.themes,
        columns.suggested_themes,
    )
    yes, no, vacancies = columns.features_yes, columns.features_no, columns.vacancy
    low, high, transports = columns.min_age, columns.max_age, columns.transport
    fetch_radii, fetch_pence = columns.transport_radius_km, columns.transport_pence
    flexible, shortest = columns.flexible, columns.shortest_visit
    bases, prices = columns.cost_basis, columns.cost_pence
    first_session, session_count = columns.first_session, columns.session_count
    starts, ends = columns.session_start, columns.session_end
    real = 0.0
    whole = np.int64(0)
    bits = np.uint64(0)
    for span in range(len(spans)):
        for row in range(spans[span, 0], spans[span, 1]):
            real += lats[row] + lons[row] + radii[row] + fetch_radii[row]
            bits ^= stated[row] ^ suggested[row]
            whole += np.int64(kinds[row]) + places[row] + levels[row] + made_for[row] + vacancies[row]
            whole += np.int64(yes[row]) + np.int64(no[row]) + low[row] + high[row] + transports[row]
            whole += np.int64(fetch_pence[row]) + np.int64(flexible[row]) + shortest[row] + bases[row]
            whole += np.int64(prices[row])
            for session in range(first_session[row], first_session[row] + np.int64(session_count[row])):
                whole += np.int64(starts[session]) + np.int64(ends[session])
    return real + np.float64(whole) + np.float64(bits & np.uint64(1))


def rows_of(spans: Spans) -> int:
    """How many rows the spans hold."""
    lengths: npt.NDArray[np.int64] = spans[:, 1] - spans[:, 0]
    return int(lengths.sum())
