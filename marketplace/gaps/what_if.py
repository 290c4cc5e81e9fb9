"""What if there were one more offer, or one less: before and after, in whole districts and places.

One change at a time, out of fixed lists: an offer that could be (``candidates``) in one of three sizes, or
offers that exist taken away (``losses`` counts that for all of them at once). Both are exact inside: whoever
a proposed offer is said to serve finds it when it is put into the catalogue (tests plant it), and who loses
everything is counted anew without the offers.

What is told is 'at least', and 'after' is worked out from shown numbers, never from counts. Three sizes
with known differences would otherwise measure a count to the person: 23 with 8 less, 12 less, 20 less are
rounded differently each time.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from marketplace.gaps.asked import Asked
from marketplace.gaps.bands import spans
from marketplace.gaps.candidates import SIZES, Candidate, Wishes
from marketplace.gaps.counting import Asker, Counted, count
from marketplace.gaps.disclosure import Shown, shown
from marketplace.gaps.geography import Geography
from marketplace.gaps.telling import Rows, Telling, UnmetTables
from marketplace.matching.batch_counts import EVENING
from marketplace.matching.catalogue import GONE, Catalogue, OfferRow
from marketplace.vocabulary import OfferKind, PlaceKind, Vacancy

_PLANTED = uuid.UUID("8d5f5a54-52a1-4d1e-9f0e-3f2b7b1c6a10")
SHORTEST_VISIT = 60
"""Minutes: as long as counts as having time in a part of the week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaChange:
    """People of one district or place whose wish about the theme is not met."""

    area: int
    """Position in the geography."""
    before: Shown | None
    """As in the report; None where the report leaves it out."""
    people: Shown | None
    """Of how many the change is, at least; None where that isn't told."""
    after: Shown | None
    """None where one of the two isn't told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMore:
    """What changes with one more offer."""

    candidate: Candidate
    size: int
    people: Shown | None
    """At least so many want it; None where that isn't told."""
    districts: tuple[AreaChange, ...]
    """All districts of the council, whether anything changes or not. So are the places."""
    places: tuple[AreaChange, ...]

    @property
    def served(self) -> int | None:
        """How many of those shown find a place at a time."""
        return None if self.people is None else min(self.size, self.people.number or 0)


def with_offer(wishes: Wishes, candidate: Candidate, *, size: int, tables: UnmetTables) -> OneMore:
    """What changes where *candidate* is offered with *size* places.

    Where more want it than have a place, each area gets its share of the places.
    Raises ``ValueError`` for a place or a size that is not in the fixed lists.
    """
    if size not in SIZES:
        raise ValueError(f"{size} is not one of the sizes {SIZES}")
    rows = wishes.served_by(candidate)
    geography, theme = wishes.geography, candidate.theme.position
    telling = Telling(wishes.asked, tables)
    people = telling.alone(rows, band=candidate.band)
    council = int(geography.place_council[candidate.place])
    share = min(1.0, size / people.number) if people is not None and people.number else 0.0

    def told(mine: Rows) -> Shown | None:
        return None if people is None else telling.alone(mine, band=candidate.band)

    def less(before: Shown, of: Shown) -> Shown:
        return _rounded((before.number or 0) - share * (of.number or 0))

    return OneMore(
        candidate=candidate,
        size=size,
        people=people,
        districts=tuple(
            _change(int(at), tables.by_theme, theme, told(rows[wishes.asked.district[rows] == at]), less)
            for at in geography.districts_in(council)
        ),
        places=tuple(
            _change(int(at), tables.by_place, theme, told(rows[wishes.asked.place[rows] == at]), less)
            for at in geography.places_in(council)
        ),
    )


def planted(candidate: Candidate, geography: Geography, *, evening: int = EVENING) -> OfferRow:
    """*candidate* as an offer of the catalogue: on through its whole part of the week, for visits of an hour
    or more, fetching whoever needs that. Its price is not known."""
    return OfferRow(
        id=uuid.uuid5(_PLANTED, candidate.key(geography)),
        name=candidate.key(geography),
        kind=OfferKind.COMMUNITY_GROUP,
        lat=float(geography.lat[candidate.place]),
        lon=float(geography.lon[candidate.place]),
        place_kind=PlaceKind.EXACT,
        levels=candidate.level.bit,
        made_for=candidate.level.bit,
        themes=candidate.theme.bit,
        vacancy=Vacancy.OPEN,
        transport_offered=True,
        flexible=True,
        shortest_visit_minutes=SHORTEST_VISIT,
        sessions=tuple((start, end) for band, start, end in spans(evening) if band is candidate.band),
    )


def lost_without(
    askers: Sequence[Asker],
    before: Counted,
    catalogue: Catalogue,
    geography: Geography,
    offers: Collection[uuid.UUID],
    *,
    today: date,
    first_person: int = 0,
) -> Asked:
    """The rows of *before* that are met and would not be without *offers*: exact, and not to be shown.

    *before* is what ``counting.count`` counted of *askers* on *catalogue*, with pairs and *first_person*. Counted anew are only
    those whom one of the offers fits. Offers that aren't in the catalogue change nothing.
    """
    gone = [catalogue.row_of[one] for one in offers if one in catalogue.row_of]
    whom = np.repeat(np.arange(len(askers)), np.diff(before.fitting.first))
    them = np.unique(whom[np.isin(before.fitting.rows, gone)])
    vacancy = catalogue.columns.vacancy.copy()
    vacancy[gone] = GONE
    rest = replace(catalogue, columns=catalogue.columns._replace(vacancy=vacancy))
    after = count([askers[one] for one in them.tolist()], rest, geography, today=today).asked
    unmet = {
        (int(them[person]) + first_person, theme)
        for person, theme, met in zip(after.person, after.theme, after.met, strict=True)
        if not met
    }
    rows = np.flatnonzero(before.asked.met).tolist()
    lost = [row for row in rows if (int(before.asked.person[row]), before.asked.theme[row]) in unmet]
    return before.asked.where(np.array(lost, dtype=np.int64))


def _change(
    area: int,
    table: Mapping[tuple[int, ...], Shown],
    theme: int,
    people: Shown | None,
    after: Callable[[Shown, Shown], Shown],
) -> AreaChange:
    before = table.get((area, theme))
    told = people if before is not None else None
    return AreaChange(
        area=area,
        before=before,
        people=told,
        after=None if before is None or told is None or before.is_suppressed else after(before, told),
    )


def _rounded(number: float) -> Shown:
    return shown(max(0, round(number)))
