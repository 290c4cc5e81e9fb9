"""Checks in Easy Read: every text is there, and easy."""

from __future__ import annotations

import pytest
import textstat

from tests.web.test_words import EASY_GRADE, easy_words, sentences, strings_of, texts_of

ROOMS = (
    "templates/listing/checks",
    "templates/moderation/checks",
    "marketplace/listing/checks",
    "marketplace/providers",
)


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_has_its_easy_read(room: str) -> None:
    entries = {text: easy_words().get(text) for text in texts_of(room)}
    missing = [text for text, entry in entries.items() if entry is None or not all(strings_of(entry))]
    assert missing == [], "fill them in en@easy/LC_MESSAGES/messages.po (make messages adds what is new)"


@pytest.mark.parametrize("room", ROOMS[:3])
def test_it_needs_no_more_than_five_years_of_school(room: str) -> None:
    text = " ".join(
        sentence.strip(" .:") + "."
        for source in texts_of(room)
        for string in strings_of(easy_words()[source])
        for sentence in sentences(string)
    )
    assert textstat.flesch_kincaid_grade(text) <= EASY_GRADE
