"""What someone would try at an enquiry: a form sent again, a step that is none, words after a block, a number."""

# ruff: noqa: F811 (fixtures that come from another file)

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.enquiries.models import Enquiry, EnquiryMessage, EnquiryMove, EnquiryState
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.enquiries.test_moves import ask, jo, kitchen  # noqa: F401
from tests.enquiries.test_pages import _as, _field
from tests.fixtures.accounts import make_account

pytestmark = pytest.mark.parametrize(**SQLITE)


def form_on(client: FlaskClient, page: str) -> dict[str, str]:
    shown = client.get(page).text
    return {name: _field(shown, name) for name in ("csrf_token", "form_token")}


def test_what_is_tried_at_an_enquiry_changes_nothing_and_is_answered_with_what_can_be_done(  # noqa: PLR0915
    app: Flask, session: Session, jo: Person, kitchen: Offer
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    session.commit()
    as_jo = _as(app, session.get_one(Account, jo.account_id))
    as_priya = _as(app, session.scalars(select(Account).where(Account.email == "priya@example.org")).one())
    as_mo = _as(app, make_account(session, roles=[Role.MODERATOR], email="mo@example.org"))
    own = f"/people/{jo.id}/enquiries/{enquiry.id}"
    theirs = f"/provide/{kitchen.provider_id}/enquiries/{enquiry.id}"

    def count(table: type[EnquiryMessage] | type[EnquiryMove] | type[Enquiry]) -> int:
        session.expire_all()
        return session.scalar(select(func.count()).select_from(table)) or 0

    def same(answers: list[TestResponse]) -> set[tuple[int, str | None]]:
        return {(answer.status_code, answer.location) for answer in answers}

    # A form sent again: one message, one step, the same page.
    form = form_on(as_jo, own) | {"text": "Is it warm there?"}
    assert same([as_jo.post(f"{own}/say", data=form) for _ in range(3)]) == {(303, f"{own}?done=said")}
    assert count(EnquiryMessage) == 2
    form = form_on(as_priya, f"{theirs}/ask") | {"text": "Do you like soup?"}
    assert same([as_priya.post(f"{theirs}/ask", data=form) for _ in range(3)]) == {
        (303, f"{theirs}?done=ask")
    }
    assert (count(EnquiryMessage), count(EnquiryMove)) == (3, 2)

    # A step that is none, and one that is not possible now.
    token = form_on(as_priya, theirs)
    for step in ("agreed", "withdrawn", "../say%00", "SEEN"):
        assert as_priya.post(f"{theirs}/{step}", data=token).status_code in (404, 405)
    smuggled = {"state": "agreed", "side": "person", "version": "99", "held_at": "", "flags": "[]"}
    form = form_on(as_priya, theirs) | {"text": "Come on Tuesday"} | smuggled
    assert as_priya.post(f"{theirs}/say", data=form).status_code == 303
    session.refresh(enquiry)
    assert enquiry.state is EnquiryState.MORE_ASKED
    form = form_on(as_priya, f"{theirs}/wait")
    ended = form_on(as_priya, f"{theirs}/decline") | {"text": "", "reason": "full"}
    assert as_priya.post(f"{theirs}/decline", data=ended).status_code == 303
    late = as_priya.post(f"{theirs}/wait", data=form | {"text": "There is a place after all"})
    assert late.status_code == 409
    assert "Below is what you can do now" in late.text
    assert "There is a place after all" in late.text
    session.refresh(enquiry)
    assert enquiry.state is EnquiryState.DECLINED

    # A phone number: asked about first, then passed on with a flag that moderators read.
    again = ask(session, jo, kitchen, form="another form")[0]
    session.commit()
    theirs = f"/provide/{kitchen.provider_id}/enquiries/{again.id}"
    own = f"/people/{jo.id}/enquiries/{again.id}"
    form = form_on(as_priya, theirs) | {"text": "Ring me on 07700 900 123"}
    said = count(EnquiryMessage)
    warned = as_priya.post(f"{theirs}/say", data=form)
    assert warned.status_code == 200
    assert "07700 900 123" in warned.text
    assert count(EnquiryMessage) == said
    assert as_priya.post(f"{theirs}/say", data=form | {"anyway": "yes"}).status_code == 303
    assert "A phone number" in as_mo.get("/moderation/messages").text

    # Whoever is blocked: nothing passes, what was typed is kept, and why is not said.
    stop = form_on(as_jo, f"{own}/worry") | {"worry": "pushes", "go": "stop"}
    assert as_jo.post(f"{own}/worry", data=stop).status_code == 303
    said, form = (
        count(EnquiryMessage),
        form_on(as_priya, "/find/what") | {"text": "Why not?", "form_token": "1"},
    )
    for client, page in ((as_priya, theirs), (as_jo, own)):
        refused = client.post(
            f"{page}/say", data=form | {"csrf_token": form_on(client, "/find/what")["csrf_token"]}
        )
        assert refused.status_code == 409
        assert "Why not?" in refused.text
    assert "block" not in as_priya.get(theirs).text.casefold()
    assert count(EnquiryMessage) == said
