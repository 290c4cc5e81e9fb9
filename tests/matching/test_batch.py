"""Many people at once get what each of them gets alone."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from marketplace.geo.places import Place
from marketplace.matching import kernel
from marketplace.matching.batch import PORTION, Firsts, first_for_all
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.first import first_matches
from marketplace.matching.needs import parse_needs
from marketplace.matching.query import compile_query
from marketplace.matching.query_columns import Person
from marketplace.matching.ranking import rotation
from marketplace.matching.thesaurus import Thesaurus
from marketplace.settings import load_settings
from tests.matching.offers import MANSFIELD, TODAY, catalogue_of
from tests.matching.random_world import random_needs, random_offer

PEOPLE, OFFERS, LIMIT = PORTION + 70, 300, 20


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    rng = random.Random(11)
    thesaurus = Thesaurus.load(load_settings({"MARKETPLACE_ENV": "test"}).seeds_dir / "thesaurus.yaml")
    return catalogue_of(*[random_offer(rng, number) for number in range(OFFERS)], thesaurus=thesaurus)


@pytest.fixture(scope="module")
def people() -> list[Person]:
    rng = random.Random(12)
    every = [parse_needs(random_needs(rng)) for _ in range(PEOPLE)]
    return [(needs, _somewhere(rng) if needs.postcode else None) for needs in every]


def _somewhere(rng: random.Random) -> Place:
    return replace(
        MANSFIELD, lat=MANSFIELD.lat + rng.uniform(-0.3, 0.3), lon=MANSFIELD.lon + rng.uniform(-0.4, 0.4)
    )


def _asked(people: list[Person], catalogue: Catalogue) -> Firsts:
    turn = rotation(catalogue, TODAY)
    return first_for_all(people, catalogue, today=TODAY, turn=turn, limit=LIMIT)


def test_everybody_gets_together_what_they_get_alone(people: list[Person], catalogue: Catalogue) -> None:
    together = _asked(people, catalogue)
    turn = rotation(catalogue, TODAY)
    for person, (needs, home) in enumerate(people):
        query = compile_query(needs, home=home, thesaurus=catalogue.text.thesaurus, today=TODAY)
        alone = first_matches(query, catalogue, turn=turn, limit=LIMIT)
        found = together.found[person]
        assert together.rows[person, :found].tolist() == alone.rows.tolist(), needs
        assert together.scores[person, :found].tolist() == alone.scores.tolist(), needs
        assert (together.rows[person, found:] == -1).all()
        assert np.isnan(together.scores[person, found:]).all()
    assert together.found.sum() > 2 * PEOPLE, "hardly anything matched, so little was compared"
    assert (together.found < LIMIT).any()


def test_blocks_of_people_do_not_change_the_answer(people: list[Person], catalogue: Catalogue) -> None:
    whole = _asked(people, catalogue)
    blocks = [_asked(people[start : start + 61], catalogue) for start in range(0, PEOPLE, 61)]
    for name in Firsts._fields:
        joined = np.concatenate([getattr(block, name) for block in blocks])
        assert np.array_equal(joined, getattr(whole, name), equal_nan=name == "scores"), name


def test_the_same_answers_without_the_accelerator(
    people: list[Person], catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = people[:40]
    quick = _asked(some, catalogue)
    monkeypatch.setattr(kernel, "COMPILED", False)
    slow = _asked(some, catalogue)
    assert np.array_equal(quick.rows, slow.rows)
    assert np.array_equal(quick.scores, slow.scores, equal_nan=True)


def test_nobody_gets_nothing(catalogue: Catalogue) -> None:
    assert _asked([], catalogue).rows.shape == (0, LIMIT)
