"""The plain search on SQLite, in memory: R*Tree for places, FTS5 for words, whole numbers as masks."""

from __future__ import annotations

import math
import sqlite3

import numpy as np

from marketplace.bench.search import (
    COMES,
    FULL,
    NEAR_SHARE,
    ONLINE,
    THEME_SHARE,
    WORD_SHARE,
    WORDS_A_WEEK,
    Search,
    SearchColumns,
)
from marketplace.geo.distance import bounding_box
from marketplace.matching.catalogue import Catalogue

ABOUT = "SQLite in memory: R*Tree, FTS5, masks; prepared statement"
_WEEK = ", ".join(f"week{number}" for number in range(WORDS_A_WEEK))
_SHARED = " | ".join(f"(o.week{number} & :week{number})" for number in range(WORDS_A_WEEK))
_KM = """sqrt(
  ((o.lon - :lon) * (:e0 + (o.lat - :lat) * 0.5 * (:e1 + (o.lat - :lat) * 0.5 * :e2)))
  * ((o.lon - :lon) * (:e0 + (o.lat - :lat) * 0.5 * (:e1 + (o.lat - :lat) * 0.5 * :e2)))
  + ((o.lat - :lat) * (:n0 + (o.lat - :lat) * 0.5 * (:n1 + (o.lat - :lat) * 0.5 * :n2)))
  * ((o.lat - :lat) * (:n0 + (o.lat - :lat) * 0.5 * (:n1 + (o.lat - :lat) * 0.5 * :n2))))"""
_SEARCH = f"""
SELECT id,
  {THEME_SHARE} * theme + {WORD_SHARE} * word
    + {NEAR_SHARE} * (1.0 - min(iif(placeless, :reach, km) / :reach, 1.0)) AS score
FROM (
  SELECT o.id, o.place, o.radius, {_KM} AS km,
    (o.lat IS NULL OR o.place = {ONLINE}) AS placeless,
    (o.themes & :themes) <> 0 AS theme,
    :words <> '' AND o.id IN (SELECT rowid FROM words WHERE words MATCH iif(:words = '', 'none', :words)) AS word
  FROM area AS a CROSS JOIN offer AS o ON o.id = a.id
  WHERE a.south <= :north_edge AND a.north >= :south_edge AND a.west <= :east_edge AND a.east >= :west_edge
    AND o.vacancy <> {FULL} AND (o.features_no & :must) = 0
    AND (:level = 0 OR (o.levels & :level_bit) <> 0 OR (o.levels = 0 AND :level < 4))
    AND (:age < 0 OR (:age >= o.min_age AND (o.max_age < 0 OR :age <= o.max_age)))
    AND (:any_time OR o.sessions = 0 OR ({_SHARED}) <> 0)
    AND (:budget < 0 OR o.price <= :budget)
)
WHERE (theme OR word) AND (placeless OR km <= iif(place = {COMES}, radius, :reach))
ORDER BY score DESC, coalesce(km, 9e999), id
LIMIT :wanted
"""  # noqa: S608 - constants of ours, no input


class SqliteSearch:
    """A filled database; ``close`` it in the end."""

    def __init__(self, catalogue: Catalogue, extra: SearchColumns) -> None:
        self.connection = sqlite3.connect(":memory:", cached_statements=16)
        self.connection.executescript(
            f"""
            PRAGMA cache_size = -1000000;
            CREATE TABLE offer (id INTEGER PRIMARY KEY, lat REAL, lon REAL, place INTEGER, radius REAL,
              vacancy INTEGER, features_no INTEGER, levels INTEGER, min_age INTEGER, max_age INTEGER,
              themes INTEGER, price INTEGER, sessions INTEGER, {_WEEK});
            CREATE VIRTUAL TABLE area USING rtree (id, south, north, west, east);
            CREATE VIRTUAL TABLE words USING fts5 (terms, content='', detail=none, columnsize=0);
            """
        )
        self.connection.executemany(
            f"INSERT INTO offer VALUES ({', '.join('?' * (13 + WORDS_A_WEEK))})",  # noqa: S608
            offer_rows(catalogue, extra),
        )
        self.connection.executemany("INSERT INTO area VALUES (?, ?, ?, ?, ?)", areas(catalogue))
        self.connection.executemany("INSERT INTO words (rowid, terms) VALUES (?, ?)", term_texts(catalogue))
        self.connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        self.connection.execute("ANALYZE")
        self.connection.commit()

    def __call__(self, search: Search) -> list[tuple[int, float]]:
        return self.connection.execute(_SEARCH, parameters(search)).fetchall()

    def close(self) -> None:
        self.connection.close()


def parameters(search: Search, limit: int = 20) -> dict[str, float | int | str]:
    """The search as named values, the same for every database."""
    box = bounding_box(search.ruler.lat, search.ruler.lon, search.reach_km)
    week: dict[str, float | int | str] = {f"week{number}": word for number, word in enumerate(search.week)}
    return week | {
        "lat": search.ruler.lat,
        "lon": search.ruler.lon,
        "n0": search.ruler.north[0],
        "n1": search.ruler.north[1],
        "n2": search.ruler.north[2],
        "e0": search.ruler.east[0],
        "e1": search.ruler.east[1],
        "e2": search.ruler.east[2],
        "south_edge": box.south,
        "north_edge": box.north,
        "west_edge": box.west,
        "east_edge": box.east,
        "reach": search.reach_km,
        "must": search.must,
        "level": search.level,
        "level_bit": 1 << max(search.level - 1, 0),
        "age": search.age,
        "any_time": not any(search.week),
        "budget": search.budget_pence,
        "themes": search.themes,
        "words": " OR ".join(f"w{term}" for term in search.terms),
        "wanted": limit,
    }


def offer_rows(catalogue: Catalogue, extra: SearchColumns) -> list[tuple[float | int | None, ...]]:
    """One tuple a row: id, place, radius, masks, price, number of sessions, half hours of the week."""
    c = catalogue.columns
    columns = [
        range(len(catalogue)),
        _or_none(c.lat),
        _or_none(c.lon),
        c.place_kind.tolist(),
        _or_none(c.radius_km),
        c.vacancy.tolist(),
        c.features_no.tolist(),
        c.levels.tolist(),
        c.min_age.tolist(),
        c.max_age.tolist(),
        (c.themes | c.suggested_themes).tolist(),
        c.cost_pence.tolist(),
        c.session_count.tolist(),
        *extra.weeks.T.tolist(),
    ]
    return list(zip(*columns, strict=True))


def areas(catalogue: Catalogue) -> list[tuple[float, ...]]:
    """Row, south, north, west, east of where people find each offer.

    A place is a point; somebody who comes to people has a box around how far they come; what has no
    place or is online is everywhere.
    """
    c = catalogue.columns
    found: list[tuple[float, ...]] = []
    for row, (lat, lon, place, radius) in enumerate(
        zip(c.lat.tolist(), c.lon.tolist(), c.place_kind.tolist(), c.radius_km.tolist(), strict=True)
    ):
        if math.isnan(lat) or place == ONLINE:
            found.append((row, -90.0, 90.0, -180.0, 180.0))
        elif place == COMES and radius > 0:
            box = bounding_box(lat, lon, radius)
            found.append((row, box.south, box.north, box.west, box.east))
        else:
            found.append((row, lat, lat, lon, lon))
    return found


def term_texts(catalogue: Catalogue) -> list[tuple[int, str]]:
    """Row and its terms as words 'w12 w507', so that every engine reads the same words."""
    starts, terms, _ = catalogue.text.columns.by_row()
    names = np.array([f"w{number}" for number in range(len(catalogue.text.vocabulary))], dtype=object)
    first = starts.tolist()
    words = names[terms].tolist()
    return [(row, " ".join(words[first[row] : first[row + 1]])) for row in range(len(catalogue))]


def _or_none(values: np.typing.NDArray[np.float32]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]
