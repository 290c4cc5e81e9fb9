"""The words of listings, kept by word: as scikit-learn weighs them, and alike for a listing that changed later."""

from __future__ import annotations

import numpy as np
import pytest

from marketplace.matching.postings import BLOCK, WEIGHTS, TextColumns, codes_of
from marketplace.matching.text import TextIndex
from marketplace.matching.thesaurus import Thesaurus
from marketplace.settings import load_settings

TEXTS = (
    "We cook a meal together and eat it. We cook for friends.",
    "Swimming in the warm pool, then coffee in the café.",
    "Walking football, five-a-side football and a cuppa.",
    "",
)


def test_a_changed_listing_gets_the_row_that_a_fit_would_give_it() -> None:
    thesaurus = Thesaurus.load(load_settings({"MARKETPLACE_ENV": "test"}).seeds_dir / "thesaurus.yaml")
    index = TextIndex.fit(TEXTS, thesaurus)
    for number, text in enumerate(TEXTS):
        terms, codes = index.row(text)
        fitted = index.columns.terms_of(number)
        assert terms.tolist() == fitted[0].tolist()
        assert codes.tolist() == fitted[1].tolist()
        if len(terms):
            np.testing.assert_allclose(np.linalg.norm(WEIGHTS[codes]), 1.0, atol=0.08)


def test_listings_without_a_word_have_empty_rows() -> None:
    index = TextIndex.fit(["", ""], Thesaurus.empty())
    assert index.columns.terms_of(1)[0].tolist() == []
    assert index.closeness("swimming").tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("weight", "kept"), [(1.0, 1.0), (0.5, 0.5), (0.26, 0.25), (0.281, 0.287174589), (0.0, 0.013602353)]
)
def test_a_weight_is_kept_as_the_nearest_of_thirty_two(weight: float, kept: float) -> None:
    assert WEIGHTS[codes_of(np.array([weight]))].tolist() == [kept]


def test_rows_of_many_blocks_and_later_ones_come_back_as_they_went_in() -> None:
    rng = np.random.default_rng(3)
    rows, vocabulary = 2 * BLOCK + 100, 30
    said = [np.flatnonzero(rng.random(vocabulary) < 0.2) for _ in range(rows + 5)]
    codes = [rng.integers(32, size=len(terms)) for terms in said]
    first = np.concatenate([[0], np.cumsum([len(terms) for terms in said[:rows]])])
    columns = TextColumns.of(
        first,
        np.concatenate(said[:rows]),
        WEIGHTS[np.concatenate(codes[:rows])],
        None,
        vocabulary=vocabulary,
    ).with_room(rows=5, terms=200)
    taken = 0
    for row in range(rows, rows + 5):
        columns.put_late(row, said[row], codes[row].astype(np.uint8), taken)
        taken += len(said[row])
    goal, weights = np.array([2, 3, 17]), np.array([0.5, -0.25, 0.75])
    by_row, terms, much = columns.by_row()
    dense = np.zeros((rows + 5, vocabulary))
    for row in range(rows + 5):
        assert columns.terms_of(row)[0].tolist() == said[row].tolist()
        assert columns.terms_of(row)[1].tolist() == codes[row].tolist()
        assert terms[by_row[row] : by_row[row + 1]].tolist() == said[row].tolist()
        dense[row, said[row]] = much[by_row[row] : by_row[row + 1]]
    for asked in ([*range(rows + 5)], [BLOCK, BLOCK - 1, 3], [rows + 3, 0, rows + 1], []):
        sums = columns.sums(goal, weights, np.array(asked, dtype=np.int64))
        np.testing.assert_allclose(sums, dense[asked][:, goal] @ weights, atol=1e-12)
