"""Words of a text: split, folded, stemmed, and those that say nothing about what is done."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

_WORD_OR_STOP = re.compile(r"[a-z0-9]+|[.,;:!?()\n]|\s[-–—]\s|—")
_STEMMER = snowballstemmer.stemmer("english")
_STEMMING = threading.Lock()
"""A stemmer keeps its word in itself while it works, so two threads would mix theirs up."""

STOP_WORDS = frozenset(
    "a about again ago all also always am an and any anyone anything are as at bad be because been being big bit "
    "both but by can cannot cant could d day days did didnt do does doesnt doing dont down each else enough ever "
    "every everybody everyone everything few fine for from get gets getting give go goes going good got great had "
    "half has hasnt have havent having he hed help helped helping helps her here hers him his hour hours how i id "
    "if ill im in into is isnt it its ive just keep keeps kind know last less let lets like liked likes little "
    "ll long look lot lots love loved lovely made make makes making many maybe me mine minutes month months more "
    "most much my myself need needs never new nice no nobody none nor not nothing now of off often ok old on once "
    "one ones only or other others our out over own past people perhaps person place please plenty properly quite "
    "rather re really s said same say says see she should since so some somebody someone something sometimes "
    "somewhere soon sort still such support supported supporting sure t take takes than that thats the their them "
    "then there theres these they theyd theyre thing things think this those though through time times to too "
    "took try trying two under until up upon us use used using usual usually ve very want wanted wants was wasnt "
    "way we week weekly weeks welcome well went were weve what whatever when where whether which while who whose "
    "why will wish with within without wont would wouldnt year years yes yet you your yours yourself".split()
)
"""Words that say nothing about what is done; 'people', 'support' and 'help' are in every listing."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text as words; ``ends_before[i]`` tells that a comma or the like stands before word *i*."""

    words: tuple[str, ...]
    ends_before: tuple[str, ...]
    """'' for none, ',' for a comma, '.' for anything that ends a thought."""


def plain(text: str) -> str:
    """Lower case, without accents and apostrophes: 'café' → 'cafe', "don't" → 'dont', '&' → 'and'."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("&", " and "))
    return "".join(letter for letter in folded if not unicodedata.combining(letter) and letter not in "'’‘`")


def words_of(text: str) -> list[str]:
    return [part for part in _WORD_OR_STOP.findall(plain(text)) if part[0].isalnum()]


def said_of(text: str) -> Said:
    """Words with the stops between them."""
    words: list[str] = []
    stops: list[str] = []
    stop = ""
    for part in _WORD_OR_STOP.findall(plain(text)):
        if part[0].isalnum():
            words.append(part)
            stops.append(stop)
            stop = ""
        elif part == "," and stop != ".":
            stop = ","
        else:
            stop = "."
    return Said(tuple(words), tuple(stops))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    with _STEMMING:
        return str(_STEMMER.stemWord(word))
