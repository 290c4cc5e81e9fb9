"""Reading a misspelt word as the known word that it most likely is: 'libary' → 'library'.

Only words that nobody knows are changed, and only into a word that is very near: one slip, or two
in a word of eight letters or more that begins and ends alike (insertion, loss, swap of neighbours,
or a wrong letter: Damerau 1964). A real word is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from marketplace.matching.words import stem

_SHORTEST = 5
_SHORTEST_TARGET = 4
_LONG = 8
_MISTAKEN_PAIRS = frozenset({("k", "c"), ("f", "p"), ("n", "k")})
"""First letters that are confused by ear ('kinema', 'fotos', 'nitting'); others must agree."""


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """Known words, the more telling first, with what is needed to find near ones quickly."""

    targets: tuple[str, ...]
    """Words that a mistake may be read as, most telling first."""
    lengths: npt.NDArray[np.int16]
    letters: npt.NDArray[np.uint32]
    """Which letters stand in each target, one bit a letter."""
    real: frozenset[str]
    """Words that are right as they are."""
    stems: frozenset[str]
    """Stems of the targets: another form of a known word is right too."""

    @classmethod
    def of(cls, targets: Iterable[str], *, real: Iterable[str] = ()) -> Spelling:
        """*targets* in order of preference; *real* are further words that must not be changed."""
        words = tuple(
            dict.fromkeys(word for word in targets if len(word) >= _SHORTEST_TARGET and word.isalpha())
        )
        return cls(
            targets=words,
            lengths=np.array([len(word) for word in words], dtype=np.int16),
            letters=np.array([_letter_bits(word) for word in words], dtype=np.uint32),
            real=frozenset(words) | frozenset(real),
            stems=frozenset(stem(word) for word in words),
        )

    def knowing(self, words: Iterable[str]) -> Spelling:
        """The same, with further words that are right as they are."""
        return replace(self, real=self.real | frozenset(words))

    def correct(self, word: str) -> str:
        """The known word that *word* was most likely meant to be; *word* itself if none is near."""
        if len(word) < _SHORTEST or not word.isalpha() or word in self.real or stem(word) in self.stems:
            return word
        if word.endswith("in"):
            # 'fishin', 'knittin': what is said with the g dropped is often written so.
            whole = self.correct(word + "g")
            if whole in self.real or stem(whole) in self.stems:
                return whole
        return _nearest(self, word)


@lru_cache(maxsize=4096)
def _nearest(spelling: Spelling, word: str) -> str:
    most = 2 if len(word) >= _LONG else 1
    changed = np.bitwise_count(spelling.letters ^ np.uint32(_letter_bits(word)))
    near = (np.abs(spelling.lengths - len(word)) <= most) & (changed <= 2 * most)
    best, best_key = word, (most + 1, False, False, 0)
    for number in np.flatnonzero(near):
        target = spelling.targets[number]
        if target[0] != word[0] and target[:2] != word[1::-1] and (word[0], target[0]) not in _MISTAKEN_PAIRS:
            continue
        allowed = most if target[0] == word[0] and target[-1] == word[-1] else 1
        # A letter too many or too few of a pair is the most common slip, one at the end the rarest:
        # 'kniting' is no knife, and 'stich' no stick.
        key = (
            slips(word, target, allowed),
            _without_pairs(word) != _without_pairs(target),
            word[-1] != target[-1],
            int(number),
        )
        if key[0] > allowed:
            continue
        if key < best_key:
            best, best_key = target, key
    return best


def forms(word: str) -> list[str]:
    """Forms of *word* that people say: 'knit' is also 'knitting', 'dance' is 'dancing'."""
    if not word.isalpha() or len(word) < 3:
        return []
    short = word.removesuffix("e")
    made = (word + "s", short + "ing", word + word[-1] + "ing", short + "er", word + word[-1] + "er")
    return [form for form in made if stem(form) == stem(word)]


def slips(left: str, right: str, most: int) -> int:
    """Slips between two words, counting a swap of neighbours as one; more than *most* is most + 1."""
    before_last: list[int] = []
    last = list(range(len(right) + 1))
    for row, here in enumerate(left, 1):
        now = [row]
        for column, there in enumerate(right, 1):
            cost = min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (here != there))
            if row > 1 and column > 1 and here == right[column - 2] and there == left[row - 2]:
                cost = min(cost, before_last[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before_last, last = last, now
    return min(last[-1], most + 1)


def _without_pairs(word: str) -> str:
    return "".join(letter for at, letter in enumerate(word) if word[at - 1 : at] != letter)


def _letter_bits(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) - ord("a") if "a" <= letter <= "z" else 26)
    return bits
