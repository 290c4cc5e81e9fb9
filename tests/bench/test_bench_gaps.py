"""A gap report is measured as it is made, and where a country is counted it tells what it left out."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from marketplace.bench import gaps
from marketplace.bench.example import ExampleWorld
from marketplace.bench.gaps_tables import table
from marketplace.bench.synthetic import synthetic_catalogue
from marketplace.gaps import fitting
from marketplace.gaps.counting import count
from marketplace.gaps.geography import Geography, geography_of
from marketplace.geo.districts import read_districts
from marketplace.geo.postcodes import PostcodeDirectory
from tests.bench.conftest import SEEDS


@pytest.fixture(scope="module")
def geography(directory: PostcodeDirectory) -> Geography:
    return geography_of(directory, read_districts(SEEDS))


def test_with_few_ways_the_same_people_are_met_and_each_way_is_one_of_all(
    example: ExampleWorld, directory: PostcodeDirectory, geography: Geography, today: date
) -> None:
    catalogue = synthetic_catalogue(example, directory, 2000)
    askers = gaps._askers(example, directory, 120, seed=3)
    every = count(askers, catalogue, geography, today=today, with_pairs=True)
    some = count(askers, catalogue, geography, today=today, with_pairs=True, enough=2)

    for column, all_of in zip(some.asked, every.asked, strict=True):
        np.testing.assert_array_equal(column, all_of)
    fewer = 0
    for person in range(len(askers)):
        mine, theirs = (
            set(one.fitting.rows[slice(*one.fitting.first[person : person + 2])].tolist())
            for one in (some, every)
        )
        assert mine <= theirs
        assert bool(mine) == bool(theirs)
        fewer += mine < theirs
    assert fewer > 20


def test_the_table_of_a_country_says_that_more_could_be_placed(
    example: ExampleWorld,
    directory: PostcodeDirectory,
    geography: Geography,
    today: date,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fitting, "MOST_WITH_ALL_WAYS", 1)
    monkeypatch.setattr(gaps, "geography_of", lambda *_: geography)
    monkeypatch.setattr(gaps, "reach_by_access", lambda *_, **__: {"skipped": "not asked for"})
    heard: list[str] = []
    document = gaps.run(
        example=example,
        directory=directory,
        districts={},
        today=today,
        people=150,
        offers=300,
        sample=4,
        progress=heard.append,
    )
    assert document["agreement"]
    assert document["ways"] == fitting.WAYS
    assert f"{fitting.WAYS} offers that fit each wish were looked at" in table(document)
    assert "at least" in table(document)
    assert heard[-1].strip() == "100% done"
    assert all(part["processor_seconds"] >= 0 for part in document["parts"])
