"""Whom an offer that could be would serve, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from marketplace.gaps.asked import LEVEL_NOT_SAID
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.candidates import BANDS, CELLS, Candidate, Wishes, cell_of, wishes_of
from marketplace.gaps.sources import DemandSource
from marketplace.vocabulary import SupportLevel, Theme
from tests.gaps.worlds import Wish, asked_by, on_a_line, random_wishes, world

THREE = on_a_line(3)
SATURDAY = Candidate(1, Theme.COOKERY, TimeBand.SATURDAY_MORNING, SupportLevel.ENABLEMENT)


@pytest.mark.parametrize(
    ("wish", "serves"),
    [
        (Wish(place=1), True),
        (Wish(place=0, steps=1.1), True),
        (Wish(place=0, steps=0.9), False),  # 5 km away, and travels 4.5
        (Wish(place=0, steps=float("inf")), True),  # no limit known: as far as 20 km
        (Wish(place=1, theme=Theme.MUSIC_DRAMA_DANCE), False),
        (Wish(place=1, bands=(TimeBand.SUNDAY_MORNING,)), False),
        (Wish(place=1, bands=(TimeBand.SUNDAY_MORNING, TimeBand.SATURDAY_MORNING)), True),
        (Wish(place=1, bands=(TimeBand.NOT_SAID,)), True),
        (Wish(place=1, bands=()), False),  # said times, and none of them is an hour of any part
        (Wish(place=1, level=SupportLevel.PREVENTION), False),
        (Wish(place=1, level=LEVEL_NOT_SAID), True),
        (Wish(place=1, met=True), False),
        (Wish(place=1, source=DemandSource.SEARCHES), False),  # perhaps the same person again
        (Wish(place=1, source=DemandSource.CASES), True),
    ],
)
def test_an_offer_serves_who_wants_it_then_there_and_at_that_level(wish: Wish, serves: bool) -> None:
    assert len(world(THREE, wish).served_by(SATURDAY)) == serves


def test_nobody_who_said_no_level_is_a_reason_for_specialist_support() -> None:
    unsaid = world(THREE, Wish(place=1, level=LEVEL_NOT_SAID))
    specialist = SATURDAY._replace(level=SupportLevel.SPECIALIST)
    assert not len(unsaid.served_by(specialist))
    assert len(world(THREE, Wish(place=1, level=4)).served_by(specialist)) == 1


def test_counts_of_all_candidates_are_those_of_each_by_itself() -> None:
    wishes = random_wishes(np.random.default_rng(5), on_a_line(4), 60)
    for one in wishes:
        counts = one.counts()
        assert counts.shape == (4, CELLS)
        for at in range(4):
            for band in BANDS:
                for level in SupportLevel:
                    candidate = Candidate(at, one.theme, band, level)
                    assert (
                        counts[at, cell_of(band, level)]
                        == len(wishes.served_by(candidate))
                        == (_by_hand(wishes, candidate))
                    )
    assert sum(one.counts().max() for one in wishes) > 8


def test_only_places_of_the_list_are_proposed() -> None:
    asked = asked_by(THREE, Wish(place=1))
    some = wishes_of(asked, THREE, places=np.array([0, 2]))
    with pytest.raises(ValueError, match="no offer is proposed"):
        some.served_by(SATURDAY)


def test_a_candidate_is_kept_by_words_that_stay() -> None:
    assert SATURDAY.key(THREE) == "ZZ1 E07000000|cookery|saturday_morning|2"


def _by_hand(wishes: Wishes, candidate: Candidate) -> int:
    served = 0
    asked = wishes.asked
    for row in range(asked.rows):
        steps = abs(candidate.place - int(asked.place[row]))
        served += (
            asked.theme[row] == candidate.theme.position
            and steps * 5.0 <= asked.reach_km[row]
            and bool(asked.bands[row] & (candidate.band.bit | TimeBand.NOT_SAID.bit))
            and (
                asked.level[row] == candidate.level
                or (asked.level[row] == LEVEL_NOT_SAID and candidate.level <= 2)
            )
        )
    return served
