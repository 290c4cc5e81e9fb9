"""What matching gives back: plain, typed, with every sentence still translatable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from marketplace.matching.needs import clock
from marketplace.vocabulary import Day, OfferKind, Part, Repeats, Stop, SupportLevel, TravelMode, Word


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence: a source text with ``%(name)s`` places, and what goes into them.

    A value that is a word of the vocabulary is shown by its label, another ``Say`` by its own
    sentence, and a tuple as a list ('a, b and c'); each is translated with the sentence.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def render(self, translate: Callable[[str], str]) -> str:
        shown = {name: _shown(value, translate) for name, value in self.values.items()}
        return translate(self.text) % shown if shown else translate(self.text)

    def __str__(self) -> str:
        return self.render(lambda text: text)


def _shown(value: object, translate: Callable[[str], str]) -> str:
    if isinstance(value, Say):
        return value.render(translate)
    if isinstance(value, Word | SupportLevel):
        return translate(value.label)
    if isinstance(value, tuple):
        items = [_shown(item, translate) for item in value]
        if len(items) < 2:
            return "".join(items)
        last = f"{translate('and')} {items[-1]}"
        # 'Monday and Tuesday 9am to 10am, and Friday midday to 1pm': items with an 'and' of their own.
        inner = any(mark in item for item in items for mark in (", ", f" {translate('and')} "))
        return f"{', '.join(items[:-1])}{',' if inner else ''} {last}"
    return str(value)


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part of a score. ``weight`` is its share after parts not known were left out."""

    part: Part
    score: float
    weight: float
    reason: Say


@dataclass(frozen=True, slots=True)
class SessionTime:
    """A session in Europe/London wall-clock time; minutes from Monday 00:00."""

    start: int
    end: int
    whole: bool
    """The person can come to all of it."""
    repeats: Repeats = Repeats.WEEKLY

    @property
    def day(self) -> Day:
        return list(Day)[self.start // 1440 % 7]

    def document(self) -> dict[str, str]:
        document = {
            "day": self.day.value,
            "start": clock(self.start),
            "end": clock(self.end, is_end=True),
        }
        if self.repeats is not Repeats.WEEKLY:
            document["repeats"] = self.repeats.value
        return document


@dataclass(frozen=True, slots=True)
class Companion:
    """The supporting offer (a PA, a buddy, transport) that makes a match work."""

    offer: UUID
    source_id: str | None
    name: str
    kind: OfferKind
    weekly_cost: Decimal | None
    """Its own share of the match's weekly cost."""
    reason: Say
    price: Say
    """Both prices in words; where one is not known, at least how much."""
    tells_times: bool
    """``reason`` names the times at which the two work together."""

    def document(self) -> dict[str, Any]:
        return {
            "offer": str(self.offer),
            "source_id": self.source_id,
            "name": self.name,
            "kind": self.kind.value,
            "weekly_cost": None if self.weekly_cost is None else str(self.weekly_cost),
            "reason": str(self.reason),
            "price": str(self.price),
        }


@dataclass(frozen=True, slots=True)
class Match:
    offer: UUID
    row: int
    """The offer's row in the catalogue that was searched."""
    source_id: str | None
    name: str
    kind: OfferKind
    score: float
    confidence: float
    """Share of the weights, 0–1, whose facts were known."""
    parts: tuple[PartScore, ...]
    ask: tuple[Say, ...]
    minutes: int | None
    mode: TravelMode | None
    """How the person gets there; None where someone comes to them or it is not known."""
    distance_km: float | None
    weekly_cost: Decimal | None
    """One visit a week, with the way there and back, and with the companion; None if not all is known."""
    travel_cost: Decimal | None
    sessions: tuple[SessionTime, ...]
    companion: Companion | None = None
    way: Say | None = None
    """How the person gets there, or that it is not known; None where their home is not known."""
    price: Say | None = None
    """What one visit a week costs with the way there; None where the offer's own price says it all."""

    def document(self) -> dict[str, Any]:
        return {
            "offer": str(self.offer),
            "source_id": self.source_id,
            "name": self.name,
            "kind": self.kind.value,
            "score": self.score,
            "confidence": self.confidence,
            "parts": [
                {
                    "name": part.part.value,
                    "score": part.score,
                    "weight": part.weight,
                    "reason": str(part.reason),
                }
                for part in self.parts
            ],
            "ask": [str(question) for question in self.ask],
            "minutes": self.minutes,
            "distance_km": self.distance_km,
            "weekly_cost": None if self.weekly_cost is None else str(self.weekly_cost),
            "sessions": [session.document() for session in self.sessions],
            "with": None if self.companion is None else self.companion.document(),
        }


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An offer with exactly one hard stop, and what would remove it."""

    offer: UUID
    row: int
    name: str
    kind: OfferKind
    stop: Stop
    would_help: Say

    def document(self) -> dict[str, Any]:
        return {
            "offer": str(self.offer),
            "name": self.name,
            "kind": self.kind.value,
            "stop": self.stop.value,
            "would_help": str(self.would_help),
        }


@dataclass(frozen=True, slots=True)
class HelpfulChange:
    """One change to the needs and how many more matches it would really give."""

    change: Say
    more_matches: int

    def document(self) -> dict[str, Any]:
        return {"change": str(self.change), "more_matches": self.more_matches}


@dataclass(frozen=True, slots=True)
class Result:
    reference: str
    matches: tuple[Match, ...]
    total: int
    """How many offers fit in all, of which ``matches`` are the first."""
    near_misses: tuple[NearMiss, ...]
    what_would_help: tuple[HelpfulChange, ...]
    version: str
    """Version of the rules, so that a kept result can be explained later."""

    def document(self) -> dict[str, Any]:
        return {
            "reference": self.reference,
            "matches": [match.document() for match in self.matches],
            "total": self.total,
            "near_misses": [miss.document() for miss in self.near_misses],
            "what_would_help": [change.document() for change in self.what_would_help],
            "version": self.version,
        }
