"""Which sessions together serve most: against the exact optimum, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.candidates import CELLS, Wishes
from marketplace.gaps.covering import Cover, cover, upper_bound
from tests.gaps.worlds import Wish, on_a_line, random_wishes, world


@pytest.fixture(scope="module")
def instances() -> list[tuple[Wishes, int, int, int]]:
    """Wishes, how many sessions of what size, and how many wishes the best choice serves."""
    rng = np.random.default_rng(11)
    made = []
    for people, sessions, size in [
        (30, 2, 5),
        (30, 4, 3),
        (40, 3, 4),
        (40, 5, 2),
        (24, 3, 8),
        (50, 4, 6),
    ] * 2:
        wishes = random_wishes(rng, on_a_line(5), people)
        made.append((wishes, sessions, size, _optimum(wishes, sessions, size)))
    return made


def test_the_choice_is_never_above_the_optimum_and_at_least_nine_tenths_of_it(
    instances: list[tuple[Wishes, int, int, int]],
) -> None:
    shares = []
    for wishes, sessions, size, optimum in instances:
        found = cover(wishes, sessions=sessions, size=size, least=1)
        _check(found, wishes, sessions, size)
        assert found.served <= optimum <= found.bound
        shares.append(found.served / optimum)
    assert min(shares) >= 0.9
    assert sum(shares) / len(shares) >= 0.98


def test_the_bound_is_never_below_the_optimum_whatever_it_is_steered_towards(
    instances: list[tuple[Wishes, int, int, int]],
) -> None:
    gaps = []
    for wishes, sessions, size, optimum in instances:
        for reached in (0, optimum, 2 * optimum):
            assert upper_bound(wishes, sessions=sessions, size=size, reached=reached) >= optimum
        gaps.append(upper_bound(wishes, sessions=sessions, size=size, reached=optimum) / optimum)
    assert sum(gaps) / len(gaps) <= 1.02


def test_swaps_find_what_taking_the_largest_first_misses() -> None:
    # The middle of three places serves six, and then each end only two more; the two ends serve all ten.
    wishes = world(
        on_a_line(3),
        *(Wish(place=end, people=3, steps=1.1) for end in (0, 2)),
        *(Wish(place=end, people=2, steps=0.2) for end in (0, 2)),
    )
    assert cover(wishes, sessions=2, size=12, least=1, swap_rounds=0).served == 8
    found = cover(wishes, sessions=2, size=12, least=1)
    assert (found.served, [one.candidate.place for one in found.sessions]) == (10, [0, 2])


def test_who_could_go_elsewhere_makes_room() -> None:
    # Both sessions have two places. Two people reach only place 0, two reach both.
    wishes = world(on_a_line(2), Wish(place=0, people=2, steps=0.2), Wish(place=1, people=2, steps=1.1))
    found = cover(wishes, sessions=2, size=2, least=1)
    assert (found.served, found.bound) == (4, 4)


def test_the_same_session_is_taken_again_where_many_want_it() -> None:
    wishes = world(on_a_line(1), Wish(people=45))
    found = cover(wishes, sessions=4, size=20)
    assert [len(one.rows) for one in found.sessions] == [20, 20]
    assert found.bound == 45  # a third would add only five, though three could share all of them
    evening = world(on_a_line(1), Wish(people=7, bands=(TimeBand.WEEKDAY_EVENING,)))
    assert cover(evening, sessions=3).sessions == ()


def _check(found: Cover, wishes: Wishes, sessions: int, size: int) -> None:
    everyone = [row for one in found.sessions for row in one.rows.tolist()]
    assert len(everyone) == len(set(everyone)) == found.served
    assert len(found.sessions) <= sessions
    for one in found.sessions:
        assert 0 < len(one.rows) <= size
        assert set(one.rows.tolist()) <= set(wishes.served_by(one.candidate).tolist())


def _optimum(wishes: Wishes, sessions: int, size: int) -> int:
    """By mixed-integer programming (HiGHS): how many copies of each candidate, and who goes where."""
    columns, who = [], []
    for one in wishes:
        for at in range(len(wishes.places)):
            for cell in range(CELLS):
                rows = one.rows[one.served(at, cell)]
                if len(rows):
                    columns.append(rows)
    offers = len(columns)
    pairs = [(offer, int(row)) for offer, rows in enumerate(columns) for row in rows]
    who = sorted({row for _, row in pairs})
    n = offers + len(pairs)
    lines, right = [], []
    at_offer = sparse.lil_array((offers, n))
    at_person = sparse.lil_array((len(who), n))
    for number, (offer, row) in enumerate(pairs, start=offers):
        at_offer[offer, number] = 1.0
        at_person[who.index(row), number] = 1.0
    for offer in range(offers):
        at_offer[offer, offer] = -float(size)
    all_of = sparse.lil_array((1, n))
    all_of[0, :offers] = 1.0
    lines = sparse.vstack([at_offer, at_person, all_of]).tocsr()
    right = np.concatenate([np.zeros(offers), np.ones(len(who)), [float(sessions)]])
    gain = np.concatenate([np.zeros(offers), -np.ones(len(pairs))])
    whole = np.concatenate([np.ones(offers), np.zeros(len(pairs))])
    most = np.concatenate([np.full(offers, float(sessions)), np.ones(len(pairs))])
    found = milp(
        gain, constraints=LinearConstraint(lines, ub=right), bounds=Bounds(0, most), integrality=whole
    )
    assert found.success
    return round(-found.fun)
