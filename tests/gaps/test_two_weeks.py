"""What two reports a week apart say together, and what a list of one's own says of others."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from marketplace.gaps.cells import Cells
from marketplace.gaps.disclosure import shown
from marketplace.gaps.report import SourceCount, told_of
from marketplace.gaps.sources import SOURCE_WEIGHTS, DemandSource, weighted
from marketplace.vocabulary import Theme
from tests.gaps.attacker import Attacker
from tests.gaps.test_attack import TODAY, report_of
from tests.gaps.test_joint_attack import LINE, random_asked
from tests.gaps.worlds import Wish, asked_by

PEOPLE = ("met", "unmet")


class TwoWeeks(Attacker):
    """Reads two reports. *nobody_left* and *came* are what they happen to know from elsewhere: that nobody
    left or changed, and that at most so many came."""

    names_districts = True

    def __init__(
        self,
        first: dict[str, Any],
        second: dict[str, Any],
        *,
        nobody_left: bool = False,
        came: int | None = None,
    ) -> None:
        later = json.loads(json.dumps(second).replace("E0700000", "L0700000"))
        tables = ("districts", "themes", "wanted", "sources")
        both = {name: first[name] + later[name] for name in tables}
        super().__init__(both, *(row["code"] for row in both["districts"]))
        for name in [name for name in self.variables if name[0].startswith("E") and name[1] in PEOPLE]:
            next_week = (f"L{name[0][1:]}", *name[1:])
            if nobody_left and next_week in self.variables:
                before, after = [(1.0, self.variables[name])], [(1.0, self.variables[next_week])]
                self.at_most(before, after)
                if came is not None:
                    self.at_most(after, before, less=-came)


@pytest.mark.parametrize("people", [40, 90])
def test_one_person_more_in_the_second_week_lets_nobody_be_found(people: int) -> None:
    asked = random_asked(np.random.default_rng([people, 1, 3]), people)
    without = report_of(asked.where(asked.person != people // 2), geography=LINE).to_json()
    everybody = report_of(asked, geography=LINE).to_json()
    assert without != everybody, "something moved"
    for first, second in ((without, everybody), (everybody, without)):
        attacker = TwoWeeks(first, second)
        assert len(attacker.stars) > 40
        assert attacker.given_away() == {}
    # Who knows as well that one came and nobody left learns nothing either while no border is crossed.
    assert TwoWeeks(without, everybody, nobody_left=True, came=1).given_away() == {}


def test_who_knows_of_the_only_one_who_came_learns_what_crosses_the_border() -> None:
    """What a week between two reports does not cover: it is written down in docs/decisions.md."""
    few, more = (report_of(asked_by(LINE, Wish(people=number))).to_json() for number in (7, 8))
    assert TwoWeeks(few, more).given_away() == {}
    assert TwoWeeks(few, more, nobody_left=True).given_away() == {}
    found = TwoWeeks(few, more, nobody_left=True, came=1).given_away()
    assert found["E07000000", "asked", "cookery"] == (pytest.approx(7), pytest.approx(7))


def test_a_list_of_ones_own_moves_no_number_but_its_own() -> None:
    asked = asked_by(LINE, Wish(people=13), Wish(people=6, theme=Theme.SWIMMING))
    cells = Cells.of(LINE)
    cells.add(asked)
    seen = set()
    for number in range(1, 24):
        brought = {DemandSource.BROUGHT: [SourceCount("E07000000", Theme.SWIMMING, number, None)]}
        report = told_of(cells, asked, LINE, today=TODAY, other=brought)
        (own,) = [one for one in report.sources if one.source is DemandSource.BROUGHT]
        assert own.asked == shown(number)
        document = report.to_json()
        document["sources"] = [one for one in document["sources"] if one["source"] != "brought"]
        seen.add(json.dumps(document))
        (row,) = [one for one in report.themes if one.theme is Theme.SWIMMING]
        assert row.unmet is not None
        together = weighted({DemandSource.PROFILES: row.unmet, DemandSource.BROUGHT: own.asked})
        # The sum is of shown numbers, so a star stays nothing in it however the list is chosen.
        assert together == SOURCE_WEIGHTS[DemandSource.BROUGHT] * (own.asked.number or 0)
    assert len(seen) == 1
