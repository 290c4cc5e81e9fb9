"""The plain search on PostgreSQL: GiST over boxes, bit strings for times, tsvector for words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import psycopg

from marketplace.bench.peer_sqlite import areas, offer_rows, parameters, term_texts
from marketplace.bench.search import (
    BITS_A_WORD,
    COMES,
    FULL,
    HALF_HOURS,
    NEAR_SHARE,
    ONLINE,
    THEME_SHARE,
    WORD_SHARE,
    Search,
    SearchColumns,
)
from marketplace.bench.timing import timed
from marketplace.matching.catalogue import Catalogue

ABOUT = "PostgreSQL, tuned: GiST box, bit strings, tsvector; prepared, binary, on a local socket"
# As doubles: PostgreSQL reads a plain 0.5 as a decimal number, which is much slower.
_SHARES = [f"{share}::float8" for share in (THEME_SHARE, WORD_SHARE, NEAR_SHARE)]
_TRIED = 20
_NO_TIME = f"B'{'0' * HALF_HOURS}'"
_DY = "(o.lat - %(lat)s) * (%(n0)s + (o.lat - %(lat)s) * 0.5::float8 * (%(n1)s + (o.lat - %(lat)s) * 0.5::float8 * %(n2)s))"
_DX = "(o.lon - %(lon)s) * (%(e0)s + (o.lat - %(lat)s) * 0.5::float8 * (%(e1)s + (o.lat - %(lat)s) * 0.5::float8 * %(e2)s))"
_SEARCH = f"""
SELECT id,
  CASE WHEN theme THEN {_SHARES[0]} ELSE 0::float8 END + CASE WHEN word THEN {_SHARES[1]} ELSE 0::float8 END
    + {_SHARES[2]} * (1::float8 - least(CASE WHEN placeless THEN %(reach)s ELSE km END / %(reach)s, 1::float8))
    AS score
FROM (
  SELECT id, place, radius, theme, word, placeless, sqrt(dx * dx + dy * dy) AS km
  FROM (
    SELECT o.id, o.place, o.radius, {_DX} AS dx, {_DY} AS dy,
      (o.lat IS NULL OR o.place = {ONLINE}) AS placeless,
      (o.themes & %(themes)s::bigint) <> 0 AS theme,
      o.words @@ %(words)s::tsquery AS word
    FROM offer AS o
    WHERE o.area && box(point(%(west_edge)s, %(south_edge)s), point(%(east_edge)s, %(north_edge)s))
      AND o.vacancy <> {FULL} AND (o.features_no & %(must)s::bigint) = 0
      AND (%(level)s::int = 0 OR (o.levels & %(level_bit)s::int) <> 0 OR (o.levels = 0 AND %(level)s::int < 4))
      AND (%(age)s::int < 0
           OR (%(age)s::int >= o.min_age AND (o.max_age < 0 OR %(age)s::int <= o.max_age)))
      AND (%(any_time)s::boolean OR o.sessions = 0 OR (o.week & %(week)s::bit({HALF_HOURS})) <> {_NO_TIME})
      AND (%(budget)s::int < 0 OR o.price <= %(budget)s::int)
    OFFSET 0
  ) AS sieved
  WHERE theme OR word
) AS measured
WHERE placeless OR km <= CASE WHEN place = {COMES} THEN radius ELSE %(reach)s END
ORDER BY score DESC, coalesce(km, 'infinity'), id
LIMIT %(wanted)s
"""  # noqa: S608 - constants of ours, no input
_TABLE = f"""
CREATE UNLOGGED TABLE offer (
  id integer, area box, lat double precision, lon double precision, place smallint,
  radius double precision, vacancy smallint, features_no bigint, levels smallint, min_age smallint,
  max_age smallint, themes bigint, price integer, sessions smallint, week bit({HALF_HOURS}),
  words tsvector)
"""


class PostgresqlSearch:
    """A filled table on a server; ``close`` it in the end."""

    def __init__(self, server: str, catalogue: Catalogue, extra: SearchColumns) -> None:
        self.connection = psycopg.connect(server, autocommit=True, prepare_threshold=0)
        self.connection.execute("DROP TABLE IF EXISTS offer")
        self.connection.execute(_TABLE)
        with self.connection.cursor().copy("COPY offer FROM STDIN") as copy:
            for row in _rows(catalogue, extra):
                copy.write_row(row)
        self.connection.execute("CREATE INDEX ON offer USING gist (area)")
        self.connection.execute("ALTER TABLE offer ADD PRIMARY KEY (id)")
        self.connection.execute("VACUUM ANALYZE offer")
        self.cursor = self.connection.cursor(binary=True)

    def warm_up(self, values: Sequence[dict[str, Any]]) -> None:
        use_quicker_plan(self.connection, self, values)

    def __call__(self, values: dict[str, Any]) -> list[tuple[int, float]]:
        return self.cursor.execute(_SEARCH, values, prepare=True).fetchall()

    def close(self) -> None:
        self.connection.close()


def use_quicker_plan(
    connection: psycopg.Connection[Any],
    call: Callable[[dict[str, Any]], object],
    values: Sequence[dict[str, Any]],
) -> None:
    """Warm up, and keep the way of planning that was quicker: for all values at once, or for each anew."""
    seconds = {}
    for mode in ("force_generic_plan", "force_custom_plan"):
        connection.execute(f"SET plan_cache_mode = {mode}")
        timed(call, values[:_TRIED])
        seconds[mode] = timed(call, values[:_TRIED])[0].mean
    connection.execute(f"SET plan_cache_mode = {min(seconds, key=seconds.__getitem__)}")


def values_of(search: Search) -> dict[str, Any]:
    """The search as named values; made before the clock starts, in favour of the database."""
    return parameters(search) | {
        "week": week_bits(search.week),
        "words": " | ".join(f"w{term}" for term in search.terms),
    }


def week_bits(week: Iterable[int]) -> str:
    """Half hours as a bit string, the first half hour first."""
    return "".join(f"{word:0{BITS_A_WORD}b}"[::-1] for word in week)


def _rows(catalogue: Catalogue, extra: SearchColumns) -> Iterable[tuple[Any, ...]]:
    for row, area, (_, words) in zip(
        offer_rows(catalogue, extra), areas(catalogue), term_texts(catalogue), strict=True
    ):
        _, south, north, west, east = area
        lead, week = row[:13], row[13:]
        yield (
            lead[0],
            f"({east},{north}),({west},{south})",
            *lead[1:],
            week_bits(int(word or 0) for word in week),
            words,
        )
