"""How soon a provider answers: worked out by hand, shown to itself, and no part of ranking."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from flask import Flask, render_template
from sqlalchemy.orm import Session

from marketplace.db import Database
from marketplace.enquiries.deadlines.answer_times import AnswerTimes, answer_times
from marketplace.enquiries.models import Enquiry, EnquiryMessage, EnquiryMove, EnquiryState, Side
from marketplace.matching.needs import parse_needs
from marketplace.matching.ranking import rank
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.settings import LONDON, Settings
from marketplace.upkeep.jobs import Work
from marketplace.vocabulary import Day, Feature, LegalForm, OfferKind, Theme
from tests.accounts.mail import SQLITE
from tests.directory.factories import offer, place, provider, times
from tests.people.factories import ANSWERS, TODAY, make_person

pytestmark = pytest.mark.parametrize(**SQLITE)

SENT = datetime(2026, 11, 9, 10, tzinfo=LONDON)
"""A Monday."""
NOW = datetime(2026, 11, 23, 10, tzinfo=LONDON)


def sent(
    session: Session,
    person: Person,
    asked: Offer,
    *,
    answered: datetime | None = None,
    at: datetime = SENT,
    said: datetime | None = None,
    withdrawn: datetime | None = None,
) -> None:
    state = EnquiryState.WITHDRAWN if withdrawn else EnquiryState.AGREED
    enquiry = Enquiry(
        person_id=person.id,
        offer_id=asked.id,
        provider_id=asked.provider_id,
        form_token=uuid.uuid4().hex,
        state=state,
        state_since=at,
        sent_at=at,
        answered_at=answered,
    )
    session.add(enquiry)
    session.flush()
    if said:
        words = EnquiryMessage(
            enquiry_id=enquiry.id, side=Side.PROVIDER, text="Yes", form_token="a form", sent_at=said
        )
        session.add(words)
    if withdrawn:
        session.add(EnquiryMove(enquiry_id=enquiry.id, state=state, side=Side.PERSON, made_at=withdrawn))
    session.flush()


def test_the_median_counts_working_hours_and_the_share_who_had_their_time(session: Session) -> None:
    jo, asked = make_person(session), offer(session, "Kitchen")
    sent(session, jo, asked, answered=SENT + timedelta(hours=2))  # 2 hours
    sent(session, jo, asked, answered=SENT + timedelta(days=1))  # 8 hours
    sent(session, jo, asked, said=SENT + timedelta(days=3), answered=NOW)  # words first: 24 hours, in time
    sent(session, jo, asked, answered=SENT + timedelta(days=7))  # Monday to Monday: 40 hours, late
    assert answer_times(session, asked.provider_id, now=NOW) == AnswerTimes(4, 3, None)
    sent(session, jo, asked)  # never
    sent(session, jo, asked, withdrawn=SENT + timedelta(days=1))  # not counted
    sent(session, jo, asked, at=NOW - timedelta(days=1))  # still has time
    sent(session, jo, asked, at=NOW - timedelta(days=400))  # long ago
    sent(session, jo, offer(session, "Of another provider"), answered=NOW)
    found = answer_times(session, asked.provider_id, now=NOW)
    assert found == AnswerTimes(counted=5, answered_in_time=3, median_hours=16)  # between 8 and 24
    assert found.share == 60


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (AnswerTimes(4, 4, None), "too few enquiries to say"),
        (AnswerTimes(5, 3, 16), "You answered 60% within 3 working days."),
        (AnswerTimes(5, 5, 1), "within 1 working hour."),
        (AnswerTimes(5, 0, None), "You answered 0% within"),
    ],
)
def test_a_provider_reads_its_own_times_in_words(app: Flask, shown: AnswerTimes, words: str) -> None:
    with app.test_request_context():
        page = render_template("enquiries/_answer_times.html", times=shown)
    assert words in page
    assert "None" not in page


def test_a_new_assistant_and_a_slow_provider_keep_their_places_among_matches(
    app: Flask, settings: Settings, database: Database, session: Session
) -> None:
    def fitting(name: str, legal_form: LegalForm, kind: OfferKind) -> Offer:
        return offer(
            session,
            name,
            by=provider(session, name=name, legal_form=legal_form),
            kind=kind,
            at=place(),
            themes=[Theme.COOKERY],
            levels={2: True},
            features={Feature.STEP_FREE: True},
            sessions=times([Day.SAT], 10, 12),
        )

    slow = fitting("Slow", LegalForm.CHARITY, OfferKind.DAY_SERVICE)
    quick = fitting("Quick", LegalForm.CHARITY, OfferKind.DAY_SERVICE)
    new = fitting("New", LegalForm.SELF_EMPLOYED_PA, OfferKind.PERSONAL_ASSISTANT)
    jo = make_person(session)
    session.commit()

    def scores() -> list[tuple[uuid.UUID, float]]:
        matching = Work(settings, database).matching
        needs = parse_needs(ANSWERS)
        ranking = rank(needs, matching.catalogue(session), home=matching.home(needs), today=TODAY)
        return [(match.offer, match.score) for match in ranking.matches(0, len(ranking))]

    before = scores()
    assert {slow.id, quick.id, new.id} <= {offer_id for offer_id, _ in before}
    for _ in range(6):
        sent(session, jo, slow)
        sent(session, jo, quick, answered=SENT + timedelta(minutes=5))
    session.commit()
    assert answer_times(session, slow.provider_id, now=NOW).share == 0
    assert answer_times(session, quick.provider_id, now=NOW).share == 100
    assert scores() == before
