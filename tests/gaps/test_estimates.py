"""Shares with weights and ends: known answers, and nothing that the shown numbers don't say."""

from __future__ import annotations

import pytest

from marketplace.gaps.disclosure import A_FEW, NOBODY, Shown
from marketplace.gaps.estimates import Stratum, design_effect, post_stratified, unweighted, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "least", "most"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 20, 0.0, 0.1611),
        (20, 20, 0.8389, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),  # the same
        (1, 29, 0.0061, 0.1718),  # the same
    ],
)
def test_the_ends_are_those_that_wilson_gives(successes: int, trials: int, least: float, most: float) -> None:
    assert wilson(successes, trials) == pytest.approx((least, most), abs=5e-5)


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_has_no_ends(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(successes, trials)


def test_unequal_weights_make_answers_worth_less() -> None:
    assert design_effect([2.0, 2.0], [10, 30]) == pytest.approx(1.0)
    assert design_effect([1.0, 3.0], [10, 10]) == pytest.approx(1.25)
    with pytest.raises(ValueError, match="nobody"):
        design_effect([1.0], [0])


def test_each_group_counts_for_as_many_as_live_there() -> None:
    # 3000 people of whom 50 of 100 say yes, 1000 of whom 20 of 20 do: (3000·0.5 + 1000·1) / 4000
    found = post_stratified([Stratum(3000, Shown(100), Shown(50)), Stratum(1000, Shown(20), Shown(20))])
    assert found is not None
    assert (found.percent, found.covers_percent) == (62, 100)
    # weights 30 and 50: 120·(100·900 + 20·2500) / (3000 + 1000)² = 1.05
    assert found.design_effect == pytest.approx(1.05)
    assert (found.least, found.most) == (53, 71)  # Wilson of 71.4 in 114.3


def test_a_star_among_the_answers_is_its_middle_and_hidden_groups_stay_out() -> None:
    found = post_stratified(
        [
            Stratum(1000, Shown(20), A_FEW),  # 4 of 20
            Stratum(1000, A_FEW, A_FEW),
            Stratum(1000, None, None),
            Stratum(1000, NOBODY, NOBODY),
            Stratum(0, Shown(40), Shown(40)),  # nobody knows how many of them there are
        ]
    )
    assert found is not None
    assert (found.percent, found.covers_percent) == (20, 25)


def test_without_a_group_that_can_be_told_there_is_no_share() -> None:
    assert post_stratified([Stratum(1000, A_FEW, A_FEW)]) is None
    assert unweighted(A_FEW, A_FEW) is None
    assert unweighted(NOBODY, NOBODY) is None
    plain = unweighted(Shown(40), Shown(10))
    assert plain is not None
    assert plain.percent == 25
    assert plain.design_effect == pytest.approx(1.0)
