"""Themes that a listing's own words suggest, for listings that don't state any.

A suggestion is a guess: it counts for less than a stated theme, and pages say that it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from marketplace.matching.thesaurus import Found, Manner, Thesaurus
from marketplace.matching.words import words_of
from marketplace.vocabulary import Theme

IN_NAME = 2.0
IN_TEXT = 1.0
WHOLE = 1.5
"""A phrase that means the whole theme, against one that means a kind of activity."""
SECOND = 0.5
"""A further theme of a kind ('fishing' is also a day out), against its own theme."""
ENOUGH = 2.0
"""Least that is taken as a suggestion."""
MOST = 4
"""Most themes suggested for one listing, the strongest first."""


def suggest_themes(
    thesaurus: Thesaurus, name: str, text: str, *, places: Iterable[str] = ()
) -> tuple[Theme, ...]:
    """Themes of a listing called *name* and described by *text*, the strongest first.

    *places* are the towns where it happens: what is only a part of such a name tells of no activity.
    'Castle Hedingham Boccia Club' in Castle Hedingham is not about history; 'Bowling Green' in a place
    of that name is whole, and may be either, so it counts.

    Worked example: 'Dig It Allotments. Grow vegetables on raised beds.' has two different phrases of
    gardening in its text (2 × 1.0) and one in its name (2.0): 4.0, so gardening is suggested.
    """
    strength: dict[Theme, float] = {}
    names = [words for place in places if len(words := words_of(place)) > 1]
    for words, weight in ((words_of(name), IN_NAME), (words_of(text), IN_TEXT)):
        seen: set[tuple[str, ...]] = set()
        for found in thesaurus.find(words, listing=True):
            if any(_is_part_of_name(words, found, place) for place in names):
                continue
            said = tuple(words[found.start : found.end])
            if said not in seen:
                seen.add(said)
                _add(strength, thesaurus, found, weight)
    likely = [theme for theme, much in strength.items() if much >= ENOUGH]
    likely.sort(key=lambda theme: (-strength[theme], theme.value))
    return tuple(likely[:MOST])


def _is_part_of_name(words: Sequence[str], found: Found, place: Sequence[str]) -> bool:
    """Whether the phrase stands within the name of a place, and is not the whole of it."""
    size = len(place)
    if found.end - found.start >= size:
        return False
    firsts = range(max(found.end - size, 0), min(found.start, len(words) - size) + 1)
    return any(words[first : first + size] == place for first in firsts)


def _add(strength: dict[Theme, float], thesaurus: Thesaurus, found: Found, weight: float) -> None:
    for sense in found.senses:
        own = weight * (WHOLE if sense.manner is Manner.WHOLE else 1.0)
        for number, theme in enumerate(thesaurus.themes_of(sense)):
            strength[theme] = strength.get(theme, 0.0) + own * (1.0 if number == 0 else SECOND)
