"""A practitioner takes on someone who is online: asked by mail, agreed to by the person, ended at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.outbox.models import OutboxMessage
from marketplace.people.caseload.models import Case, CaseRequest
from marketplace.people.models import Person
from marketplace.people.supporters.models import Basis, Scope
from marketplace.vocabulary import Role
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import make_account, sign_in, sign_out
from tests.people.factories import TODAY, make_case, make_person

ONCE = "11111111-2222-4333-8444-777777777777"
ASKED = {"name": "Jo", "email": "jo@example.org", "reason": "We met at the library.", "once": ONCE}


@pytest.fixture
def jo(session: Session) -> Person:
    account = make_account(session, roles=[Role.PERSON], name="Jo", email="jo@example.org")
    return make_person(session, account=account)


@pytest.fixture
def dana(session: Session) -> Account:
    return make_account(session, roles=[Role.PRACTITIONER], name="Dana", organisation="Example Council")


def owner(session: Session, person: Person) -> Account:
    return session.get_one(Account, person.account_id)


def link_in_the_mail(session: Session) -> str:
    session.expire_all()
    mails = session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "case_asked").order_by(OutboxMessage.created_at)
    )
    found = [re.search(r"/practitioner-requests/\S+", mail.body) for mail in mails]
    assert found[-1] is not None
    return found[-1][0]


def kinds(session: Session) -> list[tuple[str, str]]:
    return sorted((mail.kind, mail.recipient) for mail in session.scalars(select(OutboxMessage)))


def test_the_person_says_how_far_and_until_when_and_takes_it_back_at_once(
    client: FlaskClient, session: Session, jo: Person, dana: Account
) -> None:
    sign_in(client, dana)
    assert "Why do you ask?" in send(client, "/caseload/ask", page="who", **ASKED | {"reason": ""}).text
    for _ in range(2):
        assert send(client, "/caseload/ask", page="check", **ASKED).status_code == 303
    assert [kind for kind, _ in kinds(session)] == ["case_asked"]
    assert "Asked, not answered yet" in client.get("/caseload").text
    assert client.get(f"/people/{jo.id}").status_code == 404, "a question opens nothing"
    sign_out(client)

    link = link_in_the_mail(session)
    assert "We met at the library." in client.get(link).text
    sign_in(client, owner(session, jo))
    assert "Yes, go on" in client.get(link).text
    assert "For how long?" in send(client, f"{link}/yes", page="scope", scope="look").text
    refused = send(client, f"{link}/yes", page="check", scope="act", how_long="month")
    assert refused.status_code == 422, "nobody lets a practitioner act for them"
    agreed = send(client, f"{link}/yes", page="check", scope="look", how_long="month")
    assert "Dana" in client.get(agreed.location).text
    assert client.get(link).status_code == 410
    session.expire_all()
    case = session.scalars(select(Case)).one()
    last_day = TODAY + timedelta(days=31)
    assert (case.scope, case.basis, case.ends_on) == (Scope.LOOK, Basis.CONSENT, last_day)
    assert session.scalars(select(CaseRequest)).all() == []
    sign_out(client)

    sign_in(client, dana)
    assert client.get(f"/people/{jo.id}").status_code == 200
    for closed in ("profile/name", "shortlists/new", "supporters", "shortlists"):
        assert client.get(f"/people/{jo.id}/{closed}").status_code == 404, closed
    sign_out(client)

    sign_in(client, owner(session, jo))
    of_dana = f"/people/{jo.id}/practitioners/{case.id}"
    send(client, f"{of_dana}/scope", scope="help")
    send(client, f"{of_dana}/until", how_long="year")
    session.expire_all()
    assert (case.scope, case.ends_on) == (Scope.HELP, TODAY + timedelta(days=365))
    filled_in = send(client, f"{of_dana}/stop")
    assert "They no longer see the page" in client.get(filled_in.location).text
    sign_out(client)
    sign_in(client, dana)
    assert client.get(f"/people/{jo.id}").status_code == 404
    assert ("case_told", dana.email) in kinds(session)


def test_asking_says_nothing_about_who_is_here(
    client: FlaskClient, session: Session, jo: Person, dana: Account
) -> None:
    sign_in(client, dana)
    answers = [
        send(client, "/caseload/ask", page="check", name="Jo", email=email, reason="Hello")
        for email in ("jo@example.org", "nobody@example.org")
    ]
    assert [(one.status_code, one.location) for one in answers] == [(303, "/caseload?done=asked")] * 2
    bodies = [
        re.sub(r"requests/\S+", "", mail.body)
        for mail in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "case_asked"))
    ]
    assert bodies[0] == bodies[1]
    again = send(client, "/caseload/ask", page="check", name="Jo", email="jo@example.org", reason="Hello")
    assert "You asked them already" in again.text


def test_a_question_ends_with_a_no_a_newer_link_its_day_or_the_practitioner(
    client: FlaskClient, session: Session, jo: Person, dana: Account
) -> None:
    sign_in(client, dana)
    send(client, "/caseload/ask", page="check", **ASKED)
    first = link_in_the_mail(session)
    form = {"csrf_token": token_on(client.get("/caseload"))}
    asked = session.scalars(select(CaseRequest)).one()
    client.post(f"/caseload/asked/{asked.id}/again", data=form)
    assert client.get(first).status_code == 410
    link = link_in_the_mail(session)
    past = datetime.now(UTC) - timedelta(minutes=1)
    session.execute(update(CaseRequest).values(expires_at=past))
    session.commit()
    assert client.get(link).status_code == 410
    client.post(f"/caseload/asked/{asked.id}/take-back", data=form)
    assert client.post(f"/caseload/asked/{asked.id}/take-back", data=form).status_code == 404
    send(client, "/caseload/ask", page="check", **ASKED | {"once": ""})
    link = link_in_the_mail(session)
    no = client.post(f"{link}/no", data=form)
    assert "You said no" in no.text
    assert client.get(link).status_code == 410
    assert session.scalars(select(Case)).all() == []


def test_who_is_online_gives_a_new_end_and_nobody_takes_it(
    client: FlaskClient, session: Session, jo: Person, dana: Account
) -> None:
    case = make_case(session, person=jo, account=dana)
    sign_in(client, dana)
    page = client.get(f"/caseload/{case.id}/until")
    assert "is online and chooses this" in page.text
    form = {"csrf_token": token_on(page), "how_long": "two_years"}
    client.post(f"/caseload/{case.id}/until", data=form)
    session.expire_all()
    assert case.ends_on == TODAY + timedelta(days=90)
    client.post(f"/caseload/{case.id}/ask", data=form)
    assert "jo@example.org" not in client.get("/caseload").text, "the address was never theirs to know"
    link = link_in_the_mail(session)
    sign_out(client)
    assert "Dana works with you until" in client.get(link).text
    other = make_account(session, roles=[Role.PERSON], name="Ola")
    make_person(session, account=other)
    sign_in(client, other)
    wrong = send(client, f"{link}/yes", page="check", scope="help", how_long="year")
    assert wrong.status_code == 410, "the question was about someone else’s page"
    sign_out(client)
    sign_in(client, owner(session, jo))
    check = send(client, f"{link}/yes", page="until", scope="help", how_long="year").text
    assert "Dana works with you already: Look and help to fill in, until" in check
    send(client, f"{link}/yes", page="check", scope="help", how_long="year")
    session.expire_all()
    assert case.ended_at is not None
    (new,) = session.scalars(select(Case).where(Case.ended_at.is_(None)))
    assert new.ends_on == TODAY + timedelta(days=365)
    sign_out(client)

    sign_in(client, dana)
    client.post(f"/caseload/{new.id}/ask", data=form | {"csrf_token": token_on(client.get("/caseload"))})
    sign_out(client)
    link = link_in_the_mail(session)
    no = client.post(f"{link}/no", data={"csrf_token": token_on(client.get(link))})
    assert "What you said before stays: Dana works with you until" in no.text
    session.expire_all()
    assert new.ended_at is None
    bodies = session.scalars(select(OutboxMessage.body)).all()
    assert any("asks you to choose a new end" in body for body in bodies)
    assert any("What they said before stays: you work together until" in body for body in bodies)
