"""The pages of both sides: asking, answering, and what each may see and do."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.enquiries.models import DeclineReason, Enquiry, EnquiryMessage, EnquiryState
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.people.profile.models import ProfilePart
from marketplace.people.supporters.models import Scope
from marketplace.providers.models import ProviderStatus
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.directory.factories import offer
from tests.enquiries.test_moves import ask, jo, kitchen  # noqa: F401
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_case, make_supporter

pytestmark = pytest.mark.parametrize(**SQLITE)
MOST_STATEMENTS = 29


@pytest.fixture
def priya(session: Session, kitchen: Offer) -> Account:  # noqa: F811
    return session.scalars(select(Account).where(Account.email == "priya@example.org")).one()


@pytest.fixture
def as_jo(app: Flask, session: Session, jo: Person) -> FlaskClient:  # noqa: F811
    return _as(app, session.get_one(Account, jo.account_id))


@pytest.fixture
def as_priya(app: Flask, priya: Account) -> FlaskClient:
    return _as(app, priya)


def _as(app: Flask, account: Account) -> FlaskClient:
    client = app.test_client()
    sign_in(client, account)
    return client


def press(client: FlaskClient, page: str, address: str, **fields: object) -> str:
    """Send the form of *page* that goes to *address*; the path it leads to, or the status."""
    shown = client.get(page).text
    form = {"csrf_token": _field(shown, "csrf_token"), "form_token": _field(shown, "form_token"), **fields}
    answer = client.post(address, data=form)
    return answer.headers.get("Location", str(answer.status_code))


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""


def test_a_person_asks_the_provider_asks_back_is_answered_and_declines_with_a_reason(
    session: Session,
    as_jo: FlaskClient,
    as_priya: FlaskClient,
    jo: Person,  # noqa: F811
    kitchen: Offer,  # noqa: F811
) -> None:
    start = as_jo.get(f"/offers/{kitchen.id}/ask").headers["Location"]
    page = as_jo.get(start)
    assert "cook my tea" in page.text
    assert "checked" not in page.text, "nothing is shared that was not ticked"
    form = {"csrf_token": token_on(page), "once": _field(page.text, "once")}
    given = {"name": "Jo", "parts": "goals", "words": "Can I <b>come</b>?\nPlease", "starters": "visit"}
    check = as_jo.post(start, data={**form, **given, "page": "words"})
    for words in ("cook my tea", "Can I come and look first?", "Can I &lt;b&gt;come&lt;/b&gt;?"):
        assert words in check.text
    sent = {as_jo.post(start, data={**form, **given, "page": "check"}).headers["Location"] for _ in "12"}
    assert len(sent) == 1, "the same form sent twice is one enquiry"
    enquiry = session.scalars(select(Enquiry)).one()
    own, theirs = (
        f"/people/{jo.id}/enquiries/{enquiry.id}",
        f"/provide/{kitchen.provider_id}/enquiries/{enquiry.id}",
    )
    assert "They have not looked at it yet" in as_jo.get(own).text

    assert "1 enquiry waits for your answer" in as_priya.get(f"/provide/{kitchen.provider_id}").text
    seen = as_priya.get(theirs).text
    for words in ("cook my tea", "Can I come and look first?", "&lt;b&gt;come&lt;/b&gt;"):
        assert words in seen
    for missing in ("Zellaby", "jo@example.org", "NG18", str(jo.id)):
        assert missing not in seen
    worry = f"/concern?enquiry={enquiry.id}"
    assert f'href="{worry}"' in seen, "a provider tells of a worry too, on a page that they may open"
    assert as_priya.get(worry).status_code == 200
    assert "They have seen it" in as_jo.get(own).text

    asked = press(as_priya, f"{theirs}/ask", f"{theirs}/ask", text="Which day suits you?")
    assert asked.endswith("done=ask")
    news = "There is news about 1 thing you asked about."
    assert news in as_jo.get(f"/people/{jo.id}").text
    assert "Which day suits you?" in as_jo.get(own).text
    press(as_jo, own, f"{own}/say", text="Saturday")
    assert news not in as_jo.get(f"/people/{jo.id}").text
    session.expire_all()
    assert enquiry.state is EnquiryState.SEEN
    assert "Saturday" in as_priya.get(theirs).text

    assert press(as_priya, f"{theirs}/decline", f"{theirs}/decline", text="Sorry") == "422"
    declined = press(as_priya, f"{theirs}/decline", f"{theirs}/decline", reason="full", text="Sorry")
    assert declined.endswith("done=decline")
    session.expire_all()
    assert (enquiry.state, enquiry.decline_reason) == (EnquiryState.DECLINED, DeclineReason.FULL)
    last = as_jo.get(own).text
    for words in ("Sorry", "There is no place", "See what else fits"):
        assert words in last
    gone = as_priya.get(theirs).text
    assert "cook my tea" not in gone
    assert "You said no" in gone
    # The step of the tab that was still open: refused, said, and nothing of what was typed is lost.
    late = as_jo.post(
        f"{own}/say", data={"csrf_token": token_on(as_jo.get("/find")), "text": "Are you sure?"}
    )
    assert late.status_code == 409
    assert "Are you sure?" in late.text
    assert session.scalar(select(func.count()).select_from(EnquiryMessage)) == 4


def test_what_is_taken_back_passes_nothing_on_and_can_be_asked_again(
    session: Session,
    as_jo: FlaskClient,
    as_priya: FlaskClient,
    jo: Person,  # noqa: F811
    kitchen: Offer,  # noqa: F811
) -> None:
    enquiry = ask(session, jo, kitchen, parts=(ProfilePart.GOALS,))[0]
    session.commit()
    own = f"/people/{jo.id}/enquiries/{enquiry.id}"
    theirs = f"/provide/{kitchen.provider_id}/enquiries/{enquiry.id}"
    assert as_jo.get(f"/people/{jo.id}/enquire?offer={kitchen.id}").headers["Location"].endswith(own)
    assert press(as_jo, f"{own}/take-back", f"{own}/take-back").endswith("done=taken-back")
    assert "cook my tea" not in as_priya.get(theirs).text
    answer = as_priya.post(f"{theirs}/ask", data={"csrf_token": token_on(as_priya.get("/find")), "text": "?"})
    assert answer.status_code == 409
    assert as_jo.get(f"/people/{jo.id}/enquire?offer={kitchen.id}").status_code == 200


def test_a_phone_number_is_asked_about_before_it_is_sent(
    session: Session,
    as_jo: FlaskClient,
    jo: Person,  # noqa: F811
    kitchen: Offer,  # noqa: F811
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    session.commit()
    own = f"/people/{jo.id}/enquiries/{enquiry.id}"
    number = "Ring me on 07700 900123"
    assert press(as_jo, own, f"{own}/say", text=number) == "200"
    said = select(EnquiryMessage.text).where(EnquiryMessage.text == number)
    assert session.scalars(said).all() == []
    press(as_jo, own, f"{own}/say", text=number, anyway="yes")
    assert session.scalars(said).all() == [number]


def test_who_acts_for_the_person_asks_and_it_says_who_did_it(
    app: Flask,
    session: Session,
    as_jo: FlaskClient,
    as_priya: FlaskClient,
    jo: Person,  # noqa: F811
    kitchen: Offer,  # noqa: F811
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    session.commit()
    own = f"/people/{jo.id}/enquiries/{enquiry.id}"
    sam = make_account(session, roles=[Role.PRACTITIONER], name="Sam Pike")
    make_case(session, person=jo, account=sam)
    press(_as(app, sam), own, f"{own}/say", text="Jo uses a wheelchair")
    assert "Sam Pike" in as_jo.get(own).text
    theirs = as_priya.get(f"/provide/{kitchen.provider_id}/enquiries/{enquiry.id}").text
    assert "Someone who helps Jo" in theirs
    assert "Sam Pike" not in theirs
    looker = make_account(session, name="Lou")
    make_supporter(session, person=jo, account=looker, scope=Scope.LOOK)
    page = _as(app, looker).get(own)
    assert "Jo uses a wheelchair" in page.text
    assert "<textarea" not in page.text


def test_a_provider_that_is_suspended_reads_but_nothing_passes(
    session: Session,
    as_jo: FlaskClient,
    as_priya: FlaskClient,
    jo: Person,  # noqa: F811
    kitchen: Offer,  # noqa: F811
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    kitchen.provider.status = ProviderStatus.SUSPENDED
    session.commit()
    theirs = f"/provide/{kitchen.provider_id}/enquiries/{enquiry.id}"
    page = as_priya.get(theirs)
    assert "stopped for now" in page.text
    assert as_priya.get(f"{theirs}/ask").status_code == 409
    form = {"csrf_token": token_on(as_priya.get("/find")), "text": "Hello"}
    assert as_priya.post(f"{theirs}/say", data=form).status_code == 409
    assert "stopped for now" in as_jo.get(f"/people/{jo.id}/enquiries/{enquiry.id}").text


def test_where_nobody_reads_enquiries_the_page_says_how_to_reach_them(
    client: FlaskClient, session: Session
) -> None:
    unmanned = offer(session, "Singing")
    unmanned.provider.phone = "01623 555 0199"
    session.commit()
    page = client.get(f"/offers/{unmanned.id}/ask").text
    assert "Nobody answers questions about this here yet" in page
    assert "01623 555 0199" in page


def test_the_number_of_statements_does_not_grow_with_what_was_asked_or_said(
    session: Session,
    as_jo: FlaskClient,
    as_priya: FlaskClient,
    jo: Person,  # noqa: F811
    kitchen: Offer,  # noqa: F811
    statements: list[str],
) -> None:
    enquiry = ask(session, jo, kitchen, parts=(ProfilePart.GOALS, ProfilePart.ABOUT))[0]
    session.commit()
    pages = [
        (as_jo, f"/people/{jo.id}/enquiries"),
        (as_jo, f"/people/{jo.id}/enquiries/{enquiry.id}"),
        (as_priya, f"/provide/{kitchen.provider_id}/enquiries"),
        (as_priya, f"/provide/{kitchen.provider_id}/enquiries/{enquiry.id}"),
    ]

    def counts() -> list[int]:
        found = []
        for client, path in pages:
            assert client.get(path).status_code == 200
            statements.clear()
            client.get(path)
            found.append(len(statements))
        return found

    before = counts()
    for number in range(4):
        another = offer(session, f"Another {number}", by=kitchen.provider)
        session.add(
            Enquiry(
                person_id=jo.id,
                offer_id=another.id,
                provider_id=kitchen.provider_id,
                form_token=str(number),
                state=EnquiryState.SEEN,
                state_since=datetime.now(UTC),
                sent_at=datetime.now(UTC),
                name_shared="Jo",
            )
        )
    session.commit()
    for number in range(4):
        press(as_jo, pages[1][1], f"{pages[1][1]}/say", text=f"Line {number}")
    assert counts() == before
    assert max(before) <= MOST_STATEMENTS


def test_the_start_pages_and_tabs_of_both_sides_lead_to_what_is_new(
    session: Session,
    as_jo: FlaskClient,
    as_priya: FlaskClient,
    jo: Person,  # noqa: F811
    kitchen: Offer,  # noqa: F811
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    session.commit()
    own, theirs = f"/people/{jo.id}/enquiries", f"/provide/{kitchen.provider_id}/enquiries"
    home = as_priya.get(f"/provide/{kitchen.provider_id}").text
    assert "1 enquiry waits for your answer." in home
    shown = as_priya.get(f"{theirs}/{enquiry.id}").text
    assert f'href="{theirs}" aria-current="true"' in shown
    assert "There is news about" not in as_jo.get(f"/people/{jo.id}").text
    press(as_priya, f"{theirs}/{enquiry.id}/ask", f"{theirs}/{enquiry.id}/ask", text="Do you like soup?")
    assert "There is news about 1 thing you asked about." in as_jo.get(f"/people/{jo.id}").text
    press(as_jo, f"{own}/{enquiry.id}", f"{own}/{enquiry.id}/say", text="Yes")
    assert f'href="{own}" aria-current="true"' in as_jo.get(f"{own}/{enquiry.id}").text
    assert f'href="{own}" aria-current="page"' in as_jo.get(own).text
    assert "There is news about" not in as_jo.get(f"/people/{jo.id}").text
    session.refresh(enquiry)
    enquiry.state = EnquiryState.WAITING
    session.commit()
    home = as_priya.get(f"/provide/{kitchen.provider_id}").text
    assert "There is news about 1 enquiry." in home
    assert "waits for your answer" not in home


def test_a_visitor_asks_from_the_results_and_comes_back_to_the_offer_after_making_a_page(
    app: Flask,
    session: Session,
    as_jo: FlaskClient,
    jo: Person,  # noqa: F811
    kitchen: Offer,  # noqa: F811
) -> None:
    begin = f"/offers/{kitchen.id}/ask"
    other = offer(session, "Garden", by=kitchen.provider)
    session.commit()
    compared = as_jo.get(f"/people/{jo.id}/compare?offer={kitchen.id}&offer={other.id}").text
    assert f"/people/{jo.id}/enquire?offer={kitchen.id}" in compared
    fresh = _as(app, make_account(session, name="Ann"))
    page = fresh.get(begin).text
    start = re.search(r'href="(/people/new\?next=[^"]+)"', page)
    assert start is not None
    form = {"csrf_token": token_on(fresh.get(start[1]))}
    assert fresh.post(start[1], data=form).location == begin
    assert "/enquire?offer=" in fresh.get(begin).headers["Location"]
    elsewhere = fresh.get("/people/new?next=//evil.example/ask").headers["Location"]
    assert elsewhere.startswith("/people/")


def test_in_easy_read_each_sentence_of_a_message_stands_on_its_own(
    session: Session,
    as_jo: FlaskClient,
    as_priya: FlaskClient,
    jo: Person,  # noqa: F811
    kitchen: Offer,  # noqa: F811
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    session.commit()
    theirs = f"/provide/{kitchen.provider_id}/enquiries/{enquiry.id}"
    press(
        as_priya,
        theirs,
        f"{theirs}/say",
        text="Come at 10 a.m. on Tuesday. We make soup, e.g. leek! Bring <b>tea</b>.",
    )
    lines = ["Come at 10 a.m. on Tuesday.", "We make soup, e.g. leek!", "Bring &lt;b&gt;tea&lt;/b&gt;."]
    own = f"/people/{jo.id}/enquiries/{enquiry.id}"
    assert ">" + " ".join(lines) + "<" in as_jo.get(own).text
    as_jo.get("/help?reading=easy")
    easy = as_jo.get(own).text
    assert all(f">{line}<" in easy for line in lines)
