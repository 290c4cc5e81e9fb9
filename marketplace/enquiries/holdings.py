"""What enquiries hold about a person: for their download, and what goes when they are erased.

Tables that hang on the person or on an enquiry go with the person by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.enquiries.agreements.documents import agreed_times, terms_in, times_in
from marketplace.enquiries.agreements.models import (
    Agreement,
    AgreementChange,
    AgreementSession,
    HowItGoes,
    RefusedWords,
)
from marketplace.enquiries.agreements.page import lines_of, session_lines
from marketplace.enquiries.concerns.models import Block, Concern
from marketplace.enquiries.help.models import HelpTold, HelpWanted
from marketplace.enquiries.models import Enquiry, EnquiryMessage, EnquiryMove, EnquiryShare, Meeting, Side
from marketplace.enquiries.places.models import TakenPlace, WaitingPlace
from marketplace.people.models import Person
from marketplace.people.rights.erasing import erase_more
from marketplace.people.rights.holdings import Holding, Whose, hold_more
from marketplace.vocabulary import N_

FORM = N_("It only keeps a form from being sent twice.")
CONCERN_HELD_BACK = N_("A worry is about keeping someone from harm. A person reads it first.")
ANSWER_HELD_BACK = N_("This answer was not passed on.")
WORDS_HELD_BACK = N_("The provider wrote this, and it was not passed on.")
MESSAGE_HELD_BACK = N_("A moderator has not read this message yet.")


def _of_person(model: type[Any], title: str, **more: Any) -> Holding:
    return Holding(model=model, title=title, of=lambda whose: model.person_id == whose.person_id, **more)


def _of_enquiry(model: type[Any], title: str, **more: Any) -> Holding:
    return Holding(
        model=model,
        title=title,
        of=lambda whose: model.enquiry_id.in_(select(Enquiry.id).where(Enquiry.person_id == whose.person_id)),
        **more,
    )


def _of_agreement(model: type[Any], title: str, **more: Any) -> Holding:
    return Holding(
        model=model,
        title=title,
        **more,
        of=lambda whose: model.agreement_id.in_(
            select(Agreement.id).where(Agreement.person_id == whose.person_id)
        ),
    )


def _message(row: EnquiryMessage, _whose: Whose) -> str:
    waits = row.held_at is not None and row.released_at is None and row.side is Side.PROVIDER
    return MESSAGE_HELD_BACK if waits else ""


def _refused_words(_row: RefusedWords, _whose: Whose) -> str:
    return WORDS_HELD_BACK


def _help_told(row: HelpTold, _whose: Whose) -> str:
    return ANSWER_HELD_BACK if row.words and row.can_help is not True else ""


def _terms(document: Mapping[str, Any]) -> str:
    lines = lines_of(terms_in(document), times_in(document))
    return "; ".join(f"{line.heading}: {', '.join(line.lines)}" for line in lines if line.lines)


def _agreed_times(row: Agreement) -> str:
    return "; ".join(session_lines(agreed_times(row)))


def _concern(row: Concern, whose: Whose) -> str:
    return "" if whose.account_id is not None and row.by_id == whose.account_id else CONCERN_HELD_BACK


for _holding in (
    _of_person(Enquiry, N_("What you asked providers"), left_out={"form_token": FORM}),
    _of_enquiry(EnquiryShare, N_("What providers may read of your profile")),
    _of_enquiry(EnquiryMove, N_("The steps of your enquiries")),
    _of_enquiry(
        EnquiryMessage, N_("Messages with providers"), held_back=_message, left_out={"form_token": FORM}
    ),
    _of_enquiry(Meeting, N_("Meetings and tasters"), left_out={"form_token": FORM}),
    _of_person(TakenPlace, N_("Places that are kept for you")),
    _of_person(WaitingPlace, N_("Waiting lists that you are on")),
    _of_person(Agreement, N_("What you agreed"), told_as={"agreed_times": _agreed_times}),
    _of_agreement(AgreementSession, N_("The times that you agreed")),
    _of_agreement(
        AgreementChange,
        N_("Changes to what you agreed"),
        told_as={"before": lambda row: _terms(row.before), "terms": lambda row: _terms(row.terms)},
    ),
    _of_agreement(HowItGoes, N_("How it is going")),
    _of_enquiry(RefusedWords, N_("Words that an agreement did not take"), held_back=_refused_words),
    _of_person(HelpWanted, N_("Help that you asked for"), left_out={"form_token": FORM}),
    Holding(
        model=HelpTold,
        title=N_("Who answered when you asked for help"),
        of=lambda whose: HelpTold.help_id.in_(
            select(HelpWanted.id).where(HelpWanted.person_id == whose.person_id)
        ),
        held_back=_help_told,
    ),
    _of_person(Block, N_("Whom you do not want to hear from")),
    Holding(
        model=Concern,
        title=N_("Worries that were told"),
        of=lambda whose: or_(
            Concern.about_person_id == whose.person_id,
            *([] if whose.account_id is None else [Concern.by_id == whose.account_id]),
        ),
        held_back=_concern,
        left_out={"form_token": FORM, "triage_words": CONCERN_HELD_BACK},
    ),
):
    hold_more(_holding)


@erase_more
def erase_concerns(session: Session, person: Person, account: Account | None) -> None:
    """Worries about the person or told by them; while one is live, a lawful hold keeps all of it."""
    theirs = [Concern.about_person_id == person.id]
    if account is not None:
        theirs.append(Concern.by_id == account.id)
    session.execute(delete(Concern).where(or_(*theirs)))
