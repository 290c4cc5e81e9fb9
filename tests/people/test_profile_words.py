"""The profile in Easy Read: every text is there, and easy."""

from __future__ import annotations

import textstat

from tests.web.test_words import EASY_GRADE, easy_words, sentences, strings_of, texts_of

ROOM = "templates/profile"


def test_every_text_has_its_easy_read() -> None:
    entries = {text: easy_words().get(text) for text in texts_of(ROOM)}
    assert [text for text, entry in entries.items() if entry is None or not all(strings_of(entry))] == []


def test_it_needs_no_more_than_five_years_of_school() -> None:
    text = " ".join(
        sentence.strip(" .:") + "."
        for source in texts_of(ROOM)
        for string in strings_of(easy_words()[source])
        for sentence in sentences(string)
    )
    assert textstat.flesch_kincaid_grade(text) <= EASY_GRADE
