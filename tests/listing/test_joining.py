"""Joining as a provider: what is asked, what is kept, who may come in, and what is sent to be checked."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.audit import Action, AuditEntry
from marketplace.offers.document import OfferDocument, PlaceSaid
from marketplace.offers.drafts import begin_draft
from marketplace.offers.models import DraftState, Offer, OfferDraft
from marketplace.providers import sending
from marketplace.providers.models import MemberRole, Provider, ProviderMember, ProviderStatus
from marketplace.providers.operations import send_provider, take_back
from marketplace.vocabulary import OfferKind, PlaceKind, Role, Theme
from marketplace.web.today import london_today
from tests.accounts.mail import SQLITE
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in

pytestmark = pytest.mark.parametrize(**SQLITE)


@pytest.fixture
def as_ana(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, make_account(session, name="Ana", email="ana@example.org"))
    return client


def press(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    form = {"csrf_token": token_on(client.get("/find/what")), **fields}
    return client.post(path, data=form)


def seen_on(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', client.get(path).text)
    assert found
    return found[1]


def begin(client: FlaskClient, session: Session, *, kind: str = "community_group") -> Provider:
    """A provider as the form makes it."""
    answer = press(client, "/provide/new", page="name", legal_form=kind, name="Thursday hall group")
    assert answer.status_code == 303, answer.text
    return session.scalars(select(Provider).order_by(Provider.created_at.desc())).first()  # type: ignore[return-value]


def ready_offer(session: Session, provider: Provider) -> Offer:
    member = session.scalars(select(ProviderMember).where(ProviderMember.provider_id == provider.id)).first()
    assert member is not None
    offer = begin_draft(
        session,
        provider=provider,
        kind=OfferKind.COMMUNITY_GROUP,
        account=session.get_one(Account, member.account_id),
        document=OfferDocument(
            kind=OfferKind.COMMUNITY_GROUP,
            name="Tea and cards",
            summary="Tea, cake and cards in the hall",
            themes=(Theme.FRIENDS,),
            place=PlaceSaid(kind=PlaceKind.EXACT, name="Village hall", postcode="NG18 1AB"),
        ),
    )
    session.commit()
    return offer


def test_a_group_begins_with_two_questions_and_needs_one_more_before_its_offer(
    as_ana: FlaskClient, session: Session
) -> None:
    assert "What are you?" in as_ana.get("/provide/new").text
    page = press(as_ana, "/provide/new", page="kind", legal_form="community_group")
    assert "What is your name?" in page.text
    once = "5f0d4a8e-0000-4000-8000-00000000000a"
    sent = {"page": "name", "once": once, "legal_form": "community_group", "name": " Thursday  hall group "}
    first, second = (press(as_ana, "/provide/new", **sent) for _ in range(2))
    provider = session.scalars(select(Provider)).one()  # the form sent twice began one
    assert (provider.name, provider.status) == ("Thursday hall group", ProviderStatus.DRAFT)
    assert first.location == second.location == f"/provide/{provider.id}/tell/where?then=next"
    member = session.scalars(select(ProviderMember)).one()
    assert (member.role, member.accepted_at is not None) == (MemberRole.OWNER, True)
    assert Role.PROVIDER_STAFF in session.get_one(Account, member.account_id).roles
    home = as_ana.get(f"/provide/{provider.id}").text
    needed = home.split("Still needed before you can send it:")[1]
    assert re.findall(r">([^<>]+)</a></li>", needed)[:2] == ["Where you are", "Add what you offer"]
    # A group is asked for no number and for no Care Quality Commission.
    assert "/tell/number" not in home
    assert "/tell/cqc" not in home
    assert as_ana.get(f"/provide/{provider.id}/tell/cqc").status_code == 404
    # Whoever lists something is led there, and isn't asked to begin a person's page.
    assert as_ana.get("/me").location == f"/provide/{provider.id}"


ANSWERS: list[tuple[str, dict[str, str], dict[str, Any] | None]] = [
    ("where", {"postcode": "ng181ab", "town": "X"}, {"postcode": "NG18 1AB", "district_code": "E07000174"}),
    ("where", {"postcode": "NG18", "town": ""}, {"postcode": "NG18", "town": None}),
    ("about", {"about": "Cards\r\nand tea"}, {"about": "Cards\nand tea"}),
    ("contact", {"website": "www.example.org"}, {"website": "https://www.example.org", "phone": None}),
    ("number", {"registered_number": "0123 4567"}, {"registered_number": "01234567"}),
    ("cqc", {"cqc_id": "1-123456789"}, {"cqc_id": "1-123456789"}),
    ("where", {"postcode": "ZZ99 9ZZ"}, None),
    ("name", {"name": "Win at www.example.org"}, None),
    ("contact", {"phone": "call me"}, None),
    ("contact", {"website": "javascript:alert(1)"}, None),
    ("number", {"registered_number": ""}, None),
    ("number", {"registered_number": "123"}, None),
    ("cqc", {"cqc_id": "yes"}, None),
    ("kind", {"legal_form": "personal_assistant"}, None),
    ("kind", {"legal_form": "king"}, None),
]


def test_each_answer_is_kept_as_it_is_meant_or_asked_again(as_ana: FlaskClient, session: Session) -> None:
    provider = begin(as_ana, session, kind="cic")
    for step, fields, kept in ANSWERS:
        before = provider.version
        # Fields that the form doesn't name change nothing.
        sent = {**fields, "status": "active", "version": "9", "cqc_rating": "outstanding"}
        answer = press(as_ana, f"/provide/{provider.id}/tell/{step}", **sent)
        session.refresh(provider)
        assert (provider.status, provider.cqc_rating) == (ProviderStatus.DRAFT, None)
        if kept is None:
            assert (answer.status_code, provider.version) == (422, before), fields
            assert "There is a problem" in answer.text
            assert step == "kind" or next(iter(fields.values())) in answer.text
        else:
            assert answer.location == f"/provide/{provider.id}?done=saved", fields
            assert {name: getattr(provider, name) for name in kept} == kept


def test_a_form_that_began_before_a_colleague_wrote_shows_both(as_ana: FlaskClient, session: Session) -> None:
    provider = begin(as_ana, session)
    path = f"/provide/{provider.id}/tell/about"
    seen = seen_on(as_ana, path)
    assert press(as_ana, path, about="Cards on Thursdays", seen=seen).status_code == 303
    answer = press(as_ana, path, about="Bingo on Fridays", seen=seen)
    assert answer.status_code == 409
    assert "Cards on Thursdays" in answer.text
    assert "Bingo on Fridays" in answer.text
    session.refresh(provider)
    assert provider.about == "Cards on Thursdays"
    assert press(as_ana, path, about="Bingo on Fridays", seen=seen_on(as_ana, path)).status_code == 303
    # The same words sent twice are no conflict.
    assert press(as_ana, path, about="Bingo on Fridays", seen=seen).status_code == 303


def test_it_is_sent_once_with_the_offers_that_are_ready_and_can_be_taken_back(
    as_ana: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    monkeypatch.setattr(sending, "_ON_SENT", [lambda _session, what: heard.append(what)])
    monkeypatch.setattr(sending, "_ON_TAKEN_BACK", [lambda _session, what: heard.append(what)])
    provider = begin(as_ana, session)
    path = f"/provide/{provider.id}"
    press(as_ana, f"{path}/send")
    session.refresh(provider)
    assert (provider.status, heard) == (ProviderStatus.DRAFT, [])  # something is missing
    press(as_ana, f"{path}/tell/where", postcode="NG18 1AB", town="")
    offer = ready_offer(session, provider)
    assert "Everything that is needed is there." in as_ana.get(path).text
    for _ in range(2):
        assert press(as_ana, f"{path}/send").location == f"{path}?done=sent"
    session.expire_all()
    assert provider.status is ProviderStatus.WAITING
    assert session.get_one(OfferDraft, offer.id).state is DraftState.WAITING
    assert [(type(what).__name__, what.offer_id) for what in heard] == [  # type: ignore[attr-defined]
        ("Sending", None),
        ("Sending", offer.id),
    ]
    document = heard[0].document  # type: ignore[attr-defined]
    assert (document["name"], document["postcode"]) == ("Thursday hall group", "NG18 1AB")
    assert "Someone here looks at what you sent" in as_ana.get(path).text
    # What changes while it waits is sent anew, so that what is decided about is what is said.
    press(as_ana, f"{path}/tell/about", about="Cards")
    assert heard[-1].document["about"] == "Cards"  # type: ignore[attr-defined]
    for _ in range(2):
        press(as_ana, f"{path}/take-back")
    session.refresh(provider)
    assert provider.status is ProviderStatus.DRAFT
    assert [type(what).__name__ for what in heard].count("TakenBack") == 1
    actions = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_id == str(provider.id))
    ).all()
    assert actions.count(Action.PROVIDER_SENT.value) == actions.count(Action.PROVIDER_TAKEN_BACK.value) == 1


def test_of_a_checked_provider_words_wait_and_ways_to_reach_it_change_at_once(
    as_ana: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(sending, "_ON_SENT", [lambda _session, what: heard.append(what)])
    monkeypatch.setattr(
        sending, "_WAITING", [lambda _session, _provider: heard[-1].document if heard else None]
    )
    provider = begin(as_ana, session)
    provider.status, provider.about = ProviderStatus.ACTIVE, "Cards"
    session.commit()
    path = f"/provide/{provider.id}"
    assert press(as_ana, f"{path}/tell/contact", phone="01623 555 0101").location.endswith("done=saved")
    assert heard == []
    assert press(as_ana, f"{path}/tell/about", about="Bingo").location.endswith("done=waits")
    assert press(as_ana, f"{path}/tell/name", name="Friday group").location.endswith("done=waits")
    session.refresh(provider)
    assert (provider.phone, provider.about, provider.name) == (
        "01623 555 0101",
        "Cards",
        "Thursday hall group",
    )
    assert (heard[-1].document["about"], heard[-1].document["name"]) == ("Bingo", "Friday group")
    assert heard[-1].live["about"] == "Cards"
    home = as_ana.get(path).text
    assert "Until then people see the words from before" in home
    assert "Bingo" in as_ana.get(f"{path}/tell/about").text  # what was written last is not lost
    # A suspended one says nothing new, but whoever asks it something still reaches it.
    provider.status = ProviderStatus.SUSPENDED
    session.commit()
    assert press(as_ana, f"{path}/tell/about", about="We are back").status_code == 409
    assert press(as_ana, f"{path}/tell/contact", phone="01623 555 0102").status_code == 303
    session.refresh(provider)
    assert (provider.phone, provider.about, len(heard)) == ("01623 555 0102", "Cards", 2)


def test_what_a_moderator_said_stands_on_the_home_page_and_at_its_offer(
    as_ana: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = begin(as_ana, session)
    offer = ready_offer(session, provider)
    now = datetime.now(UTC)
    said = [
        sending.Answer(kind=sending.AnswerKind.CHANGES_ASKED, words="Tell us the hall’s name", at=now),
        sending.Answer(
            kind=sending.AnswerKind.REFUSED, words="<b>Not an offer</b>", at=now, offer_id=offer.id
        ),
    ]
    monkeypatch.setattr(sending, "_ANSWERS", [lambda _session, _provider: said])
    home = as_ana.get(f"/provide/{provider.id}").text
    assert "Tell us the hall’s name" in home
    assert "Not accepted: &lt;b&gt;Not an offer&lt;/b&gt;" in home


def test_an_offer_that_is_sent_from_its_own_page_takes_its_provider_along(
    as_ana: FlaskClient, session: Session
) -> None:
    provider = begin(as_ana, session)
    press(as_ana, f"/provide/{provider.id}/tell/where", postcode="NG18 1AB", town="")
    first, second = ready_offer(session, provider), ready_offer(session, provider)
    for offer in (first, second):
        assert press(as_ana, f"/provide/{provider.id}/offers/{offer.id}/send").status_code == 303
        session.expire_all()
        assert session.get_one(OfferDraft, offer.id).state is DraftState.WAITING
    assert provider.status is ProviderStatus.WAITING


def test_a_provider_says_that_it_closes_with_its_last_day_and_why(
    as_ana: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[sending.Closing] = []
    monkeypatch.setattr(sending, "_ON_CLOSING", [*sending._ON_CLOSING, lambda _, what: heard.append(what)])
    provider = begin(as_ana, session)
    provider.status = ProviderStatus.ACTIVE
    session.commit()
    path = f"/provide/{provider.id}/close"
    last = london_today() + timedelta(days=30)
    for day, reason in ((london_today() - timedelta(days=1), "Bye"), (last, " ")):
        assert press(as_ana, path, reason=reason, **day_fields(day)).status_code == 422
    assert heard == []
    answer = press(as_ana, path, reason="The hall is sold", **day_fields(last))
    assert answer.location == f"/provide/{provider.id}?done=closing"
    assert [(what.closes_on, what.reason) for what in heard] == [(last, "The hall is sold")]
    assert "Change your last day" in as_ana.get(answer.location).text
    page = as_ana.get(path).text
    shown = re.search(r'name="closes_on-day"[^>]*value="(\d+)"', page)
    assert shown is not None
    assert int(shown[1]) == last.day
    assert ("The hall is sold" in page, "Change it and tell people" in page) == (True, True)
    answer = press(as_ana, path, reason="Nobody found a new hall", **day_fields(last))
    assert answer.location == f"/provide/{provider.id}?done=closing-why"
    assert "Your last day is the same. Moderators read why you close." in as_ana.get(answer.location).text
    assert "Nobody found a new hall" in as_ana.get(path).text
    later = press(as_ana, path, reason="Nobody found a new hall", **day_fields(last + timedelta(days=1)))
    assert later.location == f"/provide/{provider.id}?done=closing"
    provider.status = ProviderStatus.CLOSED
    session.commit()
    assert as_ana.get(path).status_code == 303


def day_fields(day: date) -> dict[str, int]:
    return {"closes_on-day": day.day, "closes_on-month": day.month, "closes_on-year": day.year}


def test_the_home_page_asks_the_database_no_more_for_many_offers_than_for_one(
    as_ana: FlaskClient, session: Session, statements: list[str]
) -> None:
    provider = begin(as_ana, session)
    asked = []
    for more in (1, 6):
        for _ in range(more):
            ready_offer(session, provider)
        session.expire_all()
        statements.clear()
        assert as_ana.get(f"/provide/{provider.id}").status_code == 200
        asked.append(len(statements))
    assert asked[0] == asked[1], asked
    assert asked[0] <= 30


def test_what_was_begun_and_never_sent_can_be_deleted(as_ana: FlaskClient, session: Session) -> None:
    kept = begin(as_ana, session)
    account = session.scalars(select(Account)).one()
    send_provider(session, provider=kept, account=account)
    take_back(session, provider=kept, account=account)
    session.commit()
    assert as_ana.get(f"/provide/{kept.id}/delete").status_code == 404, "moderators may have read of it"
    begun = begin(as_ana, session)
    ready_offer(session, begun)
    page = f"/provide/{begun.id}"
    assert f'href="{page}/delete"' in as_ana.get(page).text
    assert press(as_ana, f"{page}/delete").location == "/provide?done=deleted"
    assert "It is deleted." in as_ana.get("/provide?done=deleted").text
    session.expire_all()
    assert [one.id for one in session.scalars(select(Provider))] == [kept.id]
    assert session.scalars(select(Offer)).all() == []
    assert as_ana.get(page).status_code == 404
