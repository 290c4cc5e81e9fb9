"""Sums over districts, and a council's own list as a file."""

from __future__ import annotations

from marketplace.commissioning.report.brought_file import Trouble, read_file, template_file
from marketplace.commissioning.report.index import sum_of
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from tests.commissioning.reports import STAR

ASHFIELD, MANSFIELD = "E07000170", "E07000174"


def test_a_sum_over_districts_is_no_number_where_nothing_but_stars_is_in_it() -> None:
    assert sum_of([Shown(10), STAR, None]) == Shown(10)
    assert sum_of([STAR, Shown(0)]) is None
    assert sum_of([STAR]) == STAR
    assert sum_of([Shown(0), Shown(0)]) == Shown(0)


def test_the_template_can_be_brought_as_it_is_and_files_of_other_kinds_are_refused() -> None:
    names = {MANSFIELD: "Mansfield", ASHFIELD: "Ashfield"}
    read = read_file(template_file(names).encode(), districts=names)
    assert [(one.district_code, one.band, one.people) for one in read.lines] == [
        (MANSFIELD, TimeBand.WEEKDAY_MORNING, 10),
        (ASHFIELD, TimeBand.WEEKDAY_AFTERNOON, 11),
    ]
    for content, trouble in (
        (b"", Trouble.NO_COLUMN),
        (b"PK\x03\x04\x00\x00", Trouble.NO_TABLE),
        (b"district;theme;people\n", Trouble.EMPTY),
        (b"district,theme,people\n" + b"Mansfield,gym,1\n" * 10_001, Trouble.TOO_MANY),
        (b"x" * 900_001, Trouble.TOO_LARGE),
        (b"district\ttheme\tpeople\tlevel\nMansfield\tgym\t1\t5\n", Trouble.LEVEL),
    ):
        assert read_file(content, districts=names).problems[0].trouble is trouble
