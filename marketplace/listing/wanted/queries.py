"""Reading the kept counts of what people want, for the districts of one provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.wanted import ALL_LEVELS
from marketplace.listing.wanted.models import WantedCount
from marketplace.vocabulary import N_, Theme, Word


class WantedOrder(Word):
    """In which order what people want is listed."""

    MOST = "most", N_("Most people first")
    THEME = "theme", N_("What they want")
    TIME = "time", N_("Days and times")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One line: what people of one district want in one part of the week, and nothing fits."""

    district_code: str
    theme: Theme
    band: TimeBand
    people: Shown
    levels: tuple[tuple[int, Shown], ...]
    """People by level; empty where that is not told."""
    hindrance: Hindrance | None
    counted_on: date


def day_of_counts(session: Session) -> date | None:
    """The day on which people were counted last; None before the first count."""
    return session.scalar(select(func.max(WantedCount.counted_on)))


def wanted_in(
    session: Session,
    districts: Sequence[str],
    *,
    theme: Theme | None = None,
    band: TimeBand | None = None,
    level: int | None = None,
    order: WantedOrder = WantedOrder.MOST,
) -> list[Wanted]:
    """What people of *districts* want and nothing fits, each district apart, in one query.

    With a *level* only lines of which it is told that there are people at it.
    """
    if not districts:
        return []
    query = (
        select(WantedCount)
        .where(WantedCount.district_code.in_(districts), WantedCount.unmet.is_not(None))
        .order_by(WantedCount.district_code, WantedCount.theme, WantedCount.band, WantedCount.level)
    )
    if theme is not None:
        query = query.where(WantedCount.theme == theme)
    if band is not None:
        query = query.where(WantedCount.band == band)
    wholes: dict[tuple[str, Theme, TimeBand], WantedCount] = {}
    levels: dict[tuple[str, Theme, TimeBand], list[tuple[int, Shown]]] = {}
    for row in session.scalars(query):
        key = (row.district_code, row.theme, row.band)
        if row.unmet is None or row.unmet.number == 0:
            continue
        if row.level == ALL_LEVELS:
            wholes[key] = row
        else:
            levels.setdefault(key, []).append((row.level, row.unmet))
    lines = [
        Wanted(
            district_code=row.district_code,
            theme=row.theme,
            band=row.band,
            people=row.unmet,
            levels=tuple(levels.get(key, ())),
            hindrance=row.hindrance,
            counted_on=row.counted_on,
        )
        for key, row in wholes.items()
        if row.unmet is not None
    ]
    if level is not None:
        lines = [line for line in lines if level in dict(line.levels)]
    place = {code: number for number, code in enumerate(districts)}
    return sorted(lines, key=lambda line: (place[line.district_code], *_order(line, order)))


def _order(line: Wanted, order: WantedOrder) -> tuple[int, ...]:
    what, when, people = line.theme.position, line.band.position, -line.people.least
    match order:
        case WantedOrder.THEME:
            return (what, when)
        case WantedOrder.TIME:
            return (when, people, what)
        case _:
            return (people, what, when)
