"""What people ask for and nothing fits: who is counted where, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from marketplace.gaps.bands import TimeBand, bands_of
from marketplace.gaps.disclosure import A_FEW, NOBODY, Shown
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.wanted import ALL_LEVELS, LEVEL_NOT_SAID, Tally, WantedRow
from marketplace.matching.batch_counted import empty_counts
from marketplace.matching.batch_counts import GoalCounts
from marketplace.matching.needs import Needs, parse_needs
from marketplace.matching.text import Thesaurus
from marketplace.vocabulary import Stop, Theme

EVENING = 17 * 60
MANSFIELD = "E07000174"


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus.load(Path(__file__).resolve().parents[2] / "seeds" / "thesaurus.yaml")


def needs(*goals: object, **more: object) -> Needs:
    return parse_needs({"goals": list(goals), **more})


def counts(*people: list[tuple[int, dict[Stop, int]]]) -> GoalCounts:
    """For each person and goal: how many offers fit, and by what the others are stopped."""
    goals = [goal for person in people for goal in person]
    stopped = np.zeros((len(goals), len(Stop)), dtype=np.int32)
    for number, (_, stops) in enumerate(goals):
        for stop, offers in stops.items():
            stopped[number, stop.position] = offers
    first = np.cumsum([0, *(len(person) for person in people)])
    fits = np.array([fitting for fitting, _ in goals], dtype=np.int32)
    return empty_counts(first.astype(np.int64))._replace(fits=fits, stopped=stopped)


def rows_of(tally: Tally) -> dict[tuple[Theme, TimeBand, int], WantedRow]:
    return {(row.theme, row.band, row.level): row for row in tally.rows()}


@pytest.mark.parametrize(
    ("when", "bands"),
    [
        ({}, {TimeBand.NOT_SAID}),
        ({"tue": ["09:00-13:00"]}, {TimeBand.WEEKDAY_MORNING, TimeBand.WEEKDAY_AFTERNOON}),
        ({"tue": ["11:30-12:45"]}, set()),  # less than an hour of either
        ({"tue": ["11:15-12:00"]}, {TimeBand.WEEKDAY_MORNING}),
        (
            {"fri": ["18:00-23:00"], "sat": ["10:00-16:00"]},
            {TimeBand.WEEKDAY_EVENING, TimeBand.SATURDAY_MORNING, TimeBand.SATURDAY_AFTERNOON},
        ),
        ({"sun": ["22:00-09:00"]}, {TimeBand.SUNDAY_EVENING, TimeBand.WEEKDAY_MORNING}),
    ],
)
def test_time_in_a_part_of_the_week_is_an_hour_of_it(
    when: dict[str, list[str]], bands: set[TimeBand]
) -> None:
    assert bands_of(needs({"theme": "cookery"}, when=when).when, EVENING) == bands


def test_a_person_is_unmet_where_no_offer_fits_any_goal_about_the_theme(thesaurus: Thesaurus) -> None:
    tally = Tally(thesaurus, evening=EVENING)
    cooks = needs({"theme": "cookery"}, {"theme": "cookery", "text": "a curry"}, {"theme": "swimming"})
    none: dict[Stop, int] = {}
    tally.add([(MANSFIELD, cooks)] * 2, counts([(0, none), (3, none), (0, none)], [(0, none)] * 3))
    rows = rows_of(tally)
    cookery = rows[Theme.COOKERY, TimeBand.NOT_SAID, ALL_LEVELS]
    assert (cookery.asked, cookery.unmet) == (A_FEW, A_FEW)
    only_one = Tally(thesaurus, evening=EVENING)
    only_one.add([(MANSFIELD, cooks)], counts([(0, none), (3, none), (0, none)]))
    assert rows_of(only_one)[Theme.COOKERY, TimeBand.NOT_SAID, ALL_LEVELS].unmet == NOBODY
    assert rows_of(only_one)[Theme.SWIMMING, TimeBand.NOT_SAID, ALL_LEVELS].unmet == A_FEW


def test_own_words_count_for_the_themes_that_they_are_about(thesaurus: Thesaurus) -> None:
    tally = Tally(thesaurus, evening=EVENING)
    tally.add([(MANSFIELD, needs({"text": "I want to make my own tea"}))], counts([(0, {})]))
    assert Theme.COOKERY in {theme for theme, _, _ in rows_of(tally)}


def test_levels_and_what_stands_in_the_way_are_told_where_they_give_nobody_away(thesaurus: Thesaurus) -> None:
    tally = Tally(thesaurus, evening=EVENING)
    far, full = {Stop.TRAVEL: 3, Stop.TIMES: 1}, {Stop.NOT_TAKING_PEOPLE: 1}
    evenings = {"when": {"tue": ["17:00-21:00"]}}
    for level, people, stops in ((2, 11, far), (3, 12, far), (None, 2, full)):
        more = evenings if level is None else {**evenings, "support_level": level}
        asking = [(MANSFIELD, needs({"theme": "cookery"}, **more))] * people
        tally.add(asking, counts(*([(0, stops)] for _ in range(people))))
    rows = rows_of(tally)
    whole = rows[Theme.COOKERY, TimeBand.WEEKDAY_EVENING, ALL_LEVELS]
    assert (whole.asked, whole.unmet, whole.hindrance) == (Shown(25), Shown(25), Hindrance.TRAVEL)
    # 25 beside 10 and 10: the rest could be no less than 23 - 24, so the star is any of 1 to 7.
    levels = {row.level: str(row.unmet) for row in rows.values() if row.level != ALL_LEVELS}
    assert levels == {2: "10", 3: "10", LEVEL_NOT_SAID: "*"}


def test_what_most_people_meet_is_not_told_of_a_few(thesaurus: Thesaurus) -> None:
    tally = Tally(thesaurus, evening=EVENING)
    asking = [(MANSFIELD, needs({"theme": "cookery"}))] * 7
    tally.add(asking, counts(*([(0, {})] for _ in range(7))))
    assert rows_of(tally)[Theme.COOKERY, TimeBand.NOT_SAID, ALL_LEVELS].hindrance is None
    tally.add(asking[:1], counts([(0, {})]))
    assert rows_of(tally)[Theme.COOKERY, TimeBand.NOT_SAID, ALL_LEVELS].hindrance is Hindrance.NOTHING_NEAR
