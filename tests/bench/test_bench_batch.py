"""The measuring of many people at once, on a world small enough for every test run."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from marketplace.bench import batch, batch_tables
from marketplace.bench.example import ExampleWorld
from marketplace.geo.postcodes import PostcodeDirectory

OFFERS, PEOPLE, BLOCK = 300, 40, 25


@pytest.fixture(scope="module")
def document(example: ExampleWorld, directory: PostcodeDirectory, today: date) -> dict[str, Any]:
    return batch.run(
        example=example,
        directory=directory,
        today=today,
        people=PEOPLE,
        offers=OFFERS,
        sample=15,
        block=BLOCK,
    )


def test_one_postgresql_join_names_the_same_offers_in_the_same_order(document: dict[str, Any]) -> None:
    assert document["postgresql"]["people"] == 15
    assert document["postgresql"]["agrees"] is True
    assert document["postgresql"]["ratio"] > 0


def test_a_batch_gives_a_sample_what_each_gets_alone(document: dict[str, Any]) -> None:
    assert document["one_by_one"] == {"people": 15, "agrees": True}
    assert document["agreement"] is True


def test_a_batch_tells_its_times_and_its_memory(document: dict[str, Any]) -> None:
    assert document["people"] == PEOPLE
    assert document["end_to_end_seconds"] == pytest.approx(
        document["match_seconds"] + document["needs_seconds"], abs=1e-3
    )
    assert document["peak_memory_mb"] > document["offers_mb"] + document["answers_mb"] > 0
    assert document["matches"] > 0
    text = batch_tables.table(document)
    assert text.startswith(f"# {PEOPLE} people at once")
    assert f"Peak memory of the process: {document['peak_memory_mb']:,} MB" in text


def test_without_a_sample_postgresql_is_left_out(
    example: ExampleWorld, directory: PostcodeDirectory, today: date
) -> None:
    document = batch.run(example=example, directory=directory, today=today, people=5, offers=OFFERS, sample=0)
    assert "PostgreSQL: not measured" in batch_tables.table(document)
    assert document["one_by_one"] == {"people": 5, "agrees": True}
