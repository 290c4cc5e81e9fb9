"""Shared Lives: the homes of a scheme, what each offers, what of it the public reads, and their end."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.audit import Action, AuditEntry
from marketplace.listing.shared_lives import operations
from marketplace.offers.document import OfferDocument, parse_document
from marketplace.offers.drafts import draft_of
from marketplace.offers.models import DraftState, Offer, OfferDraft
from marketplace.offers.publishing import publish
from marketplace.providers.models import Household, Provider, ProviderStatus
from marketplace.vocabulary import (
    Feature,
    LegalForm,
    OfferStatus,
    PlaceKind,
    Role,
    SharedLivesForm,
    Theme,
)
from tests.accounts.mail import SQLITE
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.providers.factories import make_member, make_provider

pytestmark = pytest.mark.parametrize(**SQLITE)

HIDDEN = {"scheme_reference": "SL-HIDDEN-77", "street": "9 Hidden Row", "pets": "a parrot called Hiddenbird"}
HOME: dict[str, dict[str, Any]] = {
    "area": {"postcode": "NG25 0DF", "town": "Southwell", "street": HIDDEN["street"]},
    "home": {
        "has_pets": "yes",
        "smokes": "no",
        "step_free": "yes",
        "is_rural": "yes",
        "pets": HIDDEN["pets"],
    },
    "people": {"people_at_once": "2"},
    "about": {"about": "We grow apples and keep a slow old dog."},
    "approved": {
        "approved_on-day": "3", "approved_on-month": "5", "approved_on-year": "2024",
        "review_on-day": "3", "review_on-month": "may", "review_on-year": "2025",
    },
}  # fmt: skip


@pytest.fixture
def owner(session: Session) -> Account:
    return make_account(session, roles=[Role.PROVIDER_STAFF])


@pytest.fixture
def scheme(session: Session, owner: Account) -> Provider:
    provider = make_provider(
        session,
        name="Shared Lives Trent",
        legal_form=LegalForm.SHARED_LIVES_SCHEME,
        status=ProviderStatus.ACTIVE,
    )
    make_member(session, provider=provider, account=owner)
    return provider


@pytest.fixture
def as_owner(client: FlaskClient, owner: Account) -> FlaskClient:
    sign_in(client, owner)
    return client


def send(client: FlaskClient, address: str, fields: dict[str, Any]) -> TestResponse:
    """Open a page and send its form as it stands, with *fields* put in."""
    page = client.get(address)
    hidden = {
        name: found[1]
        for name in ("seen", "once")
        if (found := re.search(rf'name="{name}" value="([^"]*)"', page.text))
    }
    return client.post(address, data={"csrf_token": token_on(page), **hidden, **fields})


def add_home(client: FlaskClient, scheme: Provider, session: Session) -> Household:
    who = {"first_names": "Jean and Tom", "scheme_reference": HIDDEN["scheme_reference"]}
    assert send(client, f"/provide/{scheme.id}/households/new", who).status_code == 303
    home = session.scalars(select(Household)).one()
    for step, fields in HOME.items():
        answered = send(client, f"/provide/{scheme.id}/households/{home.id}/{step}?then=next", fields)
        assert answered.status_code == 303, step
    session.expire_all()
    return home


def add_offer(client: FlaskClient, home: Household, form: SharedLivesForm) -> uuid.UUID:
    address = f"/provide/{home.provider_id}/households/{home.id}"
    page = client.get(address)
    once = uuid.uuid4()
    data = {"csrf_token": token_on(page), "once": str(once)}
    for _twice in range(2):
        assert client.post(f"{address}/offers/{form.value}", data=data).status_code == 303
    return once


def said(session: Session, offer_id: uuid.UUID) -> OfferDocument:
    session.expire_all()
    draft = draft_of(session, offer_id)
    assert draft is not None
    return parse_document(draft.document)


def test_a_home_is_told_question_by_question_and_its_offers_begin_with_what_is_known(
    as_owner: FlaskClient, scheme: Provider, session: Session
) -> None:
    home = add_home(as_owner, scheme, session)
    assert (home.has_pets, home.smokes, home.step_free, home.has_children) == (True, False, True, None)
    page = as_owner.get(f"/provide/{scheme.id}/households/{home.id}/home").text
    assert re.search(r'name="has_children" type="radio" value="not_known" checked', page)
    assert (home.approved_on, home.review_on) == (date(2024, 5, 3), date(2025, 5, 3))
    short = said(session, add_offer(as_owner, home, SharedLivesForm.SHORT_BREAKS))
    assert short.name == "Short breaks with Jean and Tom, Southwell"
    assert (short.household_id, short.group_size) == (home.id, 2)
    assert short.description == "We grow apples and keep a slow old dog."
    assert (short.themes, short.features) == ((Theme.CARER_BREAKS,), {Feature.STEP_FREE: True})
    assert short.place is not None
    assert (short.place.kind, short.place.postcode, short.place.street) == (
        PlaceKind.MASKED,
        "NG25 0DF",
        "",
    )
    add_offer(as_owner, home, SharedLivesForm.SHARED_DAYS)
    page = as_owner.get(f"/provide/{scheme.id}/households/{home.id}").text
    assert "Add: Long stay" in page
    assert "Add: Short breaks" not in page
    assert len(session.scalars(select(Offer)).all()) == 2  # each was sent twice
    actions = {entry.action for entry in session.scalars(select(AuditEntry))}
    assert {Action.HOUSEHOLD_ADDED, Action.HOUSEHOLD_CHANGED, Action.OFFER_BEGUN} <= actions


def _public_offer(session: Session, client: FlaskClient, home: Household) -> Offer:
    offer_id = add_offer(client, home, SharedLivesForm.SHORT_BREAKS)
    offer = session.get_one(Offer, offer_id)
    offer.status = OfferStatus.WAITING
    publish(session, offer, said(session, offer_id))
    session.commit()
    return offer


def test_the_public_reads_facts_about_the_home_and_that_the_scheme_answers_but_not_whose_it_is(
    as_owner: FlaskClient, scheme: Provider, session: Session
) -> None:
    home = add_home(as_owner, scheme, session)
    offer = _public_offer(session, as_owner, home)
    page = as_owner.application.test_client().get(f"/offers/{offer.id}").text
    for shown in (
        "The scheme answers and introduces you",
        "There are pets",
        "Nobody smokes in the home",
        "In the country, away from a town",
        "On 3 May 2024, as the scheme says",
        "It was due on 3 May 2025. Ask if it was done.",
        "Southwell (NG25)",
    ):
        assert shown in page
    for hidden in (*HIDDEN.values(), "NG25 0DF", "0DF"):
        assert hidden not in page


def test_offers_follow_a_change_of_their_home_and_a_step_that_was_built_is_told_at_once(
    as_owner: FlaskClient, scheme: Provider, session: Session
) -> None:
    home = add_home(as_owner, scheme, session)
    offer = _public_offer(session, as_owner, home)
    address = f"/provide/{scheme.id}/households/{home.id}"
    send(as_owner, f"{address}/home", {**HOME["home"], "step_free": "no"})
    session.expire_all()
    assert {row.feature: row.present for row in offer.features} == {Feature.STEP_FREE: False}
    assert session.scalars(select(OfferDraft)).all() == []
    # A new area is looked at first: the public reads the old one until then.
    moved = send(as_owner, f"{address}/area", {"postcode": "NG24 4TN", "town": "Newark", "street": ""})
    assert moved.location.endswith("?done=to-send")
    session.expire_all()
    assert offer.place is not None
    assert offer.place.town == "Southwell"
    assert said(session, offer.id).place.town == "Newark"  # type: ignore[union-attr]


def test_ending_a_home_closes_its_public_offers_and_throws_drafts_away_once(
    as_owner: FlaskClient, scheme: Provider, session: Session
) -> None:
    home = add_home(as_owner, scheme, session)
    offer = _public_offer(session, as_owner, home)
    draft = add_offer(as_owner, home, SharedLivesForm.LONG_STAY)
    session.get_one(OfferDraft, draft).state = DraftState.WAITING
    session.get_one(Offer, draft).status = OfferStatus.WAITING
    session.commit()
    address = f"/provide/{scheme.id}/households/{home.id}"
    asked = as_owner.get(f"{address}/end")
    for _twice in range(2):
        ended = as_owner.post(f"{address}/end", data={"csrf_token": token_on(asked)})
        assert ended.status_code == 303
    session.expire_all()
    assert session.get(Offer, draft) is None
    assert session.get_one(Offer, offer.id).status is OfferStatus.CLOSED
    assert as_owner.get(f"/offers/{offer.id}").status_code == 404
    assert as_owner.get(address).status_code == 404
    ends = [e for e in session.scalars(select(AuditEntry)) if e.action == Action.HOUSEHOLD_ENDED]
    assert [entry.details["offers_closed"] for entry in ends] == [1]


def test_a_stale_form_about_a_home_keeps_what_was_typed(
    as_owner: FlaskClient, scheme: Provider, session: Session
) -> None:
    home = add_home(as_owner, scheme, session)
    address = f"/provide/{scheme.id}/households/{home.id}/about"
    page = as_owner.get(address)
    seen = re.search(r'name="seen" value="([^"]*)"', page.text)
    assert seen
    send(as_owner, address, {"about": "Written first"})
    stale = as_owner.post(
        address, data={"csrf_token": token_on(page), "seen": seen[1], "about": "Written second"}
    )
    assert stale.status_code == 409
    assert "Written first" in stale.text
    assert "Written second</textarea>" in stale.text


def test_another_schemes_home_is_not_found_and_its_identifier_can_not_be_taken(
    as_owner: FlaskClient, scheme: Provider, session: Session, owner: Account
) -> None:
    other = make_provider(session, name="Elsewhere", legal_form=LegalForm.SHARED_LIVES_SCHEME)
    told = {"first_names": "Ann"}
    theirs = operations.add_household(
        session, household_id=uuid.uuid4(), provider=other, told=told, account=owner
    )
    session.commit()
    mine = f"/provide/{scheme.id}/households/{theirs.id}"
    for path in ("", "/about", "/end"):
        assert as_owner.get(mine + path).status_code == 404
    with pytest.raises(operations.HouseholdError):
        operations.add_household(session, household_id=theirs.id, provider=scheme, told=told, account=owner)
    group = make_provider(session)
    make_member(session, provider=group, account=owner)
    assert as_owner.get(f"/provide/{group.id}/households").status_code == 404
