"""What people ask for and nothing fits: who is counted where, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.gaps.asked import MET, Asked, asked_of, joined
from marketplace.gaps.bands import TimeBand, bands_of
from marketplace.gaps.cells import Cells
from marketplace.gaps.counting import Asker, count
from marketplace.gaps.disclosure import A_FEW, NOBODY, Shown
from marketplace.gaps.geography import districts_only
from marketplace.gaps.report import told_of
from marketplace.gaps.wanted import ALL_LEVELS, LEVEL_NOT_SAID, Hindrance, WantedRow, wanted_rows
from marketplace.matching.needs import Needs, parse_needs
from marketplace.matching.text import Thesaurus
from marketplace.vocabulary import Theme
from tests.matching.offers import MANSFIELD as HOME
from tests.matching.offers import TODAY, catalogue_of, offer

EVENING = 17 * 60
MANSFIELD = "E07000174"
DISTRICTS = districts_only([MANSFIELD])


def needs(*goals: object, **more: object) -> Needs:
    return parse_needs({"goals": list(goals), **more})


def people(
    number: int,
    *,
    first: int,
    band: TimeBand = TimeBand.NOT_SAID,
    level: int = LEVEL_NOT_SAID,
    hindrance: Hindrance | None = None,
) -> Asked:
    """So many people of Mansfield who ask for cookery; met where nothing hinders."""
    every = {
        "place": -1,
        "district": 0,
        "theme": Theme.COOKERY.position,
        "bands": band.bit,
        "level": level,
        "source": 0,
        "met": hindrance is None,
        "hindrance": MET if hindrance is None else hindrance.position,
        "lat": 53.1,
        "lon": -1.2,
        "reach_km": 20.0,
    }
    return asked_of(
        person=range(first, first + number), **{name: [value] * number for name, value in every.items()}
    )


def rows_of(*blocks: Asked) -> dict[tuple[Theme, TimeBand, int], WantedRow]:
    cells = Cells.of(DISTRICTS)
    for block in blocks:
        cells.add(block)
    return {(row.theme, row.band, row.level): row for row in wanted_rows(cells, DISTRICTS.district_codes)}


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


def test_a_person_is_unmet_where_no_offer_fits_any_goal_about_the_theme() -> None:
    cooks = needs({"theme": "cookery"}, {"theme": "cookery", "text": "a curry"}, {"theme": "swimming"})
    asked = count([Asker(cooks, HOME, None)], catalogue_of(offer()), DISTRICTS, today=TODAY).asked
    rows = rows_of(asked)
    assert rows[Theme.COOKERY, TimeBand.NOT_SAID, ALL_LEVELS].unmet == NOBODY
    assert rows[Theme.SWIMMING, TimeBand.NOT_SAID, ALL_LEVELS].unmet == A_FEW
    # Two goals about cookery are one wish of one person.
    assert (asked.rows, asked.people) == (2, 1)


def test_own_words_count_for_the_themes_that_they_are_about() -> None:
    thesaurus = Thesaurus.load(Path(__file__).resolve().parents[2] / "seeds" / "thesaurus.yaml")
    tea = Asker(needs({"text": "I want to make my own tea"}), HOME, None)
    asked = count([tea], catalogue_of(offer(), thesaurus=thesaurus), DISTRICTS, today=TODAY).asked
    assert Theme.COOKERY.position in asked.theme


def test_levels_and_what_stands_in_the_way_are_told_where_they_give_nobody_away() -> None:
    evenings = TimeBand.WEEKDAY_EVENING
    rows = rows_of(
        people(11, first=0, band=evenings, level=2, hindrance=Hindrance.TRAVEL),
        people(12, first=20, band=evenings, level=3, hindrance=Hindrance.TRAVEL),
        people(2, first=40, band=evenings, hindrance=Hindrance.FULL),
    )
    whole = rows[Theme.COOKERY, evenings, ALL_LEVELS]
    assert (whole.asked, whole.unmet, whole.hindrance) == (Shown(25), Shown(25), Hindrance.TRAVEL)
    # 25 beside 10 and 10: the rest could be no less than 23 - 24, so the star is any of 1 to 7.
    levels = {row.level: str(row.unmet) for row in rows.values() if row.level != ALL_LEVELS}
    assert levels == {2: "10", 3: "10", LEVEL_NOT_SAID: "*"}


def test_what_most_people_meet_is_not_told_of_a_few() -> None:
    here = (Theme.COOKERY, TimeBand.NOT_SAID, ALL_LEVELS)
    few = people(7, first=0, hindrance=Hindrance.NOTHING_NEAR)
    assert rows_of(few)[here].hindrance is None
    one_more = people(1, first=7, hindrance=Hindrance.NOTHING_NEAR)
    assert rows_of(few, one_more)[here].hindrance is Hindrance.NOTHING_NEAR


def test_people_of_districts_without_places_are_told_as_those_of_places() -> None:
    cells = Cells.of(DISTRICTS)
    everybody = joined(
        [
            people(number, first=number * 100, band=TimeBand.WEEKDAY_EVENING, level=2, hindrance=hindrance)
            for number, hindrance in ((20, Hindrance.LEVEL), (15, Hindrance.TRAVEL), (12, None))
        ]
    )
    cells.add(everybody)

    assert cells.place_unmet.sum() == cells.unmet.sum() == 35
    told = told_of(cells, everybody, DISTRICTS, today=TODAY).wanted
    (row,) = [one for one in told if one.level == ALL_LEVELS]
    assert (str(row.asked), str(row.unmet)) == ("45", "35")
