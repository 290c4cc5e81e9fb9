"""About which offers a person can ask here, and the ready sentences for it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Account
from marketplace.enquiries.agreements.keeping import may_come_back
from marketplace.enquiries.agreements.terms import agreement_of
from marketplace.enquiries.concerns.models import Block
from marketplace.enquiries.models import Enquiry, EnquiryState
from marketplace.enquiries.moves import is_over
from marketplace.enquiries.queries import offers_asked
from marketplace.enquiries.sharing import SharedPart
from marketplace.offers.models import Offer
from marketplace.offers.queries import public_offers
from marketplace.people.models import Person
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.people.steps import Choice
from marketplace.people.supporters.models import Scope, Supporter
from marketplace.providers.models import ProviderMember
from marketplace.providers.queries import is_live
from marketplace.vocabulary import N_
from marketplace.web.templating import label

LONGEST_HINT = 300
STARTERS = (
    Choice("place", N_("Is there a place for me?"), picture="not_sure"),
    Choice("visit", N_("Can I come and look first?"), picture="eye"),
    Choice("cost", N_("What does it cost for me?"), picture="money"),
    Choice("support", N_("Can you give the support that I need?"), picture="buddy"),
    Choice("bring", N_("Can I bring someone with me?"), picture="friends"),
)


def can_be_asked(session: Session, offer_ids: Collection[uuid.UUID]) -> list[Offer]:
    """Which of these offers can be asked about here, in their order: public, and someone reads it."""
    ids = list(dict.fromkeys(offer_ids))
    someone_reads = exists().where(
        ProviderMember.provider_id == Offer.provider_id, is_live(), ProviderMember.account_id.is_not(None)
    )
    rows = session.scalars(
        public_offers().where(Offer.id.in_(ids), someone_reads).options(joinedload(Offer.provider))
    )
    found = {offer.id: offer for offer in rows}
    return [found[one] for one in ids if one in found]


@dataclass(frozen=True, slots=True)
class AskingAgain:
    """Of an enquiry that has ended: whether the same can be asked about anew."""

    is_possible: bool = False
    newer: Enquiry | None = None
    """The one in which the person asks about it now."""


def asking_again(session: Session, enquiry: Enquiry, *, today: date) -> AskingAgain:
    """What the person can do about the offer of an enquiry that they took back, or whose last day is over.

    Where a provider said no or did not answer, the page says what else fits; only a newer enquiry is told.
    Four statements at most, and none of an enquiry that is open.
    """
    agreement = agreement_of(session, enquiry.id) if enquiry.state is EnquiryState.AGREED else None
    last_day = None if agreement is None else agreement.ended_on
    has_ended = agreement is not None and last_day is not None and last_day < today
    if not has_ended and not is_over(enquiry.state):
        return AskingAgain()
    newer = offers_asked(session, enquiry.person_id, [enquiry.offer_id], today=today).get(enquiry.offer_id)
    if newer is not None:
        return AskingAgain(newer=newer)
    if agreement is not None and may_come_back(agreement, today=today):
        return AskingAgain()
    is_blocked = exists().where(
        Block.person_id == enquiry.person_id, Block.provider_id == enquiry.provider_id
    )
    return AskingAgain(
        is_possible=(has_ended or enquiry.state is EnquiryState.WITHDRAWN)
        and not session.scalar(select(is_blocked))
        and bool(can_be_asked(session, [enquiry.offer_id]))
    )


def saved_ids(session: Session, person_id: uuid.UUID, *, most: int = 20) -> list[uuid.UUID]:
    """The offers that a person saved last."""
    return list(
        session.scalars(
            select(SavedMatch.offer_id)
            .where(SavedMatch.person_id == person_id, SavedMatch.keeping == Keeping.SAVED)
            .order_by(SavedMatch.kept_at.desc(), SavedMatch.id)
            .limit(most)
        )
    )


def asks_for(session: Session, account: Account, *, today: date) -> list[Person]:
    """The people for whom this account may ask: themselves first, then those it acts for."""
    own = session.scalars(select(Person).where(Person.account_id == account.id)).all()
    acting = session.scalars(
        select(Person)
        .join(Supporter, Supporter.person_id == Person.id)
        .where(
            Supporter.account_id == account.id,
            Supporter.scope == Scope.ACT,
            Supporter.accepted_at.is_not(None),
            Supporter.ended_at.is_(None),
            Supporter.starts_on <= today,
            Supporter.ends_on >= today,
        )
        .order_by(Person.first_name, Person.id)
    ).all()
    return list(dict.fromkeys((*own, *acting)))


def offer_choices(offers: Iterable[Offer]) -> tuple[Choice, ...]:
    """Offers to choose from, in their providers' own words: not for a template that translates."""
    return tuple(Choice(str(one.id), one.name, one.summary, picture=one.kind.value) for one in offers)


def part_choices(parts: Sequence[SharedPart]) -> tuple[Choice, ...]:
    """The parts of a profile that say something, each with what it says."""
    return tuple(
        Choice(one.part.value, label(one.part), _in_short(one), picture=one.picture)
        for one in parts
        if one.rows
    )


def whole_words(words: str, starters: Collection[str]) -> str:
    """The ready sentences that were ticked, one a line, then the person's own words."""
    lines = [gettext(one.label) for one in STARTERS if one.value in starters]
    return "\n".join([*lines, *([words] if words else [])])


def _in_short(part: SharedPart) -> str:
    lines = [line.strip() for row in part.rows for line in row.lines]
    words = " ".join(line if line.endswith((".", "!", "?", "…")) else f"{line}." for line in lines if line)
    return words if len(words) <= LONGEST_HINT else f"{words[:LONGEST_HINT]}…"
