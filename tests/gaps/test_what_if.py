"""One offer more, one less: what is said of it is what happens in the catalogue."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.candidates import Candidate, candidate_of, wishes_of
from marketplace.gaps.counting import Asker, Counted, count
from marketplace.gaps.disclosure import Shown, shown
from marketplace.gaps.geography import Geography
from marketplace.gaps.what_if import lost_without, planted, with_offer
from marketplace.geo.places import Place, Precision
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.needs import parse_needs
from marketplace.vocabulary import SupportLevel, Theme
from tests.gaps.worlds import LAT, LON, Wish, on_a_line, tables_of, world
from tests.matching.offers import TODAY, catalogue_of, offer

LINE = on_a_line(4, districts=[0, 0, 1, 1])
SATURDAY = TimeBand.SATURDAY_MORNING
COOKERY = Candidate(0, Theme.COOKERY, SATURDAY, SupportLevel.ENABLEMENT)


def test_whoever_a_proposed_offer_is_said_to_serve_finds_it_when_it_is_there() -> None:
    rng = random.Random(7)
    askers = [_asker(rng, LINE) for _ in range(150)]
    there = [offer("far away", lat=51.0, lon=-0.5)]
    before = _count(askers, LINE, catalogue_of(*there)).asked
    wishes = wishes_of(before, LINE, places=np.arange(4))
    tried = 0
    for one in wishes:
        counts = one.counts()
        for at, cell in np.argwhere(counts >= np.sort(counts.ravel())[-4]).tolist():
            candidate = candidate_of(wishes, one.theme, at, cell)
            after = _count(askers, LINE, catalogue_of(*there, planted(candidate, LINE))).asked
            found = np.flatnonzero(after.met & ~before.met)
            # Matching shows a specialist offer to who said no level, as a question: no reason to start one.
            unsaid = (after.level[found] == 5) & (candidate.level > 2)
            served = wishes.served_by(candidate)
            assert len(served) == counts[at, cell] > 3
            assert set(_names(after.where(found[~unsaid]))) == set(_names(wishes.asked.where(served)))
            tried += 1
    assert tried >= 8


def test_before_and_after_one_more_offer_by_district_and_place() -> None:
    wishes = world(
        LINE,
        Wish(place=0, people=33),
        Wish(place=1, people=11, steps=1.1),
        Wish(place=2, people=5, steps=2.2),
        Wish(place=3, people=20),
    )
    change = with_offer(wishes, COOKERY, size=20, tables=tables_of(wishes))
    assert (change.people, change.served) == (Shown(50), 20)
    # 20 places for about 50 people: 44 of them in the first district, five in the other, who aren't told.
    assert [(one.before, one.people, one.after) for one in change.districts] == [
        (Shown(45), Shown(45), Shown(25)),
        (Shown(25), None, None),
    ]
    assert [str(one.after) for one in change.places] == ["20", "*", "None", "None"]
    with pytest.raises(ValueError, match="sizes"):
        with_offer(wishes, COOKERY, size=9, tables=tables_of(wishes))


def test_three_sizes_do_not_measure_a_count_to_the_person() -> None:
    # The exact numbers left, 16 to 25 less 8, 12 and 20, are rounded differently; those that are told aren't.
    for people in range(18, 23):
        wishes = world(LINE, Wish(place=0, people=people))
        changes = [with_offer(wishes, COOKERY, size=size, tables=tables_of(wishes)) for size in (8, 12, 20)]
        left = [change.districts[0].after for change in changes]
        assert left == [Shown(10), Shown(10), Shown(0)]
        assert people in (20, 22) or left != [shown(max(0, people - size)) for size in (8, 12, 20)]


def test_who_loses_everything_without_an_offer_is_counted_anew() -> None:
    by_car = {"modes": ["car"], "max_minutes": 15}
    cooks = [_at(0, {"goals": [{"theme": "cookery"}], "travel": by_car}) for _ in range(9)]
    both = [_at(0, {"goals": [{"theme": "cookery"}, {"theme": "swimming"}], "travel": by_car})]
    near = {"lat": LAT, "lon": LON}
    kitchen = offer("kitchen", **near)
    pool = offer("pool", **near, themes=Theme.SWIMMING.bit)
    kitchen_and_pool = offer("kitchen and pool", **near, themes=Theme.SWIMMING.bit | Theme.COOKERY.bit)
    askers = [_at(3, {"goals": [{"theme": "cookery"}], "travel": by_car}), *cooks, *both]
    catalogue = catalogue_of(kitchen, pool)

    def lost(*offers: object) -> list[tuple[int, Theme]]:
        here = catalogue_of(*offers)  # type: ignore[arg-type]
        before = _count(askers, LINE, here)
        gone = lost_without(askers, before, here, LINE, [kitchen.id], today=TODAY)
        return _names(gone)

    assert lost(kitchen, pool) == [(person, Theme.COOKERY) for person in range(1, 11)]
    assert lost(kitchen, kitchen_and_pool) == []
    before = _count(askers, LINE, catalogue)
    everything = lost_without(askers, before, catalogue, LINE, [kitchen.id, pool.id], today=TODAY)
    assert _names(everything) == [*((person, Theme.COOKERY) for person in range(1, 11)), (10, Theme.SWIMMING)]
    assert not (catalogue.columns.vacancy == 4).any(), "the catalogue itself stays as it was"


def _count(askers: list[Asker], geography: Geography, catalogue: Catalogue) -> Counted:
    return count(askers, catalogue, geography, today=TODAY, with_pairs=True)


def _names(asked: object) -> list[tuple[int, Theme]]:
    return [(int(one), list(Theme)[of]) for one, of in zip(asked.person, asked.theme, strict=True)]  # type: ignore[attr-defined]


def _at(place: int, document: dict[str, object]) -> Asker:
    home = Place(
        f"ZZ{place} 1AA",
        float(LINE.lat[place]),
        float(LINE.lon[place]),
        Precision.POSTCODE,
        LINE.district_codes[int(LINE.place_district[place])],
    )
    return Asker(parse_needs({"postcode": "NG18 1AB", **document}), home, None)


def _asker(rng: random.Random, geography: Geography) -> Asker:
    """Somebody near a place of the line who asks for one or two of three themes."""
    times = {"sat": ["09:00-13:00"], "tue": ["18:00-21:30"], "wed": ["10:00-15:00"], "sun": ["08:00-10:00"]}
    document: dict[str, object] = {
        "goals": [{"theme": one} for one in rng.sample(["cookery", "swimming", "gym"], rng.choice([1, 2]))],
        "travel": {
            "modes": rng.choice([["walk"], ["bus"], ["car"], ["walk", "car"], ["provider"]]),
            "max_minutes": rng.choice([15, 30, 60]),
        },
        "weekly_budget": rng.choice(["0", "20.00"]),
        "age": rng.choice([19, 40, 80]),
        "must_have": rng.choice([[], ["step_free"]]),
    }
    if rng.random() < 0.8:
        document["when"] = {day: times[day] for day in rng.sample(list(times), rng.choice([1, 2]))}
    if rng.random() < 0.8:
        document["support_level"] = rng.randint(1, 4)
    asker = _at(rng.randrange(4), document)
    assert asker.home is not None
    home = replace(
        asker.home,
        lat=asker.home.lat + rng.uniform(-0.03, 0.03),
        lon=asker.home.lon + rng.uniform(-0.03, 0.03),
    )
    return asker._replace(home=home)
