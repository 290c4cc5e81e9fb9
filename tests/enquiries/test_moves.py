"""What may follow what in an enquiry, who is told, and what a provider reads."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.enquiries.concerns.models import Block
from marketplace.enquiries.models import DeclineReason, Enquiry, EnquiryMove, EnquiryState, Side
from marketplace.enquiries.moves import ALLOWED, MoveRefusedError, move
from marketplace.enquiries.operations import BlockedError, NobodyThereError, send_enquiries
from marketplace.enquiries.sharing import shared_profile
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.profile.changes import Doer
from marketplace.people.profile.models import (
    CommunicationNeed,
    CommunicationRecord,
    HiddenPart,
    NoteKind,
    ProfileNote,
    ProfilePart,
)
from marketplace.providers.models import MemberRole, ProviderMember
from marketplace.vocabulary import Role
from tests.directory.factories import offer
from tests.fixtures.accounts import make_account
from tests.people.factories import TODAY, make_person

NOW = datetime.now(UTC)
BASE = "https://days.example"
sqlite_only = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def jo(session: Session) -> Person:
    account = make_account(session, roles=[Role.PERSON], name="Jo Zellaby", email="jo@example.org")
    person = make_person(
        session,
        account=account,
        first_name="Jo",
        family_name="Zellaby",
        answers={"postcode": "NG18 1AB", "goals": [{"text": "cook my tea"}], "funding": "direct_payment"},
    )
    session.commit()
    return person


@pytest.fixture
def kitchen(session: Session) -> Offer:
    found = offer(session, "Kitchen")
    priya = make_account(session, roles=[Role.PROVIDER_STAFF], name="Priya", email="priya@example.org")
    session.add(
        ProviderMember(
            provider_id=found.provider_id,
            account_id=priya.id,
            email=priya.email,
            role=MemberRole.OWNER,
            invited_at=NOW,
            accepted_at=NOW,
        )
    )
    session.commit()
    return found


def ask(
    session: Session,
    jo: Person,
    *offers: Offer,
    parts: tuple[ProfilePart, ...] = (),
    form: str = "one form",
) -> list[Enquiry]:
    assert jo.account_id is not None
    account = session.get_one(Account, jo.account_id)
    return send_enquiries(
        session,
        person=jo,
        offers=offers,
        parts=parts,
        words="Can I come?",
        name="Jo",
        form_token=form,
        by=Doer(account=account, role=Role.PERSON),
        now=NOW,
        base_url=BASE,
    )


@sqlite_only
def test_the_same_form_twice_asks_once_and_tells_the_provider_once_without_a_name(
    session: Session, jo: Person, kitchen: Offer
) -> None:
    first, again = ask(session, jo, kitchen), ask(session, jo, kitchen)
    assert [one.id for one in first] == [one.id for one in again]
    mail = session.scalars(select(OutboxMessage)).one()
    assert mail.recipient == "priya@example.org"
    assert "Jo" not in mail.subject + mail.body
    assert "Can I come?" not in mail.body


@sqlite_only
def test_nobody_is_asked_where_nobody_reads(session: Session, jo: Person) -> None:
    with pytest.raises(NobodyThereError):
        ask(session, jo, offer(session, "Unmanned"))
    assert session.scalars(select(Enquiry)).all() == []


@sqlite_only
def test_whom_a_person_blocked_is_not_asked_again(session: Session, jo: Person, kitchen: Offer) -> None:
    session.add(Block(person_id=jo.id, provider_id=kitchen.provider_id, made_at=NOW))
    session.flush()
    with pytest.raises(BlockedError):
        ask(session, jo, kitchen)
    assert session.scalars(select(Enquiry)).all() == []


@sqlite_only
def test_every_step_that_is_not_in_the_table_is_refused_and_changes_nothing(
    session: Session, jo: Person, kitchen: Offer
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    refused = 0
    for state in EnquiryState:
        enquiry.state = state
        enquiry.decline_reason = DeclineReason.FULL if state is EnquiryState.DECLINED else None
        session.flush()
        for side in Side:
            for to in EnquiryState:
                if to in ALLOWED.get((state, side), ()):
                    continue
                with pytest.raises(MoveRefusedError):
                    move(
                        session,
                        enquiry,
                        to=to,
                        side=side,
                        account=None,
                        role=None,
                        now=NOW,
                        base_url=BASE,
                        reason=DeclineReason.FULL if to is EnquiryState.DECLINED else None,
                    )
                refused += 1
    assert refused > 200
    assert len(session.scalars(select(EnquiryMove)).all()) == 1


def test_a_step_that_someone_else_was_quicker_with_is_refused(
    session: Session, jo: Person, kitchen: Offer
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    session.execute(
        Enquiry.__table__.update().values(state=EnquiryState.WITHDRAWN)  # in another process
    )
    with pytest.raises(MoveRefusedError) as refused:
        move(
            session,
            enquiry,
            to=EnquiryState.DECLINED,
            reason=DeclineReason.FULL,
            side=Side.PROVIDER,
            account=None,
            role=None,
            now=NOW,
            base_url=BASE,
        )
    assert refused.value.state is EnquiryState.WITHDRAWN
    session.refresh(enquiry)
    assert enquiry.decline_reason is None


@sqlite_only
def test_a_decline_has_a_reason_is_dated_and_tells_the_person(
    session: Session, jo: Person, kitchen: Offer
) -> None:
    enquiry = ask(session, jo, kitchen)[0]
    move(
        session,
        enquiry,
        to=EnquiryState.DECLINED,
        reason=DeclineReason.TOO_FAR,
        side=Side.PROVIDER,
        account=None,
        role=None,
        now=NOW,
        base_url=BASE,
        words="We only go to Worksop.",
    )
    assert enquiry.answered_at == enquiry.seen_at == NOW
    last = session.scalars(select(EnquiryMove).order_by(EnquiryMove.made_at.desc())).all()
    assert "We only go to Worksop." in {one.words for one in last}
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "jo@example.org")).one()
    assert "They can't, this time: Kitchen" in mail.subject


@sqlite_only
def test_a_provider_reads_the_chosen_parts_and_nothing_else_until_it_is_over(
    app: Flask, session: Session, jo: Person, kitchen: Offer
) -> None:
    session.add_all(
        [
            ProfileNote(person_id=jo.id, kind=NoteKind.OTHER, text="I like trains", written_at=NOW),
            ProfileNote(person_id=jo.id, kind=NoteKind.CULTURE, text="Quaker", written_at=NOW),
            *(
                CommunicationRecord(
                    person_id=jo.id,
                    need=need,
                    recorded_on=TODAY,
                    review_on=TODAY,
                    share_with_providers=shared,
                )
                for need, shared in ((CommunicationNeed.MAKATON, True), (CommunicationNeed.BRAILLE, False))
            ),
        ]
    )
    chosen = (ProfilePart.ABOUT, ProfilePart.GOALS, ProfilePart.COMMUNICATION)
    enquiry = ask(session, jo, kitchen, parts=chosen)[0]

    def read() -> str:
        with app.test_request_context():
            parts = shared_profile(session, enquiry, districts={}, evening_starts=time(17), today=TODAY)
        return " | ".join(f"{one.part}: {row.lines}" for one in parts for row in one.rows)

    words = read()
    for there in ("I like trains", "cook my tea", "Makaton"):
        assert there in words
    for missing in ("Zellaby", "NG18", "1AB", "Quaker", "Braille", "Direct payment"):
        assert missing not in words
    session.add(HiddenPart(person_id=jo.id, part=ProfilePart.GOALS, hidden_at=NOW))
    session.flush()
    assert "cook my tea" not in read()
    move(
        session,
        enquiry,
        to=EnquiryState.WITHDRAWN,
        side=Side.PERSON,
        account=None,
        role=None,
        now=NOW,
        base_url=BASE,
    )
    assert read() == ""
