"""Giving the provider of one enquiry a way to reach the person, and taking it back.

Functions here know no request and do not commit.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.audit import Action, record
from marketplace.enquiries import mails
from marketplace.enquiries.meetings.operations import Act, NotNowError
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import Enquiry, EnquiryState
from marketplace.enquiries.moves import is_over

LONGEST = 200


def may_give_contact(session: Session, enquiry: Enquiry) -> bool:
    """Not before the provider has looked at the enquiry, nor where no message passes."""
    is_early = enquiry.state is EnquiryState.SENT
    return not is_early and not is_over(enquiry.state) and stopped(session, enquiry) is None


def give_contact(session: Session, enquiry: Enquiry, *, words: str, act: Act) -> None:
    """Let the provider of this enquiry read *words*: one line for each way. The same twice is once.

    Raises ``NotNowError``.
    """
    session.refresh(enquiry, with_for_update=True)
    if enquiry.contact_shared_at is not None and enquiry.contact_words == words:
        return
    if not may_give_contact(session, enquiry):
        raise NotNowError
    if not words.strip() or len(words) > LONGEST:
        raise ValueError(f"contact details have 1 to {LONGEST} signs")
    enquiry.contact_words, enquiry.contact_shared_at = words, act.now
    session.flush()
    news = f"You may contact them directly about {mails.offer_name(session, enquiry)}"
    mails.tell_provider(session, enquiry=enquiry, news=news, base_url=act.base_url)
    _remember(session, Action.CONTACT_GIVEN, enquiry, act)


def take_contact_back(session: Session, enquiry: Enquiry, *, act: Act) -> None:
    """From now on the page does not show it any more. What was read was read. Twice is once."""
    session.refresh(enquiry, with_for_update=True)
    if enquiry.contact_shared_at is None:
        return
    enquiry.contact_words, enquiry.contact_shared_at = "", None
    session.flush()
    _remember(session, Action.CONTACT_TAKEN_BACK, enquiry, act)


def _remember(session: Session, action: Action, enquiry: Enquiry, act: Act) -> None:
    record(
        session,
        action=action,
        subject=enquiry,
        details={"person": enquiry.person_id},
        actor=act.by.account,
        role=act.by.role,
    )
