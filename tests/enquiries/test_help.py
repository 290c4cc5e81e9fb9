"""Asking for help to be found, on the pages of both sides."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.db import Database
from marketplace.enquiries.help import queries
from marketplace.enquiries.help.models import HelpWanted
from marketplace.enquiries.models import Enquiry
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.saved.alerts import Matching
from marketplace.settings import Settings
from marketplace.vocabulary import CheckKind, Role, Theme
from tests.accounts.mail import SQLITE
from tests.directory.factories import check
from tests.enquiries.helping import (
    NOW,
    WORDS,
    client_of,
    helper,
    mails,
    person_who_asks,
    ranking,
    who_acts,
)
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account
from tests.people.factories import TODAY, make_case, make_person

sqlite_only = pytest.mark.parametrize(**SQLITE)


@pytest.fixture
def jo(session: Session) -> Person:
    return person_who_asks(session)


@pytest.fixture
def matching(settings: Settings, database: Database) -> Matching:
    return ranking(settings, database)


def post_in_the_browser(session: Session, as_jo: FlaskClient, jo: Person) -> HelpWanted:
    """Through all pages; nothing is kept before the last one, and each provider is told once."""
    new = f"/people/{jo.id}/help-wanted/new"
    page = as_jo.get(new)
    form = {"csrf_token": token_on(page), "once": _field(page.text, "once"), "page": "words"}
    for wrong in ("Ring me on 07700 900123", "I live at 4 Oak Lane", "Someone to go with Jo"):
        assert as_jo.post(new, data={**form, "words": wrong}).status_code == 422
    about = as_jo.post(new, data={**form, "words": WORDS}).text
    assert _ticked(about) == {"swimming"}
    when = as_jo.post(new, data={**form, "words": WORDS, "page": "about", "about": "swimming"}).text
    assert _ticked(when) == {"thu-evening"}
    given = {**form, "words": WORDS, "about": "swimming", "slots": "thu-evening"}
    check_page = as_jo.post(new, data={**given, "page": "times"}).text
    for words in (WORDS, "Thursday: 5pm to 9pm", "Mansfield", "We know 2 helpers"):
        assert words in check_page
    assert session.scalars(select(HelpWanted)).all() == []
    sent = {as_jo.post(new, data={**given, "page": "check"}).headers["Location"] for _ in "12"}
    assert len(sent) == 1, "the same form sent twice is one request"
    wanted = session.scalars(select(HelpWanted)).one()
    assert wanted.needs["when"] == {"thu": ["17:00-21:00"]}
    told = session.scalars(select(OutboxMessage)).all()
    assert len(told) == 2
    assert not any("swimming" in mail.subject + mail.body or "Jo" in mail.body for mail in told)
    return wanted


def read_and_ask(session: Session, as_jo: FlaskClient, wanted: HelpWanted, near: Offer) -> str:
    """The person reads who can help, best first, and asks the first; the address of the request."""
    own = f"/people/{wanted.person_id}/help-wanted/{wanted.id}"
    answers = as_jo.get(own).text
    assert answers.index("I drive and swim") < answers.index("I can learn"), "who fits best stands first"
    for words in ("You asked for: Swimming. It offers this.", "Seen on", "does not name this"):
        assert words in answers
    assert "Don&#39;t tell" not in answers
    ask = re.search(rf'href="(/people/[^"]*offer={near.id}[^"]*)"', answers)
    assert ask is not None
    address = ask[1].replace("&amp;", "&")
    asking = as_jo.get(address)
    form = {
        "csrf_token": token_on(asking),
        "once": _field(asking.text, "once"),
        "name": "Jo",
        "page": "parts",
    }
    assert f"You said that you can help with this: “{WORDS}”" in as_jo.post(address, data=form).text
    as_jo.post(address, data={**form, "words": "Hello", "page": "check"})
    assert session.scalars(select(Enquiry.offer_id)).all() == [near.id]
    assert "See what you asked" in as_jo.get(own).text
    return own


@sqlite_only
def test_from_a_persons_words_to_an_enquiry_and_what_each_side_reads(
    app: Flask, session: Session, jo: Person
) -> None:
    near = helper(session, "Donna swims")
    near.provider.checks = [check(CheckKind.DBS_ENHANCED, seen_on=TODAY - timedelta(days=30))]
    less = helper(session, "Asif plays snooker", themes=[Theme.CAFES_PUBS])
    session.commit()
    as_jo = client_of(app, session.get_one(Account, jo.account_id))
    as_donna, as_asif = (client_of(app, who_acts(session, one)) for one in (near, less))
    wanted = post_in_the_browser(session, as_jo, jo)
    theirs = f"/provide/{near.provider_id}/help-wanted"
    assert "1 request for help waits for you" in as_donna.get(f"/provide/{near.provider_id}").text
    read = as_donna.get(theirs).text
    assert WORDS in read
    assert "Mansfield" in read
    for hidden in ("Zellaby", "NG18", "jo@example.org", str(jo.id)):
        assert hidden not in read
    answer = f"{theirs}/{wanted.id}/answer"
    token = {"csrf_token": token_on(as_donna.get(answer))}
    pressed = as_donna.post(answer, data={**token, "words": "Don't tell your carer"})
    assert pressed.status_code == 422
    assert "Don&#39;t tell your carer" in pressed.text, "nothing that was typed is lost"
    moderator = client_of(app, make_account(session, roles=[Role.MODERATOR], name="Morgan"))
    looked_at = moderator.get("/moderation/messages").text
    assert "Don&#39;t tell your carer" in looked_at
    assert "Words that put someone under pressure" in looked_at
    assert as_donna.post(answer, data={**token, "words": "Mail me: d@example.com"}).status_code == 422
    for _ in "12":
        assert as_donna.post(answer, data={**token, "words": "I drive and swim"}).status_code == 303
    other = f"/provide/{less.provider_id}/help-wanted/{wanted.id}/answer"
    as_asif.post(other, data={"csrf_token": token_on(as_asif.get(other)), "words": "I can learn"})
    assert mails(session).count("jo@example.org") == 2, "one mail for each who can help"
    assert [one.told.flags for one in queries.stopped_answers(session, since=NOW - timedelta(days=1))] == [
        ["pressure"]
    ]

    own = read_and_ask(session, as_jo, wanted, near)
    end = {"csrf_token": token_on(as_jo.get("/find")), "end": "found"}
    assert [as_jo.post(f"{own}/end", data=end).status_code for _ in "12"] == [303, 303]
    assert as_jo.post(f"{own}/end", data={**end, "end": "taken-back"}).status_code == 409
    assert WORDS not in as_donna.get(theirs).text
    late = as_donna.post(answer, data={**token, "words": "Still free"})
    assert late.status_code == 409
    assert "Still free" in late.text
    assert WORDS not in late.text


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""


def _ticked(page: str) -> set[str]:
    return set(re.findall(r'value="([^"]+)"[^>]* checked', page))


@sqlite_only
def test_a_practitioner_posts_for_a_person_whose_postcode_is_not_known(app: Flask, session: Session) -> None:
    edith = make_person(session, first_name="Edith", answers={"goals": [{"theme": "swimming"}]})
    sam = make_account(session, roles=[Role.PRACTITIONER], name="Sam Pike")
    make_case(session, person=edith, account=sam)
    helper(session, "Donna swims")
    client = client_of(app, sam)
    new = f"/people/{edith.id}/help-wanted/new"
    page = client.get(new)
    given = {
        "csrf_token": token_on(page),
        "once": _field(page.text, "once"),
        "words": WORDS,
        "about": "swimming",
        "slots": "any_time",
    }
    assert "What is the postcode of Edith?" in client.post(new, data={**given, "page": "times"}).text
    done = client.post(new, data={**given, "page": "check", "postcode": "NG18 1AB"}).headers["Location"]
    wanted = session.scalars(select(HelpWanted)).one()
    assert done == f"/people/{edith.id}/help-wanted/{wanted.id}?done=posted"
    assert (wanted.told, wanted.posted_by_id, "when" in wanted.needs) == (1, sam.id, False)
