"""A live offer: facts change at once, words wait; closing, pausing, copying; the preview and its page."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.offers.document import (
    SessionSaid,
    document_of,
)
from marketplace.offers.drafts import begin_draft
from marketplace.offers.models import Offer
from marketplace.vocabulary import (
    Day,
    Feature,
    SupportLevel,
    Theme,
    Vacancy,
)
from tests.accounts.mail import SQLITE
from tests.listing.offer_pages import WHOLE, Editor, editor_of
from tests.providers.factories import make_provider

pytestmark = pytest.mark.parametrize(**SQLITE)


@pytest.fixture
def editor(client: FlaskClient, session: Session) -> Editor:
    return editor_of(client, session)


def test_facts_of_a_live_offer_change_at_once_and_words_wait(editor: Editor) -> None:
    offer = editor.live()
    path = f"/{offer.id}"
    editor.press(f"{path}/vacancy?then=check", answer="full")
    assert editor.press(f"{path}/places-left", left_1="3").location.endswith("?done=live#row-times")
    editor.press(f"{path}/cost/add", basis="week", amount="20", note="A word that nobody has looked at")
    editor.press(f"{path}/name?then=check", name="Another name")
    editor.session.expire_all()
    live = document_of(editor.session.get_one(Offer, offer.id))
    times = (replace(WHOLE.sessions[0], places_left=3),)
    assert live == replace(WHOLE, vacancy=Vacancy.FULL, sessions=times)
    draft = editor.draft(offer.id)
    assert (draft.name, draft.vacancy, draft.sessions) == ("Another name", Vacancy.FULL, times)
    assert len(draft.costs) == 2
    assert "Cooking together" in editor.client.get(f"/offers/{offer.id}").text
    page = editor.client.get(editor.base + path).text
    assert "<del>" in page
    assert "Quick changes" in page
    # Waiting, words stand still; free places don't.
    editor.press(f"{path}/send")
    assert editor.press(f"{path}/name", name="A third").status_code == 409
    assert editor.press(f"{path}/vacancy", answer="open").status_code == 303
    editor.session.expire_all()
    assert editor.session.get_one(Offer, offer.id).vacancy is Vacancy.OPEN
    # A price that was only in the draft is taken away there too.
    editor.press(f"{path}/take-back")
    listed = editor.client.get(f"{editor.base}{path}/cost").text
    for mark in re.findall(r"cost/([0-9a-f]{12})\"", listed):
        editor.press(f"{path}/cost/{mark}/remove")
    assert editor.draft(offer.id).costs == ()


def test_a_live_offer_is_closed_paused_brought_back_and_copied_and_a_copy_deleted(editor: Editor) -> None:
    offer = editor.live()
    path = f"/{offer.id}"
    for _ in range(2):
        assert editor.press(f"{path}/close").location.endswith("done=closed")
    assert editor.client.get(f"/offers/{offer.id}").status_code == 404
    assert editor.press(f"{path}/pause").status_code == 409  # it is closed already
    for _ in range(2):
        assert editor.press(f"{path}/bring-back").location.endswith("done=back")
    assert editor.client.get(f"/offers/{offer.id}").status_code == 200
    for _ in range(2):
        assert editor.press(f"{path}/pause").location.endswith("done=paused")
    assert editor.client.get(f"/offers/{offer.id}").status_code == 404
    editor.press(f"{path}/bring-back")
    once = str(uuid4())
    first, second = (editor.press(f"{path}/copy", once=once) for _ in range(2))
    assert first.location == second.location
    assert editor.draft(UUID(once)).name == "Copy of Cooking together"
    for _ in range(2):
        deleted = editor.press(f"/{once}/discard")
        assert "It is deleted." in editor.client.get(deleted.location).text
    assert editor.session.scalars(select(Offer.id)).all() == [offer.id]
    # What was never approved can't be brought into public by this button.
    draft = editor.begin()
    assert editor.press(f"/{draft.id}/bring-back").status_code == 409
    # Another provider's offer is not there, whatever identifier a form carries.
    other = begin_draft(
        editor.session,
        provider=make_provider(editor.session, name="Others"),
        kind=WHOLE.kind,
        account=editor.account,
        document=WHOLE,
    )
    editor.session.commit()
    assert editor.press("/new", answer="transport", once=str(other.id)).status_code == 404
    assert editor.press(f"{path}/copy", once=str(other.id)).status_code == 404
    assert editor.press(f"/{other.id}/name", name="Mine now").status_code == 404


def test_the_preview_is_the_public_page_and_what_was_typed_is_only_text_on_it(editor: Editor) -> None:
    nasty = "<script>alert(1)</script> \u202ejavascript:alert(2) <svg onload=alert(3)>"
    offer = editor.begin()
    for step, name in (
        ("name", "name"),
        ("summary", "summary"),
        ("description", "description"),
        ("languages", "languages"),
    ):
        assert editor.press(f"/{offer.id}/{step}", **{name: nasty}).status_code == 303
    editor.press(f"/{offer.id}/address", postcode="NG18 1AB", place_name=nasty, street=nasty, town="x")
    editor.press(f"/{offer.id}/cost/add", basis="week", amount="3", note=nasty)
    for page in ("", "/cost", "/preview", "/preview?reading_as=easy"):
        text = editor.client.get(f"{editor.base}/{offer.id}{page}").text
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text
        assert "<svg onload" not in text
        assert "\u202e" not in text
    assert "This is how people will see it" in text
    assert "<h1" in text
    # It was shown in Easy Read for this one page; the reader's own choice is as it was.
    assert "Switch off Easy Read" not in editor.client.get(f"{editor.base}/{offer.id}").text
    # Nobody else sees a word of it.
    assert editor.client.get(f"/offers/{offer.id}").status_code == 404


def test_warnings_say_what_people_will_be_told_and_a_draft_counts_nobody(editor: Editor) -> None:
    offer = editor.begin()
    page = editor.client.get(f"{editor.base}/{offer.id}").text
    assert "You left access blank: people who need step-free will be told to ask." in page
    assert f"{editor.base}/{offer.id}/access?then=check" in page
    answer = editor.press(f"/{offer.id}/themes/who", answer=["swimming"])
    assert answer.json == {"words": ""}  # nobody has been counted here
    assert editor.draft(offer.id) == WHOLE  # asking keeps nothing


def test_the_page_of_a_long_offer_asks_the_database_no_more_than_that_of_a_short_one(
    editor: Editor, statements: list[str]
) -> None:
    many = replace(
        WHOLE,
        sessions=tuple(
            SessionSaid(day=one, starts=600 + hour, ends=720 + hour) for one in Day for hour in range(5)
        ),
        themes=tuple(Theme),
        features=dict.fromkeys(Feature, True),
        levels=dict.fromkeys(SupportLevel, True),
    )
    short, long = editor.live(), editor.live(many)
    counts = []
    for offer in (short, short, long):
        statements.clear()
        assert editor.client.get(f"{editor.base}/{offer.id}").status_code == 200
        counts.append(len(statements))
    assert counts[1] == counts[2]
    assert counts[2] <= 25
