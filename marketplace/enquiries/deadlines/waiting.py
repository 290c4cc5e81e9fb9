"""Since when an enquiry waits for its provider, and which step that makes due.

Waiting begins when the enquiry is sent, or when the person proposes a time to meet. Once the provider
has answered, it begins anew with the first thing that the person says or does after the answer: a
second message is no second question.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from marketplace.enquiries.concerns.models import Block, Concern, ConcernState
from marketplace.enquiries.models import (
    Enquiry,
    EnquiryMessage,
    EnquiryMove,
    EnquiryState,
    Meeting,
    Side,
)
from marketplace.offers.models import Offer, OfferHold
from marketplace.planning.working_days import after_working_days
from marketplace.providers.models import Provider, ProviderStatus

PROVIDERS_TURN = frozenset({EnquiryState.SENT, EnquiryState.SEEN})
_MEETING = frozenset({EnquiryState.MEETING, EnquiryState.TASTER})
_OPEN_TO_PROVIDER = (
    Meeting.proposed_by == Side.PERSON,
    Meeting.accepted_at.is_(None),
    Meeting.cancelled_at.is_(None),
)
_STILL_READS = (OfferHold.STALE,)
"""An offer that is hidden because nobody answers is no reason to let a person wait."""


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes due *after* so many working days of waiting, and *apart* from the step before."""

    after: int
    apart: int
    tells_person: bool


REMINDERS = (
    Step(after=3, apart=0, tells_person=False),
    Step(after=6, apart=3, tells_person=True),
)
GIVING_UP = Step(after=10, apart=4, tells_person=True)
"""Then the answer is that there is none."""
STEPS = (*REMINDERS, GIVING_UP)


@dataclass(frozen=True, slots=True)
class Wait:
    """An enquiry that waits for its provider."""

    since: datetime
    reminders: int
    """Sent during this wait; what was sent before it does not count."""
    reminded_at: datetime | None

    @property
    def next_step(self) -> Step:
        return STEPS[min(self.reminders, len(REMINDERS))]

    @property
    def next_at(self) -> datetime:
        """When the next step is due. After a pause each step still leaves its days to the provider."""
        step = self.next_step
        due = after_working_days(self.since, step.after)
        if self.reminded_at is None:
            return due
        return max(due, after_working_days(self.reminded_at, step.apart))

    def is_due(self, now: datetime) -> bool:
        return self.next_at <= now


def may_be_due(session: Session, *, now: datetime) -> Sequence[uuid.UUID]:
    """Enquiries that it is the provider's turn in, old enough to look at. One statement.

    Not those where no message passes: the provider is suspended or a check ran out, a moderator holds
    contact, or the person blocked the provider.
    """
    longest_ago = now - timedelta(days=REMINDERS[0].after)
    return session.scalars(
        select(Enquiry.id)
        .join(Provider, Provider.id == Enquiry.provider_id)
        .join(Offer, Offer.id == Enquiry.offer_id)
        .where(
            is_providers_turn(),
            Enquiry.sent_at <= longest_ago,
            or_(Enquiry.nudged_at.is_(None), Enquiry.nudged_at <= longest_ago),
            Provider.status == ProviderStatus.ACTIVE,
            or_(Offer.hold.is_(None), Offer.hold.in_(_STILL_READS)),
            ~exists().where(Block.person_id == Enquiry.person_id, Block.provider_id == Enquiry.provider_id),
            ~exists().where(
                Concern.about_provider_id == Enquiry.provider_id,
                Concern.holds_contact,
                Concern.state != ConcernState.CLOSED,
            ),
        )
        .order_by(Enquiry.sent_at, Enquiry.id)
    ).all()


def is_providers_turn() -> ColumnElement[bool]:
    """It is for the provider to answer: the enquiry itself, or a time that the person proposed."""
    proposed = exists().where(Meeting.enquiry_id == Enquiry.id, *_OPEN_TO_PROVIDER)
    return or_(Enquiry.state.in_(PROVIDERS_TURN), and_(Enquiry.state.in_(_MEETING), proposed))


def wait_of(session: Session, enquiry: Enquiry) -> Wait | None:
    """How long the provider has been waited for; None where it is not its turn. Two statements."""
    since = _waiting_since(session, enquiry)
    if since is None:
        return None
    if enquiry.nudged_at is None or enquiry.nudged_at < since:
        return Wait(since, 0, None)
    return Wait(since, enquiry.nudges, enquiry.nudged_at)


def _waiting_since(session: Session, enquiry: Enquiry) -> datetime | None:
    if enquiry.state in _MEETING:
        return session.scalar(
            select(func.min(Meeting.proposed_at)).where(Meeting.enquiry_id == enquiry.id, *_OPEN_TO_PROVIDER)
        )
    if enquiry.state not in PROVIDERS_TURN:
        return None
    moves = session.execute(
        select(EnquiryMove.side, EnquiryMove.made_at).where(
            EnquiryMove.enquiry_id == enquiry.id,
            # That a provider has seen it is no answer.
            or_(EnquiryMove.side == Side.PERSON, EnquiryMove.state != EnquiryState.SEEN),
        )
    )
    messages = session.execute(
        select(EnquiryMessage.side, EnquiryMessage.sent_at).where(
            EnquiryMessage.enquiry_id == enquiry.id, EnquiryMessage.refused_at.is_(None)
        )
    )
    moved = [(side, at) for side, at in moves]
    said = [(side, at) for side, at in messages]
    answers = [at for side, at in (*moved, *said) if side is Side.PROVIDER]
    if not answers:
        return enquiry.sent_at
    last = max(answers)
    after = [at for side, at in (*moved, *said) if side is Side.PERSON and at > last]
    if after:
        return min(after)
    # The provider spoke last. By words: they are with the person. By calling off what it had
    # proposed: then it owes the next step itself.
    return None if any(side is Side.PROVIDER and at == last for side, at in said) else enquiry.state_since
