"""When nothing passes because of the provider: both sides are told once, and once when it goes on."""

# ruff: noqa: F811 (fixtures that come from another file)

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.db import Database
from marketplace.enquiries.messages.pauses import tell_of_pauses
from marketplace.enquiries.models import EnquiryState, Side
from marketplace.enquiries.moves import MoveRefusedError, move
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.providers.models import Check, CheckDemand, CheckKind, ProviderStatus
from marketplace.web.today import london_day
from tests.enquiries.test_moves import BASE, NOW, ask, jo, kitchen, sqlite_only  # noqa: F401
from tests.enquiries.test_pages import _as, press

TODAY = london_day(NOW)


def told(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    mails = select(OutboxMessage).where(OutboxMessage.kind.in_(("enquiry_paused", "enquiry_goes_on")))
    return sorted((mail.recipient, mail.subject) for mail in session.scalars(mails))


def run(database: Database, *, days: int = 0) -> int:
    return tell_of_pauses(database, base_url=BASE, now=NOW + timedelta(days=days))


def test_a_check_that_runs_out_at_midnight_stops_open_enquiries_and_both_sides_are_told_once_each_way(
    database: Database, session: Session, jo: Person, kitchen: Offer
) -> None:
    provider = kitchen.provider
    provider.name = "Mill Lane"
    session.add(
        CheckDemand(legal_form=provider.legal_form, kind=CheckKind.INSURANCE, demanded=True, changed_at=NOW)
    )
    paper = Check(
        provider_id=provider.id,
        kind=CheckKind.INSURANCE,
        seen_on=TODAY - timedelta(days=100),
        seen_by="A moderator",
        expires_on=TODAY,
    )
    session.add(paper)
    enquiry = ask(session, jo, kitchen)[0]
    session.commit()
    assert run(database) == 0
    assert run(database, days=1) == 1
    assert run(database, days=1) == 0
    stops = "Messages with Mill Lane are stopped for now"
    assert told(session) == [("jo@example.org", stops), ("priya@example.org", stops)]
    to_jo, to_priya = session.scalars(
        select(OutboxMessage).where(OutboxMessage.subject == stops).order_by(OutboxMessage.recipient)
    )
    assert "Kitchen" in to_jo.body
    assert f"/provide/{provider.id}/checks" in to_priya.body
    assert "Zellaby" not in to_priya.body
    assert "Jo" not in to_priya.body

    paper.expires_on = TODAY + timedelta(days=365)
    session.commit()
    assert run(database, days=1) == 1
    assert run(database, days=1) == 0
    again = "Messages with Mill Lane pass again"
    assert told(session) == [
        ("jo@example.org", stops),
        ("jo@example.org", again),
        ("priya@example.org", stops),
        ("priya@example.org", again),
    ]
    assert session.get_one(type(enquiry), enquiry.id).state is EnquiryState.SENT


@sqlite_only
def test_without_the_check_no_words_pass_and_nothing_is_agreed_and_the_pages_say_why(
    app: Flask, database: Database, session: Session, jo: Person, kitchen: Offer
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    enquiry.state = EnquiryState.SEEN
    session.add(
        CheckDemand(
            legal_form=kitchen.provider.legal_form, kind=CheckKind.INSURANCE, demanded=True, changed_at=NOW
        )
    )
    session.commit()
    as_jo = _as(app, session.get_one(Account, jo.account_id))
    as_priya = _as(app, session.scalars(select(Account).where(Account.email == "priya@example.org")).one())
    own = f"/people/{jo.id}/enquiries/{enquiry.id}"
    theirs = f"/provide/{kitchen.provider_id}/enquiries/{enquiry.id}"
    for client, page in ((as_jo, own), (as_priya, theirs)):
        shown = client.get(page).text
        assert "a check is missing or ran out" in shown
        assert "<textarea" not in shown
        assert press(client, "/find/what", f"{page}/say", text="Hello", form_token="1") == "409"
    assert f"/provide/{kitchen.provider_id}/checks" in as_priya.get(theirs).text
    session.refresh(enquiry)
    for to, side in ((EnquiryState.AGREED, Side.SITE), (EnquiryState.MEETING, Side.PROVIDER)):
        with pytest.raises(MoveRefusedError), session.begin_nested():
            move(session, enquiry, to=to, side=side, account=None, role=None, now=NOW, base_url=BASE)

    session.refresh(enquiry)
    enquiry.state = EnquiryState.AGREED  # who is expected tomorrow can still say that they are ill
    session.commit()
    assert press(as_jo, own, f"{own}/say", text="I am ill tomorrow").endswith("done=said")


@sqlite_only
def test_suspending_and_coming_back_is_told_to_both_sides(
    database: Database, session: Session, jo: Person, kitchen: Offer
) -> None:
    ask(session, jo, kitchen)
    kitchen.provider.status = ProviderStatus.SUSPENDED
    session.commit()
    assert run(database) == 1
    kitchen.provider.status = ProviderStatus.ACTIVE
    session.commit()
    assert run(database) == 1
    assert len(told(session)) == 4
