"""The compiled answer whether a star can be narrowed is that of a solver of linear programs."""

from __future__ import annotations

import numpy as np
import pytest

from marketplace.gaps import audit, simplex
from marketplace.gaps.audit import all_given_away, are_safe
from marketplace.gaps.audit_solver import stars_given_away
from marketplace.gaps.books import Books, packed
from marketplace.gaps.disclosure import A_FEW, Shown, shown
from marketplace.matching import kernel


def random_books(rng: np.random.Generator) -> Books:
    """Counts of which sums are published at random, some tied by 'no more than' and 'as many as'."""
    books = Books()
    size = int(rng.integers(2, 14))
    truth = rng.integers(0, int(rng.choice([4, 9, 30])), size).tolist()
    unknown = books.new(size, truth)

    def some() -> list[int]:
        return sorted(rng.choice(unknown, int(rng.integers(1, min(size, 5) + 1)), replace=False).tolist())

    def total(of: list[int]) -> int:
        return sum(truth[at] for at in of)

    for _ in range(int(rng.integers(2, 12))):
        parts = some()
        books.publish(parts, shown(total(parts)))
    for _ in range(int(rng.integers(0, 6))):
        small, large = some(), some()
        if total(small) > total(large):
            small, large = large, small
        more = total(large) - total(small) if rng.random() < 0.3 else 0
        books.no_more(small, large, more)
    small, large = some(), some()
    if total(small) == total(large):
        books.equal(small, large)
    return books


def test_on_many_random_books_both_find_the_same_stars() -> None:
    rng = np.random.default_rng(23)
    books = [random_books(rng) for _ in range(200)]
    expected = stars_given_away(books)

    assert all_given_away(books) == expected
    assert are_safe(books) == [not found for found in expected]
    assert 30 < sum(map(bool, expected)) < 170


def test_most_books_need_no_other_solver() -> None:
    rng = np.random.default_rng(24)
    books = [random_books(rng) for _ in range(200)]
    found = audit._found(books, one_is_enough=False)
    assert None not in found


def test_where_it_begins_changes_no_answer() -> None:
    # Three tens and a star are 45: the star is 7, wherever one looks from; and with 9 it could not be so.
    for truth in ([12, 12, 12, 7], [12.0, 12.0, 11.5, 7.0], [9, 9, 9, 9], ()):
        books = Books()
        parts = books.new(4, truth)
        books.publish(parts, Shown(45))
        for one, count in zip(parts, (Shown(10), Shown(10), Shown(10), A_FEW), strict=True):
            books.publish([one], count)
        assert all_given_away([books]) == [[4]]


def test_an_answer_that_keeps_not_all_lines_is_no_answer() -> None:
    books = Books()
    one, other = books.new(2, [3, 40])
    books.publish([one], A_FEW)
    books.no_more([other], [one])
    states = np.zeros(1, dtype=np.int8)
    simplex.judge(tuple(packed([books])), 0, 1, 1.0, 7.0, False, states)
    assert states.tolist() == [simplex.UNKNOWN]
    assert all_given_away([books]) == [[]]


@pytest.mark.parametrize("compiled", [True, False])
def test_books_that_contradict_each_other_are_not_safe_and_the_others_are_judged_as_ever(
    compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "COMPILED", compiled)

    def whole(total: int, *parts: Shown) -> Books:
        made = Books()
        unknown = made.new(len(parts))
        made.publish(unknown, Shown(total))
        for one, part in zip(unknown, parts, strict=True):
            made.publish([one], part)
        return made

    impossible = whole(100, A_FEW, Shown(10))
    telling = whole(45, Shown(10), Shown(10), Shown(10), A_FEW)
    harmless = whole(25, Shown(10), Shown(10), A_FEW)
    with pytest.raises(ValueError, match="contradict"):
        all_given_away([impossible])

    assert are_safe([telling, impossible, harmless]) == [False, False, True]
