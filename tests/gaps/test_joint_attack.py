"""Nobody is found by putting together everything that one reader can see on one day."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from marketplace.commissioning.next_offers.proposing import propose
from marketplace.commissioning.report.making import Made
from marketplace.gaps.asked import MET, Asked, asked_of
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.candidates import Candidate, Wishes, wishes_of
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.groups import groups_of, shown_groups
from marketplace.gaps.losses import MetWishes, only_owner
from marketplace.gaps.losses_told import told_losses
from marketplace.gaps.report_rows import GapReport
from marketplace.gaps.sources import DemandSource
from marketplace.gaps.telling import tables_of
from marketplace.vocabulary import SupportLevel, Theme
from tests.gaps.joint import Closing, Everything, JointAttacker, Told
from tests.gaps.test_attack import TODAY, random_flow, report_of
from tests.gaps.worlds import Wish, asked_by, on_a_line
from tests.matching.offers import catalogue_of

LINE = on_a_line(6, districts=[0, 0, 0, 1, 1, 1])
COUNCIL = "E10000000"
MORE = int(os.environ.get("MEANINGFUL_DAY_ATTACKS", "0"))
"""So many further random worlds; set it to search longer."""


def random_asked(rng: np.random.Generator, people: int) -> Asked:
    """People who differ in everything: a few themes, places and parts of the week have most of them."""
    columns: dict[str, list[object]] = {name: [] for name in Asked._fields}
    skew = rng.uniform(0.4, 2.0)

    def one_of(number: int) -> int:
        weights = np.arange(1, number + 1) ** -skew
        return int(rng.choice(number, p=weights / weights.sum()))

    met_share, cases = rng.uniform(0.1, 0.7), rng.uniform(0.0, 0.6)
    for person in range(people):
        place = one_of(len(LINE.outcodes))
        bands = 512 if rng.random() < 0.2 else sum({1 << one_of(3) for _ in range(rng.integers(0, 3))})
        level, source, reach = one_of(5) + 1, int(rng.random() < cases), float(rng.choice([2.5, 6, 30]))
        for theme in {one_of(4) for _ in range(rng.integers(1, 4))}:
            met = bool(rng.random() < met_share)
            row = {
                "person": person,
                "place": place,
                "district": int(LINE.place_district[place]),
                "theme": theme,
                "bands": bands,
                "level": level,
                "source": source,
                "met": met,
                "hindrance": MET if met else [2, 4, 7, 12][one_of(4)],
                "lat": LINE.lat[place],
                "lon": LINE.lon[place],
                "reach_km": reach,
            }
            for name, value in row.items():
                columns[name].append(value)
    return asked_of(**columns)


def part_of(asked: Asked, report: GapReport) -> dict[str, Any]:
    """What is kept of proposals beside the report."""
    made = Made(
        report=report,
        asked=asked,
        ids=(),
        askers=None,
        geography=LINE,
        catalogue=catalogue_of(),
        tables=tables_of(report, LINE),
        today=TODAY,
        evening=1020,
        seeds_dir=Path("seeds"),
    )
    part: dict[str, Any] = json.loads(json.dumps(propose(made, COUNCIL)))
    return part


def number_of(count: Shown | None) -> Told:
    return None if count is None else "*" if count.number is None else count.number


def closings_of(rng: np.random.Generator, asked: Asked, report: GapReport) -> list[Closing]:
    """Four providers, of whom one alone serves most of those who are met."""
    met = asked.where(asked.met)
    fits = [
        np.unique(rng.choice(4, size=int(rng.integers(1, 3)), p=[0.5, 0.3, 0.1, 0.1]))
        for _ in range(met.rows)
    ]
    wishes = MetWishes(met, np.cumsum([0, *map(len, fits)]), np.concatenate([*fits, np.zeros(0, np.int64)]))
    owner = np.arange(4)
    offered = np.array([TimeBand.NOT_SAID.bit | 1 << int(rng.integers(3)) | 1 for _ in owner])
    bands = np.array([np.bitwise_or.reduce(offered[one]) for one in fits], dtype=np.int64)
    lost_to, found = only_owner(wishes, owner), []
    told = told_losses(wishes, owner, bands, report, LINE, names=["a", "b", "c", "d"])
    for number, loss in told.items():
        rows = np.flatnonzero(lost_to == number)
        codes = [LINE.district_codes[at] for at in met.district[rows].tolist()]
        themes = [list(Theme)[at].value for at in met.theme[rows].tolist()]
        found.append(
            Closing(
                name="abcd"[number],
                people=number_of(loss.whole.people),
                districts={
                    LINE.district_codes[at]: number_of(one) for at, one in loss.whole.districts.items()
                },
                wishes={
                    (LINE.district_codes[one.district], one.theme.value): number_of(one.people)
                    for one in loss.whole.wishes
                },
                about=frozenset(zip(codes, themes, met.level[rows].tolist(), strict=True)),
                bands=frozenset(band.value for band in TimeBand if offered[number] & band.bit),
            )
        )
    return found


class Seen:
    """What there is to see of some people, and the attacker who sees it."""

    def __init__(self, asked: Asked, rng: np.random.Generator, *, closes: bool = True) -> None:
        report = report_in_line(asked, rng)
        self.wishes: Wishes = wishes_of(asked, LINE, places=np.arange(len(LINE.outcodes)))
        groups = groups_of(self.wishes)
        self.in_group = {group.key(LINE): group.rows for group in groups}
        self.everything = Everything(
            report=report.to_json(),
            next_offers=part_of(asked, report),
            groups=[
                {
                    "key": one.key,
                    "theme": one.theme.value,
                    "band": one.band.value,
                    "people": one.people.number,
                }
                for one in shown_groups(self.wishes, groups, tables_of(report, LINE))
            ],
            closings=closings_of(rng, asked, report) if closes else [],
        )

    def attacker(self, **instead: Any) -> JointAttacker:
        return JointAttacker(replace(self.everything, **instead), self.reached)

    def reached(self, key: str) -> set[str]:
        """The districts from which people would come to a candidate or a group."""
        rows = self.in_group.get(key)
        if rows is None:
            place, theme, band, level = key.split("|")
            outcode, district = place.split()
            candidate = Candidate(
                LINE.index[outcode, district], Theme(theme), TimeBand(band), SupportLevel(int(level))
            )
            rows = self.wishes.served_by(candidate)
        return {LINE.district_codes[at] for at in self.wishes.asked.district[rows].tolist()}


def report_in_line(asked: Asked, rng: np.random.Generator) -> GapReport:
    return report_of(asked, flow=random_flow(rng, asked), geography=LINE)


@pytest.mark.parametrize(
    ("people", "world"),
    [(90, 2), (200, 0), (300, 4), *((90 + 7 * more, more) for more in range(5, 5 + MORE))],
)
def test_no_star_can_be_narrowed_by_everything_together(people: int, world: int) -> None:
    rng = np.random.default_rng([people, world, 7])
    seen = Seen(random_asked(rng, people), rng)
    attacker = seen.attacker()
    assert len(attacker.stars) > 10
    if not MORE:
        assert seen.everything.next_offers["offers"], "there are proposals"
        assert seen.everything.next_offers["plan"]["people"]
        assert seen.everything.groups
    if people == 200:
        assert seen.everything.closings
    assert attacker.given_away() == {}


NEAR = {"place": 2, "people": 12, "steps": 1.1}
FAR = {"place": 3, "people": 7, "steps": 1.1}
"""About 10 of one district, and a star of the next, who could come to one place."""
STAR = {("E07000001", what, "cookery") for what in ("asked", "unmet")}


@pytest.fixture(scope="module")
def border() -> Seen:
    seen = Seen(asked_by(LINE, Wish(**NEAR), Wish(**FAR)), np.random.default_rng(1))
    assert seen.attacker().given_away() == {}
    assert {name[:3] for name, _ in seen.attacker().stars} == STAR
    return seen


@pytest.mark.parametrize(
    "what", ["offers", "people of the plan", "percent of the bound", "changes", "groups"]
)
def test_a_number_that_is_told_as_it_is_gives_the_star_away_wherever_it_stands(
    border: Seen, what: str
) -> None:
    # 18 and more of 8 to 12 and a star: the star is 6 or 7.
    part = json.loads(json.dumps(border.everything.next_offers))
    instead: dict[str, Any] = {"next_offers": part}
    match what:
        case "offers":
            assert part["offers"][0]["people"] == 10
            part["offers"][0]["people"] = 20
        case "people of the plan":
            part["plan"]["offers"][0]["people"] = 20
        case "percent of the bound":
            assert part["plan"]["people"] == 10
            part["plan"]["percent_of_bound"] = 50
        case "changes":
            part["offers"][0]["changes"]["districts"] = [["E07000001", "*", 10, None, None, None]]
        case "groups":
            (group,) = border.everything.groups
            assert group["people"] == 10
            instead = {"groups": [group | {"people": 20}]}
    attack = border.attacker(**instead)
    if what == "changes":  # a star of which 8 are told contradicts itself
        with pytest.raises(AssertionError, match="infeasible"):
            attack.given_away()
        return
    assert {name[:3] for name in attack.given_away()} >= STAR


def test_who_would_lose_all_with_a_provider_gives_a_star_away_where_it_is_told_as_it_is() -> None:
    seen = Seen(
        asked_by(LINE, Wish(**NEAR, met=True), Wish(**FAR, met=True)), np.random.default_rng(1), closes=False
    )
    assert seen.attacker().given_away() == {}
    about = frozenset((f"E0700000{number}", "cookery", 2) for number in range(2))
    closing = Closing(
        name="a", people=20, districts={}, wishes={}, about=about, bands=frozenset({"saturday_morning"})
    )
    found = seen.attacker(closings=[closing]).given_away()
    assert ("E07000001", "asked", "cookery") in found
    assert seen.attacker(closings=[replace(closing, people=10)]).given_away() == {}


def test_sources_that_narrow_the_number_of_all_people_are_not_told() -> None:
    cases = DemandSource.CASES
    told, few = Wish(people=8), Wish(people=4, source=cases)
    swim = Wish(people=5, theme=Theme.SWIMMING, source=cases)
    seen = Seen(asked_by(LINE, told, few, swim), np.random.default_rng(1))
    code = "E07000000"
    assert seen.everything.report["sources"] == []
    assert seen.attacker().given_away() == {}
    sources = [
        {"district_code": code, "theme": None, "source": source, "asked": 10, "unmet": None}
        for source in ("profiles", "cases")
    ]
    found = seen.attacker(report=seen.everything.report | {"sources": sources}).given_away()
    # Two times 8 or more are 16 people at least; 12 at most want to cook, so 4 or more want to swim.
    assert found[code, "asked", "swimming"] == (pytest.approx(4), pytest.approx(7))
    # Eleven and eleven are told: 16 to 24 say no more of 18 to 22 than 'about 20'.
    more = Seen(asked_by(LINE, Wish(people=11), Wish(people=11, source=cases)), np.random.default_rng(1))
    assert [one["asked"] for one in more.everything.report["sources"]] == [10, 10]
