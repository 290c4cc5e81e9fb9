"""Goals in a person's own words: which themes they mean, and how close an offer's words are.

Two sources, mixed where the score is made: a thesaurus of everyday phrases that a council can
read and extend, and TF-IDF over word stems and letter runs, which forgives spelling mistakes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import snowballstemmer
import yaml
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfVectorizer

from marketplace.vocabulary import Theme

_WORD = re.compile(r"[a-z0-9]+")
_STEMMER = snowballstemmer.stemmer("english")
_LETTER_RUN = 4
_CLOSE_ENOUGH = 0.40
"""Cosine at which words count as fully close: short goals seldom reach more against a listing."""

STOP_WORDS = frozenset(
    "a about all also am an and any are as at be because been being but by can could day did do "
    "does doing for from get go going had has have he help her here him his how i id if im in into "
    "is it its ive just keep learn like liked love lot make me more most my myself need new no not "
    "of on one or other our out own people person please really she so some someone something "
    "somewhere support than that the their them then there these they thing things this time to "
    "too try up us used using very want wants was we week well were what when where which who will "
    "with would you your".split()
)
"""Words that say nothing about what is done; 'people', 'support' and 'help' are in every listing."""

_NEGATIONS = frozenset("not no without never dont doesnt cant hate hates except avoid".split())
_NEGATION_REACH = 4
"""Words after a 'not' or 'without' that it covers, unless 'but' or the end of the clause comes."""
_CLAUSE_END = frozenset("but instead just though and".split())


def plain(text: str) -> str:
    """Lower case, without accents and apostrophes: 'café' → 'cafe', "don't" → 'dont'."""
    folded = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in folded if not unicodedata.combining(letter) and letter not in "'’")


def words_of(text: str) -> list[str]:
    return _WORD.findall(plain(text))


def stem(word: str) -> str:
    return str(_STEMMER.stemWord(word))


def terms_of(text: str) -> list[str]:
    """Stems of the telling words, and their letter runs marked with '#'."""
    terms = []
    for word in words_of(text):
        if word in STOP_WORDS or len(word) < 2:
            continue
        terms.append(stem(word))
        padded = f"<{word}>"
        if len(padded) > _LETTER_RUN:
            terms.extend("#" + padded[at : at + _LETTER_RUN] for at in range(len(padded) - _LETTER_RUN + 1))
    return terms


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a person's words were taken to mean."""

    themes: Mapping[Theme, tuple[str, ...]]
    """Each theme with the phrases that led to it."""
    refused: Mapping[Theme, tuple[str, ...]]
    """Themes that the words rule out ('not swimming')."""
    wanted_words: str
    """The words without those under a 'not'."""


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """Everyday phrases for each theme, as stems, longest first."""

    phrases: Mapping[tuple[str, ...], tuple[Theme, ...]]
    longest: int

    @classmethod
    def load(cls, path: Path) -> Thesaurus:
        """Read a YAML file of ``theme: [phrase, …]``; raises ValueError naming a wrong theme."""
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found: dict[tuple[str, ...], list[Theme]] = {}
        for name, phrases in content.items():
            try:
                theme = Theme(name)
            except ValueError:
                raise ValueError(f"{path.name}: there is no theme {name!r}") from None
            for phrase in phrases:
                key = tuple(stem(word) for word in words_of(str(phrase)))
                if key and theme not in found.setdefault(key, []):
                    found[key].append(theme)
        return cls(
            phrases={key: tuple(themes) for key, themes in found.items()},
            longest=max((len(key) for key in found), default=0),
        )

    @classmethod
    def empty(cls) -> Thesaurus:
        return cls(phrases={}, longest=0)

    def meaning(self, text: str) -> Meaning:
        """Themes in *text*; of overlapping phrases the longest counts, from left to right."""
        words = words_of(text)
        negated = _negated(words)
        stems = [stem(word) for word in words]
        themes: dict[Theme, list[str]] = {}
        refused: dict[Theme, list[str]] = {}
        at = 0
        while at < len(stems):
            length, hit = self._longest_at(stems, at)
            if not hit:
                at += 1
                continue
            target = refused if negated[at] or negated[at + length - 1] else themes
            for theme in hit:
                target.setdefault(theme, []).append(" ".join(words[at : at + length]))
            at += length
        return Meaning(
            themes={theme: tuple(dict.fromkeys(said)) for theme, said in themes.items()},
            refused={theme: tuple(said) for theme, said in refused.items() if theme not in themes},
            wanted_words=" ".join(word for word, no in zip(words, negated, strict=True) if not no),
        )

    def _longest_at(self, stems: Sequence[str], at: int) -> tuple[int, tuple[Theme, ...]]:
        for length in range(min(self.longest, len(stems) - at), 0, -1):
            hit = self.phrases.get(tuple(stems[at : at + length]))
            if hit:
                return length, hit
        return 1, ()


def _negated(words: Sequence[str]) -> list[bool]:
    """Which words stand under a 'not', 'without' or 'never'."""
    reach = 0
    marks = []
    for word in words:
        if word in _NEGATIONS:
            reach = _NEGATION_REACH
            marks.append(True)
            continue
        if word in _CLAUSE_END:
            reach = 0
        marks.append(reach > 0)
        reach = max(0, reach - 1)
    return marks


@dataclass(frozen=True, slots=True)
class TextIndex:
    """TF-IDF rows of the offers' words: shape (offers, terms), rows of length 1."""

    matrix: csr_array
    vocabulary: Mapping[str, int]
    idf: npt.NDArray[np.float64]
    thesaurus: Thesaurus

    @classmethod
    def fit(cls, texts: Sequence[str], thesaurus: Thesaurus) -> TextIndex:
        if not any(terms_of(text) for text in texts):
            return cls(csr_array((len(texts), 0), dtype=np.float64), {}, np.zeros(0), thesaurus)
        vectorizer = TfidfVectorizer(analyzer=terms_of, sublinear_tf=True, dtype=np.float64)
        matrix = csr_array(vectorizer.fit_transform(texts))
        return cls(matrix, dict(vectorizer.vocabulary_), vectorizer.idf_, thesaurus)

    def closeness(self, text: str) -> npt.NDArray[np.float64]:
        """How close each offer's words are to *text*: shape (offers,), 0–1."""
        weights = self._weights(terms_of(text))
        closeness = np.zeros(self.matrix.shape[0])
        if not weights:
            return closeness
        vector = np.zeros(self.matrix.shape[1])
        norm = 0.0
        for term, weight in weights.items():
            vector[term] = weight
            norm += weight * weight
        closeness = self.matrix @ (vector / np.sqrt(norm))
        return np.asarray(np.minimum(closeness / _CLOSE_ENOUGH, 1.0))

    def _weights(self, terms: Iterable[str]) -> dict[int, float]:
        counts: dict[int, int] = {}
        for term in terms:
            column = self.vocabulary.get(term)
            if column is not None:
                counts[column] = counts.get(column, 0) + 1
        return {
            column: (1.0 + float(np.log(count))) * float(self.idf[column])
            for column, count in sorted(counts.items())
        }

    def shared_words(self, text: str, row: int) -> tuple[str, ...]:
        """Words of *text* whose stems also stand in the offer of *row*, in the order said."""
        first, last = self.matrix.indptr[row], self.matrix.indptr[row + 1]
        there = set(self.matrix.indices[first:last].tolist())
        said = [word for word in words_of(text) if word not in STOP_WORDS and len(word) > 2]
        return tuple(dict.fromkeys(word for word in said if self.vocabulary.get(stem(word), -1) in there))
