"""Which offers say which words, kept by word: a person's few words are looked up, not every offer read.

For each term, block by block of 2,048 rows, stand the rows that have it, in rising order: two bytes
each, eleven bits for the row in its block and five for how much the term weighs there. So the words
of everybody near somebody are a few short runs, and a row that says none of a person's words is never
touched. Rows that came later stand behind, each with its own terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from marketplace.matching.embedding import VectorRows

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]

CODE_BITS = 5
BLOCK_BITS = 16 - CODE_BITS
BLOCK = 1 << BLOCK_BITS
"""Rows of one block."""
CODE_MASK = (1 << CODE_BITS) - 1
STEPS_AN_OCTAVE = 5
"""Weights are kept in equal steps of their logarithm, from 1 down to about one seventieth."""
WEIGHTS = np.array(
    [round(2.0 ** ((code - CODE_MASK) / STEPS_AN_OCTAVE), 9) for code in range(1 << CODE_BITS)]
)
"""What each code stands for: from its neighbours it differs by 15 hundredths, from the truth by half of that."""
_BETWEEN = np.sqrt(WEIGHTS[1:] * WEIGHTS[:-1])


@dataclass(frozen=True, slots=True, eq=False)
class TextColumns:
    """The words and vectors of all rows as arrays; ``vectors`` is None without a model.

    Term *t* has in block *b* the entries ``entry[first[t * blocks + b]:first[t * blocks + b + 1]]``. Row *i*
    of those that came later has the terms ``late_term[late_first[i]:late_first[i + 1]]`` with ``late_code``.
    """

    first: npt.NDArray[np.uint32]
    """Shape (terms * blocks + 1,)."""
    entry: npt.NDArray[np.uint16]
    """The row in its block, and in the lowest five bits the code of the weight."""
    indexed: Whole
    """Shape (2,): rows that stand by term, counted from row 0; blocks."""
    late_first: npt.NDArray[np.int32]
    late_term: npt.NDArray[np.int32]
    """In rising order within a row."""
    late_code: Codes
    vectors: VectorRows | None

    @classmethod
    def of(
        cls,
        first: npt.NDArray[Any],
        term: npt.NDArray[Any],
        weight: npt.NDArray[Any],
        vectors: VectorRows | None,
        *,
        vocabulary: int,
    ) -> Self:
        """The columns of rows with the terms ``term[first[i]:first[i + 1]]`` and weights from 0 to 1."""
        rows = len(first) - 1
        blocks = max(-(-rows // BLOCK), 1)
        row = np.repeat(np.arange(rows, dtype=np.int64), np.diff(first))
        place = term.astype(np.int64) * blocks + (row >> BLOCK_BITS)
        # By term, block and row: rows are in order already, so a stable order by place is enough.
        order = np.argsort(place, kind="stable")
        starts = np.zeros(vocabulary * blocks + 1, dtype=np.uint32)
        np.cumsum(np.bincount(place, minlength=vocabulary * blocks), out=starts[1:], dtype=np.uint32)
        entry = ((row & (BLOCK - 1)) << CODE_BITS) | codes_of(weight)
        return cls(
            first=starts,
            entry=entry[order].astype(np.uint16),
            indexed=np.array([rows, blocks], dtype=np.int64),
            late_first=np.zeros(1, dtype=np.int32),
            late_term=np.zeros(0, dtype=np.int32),
            late_code=np.zeros(0, dtype=np.uint8),
            vectors=vectors,
        )

    @property
    def rows(self) -> int:
        """How many rows there are, with the room for later ones."""
        return int(self.indexed[0]) + len(self.late_first) - 1

    @property
    def nbytes(self) -> int:
        """Of the words alone."""
        late = self.late_first.nbytes + self.late_term.nbytes + self.late_code.nbytes
        return self.first.nbytes + self.entry.nbytes + self.indexed.nbytes + late

    def with_room(self, *, rows: int, terms: int) -> TextColumns:
        """The same with room for so many more rows and their terms."""
        vectors = self.vectors
        if vectors is not None:
            vectors = VectorRows(
                np.concatenate([vectors.values, np.zeros((rows, vectors.values.shape[1]), np.int8)]),
                np.concatenate([vectors.scale, np.zeros(rows, np.float32)]),
            )
        return TextColumns(
            self.first,
            self.entry,
            self.indexed,
            np.concatenate([self.late_first, np.full(rows, self.late_first[-1])]),
            np.concatenate([self.late_term, np.zeros(terms, np.int32)]),
            np.concatenate([self.late_code, np.zeros(terms, np.uint8)]),
            vectors,
        )

    def put_late(self, row: int, terms: npt.NDArray[Any], codes: Codes, at: int) -> None:
        """Write the words of a new last *row* behind the *at* terms of later rows that are taken."""
        end = at + len(terms)
        self.late_term[at:end] = terms
        self.late_code[at:end] = codes
        self.late_first[row - int(self.indexed[0]) + 1 :] = end

    def terms_of(self, row: int) -> tuple[npt.NDArray[np.int32], Codes]:
        """The terms of one row in rising order, and the codes of their weights."""
        late = row - int(self.indexed[0])
        if late >= 0:
            its = slice(self.late_first[late], self.late_first[late + 1])
            return self.late_term[its], self.late_code[its]
        blocks, wanted = int(self.indexed[1]), (row & (BLOCK - 1)) << CODE_BITS
        low = self.first[row >> BLOCK_BITS : -1 : blocks].astype(np.int64)
        end = self.first[(row >> BLOCK_BITS) + 1 :: blocks].astype(np.int64)
        high = end.copy()
        while (low < high).any():  # a search by halves, of all terms at once
            middle = (low + high) >> 1
            before = self.entry[np.minimum(middle, len(self.entry) - 1)] < wanted
            low, high = np.where(before & (low < high), middle + 1, low), np.where(before, high, middle)
        found = np.flatnonzero(low < end)
        entries = self.entry[low[found]]
        here = entries >> CODE_BITS == row & (BLOCK - 1)
        return found[here].astype(np.int32), (entries[here] & CODE_MASK).astype(np.uint8)

    def by_row(self) -> tuple[Whole, Whole, Floats]:
        """All rows the other way round: where each begins, its terms in rising order, their weights."""
        indexed, blocks = int(self.indexed[0]), int(self.indexed[1])
        lengths = np.diff(self.first)
        place = np.repeat(np.arange(len(lengths)), lengths)
        row = (place % blocks) * BLOCK + (self.entry >> CODE_BITS)
        order = np.argsort(row, kind="stable")
        late = slice(0, int(self.late_first[-1]))
        counts = np.concatenate([np.bincount(row, minlength=indexed)[:indexed], np.diff(self.late_first)])
        first = np.zeros(len(counts) + 1, dtype=np.int64)
        np.cumsum(counts, out=first[1:])
        codes = np.concatenate([(self.entry & CODE_MASK)[order], self.late_code[late]])
        return first, np.concatenate([(place // blocks)[order], self.late_term[late]]), WEIGHTS[codes]

    def sums(self, terms: npt.NDArray[Any], weights: Floats, rows: Whole) -> Floats:
        """For each of *rows* the sum of *weights* times its own, over the rising *terms*: shape (rows,).

        Added up in the order of the terms, so that any other reading of the words gives the same bits.
        """
        return np.asarray(self.sums_by_goal([(terms, weights)], rows)[0])

    def sums_by_goal(self, goals: Sequence[tuple[npt.NDArray[Any], Floats]], rows: Whole) -> Floats:
        """The same for several goals, each with its terms and weights: shape (goals, rows)."""
        if not any(len(terms) for terms, _ in goals) or not len(rows):
            return np.zeros((len(goals), len(rows)))
        late = rows >= self.indexed[0]
        if not late.any():
            return self._indexed_sums(goals, rows)
        sums = np.zeros((len(goals), len(rows)))
        sums[:, ~late] = self._indexed_sums(goals, rows[~late])
        for number, (terms, weights) in enumerate(goals):
            if len(terms):
                sums[number, late] = self._late_sums(terms, weights, rows[late] - self.indexed[0])
        return sums

    def _indexed_sums(self, goals: Sequence[tuple[npt.NDArray[Any], Floats]], rows: Whole) -> Floats:
        """Of rows that stand by term: the entries of all blocks in which some of *rows* lie, in one go."""
        if not len(rows):
            return np.zeros((len(goals), 0))
        blocks, count = int(self.indexed[1]), len(rows)
        block_of = rows >> BLOCK_BITS
        here = np.flatnonzero(np.bincount(block_of, minlength=blocks))
        # Where the rows stand in these blocks, one behind the other; what is none of the rows gets line 0.
        slots = np.zeros(blocks, dtype=np.int64)
        slots[here] = np.arange(len(here)) * BLOCK
        line = np.zeros(len(here) * BLOCK, dtype=np.int64)
        line[slots.take(block_of) + (rows & (BLOCK - 1))] = np.arange(1, count + 1)
        is_one = line != 0
        terms = np.concatenate([terms for terms, _ in goals]).astype(np.int64)
        weights = np.concatenate([weights for _, weights in goals])
        goal_of = np.repeat(np.arange(len(goals)) * (count + 1), [len(terms) for terms, _ in goals])
        # Of blocks that stand one behind the other, the entries of a term do too.
        breaks = np.flatnonzero(np.diff(here) != 1) + 1
        opens = here.take(np.concatenate([[0], breaks]))
        closes = here.take(np.concatenate([breaks - 1, [-1]])) + 1
        terms = terms[:, None] * blocks
        begin, end = self.first.take(terms + opens), self.first.take(terms + closes)
        entries = np.concatenate(
            [
                self.entry[low:high]
                for low, high in zip(begin.ravel().tolist(), end.ravel().tolist(), strict=True)
            ]
        )
        lengths = self.first.take(terms + (here + 1)) - self.first.take(terms + here)
        bases = np.arange(len(here)) * BLOCK
        slot = np.repeat(np.broadcast_to(bases, lengths.shape).ravel(), lengths.ravel())
        slot += entries >> CODE_BITS
        some = np.flatnonzero(is_one.take(slot))
        each = lengths.sum(axis=1)
        term_of = np.searchsorted(each.cumsum(), some, side="right")
        products = weights.take(term_of) * WEIGHTS.take(entries.take(some) & CODE_MASK)
        sums = np.bincount(
            line.take(slot.take(some)) + goal_of.take(term_of),
            weights=products,
            minlength=len(goals) * (count + 1),
        )
        return sums.astype(np.float64, copy=False).reshape(len(goals), count + 1)[:, 1:]

    def _late_sums(self, terms: npt.NDArray[Any], weights: Floats, late: Whole) -> Floats:
        first = self.late_first[late].astype(np.int64)
        lengths = self.late_first[late + 1] - first
        at = np.arange(int(lengths.sum())) + np.repeat(first - np.cumsum(lengths) + lengths, lengths)
        said = self.late_term[at]
        by_term = np.zeros(int(max(said.max(initial=0), terms.max())) + 1)
        by_term[terms] = weights
        products = by_term[said] * WEIGHTS[self.late_code[at]]
        row = np.repeat(np.arange(len(late)), lengths)
        return np.bincount(row, weights=products, minlength=len(late)).astype(np.float64)


def codes_of(weights: npt.NDArray[Any]) -> Codes:
    """The code that is nearest to each weight, by its logarithm; the least there is for what is less."""
    return np.searchsorted(_BETWEEN, weights).astype(np.uint8)
