"""Cutting text into the word pieces that the sentence model was taught with.

The model's own rules (Wu et al. 2016; Devlin et al. 2018, uncased): lower case, no accents, every
punctuation mark by itself, then the longest piece of the vocabulary first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_LONGEST_WORD = 100
_UNKNOWN, _FIRST, _LAST = "[UNK]", "[CLS]", "[SEP]"
_ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


@dataclass(frozen=True, slots=True)
class WordPieces:
    """The vocabulary: each piece with its number; pieces inside a word begin with ``##``."""

    numbers: Mapping[str, int]

    @classmethod
    def load(cls, path: Path) -> WordPieces:
        lines = path.read_text(encoding="utf-8").split("\n")
        return cls({piece: number for number, piece in enumerate(lines) if piece})

    def encode(self, text: str, *, most: int) -> list[int]:
        """Numbers of the pieces of *text* between the model's marks, at most *most* in all."""
        pieces: list[int] = []
        for word in _split(text):
            pieces.extend(self._pieces(word))
            if len(pieces) >= most - 2:
                break
        return [self.numbers[_FIRST], *pieces[: most - 2], self.numbers[_LAST]]

    def _pieces(self, word: str) -> list[int]:
        unknown = [self.numbers[_UNKNOWN]]
        if len(word) > _LONGEST_WORD:
            return unknown
        found: list[int] = []
        start = 0
        while start < len(word):
            end = len(word)
            while end > start:
                piece = word[start:end] if start == 0 else "##" + word[start:end]
                if piece in self.numbers:
                    found.append(self.numbers[piece])
                    break
                end -= 1
            if end == start:
                return unknown
            start = end
        return found


def _split(text: str) -> list[str]:
    """Words and single punctuation marks, in lower case and without accents."""
    folded = unicodedata.normalize("NFD", text.lower())
    spaced: list[str] = []
    for letter in folded:
        kind = unicodedata.category(letter)
        if letter.isspace():
            spaced.append(" ")
        elif kind == "Mn" or (kind.startswith("C") and kind != "Cn"):
            continue
        elif letter in _ASCII_PUNCTUATION or kind.startswith("P") or _is_cjk(letter):
            spaced.append(f" {letter} ")
        else:
            spaced.append(letter)
    return "".join(spaced).split()


def _is_cjk(letter: str) -> bool:
    """Chinese characters count as words by themselves."""
    return "\u4e00" <= letter <= "\u9fff" or "\u3400" <= letter <= "\u4dbf" or "\uf900" <= letter <= "\ufaff"
