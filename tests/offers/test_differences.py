"""Differences, what is missing and what stays unknown, in words that people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.directory.cards import card
from marketplace.offers import words
from marketplace.offers.differences import LABELS, differences, said_in_words
from marketplace.offers.document import (
    FIELDS,
    CostSaid,
    OfferDocument,
    PauseSaid,
    PlaceSaid,
    SessionSaid,
    blank,
)
from marketplace.offers.missing import missing, warnings
from marketplace.offers.models import Pause
from marketplace.vocabulary import (
    CostBasis,
    Day,
    Feature,
    LegalForm,
    OfferKind,
    PlaceKind,
    Repeats,
    Theme,
    Vacancy,
)
from tests.directory import factories
from tests.offers.documents import KITCHEN

TODAY = date(2026, 5, 3)

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


@pytest.fixture(autouse=True)
def in_the_application(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def test_a_difference_says_in_whole_lines_what_went_and_what_came() -> None:
    after = replace(
        KITCHEN,
        name="Wednesday kitchen",
        sessions=(SessionSaid(day=Day.WED, starts=600, ends=720, repeats=Repeats.FORTNIGHTLY),),
        features={Feature.STEP_FREE: True, Feature.HEARING_LOOP: True},
        costs=(CostSaid(basis=CostBasis.FREE),),
        themes=(Theme.COOKERY, Theme.FRIENDS, Theme.ANIMALS),
        pauses=(PauseSaid(first_date=date(2026, 12, 24), last_date=date(2027, 1, 4)),),
        max_age=None,
        vacancy=Vacancy.NOT_KNOWN,
    )
    found = {one.field: one for one in differences(KITCHEN, after, today=TODAY)}
    told = {field: (one.label, one.removed, one.added) for field, one in found.items()}
    assert told == {
        "name": ("Name", ("Tuesday kitchen",), ("Wednesday kitchen",)),
        "themes": ("What it is about", (), ("Animals",)),
        "features": ("Access and support", ("Hearing loop: no",), ("Hearing loop: yes",)),
        "sessions": (
            "Days and times",
            ("Tuesday, 6pm to 8pm, 3 places left", "Friday, 10pm to 2am, once a month"),
            ("Wednesday, 10am to midday, every two weeks",),
        ),
        "pauses": (
            "When it is not on",
            ("Not on from 4 to 28 August 2026: Summer",),
            ("Not on from 24 December 2026 to 4 January 2027",),
        ),
        "costs": ("What it costs", ("£4.50 to £6 a session: with tea",), ("Free",)),
        "vacancy": ("If there is a place", ("Has places",), ()),
        "ages": ("Ages", ("18 to 64",), ("18 and over",)),
    }
    assert found["features"].before_words == ("Step-free way in: yes", "Hearing loop: no")


def test_of_a_new_offer_everything_that_it_says_is_new_and_the_same_is_no_difference() -> None:
    everything = {field: lines for field, _label, lines in said_in_words(KITCHEN, today=TODAY) if lines}
    assert {one.field: one.added for one in differences(None, KITCHEN, today=TODAY)} == everything
    assert differences(KITCHEN, KITCHEN, today=TODAY) == []
    assert set(LABELS) - set(everything) == {"shared_lives_form", "suggested", "household_id"}


def test_every_field_of_a_document_has_its_words() -> None:
    together = {
        "min_age": "ages",
        "max_age": "ages",
        "transport_offered": "transport",
        "transport_radius_km": "transport",
        "transport_cost": "transport",
    }
    assert {together.get(field, field) for field in FIELDS} == set(LABELS)


def test_a_moderator_reads_where_a_home_is_and_what_of_it_is_shown() -> None:
    home = PlaceSaid(kind=PlaceKind.MASKED, street="9 Hidden Row", town="Mansfield", postcode="NG18 4TP")
    (found,) = differences(KITCHEN, replace(KITCHEN, place=home), today=TODAY)
    assert found.added == (
        "In this area; the address is shared when you choose",
        "In the area of Mansfield (NG18)",
        "Not shown, but for the town and the first half: 9 Hidden Row, Mansfield, NG18 4TP",
    )


def test_a_group_in_a_village_hall_has_to_say_four_things() -> None:
    group = LegalForm.COMMUNITY_GROUP
    empty = blank(OfferKind.COMMUNITY_GROUP)
    assert [one.field for one in missing(empty, group)] == ["name", "summary", "themes", "place"]
    hall = PlaceSaid(kind=PlaceKind.EXACT, postcode="NG18 1AB")
    said = replace(empty, name="Kitchen", summary="We cook.", themes=(Theme.COOKERY,), place=hall)
    assert missing(said, group) == []


@pytest.mark.parametrize(
    ("change", "form", "field"),
    [
        ({"place": PlaceSaid(kind=PlaceKind.EXACT)}, LegalForm.CHARITY, "place"),
        ({"place": PlaceSaid(kind=PlaceKind.TRAVELS_TO_YOU, postcode="NG18")}, LegalForm.CHARITY, "place"),
        ({}, LegalForm.SELF_EMPLOYED_PA, "place"),
        ({"kind": OfferKind.SHARED_LIVES}, LegalForm.SHARED_LIVES_SCHEME, "shared_lives_form"),
        (
            {"sessions": (SessionSaid(day=Day.MON, starts=0, ends=60, repeats=Repeats.DATED),)},
            LegalForm.CHARITY,
            "sessions",
        ),
        ({"place": PlaceSaid(kind=PlaceKind.ONLINE)}, LegalForm.CHARITY, None),
        ({"summary": "Ring +44 (0)7700 900123."}, LegalForm.CHARITY, None),
        *(
            ({"place": PlaceSaid(kind=PlaceKind.ONLINE), **said}, LegalForm.EMPLOYED_PA, field)
            for field, said in {
                "summary": {"summary": "Ring +44 (0)7700 900123."},
                "description": {"description": "Or write to donna @ home, donna@home.example"},
                "costs": {"costs": (CostSaid(basis=CostBasis.HOUR, note="07700 900 123 for less"),)},
                None: {"summary": "Free 09.00-17.00, away 01.02.2026 - 03.04.2026, 24/7."},
            }.items()
        ),
    ],
)
def test_what_can_t_be_found_or_shown_without_more_is_asked_for(
    change: dict[str, object], form: LegalForm, field: str | None
) -> None:
    document = replace(KITCHEN, **change)  # type: ignore[arg-type]
    assert [one.field for one in missing(document, form)] == ([] if field is None else [field])


def test_what_was_left_blank_is_told_with_what_it_means() -> None:
    assert [one.field for one in warnings(KITCHEN)] == ["features", "features"]
    assert warnings(KITCHEN)[0].words.startswith("You did not say if there is an accessible toilet")
    told = [one.words for one in warnings(replace(KITCHEN, features={}))]
    assert told[0] == "You left access blank: people who need step-free will be told to ask."
    known = {Feature.STEP_FREE: False, Feature.ACCESSIBLE_TOILET: True, Feature.PERSONAL_CARE: False}
    assert warnings(replace(KITCHEN, features=known)) == []
    silent = OfferDocument(kind=OfferKind.COMMUNITY_GROUP)
    assert [one.field for one in warnings(silent)] == [
        "features",
        "levels",
        "sessions",
        "costs",
        "funding",
        "vacancy",
    ]


def test_times_that_overlap_and_long_breaks_are_noticed() -> None:
    known = {Feature.STEP_FREE: False, Feature.ACCESSIBLE_TOILET: True, Feature.PERSONAL_CARE: False}
    cost = (CostSaid(basis=CostBasis.HOUR, amount=Decimal(5)),)
    morning = SessionSaid(day=Day.MON, starts=600, ends=720)
    touching = SessionSaid(day=Day.MON, starts=720, ends=840)
    over = SessionSaid(day=Day.MON, starts=700, ends=840)
    base = replace(KITCHEN, features=known, costs=cost, pauses=())
    assert warnings(replace(base, sessions=(morning, touching))) == []
    (found,) = warnings(replace(base, sessions=(morning, over)))
    assert found.field == "sessions"
    long = PauseSaid(first_date=date(2026, 6, 1), last_date=date(2026, 9, 1))
    (found,) = warnings(replace(base, pauses=(long,)))
    assert found.field == "pauses"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 8, 4), date(2026, 8, 4), "Not happening on 4 August 2026"),
        (date(2026, 8, 4), date(2026, 8, 28), "Not on from 4 to 28 August 2026"),
        (date(2026, 8, 28), date(2026, 9, 2), "Not on from 28 August to 2 September 2026"),
        (date(2026, 12, 24), date(2027, 1, 4), "Not on from 24 December 2026 to 4 January 2027"),
    ],
)
def test_a_break_is_said_on_the_page_while_it_lies_ahead_and_on_the_card_when_it_is_near(
    session: DatabaseSession, first: date, last: date, said: str
) -> None:
    offer = factories.offer(session, pauses=[Pause(first_date=first, last_date=last, reason="Away")])
    assert words.breaks(offer.pauses, today=last) == (f"{said}: Away",)
    assert words.breaks(offer.pauses, today=last + timedelta(days=1)) == ()
    for day, is_near in ((-15, False), (-14, True), (0, True)):
        shown = card(offer, number=1, point=None, km=None, today=first + timedelta(days=day))
        assert shown.when == "Ask about days and times" + (f". {said}" if is_near else "")
