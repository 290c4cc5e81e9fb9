"""A back-up: what else there is at the same times, in case it falls through one day or ends.

Only the person's side chooses it and reads which it is; the provider is told that there is one.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.audit import Action
from marketplace.directory.words import public_name
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.agreements.telling import remember
from marketplace.enquiries.agreements.terms import locked_agreement
from marketplace.enquiries.asking import can_be_asked, saved_ids
from marketplace.enquiries.concerns.models import Block
from marketplace.enquiries.models import Enquiry, Side
from marketplace.matching.needs import NeedsError, parse_needs
from marketplace.matching.ranking import rank
from marketplace.offers.models import Offer
from marketplace.offers.models import Session as OfferSession
from marketplace.offers.queries import listed_among, public_offers
from marketplace.people.models import Person
from marketplace.people.profile.changes import Doer
from marketplace.people.profile.models import HiddenPart
from marketplace.people.profile.parts import answers_shown
from marketplace.people.saved.alerts import Matching
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.vocabulary import OfferKind, Repeats

log = structlog.get_logger(__name__)

MOST = 6
NO_STAND_IN = frozenset(
    {OfferKind.TRANSPORT, OfferKind.EQUIPMENT, OfferKind.HOUSING_WITH_SUPPORT, OfferKind.TRAVEL_TRAINING}
)
"""They stand in for nothing but another of their kind."""
LOOKED_AT = 200
"""So many of the best matches are held against the times that were agreed."""


class NoBackUpError(Exception):
    """The offer can't be a back-up: it is not shown, or it is the provider's own."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that could stand in."""

    offer: Offer
    is_saved: bool
    covered: int
    """How many of the agreed times it has a session for."""
    times: int
    """How many times were agreed; 0 where they are agreed from week to week."""
    says_times: bool

    @property
    def covers_all(self) -> bool:
        return self.times > 0 and self.covered == self.times


@dataclass(frozen=True, slots=True)
class BackUp:
    """What was chosen, as the person's side reads it."""

    id: uuid.UUID
    name: str
    provider: str
    is_shown: bool
    may_be_asked: bool


def covered_times(agreed: Iterable[OfferSession], offered: Collection[OfferSession]) -> int:
    """How many of the agreed times lie wholly within a session that is offered as often."""
    return sum(
        any(
            one.day_number == other.day_number
            and one.starts_minute >= other.starts_minute
            and one.ends_minute <= other.ends_minute
            and other.repeats in {Repeats.WEEKLY, one.repeats}
            for other in offered
        )
        for one in agreed
    )


def candidates(
    session: Session,
    enquiry: Enquiry,
    *,
    agreed: Sequence[OfferSession],
    kind: OfferKind,
    matching: Matching,
    today: date,
    unseen: bool,
) -> list[Candidate]:
    """Offers of other providers at the agreed times: what is saved or of the same kind first; at most six.

    After that what fits best stands first. *kind* is that of what was agreed. *unseen*: the reader may
    not see all of the profile, so hidden parts play no part. What has times of its own, and none of the
    agreed ones, is left out.
    """
    saved = saved_ids(session, enquiry.person_id)
    ranked = _ranked(session, enquiry, matching, today=today, unseen=unseen)
    left_out = _left_out(session, enquiry)
    ids = [one for one in dict.fromkeys([*saved, *ranked]) if one not in left_out]
    found = {
        offer.id: offer
        for offer in session.scalars(
            public_offers()
            .where(Offer.id.in_(ids))
            .options(joinedload(Offer.provider), selectinload(Offer.sessions))
        )
    }
    fitting = [
        Candidate(
            offer=found[one],
            is_saved=one in saved,
            covered=covered_times(agreed, found[one].sessions),
            times=len(agreed),
            says_times=bool(found[one].sessions),
        )
        for one in ids
        if one in found and (found[one].kind is kind or found[one].kind not in NO_STAND_IN)
    ]
    fitting = [one for one in fitting if one.covered or not one.times or not one.says_times]
    fitting.sort(key=lambda one: (-one.covered, not one.is_saved, one.offer.kind is not kind))
    return fitting[:MOST]


def back_up_of(session: Session, agreement: Agreement) -> BackUp | None:
    """The offer that was chosen, whether or not it is still shown."""
    if agreement.back_up_offer_id is None:
        return None
    offer = session.get(Offer, agreement.back_up_offer_id)
    if offer is None:
        return None
    return BackUp(
        id=offer.id,
        name=offer.name,
        provider=public_name(offer.provider),
        is_shown=bool(listed_among(session, [offer.id])),
        may_be_asked=bool(can_be_asked(session, [offer.id])),
    )


def back_ups_instead(
    session: Session, person_id: uuid.UUID, offer_ids: Collection[uuid.UUID]
) -> list[BackUp]:
    """What a person chose to stand in for these offers, where it is still shown: for when they close."""
    agreements = session.scalars(
        select(Agreement)
        .where(
            Agreement.person_id == person_id,
            Agreement.offer_id.in_(offer_ids),
            Agreement.back_up_offer_id.is_not(None),
        )
        .order_by(Agreement.starts_on, Agreement.id)
    ).all()
    found = {one.id: one for one in (back_up_of(session, agreement) for agreement in agreements) if one}
    return [one for one in found.values() if one.is_shown and one.id not in offer_ids]


def choose_back_up(session: Session, enquiry: Enquiry, *, offer_id: uuid.UUID | None, by: Doer) -> None:
    """Keep which offer stands in, or none. It asks nobody for a new yes: it is the person's own matter.

    Raises ``NoBackUpError``. Nothing happens where nothing is written down yet, or it is chosen already.
    """
    agreement = locked_agreement(session, enquiry.id)
    if agreement is None or agreement.back_up_offer_id == offer_id:
        return
    if offer_id is not None:
        offer = session.scalars(public_offers().where(Offer.id == offer_id)).one_or_none()
        if offer is None or offer.provider_id == enquiry.provider_id:
            raise NoBackUpError
    agreement.back_up_offer_id = offer_id
    session.flush()
    remember(session, Action.BACK_UP_CHOSEN, agreement, by, Side.PERSON, offer=offer_id)


def _ranked(
    session: Session, enquiry: Enquiry, matching: Matching, *, today: date, unseen: bool
) -> list[uuid.UUID]:
    person = session.get_one(Person, enquiry.person_id)
    answers = person.answers
    if unseen:
        hidden = session.scalars(select(HiddenPart.part).where(HiddenPart.person_id == person.id))
        answers = answers_shown(answers, frozenset(hidden))
    if not answers.get("goals"):
        return []
    try:
        needs = parse_needs(answers)
    except NeedsError as error:
        log.warning("needs_not_readable", person=str(person.id), problems=len(error.problems))
        return []
    ranking = rank(needs, matching.catalogue(session), home=matching.home(needs), today=today)
    return ranking.offers()[:LOOKED_AT]


def _left_out(session: Session, enquiry: Enquiry) -> set[uuid.UUID]:
    theirs = select(Offer.id).where(Offer.provider_id == enquiry.provider_id)
    unwanted = select(SavedMatch.offer_id).where(
        SavedMatch.person_id == enquiry.person_id, SavedMatch.keeping == Keeping.HIDDEN
    )
    blocked = select(Offer.id).join(Block, Block.provider_id == Offer.provider_id)
    return set(session.scalars(theirs.union(unwanted, blocked.where(Block.person_id == enquiry.person_id))))
