"""The public offers as columns in memory: derived from the database, never the truth itself.

One row is one offer. Everything a rule looks at is a number in an array, so that the same code
answers one person, many people and the gap report. Words for pages (descriptions, addresses) are
not here: they are read for the few offers that are shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from marketplace.matching.codes import BASES, KINDS, NOT_KNOWN, PLACE_KINDS, VACANCIES
from marketplace.matching.embedding import Embedder, VectorRows, WholeVector
from marketplace.matching.grid import Grid, layered_cells
from marketplace.matching.hints import hints_of
from marketplace.matching.records import FEATURES_KIND, THEMES_KIND, are_records, in_records
from marketplace.matching.text import TextIndex, Thesaurus
from marketplace.vocabulary import (
    BankHolidayRule,
    CostBasis,
    OfferKind,
    PlaceKind,
    Repeats,
    Theme,
    Vacancy,
)

GONE = len(VACANCIES)
"""In the column of vacancies: this row is no offer any more."""
OLDEST = 127
ROOM = 256
"""Rows for offers that change, before the catalogue is made anew."""
SESSIONS_A_ROW = 8
TERMS_A_ROW = 120
OF_SESSIONS = frozenset({"session_start", "session_end", "session_repeats"})


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
    repeats: tuple[Repeats, ...] = ()
    """How often each session is on, in the order of ``sessions``; empty is every week."""
    bank_holidays: BankHolidayRule = BankHolidayRule.ASK
    text: str = ""
    """Name, summary and description: the words that a goal is compared with."""
    vector: WholeVector | None = None
    """Direction of the text, made when the offer was saved; None without a sentence model."""


class Columns(NamedTuple):
    """Arrays with one entry a row, and flat arrays over the sessions of all rows.

    Not known is NaN for coordinates and kilometres, and ``NOT_KNOWN`` (-1) for whole numbers; an
    unknown set of levels is 0. The sessions of row *i* are the ``session_count[i]`` entries from
    ``first_session[i]``. A named tuple of arrays, because compiled code can take it whole. In a
    catalogue the arrays of rows are views of ``records``.
    """

    kind: npt.NDArray[np.int8]
    lat: npt.NDArray[np.float32]
    lon: npt.NDArray[np.float32]
    place_kind: npt.NDArray[np.int8]
    radius_km: npt.NDArray[np.float32]
    levels: npt.NDArray[np.uint8]
    made_for: npt.NDArray[np.uint8]
    themes: npt.NDArray[np.unsignedinteger]
    suggested_themes: npt.NDArray[np.unsignedinteger]
    features_yes: npt.NDArray[np.unsignedinteger]
    features_no: npt.NDArray[np.unsignedinteger]
    min_age: npt.NDArray[np.int8]
    max_age: npt.NDArray[np.int8]
    vacancy: npt.NDArray[np.int8]
    halves: npt.NDArray[np.uint16]
    """Of days, when it is on; this and the next three are ``Hints``."""
    least_price: npt.NDArray[np.uint16]
    weekly: npt.NDArray[np.uint8]
    longest: npt.NDArray[np.uint8]
    transport: npt.NDArray[np.int8]
    """1 offered, 0 not offered, -1 not known."""
    transport_radius_km: npt.NDArray[np.float32]
    transport_pence: npt.NDArray[np.int32]
    flexible: npt.NDArray[np.bool_]
    shortest_visit: npt.NDArray[np.int16]
    cost_basis: npt.NDArray[np.int8]
    cost_pence: npt.NDArray[np.int32]
    cost_is_range: npt.NDArray[np.bool_]
    funding: npt.NDArray[np.uint8]
    first_session: npt.NDArray[np.int32]
    session_count: npt.NDArray[np.uint16]
    bank_holidays: npt.NDArray[np.int8]
    tie_key: npt.NDArray[np.uint32]
    session_start: npt.NDArray[np.uint16]
    session_end: npt.NDArray[np.uint16]
    """Minutes from Monday 00:00; an end may lie past midnight, and past the end of the week."""
    session_repeats: npt.NDArray[np.int8]

    def named(self) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        """Each column with its name."""
        for name in self._fields:
            yield name, getattr(self, name)

    @property
    def nbytes(self) -> int:
        return sum(column.nbytes for _, column in self.named())

    def with_hints(self) -> Columns:
        """The same with ``Hints`` of the other columns; sessions must stand in the order of the rows."""
        hints = hints_of(
            count=self.session_count,
            start=self.session_start,
            end=self.session_end,
            repeats=self.session_repeats,
            flexible=self.flexible,
            shortest_visit=self.shortest_visit,
            basis=self.cost_basis,
            pence=self.cost_pence,
        )
        return self._replace(**hints._asdict())

    def packed(self) -> Columns:
        """The same with rows as records; these columns themselves where they are so already."""
        named = self._asdict()
        return self if are_records(named) else self._replace(**in_records(named))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The columns of all public offers, where they lie, their words, and who they are.

    A row never changes once it can be seen. An offer that changed gets a new row in the room at the
    end, which every search looks at, and its old row is marked as gone; so readers need no lock.
    """

    columns: Columns
    grid: Grid
    text: TextIndex
    ids: list[UUID]
    source_ids: list[str | None]
    names: list[str]
    row_of: dict[UUID, int]
    """The present row of each offer; an offer that is gone has none."""
    widest: npt.NDArray[np.float64]
    """Shape (1,): the furthest in km that anybody in the catalogue travels to a person."""
    used: npt.NDArray[np.int64]
    """Shape (3,): rows, sessions and terms of later rows that are taken; behind them is room."""
    text_keys: npt.NDArray[np.uint64]
    """``text_key`` of each row: an offer that changed and says the same as before is not read again."""
    handed: list[Any] = field(default_factory=list, init=False, repr=False, compare=False)
    """What compiled code was given of this catalogue: see ``handed``. A copy of a catalogue has its own."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", self.columns.packed())

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def widest_radius_km(self) -> float:
        return float(self.widest[0])

    def sessions_of(self, row: int) -> range:
        first = int(self.columns.first_session[row])
        return range(first, first + int(self.columns.session_count[row]))


def text_key(text: str) -> int:
    """Sixty-four bits that tell one text from another."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def build_catalogue(
    rows: Sequence[OfferRow], thesaurus: Thesaurus, *, embedder: Embedder | None = None
) -> Catalogue:
    """Columns for *rows*, by grid cell and then by identifier, so that a rebuild is the same.

    With an *embedder* the rows' own vectors are used; a row without one is compared by words alone.
    """
    # What is online is near everybody, wherever its office stands.
    placed = [row.lat if row.place_kind is not PlaceKind.ONLINE else None for row in rows]
    cells = layered_cells(
        _known(placed, np.float32),
        _known([row.lon for row in rows], np.float32),
        np.array([row.place_kind is PlaceKind.TRAVELS_TO_YOU for row in rows], dtype=np.bool_),
        _known([row.radius_km for row in rows], np.float32),
    )
    widest = max((row.radius_km for row in rows if row.radius_km is not None), default=0.0)
    order = sorted(range(len(rows)), key=lambda at: (cells[at], rows[at].id))
    ordered = [rows[at] for at in order]
    columns = columns_of(ordered)
    text = TextIndex.fit(
        [row.text for row in ordered],
        thesaurus,
        vectors=None if embedder is None else _vectors(ordered, embedder.dimension),
        embedder=embedder,
    )
    taken = (len(ordered), len(columns.session_start), 0)
    return Catalogue(
        columns=_with_room(columns),
        grid=Grid.of(cells[np.array(order, dtype=np.int64)], widest),
        text=text.with_room(rows=ROOM, terms=ROOM * TERMS_A_ROW),
        ids=[row.id for row in ordered],
        source_ids=[row.source_id for row in ordered],
        names=[row.name for row in ordered],
        row_of={row.id: number for number, row in enumerate(ordered)},
        widest=np.array([widest]),
        used=np.array(taken, dtype=np.int64),
        text_keys=np.array([text_key(row.text) for row in ordered] + [0] * ROOM, dtype=np.uint64),
    )


def _vectors(rows: Sequence[OfferRow], dimension: int) -> VectorRows:
    values = np.zeros((len(rows), dimension), dtype=np.int8)
    scale = np.zeros(len(rows), dtype=np.float32)
    for number, row in enumerate(rows):
        if row.vector is not None:
            values[number], scale[number] = row.vector.values, row.vector.scale
    return VectorRows(values, scale)


def _with_room(columns: Columns) -> Columns:
    """The columns with room for ``ROOM`` more rows and their sessions."""
    roomy = []
    for name, column in columns.named():
        room = ROOM * SESSIONS_A_ROW if name in OF_SESSIONS else ROOM
        roomy.append(np.concatenate([column, np.zeros(room, dtype=column.dtype)]))
    return Columns(*roomy)


def columns_of(rows: Sequence[OfferRow]) -> Columns:
    """The columns of *rows* as they stand, without room."""
    counts = np.array([len(row.sessions) for row in rows], dtype=np.uint16)
    first = np.zeros(len(rows), dtype=np.int32)
    np.cumsum(counts[:-1], out=first[1:], dtype=np.int32)
    sessions = [session for row in rows for session in _timetable(row)]
    nothing = np.zeros(len(rows), dtype=np.uint16)
    return Columns(
        kind=np.array([KINDS.index(row.kind) for row in rows], dtype=np.int8),
        lat=_known([row.lat for row in rows], np.float32),
        lon=_known([row.lon for row in rows], np.float32),
        place_kind=np.array(
            [NOT_KNOWN if row.place_kind is None else PLACE_KINDS.index(row.place_kind) for row in rows],
            dtype=np.int8,
        ),
        radius_km=_known([row.radius_km for row in rows], np.float32),
        levels=np.array([row.levels for row in rows], dtype=np.uint8),
        made_for=np.array([row.made_for for row in rows], dtype=np.uint8),
        themes=np.array([_own_themes(row, row.themes) for row in rows], dtype=THEMES_KIND),
        suggested_themes=np.array(
            [_own_themes(row, row.suggested_themes) for row in rows], dtype=THEMES_KIND
        ),
        features_yes=np.array([row.features_yes for row in rows], dtype=FEATURES_KIND),
        features_no=np.array([row.features_no for row in rows], dtype=FEATURES_KIND),
        min_age=_known([_age(row.min_age) for row in rows], np.int8),
        max_age=_known([_age(row.max_age) for row in rows], np.int8),
        vacancy=np.array([VACANCIES.index(row.vacancy) for row in rows], dtype=np.int8),
        halves=nothing,
        least_price=nothing,
        weekly=nothing.astype(np.uint8),
        longest=nothing.astype(np.uint8),
        transport=_known([row.transport_offered for row in rows], np.int8),
        transport_radius_km=_known([row.transport_radius_km for row in rows], np.float32),
        transport_pence=_known([row.transport_pence for row in rows], np.int32),
        flexible=np.array([row.flexible for row in rows], dtype=np.bool_),
        shortest_visit=_known([row.shortest_visit_minutes for row in rows], np.int16),
        cost_basis=np.array(
            [NOT_KNOWN if row.cost_basis is None else BASES.index(row.cost_basis) for row in rows],
            dtype=np.int8,
        ),
        cost_pence=_known([row.cost_pence for row in rows], np.int32),
        cost_is_range=np.array([row.cost_is_range for row in rows], dtype=np.bool_),
        funding=np.array([row.funding for row in rows], dtype=np.uint8),
        first_session=first,
        session_count=counts,
        bank_holidays=np.array([row.bank_holidays.position for row in rows], dtype=np.int8),
        tie_key=np.array([row.id.int & 0xFFFFFFFF for row in rows], dtype=np.uint32),
        session_start=np.array([start for start, _, _ in sessions], dtype=np.uint16),
        session_end=np.array([end for _, end, _ in sessions], dtype=np.uint16),
        session_repeats=np.array([repeats for _, _, repeats in sessions], dtype=np.int8),
    ).with_hints()


def _timetable(row: OfferRow) -> list[tuple[int, int, int]]:
    """Sessions in the order of the week, each with the place of its ``Repeats``."""
    repeats = row.repeats or (Repeats.WEEKLY,) * len(row.sessions)
    return sorted(
        (start, end, often.position) for (start, end), often in zip(row.sessions, repeats, strict=True)
    )


def _own_themes(row: OfferRow, themes: int) -> int:
    """What one does there. Transport takes people to all sorts of things and is none of them."""
    return themes & Theme.TRAVEL_TRAINING.bit if row.kind is OfferKind.TRANSPORT else themes


def _age(years: int | None) -> int | None:
    """Nobody is older than one byte holds: 'up to 150' is no limit."""
    return None if years is None else min(years, OLDEST)


def _known(values: Sequence[float | None], kind: type[Any]) -> npt.NDArray[Any]:
    missing = np.nan if issubclass(kind, np.floating) else NOT_KNOWN
    return np.array([missing if value is None else value for value in values], dtype=kind)
