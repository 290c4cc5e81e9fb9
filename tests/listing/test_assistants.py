"""A Personal Assistant: what is asked, what the law says of the price, what stays hidden, what is written over."""

from __future__ import annotations

import uuid
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.audit import Action, AuditEntry
from marketplace.listing.assistants.hours import (
    needs_exact_times,
    sessions_of_ticks,
    sessions_of_times,
    ticks_of,
    times_of,
)
from marketplace.listing.assistants.pay import pay_problem
from marketplace.listing.assistants.questions import REQUIRED
from marketplace.listing.joining.tasks import TaskState, tasks_of
from marketplace.offers.document import OfferDocument, SessionSaid, parse_document
from marketplace.offers.models import Offer, OfferDraft
from marketplace.offers.publishing import publish
from marketplace.planning.legal_figures import LEGAL_FIGURES_FILE, LegalFigures
from marketplace.providers.checks import demands_for
from marketplace.providers.models import AssistantDetails, Check, Provider, ProviderStatus, WorksAs
from marketplace.vocabulary import (
    CostBasis,
    Day,
    Feature,
    LegalForm,
    PlaceKind,
    SupportLevel,
    Theme,
    WageBand,
)
from marketplace.web.today import london_today
from tests.accounts.mail import SQLITE
from tests.find.journeys import near_me, token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.fixtures.site import ROOT

on_sqlite = pytest.mark.parametrize(**SQLITE)
EVENING = time(17)
ANSWERS: dict[str, dict[str, Any]] = {
    "area": {"postcode": "ng181ab", "town": "Mansfield", "street": "12 Hidden Lane"},
    "works-as": {"answer": "self_employed"},
    "pay": {"pay": "£16.50", "note": "45p a mile in my car"},
    "interests": {"answer": ["swimming", "cookery"], "own_words": "I keep hens."},
    "travel": {"radius": "10"},
    "hours": {"answer": ["tue-morning", "tue-afternoon", "sat-evening"]},
    "shortest": {"answer": "120"},
    "driving": {"answer": "own_car"},
    "skills": {"answer": ["medication", "bsl"], "own_words": "I was a nurse."},
    "levels": {"answer": ["2", "3"]},
    "languages": {"languages": "Urdu, Polish"},
    "summary": {"summary": "I swim, I bake and I have time."},
}
NAMES = {"first_name": "Donna", "family_name": "Hiddenname"}


@pytest.fixture
def donna(session: Session) -> Account:
    return make_account(session, name="Donna", email="donna.hidden@example.org")


@pytest.fixture
def client_of_donna(client: FlaskClient, donna: Account) -> FlaskClient:
    sign_in(client, donna)
    return client


def begin(client: FlaskClient, *, once: uuid.UUID | None = None) -> TestResponse:
    """The page of what the service does, and the name."""
    first = client.get("/provide/assistant")
    once_text = str(once or uuid.uuid4())
    fields = {"csrf_token": token_on(first), "once": once_text, "read": "y", "page": "name", **NAMES}
    return client.post("/provide/assistant", data=fields)


def the_provider(session: Session) -> Provider:
    session.expire_all()
    return session.scalars(select(Provider)).one()


def the_document(session: Session) -> OfferDocument:
    session.expire_all()
    return parse_document(session.scalars(select(OfferDraft)).one().document)


def answer(client: FlaskClient, provider: Provider, step: str, fields: dict[str, Any]) -> TestResponse:
    """Open a question and send its form."""
    address = f"/provide/{provider.id}/assistant/{step}"
    page = client.get(address)
    seen = page.text.partition('name="seen" value="')[2].partition('"')[0]
    return client.post(address, data={"csrf_token": token_on(page), "seen": seen, **fields})


@on_sqlite
def test_answers_become_a_provider_hidden_details_and_the_draft_of_one_offer(
    client_of_donna: FlaskClient, session: Session
) -> None:
    first = begin(client_of_donna)
    provider = the_provider(session)
    assert first.location == f"/provide/{provider.id}/assistant/area?then=next"
    for step, fields in ANSWERS.items():
        assert answer(client_of_donna, provider, step, fields).status_code == 303, step
    provider, details = the_provider(session), session.scalars(select(AssistantDetails)).one()
    assert (provider.name, provider.legal_form, provider.status) == (
        "Donna",
        LegalForm.SELF_EMPLOYED_PA,
        ProviderStatus.DRAFT,
    )
    assert (provider.postcode, provider.town, provider.district_code) == (
        "NG18 1AB",
        "Mansfield",
        "E07000174",
    )
    assert (details.family_name, details.street) == ("Hiddenname", "12 Hidden Lane")
    assert (details.interests, details.skills) == ("I keep hens.", "I was a nurse.")
    assert (details.works_as, details.can_drive, details.has_car) == (WorksAs.SELF_EMPLOYED, True, True)
    assert details.contract_read_at is not None

    said = the_document(session)
    assert said.place is not None
    assert (said.place.kind, said.place.street, said.place.radius_km) == (PlaceKind.TRAVELS_TO_YOU, "", 16.1)
    assert [(cost.basis, cost.amount) for cost in said.costs] == [(CostBasis.HOUR, Decimal("16.50"))]
    assert said.themes == (Theme.COOKERY, Theme.SWIMMING)
    assert said.sessions == (
        SessionSaid(day=Day.TUE, starts=540, ends=1020),
        SessionSaid(day=Day.SAT, starts=1020, ends=1260),
    )
    assert (said.flexible, said.shortest_visit_minutes, said.languages) == (True, 120, ("Urdu", "Polish"))
    assert (said.transport_offered, said.transport_radius_km) == (True, 16.1)
    assert said.features == {Feature.BSL: True, Feature.MEDICATION: True, Feature.ONE_TO_ONE: True}
    assert list(said.levels) == [SupportLevel.ENABLEMENT, SupportLevel.PERSONALISED]
    page = client_of_donna.get(f"/provide/{provider.id}/assistant").text
    assert "All that is needed is here" in page
    assert "Tuesday: 9am to 5pm" in page
    actions = {entry.action for entry in session.scalars(select(AuditEntry))}
    assert {Action.PROVIDER_BEGUN, Action.CONTRACT_READ, Action.ASSISTANT_CHANGED} <= actions


@on_sqlite
def test_beginning_needs_the_box_ticked_and_the_same_form_twice_begins_one(
    client_of_donna: FlaskClient, session: Session
) -> None:
    page = client_of_donna.get("/provide/assistant")
    unread = client_of_donna.post("/provide/assistant", data={"csrf_token": token_on(page), "page": "read"})
    assert unread.status_code == 422
    assert "Tick the box when you have read this" in unread.text
    once = uuid.uuid4()
    first, second = begin(client_of_donna, once=once), begin(client_of_donna, once=once)
    assert first.location == second.location
    assert the_provider(session).id == once
    assert len(session.scalars(select(Offer)).all()) == 1


@on_sqlite
def test_less_than_the_lowest_pay_is_refused_for_employees_and_only_told_to_the_self_employed(
    client_of_donna: FlaskClient, session: Session
) -> None:
    begin(client_of_donna)
    provider = the_provider(session)
    low = {"pay": "12.70", "note": ""}
    for works_as in ("employed", "not_sure"):
        answer(client_of_donna, provider, "works-as", {"answer": works_as})
        refused = answer(client_of_donna, provider, "pay", {**low, "keep": "1"})
        assert refused.status_code == 422
        assert "an employer must pay at least £12.71 an hour at the age of 21 or over since 1 April 2026" in (
            refused.text
        )
    assert the_document(session).costs == ()
    assert answer(client_of_donna, provider, "pay", {"pay": "12.71"}).status_code == 303

    answer(client_of_donna, provider, "works-as", {"answer": "self_employed"})
    told = answer(client_of_donna, provider, "pay", low)
    assert told.status_code == 422
    assert "Is that enough?" in told.text
    assert answer(client_of_donna, provider, "pay", {**low, "keep": "1"}).status_code == 303
    assert the_document(session).costs[0].amount == Decimal("12.70")
    assert "Is that enough?" in client_of_donna.get(f"/provide/{provider.id}/assistant").text
    # Whoever turns out to be employed has to mend the price before anything is sent.
    answer(client_of_donna, provider, "works-as", {"answer": "employed"})
    with client_of_donna.application.test_request_context():
        tasks = {task.address.rpartition("/")[2]: task for task in tasks_of(session, the_provider(session))}
    assert tasks["pay"].state is TaskState.TO_DO
    assert "at least £12.71" in tasks["pay"].words


@on_sqlite
@pytest.mark.parametrize(
    ("pounds", "works_as", "band", "refused"),
    [
        ("10.84", WorksAs.EMPLOYED, WageBand.YOUNG_ADULT, True),
        ("10.85", WorksAs.EMPLOYED, WageBand.YOUNG_ADULT, None),
        ("7.99", WorksAs.EMPLOYED, WageBand.UNDER_18, True),
        ("12.70", WorksAs.EMPLOYED, None, True),
        ("12.70", WorksAs.SELF_EMPLOYED, WageBand.YOUNG_ADULT, False),
        ("12.71", WorksAs.SELF_EMPLOYED, None, None),
    ],
)
def test_the_price_of_an_hour_is_held_against_the_law_of_the_day(
    app: Flask, pounds: str, works_as: WorksAs, band: WageBand | None, refused: bool | None
) -> None:
    figures = LegalFigures.load(ROOT / "seeds" / LEGAL_FIGURES_FILE)
    with app.test_request_context():
        found = pay_problem(
            Decimal(pounds), works_as=works_as, wage_band=band, figures=figures, today=date(2026, 11, 22)
        )
    assert (found.is_refused if found else None) is refused


@on_sqlite
def test_a_form_that_began_from_older_answers_shows_the_conflict_and_keeps_what_was_typed(
    client_of_donna: FlaskClient, session: Session
) -> None:
    begin(client_of_donna)
    provider = the_provider(session)
    address = f"/provide/{provider.id}/assistant/summary"
    page = client_of_donna.get(address)
    seen = page.text.partition('name="seen" value="')[2].partition('"')[0]
    answer(client_of_donna, provider, "summary", {"summary": "Written first"})
    stale = client_of_donna.post(
        address, data={"csrf_token": token_on(page), "seen": seen, "summary": "Written second"}
    )
    assert stale.status_code == 409
    assert "Written first" in stale.text
    assert 'value="Written second"' in stale.text
    assert the_document(session).summary == "Written first"


@on_sqlite
def test_a_form_writes_only_the_fields_that_it_names(client_of_donna: FlaskClient, session: Session) -> None:
    begin(client_of_donna)
    provider = the_provider(session)
    more = {
        "status": "active",
        "family_name": "Other",
        "wage_band": "under_18",
        "name": "Other",
        "kind": "buddy",
    }
    assert answer(client_of_donna, provider, "works-as", {"answer": "employed", **more}).status_code == 303
    provider, details = the_provider(session), session.scalars(select(AssistantDetails)).one()
    assert (provider.status, provider.name) == (ProviderStatus.DRAFT, "Donna")
    assert (details.family_name, details.wage_band) == ("Hiddenname", None)
    assert answer(client_of_donna, provider, "age", {"answer": "centenarian"}).status_code == 422


@on_sqlite
def test_half_a_postcode_is_not_enough_and_the_page_says_which_half_is_shown(
    client_of_donna: FlaskClient, session: Session
) -> None:
    begin(client_of_donna)
    refused = answer(
        client_of_donna, the_provider(session), "area", {"postcode": "NG18", "town": "Mansfield"}
    )
    assert refused.status_code == 422
    assert "Only its first half is shown" in refused.text


def test_the_questions_without_which_nothing_is_sent_are_eight() -> None:
    assert {step.value for step in REQUIRED} == {
        "name", "area", "works-as", "age", "pay", "interests", "summary", "travel",
    }  # fmt: skip


def test_parts_of_a_day_that_touch_are_one_session_and_come_back_as_the_same_ticks() -> None:
    ticks = {"mon-morning", "mon-afternoon", "wed-morning", "wed-evening"}
    sessions = sessions_of_ticks(ticks, evening_starts=EVENING)
    assert [(one.day, one.starts, one.ends) for one in sessions] == [
        (Day.MON, 540, 1020),
        (Day.WED, 540, 720),
        (Day.WED, 1020, 1260),
    ]
    assert ticks_of(sessions, evening_starts=EVENING) == ticks
    assert not needs_exact_times(sessions, evening_starts=EVENING)


def test_exact_times_keep_their_half_hours_and_run_past_midnight() -> None:
    times = {"tue": ["09:30-14:30"], "sat": ["22:00-02:00"]}
    sessions = sessions_of_times(times)
    assert [(one.day, one.starts, one.ends) for one in sessions] == [
        (Day.TUE, 570, 870),
        (Day.SAT, 1320, 1560),
    ]
    assert times_of(sessions) == times
    assert needs_exact_times(sessions, evening_starts=EVENING)


@on_sqlite
def test_exact_times_are_typed_day_by_day(client_of_donna: FlaskClient, session: Session) -> None:
    begin(client_of_donna)
    provider = the_provider(session)
    saved = answer(client_of_donna, provider, "hours/times", {"tue": "9:30 to 2.30pm", "sun": "10-12"})
    assert saved.status_code == 303
    assert [(one.day, one.starts, one.ends) for one in the_document(session).sessions] == [
        (Day.TUE, 570, 870),
        (Day.SUN, 600, 720),
    ]
    assert answer(client_of_donna, provider, "hours/times", {"tue": "whenever"}).status_code == 422
    grid = client_of_donna.get(f"/provide/{provider.id}/assistant/hours").text
    assert "You gave exact times" in grid


def live(client: FlaskClient, session: Session) -> Offer:
    """Donna with all her answers, approved."""
    begin(client)
    provider = the_provider(session)
    for step, fields in ANSWERS.items():
        answer(client, provider, step, fields)
    provider, offer = the_provider(session), session.scalars(select(Offer)).one()
    provider.status = ProviderStatus.ACTIVE
    # As a careless import might leave them: an individual's contact is shown nowhere all the same.
    provider.phone, provider.email, provider.website = (
        "01632 960999",
        "donna@hidden.example",
        "https://h.example",
    )
    provider.checks = [
        Check(kind=demand.kind, seen_on=london_today(), seen_by="Anna Field")
        for demand in demands_for(session, provider)
    ]
    publish(session, offer, the_document(session))
    session.commit()
    return offer


@on_sqlite
def test_no_public_page_shows_what_a_personal_assistant_keeps_hidden(
    app: Flask, client_of_donna: FlaskClient, session: Session
) -> None:
    offer = live(client_of_donna, session)
    visitor = app.test_client()
    results = near_me(visitor, own_words="swimming", postcode="NG18 1AA")
    pages = [
        f"/offers/{offer.id}", f"/providers/{offer.provider_id}", "/offers", "/offers?q=swimming",
        "/offers?near=NG18+1AA&miles=5", results.location, f"/find/results/{offer.id}/why", "/sitemap.xml",
    ]  # fmt: skip
    told = {path: visitor.get(path, follow_redirects=True) for path in pages}
    for path, page in told.items():
        assert page.status_code == 200, path
        assert "Donna, Personal Assistant" in page.text or str(offer.id) in page.text, path
        for hidden in (
            "Hiddenname", "12 Hidden Lane", "Hidden Lane", "1AB", "960999", "donna@hidden", "donna.hidden",
            "h.example",
        ):  # fmt: skip
            assert hidden not in page.text, f"{hidden} on {path}"
    for path in pages[:2]:
        for shown in ("I keep hens.", "I was a nurse.", "Can drive, and has a car", "About Donna"):
            assert shown in told[path].text
    assert "Urdu, Polish" in told[pages[0]].text
    assert "Self-employed Personal Assistant" in told[pages[1]].text


@on_sqlite
def test_words_of_a_live_assistant_wait_for_a_moderator_and_hours_do_not(
    app: Flask, client_of_donna: FlaskClient, session: Session
) -> None:
    offer = live(client_of_donna, session)
    provider = the_provider(session)
    answer(
        client_of_donna,
        provider,
        "interests",
        {"answer": ["swimming", "cookery"], "own_words": "I race bikes."},
    )
    answer(client_of_donna, provider, "hours", {"answer": ["fri-morning"]})
    page = app.test_client().get(f"/offers/{offer.id}").text
    assert "I keep hens." in page
    assert "I race bikes." not in page
    assert "Friday" in page
    assert "Tuesday" not in page
    own = client_of_donna.get(f"/provide/{provider.id}/assistant").text
    assert "I race bikes." in own
    assert own.count("Waiting to be checked") == 1


@on_sqlite
def test_the_pages_of_the_offer_refuse_a_price_below_the_law_as_well(
    client_of_donna: FlaskClient, session: Session
) -> None:
    begin(client_of_donna)
    provider = the_provider(session)
    answer(client_of_donna, provider, "works-as", {"answer": "employed"})
    offer = session.scalars(select(Offer)).one()
    address = f"/provide/{provider.id}/offers/{offer.id}"
    page = client_of_donna.get(f"{address}/cost/add")
    price = {"basis": "hour", "amount": "12.70", "amount_to": "", "note": ""}
    refused = client_of_donna.post(f"{address}/cost/add", data={"csrf_token": token_on(page), **price})
    assert refused.status_code == 422
    assert "at least £12.71 an hour" in refused.text
    answer(client_of_donna, provider, "works-as", {"answer": "self_employed"})
    assert (
        client_of_donna.post(f"{address}/cost/add", data={"csrf_token": token_on(page), **price}).status_code
        == 303
    )
    assert "Is that enough?" in client_of_donna.get(address).text
    answer(client_of_donna, provider, "works-as", {"answer": "employed"})
    home = client_of_donna.get(address)
    sent = client_of_donna.post(f"{address}/send", data={"csrf_token": token_on(home)})
    assert sent.status_code == 422
