"""All rules of matching on PostgreSQL: the table, the values of a person, the call."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

from marketplace.bench.peer_postgresql import use_quicker_plan, week_bits
from marketplace.bench.peer_sqlite import areas, term_texts
from marketplace.bench.rules_sql import MATCH
from marketplace.bench.search import HALF_HOURS, SearchColumns, search_of
from marketplace.geo.distance import bounding_box
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import PROVIDER
from marketplace.matching.handed import goal_words, numbers_at, person_of
from marketplace.matching.query import Query
from marketplace.vocabulary import TravelMode

ABOUT = (
    "PostgreSQL, tuned, all rules but sentence vectors: GiST box, bit strings, arrays; one prepared statement"
)

_TABLE = f"""
CREATE UNLOGGED TABLE offer (
  id integer, area box, lat float8, lon float8, turn bigint, kind smallint, place smallint, radius float8,
  levels smallint, made_for smallint, themes bigint, suggested bigint, features_yes integer,
  features_no integer, min_age smallint, max_age smallint, vacancy smallint, transport smallint,
  fetch_radius float8, fetch_pence integer, flexible boolean, shortest integer, basis smallint, price integer,
  sessions smallint, starts integer[], ends integer[], repeats integer[], touch boolean, week bit({HALF_HOURS}),
  words tsvector, terms integer[], term_weights float8[])
"""


class PostgresqlMatch:
    """A filled table on a server; ``close`` it in the end."""

    def __init__(
        self, server: str, catalogue: Catalogue, extra: SearchColumns, turn: npt.NDArray[np.uint32]
    ) -> None:
        self.connection = psycopg.connect(server, autocommit=True, prepare_threshold=0)
        self.connection.execute("DROP TABLE IF EXISTS offer")
        self.connection.execute(_TABLE)
        with self.connection.cursor().copy("COPY offer FROM STDIN") as copy:
            for row in _rows(catalogue, extra, turn):
                copy.write_row(row)
        self.connection.execute("CREATE INDEX ON offer USING gist (area)")
        self.connection.execute("ALTER TABLE offer ADD PRIMARY KEY (id)")
        self.connection.execute("VACUUM ANALYZE offer")
        self.cursor = self.connection.cursor(binary=True)

    def warm_up(self, values: Sequence[dict[str, Any]]) -> None:
        use_quicker_plan(self.connection, self, values)

    def __call__(self, values: dict[str, Any]) -> list[tuple[int, float]]:
        return self.cursor.execute(MATCH, values, prepare=True).fetchall()

    def close(self) -> None:
        self.connection.close()


def values_of(query: Query, catalogue: Catalogue, limit: int = 20) -> dict[str, Any]:
    """The query as named values; made before the clock starts, in favour of the database."""
    q = numbers_at(person_of(query, catalogue.text), query.free_bus)
    said = goal_words(catalogue.text, query.goals)
    search = search_of(query, catalogue)
    box = bounding_box(q.lat, q.lon, search.reach_km)
    chosen, understood, akin, refused, has_words, importance = q.goals.astype(np.int64).T.tolist()
    uses, fixed, per_km, fare_fixed, fare_per_km = q.ways
    ways: dict[str, Any] = {}
    for way in range(len(TravelMode)):
        # Nobody gets anywhere by a way that they don't use; the provider's transport has its own switch.
        usable = uses[way] > 0 or way == PROVIDER
        ways[f"fixed{way}"] = float(fixed[way]) if usable and not math.isnan(fixed[way]) else math.inf
        ways[f"per_km{way}"] = float(per_km[way]) if usable and not math.isnan(per_km[way]) else 0.0
    return {
        "lat": q.lat,
        "lon": q.lon,
        **{f"n{number}": value for number, value in enumerate(q.ruler[:3])},
        **{f"e{number}": value for number, value in enumerate(q.ruler[3:])},
        "west": box.west,
        "south": box.south,
        "east": box.east,
        "north": box.north,
        "must": q.must,
        "like": q.like,
        "age": q.age,
        "level": q.level,
        "level_bit": 1 << max(q.level - 1, 0),
        "has_when": q.has_when,
        "week": week_bits(search.week),
        "has_carer": q.has_carer,
        "shortest_break": q.shortest_break,
        "break_wanted": q.break_minutes,
        "work": q.work_minutes,
        "work_opens": q.works[:, 0].tolist(),
        "work_closes": q.works[:, 1].tolist(),
        "carer_told": float((q.shortest_break > 0) + (q.work_minutes > 0) + (q.break_minutes > 0)),
        "opens": q.windows[:, 0].tolist(),
        "closes": q.windows[:, 1].tolist(),
        "open": bool((said.low < 0).any()),
        "any_theme": int(np.bitwise_or.reduce(np.array([chosen, understood, akin]), axis=None)),
        "words": " | ".join(f"w{term}" for term in sorted(set(said.terms.tolist()))),
        "limit": q.max_minutes,
        "provider": bool(uses[PROVIDER] > 0),
        "wants_transport": q.wants_transport,
        "shortest": q.shortest,
        "wanted": q.wanted_minutes,
        "has_pass": q.has_free_bus,
        "free_bus": np.packbits(q.free_bus, bitorder="little").tobytes(),
        "fare_fixed": fare_fixed.tolist(),
        "fare_per_km": fare_per_km.tolist(),
        "budget": q.budget_pence,
        "against": q.score_budget_pence,
        "goal": list(range(len(chosen))),
        "chosen": chosen,
        "understood": understood,
        "akin": akin,
        "refused": refused,
        "has_words": [bool(one) for one in has_words],
        "importance": [float(one) for one in importance],
        "most_importance": float(max(importance)),
        "all_importance": float(sum(importance)),
        "low": said.low.tolist(),
        "slope": said.slope.tolist(),
        "said_goal": np.repeat(np.arange(len(chosen)), np.diff(said.first)).tolist(),
        "said_term": said.terms.tolist(),
        "said_weight": said.weights.tolist(),
        "wanted_rows": limit,
        **ways,
        **{f"weight{part}": float(weight) for part, weight in enumerate(q.weights)},
    }


def _rows(
    catalogue: Catalogue, extra: SearchColumns, turn: npt.NDArray[np.uint32]
) -> Iterable[tuple[Any, ...]]:
    c, (first, said_there, much) = catalogue.columns, catalogue.text.columns.by_row()
    first_session, first_term = c.first_session.tolist(), first.tolist()
    sessions = c.session_count.tolist()
    starts, ends, repeats = c.session_start.tolist(), c.session_end.tolist(), c.session_repeats.tolist()
    terms, term_weights = said_there.tolist(), much.tolist()
    weeks = extra.weeks.tolist()
    plain = zip(
        _or_none(c.lat),
        _or_none(c.lon),
        turn.tolist(),
        c.kind.tolist(),
        c.place_kind.tolist(),
        _or_none(c.radius_km),
        c.levels.tolist(),
        c.made_for.tolist(),
        c.themes.tolist(),
        c.suggested_themes.tolist(),
        c.features_yes.tolist(),
        c.features_no.tolist(),
        c.min_age.tolist(),
        c.max_age.tolist(),
        c.vacancy.tolist(),
        c.transport.tolist(),
        _or_none(c.transport_radius_km),
        c.transport_pence.tolist(),
        c.flexible.tolist(),
        c.shortest_visit.tolist(),
        c.cost_basis.tolist(),
        c.cost_pence.tolist(),
        sessions,
        strict=True,
    )
    for values, area, (row, words) in zip(plain, areas(catalogue), term_texts(catalogue), strict=True):
        _, south, north, west, east = area
        its = slice(first_session[row], first_session[row] + sessions[row])
        said = slice(first_term[row], first_term[row + 1])
        yield (
            row,
            f"({east},{north}),({west},{south})",
            *values,
            starts[its],
            ends[its],
            repeats[its],
            not set(starts[its]).isdisjoint(ends[its]),
            week_bits(weeks[row]),
            words,
            terms[said],
            term_weights[said],
        )


def _or_none(values: npt.NDArray[np.float32]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]
