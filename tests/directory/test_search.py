"""Known answers of the search, on both databases."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from geopy.distance import geodesic
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from marketplace.directory.browse_filters import read_filters
from marketplace.directory.search import PAGE_SIZE, SearchResult, search
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.vocabulary import (
    CostBasis,
    Day,
    Feature,
    LegalForm,
    OfferKind,
    OfferStatus,
    PlaceKind,
    Repeats,
    Theme,
    Vacancy,
)
from tests.directory import factories as make

TODAY = date(2026, 11, 2)


@pytest.fixture(scope="session")
def postcodes(postcode_dir: Path) -> PostcodeDirectory:
    return PostcodeDirectory.open(postcode_dir)


@pytest.fixture
def find(session: Session, postcodes: PostcodeDirectory) -> Any:
    """Search by an address's arguments."""

    def found(**args: Any) -> SearchResult:
        return search(
            session,
            read_filters(MultiDict(args)),
            postcodes=postcodes,
            today=TODAY,
            evening_starts=time(17, 0),
        )

    return found


def names(result: SearchResult) -> list[str]:
    return [hit.offer.name for hit in result.hits]


def test_only_public_offers_are_found(session: Session, find: Any) -> None:
    for status in OfferStatus:
        make.offer(session, f"Cooking, {status.value}", status=status, at=make.place())
    assert names(find()) == ["Cooking, public"]
    assert names(find(q="cooking")) == ["Cooking, public"]
    assert names(find(near="Mansfield", miles="5", sort="cost")) == ["Cooking, public"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("cook", ["Café kitchen"]),
        ("cooking", ["Café kitchen"]),
        ("COOKS", ["Café kitchen"]),
        ("cafe", ["Café kitchen"]),
        ("café", ["Café kitchen"]),
        ("CAFÉ", ["Café kitchen"]),
        ("art", ["Paint club"]),
        ("arts and crafts", ["Paint club"]),
        ("worksop", ["Paint club"]),
        ("kings lynn", ["Reading room"]),
        ("King’s Lynn", ["Reading room"]),
        ("libraries", ["Reading room"]),
        ("public", ["Reading room"]),
        ("pub", []),
        ("start", ["Reading room"]),
        ("tar", []),
    ],
)
def test_words_are_found_by_stem_theme_and_town(
    session: Session, find: Any, words: str, wanted: list[str]
) -> None:
    make.offer(session, "Café kitchen", summary="Everyone cooks.", at=make.place(town="Mansfield"))
    make.offer(session, "Paint club", themes=[Theme.ARTS_CRAFTS], at=make.place(town="Worksop"))
    make.offer(
        session,
        "Reading room",
        description="A public library, quiet to start with.",
        at=make.place(town="King's Lynn"),
        kind=OfferKind.UNIVERSAL_PLACE,
    )
    assert names(find(q=words)) == wanted


def test_all_words_must_be_there_and_if_none_has_all_we_say_so(session: Session, find: Any) -> None:
    make.offer(session, "Swim at dawn", at=make.place(town="Norwich"))
    make.offer(session, "Swim at dusk", at=make.place(town="Worksop"))
    both = find(q="swim worksop")
    assert (names(both), both.only_some_words) == (["Swim at dusk"], False)
    some = find(q="swim brimstone")
    assert (sorted(names(some)), some.only_some_words) == (["Swim at dawn", "Swim at dusk"], True)
    assert names(find(q="brimstone")) == []


def test_a_word_in_the_name_comes_before_one_in_the_description(session: Session, find: Any) -> None:
    make.offer(session, "A day out", description="Sometimes there is pottery.")
    make.offer(session, "Zest and pottery")
    assert names(find(q="pottery")) == ["Zest and pottery", "A day out"]


def test_words_of_no_weight_filter_nothing(session: Session, find: Any) -> None:
    make.offer(session, "Tuesday kitchen")
    assert names(find(q="I would like to")) == ["Tuesday kitchen"]


def test_a_personal_assistants_surname_finds_nothing(session: Session, find: Any) -> None:
    make.offer(session, "Dawn: walks", by=make.personal_assistant(session))
    company = make.provider(session, name="Okafor and Sons", legal_form=LegalForm.COMPANY)
    make.offer(session, "Carpentry", by=company)
    assert names(find(q="okafor")) == ["Carpentry"]


def test_kind_theme_level_and_places_filter(session: Session, find: Any) -> None:
    make.offer(session, "A", kind=OfferKind.BUDDY, themes=[Theme.GYM], levels={1: True})
    make.offer(session, "B", kind=OfferKind.TRANSPORT, themes=[Theme.MONEY], levels={2: False, 3: True})
    make.offer(session, "C", vacancy=Vacancy.FULL, themes=[Theme.GYM, Theme.MONEY])
    assert names(find(kind="buddy")) == ["A"]
    assert sorted(names(find(kind=["buddy", "transport"]))) == ["A", "B"]
    assert sorted(names(find(theme="gym"))) == ["A", "C"]
    assert sorted(names(find(theme=["gym", "money"]))) == ["A", "B", "C"]
    assert names(find(level="2")) == ["B"]
    assert sorted(names(find(places="yes"))) == ["A", "B"]


def test_a_day_and_a_time_must_be_of_the_same_session(session: Session, find: Any) -> None:
    make.offer(session, "Split", sessions=[*make.times([Day.SAT], 10, 12), *make.times([Day.TUE], 18, 20)])
    make.offer(session, "Right", sessions=make.times([Day.SAT], 18, 20))
    make.offer(session, "Not known")
    assert names(find(day="sat", time="evening")) == ["Right"]
    assert sorted(names(find(time="evening"))) == ["Right", "Split"]
    assert sorted(names(find(day="sat"))) == ["Right", "Split"]
    assert names(find(day="sun")) == []


def test_an_evening_needs_half_an_hour_after_five(session: Session, find: Any) -> None:
    quarter = make.times([Day.MON], 9, 17)
    quarter[0].ends_minute = 17 * 60 + 15
    half = make.times([Day.MON], 9, 17)
    half[0].ends_minute = 17 * 60 + 30
    make.offer(session, "Until quarter past", sessions=quarter)
    make.offer(session, "Until half past", sessions=half)
    make.offer(session, "Past midnight", sessions=make.times([Day.MON], 22, 26))
    assert sorted(names(find(time="evening"))) == ["Past midnight", "Until half past"]
    assert sorted(names(find(time=["morning", "afternoon"]))) == ["Until half past", "Until quarter past"]


def test_a_session_that_is_over_is_not_found(session: Session, find: Any) -> None:
    over = make.times([Day.MON], 9, 12, last_date=TODAY - timedelta(days=1))
    last = make.times([Day.MON], 9, 12, last_date=TODAY)
    gone = make.times([Day.MON], 9, 12, repeats=Repeats.DATED, first_date=TODAY - timedelta(days=7))
    make.offer(session, "Over", sessions=over)
    make.offer(session, "Last day", sessions=last)
    make.offer(session, "Gone", sessions=gone)
    assert names(find(day="mon")) == ["Last day"]


def test_not_known_is_not_no_and_can_be_asked_for(session: Session, find: Any) -> None:
    make.offer(session, "Yes", features={Feature.STEP_FREE: True})
    make.offer(session, "No", features={Feature.STEP_FREE: False})
    make.offer(session, "Not known")
    assert names(find(has="step_free")) == ["Yes"]
    assert sorted(names(find(has="step_free", unknown="yes"))) == ["Not known", "Yes"]
    assert names(find(has=["step_free", "quiet_space"])) == []


def test_cost_is_of_one_visit_and_an_hour_counts_for_the_shortest_visit(session: Session, find: Any) -> None:
    make.offer(session, "Free", costs=[make.price("0")])
    make.offer(session, "Eight", costs=[make.price("8"), make.price("30")])
    hourly = [make.price("15", CostBasis.HOUR)]
    make.offer(session, "Hourly, 3 hours", costs=hourly, shortest_visit_minutes=180)
    make.offer(session, "Hourly", costs=[make.price("15", CostBasis.HOUR)])
    make.offer(session, "Not known")
    assert names(find(cost="0")) == ["Free"]
    assert names(find(cost="8", sort="cost")) == ["Free", "Eight"]
    assert names(find(cost="30", sort="cost")) == ["Free", "Eight", "Hourly"]
    assert names(find(sort="cost")) == ["Free", "Eight", "Hourly", "Hourly, 3 hours", "Not known"]
    assert sorted(names(find(cost="0", unknown="yes"))) == ["Free", "Not known"]


def test_nearest_first_and_within_some_miles(session: Session, find: Any) -> None:
    make.offer(session, "Norwich", at=make.place(at=make.NORWICH))
    make.offer(session, "Worksop", at=make.place(at=make.WORKSOP))
    make.offer(session, "Mansfield", at=make.place())
    everything = find(near="NG18 1AB")
    assert names(everything) == ["Mansfield", "Worksop", "Norwich"]
    assert everything.near is not None
    for hit, (_, lat, lon) in zip(everything.hits, (make.MANSFIELD, make.WORKSOP, make.NORWICH), strict=True):
        assert hit.km == pytest.approx(geodesic(everything.near.point, (lat, lon)).km, rel=1e-3)
    assert names(find(near="NG18 1AB", miles="10")) == ["Mansfield"]
    assert names(find(near="NG18 1AB", miles="20")) == ["Mansfield", "Worksop"]


def test_who_comes_to_you_fits_where_they_travel(session: Session, find: Any) -> None:
    comes = PlaceKind.TRAVELS_TO_YOU
    make.offer(session, "Far", at=make.place(comes, make.WORKSOP, radius_km=40.0))
    make.offer(session, "Not so far", at=make.place(comes, make.WORKSOP, radius_km=5.0))
    assert names(find(near="NG18 1AB", miles="1")) == ["Far"]


def test_an_offer_is_not_hidden_because_its_place_is_not_known(session: Session, find: Any) -> None:
    make.offer(session, "Nowhere yet")
    make.offer(session, "Online", at=make.place(PlaceKind.ONLINE))
    make.offer(session, "Mansfield", at=make.place())
    assert names(find(near="NG18 1AB", miles="1")) == ["Mansfield", "Nowhere yet", "Online"]


@pytest.mark.parametrize(
    ("typed", "label"),
    [("ng181ab", "NG18 1AB"), ("NG18", "NG18"), ("mansfield", "Mansfield"), ("kings lynn", "King's Lynn"),
     ("Newark", "Newark-on-Trent"), ("little snoring", "Little Snoring"), ("leeds", "Leeds")],
)  # fmt: skip
def test_a_place_is_a_postcode_a_part_of_one_or_a_town(
    session: Session, find: Any, typed: str, label: str
) -> None:
    make.offer(session, at=make.place(at=("NR21 0JR", 52.855, 0.91), town="Little Snoring"))
    result = find(near=typed)
    assert result.near is not None
    assert result.near.label == label


@pytest.mark.parametrize("typed", ["BT1 1AA", "ZZ99 9ZZ", "Nosuchtown", "%", "_", "'; DROP TABLE offer; --"])
def test_a_place_that_is_not_found_is_told_and_hides_nothing(session: Session, find: Any, typed: str) -> None:
    make.offer(session, at=make.place())
    result = find(near=typed, miles="5")
    assert result.near is None
    assert result.near_problem is not None
    assert result.total == 1


def test_pages_hold_twenty_and_one_beyond_the_last_is_the_last(session: Session, find: Any) -> None:
    by = make.provider(session)
    for number in range(PAGE_SIZE + 3):
        make.offer(session, f"Offer {number:02d}", by=by)
    first, second, beyond = find(sort="name"), find(sort="name", page="2"), find(sort="name", page="99")
    assert (first.total, first.pages, len(first.hits), first.first) == (23, 2, 20, 1)
    assert names(second) == ["Offer 20", "Offer 21", "Offer 22"]
    assert (names(beyond), beyond.page, beyond.first) == (names(second), 2, 21)


def test_the_usual_order_is_most_recently_confirmed_then_name(session: Session, find: Any) -> None:
    make.offer(session, "Never")
    make.offer(session, "B", confirmed_on=date(2026, 10, 1))
    make.offer(session, "A", confirmed_on=date(2026, 10, 1))
    make.offer(session, "Newest", confirmed_on=date(2026, 11, 1))
    assert names(find()) == ["Newest", "A", "B", "Never"]


@pytest.mark.parametrize("order", ["name", "confirmed", "cost", "best", "nearest"])
def test_the_same_search_gives_the_same_order(session: Session, find: Any, order: str) -> None:
    by = make.provider(session)
    for _ in range(5):
        make.offer(session, "Twins", by=by, at=make.place())
    once = [hit.offer.id for hit in find(sort=order, near="NG18", q="twins").hits]
    assert once == [hit.offer.id for hit in find(sort=order, near="NG18", q="twins").hits]
    assert once == sorted(once)


def test_however_much_is_found_the_number_of_queries_is_the_same(
    session: Session, find: Any, statements: list[str]
) -> None:
    by = make.provider(session)
    for number in range(30):
        make.offer(session, f"Cooking {number}", by=by, at=make.place(), themes=[Theme.COOKERY],
                   sessions=make.times([Day.MON], 9, 12), costs=[make.price("5")])  # fmt: skip
    session.expire_all()
    statements.clear()
    assert find(q="cooking", near="Mansfield", sort="cost", cost="9").total == 30
    assert len(statements) == 8


def test_the_price_filter_takes_any_number_of_pounds(find: Any, session: Session) -> None:
    make.offer(session, costs=[make.price("7.50")])
    assert find(cost="7.49").total == 0
    assert find(cost="£7.50").total == 1
    assert find(cost="nan").filters.cost is None
    assert find(cost="-1").filters.cost is None
    assert find(cost="7.5").filters.cost == Decimal("7.50")
