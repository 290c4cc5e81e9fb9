"""How close the words of an offer are to what a person said.

Two readings are added up: the words (TF-IDF over stems, with the thesaurus's kinds of activity as
words of their own) and, where a sentence model is installed, the direction of the sentence's
vector. Their plain sum orders better than either and than any rescaled mix; see
``docs/measurements/goals.md``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from struct import pack

import numpy as np
import numpy.typing as npt

from marketplace.matching.direction import embedded, goal_vector
from marketplace.matching.embedding import Embedder, VectorRows, WholeVector, quantise, quantise_one
from marketplace.matching.meaning import Meaning, meaning_of
from marketplace.matching.postings import Codes, TextColumns, codes_of
from marketplace.matching.thesaurus import Thesaurus
from marketplace.matching.words import STOP_WORDS, stem, words_of

__all__ = ["STOP_WORDS", "GoalText", "TextColumns", "TextIndex", "Thesaurus", "embedded", "stem", "words_of"]

Floats = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float32]

_MOST_KEPT = 10_000
KIND_WEIGHT = 1.5
"""What an ``@`` term counts for against a plain word of the same rarity."""
REFUSED_WEIGHT = 1.0
"""What a word under a 'not' takes away, against what it would give without the 'not'."""

NOT_ABOUT, CLEARLY_ABOUT = 0.0, 0.45
"""Words alone: the cosines that count as closeness 0 and 1."""
NOT_ABOUT_MIXED, CLEARLY_ABOUT_MIXED = 0.15, 0.95
"""Words and sentence vectors added up: the sums that count as closeness 0 and 1."""
NOTHING_WANTED = (-0.5, 0.5)
"""Where words only say what is not wanted ('no crowds'): every offer is half close, less the words
that it shares with what is ruled out."""


@dataclass(frozen=True, slots=True, eq=False)
class GoalText:
    """What a person said, ready to be held against ``TextColumns``.

    Closeness of a row is ``min(1, max(0, (words + vector - low) * slope))``, where words is the sum of
    ``weight * row's weight`` over shared terms, and vector is the dot product of ``vector`` with the
    row's int8 vector times the row's scale (0 without a model).
    """

    terms: npt.NDArray[np.int32]
    """In rising order, each once."""
    weights: Floats
    """Negative for what the person ruled out."""
    vector: WholeVector | None
    low: float
    slope: float
    packed: bytes = field(init=False, repr=False)
    """Numbers of eight bytes: how many terms; the vector's scale, 0 without one; low and slope; the terms as whole
    numbers; their weights."""

    def __post_init__(self) -> None:
        numbers = pack("=4d", len(self.terms), self.scale, self.low, self.slope)
        terms, weights = self.terms.astype(np.int64), self.weights.astype(np.float64)
        object.__setattr__(self, "packed", numbers + terms.tobytes() + weights.tobytes())

    @property
    def scale(self) -> float:
        return 0.0 if self.vector is None else float(self.vector.scale)

    @property
    def is_empty(self) -> bool:
        return not len(self.terms) and self.vector is None


NOTHING_SAID = GoalText(np.zeros(0, np.int32), np.zeros(0), None, 0.0, 0.0)
"""Of a goal without words."""


@dataclass(frozen=True, slots=True, eq=False)
class TextIndex:
    """The fitted vocabulary with the columns of all offers."""

    columns: TextColumns
    vocabulary: Mapping[str, int]
    idf: Floats
    unseen_idf: float
    """Weight of a word that stands in no listing: said, and found nowhere."""
    thesaurus: Thesaurus
    embedder: Embedder | None = None
    kept: dict[tuple[object, ...], GoalText] = field(default_factory=dict)
    """Goals that were asked before, as numbers: the same goals are asked again and again."""

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        thesaurus: Thesaurus,
        *,
        vectors: VectorRows | None = None,
        embedder: Embedder | None = None,
    ) -> TextIndex:
        """Build from the offers' texts, in the order of the rows.

        *vectors* are those kept from when the offers were saved, made by *embedder*; where only the
        embedder is given they are made here, which takes about 15 ms an offer.
        """
        listings = [thesaurus.listing_terms(text) for text in texts]
        vocabulary, idf, first, term, weight = _fitted(listings)
        if vectors is None and embedder is not None:
            vectors = quantise(embedder.encode(list(texts)))
        return cls(
            columns=TextColumns.of(first, term, weight, vectors, vocabulary=len(vocabulary)),
            vocabulary=vocabulary,
            idf=idf,
            unseen_idf=_idf(len(texts), 0),
            thesaurus=thesaurus.knowing(word for text in texts for word in words_of(text)),
            embedder=embedder if vectors is not None else None,
        )

    def with_room(self, *, rows: int, terms: int) -> TextIndex:
        """The same with room for so many more rows and their terms."""
        return replace(self, columns=self.columns.with_room(rows=rows, terms=terms), kept={})

    def row(self, text: str) -> tuple[npt.NDArray[np.int32], Codes]:
        """Terms of one changed offer, and the codes of their weights, under the fitted vocabulary; new words wait for a refit."""
        terms, weights = _row(self.thesaurus.listing_terms(text), self.vocabulary, self.idf)
        return terms, codes_of(weights)

    def goal(self, said: str | Meaning) -> GoalText:
        """What a person said, as numbers."""
        meaning = meaning_of(self.thesaurus, said) if isinstance(said, str) else said
        weights = self._weights(meaning.terms)
        refused = self._weights(meaning.refused_terms)
        norm = math.sqrt(sum(weight * weight for weight in (weights or refused).values()))
        weights |= {term: -REFUSED_WEIGHT * weight for term, weight in refused.items()}
        known = {
            self.vocabulary[term]: weight / norm
            for term, weight in weights.items()
            if norm and term in self.vocabulary
        }
        order = sorted(known)
        direction = (
            None if self.embedder is None else goal_vector(self.embedder, meaning, self.thesaurus.names)
        )
        low, high = NOT_ABOUT, CLEARLY_ABOUT
        if direction is not None:
            low, high = NOT_ABOUT_MIXED, CLEARLY_ABOUT_MIXED
        elif not meaning.terms:
            low, high = NOTHING_WANTED
        return GoalText(
            terms=np.array(order, dtype=np.int32),
            weights=np.array([known[term] for term in order], dtype=np.float64),
            vector=None if direction is None else quantise_one(direction),
            low=low,
            slope=1.0 / (high - low),
        )

    def kept_goal(self, key: tuple[object, ...], meaning: Meaning) -> GoalText:
        """``goal`` of a meaning, made once for its *key* (the words, and what was corrected)."""
        goal = self.kept.get(key)
        if goal is None:
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            goal = self.kept[key] = self.goal(meaning)
        return goal

    def closeness(self, said: str | Meaning | GoalText, rows: npt.NDArray[np.int64] | None = None) -> Floats:
        """How close the words of the *rows* (all, if None) are to what was said: shape (rows,), 0–1."""
        goal = said if isinstance(said, GoalText) else self.goal(said)
        total = words_cosine(self.columns, goal, rows)
        if goal.vector is not None and self.columns.vectors is not None:
            total = np.asarray(total + self.columns.vectors.cosine(goal.vector, rows))
        return np.clip((total - goal.low) * goal.slope, 0.0, 1.0)

    def closeness_by_goal(self, goals: Sequence[GoalText], rows: npt.NDArray[np.int64]) -> Floats:
        """The same for several goals at once: shape (goals, rows)."""
        close = self.columns.sums_by_goal([(goal.terms, goal.weights) for goal in goals], rows)
        for number, goal in enumerate(goals):
            if goal.vector is not None and self.columns.vectors is not None:
                close[number] += self.columns.vectors.cosine(goal.vector, rows)
        close -= np.array([goal.low for goal in goals])[:, None]
        close *= np.array([goal.slope for goal in goals])[:, None]
        return np.clip(close, 0.0, 1.0, out=close)

    def shared_words(self, said: str, row: int) -> tuple[str, ...]:
        """What was said that also stands in the offer of *row*, in the order said.

        Words count by their stem, phrases by their kind of activity: 'footy' is shared with a
        listing of five-a-side football.
        """
        there = set(self.columns.terms_of(row)[0].tolist())
        meaning = meaning_of(self.thesaurus, said)
        shared = [
            word
            for word in meaning.wanted_words.split()
            if word not in STOP_WORDS and len(word) > 2 and self.vocabulary.get(stem(word), -1) in there
        ]
        phrases = (
            phrase for phrase in self.shared_kinds(meaning, row) if not set(phrase.split()) <= set(shared)
        )
        return tuple(dict.fromkeys((*shared, *phrases)))

    def shared_kinds(self, meaning: Meaning, row: int) -> tuple[str, ...]:
        """Phrases that were said for a kind of activity which the offer of *row* also tells of."""
        there = set(self.columns.terms_of(row)[0].tolist())
        return tuple(
            phrase
            for kind, phrases in meaning.kinds.items()
            if self.vocabulary.get(f"@{kind}", -1) in there
            for phrase in phrases
        )

    def _weights(self, terms: Mapping[str, float]) -> dict[str, float]:
        return {
            term: _times(much) * self._idf_of(term) * _boost(term) for term, much in sorted(terms.items())
        }

    def _idf_of(self, term: str) -> float:
        at = self.vocabulary.get(term)
        return self.unseen_idf if at is None else float(self.idf[at])


def words_cosine(columns: TextColumns, goal: GoalText, rows: npt.NDArray[np.int64] | None = None) -> Floats:
    """Sum of the weights of shared terms, each the goal's times the row's: shape (rows,)."""
    every = np.arange(columns.rows) if rows is None else rows
    return columns.sums(goal.terms, goal.weights, every)


def _fitted(
    listings: Sequence[Mapping[str, float]],
) -> tuple[dict[str, int], Floats, npt.NDArray[np.int64], npt.NDArray[np.int32], Floats]:
    """The vocabulary of all listings, its rarities, and their rows: first, terms and weights."""
    from sklearn.feature_extraction import DictVectorizer  # noqa: PLC0415 (a second to import)
    from sklearn.feature_extraction.text import TfidfTransformer  # noqa: PLC0415
    from sklearn.preprocessing import normalize  # noqa: PLC0415

    if not any(listings):
        nothing = np.zeros(len(listings) + 1, dtype=np.int64)
        return {}, np.zeros(0), nothing, np.zeros(0, np.int32), np.zeros(0)
    vectorizer = DictVectorizer(sort=True)
    counts = vectorizer.fit_transform(listings)
    counts.sort_indices()
    counts.data = np.where(counts.data > 1.0, 1.0 + np.log(np.maximum(counts.data, 1.0)), counts.data)
    rarity = TfidfTransformer(norm=None).fit(counts)
    rows = rarity.transform(counts)
    boosts = np.array([_boost(term) for term in vectorizer.feature_names_])
    rows.data *= boosts[rows.indices]
    rows = normalize(rows)
    return (
        dict(vectorizer.vocabulary_),
        np.asarray(rarity.idf_),
        rows.indptr.astype(np.int64),
        rows.indices.astype(np.int32),
        np.asarray(rows.data, dtype=np.float64),
    )


def _idf(count: int, having: int) -> float:
    """Smoothed, as if one more listing had every word (as scikit-learn does)."""
    return math.log((1 + count) / (1 + having)) + 1.0


def _times(much: float) -> float:
    """A word said often counts for more, but less and less so."""
    return 1.0 + math.log(much) if much > 1.0 else much


def _boost(term: str) -> float:
    return KIND_WEIGHT if term[0] == "@" else 1.0


def _row(
    terms: Mapping[str, float], vocabulary: Mapping[str, int], idf: Floats
) -> tuple[npt.NDArray[np.int32], Floats]:
    ordered = sorted((term for term in terms if term in vocabulary), key=vocabulary.__getitem__)
    numbers = np.array([vocabulary[term] for term in ordered], dtype=np.int32)
    weights = np.array([_times(terms[term]) * _boost(term) for term in ordered]) * idf[numbers]
    length = math.sqrt(float(weights @ weights)) if len(weights) else 1.0
    return numbers, weights / length
