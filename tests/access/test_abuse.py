"""What someone would try who wants more than they were given: each attack, and that it gets nowhere."""

from __future__ import annotations

import base64
import re
import zlib
from datetime import UTC, datetime
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart, ProfileNote, ProfilePart
from marketplace.people.rights.models import ProfileView
from marketplace.people.saved.models import SavedMatch
from marketplace.people.supporters.models import Scope, SupportEnd
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import ANSWERS, make_person, make_supporter
from tests.people.test_saved import an_offer

pytestmark = pytest.mark.parametrize(**SQLITE)

NASTY = "<script>alert(1)</script>\u202egnp.exe\u2066\x00\x07"


@pytest.fixture
def jo(session: Session) -> Person:
    return make_person(session, account=make_account(session, roles=[Role.PERSON], name="Jo"))


@pytest.fixture
def as_jo(client: FlaskClient, session: Session, jo: Person) -> FlaskClient:
    sign_in(client, session.get_one(Account, jo.account_id))
    return client


def helper(app: Flask, session: Session, person: Person, scope: Scope) -> FlaskClient:
    """Someone with *scope*, signed in."""
    account = make_account(session, roles=[Role.SUPPORTER], name="Sam")
    make_supporter(session, person=person, account=account, scope=scope)
    client = app.test_client()
    sign_in(client, account)
    return client


def press(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    form = {"csrf_token": token_on(client.get("/find/what")), **fields}
    return client.post(path, data=form)


def unpacked(text: str) -> str:
    """Everything that can be read in *text* by whoever knows how tokens are usually packed."""
    found = [text]
    for part in re.split(r"[.:]", text):
        try:
            raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        except ValueError:
            continue
        found.append(raw.decode(errors="replace"))
        try:
            found.append(zlib.decompress(raw).decode(errors="replace"))
        except zlib.error:
            continue
    return "\n".join(found)


def test_no_field_of_a_page_for_a_supporter_carries_what_is_hidden_from_them(
    app: Flask, session: Session, jo: Person
) -> None:
    kitchen = an_offer(session, "Saturday kitchen")
    for part in (ProfilePart.MONEY, ProfilePart.LEVEL, ProfilePart.TIMES):
        session.add(HiddenPart(person_id=jo.id, part=part, hidden_at=datetime.now(UTC)))
    session.commit()
    client = helper(app, session, jo, Scope.HELP)
    path = f"/people/{jo.id}/saved/{kitchen.id}/remove"
    assert press(client, f"/people/{jo.id}/matches/{kitchen.id}/save").status_code == 303
    kept = str(session.scalars(select(SavedMatch)).one().result)
    assert "£40" in kept  # else nothing is tried here
    assert "as much support" in kept
    page = press(client, path)
    assert 'name="was"' in page.text
    for value in re.findall(r'value="([^"]+)"', page.text):
        for hidden in ("£40", "as much support", "reason", "Saturday"):
            assert hidden not in unpacked(value).replace("\\u00a3", "£"), hidden
    assert unpacked(base64.urlsafe_b64encode(zlib.compress(kept.encode())).decode()).count("£40")


def test_an_ended_supporter_does_not_come_back_by_an_invitation_of_their_own(
    app: Flask, session: Session, jo: Person, as_jo: FlaskClient
) -> None:
    sam = helper(app, session, jo, Scope.ACT)
    asked = {"name": "Me again", "email": "second@example.org", "scope": "help", "how_long": "month"}
    answer = press(sam, f"/people/{jo.id}/supporters/invite", page="check", **asked)
    assert answer.status_code == 303
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "second@example.org")).one()
    link = re.findall(r"/invitations/\S+", mail.body)[0]
    second = app.test_client()
    sign_in(second, make_account(session, email="second@example.org"))
    assert second.get(link).status_code == 200
    page = as_jo.get(f"/people/{jo.id}/supporters").text
    stop = re.findall(rf"/people/{jo.id}/supporters/[0-9a-f-]+/stop", page)[0]
    assert press(as_jo, stop).status_code == 303
    assert press(second, f"{link}/yes").status_code == 410
    assert second.get(f"/people/{jo.id}").status_code == 404


def test_a_page_that_answers_a_form_is_a_look_too(app: Flask, session: Session, jo: Person) -> None:
    kitchen = an_offer(session, "Saturday kitchen")
    sam = helper(app, session, jo, Scope.ACT)

    def looks() -> int:
        session.expire_all()
        return session.scalar(select(func.coalesce(func.sum(ProfileView.times), 0))) or 0

    counted = [looks()]
    for path, fields, status in (
        (f"saved/{kitchen.id}/remove", {}, 200),
        ("profile/where", {"postcode": "nowhere at all"}, 422),
        ("data/download", {}, 200),
    ):
        assert press(sam, f"/people/{jo.id}/{path}", **fields).status_code == status
        counted.append(looks())
    assert all(before < after for before, after in pairwise(counted)), counted
    # Whoever takes everything home has looked at everything.
    assert set(session.scalars(select(ProfileView.part))) == set(ProfilePart)


def test_someone_whose_help_has_ended_saves_nothing_to_anyones_page(
    app: Flask, session: Session, jo: Person
) -> None:
    kitchen = an_offer(session, "Saturday kitchen")
    account = make_account(session, name="Sam")
    make_supporter(
        session,
        person=jo,
        account=account,
        scope=Scope.HELP,
        ended_at=datetime.now(UTC),
        end_reason=SupportEnd.WITHDRAWN,
    )
    client = app.test_client()
    sign_in(client, account)
    answer = press(client, "/save-offer", offer=str(kitchen.id), whose=str(jo.id))
    assert answer.status_code == 404
    assert session.scalars(select(SavedMatch)).all() == []
    assert session.scalars(select(Person).where(Person.account_id == account.id)).all() == []


def test_no_form_is_taken_without_its_token(app: Flask, as_jo: FlaskClient, jo: Person) -> None:
    tried = 0
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        values = {
            name: jo.id if name.endswith("_id") else _example(rule.rule, name) for name in rule.arguments
        }
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")
        for form in ({}, {"csrf_token": "made-up"}):
            answer = as_jo.post(path, data=form)
            assert answer.status_code == 400, (path, answer.status_code)
            assert "open for too long" in answer.text
        tried += 1
    assert tried > 60


def _example(rule: str, name: str) -> str:
    """The first of the words that the place *name* of *rule* takes, else anything."""
    found = re.search(rf"<any\(([^)]*)\):{name}>", rule)
    return found[1].split(",")[0].strip(" '\"") if found else "anything"


def test_nasty_words_stay_words_on_every_page_and_in_every_mail(
    app: Flask, session: Session, jo: Person, as_jo: FlaskClient
) -> None:
    kitchen = an_offer(session, "Saturday kitchen")
    base = f"/people/{jo.id}"
    press(as_jo, f"{base}/profile/name", first_name=NASTY, family_name=NASTY)
    press(as_jo, f"{base}/profile/notes/can_do", text=NASTY)
    press(as_jo, f"{base}/profile/goals/learn", own_words=NASTY)
    press(as_jo, f"{base}/matches/{kitchen.id}/save")
    press(as_jo, f"{base}/saved/{kitchen.id}/note", note=NASTY)
    who = {"name": NASTY, "email": "ana@example.org", "relationship": NASTY}
    press(as_jo, f"{base}/supporters/invite", page="check", scope="look", how_long="year", **who)
    press(as_jo, "/account/name", name=NASTY)
    assert session.scalars(select(ProfileNote.text)).one() == "<script>alert(1)</script>gnp.exe"
    sam = helper(app, session, jo, Scope.ACT)
    for client in (as_jo, sam):
        for path in ("", "/profile", "/profile/about-me", "/matches", "/saved", "/supporters", "/data"):
            page = client.get(base + path)
            assert page.status_code == 200, path
            assert "<script>alert" not in page.text, path
            assert not set(page.text) & set("\u202e\u2066\x00\x07"), path
    for mail in session.scalars(select(OutboxMessage)):
        assert mail.subject.isprintable()
        assert not set(mail.body) & set("\u202e\u2066\x00\x07")


def test_a_supporter_of_one_person_finds_nothing_under_anothers_address(
    app: Flask, session: Session, jo: Person
) -> None:
    ola = make_person(session, account=make_account(session, name="Ola"), answers=ANSWERS)
    sam = helper(app, session, jo, Scope.ACT)
    unknown = "00000000-0000-4000-8000-000000000000"
    for path in ("", "/profile", "/matches", "/saved", "/data", "/supporters", "/carer"):
        theirs, nobodys = sam.get(f"/people/{ola.id}{path}"), sam.get(f"/people/{unknown}{path}")
        assert theirs.status_code == nobodys.status_code == 404
        told = [re.sub(r'name="csrf_token"[^>]*', "", page.text) for page in (theirs, nobodys)]
        assert told[0].replace(str(ola.id), "") == told[1].replace(unknown, "")


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/x\r\nA: b",
        "\\\\evil",
    ],
)
def test_after_signing_in_nobody_is_led_to_another_site(
    client: FlaskClient, session: Session, asked: str
) -> None:
    sign_in(client, make_account(session))
    answer = client.get(f"/sign-in?{urlencode({'next': asked})}")
    assert answer.status_code == 302
    assert answer.location in ("/account", "/people/new")
