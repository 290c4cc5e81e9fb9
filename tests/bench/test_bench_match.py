"""The measuring of one person's matches, on a world small enough for every test run."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from marketplace.bench import match, match_tables
from marketplace.bench.example import ExampleWorld
from marketplace.bench.search import SearchColumns, weeks_of
from marketplace.bench.synthetic import synthetic_catalogue, synthetic_people
from marketplace.geo.postcodes import PostcodeDirectory

OFFERS, PEOPLE = 300, 12


class WordDirections:
    """A sentence model that costs nothing: each word points its own way."""

    name = "each word its own way"
    checksum = "none"
    dimension = 16

    def __hash__(self) -> int:
        return id(self)

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1.0
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return np.asarray(vectors / lengths, dtype=np.float32)


@pytest.fixture(scope="module")
def document(example: ExampleWorld, directory: PostcodeDirectory, today: date) -> dict[str, Any]:
    return match.run(
        example=example,
        directory=directory,
        today=today,
        sizes=(OFFERS,),
        people=PEOPLE,
        embedder=WordDirections(),
    )


def test_all_methods_agree_on_the_first_matches(document: dict[str, Any]) -> None:
    methods = document["sizes"][0]["methods"]
    compared = {method["name"] for method in methods if "agrees" in method}
    assert compared >= {
        "numba",
        "NumPy with the grid",
        "PostgreSQL, search",
        "SQLite, search",
        "geopy loop, search",
    }
    assert [method["name"] for method in methods if method.get("agrees") is False] == []
    assert document["agreement"] is True


def test_every_method_has_its_times_and_ratio_or_says_why_not(document: dict[str, Any]) -> None:
    for method in document["sizes"][0]["methods"]:
        if "skipped" in method:
            assert method["skipped"]
            continue
        assert 0 < method["p50_ms"] <= method["p99_ms"]
        assert method["ratio"] > 0
        assert method["calls"] >= 1


def test_the_tables_hold_every_method_and_no_path_of_this_machine(document: dict[str, Any]) -> None:
    text = match_tables.table(document)
    for method in document["sizes"][0]["methods"]:
        assert f"| {method['name']}" in text
    assert str(Path.cwd()) not in text


def test_times_by_reach_are_those_of_everybody_once(document: dict[str, Any]) -> None:
    for size in document["sizes"]:
        assert sum(told["people"] for told in size["by_reach"]) == size["methods"][0]["calls"]
        edges = [told["more_than"] for told in size["by_reach"]]
        assert edges == sorted(edges)


def test_people_find_something_in_a_synthetic_world(document: dict[str, Any]) -> None:
    assert document["sizes"][0]["matches_found"]["mean"] > 0


def test_a_synthetic_world_is_the_same_for_the_same_seed(
    example: ExampleWorld, directory: PostcodeDirectory
) -> None:
    one = synthetic_catalogue(example, directory, OFFERS, seed=5)
    two = synthetic_catalogue(example, directory, OFFERS, seed=5)
    other = synthetic_catalogue(example, directory, OFFERS, seed=6)
    assert one.ids == two.ids
    for name, column in one.columns._asdict().items():
        assert np.array_equal(column, getattr(two.columns, name), equal_nan=column.dtype.kind == "f"), name
    assert one.ids != other.ids


def test_synthetic_offers_keep_the_shares_of_the_example(
    example: ExampleWorld, directory: PostcodeDirectory
) -> None:
    made = synthetic_catalogue(example, directory, 20_000)
    count = len(example.catalogue)
    there = np.bincount(example.catalogue.columns.kind[:count], minlength=13) / count
    here = np.bincount(made.columns.kind, minlength=13) / len(made)
    assert np.abs(there - here).max() < 0.02


def test_synthetic_words_have_rows_of_length_one_in_rising_order(
    example: ExampleWorld, directory: PostcodeDirectory
) -> None:
    first, terms, weights = synthetic_catalogue(example, directory, OFFERS).text.columns.by_row()
    for row in range(OFFERS):
        span = slice(int(first[row]), int(first[row + 1]))
        assert (np.diff(terms[span]) > 0).all()
        assert np.linalg.norm(weights[span]) == pytest.approx(1.0, abs=0.04)


def test_people_stand_at_real_postcodes_and_differ(
    example: ExampleWorld, directory: PostcodeDirectory
) -> None:
    people = synthetic_people(example, directory, 100)
    assert len({person.needs.reference for person in people}) == 100
    assert all(directory.lookup(person.needs.postcode or "").lat == person.home.lat for person in people)


def test_half_hours_of_a_week_go_round_at_its_end() -> None:
    late = np.array([7 * 1440 - 60]), np.array([7 * 1440 + 30])  # Sunday 23:00 to Monday 00:30
    week = weeks_of(np.array([0]), *late, 1)[0]
    assert int(week[0]) == 1
    assert int(week[5]) == 0b11 << 54
    assert week[1:5].tolist() == [0, 0, 0, 0]


def test_the_rows_of_a_term_are_those_that_have_it(
    example: ExampleWorld, directory: PostcodeDirectory
) -> None:
    catalogue = synthetic_catalogue(example, directory, OFFERS)
    extra = SearchColumns.of(catalogue)
    text = catalogue.text.columns
    term = int(text.terms_of(0)[0][0])
    rows = extra.term_rows[extra.term_first[term] : extra.term_first[term + 1]]
    has = [row for row in range(OFFERS) if term in text.terms_of(row)[0]]
    assert sorted(rows.tolist()) == has
