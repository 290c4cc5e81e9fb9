"""A plain directory search: the smaller task that any database can do, defined once for all of them.

Its stops are rules of matching that fit in a WHERE; its order is a score simple enough for SQL. It is
less work than matching: no journey by each way, no minutes of a session, no price with fares, no
weighing of words. So a database's time for it is a lower bound of its time for matching.

* stops: full; wrong age; level not served (level 4 must be stated); a must-have known to be absent;
  further than the quickest way reaches and, for those who come to people, than they come; no half
  hour of a session in the person's times; a known price above the budget; neither a theme nor a
  word of a goal.
* score: 0.5 for a theme of a goal, 0.2 for a word of a goal, and 0.3 times what is left of the reach.
* order: score, then distance, then row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from marketplace.matching.catalogue import Catalogue, Columns
from marketplace.matching.codes import PLACE_KINDS, VACANCIES
from marketplace.matching.first import reach_km
from marketplace.matching.needs import MINUTES_A_WEEK
from marketplace.matching.query import Query, Ruler
from marketplace.vocabulary import PlaceKind, Vacancy

COMES = PLACE_KINDS.index(PlaceKind.TRAVELS_TO_YOU)
ONLINE = PLACE_KINDS.index(PlaceKind.ONLINE)
FULL = VACANCIES.index(Vacancy.FULL)

HALF_HOURS = MINUTES_A_WEEK // 30
WORDS_A_WEEK = 6
BITS_A_WORD = HALF_HOURS // WORDS_A_WEEK
"""56, so that a word of the week is a positive whole number in every database."""
THEME_SHARE, WORD_SHARE, NEAR_SHARE = 0.5, 0.2, 0.3

Weeks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Search:
    """What one person looks for, as numbers; -1 and 0 are 'not known' as in ``Query``."""

    ruler: Ruler
    reach_km: float
    level: int
    age: int
    must: int
    budget_pence: int
    week: tuple[int, ...]
    """Half hours in which the person could come, ``WORDS_A_WEEK`` whole numbers; all 0: not known."""
    themes: int
    terms: tuple[int, ...]


def search_of(query: Query, catalogue: Catalogue) -> Search:
    """The search of a person whose home is known."""
    ruler = query.ruler
    if ruler is None:
        raise ValueError("a search needs a home")
    terms: set[int] = set()
    themes = 0
    for goal in query.goals:
        themes |= goal.themes | goal.word_themes | goal.kin_themes
        if goal.meaning is not None:
            said = catalogue.text.goal(goal.meaning)
            terms.update(said.terms[said.weights > 0].tolist())
    windows = query.windows
    return Search(
        ruler=ruler,
        reach_km=max(reach_km(query), 0.001),
        level=query.level,
        age=query.age,
        must=query.must,
        budget_pence=query.budget_pence,
        week=tuple(
            weeks_of(np.zeros(len(windows), dtype=np.int64), windows[:, 0], windows[:, 1], 1)[0].tolist()
        ),
        themes=themes,
        terms=tuple(sorted(terms)),
    )


def weeks_of(row: Weeks, start: Weeks, end: Weeks, rows: int) -> Weeks:
    """Half hours that the times touch, shape (rows, 6); minutes may lie in the following week."""
    week = np.zeros((rows, WORDS_A_WEEK), dtype=np.int64)
    first, last = start // 30, (end + 29) // 30
    lengths = np.maximum(last - first, 0)
    at = np.repeat(row, lengths)
    half = np.repeat(first - np.cumsum(lengths) + lengths, lengths) + np.arange(int(lengths.sum()))
    half %= HALF_HOURS
    np.bitwise_or.at(week, (at, half // BITS_A_WORD), np.int64(1) << (half % BITS_A_WORD))
    return week


def offer_weeks(columns: Columns) -> Weeks:
    """Half hours of the sessions of each row, shape (rows, 6)."""
    row = np.repeat(np.arange(len(columns.kind)), columns.session_count)
    return weeks_of(
        row, columns.session_start.astype(np.int64), columns.session_end.astype(np.int64), len(columns.kind)
    )


@dataclass(frozen=True, slots=True)
class SearchColumns:
    """What the search needs beside the catalogue's columns."""

    weeks: Weeks
    term_rows: npt.NDArray[np.int64]
    """Rows by term: those of term *t* are ``term_rows[term_first[t]:term_first[t + 1]]``."""
    term_first: npt.NDArray[np.int64]

    @classmethod
    def of(cls, catalogue: Catalogue) -> SearchColumns:
        first, terms, _ = catalogue.text.columns.by_row()
        row = np.repeat(np.arange(len(first) - 1), np.diff(first))
        order = np.argsort(terms, kind="stable")
        counts = np.bincount(terms, minlength=len(catalogue.text.vocabulary))
        return cls(offer_weeks(catalogue.columns), row[order], np.concatenate([[0], np.cumsum(counts)]))


def search_in_numpy(
    search: Search, columns: Columns, extra: SearchColumns, limit: int = 20
) -> list[tuple[int, float]]:
    """Rows and scores, over all rows: what the databases' answers are held against."""
    c, ruler = columns, search.ruler
    up, across = c.lat.astype(np.float64) - ruler.lat, c.lon.astype(np.float64) - ruler.lon
    middle = up * 0.5
    dy = up * (ruler.north[0] + middle * (ruler.north[1] + middle * ruler.north[2]))
    dx = across * (ruler.east[0] + middle * (ruler.east[1] + middle * ruler.east[2]))
    km = np.sqrt(dx * dx + dy * dy)
    placeless = np.isnan(km) | (c.place_kind == ONLINE)
    near = placeless | np.where(c.place_kind == COMES, km <= c.radius_km, km <= search.reach_km)
    level = 1 << max(search.level - 1, 0)
    serves = (c.levels & level) != 0 if search.level else np.ones(len(km), dtype=np.bool_)
    if 0 < search.level < 4:
        serves |= c.levels == 0
    right_age = np.ones(len(km), dtype=np.bool_)
    if search.age >= 0:
        right_age = (search.age >= c.min_age) & ((c.max_age < 0) | (search.age <= c.max_age))
    in_time = np.ones(len(km), dtype=np.bool_)
    if any(search.week):
        shared = (extra.weeks & np.array(search.week)).any(axis=1)
        in_time = shared | (c.session_count == 0)
    paid = np.ones(len(km), dtype=np.bool_)
    if search.budget_pence >= 0:
        paid = c.cost_pence <= search.budget_pence
    theme = ((c.themes | c.suggested_themes) & np.uint64(search.themes)) != 0
    word = np.zeros(len(km), dtype=np.bool_)
    for term in search.terms:
        word[extra.term_rows[extra.term_first[term] : extra.term_first[term + 1]]] = True
    fits = np.flatnonzero(
        near
        & serves
        & right_age
        & in_time
        & paid
        & (theme | word)
        & (c.vacancy != FULL)
        & ((c.features_no & np.uint32(search.must)) == 0)
    )
    left = 1.0 - np.minimum(np.where(placeless, search.reach_km, km)[fits] / search.reach_km, 1.0)
    score = THEME_SHARE * theme[fits] + WORD_SHARE * word[fits] + NEAR_SHARE * left
    far = np.where(np.isnan(km), np.inf, km)[fits]
    best = np.lexsort((fits, far, -score))[:limit]
    return list(zip(fits[best].tolist(), score[best].tolist(), strict=True))
