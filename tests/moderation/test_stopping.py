"""Stopping a provider at once, noticing who comes back, asking for better, and what closes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.db import Database
from marketplace.moderation.closing import close_provider, midnight_after
from marketplace.moderation.models import ClosureNotice, ImprovementNote, Review, Suspension
from marketplace.moderation.traces import normal_mailbox, normal_name, normal_phone
from marketplace.offers.models import Offer, OfferHold
from marketplace.outbox.models import OutboxMessage
from marketplace.people.caseload.models import Choice, Shortlist, ShortlistItem
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart, ProfilePart
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.people.supporters.models import Scope
from marketplace.providers.models import (
    AssistantDetails,
    Provider,
    ProviderStatus,
    ProviderTrace,
    WorksAs,
)
from marketplace.providers.operations import say_closing
from marketplace.providers.queries import closing_reasons, live_accounts_of
from marketplace.providers.sending import words_for
from marketplace.settings import Settings
from marketplace.upkeep.jobs import Work, tell_who_uses_what_closes
from marketplace.vocabulary import LegalForm, Role
from tests.accounts.mail import SQLITE
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.moderation.world import actions, bodies, moderator, provider_with_owner, sent_assistant
from tests.people.factories import TODAY, make_case, make_person, make_supporter
from tests.people.test_saved import an_offer
from tests.providers.factories import make_member, make_provider

on_sqlite = pytest.mark.parametrize(**SQLITE)
NOW = datetime.now(UTC)


@pytest.fixture
def kitchen(session: Session) -> Offer:
    """A public offer of a checked provider with an owner; it fits the people of the factories."""
    provider, _ = provider_with_owner(session, name="Chapel Lane group", source_id="chapel-lane")
    return an_offer(session, "Tuesday kitchen", by=provider)


@pytest.fixture
def jo(session: Session, kitchen: Offer) -> Person:
    """Someone who saved it, with a sister who acts for them, one who only looks, and a practitioner."""
    jo = make_person(
        session, account=make_account(session, roles=[Role.PERSON], name="Jo", email="jo@example.org")
    )
    for name, scope in (("act", Scope.ACT), ("look", Scope.LOOK)):
        account = make_account(session, roles=[Role.SUPPORTER], name=name, email=f"{name}@example.org")
        make_supporter(session, person=jo, account=account, scope=scope)
    pia = make_account(session, roles=[Role.PRACTITIONER], name="Pia", email="pia@example.org")
    make_case(session, person=jo, account=pia)
    save(session, jo, kitchen)
    return jo


@pytest.fixture
def as_moderator(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, moderator(session))
    return client


@pytest.fixture
def work(settings: Settings, database: Database) -> Work:
    return Work(settings, database)


def save(session: Session, person: Person, offer: Offer) -> None:
    session.add(
        SavedMatch(
            person_id=person.id,
            offer_id=offer.id,
            keeping=Keeping.SAVED,
            rules_version="1",
            result={"name": offer.name},
            kept_at=NOW,
        )
    )
    session.commit()


def press(client: FlaskClient, path: str, **fields: object) -> int:
    """Send a form that a page of moderators shows."""
    token = token_on(client.get("/moderation/providers/" + path.split("/")[3]))
    return client.post(path, data={"csrf_token": token, **fields}).status_code


@on_sqlite
def test_a_suspended_provider_is_gone_at_the_next_request_and_comes_back(
    app: Flask, as_moderator: FlaskClient, session: Session, kitchen: Offer, jo: Person
) -> None:
    visitor = app.test_client()
    path = f"/moderation/providers/{kitchen.provider_id}"
    pages = (f"/offers/{kitchen.id}", f"/providers/{kitchen.provider_id}")
    assert [visitor.get(page).status_code for page in pages] == [200, 200]
    page = send(as_moderator, f"{path}/suspend", reason="", told="")
    assert page.status_code == 422
    for _ in range(2):
        done = send(as_moderator, f"{path}/suspend", reason="A worry was reported", told="Ring us today")
        assert done.status_code == 303
    assert [visitor.get(page).status_code for page in pages] == [404, 404]
    assert "Tuesday kitchen" not in visitor.get("/offers?search=kitchen").text.partition("<main")[2]
    session.expire_all()
    assert kitchen.hold is OfferHold.PROVIDER_SUSPENDED
    suspension = session.scalars(select(Suspension)).one()
    assert (suspension.reason, suspension.told) == ("A worry was reported", "Ring us today")
    assert [one.words for one in words_for(session, kitchen.provider_id)] == ["Ring us today"]
    assert "Ring us today" in next(iter(bodies(session, "provider_suspended").values()))
    told = bodies(session, "saved_not_shown")
    assert set(told) == {"jo@example.org", "act@example.org", "pia@example.org"}
    for body in told.values():
        assert "Tuesday kitchen" in body
        assert "It says nothing against anyone" in body
        for word in ("worry was", "Ring us", "suspend", "Chapel"):
            assert word not in body
    assert "Jo saved" in told["pia@example.org"]
    # Its own people still come in and read why.
    owner = session.scalars(select(Account).where(Account.name == "Olu")).one()
    member = app.test_client()
    sign_in(member, owner)
    assert "Ring us today" in member.get(f"/provide/{kitchen.provider_id}").text
    send(as_moderator, f"{path}/restore", reason="Nothing was found")
    assert [visitor.get(page).status_code for page in pages] == [200, 200]
    assert actions(session)[-2:] == ["provider_suspended", "provider_restored"]
    assert session.scalars(select(ProviderTrace)).all() == []


@on_sqlite
def test_nobody_moderates_a_provider_that_they_act_for(
    as_moderator: FlaskClient, session: Session, kitchen: Offer
) -> None:
    path = f"/moderation/providers/{kitchen.provider_id}"
    assert as_moderator.get(f"{path}/suspend").status_code == 200
    own = session.scalars(select(Account).where(Account.name == "Morgan")).one()
    make_member(session, provider=session.get_one(Provider, kitchen.provider_id), account=own)
    for page in ("suspend", "restore", "close", "reopen", "notes"):
        assert press(as_moderator, f"{path}/{page}", reason="R", told="T", text="T", ends="stopped") == 409
    assert actions(session) == []


@on_sqlite
def test_a_suspended_assistant_who_comes_back_under_another_name_is_flagged(
    app: Flask, as_moderator: FlaskClient, session: Session
) -> None:
    bad = make_provider(
        session,
        name="Dawn Okafor",
        legal_form=LegalForm.SELF_EMPLOYED_PA,
        status=ProviderStatus.ACTIVE,
        phone="07700 900123",
        postcode="NG18 1AB",
    )
    send(as_moderator, f"/moderation/providers/{bad.id}/suspend", reason="Took money", told="Ring us")
    assert all(len(one.digest) == 64 for one in session.scalars(select(ProviderTrace)))
    with app.test_request_context():
        smith, back = sent_assistant(
            session, name="D. Smith", phone="+44 (0)7700 900 123", postcode="NG19 6AA"
        )
        _, other = sent_assistant(session, name="Kim Lee", phone="07700 900555", owner="kim@example.org")
    assert other.flags == []
    told = {"family_name": "Smithers", "street": "9 Hidden Row", "works_as": WorksAs.SELF_EMPLOYED}
    session.add(AssistantDetails(provider_id=smith.id, **told))
    session.commit()
    page = as_moderator.get(f"/moderation/reviews/{back.id}")
    for words in ("Smithers", "9 Hidden Row, Mansfield, NG19 6AA", "Self-employed"):
        assert words in page.text  # to hold against papers
    assert "Looks like a provider that was suspended on" in page.text
    assert f'href="/moderation/providers/{bad.id}">Dawn Okafor</a> (Same phone number)' in page.text
    assert "Looks like a suspended provider" in as_moderator.get("/moderation").text
    # Someone who waits already is flagged when the other is stopped.
    twin = make_provider(
        session,
        name="Kim  LEE",
        legal_form=LegalForm.SELF_EMPLOYED_PA,
        status=ProviderStatus.ACTIVE,
        phone=None,
    )
    send(as_moderator, f"/moderation/providers/{twin.id}/suspend", reason="Took money", told="Ring us")
    session.expire_all()
    assert session.get_one(Review, other.id).flags == [f"{twin.id} name_and_postcode"]
    send(as_moderator, f"/moderation/providers/{twin.id}/restore", reason="Another Kim")
    session.expire_all()
    assert session.get_one(Review, other.id).flags == []


@on_sqlite
def test_a_surname_is_told_to_nobody_when_an_assistant_stops(
    app: Flask, session: Session, jo: Person, work: Work
) -> None:
    dawn = make_provider(
        session, name="Dawn Okafor", legal_form=LegalForm.SELF_EMPLOYED_PA, status=ProviderStatus.ACTIVE
    )
    save(session, jo, an_offer(session, "Out with Dawn", by=dawn))
    close_provider(
        session, provider=dawn, last_day=TODAY - timedelta(days=1), reason="", by=None, role=None, today=TODAY
    )
    session.commit()
    assert tell_who_uses_what_closes(work) == 1
    told = bodies(session, "provider_closes")["jo@example.org"]
    assert told.startswith("Dawn stops")
    assert "It has stopped." in told
    chris = app.test_client()
    sign_in(chris, make_account(session, roles=[Role.COMMISSIONER]))
    page = chris.get("/moderation/closures").text
    as_jo = app.test_client()
    sign_in(as_jo, session.get_one(Account, jo.account_id))
    for text in (told, page, as_jo.get(f"/people/{jo.id}").text):
        assert "Dawn" in text
        assert "Okafor" not in text


def test_details_are_recognised_however_they_are_written() -> None:
    assert normal_name("O’Neil, Zoë") == normal_name("zoe ONEIL") == "oneil zoe"
    assert normal_name("Zo\u200bë_ONEIL \U0001f600") == "oneil zoe"
    assert normal_name("Зоя") == "зоя"
    assert normal_phone("+44 (0)7700 900123") == normal_phone("0044 7700 900 123") == "07700900123"
    assert normal_phone("07700-900-123") == "07700900123"
    assert normal_phone("999") == ""
    assert normal_mailbox(" Dawn+pa@Example.org ") == "dawn@example.org"
    assert normal_mailbox("nobody") == ""


@on_sqlite
def test_a_provider_reads_what_it_should_make_better_until_it_is_settled(
    as_moderator: FlaskClient, session: Session, kitchen: Offer
) -> None:
    path = f"/moderation/providers/{kitchen.provider_id}/notes"
    once = "11111111-2222-4333-8444-555555555555"
    day = {"due_on-day": "3", "due_on-month": "5", "due_on-year": "2031"}
    for _ in range(2):
        assert press(as_moderator, path, once=once, text="Answer the phone", is_shared="y", **day) == 303
    assert press(as_moderator, path, text="Visit them in June") == 303
    assert press(as_moderator, path, text=" ") == 422
    shared = session.scalars(select(ImprovementNote).where(ImprovementNote.shared_with_provider)).one()
    assert shared.due_on == date(2031, 5, 3)
    (words,) = words_for(session, kitchen.provider_id)
    assert (words.words, words.due_on) == ("Answer the phone", date(2031, 5, 3))
    page = as_moderator.get(f"/moderation/providers/{kitchen.provider_id}")
    assert "Only moderators see it" in page.text
    send(as_moderator, f"/moderation/notes/{shared.id}/done", words="They have a machine now")
    assert words_for(session, kitchen.provider_id) == []
    assert actions(session) == ["improvement_asked", "improvement_asked", "improvement_done"]


@on_sqlite
def test_moderators_are_told_and_read_all_that_was_said_of_why_a_provider_closes(
    as_moderator: FlaskClient, session: Session, kitchen: Offer, jo: Person
) -> None:
    provider = kitchen.provider
    (owner,) = live_accounts_of(session, provider.id)
    mo = make_account(session, roles=[Role.MODERATOR], name="Mo", email="mo@example.org")
    owner_too = make_account(session, roles=[Role.MODERATOR, Role.PROVIDER_STAFF], email="both@example.org")
    make_member(session, provider=provider, account=owner_too)
    last = TODAY + timedelta(days=20)
    on = f"{last.day} {last:%B %Y}"

    def says(reason: str, day: date = last) -> list[str]:
        known = set(session.scalars(select(OutboxMessage.id)))
        say_closing(session, provider=provider, closes_on=day, reason=reason, account=owner)
        session.commit()
        new = [one for one in session.scalars(select(OutboxMessage)) if one.id not in known]
        assert owner_too.email not in {one.recipient for one in new}
        return [f"{one.subject}: {one.body}" for one in new if one.recipient == mo.email]

    (first,) = says("The hall is sold")
    assert first.startswith(f"{provider.name} says that it closes: ")
    assert f"The last day is {on}." in first
    assert f"/moderation/providers/{provider.id}" in first
    assert "The hall is sold" not in first, "what was written stays on the site"
    notice = session.scalars(select(ClosureNotice)).one()
    notice.told_at = NOW
    session.commit()
    assert says("The hall is sold") == [], "twice is once"
    (again,) = says("Nobody found a new hall")
    assert again.startswith(f"{provider.name} wrote again why it closes: ")
    assert f"The last day is the same: {on}." in again
    session.refresh(notice)
    assert (notice.closes_on, notice.told_at is None) == (last, False), "people are not told the same again"
    path = f"/moderation/providers/{provider.id}"
    day = {"last_day-day": last.day, "last_day-month": last.month, "last_day-year": last.year}
    assert send(as_moderator, f"{path}/close", ends="on_a_day", reason="They rang", **day).status_code == 303
    assert says("Nobody found a new hall") == [], "a moderator's words take nothing from the provider's"
    page = as_moderator.get(path).text
    told = [page.index(words) for words in ("They rang", "Nobody found a new hall", "The hall is sold")]
    assert told == sorted(told)
    assert (page.count("The provider, "), page.count("A moderator, ")) == (2, 1)
    (moved,) = says("Nobody found a new hall", last + timedelta(days=1))
    assert moved.startswith(f"{provider.name} changed its last day: ")
    assert send(as_moderator, f"{path}/reopen").status_code == 303
    session.expire_all()
    assert closing_reasons(session, provider.id) == []


@on_sqlite
def test_who_uses_what_closes_is_told_with_what_fits_instead(
    app: Flask, as_moderator: FlaskClient, session: Session, kitchen: Offer, jo: Person, work: Work
) -> None:
    given, chose, bystander = (make_person(session, first_name=name) for name in ("Gil", "Cho", "By"))
    draft = make_person(session, first_name="Dee")
    for person, sent_at in ((given, NOW), (draft, None)):
        items = [ShortlistItem(offer_id=kitchen.id, position=0)]
        session.add(Shortlist(person_id=person.id, title="L", made_at=NOW, sent_at=sent_at, items=items))
    session.add(Choice(person_id=chose.id, made_at=NOW, offer_id=kitchen.id, reason="R"))
    save(session, bystander, an_offer(session, "Friday kitchen"))
    path = f"/moderation/providers/{kitchen.provider_id}"
    assert send(as_moderator, f"{path}/close", ends="on_a_day", reason="No money").status_code == 422
    last = TODAY + timedelta(days=20)
    day = {"last_day-day": last.day, "last_day-month": last.month, "last_day-year": last.year}
    done = send(as_moderator, f"{path}/close", ends="on_a_day", reason="No money", **day)
    assert done.status_code == 303
    offer_page = app.test_client().get(f"/offers/{kitchen.id}")  # until its last day
    assert f"The last day is {last.day} {last:%B %Y}" in offer_page.text
    session.expire_all()
    assert kitchen.shown_until == last
    own = as_moderator.get(done.location).text
    assert ("Some of them are still being told" in own, "No money" in own) == (True, True)
    assert tell_who_uses_what_closes(work) == 3
    assert tell_who_uses_what_closes(work) == 0
    session.expire_all()
    notices = {one.person_id: one for one in session.scalars(select(ClosureNotice))}
    assert set(notices) == {jo.id, given.id, chose.id}
    assert [one["name"] for one in notices[jo.id].alternatives] == ["Friday kitchen"]
    told = bodies(session, "provider_closes")
    assert set(told) == {"jo@example.org", "act@example.org", "pia@example.org"}
    assert f"The last day is {last.day} {last:%B %Y}." in told["jo@example.org"]
    # Counts, never who: three people are a star, and the parts are not told.
    page = as_moderator.get("/moderation/closures")
    assert "Between 1 and 7 people." in as_moderator.get(path).text
    assert "People: </span>*</td>" in page.text
    assert "Jo" not in page.text.partition("<main")[2]

    address = f"/people/{jo.id}/closures/{notices[jo.id].id}"
    assert address in told["act@example.org"]
    as_pia = app.test_client()
    sign_in(as_pia, session.scalars(select(Account).where(Account.email == "pia@example.org")).one())
    session.add(HiddenPart(person_id=jo.id, part=ProfilePart.TIMES, hidden_at=NOW))
    session.commit()
    assert "Chapel Lane group" in as_pia.get("/caseload/closures").text
    page = as_pia.get(address)
    assert "Friday kitchen" in page.text
    reason = str(notices[jo.id].alternatives[0]["parts"][0]["reason"])
    as_jo = app.test_client()
    sign_in(as_jo, session.get_one(Account, jo.account_id))
    assert reason not in page.text  # made from a profile of which a part is hidden from her
    assert address in as_jo.get(f"/people/{jo.id}").text
    send(as_jo, address)
    assert "there is something else" in as_jo.get(address).text
    assert address not in as_jo.get(f"/people/{jo.id}").text
    assert "Nobody of your caseload" in as_pia.get("/caseload/closures").text
    assert actions(session)[-1] == "closure_settled"


@on_sqlite
def test_after_its_last_day_a_provider_is_closed_and_its_offers_are_gone_at_midnight(
    app: Flask, as_moderator: FlaskClient, session: Session, kitchen: Offer, jo: Person, work: Work
) -> None:
    provider = session.get_one(Provider, kitchen.provider_id)
    close_provider(session, provider=provider, last_day=TODAY, reason="", by=None, role=None, today=TODAY)
    session.commit()
    session.refresh(kitchen)
    assert kitchen.shown_until == TODAY
    session.execute(update(Provider).values(closed_at=NOW - timedelta(minutes=1)))
    session.commit()
    tell_who_uses_what_closes(work)
    session.expire_all()
    assert (provider.status, kitchen.hold) == (ProviderStatus.CLOSED, OfferHold.PROVIDER_CLOSED)
    assert app.test_client().get(f"/offers/{kitchen.id}").status_code == 404
    assert press(as_moderator, f"/moderation/providers/{provider.id}/reopen") == 303
    assert app.test_client().get(f"/offers/{kitchen.id}").status_code == 200
    assert set(bodies(session, "provider_goes_on")) == {
        "jo@example.org",
        "act@example.org",
        "pia@example.org",
    }


@on_sqlite
def test_closing_and_going_on_lets_nobody_in_who_was_stopped_or_never_checked(
    as_moderator: FlaskClient, session: Session, kitchen: Offer
) -> None:
    stopped = session.get_one(Provider, kitchen.provider_id)
    assert press(as_moderator, f"/moderation/providers/{stopped.id}/suspend", reason="Why", told="It") == 303
    unchecked, _ = sent_assistant(session)
    for provider, stands in ((stopped, ProviderStatus.SUSPENDED), (unchecked, ProviderStatus.DRAFT)):
        close_provider(
            session,
            provider=provider,
            last_day=TODAY - timedelta(days=1),
            reason="",
            by=None,
            role=None,
            today=TODAY,
        )
        session.commit()
        assert provider.status is ProviderStatus.CLOSED
        assert press(as_moderator, f"/moderation/providers/{provider.id}/reopen") == 303
        session.refresh(provider)
        assert provider.status is stands


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2026, 1, 14), datetime(2026, 1, 15, 0, 0, tzinfo=UTC)),
        (date(2026, 7, 14), datetime(2026, 7, 14, 23, 0, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_last_day_ends_at_midnight_in_london(day: date, ends: datetime) -> None:
    assert midnight_after(day) == ends
