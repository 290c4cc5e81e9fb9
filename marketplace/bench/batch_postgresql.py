"""One PostgreSQL statement with all rules for many people: a table of people joined with the offers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

from marketplace.bench.example import Progress
from marketplace.bench.rules_postgresql import PostgresqlMatch, values_of
from marketplace.bench.rules_sql import MATCH
from marketplace.bench.search import SearchColumns
from marketplace.bench.server import NoServerError, running_server
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.first import First
from marketplace.matching.query import Query

SAME_SCORE = 1e-9


def in_postgresql(
    catalogue: Catalogue,
    queries: Sequence[Query],
    expected: Sequence[First],
    turn: npt.NDArray[np.uint32],
    *,
    limit: int,
    progress: Progress,
) -> dict[str, Any]:
    """All rules for all *queries* in one statement; its plan is made before the clock starts."""
    try:
        with running_server() as server:
            progress(f"PostgreSQL: {len(queries):,} people in one lateral join")
            offers = PostgresqlMatch(server, catalogue, SearchColumns.of(catalogue), turn)
            values = [values_of(query, catalogue, limit) for query in queries]
            _store_people(offers.connection, values)
            statement = lateral_join(values[0], limit)
            began = time.perf_counter()
            rows = offers.connection.cursor(binary=True).execute(statement).fetchall()
            seconds = time.perf_counter() - began
            offers.close()
    except NoServerError as error:
        return {"skipped": str(error)}
    answers: list[list[tuple[int, float]]] = [[] for _ in queries]
    for person, offer, score in rows:
        answers[person].append((offer, score))
    agrees = all(
        [offer for offer, _ in mine] == theirs.rows.tolist()
        and all(
            abs(score - other) <= SAME_SCORE for (_, score), other in zip(mine, theirs.scores, strict=True)
        )
        for mine, theirs in zip(answers, expected, strict=True)
    )
    return {
        "people": len(queries),
        "seconds": round(seconds, 3),
        "mean_ms": round(seconds * 1000 / len(queries), 4),
        "agrees": agrees,
    }


def lateral_join(values: dict[str, Any], limit: int) -> str:
    """The statement of all rules with a column of ``person`` in the place of each value.

    Each match tells its place, because equal scores are put in order by what the rows no longer hold.
    """
    columns = {name: f'person."{name}"' for name in values} | {"wanted_rows": str(limit)}
    placed = f"SELECT *, row_number() OVER () AS place FROM ({MATCH % columns}) AS matches"  # noqa: S608
    return (
        f"SELECT person.number, first.id, first.score FROM person CROSS JOIN LATERAL ({placed}) AS first "  # noqa: S608
        "ORDER BY person.number, first.place"
    )


def _store_people(connection: psycopg.Connection[Any], people: Sequence[dict[str, Any]]) -> None:
    names = list(people[0])
    columns = ", ".join(f'"{name}" {_type_of(_telling(people, name))}' for name in names)
    connection.execute(f"CREATE TEMP TABLE person (number integer, {columns})")
    with connection.cursor().copy("COPY person FROM STDIN") as copy:
        for number, values in enumerate(people):
            copy.write_row((number, *(values[name] for name in names)))
    connection.execute("ANALYZE person")


def _telling(people: Sequence[dict[str, Any]], name: str) -> object:
    """A value that tells the type of all: of lists the longest, because an empty one says nothing."""
    value = people[0][name]
    return max((values[name] for values in people), key=len) if isinstance(value, list) else value


def _type_of(value: object) -> str:
    """The type of a value's column; casts in the statement narrow it where they must."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "bigint"
        case float():
            return "float8"
        case bytes():
            return "bytea"
        case list():
            return f"{_type_of(value[0])}[]" if value else "bigint[]"
        case _:
            return "text"
