"""A worry can be told by anyone; a block stops both ways; a live worry keeps the record."""

# ruff: noqa: F811 (fixtures that come from another file)

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.enquiries.concerns.models import Block, Concern, ConcernState
from marketplace.enquiries.concerns.numbers import load_numbers
from marketplace.enquiries.messages.passing import Stopped, stopped
from marketplace.enquiries.models import EnquiryState
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.rights.queries import live_holds
from marketplace.people.supporters.models import Scope
from marketplace.vocabulary import Role
from tests.enquiries.test_message_pages import write
from tests.enquiries.test_moves import ask, jo, kitchen  # noqa: F401
from tests.find.journeys import send
from tests.fixtures.accounts import make_account, sign_in, sign_out
from tests.fixtures.site import ROOT
from tests.people.factories import make_supporter

sqlite_only = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


def post(client: FlaskClient, address: str, **fields: str) -> tuple[int, str]:
    page = client.get(address)
    assert page.status_code == 200, page.status_code

    def hidden(name: str) -> str:
        found = page.text.split(f'name="{name}" type="hidden" value="')
        found = found if len(found) > 1 else page.text.split(f'name="{name}" value="')
        return found[1].split('"')[0] if len(found) > 1 else ""

    data = {"csrf_token": hidden("csrf_token"), "form_token": hidden("form_token")} | fields
    answer = client.post(address, data=data)
    again = client.post(address, data=data)
    assert (again.status_code, again.location) == (answer.status_code, answer.location)
    return answer.status_code, answer.text


@sqlite_only
def test_one_button_tells_the_moderators_and_stops_messages_both_ways(
    client: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    message = write(session, enquiry, "Hello Jo")
    make_account(session, roles=[Role.MODERATOR], email="mo@example.org")
    session.commit()
    sign_in(client, session.get_one(Account, jo.account_id))
    address = f"/people/{jo.id}/enquiries/{enquiry.id}/worry?message={message.id}"
    assert post(client, address, words="no kind chosen")[0] == 422
    assert session.scalars(select(Concern)).all() == []
    status, _ = post(client, address, worry="secret", words="He said so <script>alert(1)</script>", go="stop")
    assert status == 303
    session.expire_all()
    concern, block = session.scalars(select(Concern)).one(), session.scalars(select(Block)).one()
    assert (concern.message_id, concern.about_provider_id) == (message.id, kitchen.provider_id)
    assert (block.person_id, block.provider_id) == (jo.id, kitchen.provider_id)
    assert enquiry.state is EnquiryState.WITHDRAWN
    assert stopped(session, enquiry) is Stopped.BLOCKED
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "concern")).one()
    assert told.recipient == "mo@example.org"
    assert "He said so" not in told.body


@sqlite_only
def test_a_stranger_tells_a_worry_without_a_name_and_can_leave_without_script(
    client: FlaskClient, session: Session, kitchen: Offer
) -> None:
    load_numbers(session, ROOT / "seeds")
    session.commit()
    page = client.get("/concern").text
    assert "999" in page
    assert "0300 500 80 80" in page
    assert 'href="https://www.bbc.co.uk/weather"' in page
    assert post(client, "/concern", words=" ")[0] == 422
    assert post(client, "/concern", words="Somebody was shouted at", in_danger="y")[0] == 303
    concern = session.scalars(select(Concern)).one()
    assert concern.by_id is None
    assert concern.someone_is_in_danger
    assert concern.about_person_id is None
    assert client.get("/moderation/concerns").status_code in (302, 303, 401, 403, 404)


@sqlite_only
def test_a_live_worry_keeps_the_record_and_stops_messages_until_it_is_closed(
    client: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    session.commit()
    sign_in(client, session.get_one(Account, jo.account_id))
    post(client, f"/people/{jo.id}/enquiries/{enquiry.id}/worry", worry="hurt", go="only")
    assert "Nobody has read it yet." in client.get("/concern").text
    sign_out(client)
    assert len(live_holds(session, jo.id)) == 1

    sign_in(client, make_account(session, roles=[Role.MODERATOR], email="mo@example.org"))
    concern = session.scalars(select(Concern)).one()
    address = f"/moderation/concerns/{concern.id}"
    assert str(concern.id) in client.get("/moderation/concerns").text
    assert post(client, address, state="looked_at", holds_contact="yes")[0] == 303
    session.expire_all()
    assert stopped(session, enquiry) is Stopped.HELD
    late = {"state": "looked_at", "words": "I rang them."}  # from a page that was opened before
    assert post(client, address, read_at="", **late)[0] == 409
    session.expire_all()
    assert stopped(session, enquiry) is Stopped.HELD
    read = client.get(address).text.split('name="read_at" value="')[1].split('"')[0]
    assert post(client, address, read_at=read, state="closed")[0] == 422
    closing = {"words": "Talked with both.", "holds_contact": "yes"}
    assert post(client, address, read_at=read, state="closed", **closing)[0] == 303
    session.expire_all()
    assert concern.state is ConcernState.CLOSED
    assert stopped(session, enquiry) is None
    assert live_holds(session, jo.id) == []


@sqlite_only
def test_who_was_stopped_can_be_heard_again_and_is_not_told(
    client: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    session.commit()
    sign_in(client, session.get_one(Account, jo.account_id))
    post(client, f"/people/{jo.id}/enquiries/{enquiry.id}/worry", worry="rude", go="stop")
    address = f"/people/{jo.id}/blocked/{kitchen.provider_id}"
    assert address in client.get(f"/people/{jo.id}/enquiries").text
    asking = client.get(f"/people/{jo.id}/enquire?offer={kitchen.id}")
    assert asking.location == f"{address}?offer={kitchen.id}", "nobody answers questions that can't be sent"
    assert "You told us of a worry about them" in client.get(address).text
    mails = len(session.scalars(select(OutboxMessage)).all())
    token = client.get(address).text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = [client.post(address, data={"csrf_token": token}).location for _ in range(2)]
    assert sent == [f"/people/{jo.id}/enquiries?done=heard-again"] * 2
    assert "You can ask them again now." in client.get(sent[0]).text
    session.expire_all()
    assert session.scalars(select(Block)).all() == []
    assert enquiry.state is EnquiryState.WITHDRAWN
    assert len(session.scalars(select(OutboxMessage)).all()) == mails
    assert ask(session, jo, kitchen)  # a form of its own would send anew


@sqlite_only
def test_who_is_heard_again_is_asked_again_from_the_ended_enquiry_or_from_the_offer(
    app: Flask, client: FlaskClient, session: Session, jo: Person, kitchen: Offer
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    looks = make_account(session, roles=[Role.SUPPORTER], email="looks@example.org")
    make_supporter(session, person=jo, account=looks, scope=Scope.LOOK)
    session.commit()
    sign_in(client, session.get_one(Account, jo.account_id))
    own = f"/people/{jo.id}/enquiries/{enquiry.id}"
    asks_again = f"/people/{jo.id}/enquire?offer={kitchen.id}"
    assert asks_again not in client.get(own).text, "what is open is not asked again"
    post(client, f"{own}/worry", worry="rude", go="stop")
    stopped_page = client.get(own).text
    assert asks_again not in stopped_page
    hears = f"/people/{jo.id}/blocked/{kitchen.provider_id}?enquiry={enquiry.id}"
    assert f'href="{hears}"' in stopped_page
    token = client.get(hears).text.split('name="csrf_token" value="')[1].split('"')[0]
    heard = [client.post(hears, data={"csrf_token": token}).location for _ in range(2)]
    assert heard == [f"{own}?done=heard-again"] * 2
    page = client.get(heard[0]).text
    assert "You can ask them again now." in page
    assert f'href="{asks_again}"' in page
    assert client.get(asks_again).status_code == 200
    # The other way in: from the offer itself, and straight on to the question.
    from_offer = f"/people/{jo.id}/blocked/{kitchen.provider_id}?offer={kitchen.id}"
    assert client.post(from_offer, data={"csrf_token": token}).location == asks_again
    for foreign in (f"?offer={jo.id}", f"?enquiry={jo.id}", "?enquiry=x"):
        address = f"/people/{jo.id}/blocked/{kitchen.provider_id}{foreign}"
        every = f"/people/{jo.id}/enquiries?done=heard-again"
        assert client.post(address, data={"csrf_token": token}).location == every

    as_looks = app.test_client()
    sign_in(as_looks, looks)
    assert asks_again not in as_looks.get(own).text, "who only looks asks nobody"
    newer = ask(session, jo, kitchen, form="another form")[0]
    session.commit()
    assert newer.id != enquiry.id
    for reader, words in ((client, "You asked about this again."), (as_looks, "This was asked about again.")):
        page = reader.get(own).text
        assert words in page
        assert f'href="/people/{jo.id}/enquiries/{newer.id}"' in page
        assert asks_again not in page
    as_priya = app.test_client()
    sign_in(as_priya, session.scalars(select(Account).where(Account.email == "priya@example.org")).one())
    theirs = f"/provide/{kitchen.provider_id}/enquiries"
    listed = as_priya.get(theirs).text
    assert listed.index(str(newer.id)) < listed.index(str(enquiry.id)), "what waits for them stands first"
    ended = as_priya.get(f"{theirs}/{enquiry.id}").text
    assert "It was taken back" in ended
    assert str(newer.id) not in ended, "whether two names are one person is the person's to tell"


@sqlite_only
def test_whom_to_ring_is_the_council_of_the_reader_and_else_the_advice_for_everyone(
    app: Flask, client: FlaskClient, session: Session, jo: Person
) -> None:
    load_numbers(session, ROOT / "seeds")
    session.commit()
    nobody = client.get("/concern").text
    assert "Ask for adult social care." in nobody
    assert all(words in nobody for words in ("999", "101", "find-local-council", "0300 456 4546"))
    sign_in(client, session.get_one(Account, jo.account_id))  # near Mansfield
    own = client.get("/concern").text
    assert "Your council is Nottinghamshire" in own
    assert own.index("0300 456 4546") < own.index("0344 800 8020")
    helps = client.get("/help").text
    assert "0300 500 80 80" in helps
    assert "0344 800 8020" not in helps
    jo.district_code = "E07000138"  # Lincolnshire has told no number
    session.commit()
    assert "We don’t have its number here." in client.get("/concern").text

    visitor = app.test_client()
    send(visitor, "/find/where", postcode="NR1 1AA")
    assert "Your council is Norfolk" in visitor.get("/concern").text


@sqlite_only
def test_moderators_keep_councils_numbers_right_and_the_file_overwrites_none_of_theirs(
    client: FlaskClient, session: Session
) -> None:
    load_numbers(session, ROOT / "seeds")
    assert load_numbers(session, ROOT / "seeds") == 0
    sign_in(client, make_account(session, roles=[Role.MODERATOR], name="Mo", email="mo@example.org"))
    assert "0344 800 8020" in client.get("/moderation/council-numbers").text
    council = "/moderation/council-numbers/E10000020"
    day = {"checked_on-day": "3", "checked_on-month": "5", "checked_on-year": "2026"}
    fields = {"phone": "01603 555 0101", "source": "https://www.norfolk.gov.uk/care", **day}

    def save(kind: str, **changed: str) -> int:
        page = client.get(f"{council}/{kind}").text
        found = {
            name: page.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
            for name in ("csrf_token", "expected")
        }
        return client.post(f"{council}/{kind}", data={**found, **fields, **changed}).status_code

    assert save("safeguarding", phone="ring us") == 422
    assert save("safeguarding", source="javascript:alert(1)") == 422
    assert save("safeguarding") == 303
    assert save("safeguarding", phone="0344 800 8020", expected="1") == 409
    assert save("social_care", phone="") == 303
    assert load_numbers(session, ROOT / "seeds") == 0
    shown = client.get(council).text
    assert "0344 800 8020 → 01603 555 0101" in shown
    assert "0344 800 8020 → no number" in shown
    assert "Mo:" in shown
    told = client.get("/concern").text
    assert "01603 555 0101" in told
    assert "0344 800 8020" not in told
