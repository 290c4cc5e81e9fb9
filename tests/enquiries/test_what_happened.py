"""What became of an agreement stands among the steps of its enquiry, in words, for both sides."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.enquiries.agreements import keeping, operations
from marketplace.enquiries.agreements.changing import answer_change, ask_for_change, take_back_change
from marketplace.enquiries.agreements.models import AgreementChange, AgreementEnd
from marketplace.enquiries.agreements.terms import Terms
from marketplace.enquiries.concerns.operations import block
from marketplace.enquiries.models import Side
from marketplace.offers.publishing import close_offer
from marketplace.vocabulary import OfferStatus
from tests.enquiries.agreeing import TODAY, Both, act_as

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


class Story(Both):
    """Jo and Priya's kitchen, each step at the moment at which it is told."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.propose(Side.PERSON, self.terms)
        self.agreement = self.yes(Side.PROVIDER)

    def who(self, side: Side) -> dict[str, Any]:
        return {**super().who(side), "now": datetime.now(UTC)}

    def ask(self, side: Side, *, seen: AgreementChange | None = None, **new: Any) -> AgreementChange:
        terms: Terms = replace(self.terms, **new)
        return ask_for_change(
            self.session,
            self.enquiry,
            terms=terms,
            from_day=TODAY,
            words="The bus is late",
            version=self.agreement.version,
            seen=seen.id if seen else None,
            **self.who(side),
        )

    def read(self, client: FlaskClient, side: Side) -> list[str]:
        """What happened, a line an entry, as that side reads it."""
        self.session.commit()
        account, room = (
            (self.jo_account, f"people/{self.jo.id}")
            if side is Side.PERSON
            else (self.priya, f"provide/{self.kitchen.provider_id}")
        )
        act_as(client, account)
        page = client.get(f"/{room}/enquiries/{self.enquiry.id}")
        assert page.status_code == 200
        entries = re.findall(r'<li class="md-timeline__entry.*?</li>', page.text, re.DOTALL)
        return [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", entry)).split()).replace(f" , {_today()}", ":")
            for entry in entries
        ]


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _today() -> str:
    return _words(TODAY)


@pytest.fixture
def story(session: Session) -> Story:
    return Story(session)


def test_changes_stand_in_what_happened_with_who_asked_what_is_new_and_what_became_of_it(
    client: FlaskClient, story: Story
) -> None:
    session, enquiry = story.session, story.enquiry
    first = story.ask(Side.PERSON, notice_days=14)
    answer_change(
        session,
        enquiry,
        change_id=first.id,
        says_yes=False,
        words="We plan ahead",
        **story.who(Side.PROVIDER),
    )
    second = story.ask(Side.PROVIDER, amount=Decimal("13.00"))
    third = story.ask(Side.PERSON, seen=second, amount=Decimal("12.80"))
    take_back_change(session, enquiry, change_id=third.id, **story.who(Side.PERSON))
    last = story.ask(Side.PROVIDER, amount=Decimal("12.60"))
    answer_change(session, enquiry, change_id=last.id, says_yes=True, **story.who(Side.PERSON))

    asked = f"A change was asked for, from {_today()}"
    told = story.read(client, Side.PERSON)
    assert told[told.index("This site: It is agreed") - 1] == "You: What could be agreed was written down"
    kitchen = "Oakfield Centre"
    changes = told[told.index("This site: It is agreed") + 1 :]
    assert [one.split(" The bus is late")[0] for one in changes] == [
        f"You: {asked} To stop, either side says so before: 2 weeks",
        f"{kitchen}: The change was not agreed. All stays as it is. We plan ahead",
        f"{kitchen}: {asked} What it costs: £13 a session. That is about £13 a week",
        "You: The change was not agreed. All stays as it is.",
        f"You: {asked} What it costs: £12.80 a session. That is about £12.80 a week",
        "You: The change was taken back",
        f"{kitchen}: {asked} What it costs: £12.60 a session. That is about £12.60 a week",
        f"You: The change is agreed. It begins on {_today()}.",
    ]
    theirs = story.read(client, Side.PROVIDER)
    assert [one.partition(":")[0] for one in theirs[-8:]] == [
        "Jo",
        "You",
        "You",
        "Jo",
        "Jo",
        "Jo",
        "You",
        "Jo",
    ]


def test_starts_ends_and_kept_places_stay_told_after_coming_back_and_a_block_is_told_to_one_side(
    client: FlaskClient, story: Story
) -> None:
    session, enquiry = story.session, story.enquiry
    operations.start(session, enquiry, **story.who(Side.PROVIDER))
    ending = {"last_day": TODAY + timedelta(days=3), "reason": AgreementEnd.MOVED_ON, "words": "Thank you"}
    operations.end(session, enquiry, **ending, **story.who(Side.PERSON))
    keeps = {key: value for key, value in story.who(Side.PERSON).items() if key != "side"}
    keeping.ask_to_keep(session, enquiry, **keeps)
    keeps = {key: value for key, value in story.who(Side.PROVIDER).items() if key != "side"}
    keeping.answer_keeping(session, enquiry, keeps=True, **keeps)
    told = story.read(client, Side.PERSON)
    last_day, until = (_words(TODAY + timedelta(days=days)) for days in (3, 3 + 84))
    assert told[-3:] == [
        f"You: It ends. The last day is {last_day}. Why: Moved on to something else Thank you",
        f"You: Can the place be kept until {until}?",
        "Oakfield Centre: The place is kept",
    ]
    keeps = {key: value for key, value in story.who(Side.PERSON).items() if key != "side"}
    keeping.come_back(session, enquiry, first_day=TODAY, parts=(), **keeps)
    waiting = story.ask(Side.PERSON, notice_days=7)
    keeps = {key: value for key, value in story.who(Side.PERSON).items() if key != "side"}
    block(session, enquiry, **keeps)
    assert waiting.state.value == "over"

    told = story.read(client, Side.PERSON)
    assert [one for one in told if "ended" in one or "start" in one or "goes on" in one] == [
        "Oakfield Centre: It started",
        "You: It was ended",
        f"You: It goes on again from {_today()}",
    ]
    assert "You: All messages were stopped" in told
    assert "This site: The change fell away. All stays as it is." in told
    theirs = story.read(client, Side.PROVIDER)
    assert "This site: No more messages can be sent" in theirs
    assert "stopped" not in " ".join(theirs)


def test_that_it_has_closed_is_told_where_it_was_agreed(client: FlaskClient, story: Story) -> None:
    assert story.kitchen.status is OfferStatus.PUBLIC
    close_offer(story.session, story.kitchen, account=story.priya)
    for side in (Side.PERSON, Side.PROVIDER):
        assert story.read(client, side)[-1] == "This site: It has closed"
