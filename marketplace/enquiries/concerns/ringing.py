"""Whom the reader of a page can ring: their own council first, as far as we know where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g
from sqlalchemy import select

from marketplace.accounts.current import current_account
from marketplace.db import get_session
from marketplace.enquiries.concerns.models import CouncilNumber, NumberFor
from marketplace.enquiries.concerns.numbers import numbers_by_council
from marketplace.geo.council_areas import council_code, councils
from marketplace.geo.districts import read_districts
from marketplace.geo.postcodes import PostcodeError
from marketplace.people.access import current_person
from marketplace.people.models import Person
from marketplace.people.visitor import current_answers
from marketplace.web import current_settings
from marketplace.web.places import find_place


@dataclass(frozen=True, slots=True)
class CouncilToRing:
    """A council and its numbers, by what they are for."""

    name: str
    numbers: Mapping[NumberFor, CouncilNumber]

    @property
    def safeguarding(self) -> CouncilNumber | None:
        return self.numbers.get(NumberFor.SAFEGUARDING)

    @property
    def out_of_hours(self) -> CouncilNumber | None:
        return self.numbers.get(NumberFor.OUT_OF_HOURS)

    @property
    def social_care(self) -> CouncilNumber | None:
        return self.numbers.get(NumberFor.SOCIAL_CARE)


@dataclass(frozen=True, slots=True)
class WhomToRing:
    """*own* is None where we don't know where the reader is, or their council told no number here."""

    own: CouncilToRing | None
    area: str
    """The name of the reader's council, also of one without a number; '' where it is not known."""
    others: tuple[CouncilToRing, ...]


def whom_to_ring() -> WhomToRing:
    """For the page of this request. Two statements, and one for a person who is signed in."""
    names = councils(read_districts(current_settings().seeds_dir))
    known = {
        code: CouncilToRing(names.get(code, code), numbers)
        for code, numbers in numbers_by_council(get_session()).items()
    }
    code = council_code(_district()) or ""
    others = sorted((one for other, one in known.items() if other != code), key=lambda one: one.name)
    return WhomToRing(own=known.get(code), area=names.get(code, ""), others=tuple(others))


def _district() -> str | None:
    """Where the person of the page lives, else whoever is signed in, else what a visitor answered."""
    if "relation" in g:
        return current_person().district_code
    account = current_account()
    if account is not None:
        own = select(Person.district_code).where(Person.account_id == account.id)
        found = get_session().scalar(own.limit(1))
        if found:
            return found
    postcode = current_answers().get("postcode")
    if not isinstance(postcode, str) or not postcode:
        return None
    try:
        return find_place(postcode).district_code
    except PostcodeError:
        return None
