"""Calls: a council asks providers for an offer out of a report, and sees who could offer it."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit import Action, AuditEntry
from marketplace.commissioning.groups.finding import keep_groups
from marketplace.commissioning.groups.models import GroupIdea, IdeaKind
from marketplace.commissioning.groups.telling import tell_groups
from marketplace.db import Database
from marketplace.gaps.disclosure import Shown
from marketplace.offers.models import Offer, OfferDraft
from marketplace.outbox.models import OutboxMessage
from marketplace.providers.models import ProviderStatus
from marketplace.vocabulary import OfferStatus, Role, Theme
from tests.accounts.mail import SQLITE
from tests.commissioning.reports import kept, report_of
from tests.commissioning.test_groups import MANSFIELD, NOW, made_of, make_people, send
from tests.fixtures.accounts import make_account, sign_in
from tests.providers.factories import make_member, make_provider

pytestmark = pytest.mark.parametrize(**SQLITE)
COUNCIL = "E10000024"
KEY = f"NG18 {MANSFIELD}|cookery|saturday_morning|2"
PROPOSALS, CALLS = f"/commissioning/next-offers?council={COUNCIL}", "/commissioning/next-offers/calls"


def propose(session: Session, people: int) -> None:
    """A report that proposes cookery on Saturday mornings at level 2."""
    offer: dict[str, Any] = {
        "key": KEY,
        "place": f"NG18 {MANSFIELD}",
        "theme": "cookery",
        "band": "saturday_morning",
        "level": 2,
        "size": 20,
        "people": people,
        "basis": "unknown",
        "hour": None,
    }
    report = report_of({(MANSFIELD, Theme.COOKERY): Shown(30)})
    parts = {
        "next_offers": {COUNCIL: {"offers": [offer], "plan": {"offers": [], "people": 0, "percent": None}}}
    }
    kept(session, report, document={"report": report.to_json(), "parts": parts})


def words(page: str) -> str:
    return re.sub(r"\s+", " ", page)


def test_a_council_asks_a_provider_answers_and_the_council_sees_how_far_it_is(
    client: FlaskClient, session: Session, database: Database
) -> None:
    propose(session, 20)
    near = make_provider(session, name="Kitchen Table", status=ProviderStatus.ACTIVE, district_code=MANSFIELD)
    owner = make_account(session)
    make_member(session, provider=near, account=owner)
    session.commit()
    own, council = client.application.test_client(), client
    sign_in(own, owner)
    sign_in(council, make_account(session, roles=[Role.COMMISSIONER]))
    wanted = f"/provide/{near.id}/wanted"
    assert "A council asks for this" not in own.get(wanted).text

    assert send(council, PROPOSALS, CALLS, offer="NG18 E07|cookery").status_code == 404
    for _ in range(2):  # twice is once
        assert send(council, PROPOSALS, CALLS, offer=KEY).status_code == 303
    call = session.scalars(select(GroupIdea)).one()
    assert (call.kind, call.level, call.people, call.size) == (IdeaKind.CALL, 2, Shown(20), 20)
    assert "Providers were asked" in council.get(PROPOSALS).text
    assert "Nobody has begun an offer for it yet." in council.get(CALLS).text
    page = own.get(wanted).text
    assert "A council asks for this" in page
    assert "Cooking, Saturday mornings" in page, "a day keeps its capital"
    assert "about 20 people" in page
    assert "NG18" not in own.get(f"/provide/{near.id}/groups").text, "it is no group"

    once = str(uuid.uuid4())
    for _ in range(2):
        answered = send(own, wanted, f"/provide/{near.id}/groups/{call.id}/offer", once=once)
        assert answered.status_code == 303
    draft = session.scalars(select(OfferDraft)).one()
    assert draft.document["themes"] == ["cookery"]
    assert draft.document["levels"] == {"2": True}
    assert "You began an offer for this" in own.get(wanted).text
    assert "Kitchen Table: draft, begun on" in words(council.get(CALLS).text)
    offer = session.scalars(select(Offer)).one()
    offer.status = OfferStatus.PUBLIC
    session.commit()
    assert f'href="/offers/{offer.id}"' in council.get(CALLS).text
    # Whose wish it is, nobody knows: nobody is told.
    assert tell_groups(database, now=NOW, base_url="https://example.org") == 0
    assert session.scalars(select(OutboxMessage)).all() == []
    done = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert [one for one in done if one.startswith("call_")] == [Action.CALL_PUBLISHED, Action.CALL_ANSWERED]


def test_a_call_is_taken_back_and_made_again_and_outlives_reports(
    client: FlaskClient, session: Session
) -> None:
    propose(session, 20)
    sign_in(client, make_account(session, roles=[Role.COMMISSIONER]))
    send(client, PROPOSALS, CALLS, offer=KEY)
    call = session.scalars(select(GroupIdea)).one()
    address = f"/commissioning/groups/{call.id}"
    assert "Providers see it no longer." in _follow(client, send(client, CALLS, address, do="withdraw"))
    assert "Providers see no call now." in client.get(CALLS).text
    assert "Providers were asked" not in client.get(PROPOSALS).text
    assert "see it from now on" in _follow(client, send(client, CALLS, address, do="publish"))

    keep_groups(session, made_of(make_people(session, 7)))  # a report that finds no group
    session.commit()
    session.refresh(call)
    assert call.ended_at is None
    propose(session, 15)
    send(client, PROPOSALS, CALLS, offer=KEY)
    session.refresh(call)
    assert call.people == Shown(15), "the number is that of the newest report"

    elsewhere = make_account(session, roles=[Role.COMMISSIONER], councils=["E10000020"])
    sign_in(client, elsewhere)
    assert (
        send(client, "/commissioning/next-offers/calls?council=E10000020", address, do="withdraw").status_code
        == 404
    )


def _follow(client: FlaskClient, response: Any) -> str:
    return client.get(response.headers["Location"]).text
