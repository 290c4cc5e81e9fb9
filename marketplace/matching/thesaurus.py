"""Everyday phrases and the themes that they mean, read from a file that a council can extend.

The file tells for every theme which phrases mean the whole of it, and which mean one kind of
activity within it: 'sport' is the theme, 'footy' is football, a kind of it. Kinds count as words of
their own (``@football``), so that 'footy' finds a listing that says 'five-a-side'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from marketplace.matching.minilm import words_of_the_model
from marketplace.matching.spelling import Spelling, forms
from marketplace.matching.words import STOP_WORDS, plain, stem, words_of
from marketplace.vocabulary import Theme

REAL_WORDS_FILE = "real_words.txt"
"""Beside the thesaurus: real words that are one slip away from one of its words."""

_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, in C where it is there: the file is read at every start."""

THEME_OF_KIND = 0.4
"""How much a kind of activity counts as its theme: 'football' against 'sport'."""

EXACT = "="
"""Before a word of the file: the word counts only exactly so, not by its stem."""
ONLY_SAID = "~"
"""Before a phrase of the file: it counts in what people say, not in listings."""


Tokens = tuple[str, ...]


class Manner(StrEnum):
    """How a phrase means its theme."""

    WHOLE = "whole"
    SAID = "said"
    TROUBLES = "troubles"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that a phrase may mean."""

    theme: Theme
    manner: Manner
    kind: str | None = None
    only_said: bool = False
    """Counts in what people say, not in listings."""

    @property
    def term(self) -> str:
        """The word of its own that it counts as beside the words said."""
        return f"@{self.kind}" if self.kind else f"@{self.theme.value}"


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of the thesaurus at words ``start:end`` of a text; no senses: it means nothing."""

    start: int
    end: int
    senses: tuple[Sense, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Thesaurus:
    """Phrases by their first word, longest first."""

    by_first: Mapping[str, tuple[tuple[Tokens, tuple[Sense, ...]], ...]]
    second: Mapping[str, tuple[Theme, ...]]
    """Further themes of a kind, beside its own."""
    names: tuple[str, ...]
    """Plain names of all themes and kinds: 'Cooking', 'walking football'."""
    spelling: Spelling
    instead: Mapping[str, str] = field(default_factory=dict)
    """Words of dialect and text messages, each with the word it is read as: 'mam' → 'mum'."""
    also: Mapping[str, Tokens] = field(default_factory=dict)
    """Words with the tokens that they stand for within a phrase: 'her own flat' is also 'my own flat'."""
    by_start: Mapping[Tokens, tuple[tuple[Tokens, tuple[Sense, ...]], ...]] = field(init=False, repr=False)
    """Phrases by their first two words, or by their only one."""

    def __post_init__(self) -> None:
        starts: dict[Tokens, list[tuple[Tokens, tuple[Sense, ...]]]] = {}
        for entries in self.by_first.values():
            for entry in entries:
                starts.setdefault(entry[0][:2], []).append(entry)
        object.__setattr__(self, "by_start", {start: tuple(entries) for start, entries in starts.items()})

    @classmethod
    def load(cls, path: Path) -> Thesaurus:
        """Read the YAML file, and the real words beside it if they are there.

        Raises ValueError naming a theme, key or kind that is not known.
        """
        beside = path.with_name(REAL_WORDS_FILE)
        real = beside.read_text(encoding="utf-8") if beside.is_file() else ""
        return _loaded(path.read_text(encoding="utf-8"), path.name, real, words_of_the_model())

    @classmethod
    def empty(cls) -> Thesaurus:
        return cls({}, {}, (), Spelling.of(()))

    @classmethod
    def read(cls, content: Any, source: str = "thesaurus") -> Thesaurus:
        """Build from the file's content."""
        phrases: dict[Tokens, list[Sense]] = {}
        kind_theme: dict[str, Theme] = {}
        for name, entry in (content.get("themes") or {}).items():
            _read_theme(_theme(name, source), entry, phrases, kind_theme, source)
        second: dict[str, tuple[Theme, ...]] = {}
        for kind, themes in (content.get("second") or {}).items():
            if kind not in kind_theme:
                raise ValueError(f"{source}: 'second' names the kind {kind!r}, which no theme has")
            second[kind] = tuple(_theme(theme, source) for theme in themes)
        for phrase in content.get("nothing") or ():
            phrases.setdefault(_key(str(phrase)), [])
        instead, also = content.get("instead") or {}, content.get("also") or {}
        own = _words_in(content)
        by_first: dict[str, list[tuple[Tokens, tuple[Sense, ...]]]] = {}
        for tokens, senses in phrases.items():
            if tokens:
                by_first.setdefault(tokens[0], []).append((tokens, tuple(senses)))
        return cls(
            by_first={
                first: tuple(sorted(entries, key=lambda entry: (-len(entry[0]), entry[0])))
                for first, entries in sorted(by_first.items())
            },
            second=second,
            names=(*(str(theme.label) for theme in Theme), *(kind.replace("_", " ") for kind in kind_theme)),
            spelling=Spelling.of((*own, *(form for word in own for form in forms(word))), real=STOP_WORDS),
            instead={plain(said): plain(word) for word, every in instead.items() for said in every},
            also=_stands_for(also),
        )

    def knowing(self, words: Iterable[str]) -> Thesaurus:
        """The same, with further words that are right as they are: those of the listings."""
        return replace(self, spelling=self.spelling.knowing(words))

    def word(self, said: str) -> str:
        """The word that *said* is read as: dialect as everybody says it, and slips mended."""
        return self.instead.get(said) or self.spelling.correct(said)

    def find(self, words: Sequence[str], *, listing: bool = False) -> list[Found]:
        """Phrases in *words*, in their order; where they overlap the longest counts, then the first."""
        tokens = [(EXACT + word, stem(word), *self.also.get(word, ())) for word in words]
        every = [found for at in range(len(words)) if (found := self._longest(tokens, at, listing))]
        every.sort(key=lambda found: (found.start - found.end, found.start))
        free = [True] * len(words)
        kept = []
        for found in every:
            if all(free[found.start : found.end]):
                free[found.start : found.end] = [False] * (found.end - found.start)
                kept.append(found)
        return sorted(kept, key=lambda found: found.start)

    def _longest(self, said: Sequence[Tokens], at: int, listing: bool) -> Found | None:
        """The longest phrase from word *at* on, where ``said[i]`` are the tokens that word *i* may be."""
        best: Found | None = None
        for start in self._starts(said, at):
            for tokens, senses in self.by_start.get(start, ()):
                end = at + len(tokens)
                if end > len(said) or (best is not None and end <= best.end):
                    continue
                if not all(tokens[i] in said[at + i] for i in range(2, len(tokens))):
                    continue
                counted = tuple(sense for sense in senses if not sense.only_said) if listing else senses
                if senses and not counted:
                    continue
                best = Found(at, end, counted)
                break
        return best

    def _starts(self, said: Sequence[Tokens], at: int) -> list[Tokens]:
        after = said[at + 1] if at + 1 < len(said) else ()
        firsts = [first for first in said[at] if first in self.by_first]
        return [*((first, second) for first in firsts for second in after), *((first,) for first in firsts)]

    def listing_terms(self, text: str) -> dict[str, float]:
        """Terms of a listing: stems of its telling words, and ``@`` terms of the phrases found."""
        words = words_of(text)
        return self.terms(words, self.find(words, listing=True))

    def terms(self, words: Iterable[str], phrases: Iterable[Found]) -> dict[str, float]:
        """Stems of the telling *words* with how often they stand, and ``@`` terms of *phrases*.

        A kind of activity is also something of its theme: football shares a little with all sport.
        """
        terms: dict[str, float] = {}
        for word in words:
            if word not in STOP_WORDS and len(word) > 1:
                terms[stem(word)] = terms.get(stem(word), 0.0) + 1.0
        for found in phrases:
            for sense in found.senses:
                terms[sense.term] = terms.get(sense.term, 0.0) + 1.0
        for found in phrases:
            for sense in found.senses:
                if sense.kind:
                    for theme in self.themes_of(sense):
                        terms.setdefault(f"@{theme.value}", THEME_OF_KIND)
        return terms

    def themes_of(self, sense: Sense) -> tuple[Theme, ...]:
        """The sense's own theme first, then those that its kind also belongs to."""
        return (sense.theme, *self.second.get(sense.kind or "", ()))


@lru_cache(maxsize=2)
def _loaded(text: str, name: str, real_words: str, words_of_model: frozenset[str]) -> Thesaurus:
    # Whatever reads the same files in one process has the same words: reading takes a quarter of a second.
    content = yaml.load(text, Loader=_YAML)  # noqa: S506 (a safe loader)
    return Thesaurus.read(content, name).knowing({*words_of(real_words), *words_of_model})


def _read_theme(
    theme: Theme,
    entry: Mapping[str, Any],
    phrases: dict[Tokens, list[Sense]],
    kind_theme: dict[str, Theme],
    source: str,
) -> None:
    for key, value in entry.items():
        if key in (Manner.WHOLE, Manner.SAID, Manner.TROUBLES):
            _add(phrases, value, Sense(theme, Manner(key), only_said=key != Manner.WHOLE))
        elif key == "kinds":
            for kind, said in value.items():
                if kind in kind_theme:
                    raise ValueError(f"{source}: the kind {kind!r} stands twice")
                kind_theme[kind] = theme
                _add(phrases, said, Sense(theme, Manner.KIND, kind))
        else:
            raise ValueError(
                f"{source}: {theme.value} can't have {key!r}; use whole, said, troubles or kinds"
            )


def _theme(name: object, source: str) -> Theme:
    try:
        return Theme(str(name))
    except ValueError:
        raise ValueError(f"{source}: there is no theme {name!r}") from None


def _add(phrases: dict[Tokens, list[Sense]], said: Iterable[object], sense: Sense) -> None:
    for entry in said:
        phrase = str(entry)
        meant = replace(sense, only_said=True) if phrase.startswith(ONLY_SAID) else sense
        senses = phrases.setdefault(_key(phrase.removeprefix(ONLY_SAID)), [])
        if meant not in senses:
            senses.append(meant)


def _stands_for(also: Mapping[str, Iterable[str]]) -> dict[str, Tokens]:
    """Words with what they stand for within a phrase, from a mapping the other way round."""
    tokens: dict[str, Tokens] = {}
    for word, every in also.items():
        for said in every:
            tokens[plain(said)] = (*tokens.get(plain(said), ()), stem(plain(word)))
    return tokens


def _key(phrase: str) -> Tokens:
    """Stems of the phrase's words; a word written with ``=`` stays whole and keeps the sign."""
    tokens: list[str] = []
    for part in phrase.split():
        exact = part.startswith(EXACT)
        tokens.extend(EXACT + word if exact else stem(word) for word in words_of(part))
    return tuple(tokens)


def _words_in(content: Any) -> tuple[str, ...]:
    """Every telling word of the file in alphabetical order."""
    words: set[str] = set()
    for entry in (content.get("themes") or {}).values():
        lists = [value for key, value in entry.items() if key != "kinds"]
        lists.extend((entry.get("kinds") or {}).values())
        words.update(word for said in lists for phrase in said for word in words_of(str(phrase)))
    return tuple(sorted(words - STOP_WORDS))
