"""The public offers as columns in memory: derived from the database, never the truth itself.

One row is one offer. Everything a rule looks at is a number in an array, so that the same code
answers one person, many people and the gap report. Words for pages (descriptions, addresses) are
not here: they are read for the few offers that are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt

from marketplace.matching.text import TextIndex, Thesaurus
from marketplace.vocabulary import CostBasis, OfferKind, PlaceKind, Theme, Vacancy

KINDS = tuple(OfferKind)
BASES = tuple(CostBasis)
PLACE_KINDS = tuple(PlaceKind)
VACANCIES = tuple(Vacancy)

NOT_KNOWN = -1

Ints = npt.NDArray[np.int32]
Bits = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """What matching needs to know of one offer. Masks are sums of the members' ``bit``."""

    id: UUID
    name: str
    kind: OfferKind
    source_id: str | None = None
    lat: float | None = None
    lon: float | None = None
    place_kind: PlaceKind | None = None
    radius_km: float | None = None
    levels: int = 0
    """Support levels that it can serve; 0 is not known."""
    made_for: int = 0
    themes: int = 0
    suggested_themes: int = 0
    features_yes: int = 0
    features_no: int = 0
    min_age: int | None = None
    max_age: int | None = None
    vacancy: Vacancy = Vacancy.NOT_KNOWN
    transport_offered: bool | None = None
    transport_radius_km: float | None = None
    transport_pence: int | None = None
    """There and back."""
    flexible: bool = False
    shortest_visit_minutes: int | None = None
    cost_basis: CostBasis | None = None
    cost_pence: int | None = None
    """The lowest price of the basis that a single visit is charged by."""
    cost_is_range: bool = False
    funding: int = 0
    sessions: tuple[tuple[int, int], ...] = ()
    """Start and end in minutes from Monday 00:00; an end may lie past midnight."""
    text: str = ""
    """Name, summary and description: the words that a goal is compared with."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Columns over ``n`` offers, and flat columns over all their sessions.

    Not known is NaN for distances and coordinates and ``NOT_KNOWN`` (-1) for whole numbers.
    ``first_session`` has ``n + 1`` entries: the sessions of row *i* are
    ``first_session[i]:first_session[i + 1]``.
    """

    ids: tuple[UUID, ...]
    source_ids: tuple[str | None, ...]
    names: tuple[str, ...]
    kind: Ints
    lat: Floats
    lon: Floats
    place_kind: Ints
    radius_km: Floats
    levels: Ints
    made_for: Ints
    themes: Bits
    suggested_themes: Bits
    features_yes: Ints
    features_no: Ints
    min_age: Ints
    max_age: Ints
    vacancy: Ints
    transport: Ints
    """1 offered, 0 not offered, -1 not known."""
    transport_radius_km: Floats
    transport_pence: Ints
    flexible: Flags
    shortest_visit: Ints
    cost_basis: Ints
    cost_pence: Ints
    cost_is_range: Flags
    funding: Ints
    first_session: Ints
    session_start: Ints
    session_end: Ints
    session_row: Ints
    text: TextIndex
    row_of: dict[UUID, int]
    tie_key: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.ids)

    def sessions_of(self, row: int) -> range:
        return range(int(self.first_session[row]), int(self.first_session[row + 1]))


def build_catalogue(rows: Sequence[OfferRow], thesaurus: Thesaurus) -> Catalogue:
    """Columns for *rows*, in the order of their identifiers so that a rebuild is the same."""
    ordered = sorted(rows, key=lambda row: row.id)
    counts = np.array([len(row.sessions) for row in ordered], dtype=np.int32)
    first = np.zeros(len(ordered) + 1, dtype=np.int32)
    np.cumsum(counts, out=first[1:])
    sessions = [session for row in ordered for session in sorted(row.sessions)]
    return Catalogue(
        ids=tuple(row.id for row in ordered),
        source_ids=tuple(row.source_id for row in ordered),
        names=tuple(row.name for row in ordered),
        kind=_ints([KINDS.index(row.kind) for row in ordered]),
        lat=_floats([row.lat for row in ordered]),
        lon=_floats([row.lon for row in ordered]),
        place_kind=_ints(
            [NOT_KNOWN if row.place_kind is None else PLACE_KINDS.index(row.place_kind) for row in ordered]
        ),
        radius_km=_floats([row.radius_km for row in ordered]),
        levels=_ints([row.levels for row in ordered]),
        made_for=_ints([row.made_for for row in ordered]),
        themes=np.array([_own_themes(row, row.themes) for row in ordered], dtype=np.uint64),
        suggested_themes=np.array(
            [_own_themes(row, row.suggested_themes) for row in ordered], dtype=np.uint64
        ),
        features_yes=_ints([row.features_yes for row in ordered]),
        features_no=_ints([row.features_no for row in ordered]),
        min_age=_ints([row.min_age for row in ordered]),
        max_age=_ints([row.max_age for row in ordered]),
        vacancy=_ints([VACANCIES.index(row.vacancy) for row in ordered]),
        transport=_ints(
            [None if row.transport_offered is None else int(row.transport_offered) for row in ordered]
        ),
        transport_radius_km=_floats([row.transport_radius_km for row in ordered]),
        transport_pence=_ints([row.transport_pence for row in ordered]),
        flexible=np.array([row.flexible for row in ordered], dtype=np.bool_),
        shortest_visit=_ints([row.shortest_visit_minutes for row in ordered]),
        cost_basis=_ints(
            [NOT_KNOWN if row.cost_basis is None else BASES.index(row.cost_basis) for row in ordered]
        ),
        cost_pence=_ints([row.cost_pence for row in ordered]),
        cost_is_range=np.array([row.cost_is_range for row in ordered], dtype=np.bool_),
        funding=_ints([row.funding for row in ordered]),
        first_session=first,
        session_start=_ints([start for start, _ in sessions]),
        session_end=_ints([end for _, end in sessions]),
        session_row=np.repeat(np.arange(len(ordered), dtype=np.int32), counts),
        text=TextIndex.fit([row.text for row in ordered], thesaurus),
        row_of={row.id: number for number, row in enumerate(ordered)},
        tie_key=np.array([row.id.int & 0xFFFFFFFF for row in ordered], dtype=np.uint32),
    )


def _own_themes(row: OfferRow, themes: int) -> int:
    """What one does there. Transport takes people to all sorts of things and is none of them."""
    return themes & Theme.TRAVEL_TRAINING.bit if row.kind is OfferKind.TRANSPORT else themes


def _ints(values: Sequence[int | None]) -> Ints:
    return np.array([NOT_KNOWN if value is None else value for value in values], dtype=np.int32)


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
