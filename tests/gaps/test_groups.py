"""Groups that could be: who is in which, nobody twice, and what is told of them."""

from __future__ import annotations

import pytest

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.groups import groups_of, shown_groups
from marketplace.gaps.telling import NOTHING_PUBLISHED, UnmetTables
from marketplace.vocabulary import Theme
from tests.gaps.worlds import Wish, on_a_line, tables_of, world

EVENING, SATURDAY = TimeBand.WEEKDAY_EVENING, TimeBand.SATURDAY_MORNING
LINE = on_a_line(4, districts=[0, 0, 1, 1])


def test_the_largest_group_is_taken_first_and_nobody_is_in_two_about_one_theme() -> None:
    wishes = world(
        LINE,
        Wish(place=0, people=9, bands=(EVENING, SATURDAY)),
        Wish(place=0, people=6, bands=(SATURDAY,)),
        Wish(place=0, people=7, bands=(EVENING,)),
        Wish(place=1, people=4, bands=(EVENING,), steps=1.1),
        Wish(place=3, people=8, theme=Theme.SWIMMING, bands=(TimeBand.NOT_SAID,)),
    )
    groups = groups_of(wishes)
    # 20 in the evening; of the nine who could also come on Saturdays nobody is left for the six.
    cookery = [(one.place, one.band, len(one.people)) for one in groups if one.theme is Theme.COOKERY]
    assert cookery == [(0, EVENING, 20)]
    swimming = [one for one in groups if one.theme is Theme.SWIMMING]
    assert [(one.place, one.band, len(one.people)) for one in swimming] == [
        (3, TimeBand.WEEKDAY_MORNING, 8)  # whenever it is: then the first of the list
    ]


def test_seven_people_are_no_group_and_neighbours_make_one() -> None:
    assert groups_of(world(LINE, Wish(place=0, people=7))) == []
    apart = world(LINE, Wish(place=0, people=4, steps=0.4), Wish(place=1, people=4, steps=0.4))
    assert groups_of(apart) == []
    (group,) = groups_of(world(LINE, Wish(place=0, people=4, steps=1.1), Wish(place=1, people=4)))
    assert (group.place, len(group.rows)) == (1, 8)
    with pytest.raises(ValueError, match="at least 8"):
        groups_of(apart, least=4)


def test_a_group_keeps_its_key_and_shows_no_count() -> None:
    wishes = world(LINE, Wish(place=1, people=18))
    groups = groups_of(wishes)
    (seen,) = shown_groups(wishes, groups, tables_of(wishes))
    assert seen.key == "E07000000|ZZ1|cookery|saturday_morning"
    assert seen.people == Shown(20)
    assert "rows" not in repr(groups[0])
    more = world(LINE, Wish(place=1, people=23), Wish(place=0, people=3, steps=2.0))
    assert shown_groups(more, groups_of(more), tables_of(more))[0].key == seen.key


def test_a_group_out_of_cells_that_are_stars_is_told_as_no_more_than_they_say() -> None:
    wishes = world(
        LINE, Wish(place=1, people=7, steps=1.1), Wish(place=2, people=7, steps=0.4, bands=(SATURDAY,))
    )
    groups = groups_of(wishes)
    assert len(groups[0].people) == 14
    assert shown_groups(wishes, groups, NOTHING_PUBLISHED)[0].people == Shown(15)
    # Both cells are stars: 'at least 8' would still say that they are not 1 and 1.
    assert shown_groups(wishes, groups, tables_of(wishes)) == []
    theme_only = UnmetTables(by_theme={(0, 2): Shown(10)}, by_level={}, by_band={})
    assert shown_groups(wishes, groups, theme_only)[0].people == Shown(10)
