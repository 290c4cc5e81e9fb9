"""Random offers and people for tests that hold several readings of the rules together."""

from __future__ import annotations

import random
import uuid
from typing import Any

from marketplace.matching.catalogue import OfferRow
from marketplace.vocabulary import (
    CostBasis,
    Day,
    Feature,
    OfferKind,
    PlaceKind,
    Priority,
    Repeats,
    Theme,
    TravelMode,
    TravelPass,
    Vacancy,
)

_WORDS = (
    "We cook and bake a meal together. Swimming in the warm pool with a hoist. A choir that sings old songs. "
    "Woodwork bench and joinery. Gardening on the allotment. Football and keep fit. Coffee and a chat with friends. "
    "Learn to use a tablet. Catch the bus on your own. Shop for food in town. Walk dogs by the river. Paint and draw."
).split(". ")
_SAID = (
    "I want to make my own tea",
    "swimming but not the gym",
    "somewhere for dad during the day",
    "I used to be a joiner",
    "sing in a choir",
    "footy with my mates",
    "get the bus by myself",
    "nothing of the sort here",
)


def random_offer(rng: random.Random, number: int) -> OfferRow:
    """An offer within 40 km of Mansfield, with every field sometimes not known."""
    basis = rng.choice([None, *CostBasis])
    yes = _mask(rng, Feature, 4)
    sessions = _sessions(rng)
    return OfferRow(
        id=uuid.UUID(int=rng.getrandbits(128)),
        name=f"Offer {number}",
        kind=rng.choice(list(OfferKind)),
        lat=rng.choice([None, *[53.14 + rng.uniform(-0.3, 0.3)] * 9]),
        lon=-1.2 + rng.uniform(-0.4, 0.4),
        place_kind=rng.choice([None, *PlaceKind, PlaceKind.EXACT, PlaceKind.EXACT]),
        radius_km=rng.choice([4.0, 9.5, 25.0]),
        levels=rng.choice([0, *range(1, 16)]),
        made_for=rng.randrange(16),
        themes=_mask(rng, Theme, 4),
        suggested_themes=_mask(rng, Theme, 2),
        features_yes=yes,
        features_no=_mask(rng, Feature, 3) & ~yes,
        min_age=rng.choice([None, 16, 18, 50]),
        max_age=rng.choice([None, None, 64]),
        vacancy=rng.choice([*Vacancy, Vacancy.OPEN, Vacancy.OPEN, Vacancy.OPEN]),
        transport_offered=rng.choice([None, True, False]),
        transport_radius_km=rng.choice([None, 5.0, 15.0]),
        transport_pence=rng.choice([None, 0, 450]),
        flexible=rng.random() < 0.3,
        shortest_visit_minutes=rng.choice([None, 60, 120, 180]),
        cost_basis=basis,
        cost_pence=None if basis is None else 0 if basis is CostBasis.FREE else rng.choice([250, 1433, 6800]),
        sessions=sessions,
        repeats=tuple(rng.choice([Repeats.WEEKLY, *Repeats]) for _ in sessions),
        text=" ".join(rng.sample(_WORDS, 2)),
    )


def random_needs(rng: random.Random) -> dict[str, Any]:
    """A needs document in which every field is sometimes absent."""
    whole: dict[str, Any] = {
        "goals": [_goal(rng) for _ in range(rng.choice([1, 1, 2, 4]))],
        "postcode": "NG18 1AB",
        "support_level": rng.randint(1, 4),
        "age": rng.choice([17, 30, 60, 80]),
        "travel": {
            "modes": rng.sample(list(TravelMode), rng.choice([0, 1, 2, 4])),
            "max_minutes": rng.choice([10, 25, 40, 90]),
            "with_support": rng.random() < 0.4,
            "passes": rng.sample(list(TravelPass), rng.choice([0, 1])),
        },
        "when": {day.value: [_range(rng)] for day in rng.sample(list(Day), rng.choice([1, 2, 5]))},
        "hours_wanted": rng.choice([2, 6.5, 20]),
        "shortest_visit_minutes": rng.choice([45, 120, 240]),
        "must_have": rng.sample(list(Feature), rng.choice([0, 0, 1, 2])),
        "would_like": rng.sample(list(Feature), rng.choice([0, 2, 4])),
        "weekly_budget": rng.choice(["0", "12.50", "60.00", "200.00"]),
        "matters_most": rng.sample(list(Priority), rng.choice([0, 1, 3])),
    }
    needs = {name: value for name, value in whole.items() if name == "goals" or rng.random() < 0.75}
    if rng.random() < 0.5:
        needs["carer"] = random_carer(rng)
    return needs


def random_carer(rng: random.Random) -> dict[str, Any]:
    """What a carer told, in which every field is sometimes absent."""
    whole: dict[str, Any] = {
        "works": {day.value: [_range(rng)] for day in rng.sample(list(Day), rng.choice([1, 3, 5]))},
        "shortest_break_minutes": rng.choice([61, 180, 400]),
        "breaks_wanted_hours": rng.choice([1, 6.5, 20]),
        "notice_days": rng.choice([2, 7]),
    }
    return {name: value for name, value in whole.items() if rng.random() < 0.6}


def _goal(rng: random.Random) -> dict[str, Any]:
    goal: dict[str, Any] = {"importance": rng.randint(1, 3)}
    form = rng.choice(["theme", "text", "both"])
    if form != "text":
        goal["theme"] = rng.choice(list(Theme))
    if form != "theme":
        goal["text"] = rng.choice(_SAID)
    return goal


def _sessions(rng: random.Random) -> tuple[tuple[int, int], ...]:
    """At random over the week; in one of three offers others begin as some of them end."""
    sessions = [_session(rng) for _ in range(rng.choice([0, 1, 1, 2, 5]))]
    if rng.random() < 0.35:
        for _ in range(rng.choice([1, 2, 4]) if sessions else 0):
            _, start = rng.choice(sessions)
            if start < 7 * 1440:
                sessions.append((start, start + rng.choice([45, 60, 120, 180])))
    return tuple(sessions)


def _session(rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(0, 7 * 1440, 15)
    return start, start + rng.choice([45, 60, 90, 120, 360, 600, 1440])


def _range(rng: random.Random) -> str:
    start = rng.randrange(0, 24 * 4)
    end = (start + rng.randrange(1, 60)) % 96
    if end == start:
        end = (end + 4) % 96
    return f"{start // 4:02d}:{start % 4 * 15:02d}-{end // 4:02d}:{end % 4 * 15:02d}"


def _mask(rng: random.Random, members: Any, most: int) -> int:
    return sum(member.bit for member in rng.sample(list(members), rng.randint(0, most)))
