"""What passes, what waits for a moderator, and who is told."""

# ruff: noqa: F811 (fixtures that come from another file)

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.enquiries.messages.deciding import flagged, waiting
from marketplace.enquiries.messages.operations import MessageRefusedError, say
from marketplace.enquiries.messages.passing import Stopped, messages_for
from marketplace.enquiries.models import Enquiry, EnquiryMessage, EnquiryState, Side
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.providers.models import Provider
from marketplace.vocabulary import LegalForm, Role
from tests.enquiries.test_moves import ask, jo, kitchen  # noqa: F401
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person

NOW = datetime.now(UTC)
MANY_PEOPLE = 10
sqlite_only = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


def priya(session: Session) -> Account:
    return session.scalars(select(Account).where(Account.email == "priya@example.org")).one()


def write(session: Session, enquiry: Enquiry, text: str, *, token: str = "t") -> EnquiryMessage:
    return say(
        session,
        enquiry,
        side=Side.PROVIDER,
        text=text,
        form_token=token,
        account=priya(session),
        role=Role.PROVIDER_STAFF,
        now=NOW,
        base_url="https://days.example",
    )


def mails_to_jo(session: Session) -> list[OutboxMessage]:
    found = select(OutboxMessage).where(OutboxMessage.recipient == "jo@example.org")
    return list(session.scalars(found))


@sqlite_only
def test_words_are_kept_once_and_the_mail_has_none_of_them(
    session: Session,
    jo: Person,
    kitchen: Offer,
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    assert write(session, enquiry, "Come on Tuesday.").id == write(session, enquiry, "Come on Tuesday.").id
    mail, *more = mails_to_jo(session)
    assert not more
    assert "Tuesday" not in mail.subject + mail.body
    assert [one.text for one in messages_for(session, enquiry.id, side=Side.PERSON)] == [
        "Can I come?",
        "Come on Tuesday.",
    ]


@sqlite_only
def test_a_phone_number_passes_with_a_flag_for_moderators(
    session: Session,
    jo: Person,
    kitchen: Offer,
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    write(session, enquiry, "Ring 07700 900123")
    write(session, enquiry, "Come on Tuesday.", token="2")
    assert [one.message.flags for one in flagged(session, now=NOW)] == [["phone"]]
    assert waiting(session) == []
    assert len(mails_to_jo(session)) == 2


@sqlite_only
def test_pressure_waits_until_a_moderator_passes_it_on_or_stops_it(
    client: FlaskClient,
    session: Session,
    jo: Person,
    kitchen: Offer,
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    first = write(session, enquiry, "Don't tell your carer <script>alert(1)</script>")
    second = write(session, enquiry, "It is our secret", token="2")
    session.commit()
    assert mails_to_jo(session) == []
    assert len(messages_for(session, enquiry.id, side=Side.PERSON)) == 1
    assert len(messages_for(session, enquiry.id, side=Side.PROVIDER)) == 3

    sign_in(client, make_account(session, roles=[Role.MODERATOR], email="mo@example.org"))
    page = client.get("/moderation/messages").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "Zellaby" not in page
    address = f"/moderation/messages/{first.id}"
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(address, data={"csrf_token": token, "decision": "release"}).status_code == 303
    again = client.post(address, data={"csrf_token": token, "decision": "refuse"})
    assert again.status_code == 409
    other = client.post(f"/moderation/messages/{second.id}", data={"csrf_token": token, "decision": "refuse"})
    assert other.status_code == 303
    session.expire_all()
    assert len(mails_to_jo(session)) == 1
    seen = [one.text for one in messages_for(session, enquiry.id, side=Side.PERSON)]
    assert seen == ["Can I come?", first.text]
    sign_in(client, priya(session))
    page = client.get(f"/provide/{enquiry.provider_id}/enquiries/{enquiry.id}").text
    assert page.count("It was not passed on.") == 1


@sqlite_only
def test_nothing_passes_in_an_enquiry_that_has_ended(
    session: Session,
    jo: Person,
    kitchen: Offer,
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    enquiry.state = EnquiryState.WITHDRAWN
    session.flush()
    with pytest.raises(MessageRefusedError) as refused:
        write(session, enquiry, "Why?")
    assert refused.value.why is Stopped.OVER


@sqlite_only
@pytest.mark.parametrize(("days", "held"), [(1, True), (40, False)])
def test_a_new_assistant_who_writes_to_many_people_waits_for_a_moderator(
    session: Session,
    jo: Person,
    kitchen: Offer,
    days: int,
    held: bool,
) -> None:
    provider = session.get_one(Provider, kitchen.provider_id)
    provider.legal_form, provider.created_at = LegalForm.SELF_EMPLOYED_PA, NOW - timedelta(days=days)
    make_account(session, roles=[Role.MODERATOR], email="mo@example.org")
    enquiries = ask(session, jo, kitchen)
    for _ in range(MANY_PEOPLE + 1):
        enquiries.append(
            Enquiry(
                person_id=make_person(session).id,
                offer_id=kitchen.id,
                provider_id=provider.id,
                form_token=uuid4().hex,
                state=EnquiryState.SEEN,
                state_since=NOW,
                sent_at=NOW,
            )
        )
    session.add_all(enquiries)
    session.flush()
    said = [write(session, one, "Hello") for one in enquiries]
    assert [one.held_at is not None for one in said] == [False] * (MANY_PEOPLE - 1) + [held] * 3
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "mo@example.org")).all()
    assert [one.kind for one in told] == ["writes_to_many"] * held


@sqlite_only
def test_a_step_waits_with_the_words_that_a_moderator_reads_first_but_a_no_does_not(
    app: Flask, session: Session, jo: Person, kitchen: Offer
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    session.commit()
    as_priya, as_mo = app.test_client(), app.test_client()
    sign_in(as_priya, priya(session))
    sign_in(as_mo, make_account(session, roles=[Role.MODERATOR], email="mo@example.org"))
    page = f"/provide/{kitchen.provider_id}/enquiries/{enquiry.id}"

    def give(answer: str, words: str, **more: str) -> str:
        shown = as_priya.get(f"{page}/{answer}").text
        form = {
            name: shown.split(f'name="{name}" value="')[1].split('"')[0]
            for name in ("csrf_token", "form_token")
        }
        sent = as_priya.post(f"{page}/{answer}", data={**form, "text": words, "anyway": "yes", **more})
        return sent.headers.get("Location", str(sent.status_code))

    def let(decision: str) -> int:
        held = waiting(session)[0].message.id
        token = as_mo.get("/moderation/messages").text.split('name="csrf_token" value="')[1].split('"')[0]
        return as_mo.post(
            f"/moderation/messages/{held}", data={"csrf_token": token, "decision": decision}
        ).status_code

    def state() -> EnquiryState:
        session.expire_all()
        return session.get_one(Enquiry, enquiry.id).state

    assert give("ask", "Don't tell your carer. Where do you live?").endswith("done=held")
    assert "Then they are passed on" in as_priya.get(f"{page}?done=held").text
    assert state() is EnquiryState.SEEN
    assert mails_to_jo(session) == []
    assert let("refuse") == 303
    assert state() is EnquiryState.SEEN
    assert give("ask", "It is our secret. Where do you live?").endswith("done=held")
    assert let("release") == 303
    assert state() is EnquiryState.MORE_ASKED
    assert len(mails_to_jo(session)) == 1

    assert give("decline", "It is our secret why", reason="full").endswith("done=decline-held")
    assert state() is EnquiryState.DECLINED
    assert len(messages_for(session, enquiry.id, side=Side.PERSON)) == 2
    assert let("release") == 303
    assert len(messages_for(session, enquiry.id, side=Side.PERSON)) == 3
