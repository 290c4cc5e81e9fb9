"""Someone whom a practitioner entered takes over their page, and chooses who goes on seeing it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.people.caseload.claiming import CodeGoneError, claim_page, make_code, page_of_code
from marketplace.people.caseload.models import Case, PageClaim
from marketplace.people.models import Person
from marketplace.people.supporters.models import Supporter
from marketplace.vocabulary import Role
from tests.find.journeys import send
from tests.fixtures.accounts import make_account, sign_in, sign_out
from tests.people.factories import ANSWERS, make_case, make_person, make_supporter


@pytest.fixture
def kim(session: Session) -> Person:
    return make_person(session, first_name="Kim")


@pytest.fixture
def dana(session: Session) -> Account:
    return make_account(session, roles=[Role.PRACTITIONER], name="Dana", organisation="Example Council")


def code_on_the_sheet(client: FlaskClient, person: Person) -> str:
    sheet = send(client, f"/people/{person.id}/own-page")
    found = re.search(r'class="md-code">([A-Z2-9-]+)<', sheet.text)
    assert found is not None
    return found[1]


def test_the_page_is_theirs_with_all_that_is_on_it_and_only_who_they_chose_goes_on(
    client: FlaskClient, session: Session, kim: Person, dana: Account
) -> None:
    case = make_case(session, person=kim, account=dana)
    ben = make_account(session, roles=[Role.PRACTITIONER], name="Ben")
    other_case = make_case(session, person=kim, account=ben)
    sister = make_account(session, roles=[Role.SUPPORTER], name="Ana")
    helps = make_supporter(session, person=kim, account=sister)
    sign_in(client, dana)
    code_before = code_on_the_sheet(client, kim)
    code = code_on_the_sheet(client, kim)
    assert client.get(f"/claim/{code_before}").status_code == 410, "a new code takes its place"
    assert session.scalars(select(PageClaim.code_hash)).one() != code.replace("-", "")
    assert "Only Kim can take over this page" in client.get(f"/claim/{code}").text
    sign_out(client)

    account = make_account(session, name="Kim Hall")
    typed = send(client, "/claim", code=f" {code.lower().replace('-', ' ')} ")
    assert typed.location == f"/claim/{code}"
    assert "Open an account" in client.get(typed.location).text
    assert "does not work" in send(client, "/claim", code="AAAA-AAAA-AAAA").text
    sign_in(client, account)
    chosen = {f"keep-{case.id}": "no", f"keep-{other_case.id}": "yes"}
    unanswered = send(client, f"/claim/{code}", **chosen)
    assert unanswered.status_code == 422
    session.expire_all()
    assert kim.account_id is None
    done = send(client, f"/claim/{code}", **chosen, **{f"keep-{helps.id}": "yes"})
    assert done.location == f"/people/{kim.id}?saved=claimed"
    page = client.get(done.location)
    assert "This is your page now" in page.text
    assert "my own tea" in page.text
    session.expire_all()
    assert (kim.account_id, dict(kim.answers)) == (account.id, dict(ANSWERS))
    assert [one.id for one in session.scalars(select(Case).where(Case.ended_at.is_(None)))] == [other_case.id]
    assert session.scalars(select(Supporter)).one().ended_at is None
    assert client.get(f"/claim/{code}").status_code == 410
    for someone, status in ((dana, 404), (ben, 200), (sister, 200)):
        sign_out(client)
        sign_in(client, someone)
        assert client.get(f"/people/{kim.id}").status_code == status, someone.name
    assert client.get(f"/people/{kim.id}/own-page").status_code == 404


def test_who_has_a_page_takes_over_no_other_and_an_old_code_opens_nothing(
    client: FlaskClient, session: Session, kim: Person, dana: Account
) -> None:
    code, _ = make_code(session, person=kim, by=dana)
    session.commit()
    account = make_account(session, roles=[Role.PERSON], name="Jo")
    make_person(session, account=account)
    sign_in(client, account)
    assert "One account has one page" in client.get(f"/claim/{code}").text
    session.execute(update(PageClaim).values(expires_at=datetime.now(UTC) - timedelta(minutes=1)))
    session.commit()
    assert client.get(f"/claim/{code}").status_code == 410
    assert kim.account_id is None


def test_reading_code_after_code_from_one_address_is_slowed_down_also_for_the_right_one(
    client: FlaskClient, session: Session, kim: Person, dana: Account
) -> None:
    code, _ = make_code(session, person=kim, by=dana)
    session.commit()
    looks = [client.get("/claim/AAAA-AAAA-AAAA").status_code for _ in range(31)]
    assert looks == [410] * 30 + [429]
    shown = client.get(f"/claim/{code}")
    assert "Too many tries" in shown.text
    assert 0 < int(shown.headers["Retry-After"]) <= 600
    elsewhere = client.get(f"/claim/{code}", environ_base={"REMOTE_ADDR": "192.0.2.44"})
    assert elsewhere.status_code == 200, "a stranger's tries don't count against the owner elsewhere"


def test_of_two_who_use_a_code_at_once_one_gets_the_page(
    session: Session, kim: Person, dana: Account
) -> None:
    code, _ = make_code(session, person=kim, by=dana)
    session.commit()
    first, second = (make_account(session, name=name) for name in ("Kim", "Mik"))
    found = page_of_code(session, code, now=datetime.now(UTC))
    assert found is not None
    read_by_the_second = PageClaim(person_id=kim.id, code_hash=found[0].code_hash)
    claim_page(session, claim=found[0], person=kim, account=first, keep=())
    with pytest.raises(CodeGoneError):
        claim_page(session, claim=read_by_the_second, person=kim, account=second, keep=())
    assert kim.account_id == first.id
