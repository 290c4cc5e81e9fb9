"""Times, prices and distances in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.db import get_session
from marketplace.directory import words
from marketplace.offers.models import Cost, Offer, Session
from marketplace.providers.models import Provider
from marketplace.vocabulary import CostBasis, Day, LegalForm, PlaceKind, Repeats, Setting
from tests.directory import factories as make

TODAY = date(2026, 11, 2)
WEEKDAYS = (Day.MON, Day.TUE, Day.WED, Day.THU, Day.FRI)


@pytest.fixture(autouse=True)
def _request(example_app: Flask) -> Iterator[None]:
    with example_app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("sessions", "said"),
    [
        ([], "Ask about days and times"),
        (make.times(WEEKDAYS, 9, 15), "Monday to Friday, 9am to 3pm"),
        (make.times([Day.TUE, Day.FRI], 12, 14), "Tuesday and Friday, midday to 2pm"),
        (make.times([Day.MON, Day.WED, Day.FRI], 18, 20), "Monday, Wednesday and Friday, 6pm to 8pm"),
        (make.times(list(Day), 10, 12), "Every day, 10am to midday"),
        (make.times([Day.FRI], 22, 26), "Friday, 10pm to 2am"),
        (
            make.times([Day.SAT], 10, 12, repeats=Repeats.FORTNIGHTLY),
            "Saturday, 10am to midday, every two weeks",
        ),
        (
            [*make.times([Day.SAT], 10, 12), *make.times([Day.TUE], 18, 20)],
            "Tuesday, 6pm to 8pm; Saturday, 10am to midday",
        ),
        (
            [*make.times([Day.SAT], 9, 12), *make.times([Day.TUE], 18, 20), *make.times([Day.SUN], 10, 12)],
            "Tuesday, Saturday and Sunday, at different times",
        ),
        (make.times([Day.MON], 9, 12, last_date=date(2026, 11, 1)), "Ask about days and times"),
    ],
)
def test_when_in_one_line(sessions: list[Session], said: str) -> None:
    assert words.when_in_short(sessions, today=TODAY) == said


def test_the_week_says_what_is_special_about_a_time() -> None:
    sessions = [
        *make.times([Day.MON], 9, 12, places=10, places_left=1),
        *make.times([Day.MON], 13, 15, places=10, places_left=0, repeats=Repeats.MONTHLY),
        *make.times([Day.SUN], 13, 15, repeats=Repeats.DATED, first_date=date(2026, 11, 29)),
    ]
    assert [(day.day, [(line.times, *line.notes) for line in day.lines]) for day in words.week_of(sessions, today=TODAY)] == [
        (Day.MON, [("9am to midday", "1 place left"), ("1pm to 3pm", "once a month", "no places left")]),
        (Day.SUN, [("1pm to 3pm", "only on 29 November 2026")]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (Cost(basis=CostBasis.FREE, amount=Decimal(0)), "Free"),
        (Cost(basis=CostBasis.SESSION, amount=Decimal("48.00")), "£48 a session"),
        (Cost(basis=CostBasis.HOUR, amount=Decimal("13.50"), amount_to=Decimal(22)), "£13.50 to £22 an hour"),
        (Cost(basis=CostBasis.NIGHT, amount=Decimal(70), note="food included"), "£70 a night: food included"),
    ],
)
def test_a_price_in_words(cost: Cost, said: str) -> None:
    assert words.price_with_note(cost) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"transport_offered": None}, "We do not know if they can fetch you. Ask."),
        ({"transport_offered": False}, "They do not fetch people. You make your own way."),
        (
            {"transport_offered": True, "transport_radius_km": 16.1, "transport_cost": Decimal("5.00")},
            "They can fetch you and take you home. Up to 10 miles away. £5 there and back, on top.",
        ),
        ({"transport_offered": True, "transport_cost": Decimal(0)}, "They can fetch you and take you home. This is free."),
        ({"transport_offered": True}, "They can fetch you and take you home. Ask what it costs."),
    ],
)  # fmt: skip
def test_transport_in_words(fields: dict[str, Any], said: str) -> None:
    assert words.transport(Offer(**fields)) == said


@pytest.mark.parametrize(
    ("km", "kind", "said"),
    [
        (0.4, PlaceKind.EXACT, "less than a mile away"),
        (8.1, PlaceKind.EXACT, "5 miles away"),
        (8.1, PlaceKind.MASKED, "about 5 miles away"),
        (8.1, PlaceKind.TRAVELS_TO_YOU, "comes to where you are"),
        (12.1, PlaceKind.TRAVELS_TO_YOU, "may be too far from you: ask"),
        (None, PlaceKind.EXACT, None),
    ],
)
def test_how_far_away_in_words(km: float | None, kind: PlaceKind, said: str | None) -> None:
    assert words.away(km, make.place(kind, radius_km=10.0)) == said


@pytest.mark.parametrize(
    ("name", "form", "shown"),
    [
        ("Pauline, Sutton-in-Ashfield", LegalForm.SELF_EMPLOYED_PA, "Pauline"),
        ("Dawn Okafor", LegalForm.EMPLOYED_PA, "Dawn"),
        ("  ", LegalForm.SELF_EMPLOYED_PA, "Personal Assistant"),
        ("Oakfield Centre", LegalForm.CHARITY, "Oakfield Centre"),
    ],
)
def test_of_a_personal_assistant_the_first_name_is_shown(name: str, form: LegalForm, shown: str) -> None:
    assert words.public_name(Provider(name=name, legal_form=form)) == shown


@pytest.mark.parametrize(
    ("confirmed_on", "stale"),
    [(date(2026, 5, 4), False), (date(2026, 5, 2), True), (None, True)],
)
def test_facts_older_than_half_a_year_are_stale(confirmed_on: date | None, stale: bool) -> None:
    assert words.is_stale(confirmed_on, today=TODAY) is stale
    assert ("Ask if they are still right" in words.confirmed(confirmed_on, today=TODAY)) is stale


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"confirmed_on": date(2026, 5, 4)}, ""),
        ({"confirmed_on": date(2026, 5, 2)}, "The provider has not confirmed this for more than 6 months."),
        ({}, "The provider has not confirmed this yet."),
        ({"source_id": "s"}, "This came from another list on 2 November 2026. The provider has not"),
        # Its provider has changed something here, so the day is not the list's any more.
        ({"source_id": "s", "version": 2}, "The provider has not confirmed this yet."),
        ({"source_id": "s", "confirmed_on": date(2026, 11, 2)}, ""),
        ({"source_id": "s", "confirmed_on": date(2026, 5, 4)}, ""),
        (
            {"source_id": "s", "confirmed_on": date(2026, 5, 2)},
            "This came from another list on 2 November 2026. It was last confirmed there on 2 May 2026.",
        ),
        ({"source_id": "s", "misses": 2}, "The provider did not answer when we asked"),
    ],
)
def test_a_card_says_who_has_not_confirmed_it_and_since_when(said: dict[str, Any], told: str) -> None:
    late = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)  # the same day in London
    offer = Offer(**{"misses": 0, "version": 1, "updated_at": late} | said)
    shown = words.ask_first(offer, today=TODAY)
    assert shown.startswith(told)
    assert bool(shown) is bool(told)


@pytest.mark.parametrize(
    ("confirmed_on", "told"),
    [
        (date(2026, 5, 4), "They were confirmed there on 4 May 2026."),
        (date(2026, 5, 2), "They were last confirmed there on 2 May 2026. Ask if they are still right."),
        (None, "The provider has not confirmed them yet. Ask if they are still right."),
    ],
)
def test_a_page_says_that_its_facts_came_from_another_list(confirmed_on: date | None, told: str) -> None:
    said = words.confirmed(confirmed_on, today=TODAY, brought_in=date(2026, 11, 1))
    assert said == f"These facts came from another list on 1 November 2026. {told}"


@pytest.mark.parametrize(("days", "told"), [(10, "for 1 week that"), (20, "for 2 weeks that")])
def test_one_week_without_an_answer_is_one(days: int, told: str) -> None:
    assert told in words.confirmed(TODAY - timedelta(days=days), today=TODAY, misses=2)


def test_a_month_ago_is_one_month_where_that_is_long() -> None:
    months = [
        words.confirmed(TODAY - timedelta(days=days), today=TODAY, long_ago=timedelta(20))
        for days in (40, 70)
    ]
    assert "That is 1 month ago." in months[0]
    assert "That is 2 months ago." in months[1]


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("Ring 01623 555 012 before you come", True),
        ("(01623) 555012", True),
        ("To get in touch: +44 1623 555012, hello@example.org", True),
        ("Write to hello@example.org.", True),
        ("See www.example.org/groups or ask", True),
        ("https://example.org", True),
        ("From 09:30 to 12:00, since 2024-09-01. Groups of 10, £4.50 @ the hall, room 0123", False),
        ("Charity 1089754. Registered 01/09/2024 in NG18 1AB", False),
    ],
)
def test_a_description_that_may_name_a_contact(text: str, may: bool) -> None:
    assert words.may_name_contact("", text) is may


def test_what_needs_no_journey_is_not_called_online_where_it_is_a_call_or_a_letter() -> None:
    """The example world's telephone friend, letter buddy and box by post; nothing tells them from what is on a screen."""
    quiet = [
        offer
        for offer in get_session().scalars(select(Offer))
        if offer.place and offer.place.kind == "online"
    ]
    assert any("letter" in offer.summary for offer in quiet)
    assert {words.where(offer.place) for offer in quiet} == {"From home: online, by phone or by post"}
    assert "phone" in PlaceKind.ONLINE.label
    assert "post" in Setting.ONLINE.label
