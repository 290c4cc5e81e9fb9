"""Nothing that a report tells lets a reader work out a count of 1 to 7, whatever they put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from marketplace.gaps.asked import MET, Asked, asked_of
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.cells import Cells
from marketplace.gaps.disclosure import shown
from marketplace.gaps.geography import Geography
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.people_tables import FlowCounts
from marketplace.gaps.report import told_of
from marketplace.gaps.report_rows import GapReport, HindranceCount, PlaceCount
from tests.gaps.attacker import Attacker
from tests.gaps.worlds import Wish, asked_by, on_a_line

TODAY = date(2026, 11, 23)
GEOGRAPHY = on_a_line(7, districts=[0, 0, 0, 1, 1, 1, 1])


def random_people(rng: np.random.Generator, people: int) -> Asked:
    """People who differ in everything: a few themes, places and parts of the week have most of them."""
    skew = rng.uniform(0.4, 2.0)
    columns: dict[str, list[object]] = {name: [] for name in Asked._fields}

    def one_of(number: int) -> int:
        weights = np.arange(1, number + 1) ** -skew
        return int(rng.choice(number, p=weights / weights.sum()))

    met_share = rng.uniform(0.1, 0.9)
    for person in range(people):
        place = one_of(7) if rng.random() < 0.95 else -1
        district = int(GEOGRAPHY.place_district[place]) if place >= 0 else int(rng.integers(2))
        bands = 512 if rng.random() < 0.2 else sum({1 << one_of(4) for _ in range(rng.integers(0, 3))})
        level = one_of(5) + 1
        for theme in {one_of(6) for _ in range(rng.integers(1, 4))}:
            met = bool(rng.random() < met_share)
            hindrance = MET if met else [2, 4, 7, 12][one_of(4)]
            for name, value in zip(
                Asked._fields,
                (person, place, district, theme, bands, level, 0, met, hindrance, 53.0, -1.2, 9.0),
                strict=True,
            ):
                columns[name].append(value)
    return asked_of(**columns)


def report_of(asked: Asked, *, flow: FlowCounts | None = None, geography: Geography = GEOGRAPHY) -> GapReport:
    cells = Cells.of(geography)
    cells.add(asked)
    return told_of(cells, asked, geography, today=TODAY, flow=flow)


def random_flow(rng: np.random.Generator, asked: Asked) -> FlowCounts:
    """Those who are met on some theme fit; of these some are placed, and of those some one by one."""
    _, first = np.unique(asked.person[asked.met], return_index=True)
    fitting = np.bincount(asked.district[asked.met][first], minlength=2)
    placed = fitting - rng.integers(0, np.maximum(fitting // 3, 1))
    return FlowCounts(fitting, placed, placed - rng.integers(0, np.maximum(placed // 4, 1)))


@pytest.mark.parametrize("people", [12, 40, 90, 200])
def test_no_star_of_a_report_can_be_narrowed(people: int) -> None:
    stars = 0
    rng = np.random.default_rng([people, 0])
    asked = random_people(rng, people)
    document = report_of(asked, flow=random_flow(rng, asked)).to_json()
    for district in document["districts"]:
        attacker = Attacker(document, district["code"])
        stars += len(attacker.stars)
        assert attacker.given_away() == {}, district["code"]
    assert stars > 10  # something was there to be found


def test_the_true_counts_are_among_those_that_a_report_allows() -> None:
    asked = random_people(np.random.default_rng(1), 400)
    report = report_of(asked)
    for row in report.themes:
        here = (asked.district == GEOGRAPHY.district_of(row.district_code)) & (
            asked.theme == row.theme.position
        )
        for count, chosen in ((row.asked, here), (row.unmet, here & ~asked.met)):
            assert count is None or count == shown(int(chosen.sum()))
    assert sum(row.hindrances is not None for row in report.themes) >= 2
    assert sum(row.places is not None for row in report.themes) >= 2


def in_the_way(report: GapReport, **numbers: int) -> GapReport:
    """The report with the exact parts of its first theme told, as no report tells them."""
    (row, *others) = report.themes
    parts = tuple(
        HindranceCount(hindrance=Hindrance(name), unmet=shown(number)) for name, number in numbers.items()
    )
    return replace(report, themes=(replace(row, hindrances=parts, main=None), *others))


def test_a_planted_leak_is_found() -> None:
    # 12 + 12 + 12 + 7 are 43, which is shown as 45: beside three times 10 the star can only be 7.
    asked = asked_by(GEOGRAPHY, Wish(people=43, bands=(TimeBand.NOT_SAID,)))
    report = report_of(asked)
    district = report.districts[0].code
    assert Attacker(report.to_json(), district).given_away() == {}
    leaking = in_the_way(report, full=12, age=12, level=12, cost=7)
    found = Attacker(leaking.to_json(), district).given_away()
    assert found == {("hindrances", "cookery", "cost"): (pytest.approx(7.0), pytest.approx(7.0))}


def test_a_leak_over_two_tables_is_found() -> None:
    # Each table alone is fine: 8 to 12 and a star make 13 to 17; but the places leave 13 only at most.
    asked = asked_by(GEOGRAPHY, Wish(people=13, bands=(TimeBand.NOT_SAID,)))
    (row,) = report_of(asked).themes
    hindrances = tuple(
        HindranceCount(hindrance=hindrance, unmet=shown(number))
        for hindrance, number in ((Hindrance.FULL, 8), (Hindrance.AGE, 5))
    )
    places = tuple(PlaceCount(place_key=key, unmet=shown(number)) for key, number in (("ZZ0", 7), ("ZZ1", 6)))
    leaking = replace(
        report_of(asked), themes=(replace(row, hindrances=hindrances, places=places, main=None),)
    )
    found = Attacker(leaking.to_json(), row.district_code).given_away()
    assert ("places", "cookery", "ZZ0") in found
    for table in ("hindrances", "places"):
        alone = replace(leaking, themes=(replace(leaking.themes[0], **{table: None}),))
        caught = Attacker(alone.to_json(), row.district_code).given_away()
        assert bool(caught) == (table == "hindrances")
