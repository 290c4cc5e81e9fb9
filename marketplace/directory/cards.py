"""An offer in brief, as lists show it, and its pin on the map beside the list."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.directory import words
from marketplace.directory.map_drawing import Pin
from marketplace.offers.models import Offer
from marketplace.offers.public_place import Point
from marketplace.vocabulary import OfferKind, Origin, PlaceKind, Theme, Vacancy

MOST_THEMES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One offer in a list. ``number`` is its pin's; None where it has no point to show."""

    id: uuid.UUID
    number: int
    point: Point | None
    is_area: bool
    name: str
    kind: OfferKind
    provider: str | None
    """The provider's public name, unless the offer's name already says it."""
    is_named: bool
    """Its provider has a name: some listings of other directories don't say who runs them."""
    summary: str
    where: str
    away: str | None
    when: str
    cost: str
    vacancy: Vacancy
    themes: tuple[Theme, ...]
    ask_first: str
    """That nobody has confirmed it, or not for long; '' where it is fresh."""

    @property
    def anchor(self) -> str:
        return f"offer-{self.number}"


def card(
    offer: Offer, *, number: int, point: Point | None, km: float | None, today: date, whom: str = ""
) -> Card:
    """The card of a public offer whose provider, place, times, costs and themes are loaded.

    *whom* is the person for whom somebody else reads it.
    """
    kind = offer.place.kind if offer.place else None
    provider = words.public_name(offer.provider)
    return Card(
        id=offer.id,
        number=number,
        point=point,
        is_area=kind is not PlaceKind.EXACT,
        name=offer.name,
        kind=offer.kind,
        provider=None if provider.casefold() in offer.name.casefold() else provider,
        is_named=offer.provider.is_named,
        summary=offer.summary,
        where=words.where(offer.place, whom=whom),
        away=words.away(km, offer.place),
        when=words.when_with_break(offer, today=today),
        cost=words.cost_in_short(offer),
        vacancy=offer.vacancy,
        # Only what the provider said: a card has no room to say that a theme is a suggestion.
        themes=tuple(theme.theme for theme in offer.themes if theme.origin is Origin.STATED)[:MOST_THEMES],
        ask_first=words.ask_first(offer, today=today),
    )


def pins(cards: Iterable[Card]) -> Sequence[Pin]:
    """Pins of the cards that have a point, with the cards' numbers, each a link to its card."""
    return [
        Pin(
            lat=card.point[0],
            lon=card.point[1],
            label=str(card.number),
            title=card.name,
            is_area=card.is_area,
            href=f"#{card.anchor}",
        )
        for card in cards
        if card.point is not None
    ]
