"""Who could find an offer that is being written: from the kept weekly counts, never from people.

The count of everyone whom a draft would fit is what a reader could subtract: the same draft with one
hour less, or one theme more, and the difference is a person. So this reads the table that everyone may
see, finds the rows that the draft is in, and takes the largest. Whatever is typed, nothing comes out
that is not in that table (docs/decisions.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.gaps.bands import TimeBand, bands_of
from marketplace.gaps.disclosure import NOBODY, Shown, at_least
from marketplace.gaps.wanted import ALL_LEVELS, LEVEL_NOT_SAID
from marketplace.geo.districts import district_name, read_districts
from marketplace.listing.wanted.areas import district_of
from marketplace.listing.wanted.models import WantedCount
from marketplace.listing.wanted.queries import day_of_counts
from marketplace.matching.needs import MINUTES_A_DAY, Window
from marketplace.offers.said import OfferDocument
from marketplace.vocabulary import SupportLevel, Theme
from marketplace.web import current_settings
from marketplace.web.places import postcode_directory


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people of one district ask for what a draft says, at its times and levels."""

    shown: Shown
    """The largest of the rows that it is in: there are at least about so many."""
    district: str
    """Its name."""
    counted_on: date
    of_levels: bool
    """Whether only people at the draft's levels are in it; else people at all levels are."""


def who_can_find(session: Session, document: OfferDocument) -> Shown | None:
    """People of the district of the draft's postcode who agreed to be counted, and ask for one of its
    themes at one of its times and levels. None where the postcode or what it is about is not known, or
    nobody has counted yet. One query."""
    found = reach(session, document)
    return None if found is None else found.shown


def reach(session: Session, document: OfferDocument) -> Reach | None:
    """The same with what it is a count of."""
    settings = current_settings()
    district = district_of(document.place, postcode_directory())
    themes = document.themes or document.suggested
    if district is None or not themes:
        return None
    evening = settings.evening_starts.hour * 60 + settings.evening_starts.minute
    rows = session.scalars(
        select(WantedCount)
        .where(
            WantedCount.district_code == district,
            WantedCount.theme.in_(themes),
            WantedCount.band.in_(_bands(document, evening)),
        )
        .order_by(WantedCount.theme, WantedCount.band, WantedCount.level)
    ).all()
    day = rows[0].counted_on if rows else day_of_counts(session)
    if day is None:
        return None
    of_levels = bool(document.levels) and set(document.levels) != set(SupportLevel)
    counts, all_by_level = _counts(rows, document.levels if of_levels else ())
    return Reach(
        shown=at_least(counts),
        district=district_name(district, read_districts(settings.seeds_dir)),
        counted_on=day,
        of_levels=of_levels and all_by_level,
    )


def reach_words(found: Reach) -> str:
    """One sentence, as the page of a draft says it."""
    number = found.shown.number
    if number == 0:
        return _("In %(district)s nobody has asked for this yet.", district=found.district)
    if number is None:
        return _("In %(district)s 1 to 7 people ask for this.", district=found.district)
    if found.of_levels:
        return _(
            "In %(district)s at least about %(number)s people at these levels ask for this.",
            district=found.district,
            number=number,
        )
    return _(
        "In %(district)s at least about %(number)s people ask for this.",
        district=found.district,
        number=number,
    )


def _bands(document: OfferDocument, evening: int) -> list[TimeBand]:
    """The parts of the week in which it is on; without times every part. Who said no times may come."""
    if not document.sessions:
        return list(TimeBand)
    windows = tuple(
        Window(
            one.day.position * MINUTES_A_DAY + one.starts,
            one.day.position * MINUTES_A_DAY + one.ends,
        )
        for one in document.sessions
    )
    return sorted(bands_of(windows, evening) | {TimeBand.NOT_SAID})


def _counts(rows: Iterable[WantedCount], levels: Iterable[SupportLevel]) -> tuple[list[Shown], bool]:
    """A count for each theme and part of the week, and whether all of them are of *levels* only.

    Levels are parts of one row, so their shown numbers may be added; a star adds at least nobody.
    """
    cells: dict[tuple[Theme, TimeBand], dict[int, Shown]] = defaultdict(dict)
    for row in rows:
        if row.asked is not None:
            cells[row.theme, row.band][row.level] = row.asked
    wanted = {int(level) for level in levels} | {LEVEL_NOT_SAID}
    counts, by_level = [], True
    for cell in cells.values():
        parts = {level: one for level, one in cell.items() if level != ALL_LEVELS}
        if len(wanted) == 1 or not parts:
            by_level = by_level and len(wanted) > 1 and cell[ALL_LEVELS].is_suppressed
            counts.append(cell[ALL_LEVELS])
            continue
        mine = [one for level, one in parts.items() if level in wanted]
        total = sum(one.number or 0 for one in mine)
        counts.append(Shown(total) if total else at_least(mine) if mine else NOBODY)
    return counts, by_level
