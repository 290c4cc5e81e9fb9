"""The sentence vector of a goal: what was said, drawn towards the names of what it means.

A model knows little of dinner ladies and footy; it knows cooking and football well.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from marketplace.matching.embedding import Embedder
from marketplace.matching.meaning import Meaning
from marketplace.matching.words import STOP_WORDS

Vector = npt.NDArray[np.float32]

GUESSED = 2
"""Names that a goal is drawn towards where the thesaurus knows none of its words: the nearest."""


def goal_vector(embedder: Embedder, meaning: Meaning, names: tuple[str, ...]) -> Vector | None:
    """Direction of length 1 half way between the words and the names of what they mean.

    *names* are all names of the thesaurus: where it knows none of the words, the two nearest in the
    model's eyes stand in. None if nothing was said.
    """
    said = None
    if any(word not in STOP_WORDS for word in meaning.wanted_words.split()):
        said = embedded(embedder, meaning.wanted_words)
    if meaning.names:
        idea = _unit(np.sum([embedded(embedder, name) for name in meaning.names], axis=0))
    elif said is not None and names:
        idea = _nearest(said, idea_vectors(embedder, names))
    else:
        return said
    return idea if said is None else _unit(said + idea)


def _nearest(said: Vector, ideas: Vector) -> Vector:
    """Mean direction of the nearest names, each by its cosine."""
    cosines = ideas @ said
    best = np.argsort(-cosines, kind="stable")[:GUESSED]
    return _unit((ideas[best] * np.maximum(cosines[best], 0.0)[:, None]).sum(axis=0))


@lru_cache(maxsize=4)
def idea_vectors(embedder: Embedder, names: tuple[str, ...]) -> Vector:
    """Vectors of all names, shape (names, dimension): some two seconds, once in a process.

    Call it in the background at the start, so that no person waits for it.
    """
    return np.array([embedded(embedder, name) for name in names], dtype=np.float32)


def _unit(vector: Vector) -> Vector:
    length = np.sqrt(vector @ vector)
    return np.asarray(vector / length if length > 0 else vector, dtype=np.float32)


@lru_cache(maxsize=8192)
def embedded(embedder: Embedder, words: str) -> Vector:
    """The vector of a few words; kept, because the same goals are asked again and again."""
    vector: Vector = embedder.encode([words])[0]
    vector.flags.writeable = False
    return vector
