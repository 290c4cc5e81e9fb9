"""What may be told beside the tables of a report without saying more of their stars."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.candidates import Candidate, Wishes
from marketplace.gaps.disclosure import A_FEW, Shown, shown
from marketplace.gaps.next_offers import next_offers, plan
from marketplace.gaps.telling import ALL_LEVELS, NOTHING_PUBLISHED, Telling, UnmetTables
from marketplace.vocabulary import SupportLevel, Theme
from tests.gaps.worlds import Wish, on_a_line, random_wishes, tables_of, world

BAND = TimeBand.SATURDAY_MORNING
TWO_DISTRICTS = on_a_line(2, districts=[0, 1])
MIDDLE = Candidate(0, Theme.COOKERY, BAND, SupportLevel.ENABLEMENT)


def test_a_number_beside_a_star_is_no_more_than_the_tables_say_already() -> None:
    wishes = world(TWO_DISTRICTS, Wish(place=0, people=11), Wish(place=1, people=7, steps=1.1))
    tables = tables_of(wishes)
    cookery = Theme.COOKERY.position
    assert tables.by_theme == {(0, cookery): Shown(10), (1, cookery): A_FEW}
    rows = wishes.served_by(MIDDLE)
    assert len(rows) == 18
    # 'About 20' would be 18 or more: with at most 12 in the first, the star would be 6 or 7.
    assert Telling(wishes.asked, tables).alone(rows, band=BAND) == Shown(10)
    assert Telling(wishes.asked, NOTHING_PUBLISHED).alone(rows, band=BAND) == Shown(20)


def test_fewer_than_eight_are_not_told_even_as_a_star() -> None:
    wishes = world(TWO_DISTRICTS, Wish(place=0, people=30), Wish(place=1, people=7))
    rows = wishes.served_by(MIDDLE._replace(place=1))
    assert Telling(wishes.asked, tables_of(wishes)).alone(rows, band=BAND) is None


@pytest.mark.parametrize(("of_level_two", "is_told"), [(9, True), (8, False)])
def test_levels_that_are_left_out_are_not_told_one_by_one_beyond_their_total(
    of_level_two: int, is_told: bool
) -> None:
    # 18 and 16 people, shown as 20 (18 and more) and 15 (13 and more). One offer for level 2 and another
    # for level 3 would each be told as 10, for 8 and more: together 16 and more.
    third = MIDDLE._replace(level=SupportLevel.PERSONALISED)
    wishes = world(TWO_DISTRICTS, *(Wish(place=0, people=of_level_two, level=level) for level in (2, 3)))
    whole = tables_of(wishes)
    totals = {cell: one for cell, one in whole.by_band.items() if cell[-1] == ALL_LEVELS}
    tables = UnmetTables(by_theme=whole.by_theme, by_level=whole.by_level, by_band=totals)
    told = Telling(wishes.asked, tables).alone(wishes.served_by(third), band=BAND)
    assert told == (Shown(10) if is_told else None)
    assert Telling(wishes.asked, whole).alone(wishes.served_by(third), band=BAND) == Shown(10)


def test_groups_without_anybody_in_common_are_told_out_of_one_allowance() -> None:
    wishes = world(TWO_DISTRICTS, Wish(place=0, people=34))
    telling = Telling(wishes.asked, tables_of(wishes))
    rows = wishes.served_by(MIDDLE)
    # About 35 stand for 33 and more: 18 of these are told first, so 15 are left and 13 told.
    assert telling.apart(rows[:18], band=BAND) == Shown(20)
    assert telling.apart(rows[18:], band=BAND) == Shown(15)
    assert telling.apart(rows[18:], band=BAND) is None


def test_no_star_of_the_tables_is_narrowed_by_all_that_is_told() -> None:
    rng = np.random.default_rng(23)
    geography = on_a_line(3, districts=[0, 0, 1])
    wishes = random_wishes(rng, geography, 150)
    tables = tables_of(wishes)
    told = [(one.candidate, one.people) for one in next_offers(wishes, tables, prices={}, limit=200)]
    planned = [(one.candidate, one.people) for one in plan(wishes, tables, sessions=6, prices={}).proposals]
    assert len(told) > 10
    assert len(planned) > 2
    assert sum(one.is_suppressed for one in tables.by_band.values()) > 10
    assert not _narrowed(wishes, tables, told, apart=False)
    assert not _narrowed(wishes, tables, planned, apart=True)


def test_the_attack_finds_a_number_that_was_told_as_it_is() -> None:
    wishes = world(TWO_DISTRICTS, Wish(place=0, people=11), Wish(place=1, people=7, steps=1.1))
    tables = tables_of(wishes)
    found = _narrowed(wishes, tables, [(MIDDLE, shown(18))], apart=False)
    assert found[1, "theme", Theme.COOKERY.position] == (6, 7)
    assert not _narrowed(wishes, tables, [(MIDDLE, Shown(10))], apart=False)


def _narrowed(
    wishes: Wishes, tables: UnmetTables, said: list[tuple[Candidate, Shown]], *, apart: bool
) -> dict[tuple[int, str, int], tuple[int, int]]:
    """Stars of which a reader of everything knows more than 'from 1 to 7', and knew less before.

    The unknowns are the cells of the tables. What is told of a proposal can be no more than the cells of
    the districts its people come from, in its band and level; sessions apart from each other can together
    be no more than the cells of their theme. (A reader can't even know the districts.)
    """
    theme_cells, band_cells = list(tables.by_theme), list(tables.by_band)
    cells = [*(("theme", key) for key in theme_cells), *(("band", key) for key in band_cells)]
    shown_as = [*tables.by_theme.values(), *tables.by_band.values()]
    at = {cell: number for number, cell in enumerate(cells)}
    lines, least = [], []

    def sum_at_least(which: set[int], number: int, of: int | None = None) -> None:
        line = np.zeros(len(cells))
        line[list(which)] = 1.0
        if of is not None:
            line[of] -= 1.0
        lines.append(line)
        least.append(float(number))

    for district, theme, band, level in band_cells:
        if level == ALL_LEVELS:
            levels = {at["band", key] for key in band_cells if key[:3] == (district, theme, band)}
            whole = at["band", (district, theme, band, ALL_LEVELS)]
            line = np.zeros(len(cells))
            line[list(levels - {whole})], line[whole] = 1.0, -1.0
            lines += [line, -line]
            least += [0.0, 0.0]
            sum_at_least({at["theme", (district, theme)]}, 0, of=whole)
    before = (sparse.csr_array(np.array(lines)), np.array(least))
    together: dict[tuple[Theme, frozenset[int]], int] = {}
    for candidate, people in said:
        rows = wishes.served_by(candidate)
        theme, asked = candidate.theme.position, wishes.asked
        districts = {int(one) for one in asked.district[rows]}
        within = {
            (district, theme, band.position, int(level))
            for district in districts
            for band in (candidate.band, TimeBand.NOT_SAID)
            for level in np.unique(asked.level[rows]).tolist()
        }
        sum_at_least({at["band", key] for key in within if ("band", key) in at}, people.least)
        sum_at_least({at["theme", (district, theme)] for district in districts}, people.least)
        of = (candidate.theme, frozenset(districts))
        together[of] = together.get(of, 0) + people.least
    if apart:
        for (theme_of, districts_of), number in together.items():
            sum_at_least({at["theme", (one, theme_of.position)] for one in districts_of}, number)

    after = (sparse.csr_array(np.array(lines)), np.array(least))
    found = {}
    for number, ((kind, key), one) in enumerate(zip(cells, shown_as, strict=True)):
        if one.is_suppressed:
            ends = _ends(number, *after, shown_as)
            if ends != (1, 7) and ends != _ends(number, *before, shown_as):
                found[(key[0], kind, key[1])] = ends
    return found


def _ends(number: int, lines: sparse.csr_array, least: np.ndarray, shown_as: list[Shown]) -> tuple[int, int]:
    gain = np.zeros(len(shown_as))
    ends = []
    for sign in (1.0, -1.0):
        gain[number] = sign
        found = linprog(
            gain,
            A_ub=-lines,
            b_ub=-least,
            bounds=[(one.least, one.most) for one in shown_as],
        )
        assert found.success, "what is published contradicts itself"
        ends.append(sign * float(found.fun))
    return math.ceil(ends[0] - 1e-6), math.floor(ends[1] + 1e-6)
