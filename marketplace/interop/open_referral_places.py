"""Locations of Open Referral as places of ours. What can't be located is still listed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from marketplace.geo.distance import distance_km
from marketplace.geo.places import Place, PostcodeError, Precision
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.interop.foreign_text import identifier, one_line
from marketplace.interop.open_referral_words import listed
from marketplace.vocabulary import PlaceKind

FAR_KM = 5.0
"""A point further than this from its own postcode is a slip: the address counts."""
_BRITAIN = (49.0, 61.5, -9.0, 2.5)
"""South, north, west, east."""
_LONGEST_ID = 120


@dataclass(slots=True, kw_only=True)
class Spot:
    """Where a service happens: one of its locations, with the schedules that hold only there."""

    location_id: str | None
    kind: PlaceKind
    name: str | None = None
    street: str | None = None
    town: str | None = None
    postcode: str | None = None
    lat: float | None = None
    lon: float | None = None
    precision: Precision | None = None
    district_code: str | None = None
    access: list[str] = field(default_factory=list)
    schedules: list[dict[str, Any]] = field(default_factory=list)


def spots_of(service: dict[str, Any], directory: PostcodeDirectory) -> tuple[list[Spot], list[str]]:
    """The places of a service, each once, and what could not be read of them.

    A postal address is where letters go, not where people do: it is no place.
    """
    spots: dict[str, Spot] = {}
    problems: list[str] = []
    links = listed(service.get("service_at_locations")) or [
        {"location": location} for location in listed(service.get("locations"))
    ]
    for number, link in enumerate(links):
        location = link.get("location")
        if not isinstance(location, dict):
            continue
        spot, problem = _spot(location, directory)
        if problem:
            problems.append(problem)
        if spot is None:
            continue
        spot.location_id = spot.location_id or identifier(link.get("id"), _LONGEST_ID)
        spot.schedules = [
            schedule
            for name in ("schedules", "regular_schedule", "regular_schedules")
            for schedule in listed(link.get(name))
        ]
        key = spot.location_id or f"place {number}"
        if key in spots:
            spots[key].schedules += spot.schedules
        else:
            spots[key] = spot
    return list(spots.values()), problems


def _spot(location: dict[str, Any], directory: PostcodeDirectory) -> tuple[Spot | None, str | None]:
    location_id = identifier(location.get("id"), _LONGEST_ID)
    kind = str(location.get("location_type") or "").strip().lower()
    if kind == "virtual":
        return Spot(location_id=location_id, kind=PlaceKind.ONLINE), None
    if kind == "postal":
        return None, None
    address = _address(location)
    found, problem = _located(location, address, directory)
    spot = Spot(
        location_id=location_id,
        kind=PlaceKind.EXACT,
        name=one_line(location.get("name"), 200) or None,
        street=_street(address),
        town=one_line(address.get("city") or address.get("region"), 100) or None,
        postcode=_postcode(address, directory),
        access=_access(location),
    )
    if found:
        spot.lat, spot.lon, spot.precision = found.lat, found.lon, found.precision
        spot.district_code = found.district_code
    if not (spot.name or spot.street or spot.town or spot.postcode or found):
        return None, problem
    return spot, problem


def _address(location: dict[str, Any]) -> dict[str, Any]:
    """The address to go to: version 3's ``addresses``, version 1's ``physical_addresses``."""
    addresses = listed(location.get("addresses")) + listed(location.get("physical_addresses"))
    for address in addresses:
        if str(address.get("address_type") or "").lower() != "postal":
            return address
    # A place to visit whose only address is called postal: the label is the slip, not the address.
    return addresses[0] if addresses else {}


def _street(address: dict[str, Any]) -> str | None:
    lines = [one_line(address.get(name), 150) for name in ("address_1", "address_2")]
    return one_line(", ".join(line for line in lines if line), 200) or None


def _postcode(address: dict[str, Any], directory: PostcodeDirectory) -> str | None:
    place = _of_postcode(address, directory)
    if place is None:
        return None
    # A postcode that is not listed may be new: it is kept as it was written, in the usual spacing.
    typed = "".join(one_line(address.get("postal_code"), 16).upper().split())
    if place.postcode is None and re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}", typed):
        return f"{typed[:-3]} {typed[-3:]}"
    return place.label


def _of_postcode(address: dict[str, Any], directory: PostcodeDirectory) -> Place | None:
    text = one_line(address.get("postal_code"), 16)
    try:
        return directory.lookup(text) if text else None
    except PostcodeError:
        return None


def _located(
    location: dict[str, Any], address: dict[str, Any], directory: PostcodeDirectory
) -> tuple[Place | None, str | None]:
    """Where the location lies: its own point if that is sane, else the point of its postcode."""
    by_postcode = _of_postcode(address, directory)
    lat, lon = _degrees(location.get("latitude")), _degrees(location.get("longitude"))
    if lat is None or lon is None or (lat == 0 and lon == 0):
        unread = address.get("postal_code") and by_postcode is None
        problem = f"postcode {one_line(address.get('postal_code'), 16)!r} was not found" if unread else None
        return by_postcode, problem
    south, north, west, east = _BRITAIN
    if not (south <= lat <= north and west <= lon <= east):
        return by_postcode, f"the point {lat}, {lon} is not in Great Britain"
    if by_postcode is None:
        return Place("", lat, lon, Precision.POSTCODE, None), None
    close = {Precision.POSTCODE: FAR_KM, Precision.SECTOR: 3 * FAR_KM, Precision.OUTCODE: 6 * FAR_KM}
    away = float(distance_km(lat, lon, by_postcode.lat, by_postcode.lon))
    if away > close[by_postcode.precision]:
        return by_postcode, f"the point {lat}, {lon} is {away:.0f} km from {by_postcode.label}"
    return Place(by_postcode.label, lat, lon, Precision.POSTCODE, by_postcode.district_code), None


def _degrees(value: object) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        degrees = float(str(value).strip())
    except ValueError:
        return None
    return degrees if math.isfinite(degrees) else None


def _access(location: dict[str, Any]) -> list[str]:
    """What is said about access: version 3's ``accessibility``, version 1's longer name."""
    entries = []
    for entry in listed(location.get("accessibility")) + listed(
        location.get("accessibility_for_disabilities")
    ):
        named = one_line(entry.get("description") or entry.get("accessibility"), 1000)
        details = one_line(entry.get("details"), 1000)
        short = len(details.split()) <= 3
        entries.append(f"{named}: {details}" if named and details and short else f"{named}. {details}")
    if isinstance(location.get("accessibility"), str):
        entries.append(one_line(location["accessibility"], 1000))
    return [entry for entry in entries if entry.strip(" .")]
