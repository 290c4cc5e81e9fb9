"""What a place is, and the errors that tell a reader how to name one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.vocabulary import N_, Word


class Precision(Word):
    """How closely a place is known. The typical errors were measured on live postcodes."""

    POSTCODE = "postcode", N_("This postcode")
    SECTOR = "sector", N_("Near this postcode, within about 1 kilometre")
    OUTCODE = "outcode", N_("The area of this postcode, within about 2 kilometres")


@dataclass(frozen=True, slots=True)
class Place:
    """A point with a name.

    ``label`` is what was found, written the usual way: 'NG18 1AB', 'NG18 1' or 'NG18'.
    ``lat`` and ``lon`` are WGS84 degrees. ``district_code`` is the ONS code of the lower-tier
    district, or None where no one district holds nearly all postcodes of the area.
    """

    label: str
    lat: float
    lon: float
    precision: Precision
    district_code: str | None

    @property
    def postcode(self) -> str | None:
        """The full postcode, if the place is known that closely."""
        return self.label if self.precision is Precision.POSTCODE else None


class PostcodeError(ValueError):
    """What was typed can't be placed.

    ``text`` is the English source of the message and ``params`` fills it, so that a page can
    translate it first; ``str(error)`` is the message in English.
    """

    text: ClassVar[str]

    def __init__(self, **params: str) -> None:
        self.params = params
        super().__init__(self.text % params)


class NotAPostcodeError(PostcodeError):
    """The text has not the shape of a postcode, a sector or an outcode."""

    text = N_("Enter a postcode, like NG18 1AB")


class OutsideGreatBritainError(PostcodeError):
    """A postcode of Northern Ireland, Jersey, Guernsey or the Isle of Man."""

    text = N_("%(typed)s is in %(country)s. Enter a postcode in England, Scotland or Wales")


class UnknownPostcodeError(PostcodeError):
    """The right shape, but there is no such area."""

    text = N_("We cannot find %(typed)s. Check the postcode, or enter only its first half")
