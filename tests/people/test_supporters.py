"""Asking someone to help, their answer, and ending it at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit.models import AuditEntry
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.profile.models import ProfileNote
from marketplace.people.supporters.models import Basis, Carer, Scope, SupportEnd, Supporter
from marketplace.vocabulary import Role
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import make_account, sign_in, sign_out
from tests.people.factories import TODAY, make_case, make_person, make_supporter

WHO = {"name": "Ana Hall", "email": "ana@example.org", "relationship": "my sister"}
CHOSEN = {**WHO, "scope": "help", "how_long": "year"}
ONCE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def jo(session: Session) -> Person:
    return make_person(session, account=make_account(session, roles=[Role.PERSON], name="Jo"))


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, name="Ana Hall", email="ana.hall@example.org")


def as_the_person(client: FlaskClient, session: Session, person: Person) -> None:
    sign_in(client, session.get_one(Account, person.account_id))


def invite(client: FlaskClient, person: Person, **fields: Any) -> Any:
    """Press the last button of the invitation with these answers."""
    path = f"/people/{person.id}/supporters/invite"
    return send(client, path, **{**CHOSEN, "page": "check", "once": ONCE, **fields})


def link_in_the_mail(session: Session) -> str:
    session.expire_all()
    mails = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "supporter_invited"))
    found = [re.search(r"/invitations/\S+", mail.body) for mail in mails]
    assert found[-1] is not None
    return found[-1][0]


def the_supporter(session: Session) -> Supporter:
    session.expire_all()
    return session.scalars(select(Supporter)).one()


def kinds_of_mail(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.kind, OutboxMessage.recipient))
    return [(mail.kind, mail.recipient) for mail in rows]


def test_the_questions_come_one_a_page_and_nothing_is_kept_before_the_last_button(
    client: FlaskClient, session: Session, jo: Person
) -> None:
    as_the_person(client, session, jo)
    path = f"/people/{jo.id}/supporters/invite"
    second = send(client, path, page="who", **WHO)
    assert "What may they do?" in second.text
    assert 'name="email" value="ana@example.org"' in second.text
    assert "how_long" not in second.text, "an answer that is only suggested is still to be given"
    third = send(client, path, page="scope", **WHO, scope="look")
    assert "For how long?" in third.text
    check = send(client, path, page="until", **WHO, scope="look", how_long="month")
    assert "Check before you ask" in check.text
    changed = send(client, path, page="check", go="who", **CHOSEN)
    assert 'value="Ana Hall"' in changed.text
    assert session.scalars(select(Supporter)).all() == []
    assert session.scalars(select(OutboxMessage)).all() == []


def test_a_wrong_answer_is_said_on_its_own_page_and_keeps_the_rest(
    client: FlaskClient, session: Session, jo: Person
) -> None:
    as_the_person(client, session, jo)
    page = invite(client, jo, email="ana at home", scope="everything")
    assert page.status_code == 422
    assert "<title>Error: Ask someone to help you" in page.text
    assert "Enter an e-mail address" in page.text
    assert 'value="ana at home"' in page.text
    assert session.scalars(select(Supporter)).all() == []


def test_an_invitation_says_on_which_basis_how_far_and_until_when(
    client: FlaskClient, session: Session, jo: Person
) -> None:
    as_the_person(client, session, jo)
    response = invite(client, jo, basis="attorney", ends_on="2099-01-01", accepted_at="now")
    assert response.status_code == 303
    one = the_supporter(session)
    assert (one.basis, one.scope, one.relationship_words) == (Basis.CONSENT, Scope.HELP, "my sister")
    assert (one.starts_on, one.ends_on) == (TODAY, TODAY + timedelta(days=365))
    assert (one.accepted_at, one.account_id) == (None, None)
    page = client.get(response.location)
    assert "Asked, not answered yet" in page.text
    assert "Ana Hall" in page.text
    mail = session.scalars(select(OutboxMessage)).one()
    assert mail.holds_secret
    assert "goals" not in mail.body


def test_the_same_form_sent_twice_asks_once(client: FlaskClient, session: Session, jo: Person) -> None:
    as_the_person(client, session, jo)
    assert [invite(client, jo).status_code for _ in range(2)] == [303, 303]
    the_supporter(session)
    assert len(session.scalars(select(OutboxMessage)).all()) == 1
    again = invite(client, jo, once="22222222-2222-4333-8444-555555555555")
    assert again.status_code == 422
    assert "helps already, or was asked" in again.text


def test_a_yes_opens_the_page_and_the_link_is_good_once(
    client: FlaskClient, session: Session, jo: Person, ana: Account
) -> None:
    as_the_person(client, session, jo)
    invite(client, jo)
    link = link_in_the_mail(session)
    sign_out(client)
    page = client.get(link)
    assert "Jo asks for your help" in page.text
    assert f"/sign-in?next={link}" in page.text
    assert client.post(f"{link}/yes", data={"csrf_token": token_on(page)}).status_code == 401
    sign_in(client, ana)
    sent = {"csrf_token": token_on(client.get(link))}
    assert client.post(f"{link}/yes", data=sent).location == f"/people/{jo.id}"
    assert client.get(f"/people/{jo.id}").status_code == 200
    assert client.get(link).status_code == 410
    assert client.post(f"{link}/yes", data=sent).status_code == 410
    session.expire_all()
    assert Role.SUPPORTER in session.get_one(Account, ana.id).roles
    assert (the_supporter(session).account_id, the_supporter(session).email) == (ana.id, ana.email)
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "supporter_answered")).one()
    assert f"with the address {ana.email}" in told.body
    assert "You wrote to another address: ana@example.org" in told.body
    assert client.get("/me").location == "/supporting"
    assert f"/people/{jo.id}" in client.get("/supporting").text


@pytest.mark.parametrize("how", ["too old", "taken back", "asked again"])
def test_a_link_that_is_worth_nothing_any_more_says_so(
    client: FlaskClient, session: Session, jo: Person, ana: Account, how: str
) -> None:
    as_the_person(client, session, jo)
    invite(client, jo)
    link = link_in_the_mail(session)
    sent = {"csrf_token": token_on(client.get(f"/people/{jo.id}/supporters"))}
    one = f"/people/{jo.id}/supporters/{the_supporter(session).id}"
    if how == "too old":
        session.execute(update(Supporter).values(invitation_expires_at=datetime.now(UTC)))
        session.commit()
    else:
        client.post(one + ("/stop" if how == "taken back" else "/again"), data=sent)
    sign_in(client, ana)
    assert client.get(link).status_code == 410
    assert client.get(f"/people/{jo.id}").status_code == 404


def test_a_no_needs_no_account_and_is_told_to_who_asked(
    client: FlaskClient, session: Session, jo: Person
) -> None:
    as_the_person(client, session, jo)
    invite(client, jo)
    link = link_in_the_mail(session)
    sign_out(client)
    page = client.post(f"{link}/no", data={"csrf_token": token_on(client.get(link))})
    assert "You said no" in page.text
    one = the_supporter(session)
    assert one.end_reason is SupportEnd.DECLINED
    assert client.get(link).status_code == 410
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "supporter_answered")).one()
    assert "said no" in told.body


def test_nobody_says_yes_to_an_invitation_to_their_own_page(
    client: FlaskClient, session: Session, jo: Person
) -> None:
    as_the_person(client, session, jo)
    invite(client, jo)
    link = link_in_the_mail(session)
    page = client.get(link)
    assert "This is about your own page" in page.text
    assert client.post(f"{link}/yes", data={"csrf_token": token_on(page)}).status_code == 410
    assert the_supporter(session).accepted_at is None


def test_who_is_stopped_in_the_middle_of_a_form_is_refused_and_nothing_of_it_is_kept(
    client: FlaskClient, session: Session, jo: Person, ana: Account
) -> None:
    supporter = make_supporter(session, person=jo, account=ana, scope=Scope.HELP)
    session.add(Carer(account_id=ana.id, person_id=jo.id, changed_at=datetime.now(UTC)))
    session.commit()
    sister = client.application.test_client()
    sign_in(sister, ana)
    form = sister.get(f"/people/{jo.id}/profile/notes/can_do")
    filled = {"csrf_token": token_on(form), "text": "written before she was stopped"}
    as_the_person(client, session, jo)
    stopped = send(client, f"/people/{jo.id}/supporters/{supporter.id}/stop")
    assert stopped.status_code == 303
    assert "Ana Hall" not in client.get(stopped.location).text
    refused = sister.post(f"/people/{jo.id}/profile/notes/can_do", data=filled)
    assert refused.status_code == 404
    assert sister.get(f"/people/{jo.id}").status_code == 404
    session.expire_all()
    assert session.scalars(select(ProfileNote)).all() == []
    assert session.scalars(select(Carer)).all() == []
    assert the_supporter(session).end_reason is SupportEnd.WITHDRAWN
    owner = session.get_one(Account, jo.account_id)
    assert set(kinds_of_mail(session)) == {("supporter_ended", ana.email), ("supporter_ended", owner.email)}


def test_stopping_ends_every_link_of_that_account_and_twice_is_once(
    client: FlaskClient, session: Session, jo: Person, ana: Account
) -> None:
    first = make_supporter(session, person=jo, account=ana)
    make_supporter(session, person=jo, account=ana, scope=Scope.ACT)
    as_the_person(client, session, jo)
    path = f"/people/{jo.id}/supporters/{first.id}/stop"
    sent = {"csrf_token": token_on(client.get(path))}
    assert [client.post(path, data=sent).status_code for _ in range(2)] == [303, 303]
    session.expire_all()
    assert session.scalars(select(Supporter).where(Supporter.ended_at.is_(None))).all() == []
    assert len(kinds_of_mail(session)) == 2
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "supporter_ended")).all()
    assert len(entries) == 1
    assert "Ana" not in str(entries[0].details)


def test_a_supporter_stops_helping_and_only_where_they_help(
    client: FlaskClient, session: Session, jo: Person, ana: Account
) -> None:
    mine = make_supporter(session, person=jo, account=ana)
    other = make_supporter(session, person=jo, account=make_account(session, name="Ben"))
    sign_in(client, ana)
    sent = {"csrf_token": token_on(client.get(f"/supporting/{mine.id}/stop"))}
    assert client.post(f"/supporting/{other.id}/stop", data=sent).status_code == 404
    assert client.post(f"/supporting/{mine.id}/stop", data=sent).status_code == 303
    session.expire_all()
    assert session.get_one(Supporter, mine.id).end_reason is SupportEnd.STOPPED
    assert session.get_one(Supporter, other.id).ended_at is None


def test_the_end_can_be_changed_and_both_dates_are_told(
    client: FlaskClient, session: Session, jo: Person, ana: Account
) -> None:
    supporter = make_supporter(session, person=jo, account=ana)
    as_the_person(client, session, jo)
    path = f"/people/{jo.id}/supporters/{supporter.id}/until"
    assert send(client, path, how_long="for ever").status_code == 422
    assert send(client, path, how_long="month").status_code == 303
    assert the_supporter(session).ends_on == TODAY + timedelta(days=31)
    assert kinds_of_mail(session) == [("supporter_changed", ana.email)]


def test_who_acts_for_a_person_asks_others_with_less_and_sends_away_only_them(
    client: FlaskClient, session: Session, jo: Person, ana: Account
) -> None:
    until = TODAY + timedelta(days=60)
    make_supporter(session, person=jo, account=ana, scope=Scope.ACT, ends_on=until, basis=Basis.ATTORNEY)
    ben = make_supporter(session, person=jo, account=make_account(session, name="Ben"))
    sign_in(client, ana)
    assert invite(client, jo, scope="act").status_code == 422
    assert invite(client, jo, scope="help", how_long="month").status_code == 303
    session.expire_all()
    asked = session.scalars(select(Supporter).where(Supporter.account_id.is_(None))).one()
    assert (asked.basis, asked.ends_on <= until) == (Basis.ATTORNEY, True)
    sent = {"csrf_token": token_on(client.get(f"/people/{jo.id}/supporters"))}
    assert client.post(f"/people/{jo.id}/supporters/{ben.id}/stop", data=sent).status_code == 404
    assert client.post(f"/people/{jo.id}/supporters/{asked.id}/stop", data=sent).status_code == 303


def test_a_practitioner_records_the_basis_and_best_interests_need_a_reason(
    client: FlaskClient, session: Session
) -> None:
    kim = make_person(session, first_name="Kim")
    dana = make_account(session, roles=[Role.PRACTITIONER], name="Dana")
    make_case(session, person=kim, account=dana)
    sign_in(client, dana)
    asked = invite(client, kim)
    assert "What allows them to help?" in asked.text
    refused = invite(client, kim, basis="best_interests")
    assert refused.status_code == 422
    assert "Write why this is best for the person" in refused.text
    reason = "Meeting on 3 May with the family and the nurse"
    assert invite(client, kim, basis="best_interests", basis_reason=reason).status_code == 303
    one = the_supporter(session)
    assert (one.basis, one.basis_reason) == (Basis.BEST_INTERESTS, reason)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "supporter_invited")).one()
    assert (entry.actor_role, entry.details["basis"]) == (Role.PRACTITIONER, "best_interests")
    assert reason not in str(entry.details)


@pytest.mark.parametrize("scope", [Scope.LOOK, Scope.HELP])
def test_who_does_not_act_for_the_person_has_no_say_in_who_helps(
    client: FlaskClient, session: Session, jo: Person, ana: Account, scope: Scope
) -> None:
    mine = make_supporter(session, person=jo, account=ana, scope=scope)
    sign_in(client, ana)
    sent = {"csrf_token": token_on(client.get("/supporting")), **CHOSEN, "page": "check"}
    base = f"/people/{jo.id}/supporters"
    assert client.get(base).status_code == 404
    assert client.post(f"{base}/invite", data=sent).status_code == 404
    assert client.post(f"{base}/{mine.id}/until", data={**sent, "how_long": "two_years"}).status_code == 404


def test_a_supporter_of_someone_else_is_not_found_on_this_page(
    client: FlaskClient, session: Session, jo: Person, ana: Account
) -> None:
    elsewhere = make_supporter(session, person=make_person(session), account=ana)
    as_the_person(client, session, jo)
    sent = {"csrf_token": token_on(client.get(f"/people/{jo.id}/supporters"))}
    for act in ("stop", "until", "again"):
        path = f"/people/{jo.id}/supporters/{elsewhere.id}/{act}"
        assert client.post(path, data={**sent, "how_long": "month"}).status_code == 404
    session.expire_all()
    assert session.get_one(Supporter, elsewhere.id).ended_at is None


def test_the_list_costs_few_statements(
    client: FlaskClient, session: Session, jo: Person, statements: list[str]
) -> None:
    for number in range(5):
        make_supporter(session, person=jo, account=make_account(session, name=f"Helper {number}"))
    as_the_person(client, session, jo)
    client.get(f"/people/{jo.id}/supporters")
    statements.clear()
    assert client.get(f"/people/{jo.id}/supporters").status_code == 200
    # sign-in, roles, person with relation, supporters, carers
    assert len(statements) <= 6, "\n".join(statements)
