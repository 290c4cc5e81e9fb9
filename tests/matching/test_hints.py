"""Hints say 'no' only of what does not fit: held against the rules in full."""

from __future__ import annotations

import random

import numpy as np
import pytest

from marketplace.matching.evaluate import evaluate
from marketplace.matching.hints import (
    ALWAYS,
    ANY_LENGTH,
    MINUTES_A_STEP,
    NO_PRICE,
    NO_SESSIONS,
    PENCE_A_STEP,
    VISIT_STEP,
    half_of,
    halves_asked,
    minutes_by_halves,
)
from marketplace.matching.needs import parse_needs
from marketplace.matching.query import compile_query
from marketplace.matching.thesaurus import Thesaurus
from marketplace.settings import load_settings
from marketplace.vocabulary import CostBasis, Repeats, Stop
from tests.matching.offers import MANSFIELD, TODAY, catalogue_of, offer
from tests.matching.random_world import random_needs, random_offer

DAY = 24 * 60


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus.load(load_settings({"MARKETPLACE_ENV": "test"}).seeds_dir / "thesaurus.yaml")


def test_no_hint_rules_out_an_offer_whose_times_or_price_fit(thesaurus: Thesaurus) -> None:
    rng = random.Random(17)
    catalogue = catalogue_of(*(random_offer(rng, number) for number in range(150)), thesaurus=thesaurus)
    rows = np.arange(150)
    halves, least = catalogue.columns.halves[rows], catalogue.columns.least_price[rows].astype(np.int64)
    ruled_out_by_times = dearer = 0
    for _ in range(60):
        needs = parse_needs(random_needs(rng))
        home = MANSFIELD if needs.postcode else None
        query = compile_query(needs, home=home, thesaurus=catalogue.text.thesaurus, today=TODAY)
        found = evaluate(query, catalogue, rows)
        perhaps = (halves & halves_asked(query.windows, query.has_when)) != 0
        comes = (found.stops & Stop.TIMES.bit) == 0
        assert not (comes & ~perhaps).any()
        ruled_out_by_times += int((~perhaps).sum())
        priced = (found.weekly_pence >= 0) & comes
        assert (found.weekly_pence[priced] >= least[priced] * PENCE_A_STEP).all()
        assert ((least == NO_PRICE) == (catalogue.columns.cost_basis[rows] < 0)).all()
        dearer += int((least[priced] > 0).sum())
    assert ruled_out_by_times > 500
    assert dearer > 500


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        pytest.param((), NO_SESSIONS, id="not known"),
        pytest.param(((10 * 60, 12 * 60),), 1 << 0, id="Monday morning"),
        pytest.param(((16 * 60, 17 * 60),), 1 << 0, id="until five is not an evening"),
        pytest.param(((16 * 60, 17 * 60 + 1),), 1 << 0 | 1 << 1, id="a minute of the evening"),
        pytest.param(((6 * DAY + 20 * 60, 7 * DAY + 60),), 1 << 13 | 1 << 0, id="Sunday night into Monday"),
    ],
)
def test_halves_are_those_in_which_sessions_lie(
    sessions: tuple[tuple[int, int], ...], expected: int, thesaurus: Thesaurus
) -> None:
    catalogue = catalogue_of(offer(sessions=sessions), thesaurus=thesaurus)
    assert int(catalogue.columns.halves[0]) == expected | ALWAYS


def test_the_least_price_is_that_of_the_shortest_and_rarest_visit(thesaurus: Thesaurus) -> None:
    two_hours = ((10 * 60, 12 * 60),)
    catalogue = catalogue_of(
        offer(sessions=two_hours, cost_basis=CostBasis.SESSION, cost_pence=2_000),
        offer(
            sessions=two_hours,
            repeats=(Repeats.FORTNIGHTLY,),
            cost_basis=CostBasis.SESSION,
            cost_pence=2_000,
        ),
        offer(sessions=two_hours, cost_basis=CostBasis.HOUR, cost_pence=2_000),
        offer(sessions=two_hours, cost_basis=CostBasis.FREE, cost_pence=0),
        offer(sessions=two_hours, cost_basis=None, cost_pence=None),
        thesaurus=thesaurus,
    )
    least = sorted(int(steps) for steps in catalogue.columns.least_price[: len(catalogue)])
    # Half of a fixed session is a visit, so an hour of the two is the least that an hourly price can be.
    assert least == [0, 1_000 // PENCE_A_STEP, 2_000 // PENCE_A_STEP, 2_000 // PENCE_A_STEP, NO_PRICE]


@pytest.mark.parametrize(
    ("sessions", "weekly", "longest"),
    [
        pytest.param((), 0, 0, id="not known"),
        pytest.param(((600, 720), (2_100, 2_280)), 300, 180, id="two days"),
        pytest.param(((600, 720), (720, 840)), 240, 240, id="two that touch"),
        pytest.param(((600, 720), (730, 840)), 230, 120, id="two with a pause"),
        pytest.param(((600, 720), (700, 840)), None, 140, id="two over each other"),
        pytest.param(((0, 60), (6 * DAY, 7 * DAY + 30)), None, DAY + 30, id="round the week over each other"),
        pytest.param(((0, 60), (6 * DAY, 7 * DAY)), DAY + 60, DAY, id="round the week"),
        pytest.param(((0, 3 * DAY),), 3 * DAY, None, id="longer than hints can tell"),
    ],
)
def test_lengths_are_never_less_than_the_true_ones(
    sessions: tuple[tuple[int, int], ...], weekly: int | None, longest: int | None, thesaurus: Thesaurus
) -> None:
    columns = catalogue_of(offer(sessions=sessions), thesaurus=thesaurus).columns
    for told, true, step in (
        (int(columns.weekly[0]), weekly, MINUTES_A_STEP),
        (int(columns.longest[0]), longest, VISIT_STEP),
    ):
        if true is None:
            assert told == ANY_LENGTH
        else:
            assert true <= told * step < true + step


def test_the_minutes_of_halves_are_those_of_the_windows() -> None:
    rng = random.Random(23)
    for _ in range(20):
        cuts = sorted(rng.sample(range(7 * DAY), 2 * rng.randint(1, 9)))
        week = np.array(cuts, dtype=np.int64).reshape(-1, 2)
        tables = np.empty(256)
        minutes_by_halves(np.concatenate([week, week + 7 * DAY]), tables)
        free = np.zeros(7 * DAY, dtype=np.bool_)
        for start, end in week:
            free[start:end] = True
        halves = half_of(np.arange(7 * DAY))
        for _ in range(20):
            mask = rng.randrange(1 << 14)
            minutes = int((free & (((mask >> halves) & 1) == 1)).sum())
            assert tables[mask & 127] + tables[128 + (mask >> 7)] == minutes
