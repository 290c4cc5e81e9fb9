"""The project's own thesaurus, for tests of goals in a person's own words."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from marketplace.matching.catalogue import OfferRow
from marketplace.matching.meaning import Meaning, meaning_of
from marketplace.matching.result import Match
from marketplace.matching.thesaurus import Thesaurus

from .offers import match

ROOT = Path(__file__).resolve().parents[2]
THESAURUS = ROOT / "seeds" / "thesaurus.yaml"
KNOWN_ANSWERS = Path(__file__).resolve().parent / "known_answers"


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    return Thesaurus.load(THESAURUS)


def meaning(text: str) -> Meaning:
    return meaning_of(thesaurus(), text)


def meant(text: str) -> set[str]:
    """Names of the themes that *text* means, wholly or as one kind of activity."""
    found = meaning(text)
    return {theme.value for theme in (*found.themes, *found.kin)}


def matches(goal: dict[str, Any], *rows: OfferRow) -> list[Match]:
    """What is found for one goal among *rows*, best first."""
    ranking = match({"goals": [goal]}, *rows, thesaurus=thesaurus())
    return [ranking.match(place) for place in range(len(ranking))]
