"""Goals of people held against whole collections of listings: quality that must stay."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from marketplace.bench import goals
from marketplace.bench.goals import HALVES, best_first, ndcg, read_half, recall, run, table
from marketplace.matching.embedding import installed_embedder

from .goals import KNOWN_ANSWERS, THESAURUS


@lru_cache(maxsize=1)
def measured() -> dict[str, Any]:
    return run(answers_dir=KNOWN_ANSWERS, thesaurus_path=THESAURUS, embedder=installed_embedder())


def held_out(method: str) -> dict[str, float]:
    found: dict[str, float] = measured()["halves"]["held_out"]["methods"][method]
    return found


def test_there_are_at_least_120_goals_half_of_them_held_out() -> None:
    halves = [read_half(KNOWN_ANSWERS, name) for name in HALVES]
    assert sum(len(half.answers) for half in halves) >= 120
    assert len(halves[1].answers) >= 60
    said = [answer.say.lower() for half in halves for answer in half.answers]
    assert len(set(said)) == len(said)
    assert not {listing.name for listing in halves[0].listings} & {
        listing.name for listing in halves[1].listings
    }


def test_held_out_goals_are_found_well_without_a_model() -> None:
    assert held_out("goals part, without a model")["ndcg_10"] >= 0.80
    assert held_out("words and thesaurus")["ndcg_10"] >= 0.75


def test_held_out_goals_are_found_better_with_the_model() -> None:
    assert held_out("goals part")["ndcg_10"] >= 0.85
    assert held_out("goals part")["ndcg_10"] > held_out("goals part, without a model")["ndcg_10"]
    assert held_out("goals part")["ndcg_10"] > held_out("sentence vectors")["ndcg_10"] + 0.1


def test_goals_of_strangers_are_found_in_terse_listings_without_a_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(goals, "HALVES", ("strangers",))
    found = run(answers_dir=KNOWN_ANSWERS, thesaurus_path=THESAURUS, embedder=None)["halves"]["strangers"]
    assert (found["goals"], found["listings"]) == (55, 55)
    assert found["methods"]["goals part, without a model"]["ndcg_10"] >= 0.79
    assert found["methods"]["goals part, without a model"]["wrong_below"] >= 0.9


def test_the_table_names_every_method() -> None:
    text = table(measured())
    assert "| goals part |" in text
    assert "| words, thesaurus and vectors |" in text


def test_ndcg_is_one_for_the_best_order_and_0_63_with_the_right_one_second() -> None:
    gain = np.array([0, 2, 0])
    assert ndcg([1, 0, 2], gain) == pytest.approx(1.0)
    assert ndcg([0, 1, 2], gain) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg([0, 1], np.array([1, 2])) == pytest.approx((1 + 3 * 0.6309) / (3 + 0.6309), abs=1e-4)


def test_recall_counts_the_first_five_of_at_most_five() -> None:
    gain = np.array([2, 1, 0, 1, 0, 0, 2, 2])
    assert recall([0, 1, 2, 3, 4, 5], gain) == pytest.approx(3 / 5)
    assert recall([2, 4, 5, 0, 1], np.array([2, 0, 0, 0, 0, 0])) == 1.0


def test_equal_scores_keep_the_order_of_the_listings() -> None:
    assert best_first(np.array([0.5, 0.9, 0.5])).tolist() == [1, 0, 2]


def test_an_answer_that_no_listing_has_is_named(tmp_path: Path) -> None:
    (tmp_path / "x_listings.yaml").write_text("a: {name: A, text: B}", encoding="utf-8")
    (tmp_path / "x.yaml").write_text("- {say: hello, right: [b]}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"'hello' names \['b'\]"):
        read_half(tmp_path, "x")
