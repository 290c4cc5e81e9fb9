"""A practitioner's work: the caseload, assisted entry, handing over, notes, lists and choices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.audit.models import AuditEntry
from marketplace.outbox.models import OutboxMessage
from marketplace.people.caseload.models import Case, CaseNote, Choice, Shortlist
from marketplace.people.models import Person
from marketplace.people.profile.models import CommunicationNeed, CommunicationRecord, HiddenPart, ProfilePart
from marketplace.people.supporters.models import Basis
from marketplace.vocabulary import Role
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import TODAY, make_case, make_person, make_supporter

ONCE = "11111111-2222-4333-8444-666666666666"
COUNCIL = "Social worker, Example Council"


def practitioner(session: Session, name: str = "Dana", **fields: Any) -> Account:
    return make_account(session, roles=[Role.PRACTITIONER], name=name, **{"organisation": COUNCIL, **fields})


@pytest.fixture
def dana(session: Session) -> Account:
    return practitioner(session)


def names_on(page: TestResponse) -> list[str]:
    return re.findall(r'scope="row">(?:<a [^>]*>)?([^<]+)', page.text)


def test_the_caseload_is_found_sorted_and_paged(client: FlaskClient, session: Session, dana: Account) -> None:
    for number in range(27):
        person = make_person(session, first_name=f"Quill{number:02}", family_name="Hill")
        make_case(session, person=person, account=dana, ends_on=TODAY + timedelta(days=100 - number))
    ada = make_person(session, first_name="Ada", family_name="100%")
    make_case(
        session,
        person=ada,
        account=dana,
        starts_on=TODAY - timedelta(days=9),
        ends_on=TODAY - timedelta(days=1),
    )
    make_case(
        session, person=make_person(session, first_name="Ended"), account=dana, ended_at=datetime.now(UTC)
    )
    make_case(session, person=make_person(session, first_name="Another's"), account=practitioner(session))
    sign_in(client, dana)
    assert client.get("/me").location == "/caseload"
    due_first = client.get("/caseload")
    assert names_on(due_first)[:2] == ["Ada 100%", "Quill26 Hill"]
    assert len(names_on(due_first)) == 25
    assert "28 people" in due_first.text
    assert "The time is over" in due_first.text
    assert f"/people/{ada.id}" not in due_first.text
    assert names_on(client.get("/caseload?order=name&page=2"))[-1] == "Quill26 Hill"
    assert names_on(client.get("/caseload?search=hill+quill07")) == ["Quill07 Hill"]
    assert names_on(client.get("/caseload?search=%25")) == ["Ada 100%"]
    assert "Nobody was found" in client.get("/caseload?search=nobody").text


def test_an_empty_caseload_says_what_to_do_and_reviews_that_are_due_stand_out(
    client: FlaskClient, session: Session, dana: Account, statements: list[str]
) -> None:
    sign_in(client, dana)
    assert "You have no cases yet" in client.get("/caseload").text
    person = make_person(session)
    make_case(session, person=person, account=dana)
    need = CommunicationRecord(
        person_id=person.id, need=CommunicationNeed.BSL, recorded_on=TODAY, review_on=TODAY
    )
    session.add(need)
    session.commit()
    statements.clear()
    assert ">Due<" in client.get("/caseload").text
    assert len(statements) <= 5, "\n".join(statements)  # sign-in, roles, count, page, who was asked


def test_someone_who_is_not_online_is_added_on_a_basis_and_the_questions_follow(
    client: FlaskClient, session: Session, dana: Account
) -> None:
    sign_in(client, dana)
    second = send(client, "/caseload/new", page="who", first_name="Kim", family_name="")
    assert "What allows you to keep this record?" in second.text
    assert session.scalars(select(Person)).all() == []
    answers = {"page": "check", "once": ONCE, "first_name": "Kim", "how_long": "half_year"}
    refused = send(client, "/caseload/new", **answers, basis="best_interests")
    assert refused.status_code == 422
    for _ in range(2):
        added = send(client, "/caseload/new", **answers, basis="consent", account_id=str(dana.id))
        assert added.status_code == 303
    session.expire_all()
    kim = session.scalars(select(Person)).one()
    case = session.scalars(select(Case)).one()
    assert (kim.first_name, kim.account_id, kim.answers) == ("Kim", None, {})
    assert (case.account_id, case.basis, case.ends_on) == (
        dana.id,
        Basis.CONSENT,
        TODAY + timedelta(days=183),
    )
    assert added.location == f"/people/{kim.id}/profile/what?then=next"
    assert client.get(added.location).status_code == 200
    actions = [entry.action for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number))]
    assert actions == ["profile_begun", "case_opened"]


@pytest.mark.parametrize("page", ["until", "end", "hand-over"])
def test_a_case_of_someone_else_is_not_found(
    client: FlaskClient, session: Session, dana: Account, page: str
) -> None:
    case = make_case(session, person=make_person(session), account=practitioner(session, "Ben"))
    sign_in(client, dana)
    sent = {"csrf_token": token_on(client.get("/caseload/new")), "how_long": "year", "email": dana.email}
    assert client.get(f"/caseload/{case.id}/{page}").status_code == 404
    assert client.post(f"/caseload/{case.id}/{page}", data=sent).status_code == 404
    session.expire_all()
    assert session.scalars(select(Case)).one().ended_at is None


def test_a_case_that_is_over_can_go_on_and_one_that_ended_opens_nothing(
    client: FlaskClient, session: Session, dana: Account
) -> None:
    person = make_person(session)
    past = {"starts_on": TODAY - timedelta(days=9), "ends_on": TODAY - timedelta(days=1)}
    case = make_case(session, person=person, account=dana, **past)
    sign_in(client, dana)
    assert client.get(f"/people/{person.id}").status_code == 404
    send(client, f"/caseload/{case.id}/until", how_long="month")
    assert client.get(f"/people/{person.id}").status_code == 200
    send(client, f"/caseload/{case.id}/end")
    assert client.get(f"/people/{person.id}").status_code == 404
    assert client.get(f"/caseload/{case.id}/until").status_code == 404


def test_a_colleague_of_the_same_organisation_goes_on_and_all_are_told(
    client: FlaskClient, session: Session, dana: Account
) -> None:
    owner = make_account(session, roles=[Role.PERSON], name="Jo")
    jo = make_person(session, account=owner)
    case = make_case(session, person=jo, account=dana, basis=Basis.ATTORNEY, basis_reason="seen")
    ben = practitioner(session, "Ben")
    elsewhere = practitioner(session, "Eve", organisation="Another Council")
    sign_in(client, dana)
    path = f"/caseload/{case.id}/hand-over"
    for nobody in (elsewhere.email, owner.email, dana.email, "nobody@example.org"):
        refused = send(client, path, email=nobody)
        assert refused.status_code == 422
        assert "No colleague of yours here has this address" in refused.text
    assert send(client, path, email=ben.email.upper()).status_code == 303
    assert client.get(f"/people/{jo.id}").status_code == 404
    sign_in(client, ben)
    assert client.get(f"/people/{jo.id}").status_code == 200
    session.expire_all()
    new = session.scalars(select(Case).where(Case.account_id == ben.id)).one()
    assert (new.basis, new.basis_reason, new.ends_on) == (Basis.ATTORNEY, "seen", case.ends_on)
    told = set(session.scalars(select(OutboxMessage.recipient)))
    assert told == {ben.email, owner.email}


def test_notes_are_for_practitioners_with_a_case_only(
    client: FlaskClient, session: Session, dana: Account
) -> None:
    owner = make_account(session, roles=[Role.PERSON], name="Jo")
    jo = make_person(session, account=owner)
    make_case(session, person=jo, account=dana)
    sign_in(client, dana)
    path = f"/people/{jo.id}/notes"
    assert send(client, path, text="  ").status_code == 422
    for _ in range(2):
        send(client, path, once=ONCE, text="His neighbour <b>Max</b> was there", names_others="y")
    session.expire_all()
    note = session.scalars(select(CaseNote)).one()
    assert (note.names_others, note.is_safeguarding, note.released_at) == (True, False, None)
    page = client.get(path)
    assert "Held back from downloads." in page.text
    assert "<b>Max" not in page.text
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "note_written")).one()
    assert "Max" not in str(entry.details)
    client.post(f"{path}/{note.id}/release", data={"csrf_token": token_on(page)})
    session.expire_all()
    assert session.scalars(select(CaseNote)).one().released_by_id == dana.id
    sign_in(client, owner)
    assert client.get(path).status_code == 404
    supporter = make_account(session, name="Ana")
    make_supporter(session, person=jo, account=supporter)
    sign_in(client, supporter)
    assert client.get(path).status_code == 404


@pytest.fixture
def world(example_app: Flask) -> Iterator[Session]:
    with example_app.extensions["marketplace.db"].write() as session:
        yield session


def offers_on(page: TestResponse, name: str) -> list[str]:
    return re.findall(rf'name="{name}"[^>]*value="([0-9a-f-]{{36}})"', page.text)


def test_a_list_is_made_from_matches_put_in_order_sent_and_printed(
    world: Session, example_client: FlaskClient
) -> None:
    session, client = world, example_client
    owner = make_account(session, roles=[Role.PERSON], name="Jo")
    jo = make_person(session, account=owner)
    dana = practitioner(session)
    make_case(session, person=jo, account=dana)
    sign_in(client, dana)
    base = f"/people/{jo.id}/shortlists"
    offered = offers_on(client.get(f"{base}/new"), "offers")
    assert len(offered) >= 10
    assert send(client, f"{base}/new", title="Ideas").status_code == 422
    made = send(client, f"{base}/new", title="Ideas for Jo", offers=offered[:3])
    own_list = made.location
    changed = {
        "title": "Ideas for Jo",
        "note": "From our talk",
        f"place-{offered[0]}": "3",
        f"place-{offered[1]}": "1",
        f"note-{offered[1]}": "Closest to home",
        f"off-{offered[2]}": "1",
    }
    assert send(client, own_list, **changed).status_code == 303
    stale = {**changed, "seen": "what it said before", f"note-{offered[0]}": "typed too late"}
    conflict = send(client, own_list, **stale)
    assert conflict.status_code == 409
    assert 'value="typed too late"' in conflict.text
    assert "By now the list says:" in conflict.text
    reader = client.application.test_client()
    sign_in(reader, owner)
    assert reader.get(own_list).status_code == 404, "not given yet"
    sent = {"csrf_token": token_on(client.get(own_list))}
    for _ in range(2):
        client.post(f"{own_list}/give", data=sent)
    session.expire_all()
    shortlist = session.scalars(select(Shortlist).where(Shortlist.person_id == jo.id)).one()
    assert [(str(item.offer_id), item.note) for item in shortlist.items] == [
        (offered[1], "Closest to home"),
        (offered[0], ""),
    ]
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == owner.email)).one()
    assert own_list in mail.body
    assert "Ideas" not in mail.body
    session.commit()  # gives the file's write lock back
    seen = reader.get(own_list)
    assert "Closest to home" in seen.text
    assert "Save the list" not in seen.text
    assert reader.post(own_list, data=sent).status_code in {400, 404}
    paper = reader.get(f"{own_list}/print").text
    assert paper.count('class="md-paper__offer"') == 2
    assert paper.count("data:image/svg+xml") == 2


def test_a_choice_needs_an_alternative_or_the_reason_why_there_was_none(
    world: Session, example_client: FlaskClient
) -> None:
    session, client = world, example_client
    owner = make_account(session, roles=[Role.PERSON], name="Jo")
    jo = make_person(session, account=owner)
    dana = practitioner(session)
    make_case(session, person=jo, account=dana)
    sign_in(client, dana)
    path = f"/people/{jo.id}/choices/new"
    first, second, *_ = offers_on(client.get(path), "offer")
    assert "Choose one answer" in client.get(f"{path}?offer=").text
    page = f"{path}?offer={first}"
    refused = send(client, page, reason="Jo liked the taster")
    assert refused.status_code == 422
    assert "why there was no other" in refused.text
    assert "Jo liked the taster" in refused.text
    assert (
        send(client, page, reason="Jo liked the taster", **{f"why-{second}": "Too loud"}).status_code == 303
    )
    assert send(client, page, reason="Still right", no_alternative="Nothing else has BSL").status_code == 303
    choices = session.scalars(select(Choice).where(Choice.person_id == jo.id)).all()
    assert sorted((len(one.alternatives), one.no_alternative) for one in choices) == [
        (0, "Nothing else has BSL"),
        (1, ""),
    ]
    session.commit()  # gives the file's write lock back
    sign_in(client, owner)
    seen = client.get(f"/people/{jo.id}/shortlists").text
    for words in ("Jo liked the taster", "Too loud", "Nothing else has BSL"):
        assert words in seen


def test_hidden_goals_give_the_practitioner_nothing_to_pick_from(
    world: Session, example_client: FlaskClient
) -> None:
    jo = make_person(world, account=make_account(world, name="Jo"))
    dana = practitioner(world)
    make_case(world, person=jo, account=dana)
    world.add(HiddenPart(person_id=jo.id, part=ProfilePart.GOALS, hidden_at=datetime.now(UTC)))
    world.commit()
    sign_in(example_client, dana)
    page = example_client.get(f"/people/{jo.id}/shortlists/new")
    assert "There is nothing to pick from yet" in page.text
