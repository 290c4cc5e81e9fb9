"""How many offers fit each goal of many people, and what stops the others first."""

from __future__ import annotations

import random

import numpy as np
import pytest

from marketplace.matching import kernel
from marketplace.matching.batch_counts import GoalCounts, counts_for_all
from marketplace.matching.batch_reasons import Reason
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.needs import parse_needs
from marketplace.matching.query_columns import Person
from marketplace.matching.thesaurus import Thesaurus
from marketplace.settings import load_settings
from marketplace.vocabulary import CostBasis, Stop, Theme, Vacancy
from tests.matching.offers import MANSFIELD, TODAY, catalogue_of, offer
from tests.matching.random_world import random_needs, random_offer


def test_each_offer_about_a_goal_counts_once_as_fitting_or_by_its_first_stop() -> None:
    dear = {"cost_basis": CostBasis.SESSION, "cost_pence": 99_00}
    catalogue = catalogue_of(
        offer("near"),
        offer("two hours on foot", lat=MANSFIELD.lat + 0.1),
        offer("too far to count at all", lat=MANSFIELD.lat + 1.0),
        offer("full and dear", vacancy=Vacancy.FULL, **dear),
        offer("dear", **dear),
        offer("about something else", themes=Theme.GYM.bit),
    )
    needs = parse_needs(
        {
            "goals": [{"theme": "cookery"}, {"theme": "animals"}],
            "postcode": "NG18 1AB",
            "travel": {"modes": ["walk"], "max_minutes": 40},
            "weekly_budget": "20.00",
        }
    )
    counts = counts_for_all([(needs, MANSFIELD)], catalogue, today=TODAY)
    assert counts.first_goal.tolist() == [0, 2]
    assert counts.fits.tolist() == [1, 0]
    cooking = {
        stop: int(counts.stopped[0, stop.position]) for stop in Stop if counts.stopped[0, stop.position]
    }
    assert cooking == {Stop.TRAVEL: 1, Stop.NOT_TAKING_PEOPLE: 1, Stop.COST: 1}
    assert not counts.stopped[1].any()


def test_compiled_counts_are_those_of_the_rules_in_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(31)
    thesaurus = Thesaurus.load(load_settings({"MARKETPLACE_ENV": "test"}).seeds_dir / "thesaurus.yaml")
    catalogue = catalogue_of(*[random_offer(rng, number) for number in range(200)], thesaurus=thesaurus)
    asked = [parse_needs(random_needs(rng)) for _ in range(140)]
    people: list[Person] = [(needs, MANSFIELD if needs.postcode else None) for needs in asked]
    compiled = _counts(people, catalogue)
    monkeypatch.setattr(kernel, "COMPILED", False)
    plain = _counts(people, catalogue)
    for name in GoalCounts._fields:
        assert np.array_equal(getattr(compiled, name), getattr(plain, name)), name
    seen = plain.stopped.sum(axis=0)
    assert all(seen[stop.position] for stop in Stop if stop not in {Stop.KIND, Stop.GOALS})
    assert plain.fits.sum() > len(people)
    why = plain.reasons.sum(axis=0)
    assert all(why[reason] for reason in Reason), why


def _counts(people: list[Person], catalogue: Catalogue) -> GoalCounts:
    return counts_for_all(people, catalogue, today=TODAY, around_km=25.0)
