"""The catalogues: every text of the pages is there, and Easy Read is easy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import textstat
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
EASY = ROOT / "marketplace" / "translations" / "en@easy" / "LC_MESSAGES" / "messages.po"
MOST_WORDS = 15
EASY_GRADE = 5.0
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "_": None}
OPTIONS = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}

# Where everything that a person or carer reads must be in Easy Read.
ROOMS = (
    "templates/layouts",
    "templates/components",
    "templates/errors",
    "templates/find",
    "templates/pages",
    "marketplace/people",
    "marketplace/web",
    "marketplace/matching",
)
_PLACE = re.compile(r"%\(\w+\)[sd]")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")


# A count and what it counts; about so many, and at most so many, are never one.
_COUNTED = re.compile(
    r"(?<!about )(?<!About )(?<!at most )"
    r"%\((?:all|asked|days|done|hours|least|lines|made|miles|minutes|months|most|needed|num|number|offers"
    r"|places|points|providers|reach|seconds|some|times|unmet|weeks|years)\)[sd] "
    r"(?:(?:more|open|other|new|free) )?(?:[a-z]+[a-rt-z]s|people)\b"
)
NEVER_ONE = {
    # One has a text of its own.
    "%(minutes)s more minutes of travel",
    "%(number)s hours",
    "%(number)s minutes",
    "%(times)s sessions of about %(number)s people each",
    "If it is off, can my carer know %(days)s days before?",
    "If it is off, can the carer know %(days)s days before?",
    "They come to people up to %(reach)s miles away. %(person)s lives further away.",
    "They come to people up to %(reach)s miles away. You live further away.",
    "They would need to travel %(miles)s miles further to %(person)s",
    "They would need to travel %(miles)s miles further to you",
    # Of the law, or set here, and more than one.
    "%(days)s days after you last changed an answer they can't be opened any more, and they are deleted.",
    "%(least)s points or more, of 100",
    "%(least)s to %(most)s points",
    "%(number)s places",
    "%(weeks)s weeks of paid holiday a year.",
    "%(weeks)s weeks, which is %(hours)s hours",
    "A cost is the middle price of an hour of offers in or near this council, for %(hours)s hours in %(weeks)s weeks and all places.",
    "Could %(person)s travel for %(minutes)s more minutes?",
    "Could you travel for %(minutes)s more minutes?",
    "If you give no limit, we look as far as %(minutes)s minutes one way.",
    "It stays for %(days)s days once you have answered a question, else until you close the browser.",
    "They get %(weeks)s weeks with pay in each year.",
    "This page loads again every %(seconds)s seconds.",
    "We looked at %(number)s offers for each wish, so it may be more.",
    "Who comes new is told too, for %(days)s days.",
    "You can have %(all)s goals in all. Choose at most %(most)s here",
    "You can still post it. We look again each day, for %(days)s days.",
    "You have %(most)s open requests. End one first.",
    # Shown only where there are several.
    "%(done)s of %(all)s things that are needed are done.",
    "%(made)s of %(needed)s approvals",
    "It has %(some)s of %(all)s times.",
    # Counts of people are told from eight on.
    "At least %(asked)s people said what they want. For at least %(unmet)s of them nothing fits one wish or more. This is of %(day)s.",
}


@cache
def easy_words() -> Catalog:
    with EASY.open("rb") as lines:
        return read_po(lines)


def texts_of(room: str) -> Iterator[str]:
    """The source texts that a room marks for the catalogues; of a plural the many."""
    found = extract_from_dir(str(ROOT / room), METHODS, OPTIONS, KEYWORDS)
    for _, _, message, _, _ in found:
        yield message if isinstance(message, str) else message[0]


def strings_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE_END.split(text) if part.strip()]


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_has_its_easy_read(room: str) -> None:
    missing = [
        text
        for text in texts_of(room)
        if (entry := easy_words().get(text)) is None or not all(strings_of(entry))
    ]
    assert missing == [], "fill them in en@easy/LC_MESSAGES/messages.po (make messages adds what is new)"


def test_the_vocabulary_has_its_easy_read() -> None:
    from marketplace import vocabulary

    labels = [
        member.label
        for words in vars(vocabulary).values()
        if isinstance(words, type) and issubclass(words, vocabulary.Word)
        for member in words
    ]
    labels += [text for level in vocabulary.SupportLevel for text in (level.label, level.explanation)]
    assert [label for label in labels if not easy_words().get(label)] == []


def test_no_sentence_of_easy_read_has_more_than_15_words() -> None:
    long = [
        sentence
        for message in easy_words()
        if message.id
        for string in strings_of(message)
        for sentence in sentences(string)
        if len(sentence.split()) > MOST_WORDS
    ]
    assert long == []


def test_what_is_counted_has_a_word_for_one() -> None:
    """'1 offers' stands nowhere: a text with a count has two forms, or its count is never one."""
    without = {
        message.id for message in easy_words() if isinstance(message.id, str) and _COUNTED.search(message.id)
    }
    assert without - NEVER_ONE == set(), "use ngettext, or say here why it is never one"


def test_easy_read_keeps_the_places_of_the_values() -> None:
    for message in easy_words():
        if message.id and message.python_format:
            ids = (message.id,) if isinstance(message.id, str) else message.id
            known = {place for text in ids for place in _PLACE.findall(text)}
            for string in strings_of(message):
                assert set(_PLACE.findall(string)) <= known, message.id


@pytest.mark.parametrize(
    "room", ["templates/find", "templates/pages", "templates/errors", "marketplace/people"]
)
def test_easy_read_needs_no_more_than_five_years_of_school(room: str) -> None:
    text = " ".join(
        sentence.strip(" .:") + "."
        for source in texts_of(room)
        for string in strings_of(easy_words()[source])
        for sentence in sentences(_PLACE.sub("four", string))
    )
    assert textstat.flesch_kincaid_grade(text) <= EASY_GRADE
