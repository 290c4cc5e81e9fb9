"""The mails of enquiries: that there is something new, and where. What was written stays on the site."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.enquiries.models import Enquiry, EnquiryState, Side
from marketplace.offers.models import Offer
from marketplace.outbox import post
from marketplace.people.models import Person
from marketplace.people.readers import readers_of
from marketplace.providers.queries import live_accounts_of
from marketplace.web.today import london_day

_END = "\n\nMeaningful Day\n"

_NEWS = {
    EnquiryState.SENT: "Somebody asks about",
    EnquiryState.MORE_ASKED: "You were asked something about",
    EnquiryState.MEETING: "A meeting was proposed about",
    EnquiryState.TASTER: "You can try",
    EnquiryState.WAITING: "There is a waiting list for",
    EnquiryState.AGREED: "It is agreed:",
    EnquiryState.DECLINED: "They can't, this time:",
    EnquiryState.WITHDRAWN: "An enquiry was taken back:",
    EnquiryState.NO_ANSWER: "There was no answer about",
    EnquiryState.SEEN: "There is news about",
}


def tell_of_move(session: Session, *, enquiry: Enquiry, side: Side, now: datetime, base_url: str) -> None:
    """Tell the side that did not make the step; both sides of a step that the site made."""
    news = f"{_NEWS[enquiry.state]} {offer_name(session, enquiry)}"
    if side is not Side.PROVIDER and enquiry.state is not EnquiryState.NO_ANSWER:
        tell_provider(session, enquiry=enquiry, news=news, base_url=base_url)
    if side is not Side.PERSON:
        tell_person(session, enquiry=enquiry, news=news, now=now, base_url=base_url)


def tell_provider(
    session: Session, *, enquiry: Enquiry, news: str, base_url: str, more: str = "", page: str = ""
) -> None:
    """To all who act for the provider. Nothing in it says who the person is.

    *more* is whole sentences, *page* is below the enquiry's address.
    """
    address = f"{base_url}/provide/{enquiry.provider_id}/enquiries/{enquiry.id}{page}"
    for account in live_accounts_of(session, enquiry.provider_id):
        post(
            session,
            recipient=account.email,
            kind="enquiry",
            subject=news,
            body=f"Hello {account.name},\n\n{news}.{_paragraph(more)}\n\nRead it and answer here:\n\n{address}{_END}",
            account_id=account.id,
        )


def tell_person(
    session: Session,
    *,
    enquiry: Enquiry,
    news: str,
    now: datetime,
    base_url: str,
    more: str = "",
    page: str = "",
) -> None:
    """To the person, who acts for them, and their practitioners; *more* and *page* as above."""
    address = f"{base_url}/people/{enquiry.person_id}/enquiries/{enquiry.id}{page}"
    person = session.get_one(Person, enquiry.person_id)
    readers = readers_of(session, [person.id], today=london_day(now))
    for reader in readers.get(person.id, ()):
        whose = "" if reader.is_person else f" This is about {person.first_name}."
        post(
            session,
            recipient=reader.account.email,
            kind="enquiry",
            subject=news,
            body=f"Hello {reader.account.name},\n\n{news}.{whose}{_paragraph(more)}\n\nSee it here:\n\n{address}{_END}",
            account_id=reader.account.id if reader.is_person else None,
        )


def _paragraph(more: str) -> str:
    return f"\n\n{more}" if more else ""


def offer_name(session: Session, enquiry: Enquiry) -> str:
    return session.get_one(Offer, enquiry.offer_id).name
