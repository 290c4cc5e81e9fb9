"""Counts of people: what is shown, and that nobody can work out what is not."""

from __future__ import annotations

import random
from itertools import product

import pytest

from marketplace.gaps.disclosure import (
    A_FEW,
    NOBODY,
    DisclosureError,
    Row,
    Shown,
    at_least,
    both_give_away,
    gives_away,
    percent,
    shown,
    split,
    split_both,
)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (1, "*"),
        (7, "*"),
        (8, "10"),
        (12, "10"),
        (13, "15"),
        (17, "15"),
        (18, "20"),
        (1003, "1,005"),
    ],
)
def test_a_count_is_nobody_a_star_or_a_multiple_of_five(count: int, text: str) -> None:
    assert str(shown(count)) == text


def test_what_is_shown_stands_for_every_count_that_is_shown_so_and_for_no_other() -> None:
    for count in range(200):
        one = shown(count)
        stands_for = {other for other in range(220) if shown(other) == one}
        assert stands_for == set(range(one.least, one.most + 1))


@pytest.mark.parametrize("number", [-5, 3, 5, 7, 12])
def test_a_number_that_was_never_rounded_can_not_be_shown(number: int) -> None:
    with pytest.raises(DisclosureError):
        Shown(number)


def test_less_than_nobody_is_refused() -> None:
    with pytest.raises(DisclosureError):
        shown(-1)


def test_a_percentage_is_made_of_shown_numbers_only() -> None:
    assert percent(shown(11), shown(33)) == 29  # 10 of 35, not 33.3
    assert percent(shown(7), shown(33)) is None
    assert percent(shown(20), NOBODY) is None
    assert percent(shown(12), shown(11)) == 100


def test_overlapping_groups_are_not_added_up() -> None:
    assert at_least([shown(12), shown(31), shown(3)]) == Shown(30)
    assert at_least([shown(3), NOBODY]) == A_FEW
    assert at_least([]) == NOBODY


def seen_by_an_attacker(row: Row, parts: int) -> list[set[int]]:
    """Every number that the total and each part can be: by trying all of them, with no rule of ours.

    The attacker knows how counts are rounded, and that the parts make the total.
    """
    each = row.parts or (None,) * parts
    fitting = [
        counts
        for counts in product(
            *(range(13) if one is None else [n for n in range(63) if shown(n) == one] for one in each)
        )
        if shown(sum(counts)) == row.total
    ]
    return [{sum(counts) for counts in fitting}, *({counts[at] for counts in fitting} for at in range(parts))]


def leaks(row: Row, parts: int) -> bool:
    """Whether a star can be fewer numbers than 1 to 7."""
    total, *each = seen_by_an_attacker(row, parts)
    stars = [known for known, one in zip(each, row.parts or (), strict=False) if one.is_suppressed]
    if row.total.is_suppressed:
        stars.append(total)
    return any(known != set(range(1, 8)) for known in stars)


def test_an_attacker_finds_the_leak_of_a_table_that_shows_everything() -> None:
    planted = Row(shown(43), (shown(12), shown(12), shown(12), shown(7)))
    assert str(planted.total) == "45"
    assert seen_by_an_attacker(planted, 4)[4] == {7}
    assert leaks(planted, 4)
    # Eight stars make 10, so at most 12: none of them is more than 5.
    assert gives_away(shown(9), [A_FEW] * 8)
    assert not gives_away(shown(9), [A_FEW] * 6)


def test_no_attacker_learns_more_of_a_star_than_that_it_is_one_to_seven() -> None:
    chance = random.Random(20261122)
    shown_whole, left_out = 0, 0
    for _ in range(300):
        parts = [chance.choice([0, 0, chance.randint(1, 7), chance.randint(1, 30)]) for _ in range(3)]
        row = split(parts)
        assert not leaks(row, 3), parts
        if row.parts is None:
            left_out += sum(parts) > 7
        else:
            shown_whole += 1
        # Not only safe: what is left out would have been a leak.
        everything = tuple(shown(part) for part in parts)
        assert gives_away(row.total, everything) == leaks(Row(row.total, everything), 3), parts
    assert shown_whole > 50
    assert left_out > 10


def seen_in_two_tables(first: Row, second: Row) -> dict[str, set[int]]:
    """The same attack on two tables with two parts each, where the second counts some of the first."""

    def numbers(one: Shown | None) -> list[int]:
        return list(range(24)) if one is None else [n for n in range(24) if shown(n) == one]

    wholes, somes = first.parts or (None, None), second.parts or (None, None)
    fitting = [
        (a, b, c, d)
        for a in numbers(wholes[0])
        for c in numbers(somes[0])
        if c <= a
        for b in numbers(wholes[1])
        if shown(a + b) == first.total
        for d in numbers(somes[1])
        if d <= b and shown(c + d) == second.total
    ]
    return {
        "all": {a + b for a, b, _, _ in fitting},
        "all 0": {a for a, _, _, _ in fitting},
        "all 1": {b for _, b, _, _ in fitting},
        "some": {c + d for _, _, c, d in fitting},
        "some 0": {c for _, _, c, _ in fitting},
        "some 1": {d for _, _, _, d in fitting},
        "others": {a + b - c - d for a, b, c, d in fitting},
        "others 0": {a - c for a, _, c, _ in fitting},
        "others 1": {b - d for _, b, _, d in fitting},
    }


def two_tables_leak(first: Row, second: Row) -> bool:
    known = seen_in_two_tables(first, second)
    for name, row in (("all", first), ("some", second)):
        stars = {name: row.total} | {f"{name} {at}": one for at, one in enumerate(row.parts or ())}
        if any(one.is_suppressed and known[of] != set(range(1, 8)) for of, one in stars.items()):
            return True
    # Nor does what was never shown become one number from 1 to 7.
    return any(
        len(known[of]) == 1 and known[of] & set(range(1, 8)) for of in known if of.startswith("others")
    )


def test_two_tables_of_the_same_people_give_no_star_away_together() -> None:
    chance = random.Random(20261123)
    shown_whole, only_totals = 0, 0
    for _ in range(120):
        wholes = [chance.choice([chance.randint(0, 7), chance.randint(0, 14)]) for _ in range(2)]
        somes = [chance.randint(chance.choice([0, whole]), whole) for whole in wholes]
        first, second = split_both(wholes, somes)
        assert not two_tables_leak(first, second), (wholes, somes)
        shown_whole += first.parts is not None and second.parts is not None
        only_totals += first.parts is None and second.parts is None
        everything = tuple(Row(shown(sum(row)), tuple(shown(one) for one in row)) for row in (wholes, somes))
        assert both_give_away(*everything) == two_tables_leak(*everything), (wholes, somes)
    assert shown_whole > 10
    assert only_totals > 5


def test_an_attacker_finds_what_two_tables_give_away_that_are_safe_alone() -> None:
    wholes, somes = [8, 8], [5, 8]
    planted = [Row(shown(sum(row)), tuple(shown(one) for one in row)) for row in (wholes, somes)]
    assert not any(leaks(row, 2) for row in planted)
    assert two_tables_leak(*planted)


def test_the_second_table_must_count_people_of_the_first() -> None:
    with pytest.raises(DisclosureError):
        split_both([3, 4], [4, 3])


def test_parts_without_a_star_are_shown_with_their_total() -> None:
    assert split([20, 11, 0]) == Row(Shown(30), (Shown(20), Shown(10), NOBODY))


def test_a_star_has_no_parts() -> None:
    assert split([3, 0, 1]) == Row(A_FEW, None)
