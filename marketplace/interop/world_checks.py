"""What must hold over the whole example world, beyond what one record can show by itself."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from marketplace.interop.world_files import Problem, SeedOffer, SeedProvider
from marketplace.vocabulary import CostBasis, Day, OfferKind, PlaceKind, Vacancy

# Pay below this is against the law for workers of 21 and over (from 1 April 2026).
NATIONAL_LIVING_WAGE = Decimal("12.71")
EVENING_STARTS = 17 * 60
# Two places of one town lie no further apart than this from the town's middle.
TOWN_RADIUS_KM = 7.0
# From this many words on, a sentence that stands in two offers reads as copied.
COPIED_WORDS = 7

_UNWANTED = re.compile(
    r"\b(service[- ]users?|clients?|patients|safe|safely|lorem|vulnerable|suffer(s|ing|ers?)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A located postcode: degrees, and the code of its district where that is known."""

    lat: float
    lon: float
    district: str | None


FindSpot = Callable[[str], Spot | None]
"""Postcode → spot, or None where there is no such postcode."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A provider with the name of the file in which it stands."""

    file: str
    provider: SeedProvider


def check_world(
    world: Iterable[Filed],
    *,
    written_for: dt.date,
    districts: frozenset[str],
    find_spot: FindSpot | None,
) -> list[Problem]:
    """All faults that only show over the whole world, in order of file.

    ``districts`` holds the codes that places may lie in. Without ``find_spot`` the postcodes are
    left unchecked.
    """
    world = list(world)
    problems = [
        *repeated_ids(world),
        *_dates(world, written_for),
        *_wages(world),
        *_words(world),
        *_copied_sentences(world),
    ]
    if find_spot is not None:
        problems.extend(_postcodes(world, districts, find_spot))
    return sorted(problems, key=lambda problem: (problem.file, problem.record, problem.field))


def _offers(world: Iterable[Filed]) -> Iterator[tuple[Filed, SeedOffer]]:
    for filed in world:
        for offer in filed.provider.offers:
            yield filed, offer


def repeated_ids(world: list[Filed]) -> Iterator[Problem]:
    """Ids that stand twice; without them unique the world can't be loaded."""
    providers: dict[str, str] = {}
    offers: dict[str, str] = {}
    for filed in world:
        name = filed.provider.id
        if name in providers:
            yield Problem(filed.file, name, "id", f"also a provider in {providers[name]}")
        providers.setdefault(name, filed.file)
    for filed, offer in _offers(world):
        if offer.id in offers:
            yield Problem(filed.file, offer.id, "id", f"also an offer in {offers[offer.id]}")
        offers.setdefault(offer.id, filed.file)
    names: set[str] = set()
    for filed in world:
        if filed.provider.name in names:
            yield Problem(filed.file, filed.provider.id, "name", "another provider has this name")
        names.add(filed.provider.name)


def _dates(world: list[Filed], written_for: dt.date) -> Iterator[Problem]:
    for filed in world:
        for check in filed.provider.checks:
            if check.seen_on > written_for:
                yield Problem(filed.file, filed.provider.id, "checks", f"seen after {written_for}")
            if check.expires_on is not None and check.expires_on <= check.seen_on:
                yield Problem(filed.file, filed.provider.id, "checks", "expired when it was seen")
    for filed, offer in _offers(world):
        if offer.confirmed is not None and offer.confirmed > written_for:
            yield Problem(filed.file, offer.id, "confirmed", f"after {written_for}")


def _wages(world: list[Filed]) -> Iterator[Problem]:
    for filed, offer in _offers(world):
        if offer.kind is not OfferKind.PERSONAL_ASSISTANT:
            continue
        for cost in offer.costs:
            if cost.basis is CostBasis.HOUR and (cost.amount or 0) < NATIONAL_LIVING_WAGE:
                yield Problem(filed.file, offer.id, "costs", f"below £{NATIONAL_LIVING_WAGE} an hour")


def _words(world: list[Filed]) -> Iterator[Problem]:
    for filed in world:
        texts = {"about": filed.provider.about or "", "name": filed.provider.name}
        yield from _unwanted(filed.file, filed.provider.id, texts)
    for filed, offer in _offers(world):
        texts = {"name": offer.name, "summary": offer.summary, "description": offer.description}
        yield from _unwanted(filed.file, offer.id, texts)
        words = len(offer.summary.split())
        if not 6 <= words <= 24:
            yield Problem(filed.file, offer.id, "summary", f"{words} words; write 8 to 20")
        if not 2 <= len(sentences(offer.description)) <= 6:
            yield Problem(filed.file, offer.id, "description", "write two to five sentences")


def _unwanted(file: str, record: str, texts: dict[str, str]) -> Iterator[Problem]:
    for field, text in texts.items():
        if found := _UNWANTED.search(text):
            yield Problem(file, record, field, f"choose another word than {found.group()!r}")


def sentences(text: str) -> list[str]:
    """Split a text at full stops, question marks and exclamation marks."""
    parts = re.split(r"(?<=[.!?])['\"’”)]*\s+", text.strip())
    return [part for part in parts if part]


def _copied_sentences(world: list[Filed]) -> Iterator[Problem]:
    first_seen: dict[str, str] = {}
    for filed, offer in _offers(world):
        for sentence in sentences(offer.summary) + sentences(offer.description):
            words = re.findall(r"[\w£’'-]+", sentence.lower())
            if len(words) < COPIED_WORDS:
                continue
            key = " ".join(words)
            if key in first_seen:
                yield Problem(
                    filed.file,
                    offer.id,
                    "description",
                    f"{sentence[:60]!r} also stands in {first_seen[key]}",
                )
            first_seen.setdefault(key, offer.id)


def _postcodes(world: list[Filed], districts: frozenset[str], find_spot: FindSpot) -> Iterator[Problem]:
    towns: dict[str, list[tuple[str, str, Spot]]] = defaultdict(list)
    for filed, offer in _offers(world):
        postcode = offer.place.postcode
        if postcode is None:
            continue
        spot = find_spot(postcode)
        if spot is None:
            yield Problem(filed.file, offer.id, "place.postcode", f"{postcode} does not exist")
        elif spot.district not in districts:
            yield Problem(filed.file, offer.id, "place.postcode", f"{postcode} is outside the 15 districts")
        elif offer.place.town:
            towns[offer.place.town].append((filed.file, offer.id, spot))
    for town, members in towns.items():
        lat = median(spot.lat for _, _, spot in members)
        lon = median(spot.lon for _, _, spot in members)
        for file, offer_id, spot in members:
            km = ((spot.lat - lat) ** 2 * 111.2**2 + (spot.lon - lon) ** 2 * 67.0**2) ** 0.5
            if km > TOWN_RADIUS_KM:
                message = f"lies {km:.0f} km from the other places in {town}"
                yield Problem(file, offer_id, "place.postcode", message)


def has_evening(offer: SeedOffer) -> bool:
    """Some session still goes on an hour after the evening starts."""
    return any(session.time.end >= EVENING_STARTS + 60 for session in offer.sessions)


def has_weekend(offer: SeedOffer) -> bool:
    """Some session is on a Saturday or a Sunday."""
    return any(day in (Day.SAT, Day.SUN) for session in offer.sessions for day in session.days)


def figures(world: Iterable[Filed], *, written_for: dt.date) -> list[str]:
    """Lines that describe the world: offers by kind, how scarce evenings are, how much is known."""
    world = list(world)
    offers = [offer for _, offer in _offers(world)]
    lines = [f"{len(world)} providers, {len(offers)} offers"]
    for kind in OfferKind:
        mine = [offer for offer in offers if offer.kind is kind]
        if mine:
            owners = sum(any(offer.kind is kind for offer in filed.provider.offers) for filed in world)
            evening = sum(has_evening(offer) for offer in mine)
            weekend = sum(has_weekend(offer) for offer in mine)
            lines.append(
                f"  {kind}: {len(mine)} offers of {owners} providers, "
                f"{evening} in the evening, {weekend} at weekends"
            )
    if offers:
        half_a_year = dt.timedelta(days=183)
        shares = {
            "full": sum(offer.vacancy is Vacancy.FULL for offer in offers),
            "waiting list": sum(offer.vacancy is Vacancy.WAITING_LIST for offer in offers),
            "vacancies not known": sum(offer.vacancy is Vacancy.NOT_KNOWN for offer in offers),
            "times not known": sum(not offer.sessions for offer in offers),
            "cost not known": sum(not offer.costs for offer in offers),
            "stale": sum(
                offer.confirmed is not None and written_for - offer.confirmed > half_a_year
                for offer in offers
            ),
            "never confirmed": sum(offer.confirmed is None for offer in offers),
            "masked or travelling": sum(
                offer.place.kind in (PlaceKind.MASKED, PlaceKind.TRAVELS_TO_YOU) for offer in offers
            ),
        }
        parts = (f"{name} {100 * count / len(offers):.0f}%" for name, count in shares.items())
        lines.append("  " + ", ".join(parts))
    return lines
