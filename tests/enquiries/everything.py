"""One row in each table of enquiries, all about one person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.enquiries.agreements.documents import document_of
from marketplace.enquiries.agreements.models import (
    Agreement,
    AgreementChange,
    AgreementSession,
    HowItGoes,
    RefusedWords,
)
from marketplace.enquiries.agreements.terms import terms_of
from marketplace.enquiries.concerns.models import Block, Concern, ConcernState
from marketplace.enquiries.help.models import HelpTold, HelpWanted
from marketplace.enquiries.models import (
    Enquiry,
    EnquiryMessage,
    EnquiryMove,
    EnquiryShare,
    EnquiryState,
    Meeting,
    MeetingKind,
    Mood,
    Side,
)
from marketplace.enquiries.places.models import TakenPlace, WaitingPlace
from marketplace.offers.models import Offer
from marketplace.offers.models import Session as OfferSession
from marketplace.people.models import Person
from marketplace.people.profile.models import ProfilePart
from marketplace.vocabulary import CostBasis
from tests.people.factories import TODAY

NOW = datetime.now(UTC)


def add_enquiry(
    session: Session, *, person: Person, account: Account, offer: Offer, words: str, name: str
) -> Enquiry:
    """An enquiry that was agreed, with everything that can hang on it."""
    times = OfferSession(offer_id=offer.id, day_number=1, starts_minute=600, ends_minute=720, places=5)
    enquiry = Enquiry(
        person_id=person.id,
        offer_id=offer.id,
        provider_id=offer.provider_id,
        form_token="a form of an enquiry",
        state=EnquiryState.AGREED,
        state_since=NOW,
        sent_at=NOW,
        sent_by_id=account.id,
        name_shared=name,
        shares=[EnquiryShare(part=ProfilePart.GOALS, shared_at=NOW)],
    )
    session.add_all([times, enquiry])
    session.flush()
    agreement = Agreement(
        enquiry_id=enquiry.id,
        person_id=person.id,
        offer_id=offer.id,
        provider_id=offer.provider_id,
        starts_on=TODAY,
        amount=Decimal("12.50"),
        basis=CostBasis.SESSION,
        when_ill=words,
    )
    wanted = HelpWanted(
        person_id=person.id,
        words=words,
        needs={"goals": [{"text": words}]},
        posted_at=NOW,
        posted_by_id=account.id,
        open_until=TODAY,
        form_token="a form of help",
    )
    session.add_all([agreement, wanted])
    session.flush()
    session.add_all(
        [
            EnquiryMove(
                enquiry_id=enquiry.id,
                state=EnquiryState.SENT,
                side=Side.PERSON,
                by_id=account.id,
                made_at=NOW,
                words=words,
            ),
            EnquiryMessage(
                enquiry_id=enquiry.id, side=Side.PERSON, text=words, form_token="a form", sent_at=NOW
            ),
            Meeting(
                enquiry_id=enquiry.id,
                kind=MeetingKind.TASTER,
                session_id=times.id,
                starts_at=NOW,
                ends_at=NOW + timedelta(hours=2),
                proposed_by=Side.PROVIDER,
                proposed_at=NOW,
                went=Mood.GOOD,
                went_words=words,
            ),
            TakenPlace(session_id=times.id, person_id=person.id, enquiry_id=enquiry.id, taken_at=NOW),
            WaitingPlace(
                offer_id=offer.id, person_id=person.id, enquiry_id=enquiry.id, turn=1, joined_at=NOW
            ),
            AgreementSession(agreement_id=agreement.id, session_id=times.id),
            AgreementChange(
                agreement_id=agreement.id,
                side=Side.PERSON,
                proposed_at=NOW,
                proposed_by_id=account.id,
                from_day=TODAY,
                before=document_of(terms_of(agreement), [times]),
                terms={**document_of(terms_of(agreement), [times]), "when_ill": words},
                words=words,
            ),
            RefusedWords(enquiry_id=enquiry.id, text=f"{name}, ring me", flags=["phone"], tried_at=NOW),
            HowItGoes(
                agreement_id=agreement.id,
                side=Side.PERSON,
                by_id=account.id,
                mood=Mood.GOOD,
                words=words,
                said_at=NOW,
            ),
            HelpTold(help_id=wanted.id, offer_id=offer.id, told_at=NOW, can_help=True, words=f"Hello {name}"),
            Block(person_id=person.id, provider_id=offer.provider_id, made_at=NOW, made_by_id=account.id),
            Concern(
                about_provider_id=offer.provider_id,
                by_id=account.id,
                words=words,
                state=ConcernState.CLOSED,
                made_at=NOW,
                closed_at=NOW,
            ),
            Concern(
                about_person_id=person.id,
                words=f"A worry about {name}",
                state=ConcernState.CLOSED,
                made_at=NOW,
                closed_at=NOW,
            ),
        ]
    )
    return enquiry
