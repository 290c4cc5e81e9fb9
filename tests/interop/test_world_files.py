"""Faults in hand-written files are told by file, record and field, all at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from marketplace.interop.world_files import MinuteRange, WorldError, parse_time_range, read_offer_file
from marketplace.vocabulary import Day, Feature, OfferKind, PlaceKind, SupportLevel
from tests.interop.conftest import OAKFIELD


def read(seeds: Path) -> tuple[list[object], list[str]]:
    providers, problems = read_offer_file(seeds / "offers" / "oakfield.yaml")
    return list(providers), [str(problem) for problem in problems]


def test_a_provider_is_read_with_exact_money_dates_and_enums(small_world: Callable[..., Path]) -> None:
    providers, problems = read_offer_file(small_world() / "offers" / "oakfield.yaml")
    assert problems == []
    offer = providers[0].offers[0]
    assert offer.kind is OfferKind.DAY_SERVICE
    assert offer.place.kind is PlaceKind.EXACT
    assert offer.serves == (SupportLevel.ENABLEMENT, SupportLevel.PERSONALISED)
    assert offer.has_not == (Feature.CHANGING_PLACES,)
    assert offer.ages == (18, None)
    assert offer.costs[0].to == Decimal("62.10")
    assert str(offer.costs[0].amount) == "48.00"
    assert offer.sessions[0].days == (Day.TUE, Day.SAT)
    assert offer.confirmed == dt.date(2026, 10, 2)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("cookery, friends", "cooking, friends", "oakfield-cooking: themes.0: Input should be 'friends'"),
        ("made_for: [3]", "made_for: [4]", "oakfield-cooking: -: made_for must be among serves"),
        ("NG18 1AB", "NG181AB", "oakfield-cooking: place.postcode: String should match"),
        ('"09:30-15:30"', '"9.30 to 3"', 'sessions.0.time: write times as "09:30-15:30"'),
        ("left: 3", "left: 30", "sessions.0: `left` can't be more than `places`"),
        ("amount: 48.00", "amount: 0", "costs.0: write basis: free where it can cost nothing"),
        ("to: 62.10", "to: 40.00", "costs.0: `to` must be more than `amount`"),
        ("amount: 48.00", "amount: 48.001", "costs.0.amount: Decimal input should have no more than 2"),
        ("has_not: [changing_places]", "has_not: [step_free]", "step_free stands in has and in has_not"),
        ("vacancy: open", "vacency: open", "oakfield-cooking: vacency: Extra inputs are not permitted"),
        ("kind: day_service", "kind: shared_lives", "shared_lives_form belongs to kind shared_lives"),
        ("kind: exact, name", "kind: masked, name", "place: a masked place has no name and no street"),
        ("legal_form: charity", "legal_form: charitable", "oakfield-centre: legal_form: Input should be"),
        ("  checks:", "  phone: 01623 555123\n  checks:", "oakfield-centre: phone: String should match"),
        ("  name: Oakfield Centre\n", "", "oakfield-centre: name: Field required"),
        ("  checks:", "  cqc_rating: good\n  checks:", "cqc_rating needs cqc_id"),
        ("- id: oakfield-centre", "- id: oakfield-centre\n  id: again", "line 1: -: id is written twice"),
        ("- id: oakfield-centre", "id: oakfield-centre", "line 2"),
    ],
)
def test_a_fault_names_file_record_and_field(
    small_world: Callable[..., Path], before: str, after: str, expected: str
) -> None:
    assert before in OAKFIELD
    providers, problems = read(small_world(OAKFIELD.replace(before, after, 1)))
    assert providers == []
    assert len(problems) == 1
    assert problems[0].startswith("oakfield.yaml: ")
    assert expected in problems[0]


def test_all_faults_of_a_file_are_told_at_once(small_world: Callable[..., Path]) -> None:
    broken = OAKFIELD.replace("cookery, friends", "cooking, friends").replace("vacancy: open", "vacancy: yes")
    _, problems = read(small_world(broken))
    assert len(problems) == 2


def test_a_file_that_is_no_list_is_told(small_world: Callable[..., Path]) -> None:
    assert read(small_world("oakfield: 1\n")) == (
        [],
        ["oakfield.yaml: -: -: the file must be a list of providers"],
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("09:30-15:30", MinuteRange(570, 930)),
        ("22:00-02:00", MinuteRange(1320, 1560)),
        ("19:00-24:00", MinuteRange(1140, 1440)),
        ("19:00-00:00", MinuteRange(1140, 1440)),
    ],
)
def test_times_are_minutes_after_midnight(text: str, minutes: MinuteRange) -> None:
    assert parse_time_range(text) == minutes


@pytest.mark.parametrize("text", ["9:30-15:30", "09:30-15:60", "24:00-25:00", "10:00-10:00", 930])
def test_what_is_no_time_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"time|length"):
        parse_time_range(text)


def test_the_error_lists_twenty_faults_and_counts_the_rest(small_world: Callable[..., Path]) -> None:
    _, problems = read_offer_file(small_world("oakfield: 1\n") / "offers" / "oakfield.yaml")
    text = str(WorldError(problems * 23))
    assert text.count("the file must be a list of providers") == 20
    assert text.endswith("… and 3 more")
