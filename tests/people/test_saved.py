"""What fits a person, saving and hiding it, and what changes afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.matching.weights import VERSION
from marketplace.offers.catalogue import mark_changed
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart, ProfilePart
from marketplace.people.rights.models import ProfileView
from marketplace.people.saved.models import HideReason, Keeping, SavedMatch
from marketplace.people.supporters.models import Scope
from marketplace.providers.models import NAME_NOT_STATED
from marketplace.vocabulary import Day, Feature, OfferStatus, Role, Theme
from tests.accounts.mail import SQLITE
from tests.directory.factories import offer, place, price, times
from tests.find.journeys import near_me, token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person, make_supporter

pytestmark = pytest.mark.parametrize(**SQLITE)
MOST_STATEMENTS = 12


@pytest.fixture
def jo(session: Session) -> Person:
    return make_person(session, account=make_account(session, roles=[Role.PERSON], name="Jo"))


@pytest.fixture
def kitchen(session: Session) -> Offer:
    return an_offer(session, "Saturday kitchen")


@pytest.fixture
def as_jo(client: FlaskClient, session: Session, jo: Person) -> FlaskClient:
    sign_in(client, session.get_one(Account, jo.account_id))
    return client


def an_offer(session: Session, name: str, *, cost: str = "4", **fields: object) -> Offer:
    """An offer that fits the person of the factories."""
    made = offer(
        session,
        name,
        at=place(),
        themes=[Theme.COOKERY],
        levels={2: True},
        features={Feature.STEP_FREE: True},
        sessions=times([Day.SAT], 10, 12),
        costs=[price(cost)],
        **fields,
    )
    mark_changed(session, [made.id])
    session.commit()
    return made


def press(client: FlaskClient, person: Person, path: str, **fields: object) -> TestResponse:
    token = token_on(client.get(f"/people/{person.id}/matches"))
    return client.post(f"/people/{person.id}/{path}", data={"csrf_token": token, **fields})


def kept(session: Session) -> list[SavedMatch]:
    session.expire_all()
    return list(session.scalars(select(SavedMatch).order_by(SavedMatch.kept_at)))


def test_what_a_provider_would_need_to_add_is_not_said_to_be_the_readers_to_do(
    as_jo: FlaskClient, session: Session, jo: Person
) -> None:
    steps = an_offer(session, "Up the steps")
    for feature in steps.features:
        feature.present = False
    mark_changed(session, [steps.id])
    session.commit()
    text = as_jo.get(f"/people/{jo.id}/matches").text
    card = text.partition("These nearly fit")[2]
    assert "Something you must have is not there.</strong> They would need to add: Step-free way in." in card


def test_a_listing_that_names_no_organisation_says_that_in_a_sentence(
    as_jo: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    kitchen.provider.name = NAME_NOT_STATED
    session.commit()
    text = as_jo.get(f"/people/{jo.id}/matches").text
    assert "We do not know who runs this." in text
    assert f"By {NAME_NOT_STATED}" not in text


def test_a_saved_match_keeps_its_score_its_rules_and_its_reasons(
    as_jo: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    page = as_jo.get(f"/people/{jo.id}/matches")
    assert "1 thing fits you" in page.text
    for _ in range(2):
        assert press(as_jo, jo, f"matches/{kitchen.id}/save?day=sat").location == (
            f"/people/{jo.id}/matches?saved={kitchen.id}&day=sat"
        )
    (one,) = kept(session)
    assert (one.keeping, one.rules_version) == (Keeping.SAVED, VERSION)
    assert one.score == one.result["score"] > 0.5
    assert {part["name"] for part in one.result["parts"]} >= {"goals", "times"}
    assert "Saved: Saturday kitchen" in as_jo.get(f"/people/{jo.id}/matches?saved={kitchen.id}").text


def test_a_hidden_match_leaves_the_list_and_comes_back_as_it_was(
    as_jo: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    press(as_jo, jo, f"matches/{kitchen.id}/save")
    press(as_jo, jo, f"saved/{kitchen.id}/note", note="Ask Ana to come along")
    hidden = press(as_jo, jo, f"matches/{kitchen.id}/hide", reason="too_far")
    page = as_jo.get(hidden.location)
    assert "Hidden: Saturday kitchen" in page.text
    assert "1 is hidden." in page.text
    assert 'class="md-card md-match"' not in page.text
    assert kept(session)[0].hide_reason is HideReason.TOO_FAR
    assert "It is too far" in as_jo.get(f"/people/{jo.id}/hidden").text
    press(as_jo, jo, f"matches/{kitchen.id}/show", was="saved")
    (one,) = kept(session)
    assert (one.keeping, one.hide_reason, one.note) == (Keeping.SAVED, None, "Ask Ana to come along")


def test_hiding_needs_a_reason_and_an_offer_that_is_public(
    as_jo: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    assert press(as_jo, jo, f"matches/{kitchen.id}/hide", reason="because").status_code == 400
    secret = offer(session, "Not yet", status=OfferStatus.DRAFT)
    session.commit()
    assert press(as_jo, jo, f"matches/{secret.id}/save").status_code == 404
    assert kept(session) == []


def test_what_is_saved_says_what_has_changed_since(
    as_jo: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    press(as_jo, jo, f"matches/{kitchen.id}/save")
    saved = f"/people/{jo.id}/saved"
    assert "of 100. Now it is" not in as_jo.get(saved).text
    session.execute(update(SavedMatch).values(score=0.5, rules_version="2025.1"))
    session.commit()
    page = as_jo.get(saved).text
    assert "It was 50 of 100. Now it is" in page
    assert "The rules of matching have changed" in page
    kitchen.updated_at = datetime.now(UTC)
    session.commit()
    assert "The provider changed it on" in as_jo.get(saved).text
    kitchen.source_id, kitchen.confirmed_on = "kitchen", None
    session.commit()
    assert "in the list that it came from" in as_jo.get(saved).text
    kitchen.status = OfferStatus.CLOSED
    mark_changed(session, [kitchen.id])
    session.commit()
    page = as_jo.get(saved).text
    assert "It is no longer listed." in page
    assert "Saturday kitchen" in page


def test_what_was_taken_off_can_be_put_back_with_its_note(
    as_jo: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    press(as_jo, jo, f"matches/{kitchen.id}/save")
    press(as_jo, jo, f"saved/{kitchen.id}/note", note="On the green bus")
    before = kept(session)[0].kept_at
    page = press(as_jo, jo, f"saved/{kitchen.id}/remove")
    assert kept(session) == []
    assert "Nothing is saved yet." in page.text
    was = page.text.partition('name="was" value="')[2].partition('"')[0]
    assert press(as_jo, jo, f"saved/{kitchen.id}/put-back", was=was[:-3] + "xyz").status_code == 400
    press(as_jo, jo, f"saved/{kitchen.id}/put-back", was=was)
    (one,) = kept(session)
    assert (one.note, one.kept_at) == ("On the green bus", before)


def test_what_is_saved_can_be_sorted_by_cost_and_by_name(
    as_jo: FlaskClient, session: Session, jo: Person
) -> None:
    for name, cost in (("Bakers", "9"), ("Apple day", "20"), ("Cooks", "2")):
        press(as_jo, jo, f"matches/{an_offer(session, name, cost=cost).id}/save")

    def names(sort: str) -> list[str]:
        text = as_jo.get(f"/people/{jo.id}/saved?sort={sort}").text
        return sorted(("Bakers", "Apple day", "Cooks"), key=lambda name: text.index(f">{name}</a>"))

    assert names("name") == ["Apple day", "Bakers", "Cooks"]
    assert names("cheapest") == ["Cooks", "Bakers", "Apple day"]
    assert names("no-such-order") == ["Cooks", "Apple day", "Bakers"]


def test_a_supporter_who_looks_sees_no_buttons_and_the_look_is_written_down(
    app: Flask, session: Session, jo: Person, kitchen: Offer
) -> None:
    sam = make_account(session, name="Sam")
    make_supporter(session, person=jo, account=sam, scope=Scope.LOOK)
    client = app.test_client()
    sign_in(client, sam)
    page = client.get(f"/people/{jo.id}/matches")
    assert "1 thing fits Jo" in page.text
    assert "md-keep__reasons" not in page.text
    assert press(client, jo, f"matches/{kitchen.id}/save").status_code == 404
    parts = set(session.scalars(select(ProfileView.part)))
    assert {ProfilePart.GOALS, ProfilePart.TRAVEL, ProfilePart.MONEY} <= parts


def test_reasons_of_a_hidden_part_reach_no_supporter(
    app: Flask, session: Session, jo: Person, kitchen: Offer
) -> None:
    sam = make_account(session, name="Sam")
    make_supporter(session, person=jo, account=sam, scope=Scope.ACT)
    session.add_all(
        HiddenPart(person_id=jo.id, part=part, hidden_at=datetime.now(UTC))
        for part in (ProfilePart.TIMES, ProfilePart.MONEY)
    )
    session.commit()
    owner, client = app.test_client(), app.test_client()
    sign_in(owner, session.get_one(Account, jo.account_id))
    sign_in(client, sam)
    for path in ("matches", f"matches/{kitchen.id}/why"):
        told = owner.get(f"/people/{jo.id}/{path}").text
        page = client.get(f"/people/{jo.id}/{path}").text
        assert "Saturday kitchen" in page
        for words in ("You can pay up to £40", "You can come to all of it"):
            assert words in told, words
            assert words not in page, words
    # Saved by a supporter it keeps what the person's own list says, which the supporter is not told.
    press(client, jo, f"matches/{kitchen.id}/save")
    session.execute(update(SavedMatch).values(score=0.5))
    session.commit()
    assert "It was 50" not in client.get(f"/people/{jo.id}/saved").text
    session.add(HiddenPart(person_id=jo.id, part=ProfilePart.GOALS, hidden_at=datetime.now(UTC)))
    session.commit()
    assert "keeps private what they want to do" in client.get(f"/people/{jo.id}/matches").text


def test_a_visitor_saves_after_signing_in_and_once(
    client: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    near_me(client, own_words="cooking", postcode="NG18 1AB")
    token = token_on(client.get("/find/results"))
    asked = client.post(f"/find/results/{kitchen.id}/save", data={"csrf_token": token})
    assert client.get(asked.location).location == "/sign-in?next=/save-offer"
    with client.session_transaction() as cookie:
        wanted = cookie["offer_to_save"]
    sign_in(client, session.get_one(Account, jo.account_id))
    assert wanted == str(kitchen.id)
    page = client.get("/save-offer")
    assert "Save “Saturday kitchen”?" in page.text
    fields = {"csrf_token": token_on(page), "offer": str(kitchen.id)}
    first = client.post("/save-offer", data=fields)
    assert first.location == "/save-answers?whose=me"
    client.post("/save-offer", data=fields)
    assert [(one.person_id, one.offer_id) for one in kept(session)] == [(jo.id, kitchen.id)]


def test_sharing_mails_a_link_and_nothing_of_what_is_saved_and_twice_is_once(
    as_jo: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    ana = make_account(session, name="Ana")
    link = make_supporter(session, person=jo, account=ana)
    press(as_jo, jo, f"matches/{kitchen.id}/save")
    nobody = press(as_jo, jo, "saved/share")
    assert nobody.status_code == 422
    assert "<title>Error:" in nobody.text
    once = "11111111-2222-4333-8444-555555555555"
    for _ in range(2):
        press(as_jo, jo, "saved/share", supporter=str(link.id), once=once)
    mail = session.scalars(select(OutboxMessage)).one()
    assert mail.recipient == ana.email
    assert f"/people/{jo.id}/saved" in mail.body
    assert "kitchen" not in mail.body.casefold()


def test_the_number_of_statements_does_not_grow_with_what_is_saved(
    as_jo: FlaskClient, session: Session, jo: Person, statements: list[str]
) -> None:
    def counts() -> list[int]:
        found = []
        for path in ("matches", "saved"):
            as_jo.get(f"/people/{jo.id}/{path}")
            statements.clear()
            as_jo.get(f"/people/{jo.id}/{path}")
            found.append(len(statements))
        return found

    press(as_jo, jo, f"matches/{an_offer(session, 'First').id}/save")
    one = counts()
    for name in ("Second", "Third", "Fourth"):
        press(as_jo, jo, f"matches/{an_offer(session, name).id}/save")
    assert counts() == one
    assert max(one) <= MOST_STATEMENTS
