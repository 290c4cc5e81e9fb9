"""Offers and needs for tests of matching: sensible where a test does not care."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

from marketplace.geo.places import Place, Precision
from marketplace.matching.catalogue import Catalogue, OfferRow, build_catalogue
from marketplace.matching.needs import MINUTES_A_DAY, parse_needs
from marketplace.matching.ranking import Ranking, rank
from marketplace.matching.text import Thesaurus
from marketplace.vocabulary import CostBasis, Day, OfferKind, PlaceKind, SupportLevel, Theme, Vacancy

TODAY = date(2026, 11, 23)
MANSFIELD = Place("NG18 1AB", 53.1435, -1.1985, Precision.POSTCODE, "E07000174")
_NAMES = uuid.UUID("2f1f7a9c-9df0-4f0e-8a4c-0f5a8f6f7f00")


def session(day: Day, start: str, end: str) -> tuple[int, int]:
    """'18:00' to '20:00' on a day, as minutes of the week."""
    first = day.position * MINUTES_A_DAY
    opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in (start, end))
    return first + opens, first + closes + (MINUTES_A_DAY if closes <= opens else 0)


def offer(name: str = "Tuesday kitchen", **changes: Any) -> OfferRow:
    """A free cookery group in the middle of Mansfield on Tuesday mornings, for levels 1 and 2."""
    row = OfferRow(
        id=uuid.uuid5(_NAMES, name),
        name=name,
        kind=OfferKind.COMMUNITY_GROUP,
        source_id=name.lower().replace(" ", "-"),
        lat=53.1450,
        lon=-1.1950,
        place_kind=PlaceKind.EXACT,
        levels=levels(1, 2),
        made_for=levels(1),
        themes=Theme.COOKERY.bit,
        vacancy=Vacancy.OPEN,
        transport_offered=False,
        cost_basis=CostBasis.FREE,
        cost_pence=0,
        sessions=(session(Day.TUE, "10:00", "12:00"),),
        text="We cook a meal together and eat it.",
    )
    return replace(row, **changes)


def levels(*numbers: int) -> int:
    return sum(SupportLevel(number).bit for number in numbers)


def catalogue_of(*rows: OfferRow, thesaurus: Thesaurus | None = None) -> Catalogue:
    return build_catalogue(rows, thesaurus or Thesaurus.empty())


def match(
    document: dict[str, Any],
    *rows: OfferRow,
    home: Place | None = MANSFIELD,
    thesaurus: Thesaurus | None = None,
    today: date = TODAY,
) -> Ranking:
    """Rank *rows* for a needs document; looks for cookery unless it says otherwise."""
    needs = parse_needs({"goals": [{"theme": "cookery"}], **document})
    return rank(needs, catalogue_of(*rows, thesaurus=thesaurus), home=home, today=today)
