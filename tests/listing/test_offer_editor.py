"""Writing an offer: one question a page, kept at once, checked, sent; what is live changes at once or waits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.audit import AuditEntry
from marketplace.listing.offers import question_routes
from marketplace.listing.offers.editing import Editing, Kept, keep
from marketplace.listing.offers.steps import LISTED, steps_for
from marketplace.offers.document import (
    CostSaid,
    OfferDocument,
    PlaceSaid,
    SessionSaid,
)
from marketplace.offers.drafts import StaleDraftError
from marketplace.offers.models import DraftState, Offer, OfferDraft
from marketplace.vocabulary import (
    CostBasis,
    Day,
    OfferKind,
    OfferStatus,
    PlaceKind,
    Repeats,
    Setting,
    Theme,
    Vacancy,
)
from tests.accounts.mail import SQLITE
from tests.listing.offer_pages import WHOLE, Editor, editor_of

pytestmark = pytest.mark.parametrize(**SQLITE)


@pytest.fixture
def editor(client: FlaskClient, session: Session) -> Editor:
    return editor_of(client, session)


def step_of(answer: TestResponse) -> str:
    return answer.location.rpartition("/")[2]


def test_a_group_answers_six_questions_and_can_send_its_offer(editor: Editor) -> None:
    once = str(uuid4())
    first, second = (editor.press("/new", answer="community_group", once=once) for _ in range(2))
    offer = editor.session.scalars(select(Offer)).one()  # the form sent twice began one
    assert first.location == second.location == f"{editor.base}/{offer.id}/name"
    path = f"/{offer.id}"
    refused = editor.press(f"{path}/send")
    assert refused.status_code == 422
    assert "Give it a name." in refused.text
    assert step_of(editor.press(f"{path}/name", name="Cooking together")) == "summary"
    assert step_of(editor.press(f"{path}/summary", summary="We cook and eat.")) == "description"
    assert step_of(editor.press(f"{path}/description", skip="1")) == "themes"
    assert step_of(editor.press(f"{path}/themes", answer=["cookery", "friends"])) == "levels"
    assert step_of(editor.press(f"{path}/place", answer="exact")) == "address"
    # Where the provider is at home stands there already.
    assert 'value="NG18 1AB"' in editor.client.get(f"{editor.base}{path}/address").text
    editor.press(f"{path}/address", postcode="ng181ab", place_name="Village hall", town="Mansfield")
    sent = editor.press(f"{path}/send")
    assert sent.location.endswith("done=sent-waiting")
    assert editor.session.get_one(OfferDraft, offer.id).state is DraftState.WAITING
    place = PlaceSaid(kind=PlaceKind.EXACT, name="Village hall", town="Mansfield", postcode="NG18 1AB")
    assert editor.draft(offer.id) == OfferDocument(
        kind=OfferKind.COMMUNITY_GROUP,
        name="Cooking together",
        summary="We cook and eat.",
        themes=(Theme.COOKERY, Theme.FRIENDS),
        place=place,
    )


def test_every_page_of_an_offer_is_whole_and_leads_to_the_next(editor: Editor) -> None:
    offer = editor.begin()
    for step in steps_for(WHOLE):
        page = editor.client.get(f"{editor.base}/{offer.id}/{step.value}", follow_redirects=True)
        assert page.status_code == 200, step
        if step in LISTED:
            assert editor.client.get(f"{editor.base}/{offer.id}/{step.value}/add").status_code == 200
    for page in ("", "/times/add-dates", "/places-left", "/preview", "/preview?reading_as=easy", "/discard"):
        assert editor.client.get(f"{editor.base}/{offer.id}{page}").status_code == 200, page
    assert editor.client.get(f"{editor.base}/new").status_code == 200


ANSWERS: list[tuple[str, dict[str, Any], dict[str, Any] | None]] = [
    ("levels", {"level_2": "made_for", "level_3": "can_come"}, {"levels": {2: True, 3: False}}),
    ("ages", {"min_age": "18", "max_age": ""}, {"min_age": 18}),
    (
        "access",
        {"step_free": "yes", "hearing_loop": "no"},
        {"features": {"step_free": True, "hearing_loop": False}},
    ),
    ("support", {"personal_care": "no"}, {"features": {"personal_care": False}}),
    ("settings", {"answer": ["cafe_pub", "online"]}, {"settings": (Setting.CAFE_PUB, Setting.ONLINE)}),
    (
        "transport",
        {"answer": "yes", "radius": "5", "price": "£4"},
        {"transport_offered": True, "transport_radius_km": 8.0, "transport_cost": Decimal("4.00")},
    ),
    ("transport", {"answer": "no", "radius": "5", "price": "4"}, {"transport_offered": False}),
    ("visits", {"answer": "yes", "shortest": "60"}, {"flexible": True, "shortest_visit_minutes": 60}),
    ("vacancy", {"answer": "waiting_list"}, {"vacancy": Vacancy.WAITING_LIST}),
    (
        "group",
        {"group_size": "8", "staff_ratio": " 1 to  4 "},
        {"group_size": 8, "staff_ratio": "1 to 4"},
    ),
    ("languages", {"languages": "Polish; Urdu,"}, {"languages": ("Polish", "Urdu")}),
    ("place", {"answer": "online"}, {"place": PlaceSaid(kind=PlaceKind.ONLINE)}),
    # The usual way to write a postcode; a street is never kept of a place that is not shown.
    (
        "address",
        {"postcode": "ng18 1ab", "town": "Worksop", "place_name": "", "street": "3 High Street"},
        {
            "place": PlaceSaid(
                kind=PlaceKind.EXACT, street="3 High Street", town="Worksop", postcode="NG18 1AB"
            )
        },
    ),
    # Refused: nothing is changed.
    ("name", {"name": "  "}, None),
    ("ages", {"min_age": "60", "max_age": "18"}, None),
    ("address", {"postcode": "nowhere"}, None),
    ("address", {"postcode": "NG18 1ZZ"}, None),
    ("visits", {"answer": "yes", "shortest": "5"}, None),
    ("vacancy", {"answer": "verified"}, None),
    ("transport", {"answer": "yes", "price": "free"}, None),
]
"""Question, what is sent, and what the document then says otherwise; None where it is refused."""


def test_an_answer_says_what_was_chosen_and_nothing_else(editor: Editor) -> None:
    beside = {
        "status": "public",
        "confirmed_on": "2026-01-01",
        "kind": "transport",
        "household_id": str(uuid4()),
    }
    for step, fields, changed in ANSWERS:
        offer = editor.begin()
        answer = editor.press(f"/{offer.id}/{step}?then=check", **{**beside, **fields})
        assert answer.status_code == (422 if changed is None else 303), (step, fields)
        assert editor.draft(offer.id) == replace(WHOLE, **(changed or {})), (step, fields)
        assert editor.session.get_one(Offer, offer.id).status is OfferStatus.DRAFT
        if changed is None:
            assert "There is a problem" in answer.text
        else:
            assert answer.location == f"{editor.base}/{offer.id}?done=draft#row-{step}"


def test_a_postcode_that_nobody_knows_is_kept_by_who_says_that_it_is_right(editor: Editor) -> None:
    offer = editor.begin()
    refused = editor.press(f"/{offer.id}/address", postcode="ng181zz")
    assert "We can’t find this postcode" in refused.text
    editor.press(f"/{offer.id}/address", postcode="ng181zz", postcode_is_right="y")
    place = editor.draft(offer.id).place
    assert place is not None
    assert place.postcode == "NG18 1ZZ"


def test_who_comes_to_people_is_asked_how_far(editor: Editor) -> None:
    offer = editor.begin(replace(WHOLE, place=None))
    asked = editor.press(f"/{offer.id}/place?then=check", answer="travels_to_you")
    assert asked.location.endswith("/address?then=check")
    assert editor.press(f"/{offer.id}/address", postcode="NG18 1AB").status_code == 422
    editor.press(f"/{offer.id}/address", postcode="NG18 1AB", radius="10", street="3 High Street")
    assert editor.draft(offer.id).place == PlaceSaid(
        kind=PlaceKind.TRAVELS_TO_YOU, town="Mansfield", postcode="NG18 1AB", radius_km=16.1
    )


def test_the_same_time_on_several_days_is_added_changed_and_removed(editor: Editor) -> None:
    offer = editor.begin(replace(WHOLE, sessions=()))
    path = f"/{offer.id}/times"
    week = {"days": ["mon", "thu"], "starts": "9:30", "ends": "2pm", "repeats": "fortnightly", "places": "8"}
    start = {"first_date-day": "4", "first_date-month": "1", "first_date-year": "2027"}
    for _ in range(2):  # sent twice it is there once
        assert editor.press(f"{path}/add", **week, **start).status_code == 303
    both = SessionSaid(
        day=Day.MON, starts=570, ends=840, repeats=Repeats.FORTNIGHTLY, first_date=date(2027, 1, 4), places=8
    )
    assert editor.draft(offer.id).sessions == (both, replace(both, day=Day.THU))
    editor.press(f"{path}/add-dates", dates="4 August 2027\n5/9/27", starts="22:00", ends="2am")
    night = [one for one in editor.draft(offer.id).sessions if one.repeats is Repeats.DATED]
    assert [(one.day, one.first_date, one.starts, one.ends) for one in night] == [
        (Day.WED, date(2027, 8, 4), 1320, 1560),
        (Day.SUN, date(2027, 9, 5), 1320, 1560),
    ]
    page = editor.client.get(editor.base + path).text
    assert "Thursday, 9:30am to 2pm, every two weeks, from 4 January 2027, 8 places" in page
    marks = re.findall(r"times/([0-9a-f]{12})\"", page)
    assert len(marks) == 4
    form = editor.client.get(f"{editor.base}{path}/{marks[0]}").text
    assert 'value="09:30"' in form
    for _ in range(2):
        editor.press(f"{path}/{marks[0]}", **{**week, **start, "days": ["tue"], "repeats": "weekly"})
        editor.press(f"{path}/{marks[1]}/remove")
    days = [(one.day, one.repeats) for one in editor.draft(offer.id).sessions]
    assert len(days) == 3
    assert (Day.TUE, Repeats.WEEKLY) in days
    for wrong in ({"ends": "9:30"}, {"starts": "25:00"}, {"places_left": "9"}, {"days": []}):
        assert editor.press(f"{path}/add", **{**week, **wrong}).status_code == 422, wrong


def test_prices_and_breaks_are_lists_too(editor: Editor) -> None:
    offer = editor.begin(replace(WHOLE, costs=()))
    path = f"/{offer.id}"
    assert editor.press(f"{path}/cost/add", basis="ask").location.endswith("/funding")
    editor.press(f"{path}/cost/add", basis="hour", amount="12", amount_to="15.50", note="With lunch")
    editor.press(f"{path}/cost/add", basis="free", amount="3")
    assert editor.draft(offer.id).costs == (
        CostSaid(basis=CostBasis.FREE),
        CostSaid(basis=CostBasis.HOUR, amount=Decimal(12), amount_to=Decimal("15.50"), note="With lunch"),
    )
    for wrong in ({"amount": "0"}, {"amount": "12.345"}, {"amount": "5", "amount_to": "4"}, {"basis": "x"}):
        assert editor.press(f"{path}/cost/add", **{"basis": "hour", **wrong}).status_code == 422, wrong
    day = {"first_date-day": "24", "first_date-month": "12", "first_date-year": "2026"}
    editor.press(f"{path}/pauses/add", **day, reason="Christmas")
    assert editor.press(f"{path}/pauses/add", reason="Christmas").status_code == 422
    assert "24 December 2026: Christmas" in editor.client.get(f"{editor.base}{path}/pauses").text


def test_a_form_that_someone_else_overtook_keeps_what_was_typed(editor: Editor) -> None:
    offer = editor.begin()
    path = f"/{offer.id}/summary"
    seen = editor.seen(path)
    editor.press(path, seen=seen, summary="Theirs.")
    other = editor.press(path, seen=seen, summary="Mine.")
    assert other.status_code == 409
    assert "Someone else changed this" in other.text
    assert "Theirs." in other.text
    assert ">Mine.</textarea>" in other.text
    assert editor.draft(offer.id).summary == "Theirs."
    # Another question of the same draft is in nobody's way.
    assert (
        editor.press(
            f"/{offer.id}/languages", seen=editor.seen(f"/{offer.id}/languages"), languages="Welsh"
        ).status_code
        == 303
    )
    # Saved again from the page that told it, it is meant.
    again = re.search(r'name="seen" value="(\w+)"', other.text)
    assert again
    editor.press(path, seen=again[1], summary="Mine.")
    assert editor.draft(offer.id).summary == "Mine."
    # The same for one of several times that was changed by now.
    mark = re.findall(r"times/([0-9a-f]{12})\"", editor.client.get(f"{editor.base}/{offer.id}/times").text)[0]
    form = {"seen": editor.seen(f"/{offer.id}/times/{mark}"), "days": ["tue"], "ends": "1pm"}
    editor.press(f"/{offer.id}/times/{mark}", **form, starts="9am")
    late = editor.press(f"/{offer.id}/times/{mark}", **form, starts="10am")
    assert late.status_code == 409
    assert 'value="10am"' in late.text
    assert [one.starts for one in editor.draft(offer.id).sessions] == [540]


def test_what_waits_stands_still_until_it_is_taken_back(editor: Editor) -> None:
    offer = editor.begin()
    for _ in range(2):
        editor.press(f"/{offer.id}/send")
    refused = editor.press(f"/{offer.id}/summary", summary="Something else.")
    assert refused.status_code == 409
    assert ">Something else.</textarea>" in refused.text
    assert editor.draft(offer.id) == WHOLE
    assert editor.press(f"/{offer.id}/discard").status_code == 409
    editor.press(f"/{offer.id}/take-back")
    assert editor.press(f"/{offer.id}/summary", summary="Something else.").status_code == 303
    assert editor.draft(offer.id).summary == "Something else."


def test_every_write_leaves_one_entry_in_the_audit_trail(editor: Editor) -> None:
    offer = editor.begin()
    before = editor.session.scalar(select(func.count()).select_from(AuditEntry))
    seen = editor.seen(f"/{offer.id}/summary")
    for _ in range(2):
        editor.press(f"/{offer.id}/summary", seen=seen, summary="New words.")
    assert editor.session.scalar(select(func.count()).select_from(AuditEntry)) == (before or 0) + 1


def test_who_was_overtaken_by_a_moment_is_asked_no_second_time(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = editor.begin()
    calls: list[int] = []

    def overtaken_once(session: Session, now: Editing, after: OfferDocument, *, account: Account) -> Kept:
        calls.append(1)
        if len(calls) == 1:
            assert now.draft is not None
            raise StaleDraftError(now.draft)
        return keep(session, now, after, account=account)

    monkeypatch.setattr(question_routes, "keep", overtaken_once)
    assert editor.press(f"/{offer.id}/summary", summary="Mine.").status_code == 303
    assert editor.draft(offer.id).summary == "Mine."
    assert len(calls) == 2
