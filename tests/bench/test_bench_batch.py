"""The measuring of many people at once, on a world small enough for every test run."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from marketplace.bench import batch, batch_tables
from marketplace.bench.example import ExampleWorld
from marketplace.bench.synthetic import synthetic_catalogue, synthetic_people
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching.first import first_matches
from marketplace.matching.query import compile_query
from marketplace.matching.ranking import rotation

OFFERS, PEOPLE = 300, 40


@pytest.fixture(scope="module")
def document(example: ExampleWorld, directory: PostcodeDirectory, today: date) -> dict[str, Any]:
    return batch.run(
        example=example, directory=directory, today=today, people=PEOPLE, offers=OFFERS, sample=15
    )


def test_one_postgresql_join_names_the_same_offers_in_the_same_order(document: dict[str, Any]) -> None:
    assert document["postgresql"]["people"] == 15
    assert document["postgresql"]["agrees"] is True
    assert document["postgresql"]["ratio"] > 0


def test_a_batch_tells_its_times_and_its_memory(document: dict[str, Any]) -> None:
    assert document["people"] == PEOPLE
    assert document["match_seconds"] > 0
    assert document["needs_seconds"] > 0
    assert document["peak_memory_mb"] > 50
    assert document["matches"] > 0
    assert f" {PEOPLE} |" in batch_tables.table(document)


def test_a_batch_gives_each_person_what_they_get_alone(
    example: ExampleWorld, directory: PostcodeDirectory, today: date
) -> None:
    catalogue = synthetic_catalogue(example, directory, OFFERS)
    turn = rotation(catalogue, today)
    queries = [
        compile_query(person.needs, home=person.home, thesaurus=catalogue.text.thesaurus, today=today)
        for person in synthetic_people(example, directory, PEOPLE)
    ]
    together = batch.first_for_all(queries, catalogue, turn)
    alone = [first_matches(query, catalogue, turn=turn, limit=batch.LIMIT) for query in queries]
    assert [one.rows.tolist() for one in together] == [one.rows.tolist() for one in alone]
    assert [one.scores.tolist() for one in together] == [one.scores.tolist() for one in alone]
