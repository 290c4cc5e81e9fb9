"""Sentence vectors: the protocol of a model, and vectors kept as whole numbers of one byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt


@runtime_checkable
class Embedder(Protocol):
    """A sentence model. Safe to share between threads; the same text always gives the same vector."""

    @property
    def name(self) -> str: ...

    @property
    def checksum(self) -> str:
        """SHA-256 of the model's weights: kept beside every vector, and compared before it is used."""
        ...

    @property
    def dimension(self) -> int: ...

    def __hash__(self) -> int:
        """A model is kept as the key of what it made."""
        ...

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Shape (texts, dimension), rows of length 1."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class WholeVector:
    """One vector as int8 with a scale: it stands for ``values * scale``; shape (dimension,)."""

    values: npt.NDArray[np.int8]
    scale: float


@dataclass(frozen=True, slots=True, eq=False)
class VectorRows:
    """Vectors as int8 with a scale: row *i* stands for ``values[i] * scale[i]``.

    ``values`` has shape (n, dimension), ``scale`` (n,). A row of zeros is an offer without a vector.
    """

    values: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]

    def cosine(
        self, query: WholeVector, rows: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float64]:
        """Cosine of the *rows* (all, if None) with *query*: shape (rows,).

        The products are whole numbers and their sum stays below 2**24 for up to 1,000 dimensions,
        so float32 holds it exactly in whatever order it is added up.
        """
        values, scale = (self.values, self.scale) if rows is None else (self.values[rows], self.scale[rows])
        dot = values.astype(np.float32) @ query.values.astype(np.float32)
        return np.asarray(dot.astype(np.float64) * (scale.astype(np.float64) * query.scale))


def quantise(vectors: npt.NDArray[np.float32]) -> VectorRows:
    """Vectors of length 1 as int8: the largest entry of a row becomes 127.

    The cosine of two such rows differs from the true one by less than 0.01.
    """
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scale = np.where(largest > 0, largest, 1.0) / 127.0
    values = np.rint(vectors / scale[:, None]).astype(np.int8)
    return VectorRows(values, np.where(largest > 0, scale, 0.0).astype(np.float32))


def quantise_one(vector: npt.NDArray[np.float32]) -> WholeVector:
    """One vector as whole numbers."""
    rows = quantise(vector[None, :])
    return WholeVector(rows.values[0], float(rows.scale[0]))


@lru_cache(maxsize=1)
def installed_embedder() -> Embedder | None:
    """The best model that is installed here, None if there is none: matching works without.

    Raises :class:`~marketplace.matching.minilm.WrongModelError` if its files are not the known ones.
    """
    from marketplace.matching.minilm import MiniLm, installed_folder  # noqa: PLC0415

    folder = installed_folder()
    return None if folder is None else MiniLm.load(folder)
