"""The mail server is down for an hour: what is said is kept and read here, and its mails go out once."""

# ruff: noqa: F811 (fixtures that come from another file)

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit.models import AuditEntry
from marketplace.db import Database
from marketplace.enquiries.models import EnquiryMessage
from marketplace.offers.models import Offer
from marketplace.outbox import MailState, OutboxMessage, sending
from marketplace.outbox.sending import send_waiting
from marketplace.people.models import Person
from marketplace.vocabulary import Role
from tests.enquiries.test_moves import ask, jo, kitchen, sqlite_only  # noqa: F401
from tests.enquiries.test_pages import _as, press
from tests.fixtures.accounts import make_account
from tests.outbox.test_sending import Server


@sqlite_only
def test_with_mail_down_for_an_hour_everything_said_is_there_and_each_mail_goes_out_once(
    app: Flask,
    database: Database,
    session: Session,
    jo: Person,
    kitchen: Offer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began = datetime.now(UTC)
    clock = [began]
    monkeypatch.setattr(sending, "_now", lambda: clock[0])
    enquiry = ask(session, jo, kitchen)[0]
    session.commit()
    as_jo = _as(app, session.get_one(Account, jo.account_id))
    as_priya = _as(app, session.scalars(select(Account).where(Account.email == "priya@example.org")).one())
    as_alex = _as(app, make_account(session, roles=[Role.ADMINISTRATOR], email="alex@example.org"))
    own = f"/people/{jo.id}/enquiries/{enquiry.id}"
    theirs = f"/provide/{kitchen.provider_id}/enquiries/{enquiry.id}"
    server = Server()
    server.problem = ConnectionRefusedError("priya@example.org: no route to the mail server")

    clock[0] = began + timedelta(seconds=30)
    press(as_priya, theirs, f"{theirs}/say", text="Come on Tuesday")
    press(as_jo, own, f"{own}/say", text="I will")
    send_waiting(database, server)
    assert "Come on Tuesday" in as_jo.get(own).text
    assert "I will" in as_priya.get(theirs).text
    page = as_alex.get("/administration/outbox").text
    assert "ConnectionRefusedError: …@example.org: no route" in page
    assert "priya@" not in page
    assert "Kitchen" not in page

    while clock[0] < began + timedelta(hours=2):
        if clock[0] >= began + timedelta(hours=1):
            server.problem = None
        send_waiting(database, server)
        clock[0] += timedelta(minutes=1)
    session.expire_all()
    mails = session.scalars(select(OutboxMessage)).all()
    assert {mail.state for mail in mails} == {MailState.SENT}
    assert Counter(letter.id for letter in server.got) == Counter(mail.id for mail in mails)
    assert len(mails) == 3
    assert len(session.scalars(select(EnquiryMessage)).all()) == 3
    assert "Everything went out." in as_alex.get("/administration/outbox").text


@sqlite_only
def test_an_administrator_has_what_did_not_go_out_tried_again_but_never_twice_at_once(
    app: Flask, database: Database, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr(sending, "_now", lambda: now)
    far = now + timedelta(hours=8)
    rows = {
        "put off": (MailState.WAITING, 6, far, "Hello"),
        "being sent": (MailState.WAITING, 2, now + timedelta(minutes=4), "Hello"),
        "given up": (MailState.GIVEN_UP, 9, now, "Hello"),
        "a secret": (MailState.GIVEN_UP, 9, now, ""),
    }
    for kind, (state, attempts, next_at, body) in rows.items():
        session.add(
            OutboxMessage(
                recipient="jo@example.org",
                kind=kind,
                subject="Hello",
                body=body,
                state=state,
                attempts=attempts,
                created_at=now,
                next_attempt_at=next_at,
            )
        )
    alex = make_account(session, roles=[Role.ADMINISTRATOR], email="alex@example.org")
    as_alex = _as(app, alex)
    page = "/administration/outbox"
    assert press(as_alex, page, page) == f"{page}?done=tried"
    session.expire_all()
    found = {row.kind: row for row in session.scalars(select(OutboxMessage))}
    assert found["put off"].next_attempt_at <= datetime.now(UTC) + timedelta(minutes=10)
    assert found["being sent"].next_attempt_at == rows["being sent"][2]
    assert found["given up"].state is MailState.WAITING
    assert found["a secret"].state is MailState.GIVEN_UP
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "mail_tried_again")).one()
    assert (entry.actor_id, entry.details) == (alex.id, {"mails": 2})
