"""Who may act for a provider: asking, answering, and that somebody always owns it."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.db import open_database
from marketplace.migrations import alembic_config
from marketplace.moderation import left as _left  # noqa: F401 (registers what goes)
from marketplace.moderation.models import Review, ReviewOf
from marketplace.offers import left as _offers_left  # noqa: F401 (the same)
from marketplace.offers.document import document_of
from marketplace.offers.models import Place
from marketplace.providers import members
from marketplace.providers.models import (
    AssistantDetails,
    MemberRole,
    Provider,
    ProviderMember,
    ProviderStatus,
)
from marketplace.vocabulary import LegalForm, PlaceKind, Role
from tests.accounts.mail import SQLITE, mails
from tests.directory.factories import offer
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.providers.factories import make_member, make_provider


@pytest.fixture
def hall(session: Session) -> Provider:
    return make_provider(session)


@pytest.fixture
def as_ana(client: FlaskClient, session: Session, hall: Provider) -> FlaskClient:
    ana = make_account(session, name="Ana", email="ana@example.org", roles=[Role.PROVIDER_STAFF])
    make_member(session, provider=hall, account=ana)
    sign_in(client, ana)
    return client


def press(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    form = {"csrf_token": token_on(client.get("/find/what")), **fields}
    return client.post(path, data=form)


def someone(app: Flask, session: Session, **fields: Any) -> FlaskClient:
    client = app.test_client()
    sign_in(client, make_account(session, **fields))
    return client


def last_link(session: Session) -> str:
    found = re.findall(r"/provider-invitations/\S+", mails(session)[-1].body)
    assert len(found) == 1
    return str(found[0])


@pytest.mark.parametrize(**SQLITE)
def test_a_colleague_who_says_yes_may_change_offers_and_nothing_else(
    app: Flask, session: Session, hall: Provider, as_ana: FlaskClient
) -> None:
    path = f"/provide/{hall.id}/people"
    once = "5f0d4a8e-0000-4000-8000-00000000000b"
    asked = {"page": "check", "once": once, "email": "Bo@example.org", "role": "editor"}
    for _ in range(2):  # the form sent twice asks once
        assert press(as_ana, f"{path}/invite", **asked).location == f"{path}?done=asked"
    assert len(mails(session)) == 1
    link = last_link(session)
    again = press(as_ana, f"{path}/invite", **{**asked, "once": ""})
    assert (again.status_code, "is here already, or was asked" in again.text) == (422, True)
    bo = someone(app, session, name="Bo", email="bo@example.org")
    assert bo.get(f"/provide/{hall.id}").status_code == 404  # nothing before they agreed
    assert "Will you look after Thursday hall group here?" in bo.get(link).text
    assert press(bo, f"{link}/yes").location == f"/provide/{hall.id}"
    assert press(bo, f"{link}/yes").status_code == 410
    assert bo.get(f"/provide/{hall.id}").status_code == 200
    assert bo.get(f"{path}/invite").status_code == 404
    assert bo.get("/me").location == f"/provide/{hall.id}"
    account = session.scalars(select(Account).where(Account.email == "bo@example.org")).one()
    assert Role.PROVIDER_STAFF in account.roles
    # The inviter reads who it was.
    assert "Bo, with the address bo@example.org" in mails(session)[-1].body
    member = session.scalars(select(ProviderMember).where(ProviderMember.email == "bo@example.org")).one()
    assert press(as_ana, f"{path}/{member.id}/end").location == f"{path}?done=ended"
    assert bo.get(f"/provide/{hall.id}").status_code == 404  # from the very next request
    assert mails(session)[-1].recipient == "bo@example.org"
    session.refresh(account)
    assert Role.PROVIDER_STAFF not in account.roles  # nothing keeps the account from being erased


@pytest.mark.parametrize(**SQLITE)
def test_who_says_no_or_comes_too_late_is_let_in_nowhere(
    app: Flask, session: Session, hall: Provider, as_ana: FlaskClient
) -> None:
    path = f"/provide/{hall.id}/people"
    asked = {"page": "check", "email": "bo@example.org", "role": "owner"}
    press(as_ana, f"{path}/invite", **asked)
    old = last_link(session)
    member = session.scalars(select(ProviderMember).where(ProviderMember.accepted_at.is_(None))).one()
    assert press(as_ana, f"{path}/{member.id}/again").status_code == 303
    bo = someone(app, session, name="Bo", email="bo@example.org")
    assert press(bo, f"{old}/yes").status_code == 410  # a newer link was sent
    visitor = app.test_client()
    assert press(visitor, f"{last_link(session)}/no").status_code == 200
    assert "bo@example.org said no" in mails(session)[-1].body
    assert bo.get(f"/provide/{hall.id}").status_code == 404
    assert "bo@example.org" not in as_ana.get(path).text


@pytest.mark.parametrize(**SQLITE)
def test_the_last_owner_stays_one(app: Flask, session: Session, hall: Provider, as_ana: FlaskClient) -> None:
    path = f"/provide/{hall.id}/people"
    mine = session.scalars(select(ProviderMember)).one()
    for address, fields in ((f"{path}/leave", {}), (f"{path}/{mine.id}/may", {"role": "editor"})):
        answer = press(as_ana, address, **fields)
        assert (answer.status_code, "Give this to someone else first" in answer.text) == (422, True)
    other = make_member(session, provider=hall, account=make_account(session), role=MemberRole.EDITOR)
    assert press(as_ana, f"{path}/{other.id}/may", role="owner").status_code == 303
    assert press(as_ana, f"{path}/leave").location == "/provide"
    assert as_ana.get(path).status_code == 404


def assistant_who_closed(session: Session) -> tuple[Provider, Place, Review]:
    """With an offer whose place is their home, and its review."""
    closed = ProviderStatus.CLOSED
    donna = make_provider(session, legal_form=LegalForm.EMPLOYED_PA, status=closed)
    session.add(AssistantDetails(provider_id=donna.id, family_name="Hidden", street="1 Low Lane"))
    home = Place(
        kind=PlaceKind.TRAVELS_TO_YOU,
        town="Mansfield",
        postcode="NG18 1AB",
        lat=53.14,
        lon=-1.2,
        radius_km=8,
        district_code="E07000174",
    )
    drives = offer(session, "Drives you", by=donna, at=home)
    review = Review(
        about=ReviewOf.OFFER,
        provider_id=donna.id,
        offer_id=drives.id,
        document=document_of(drives).to_json(),
        draft_version=1,
        sent_at=datetime.now(UTC),
    )
    session.add(review)
    session.flush()
    return donna, home, review


@pytest.mark.parametrize(**SQLITE)
def test_whoever_closed_may_leave_and_what_an_assistant_hid_goes_with_them(session: Session) -> None:
    account = make_account(session, roles=[Role.PROVIDER_STAFF])
    donna, home, review = assistant_who_closed(session)
    member = make_member(session, provider=donna, account=account)
    members.end(session, member=member, provider=donna, account=account)
    session.commit()
    assert session.get(AssistantDetails, donna.id) is None
    assert (donna.postcode, donna.phone) == (None, None)
    assert (home.postcode, home.town, home.district_code) == ("NG18", "Mansfield", "E07000174")
    assert (home.lat, home.lon) == (None, None)
    assert (review.document["place"]["postcode"], review.document["name"]) == ("NG18", "Drives you")
    assert "1AB" not in str(review.document)
    assert Role.PROVIDER_STAFF not in account.roles


def test_who_left_before_offers_and_reviews_forgot_where_they_live_is_forgotten_by_the_upgrade(
    session: Session,
) -> None:
    now = datetime.now(UTC)
    (donna, home, review), (erica, stays, _) = (assistant_who_closed(session) for _ in range(2))
    make_member(session, provider=donna, account=make_account(session), ended_at=now)
    make_member(session, provider=erica, account=make_account(session), ended_at=now)
    make_member(session, provider=erica, account=make_account(session))
    session.flush()
    database = alembic_config(session.connection())
    command.downgrade(database, "0021")
    command.upgrade(database, "0022")
    session.expire_all()
    assert (home.postcode, home.lat, home.town) == ("NG18", None, "Mansfield")
    assert (review.document["place"]["postcode"], review.live_document) == ("NG18", None)
    assert (stays.postcode, stays.lat) == ("NG18 1AB", 53.14)


def test_of_two_owners_who_leave_at_once_one_stays(database_url: str) -> None:
    shared = open_database(database_url)
    with shared.write() as session:
        hall = make_provider(session)
        owners = [make_member(session, provider=hall, account=make_account(session)) for _ in range(2)]
        wanted = [(member.id, member.account_id) for member in owners]
        hall_id = hall.id

    def leave(member_id: uuid.UUID, account_id: uuid.UUID) -> bool:
        with shared.write.begin() as session:
            member = session.get_one(ProviderMember, member_id)
            try:
                members.end(
                    session,
                    member=member,
                    provider=session.get_one(Provider, hall_id),
                    account=session.get_one(Account, account_id),
                )
            except members.LastOwnerError:
                return False
        return True

    with ThreadPoolExecutor(2) as threads:
        left = list(threads.map(lambda one: leave(*one), wanted))
    assert sorted(left) == [False, True]
    shared.engine.dispose()
