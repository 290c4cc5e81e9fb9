"""Who would lose everything with a provider: counted once for all of them, and told without giving anyone away."""

from __future__ import annotations

import random

import numpy as np
import pytest

from marketplace.gaps.asked import Asked
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.counting import count
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.losses import MetWishes, bands_of_offers, met_wishes, only_owner
from marketplace.gaps.losses_told import OwnerLoss, told_losses
from marketplace.gaps.what_if import lost_without
from marketplace.vocabulary import Day, Theme
from tests.gaps.attacker import LEVELS, Attacker
from tests.gaps.test_attack import GEOGRAPHY, random_flow, random_people, report_of
from tests.gaps.test_what_if import LINE, _asker, _at
from tests.gaps.worlds import LAT, LON
from tests.matching.offers import TODAY, catalogue_of, levels, offer, session


def test_one_count_says_what_taking_each_provider_away_in_turn_would_say() -> None:
    rng = random.Random(11)
    askers = [_asker(rng, LINE) for _ in range(60)]
    askers += [_at(0, {"goals": [{"text": "I want to swim and to cook"}, {"theme": "gym"}]})] * 2
    askers += [_at(1, {"goals": [{"theme": "gym"}], "matters_most": ["friends"]})]
    themes = [Theme.COOKERY, Theme.SWIMMING, Theme.GYM, Theme.FRIENDS]
    offers = [
        offer(
            f"offer {number}",
            lat=LAT,
            lon=LON + rng.uniform(-0.05, 0.25),
            themes=rng.choice(themes).bit,
            levels=levels(1, 2, 3, 4),
            sessions=(session(Day.WED, "11:00", "13:00"), session(Day.SAT, "09:00", "11:00")),
        )
        for number in range(9)
    ]
    catalogue = catalogue_of(*offers)
    owners = sorted({one.themes for one in offers})  # one for each theme, in whatever order rows are kept
    owner = np.zeros(len(offers), dtype=np.int64)
    for one in offers:
        owner[catalogue.row_of[one.id]] = owners.index(one.themes)
    wishes = met_wishes(askers, catalogue, LINE, today=TODAY)
    before = count(askers, catalogue, LINE, today=TODAY, with_pairs=True)
    assert _names(wishes.asked) == _names(before.asked.where(before.asked.met))
    lost_to, lost_offer = only_owner(wishes, owner), only_owner(wishes, np.arange(len(offers)))
    seen = 0
    for number, of_theme in enumerate(owners):
        gone = [one.id for one in offers if one.themes == of_theme]
        again = lost_without(askers, before, catalogue, LINE, gone, today=TODAY)
        assert _names(wishes.asked.where(lost_to == number)) == _names(again)
        single = lost_without(askers, before, catalogue, LINE, gone[:1], today=TODAY)
        row = catalogue.row_of[gone[0]]
        assert _names(wishes.asked.where(lost_offer == row)) == _names(single)
        seen += again.rows
    assert seen > 8


def test_the_parts_of_the_week_of_an_offer_are_those_that_it_touches() -> None:
    askers = [_at(0, {"goals": [{"theme": "cookery"}]})]
    evening = offer("evening", lat=LAT, lon=LON, sessions=((1000, 1080),))
    wishes = met_wishes(askers, catalogue_of(evening), LINE, today=TODAY)
    (mask,) = bands_of_offers(wishes, catalogue_of(evening)).tolist()
    touched = {TimeBand.WEEKDAY_AFTERNOON, TimeBand.WEEKDAY_EVENING, TimeBand.NOT_SAID}
    assert {band for band in TimeBand if mask & band.bit} == touched
    (always,) = bands_of_offers(wishes, catalogue_of(offer("flexible", flexible=True))).tolist()
    assert always == sum(band.bit for band in TimeBand)


@pytest.mark.parametrize(("people", "seed"), [(90, 0), (400, 1)])
def test_no_star_of_a_report_can_be_narrowed_with_what_is_told_of_losses(people: int, seed: int) -> None:
    """Each provider here has one offer, for one theme, in one part of the week, at one level or all: no
    reader can know more of whom it leaves than that they are of these."""
    rng = np.random.default_rng([people, seed, 3])
    asked = random_people(rng, people)
    wishes, owners = _alone_with_their_offer(asked, rng)
    report = report_of(asked, flow=random_flow(rng, asked))
    losses, told = _told(wishes, owners, report), 0
    for district in report.to_json()["districts"]:
        attacker = Attacker(report.to_json(), district["code"])
        told += _learn(attacker, losses, owners, GEOGRAPHY.district_of(district["code"]))
        assert attacker.given_away() == {}, district["code"]
    assert told > 0 or people < 400


def test_losses_that_are_told_as_they_are_give_stars_away() -> None:
    rng = np.random.default_rng([90, 0, 3])
    asked = random_people(rng, 90)
    wishes, owners = _alone_with_their_offer(asked, rng)
    report = report_of(asked, flow=random_flow(rng, asked))
    found = 0
    for district in report.to_json()["districts"]:
        attacker = Attacker(report.to_json(), district["code"])
        at = GEOGRAPHY.district_of(district["code"])
        mine = wishes.rows[wishes.asked.district == at]
        _know(attacker, {owners[number]: int((mine == number).sum()) for number in set(mine.tolist())})
        found += len(attacker.given_away())
    assert found > 0


def test_what_is_told_is_at_least_and_never_more_than_is_so() -> None:
    rng = np.random.default_rng([400, 1, 3])
    asked = random_people(rng, 400)
    wishes, owners = _alone_with_their_offer(asked, rng)
    losses = _told(wishes, owners, report_of(asked))
    assert losses
    for number, loss in losses.items():
        lost = wishes.asked.where(wishes.rows == number)
        assert loss.whole.people.least <= len(np.unique(lost.person))
        for one in loss.whole.wishes:
            mine = (lost.district == one.district) & (lost.theme == one.theme.position)
            assert 8 <= one.people.least <= int(mine.sum())


def _told(wishes: MetWishes, owners: list[tuple[int, int, int]], report: object) -> dict[int, OwnerLoss]:
    bands = np.array([1 << owners[row][1] for row in wishes.rows.tolist()], dtype=np.int64)
    names = [f"{number:04}" for number in range(len(owners))]
    return told_losses(wishes, np.arange(len(owners)), bands, report, GEOGRAPHY, names=names)  # type: ignore[arg-type]


def _alone_with_their_offer(
    asked: Asked, rng: np.random.Generator
) -> tuple[MetWishes, list[tuple[int, int, int]]]:
    """Every met wish has one offer: of its theme, in one of its parts of the week, at its level or at all
    (0)."""
    met = asked.where(asked.met & (asked.bands > 0))
    owners: dict[tuple[int, int, int], int] = {}
    rows = []
    for theme, bands, level in zip(met.theme.tolist(), met.bands.tolist(), met.level.tolist(), strict=True):
        band = int(rng.choice([at for at in range(10) if bands & (1 << at)]))
        at_level = level if rng.random() < 0.3 else 0
        rows.append(owners.setdefault((theme, band, at_level), len(owners)))
    wishes = MetWishes(met, np.arange(met.rows + 1), np.array(rows, dtype=np.int64))
    return wishes, list(owners)


def _learn(
    attacker: Attacker, losses: dict[int, OwnerLoss], owners: list[tuple[int, int, int]], district: int
) -> int:
    least: dict[tuple[int, int, int], int] = {}
    for number, loss in losses.items():
        here = [one.people for one in loss.whole.wishes if one.district == district]
        assert loss.whole.districts.get(district, Shown(0)).least <= max(
            (one.least for one in here), default=0
        )
        for one in here:
            least[owners[number]] = one.least
    _know(attacker, least)
    return len(least)


def _know(attacker: Attacker, least: dict[tuple[int, int, int], int]) -> None:
    """So many different people who are met each offer leaves: of its theme, in its part of the week, of its
    level. Nobody loses the same wish to two, so they add up."""
    for theme in {theme for theme, _, _ in least}:
        of = {key: number for key, number in least.items() if key[0] == theme}
        name = list(Theme)[theme].value
        attacker.at_most([], attacker.plus(*(("met", name, one) for one in LEVELS)), sum(of.values()))
        for level in {level for *_, level in of if level}:
            total = sum(number for key, number in of.items() if key[2] == level)
            attacker.at_most([], attacker.plus(("met", name, level)), total)
        for _, band, level in {(theme, band, level) for _, band, level in of} | {
            (theme, band, 0) for _, band, _ in of
        }:
            levels = (level,) if level else LEVELS
            total = sum(number for key, number in of.items() if key[1] == band and level in (0, key[2]))
            part = list(TimeBand)[band].value
            attacker.at_most([], attacker.plus(*(("met", name, one, part) for one in levels)), total)


def _names(asked: Asked) -> list[tuple[int, int]]:
    return sorted(zip(asked.person.tolist(), asked.theme.tolist(), strict=True))
