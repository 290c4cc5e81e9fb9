"""Who looked, everything in a file, being erased, and what the law keeps for now."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account, SignIn
from marketplace.audit import Action, AuditEntry
from marketplace.audit.checking import check_chain
from marketplace.db import Base, Database, open_database
from marketplace.enquiries.agreements.models import RefusedWords
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart
from marketplace.people.rights.download import columns_of
from marketplace.people.rights.erasing import erase_due
from marketplace.people.rights.holdings import HOLDINGS, OF_OTHERS
from marketplace.people.rights.models import LawfulHold, ProfileView, RequestKind, RequestState, RightsRequest
from marketplace.people.rights.words import COLUMN_WORDS, words_of
from marketplace.people.supporters.models import Scope, Supporter
from marketplace.settings import Settings
from marketplace.upkeep.jobs import Work, erase_people, keep_to_retention
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.everything import EMAIL, FAMILY, HELD_BACK, NAME, RELEASED, WORDS, a_known_person
from tests.people.factories import TODAY, make_case, make_person, make_supporter

on_sqlite = pytest.mark.parametrize(**SQLITE)


@pytest.fixture
def known(session: Session) -> tuple[Person, Account]:
    return a_known_person(session)


@pytest.fixture
def as_her(client: FlaskClient, known: tuple[Person, Account]) -> FlaskClient:
    sign_in(client, known[1])
    return client


@pytest.fixture
def work(settings: Settings, database: Database) -> Work:
    return Work(settings, database)


def press(client: FlaskClient, person: Person, path: str, *, on: str = "data") -> TestResponse:
    token = token_on(client.get(f"/people/{person.id}/{on}"))
    return client.post(f"/people/{person.id}/{path}", data={"csrf_token": token})


def files_of(response: TestResponse) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def all_texts(session: Session) -> Iterator[tuple[str, str]]:
    """Every value of every table as text."""
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            for name, value in row.items():
                text = json.dumps(value, default=str, ensure_ascii=False)
                yield f"{table.name}.{name}", text.casefold()


def as_practitioner(app: Flask, session: Session, person: Person) -> FlaskClient:
    pia = make_account(session, roles=[Role.PRACTITIONER], name="Pia")
    make_case(session, person=person, account=pia)
    client = app.test_client()
    sign_in(client, pia)
    return client


def make_due(session: Session) -> None:
    session.execute(update(RightsRequest).values(carry_out_at=datetime.now(UTC) - timedelta(hours=1)))
    session.commit()


def the_erasure(session: Session) -> RightsRequest:
    session.expire_all()
    wanted = select(RightsRequest).where(RightsRequest.closed_at.is_(None))
    return session.scalars(wanted).one()


@on_sqlite
def test_who_looked_is_said_in_plain_words_and_a_stranger_can_be_reported(
    as_her: FlaskClient, session: Session, known: tuple[Person, Account]
) -> None:
    make_account(session, roles=[Role.ADMINISTRATOR], name="Ada", email="ada@example.org")
    page = as_her.get(f"/people/{known[0].id}/who-looked")
    for words in ("Sam", "Practitioner at Mansfield team", "2 times", "How I travel"):
        assert words in page.text
    view = session.scalars(select(ProfileView).where(ProfileView.person_id == known[0].id)).one()
    path = f"who-looked/{view.id}/report"
    done = as_her.get(press(as_her, known[0], path, on="who-looked").location)
    assert "We find out and write to you" in done.text
    press(as_her, known[0], path, on="who-looked")
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "look_reported")).one()
    assert (mail.recipient, NAME in mail.body) == ("ada@example.org", False)
    actions = set(session.scalars(select(AuditEntry.action)))
    assert Action.LOOK_REPORTED in actions


@on_sqlite
def test_a_page_far_beyond_the_last_is_an_empty_one(
    as_her: FlaskClient, known: tuple[Person, Account]
) -> None:
    assert as_her.get(f"/people/{known[0].id}/who-looked?page={10**30}").status_code == 200


def test_every_table_that_points_at_people_is_in_the_download_or_says_why_not() -> None:
    tables = {holding.model.__table__ for holding in HOLDINGS}
    pointing = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name in ("person_id", "account_id")
        or any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    covered = {f"{table.name}.{column.name}" for table in tables for column in table.columns}
    assert {name for name in pointing if name not in covered and name not in OF_OTHERS} == set()
    named = set()
    for holding in HOLDINGS:
        table = holding.model.__table__
        assert set(holding.left_out) <= set(table.columns.keys()), holding.key
        # Raises where a column has no words in the readable document.
        named |= {column for column in columns_of(holding) if words_of(table.name, column)}
    assert named == set(COLUMN_WORDS), "words for columns that are no more"


@on_sqlite
def test_the_download_has_every_field_that_the_database_holds_about_the_person(
    as_her: FlaskClient, known: tuple[Person, Account]
) -> None:
    response = press(as_her, known[0], "data/download")
    assert response.headers["Content-Disposition"].endswith('"everything-about-you.zip"')
    files = files_of(response)
    data: dict[str, Any] = json.loads(files["everything.json"])
    schema = json.loads(files["fields.json"])
    stated = schema["properties"]["tables"]["properties"]
    for holding in HOLDINGS:
        rows = data["tables"][holding.key]
        if holding.model is RefusedWords:
            assert rows == [], "words that were not passed on are read by a person first"
            continue
        assert rows, f"{holding.key} is empty: the person of this test should have a row in it"
        assert set(rows[0]) == set(columns_of(holding)) == set(stated[holding.key]["items"]["properties"])
        everything = set(holding.model.__table__.columns.keys())
        assert everything - set(rows[0]) == set(holding.left_out), holding.key
    assert f"{NAME}" in files["about-you.html"]
    assert WORDS in files["about-you.html"]
    said = [
        html.unescape(one) for one in re.findall(r"<d[td]>(?:<strong>)?([^<]*)<", files["about-you.html"])
    ]
    told = dict(zip(said[::2], said[1::2], strict=True))
    assert told["District"] == "Mansfield"
    assert told["Answers to the questions"] == f"What you want to do: Cooking; {WORDS}"
    assert told["Why it fitted"] == f"Kitchen: You wrote “{WORDS}”"
    assert told["Name of who it was"] == "Sam"
    assert told["Time"] == "Tuesday, 10am to midday"
    assert not [name for name in told if "_" in name or name.endswith((" at", " id"))]
    for secret in ("secret-code-hash", "token_hash", "password_hash"):
        assert secret not in files["everything.json"]


@on_sqlite
def test_words_about_others_are_held_back_until_someone_has_read_them(
    as_her: FlaskClient, known: tuple[Person, Account]
) -> None:
    files = files_of(press(as_her, known[0], "data/download"))
    for name in ("everything.json", "about-you.html"):
        assert HELD_BACK not in files[name]
        assert RELEASED in files[name]
    assert "What is not in here yet" in files["about-you.html"]
    held = {(one["table"], one["rows"]) for one in json.loads(files["everything.json"])["held_back"]}
    assert held == {("agreement_refused_words", 1), ("case_note", 1), ("carer", 1), ("concern", 1)}


@on_sqlite
def test_who_acts_for_the_person_gets_no_file_while_parts_are_hidden_and_never_their_account(
    app: Flask, session: Session, known: tuple[Person, Account]
) -> None:
    bea = make_account(session, name="Bea")
    make_supporter(session, person=known[0], account=bea, scope=Scope.ACT)
    client = app.test_client()
    sign_in(client, bea)
    page = client.get(f"/people/{known[0].id}/data")
    assert "So only Quenby can get the file" in page.text
    refused = press(client, known[0], "data/download", on="data/erase")
    assert refused.status_code == 303
    session.execute(HiddenPart.__table__.delete())
    session.commit()
    data = json.loads(files_of(press(client, known[0], "data/download"))["everything.json"])
    assert data["tables"]["person"]
    assert data["tables"]["account"] == data["tables"]["outbox_message"] == data["tables"]["sign_in"] == []


@on_sqlite
def test_erasing_can_be_called_off_and_twice_is_one_request(
    as_her: FlaskClient, session: Session, known: tuple[Person, Account], work: Work
) -> None:
    for _ in range(2):
        page = as_her.get(send(as_her, f"/people/{known[0].id}/data/erase").location)
    assert "Until then you can change your mind" in page.text
    request = the_erasure(session)
    assert request.carry_out_at is not None
    assert timedelta(days=6) < request.carry_out_at - datetime.now(UTC) <= timedelta(days=7)
    assert not erase_people(work)
    page = as_her.get(press(as_her, known[0], "data/erase/withdraw").location)
    assert "Nothing is erased" in page.text
    make_due(session)
    assert not erase_people(work)
    assert session.get(Person, known[0].id) is not None


def test_after_erasing_no_table_holds_a_word_of_the_person(
    as_her: FlaskClient, session: Session, known: tuple[Person, Account], work: Work
) -> None:
    words = "|".join(re.escape(word) for word in (NAME, FAMILY, EMAIL, WORDS, HELD_BACK))
    marked = re.compile(rf"\b({words})\b", re.IGNORECASE)
    before = {where for where, text in all_texts(session) if marked.search(text)}
    assert len(before) > 15, "the person of this test should have left words in many tables"
    person_id = known[0].id
    send(as_her, f"/people/{known[0].id}/data/erase")
    make_due(session)
    copy = work.settings.mail_dir / f"2026-01-01T000000-{_mail_of(session, EMAIL).hex[:12]}.eml"
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(EMAIL)
    assert erase_people(work).people == 1
    session.expire_all()
    left = {where for where, text in all_texts(session) if marked.search(text)}
    assert left == set()
    assert not copy.exists()
    # A mail to someone who knew her, about something else, stays.
    bodies = list(session.scalars(select(OutboxMessage.body)))
    assert bodies == ["Quenbyshire has a new group"]
    # The history stays, by identifiers, and the chain is whole.
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.PERSON_ERASED)).one()
    assert entry.subject_id == str(person_id)
    assert check_chain(session).problems == []
    assert as_her.get(f"/people/{person_id}").status_code == 303  # to sign in: nobody is signed in


@on_sqlite
def test_an_account_that_others_rely_on_stays(
    as_her: FlaskClient, session: Session, known: tuple[Person, Account], work: Work
) -> None:
    ola = make_person(session, first_name="Ona")
    make_supporter(session, person=ola, account=known[1])
    send(as_her, f"/people/{known[0].id}/data/erase")
    make_due(session)
    assert erase_people(work).people == 1
    session.expire_all()
    account = session.get(Account, known[1].id)
    assert account is not None
    assert Role.PERSON not in account.roles


@on_sqlite
def test_a_lawful_hold_keeps_the_record_says_so_and_then_lets_it_go(
    app: Flask, as_her: FlaskClient, session: Session, known: tuple[Person, Account], work: Work
) -> None:
    person, person_id = known[0], known[0].id
    pia = as_practitioner(app, session, person)
    path = f"/people/{person.id}/holds"
    assert send(pia, path, reason="", review="soon").status_code == 422
    send(pia, path, reason="A section 42 enquiry about the neighbour", review="month")
    send(as_her, f"/people/{person.id}/data/erase")
    assert the_erasure(session).state is RequestState.HELD
    page = as_her.get(f"/people/{person.id}/data").text
    assert "We have to keep it for now" in page
    assert "neighbour" not in page
    make_due(session)
    erase_people(work)
    assert session.get(Person, person.id) is not None
    hold = session.scalars(select(LawfulHold).where(LawfulHold.released_at.is_(None))).one()
    pia.post(f"{path}/{hold.id}/release", data={"csrf_token": token_on(pia.get(path))})
    assert the_erasure(session).state is RequestState.ASKED
    make_due(session)
    assert erase_people(work).people == 1
    session.expire_all()
    assert session.get(Person, person_id) is None


@on_sqlite
def test_a_hold_that_came_after_the_request_stops_it_at_the_last_moment(
    as_her: FlaskClient, session: Session, known: tuple[Person, Account], work: Work
) -> None:
    send(as_her, f"/people/{known[0].id}/data/erase")
    session.add(LawfulHold(person_id=known[0].id, reason="x", placed_at=datetime.now(UTC), review_on=TODAY))
    session.commit()
    make_due(session)
    assert (erase_people(work).people, erase_people(work).held) == (0, 0)
    assert the_erasure(session).state is RequestState.HELD


@on_sqlite
def test_what_has_had_its_time_is_deleted_and_the_rest_stays(
    session: Session, known: tuple[Person, Account], work: Work
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=800)
    session.execute(update(ProfileView).where(ProfileView.person_id == known[0].id).values(last_at=long_ago))
    session.execute(update(Supporter).where(Supporter.ended_at.is_not(None)).values(ended_at=long_ago))
    session.commit()
    assert keep_to_retention(work) == {"looks": 1, "supporters": 1}
    assert keep_to_retention(work) == {}
    assert session.scalars(select(Supporter)).one().ended_at is None


@on_sqlite
def test_an_idle_person_is_told_first_and_stays_if_they_come_back(
    session: Session, known: tuple[Person, Account], work: Work
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=800)
    session.execute(update(SignIn).values(used_at=long_ago))
    session.commit()
    assert keep_to_retention(work)["told"] == 1
    assert "told" not in keep_to_retention(work)
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "account_idle")).one()
    assert mail.recipient == EMAIL
    session.execute(update(SignIn).values(used_at=datetime.now(UTC) + timedelta(seconds=5)))
    session.commit()
    assert keep_to_retention(work) == {"called off": 1}
    make_due(session)
    assert not erase_people(work)


def _mail_of(session: Session, recipient: str) -> Any:
    return session.scalars(select(OutboxMessage.id).where(OutboxMessage.recipient == recipient)).first()


@on_sqlite
def test_after_erasing_not_even_the_file_of_the_database_holds_a_word(database_url: str) -> None:
    database = open_database(database_url)
    with database.write() as session:
        person, _account = a_known_person(session)
        session.commit()
        request = {"kind": RequestKind.ERASE, "state": RequestState.ASKED, "due_on": TODAY}
        now = datetime.now(UTC)
        session.add(RightsRequest(person_id=person.id, asked_at=now, carry_out_at=now, **request))
        session.commit()
    files = Path(make_url(database_url).database or "").parent

    def held() -> bool:
        return any(FAMILY.encode() in path.read_bytes() for path in files.iterdir() if path.is_file())

    assert held()
    assert erase_due(database, now=datetime.now(UTC)).people == 1
    assert not held()
    database.engine.dispose()
