"""The rows of words: as scikit-learn weighs them, and alike for a listing that changed later."""

from __future__ import annotations

import numpy as np

from marketplace.matching.text import WEIGHT_UNIT, TextIndex
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
        row = slice(index.columns.first[number], index.columns.first[number + 1])
        terms, weights = index.row(text)
        assert terms.tolist() == index.columns.term[row].tolist()
        assert weights.tolist() == index.columns.weight[row].tolist()
        if len(terms):
            length = np.linalg.norm(weights * WEIGHT_UNIT)
            np.testing.assert_allclose(length, 1.0, atol=WEIGHT_UNIT * len(terms) / 2)


def test_listings_without_a_word_have_empty_rows() -> None:
    index = TextIndex.fit(["", ""], Thesaurus.empty())
    assert index.columns.first.tolist() == [0, 0, 0]
    assert index.closeness("swimming").tolist() == [0.0, 0.0]
