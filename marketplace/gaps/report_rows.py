"""A gap report as it may be kept and shown: a fixed collection of tables with nothing exact in it.

In every table None is 'not shown': the number would give somebody away. Rows for which nobody asks are left
out. People are those who told us themselves and those of whom practitioners told, each once; the other
sources stand apart.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import SUPPRESSED, Shown
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.sources import DemandSource
from marketplace.gaps.wanted import WantedRow
from marketplace.vocabulary import Theme

REPORT_VERSION = "1"


class ReportVersionError(ValueError):
    """A kept report that other rules made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilTheme:
    """Sums of what is shown of a council's districts, so 'at least about': what is not shown there is not
    in it."""

    theme: Theme
    asked: Shown
    unmet: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilRow:
    code: str
    name: str
    themes: tuple[CouncilTheme, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCount:
    level: int
    """1 to 4, or 5 for people who did not say theirs."""
    asked: Shown
    unmet: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Who could be placed if each place in an offer were given to one person."""

    fitting: Shown
    """People for whom some offer fits."""
    placed: Shown
    """The most of them that can have a place together."""
    greedy: Shown
    """Those who get one where people come one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictRow:
    """Different people of one district, each once."""

    code: str
    name: str
    council_code: str
    asked: Shown | None
    unmet: Shown | None
    """For whom nothing fits one theme or more."""
    levels: tuple[LevelCount, ...] | None
    flow: Flow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HindranceCount:
    hindrance: Hindrance
    unmet: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCount:
    place_key: str
    """As ``Geography.key_of``; empty for people of whom only the district is known."""
    unmet: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRow:
    """People of one district who ask for one theme."""

    district_code: str
    theme: Theme
    asked: Shown | None
    unmet: Shown | None
    main: Hindrance | None
    """What more than half of the unmet meet, and at least 8 of them."""
    hindrances: tuple[HindranceCount, ...] | None
    """Every unmet person in one of them; what is missing is nobody."""
    places: tuple[PlaceCount, ...] | None
    """Every unmet person in one of them; what is missing is nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """What one source brought. Different people of profiles and cases stand without a theme."""

    district_code: str
    theme: Theme | None
    source: DemandSource
    asked: Shown
    unmet: Shown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """Places in offers within reach for one adult of a place, in percent of the mean of its council.

    No asked-for wish is in it: adults are estimated from postcodes. None where the council has nothing.
    """

    place_key: str
    theme: Theme
    car: int | None
    bus: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapReport:
    version: str
    day: date
    councils: tuple[CouncilRow, ...]
    districts: tuple[DistrictRow, ...]
    themes: tuple[ThemeRow, ...]
    wanted: tuple[WantedRow, ...]
    sources: tuple[SourceRow, ...]
    access: tuple[AccessRow, ...]
    ways: int | None = None
    """So many offers that fit a wish were looked at for who could be placed, so at least as many could be as
    ``Flow`` tells; None where all were."""

    def to_json(self) -> dict[str, Any]:
        """Only texts, whole numbers, lists and dictionaries; a star is '*'."""
        document: dict[str, Any] = _plain(self)
        return document

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> GapReport:
        """The report that ``to_json`` gave. Raises ``ReportVersionError`` for one of other rules."""
        if document.get("version") != REPORT_VERSION:
            raise ReportVersionError(f"version {document.get('version')!r} is not {REPORT_VERSION!r}")
        kind: Any = cls
        report: GapReport = _reader(kind)(document)
        return report


def _plain(value: Any) -> Any:
    if isinstance(value, Shown):
        return SUPPRESSED if value.number is None else value.number
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


@cache
def _reader(kind: Any) -> Any:
    """What turns a plain value into one of *kind*."""
    if get_origin(kind) is UnionType:
        (inner,) = (one for one in get_args(kind) if one is not type(None))
        read = _reader(inner)
        return lambda value: None if value is None else read(value)
    if get_origin(kind) is tuple:
        read = _reader(get_args(kind)[0])
        return lambda value: tuple(read(one) for one in value)
    if kind is Shown:
        return lambda value: Shown(None if value == SUPPRESSED else value)
    if is_dataclass(kind):
        readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
        make: Any = kind
        # What an older report doesn't tell is as it is by default.
        return lambda value: make(
            **{name: read(value[name]) for name, read in readers.items() if name in value}
        )
    if kind is date:
        return date.fromisoformat
    return kind if issubclass(kind, Enum) else lambda value: value


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedGap:
    """One gap: most people first."""

    district_code: str
    theme: Theme
    asked: Shown | None
    unmet: Shown
    main: Hindrance | None
    band: TimeBand | None
    """The part of the week in which most of them have time; None where that is not shown."""
    level: int | None
    """The level of most of them in that part; None where that is not shown."""
