"""Reading what a kept report says of providers and offers that might go."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from marketplace.commissioning.next_offers.closing import NAME
from marketplace.commissioning.report.kept import Reading
from marketplace.gaps.disclosure import Shown
from marketplace.vocabulary import Theme


class LostWish(NamedTuple):
    """People of one district who would find nothing about a theme any more, at least."""

    district_code: str
    theme: Theme
    people: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What is told of one provider or offer; every number is at least."""

    people: Shown
    districts: Mapping[str, Shown]
    wishes: tuple[LostWish, ...]
    offers: Mapping[uuid.UUID, Lost] = field(default_factory=dict)


def lost_by_provider(reading: Reading | None, council_code: str) -> Mapping[uuid.UUID, Lost] | None:
    """Of every provider of whom something is told; None where the report does not tell of it at all."""
    part = None if reading is None else reading.part(NAME, council_code)
    if part is None:
        return None
    return {uuid.UUID(one): _read(lost) for one, lost in part["providers"].items()}


def _read(lost: Mapping[str, Any]) -> Lost:
    return Lost(
        people=Shown(lost["people"]),
        districts={code: Shown(number) for code, number in lost["districts"].items()},
        wishes=tuple(LostWish(code, Theme(theme), Shown(number)) for code, theme, number in lost["wishes"]),
        offers={uuid.UUID(one): _read(of) for one, of in lost.get("offers", {}).items()},
    )
