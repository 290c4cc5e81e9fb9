"""Misspelt words are read as what they were meant to be; real words are left alone."""

from __future__ import annotations

import pytest

from marketplace.matching import thesaurus as reading
from marketplace.matching.meaning import meaning_of
from marketplace.matching.spelling import Spelling, slips
from marketplace.vocabulary import Theme

from .goals import THESAURUS, meaning, meant, thesaurus


@pytest.mark.parametrize(
    ("say", "theme"),
    [
        ("swiming", "swimming"),
        ("gardning", "gardening_nature"),
        ("cokking", "cookery"),
        ("the libary", "libraries"),
        ("more excersise", "sport"),
        ("freinds", "friends"),
        ("kniting", "arts_crafts"),
        ("my alotment", "gardening_nature"),
        ("a nice restaraunt", "cafes_pubs"),
        ("compewter", "computers"),
        ("shoping", "shopping"),
        ("lonley", "friends"),
        ("play the gitar", "music_drama_dance"),
        ("gone fishin", "gardening_nature"),
        ("knitin", "arts_crafts"),
    ],
)
def test_a_misspelt_word_leads_to_its_theme(say: str, theme: str) -> None:
    assert theme in meant(say)


@pytest.mark.parametrize("word", ["forty", "players", "boys", "march", "wedding", "planes", "shirt", "stone"])
def test_a_real_word_is_not_taken_for_another(word: str) -> None:
    assert meaning(f"something {word}").mended == {}


def test_common_words_are_left_alone_where_no_model_knows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "words_of_the_model", frozenset)
    alone = reading.Thesaurus.load(THESAURUS)
    text = (
        "I became known for thinking of others, spent years walking miles, and dream of willing hands, thanks"
    )
    assert meaning_of(alone, text).mended == {}
    assert meaning_of(alone, "the libary").mended == {"libary": "library"}


def test_a_pair_of_letters_is_slipped_before_any_other() -> None:
    known = Spelling.of(("knifing", "knitting", "stick", "stitch"))
    assert known.correct("kniting") == "knitting"
    assert known.correct("stich") == "stitch"


def test_a_word_that_is_meant_as_written_is_not_mended() -> None:
    read = meaning_of(thesaurus(), "I like gardning and kniting", ("Gardning",))
    assert read.mended == {"kniting": "knitting"}
    assert Theme.GARDENING_NATURE not in read.themes
    assert Theme.ARTS_CRAFTS in {*read.themes, *read.kin}


def test_the_meaning_tells_what_was_mended() -> None:
    assert meaning("I like gardning").mended == {"gardning": "gardening"}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("libary", "library", 1),
        ("freind", "friend", 1),
        ("swiming", "swimming", 1),
        ("cat", "dog", 3),
        ("tea", "tea", 0),
    ],
)
def test_slips_count_losses_swaps_and_wrong_letters(left: str, right: str, expected: int) -> None:
    assert slips(left, right, 3) == expected


def test_short_words_and_numbers_are_never_mended() -> None:
    spelling = Spelling.of(["club", "swim", "music"])
    assert spelling.correct("culb") == "culb"
    assert spelling.correct("19472") == "19472"
    assert spelling.correct("musci") == "music"
