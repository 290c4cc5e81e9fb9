"""Words typed into the search box: which offers hold them, and how well.

A word is found at the start of a word of the text, by its stem ('cooking' finds 'cooks'), without
regard to case, accents and apostrophes; or by a theme or kind that it names. The database sieves
with LIKE, which knows no word starts and spells 'café' differently in SQLite and PostgreSQL; what
is found is decided here, so it is the same on both. No pattern is ever made from what was typed
but letters and digits.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from marketplace.directory.search_queries import FoundOffer, OfferTexts, WordSieve
from marketplace.matching.text import STOP_WORDS, stem, words_of
from marketplace.vocabulary import OfferKind, Theme

Named = TypeVar("Named", Theme, OfferKind)

LONGEST_TEXT = 200
"""Characters of the box that are read; the rest of a longer text is left out."""
MOST_WORDS = 8
LONGEST_WORD = 30
SHORT = 3
"""Stems up to this length must be the whole word, or 'pub' would find 'public'."""

IN_NAME, IN_THEME, IN_SUMMARY, IN_TOWN, IN_PROVIDER, IN_DESCRIPTION = 6.0, 4.0, 3.0, 3.0, 2.0, 1.0

# Said often in this field, and in nearly every text: they tell offers apart only as kinds.
_KEPT_SHORT_WORDS = frozenset({"day", "pa"})
_EXTRA_KIND_WORDS: Mapping[OfferKind, tuple[str, ...]] = {
    OfferKind.PERSONAL_ASSISTANT: ("pa", "pas"),
    OfferKind.SHORT_BREAK: ("respite",),
    OfferKind.WORK_SUPPORT: ("job", "jobs", "employment"),
    OfferKind.TRANSPORT: ("minibus", "lift"),
}


@dataclass(frozen=True, slots=True)
class SearchWord:
    """One typed word as its stem, with the themes and kinds that it names."""

    start: str
    themes: frozenset[Theme]
    kinds: frozenset[OfferKind]

    def sieve(self) -> WordSieve:
        # Vowels may carry an accent in the text, so they stand for any letter.
        loose = "".join("_" if letter in "aeiou" else letter for letter in self.start)
        return WordSieve(f"%{loose}%", self.themes, self.kinds)

    def stands_in(self, folded: str) -> bool:
        if len(self.start) <= SHORT:
            return f" {self.start} " in folded or f" {self.start}s " in folded
        return f" {self.start}" in folded


def search_words(text: str) -> tuple[SearchWord, ...]:
    """The telling words of a search, each once; none where nothing telling was typed."""
    seen: dict[str, SearchWord] = {}
    for word in words_of(text[:LONGEST_TEXT]):
        if (word in STOP_WORDS and word not in _KEPT_SHORT_WORDS) or len(word) < 2:
            continue
        start = _start(word[:LONGEST_WORD])
        if start not in seen and len(seen) < MOST_WORDS:
            seen[start] = SearchWord(start, _named(start, _theme_words()), _named(start, _kind_words()))
    return tuple(seen.values())


def rank_by_words(
    words: Sequence[SearchWord],
    found: Iterable[FoundOffer],
    themes: Mapping[uuid.UUID, frozenset[Theme]],
) -> tuple[dict[uuid.UUID, float], bool]:
    """How well each offer holds the words, for those that hold all of them.

    Where none holds all, those that hold the most; the second result then says so (True).
    """
    hits: dict[uuid.UUID, tuple[int, float]] = {}
    for offer in found:
        if offer.texts is None:
            continue
        about = themes.get(offer.id, frozenset())
        scores = [_best(word, offer.texts, about) for word in words]
        held = sum(score > 0 for score in scores)
        if held:
            hits[offer.id] = (held, sum(scores))
    most = max((held for held, _ in hits.values()), default=0)
    kept = {offer_id: score for offer_id, (held, score) in hits.items() if held == most}
    return kept, 0 < most < len(words)


def _best(word: SearchWord, offer: OfferTexts, themes: frozenset[Theme]) -> float:
    if word.stands_in(fold(offer.name)):
        return IN_NAME
    if offer.kind in word.kinds or themes & word.themes:
        return IN_THEME
    if word.stands_in(fold(offer.summary)):
        return IN_SUMMARY
    if word.stands_in(fold(offer.town)):
        return IN_TOWN
    if word.stands_in(fold(offer.at)):
        return IN_PROVIDER
    if word.stands_in(fold(offer.description)):
        return IN_DESCRIPTION
    return 0.0


@lru_cache(maxsize=40_000)
def fold(text: str) -> str:
    """*text* as plain words between spaces, so that ' cook' finds the start of a word."""
    return f" {' '.join(words_of(text))} "


def same_name(one: str, other: str) -> bool:
    """Two names of towns, whatever their case, hyphens and apostrophes."""
    return fold(one) == fold(other)


def _start(word: str) -> str:
    # The stemmer writes 'librari' for 'library' and 'libraries': without the i it starts both.
    found = stem(word).rstrip("i")
    return found if len(found) > 1 else word


def _named(start: str, names: Mapping[Named, tuple[str, ...]]) -> frozenset[Named]:
    return frozenset(
        member
        for member, words in names.items()
        if any(word == start or (len(start) > SHORT and word.startswith(start)) for word in words)
    )


@lru_cache(maxsize=1)
def _theme_words() -> Mapping[Theme, tuple[str, ...]]:
    return {theme: _telling(f"{theme.value} {theme.label}") for theme in Theme}


@lru_cache(maxsize=1)
def _kind_words() -> Mapping[OfferKind, tuple[str, ...]]:
    return {
        kind: _telling(f"{kind.value} {kind.label}") + _EXTRA_KIND_WORDS.get(kind, ()) for kind in OfferKind
    }


def _telling(text: str) -> tuple[str, ...]:
    words = [word for word in words_of(text.replace("_", " ")) if word not in STOP_WORDS]
    return tuple(dict.fromkeys([*words, *(_start(word) for word in words)]))
