"""Reading enquiries, for either side. What a provider reads of a person is in ``sharing``."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.enquiries.agreements.models import Agreement, AgreementChange, ChangeState
from marketplace.enquiries.models import (
    OPEN_STATES,
    DeclineReason,
    Enquiry,
    EnquiryMessage,
    EnquiryMove,
    EnquiryState,
    Meeting,
    Side,
)
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.providers.models import Provider

PAGE = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of enquiries."""

    enquiry: Enquiry
    offer: Offer
    unread: int
    """Messages of the other side that nobody on this side has read."""
    asks_for_change: bool = False
    """The other side asks for a change of what is agreed."""


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Listed]
    number: int
    pages: int
    total: int


def enquiry_of_person(session: Session, person_id: uuid.UUID, enquiry_id: uuid.UUID) -> Enquiry | None:
    return session.scalars(
        select(Enquiry)
        .where(Enquiry.id == enquiry_id, Enquiry.person_id == person_id)
        .options(selectinload(Enquiry.shares))
    ).one_or_none()


def enquiry_of_provider(session: Session, provider_id: uuid.UUID, enquiry_id: uuid.UUID) -> Enquiry | None:
    return session.scalars(
        select(Enquiry)
        .where(Enquiry.id == enquiry_id, Enquiry.provider_id == provider_id)
        .options(selectinload(Enquiry.shares))
    ).one_or_none()


def of_person(session: Session, person_id: uuid.UUID, *, page: int = 1) -> Page:
    """A person's enquiries: open ones first, the newest step first."""
    return _page(session, select(Enquiry).where(Enquiry.person_id == person_id), side=Side.PERSON, page=page)


def of_provider(
    session: Session, provider_id: uuid.UUID, *, states: Collection[EnquiryState] = (), page: int = 1
) -> Page:
    """A provider's enquiries: open ones first, those that wait longest for an answer at the top."""
    wanted = select(Enquiry).where(Enquiry.provider_id == provider_id)
    if states:
        wanted = wanted.where(Enquiry.state.in_(states))
    return _page(session, wanted, side=Side.PROVIDER, page=page)


def moves_of(session: Session, enquiry_id: uuid.UUID) -> list[EnquiryMove]:
    return list(
        session.scalars(
            select(EnquiryMove)
            .where(EnquiryMove.enquiry_id == enquiry_id)
            .order_by(EnquiryMove.made_at, EnquiryMove.id)
        )
    )


def waiting_for_provider(session: Session, provider_id: uuid.UUID) -> int:
    """How many enquiries a provider has not answered yet."""
    return _count(session, Enquiry.provider_id == provider_id, _waits_for_provider())


def news_for_provider(session: Session, provider_id: uuid.UUID) -> int:
    """In how many others there is something that nobody of the provider has read, or said yes to."""
    mine = Enquiry.provider_id == provider_id
    return _count(
        session,
        mine,
        ~_waits_for_provider(),
        _is_unread(Side.PERSON) | _agrees_alone(Side.PERSON) | asks_for_change(Side.PERSON),
    )


def news_for_person(session: Session, person_id: uuid.UUID) -> int:
    """How many enquiries have something that nobody on the person's side has read or answered."""
    is_new = (
        _is_unread(Side.PROVIDER)
        | _has_proposed(Side.PROVIDER)
        | _agrees_alone(Side.PROVIDER)
        | asks_for_change(Side.PROVIDER)
    )
    return _count(
        session, Enquiry.person_id == person_id, (Enquiry.state == EnquiryState.MORE_ASKED) | is_new
    )


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Enquiry).where(*which)) or 0


def _waits_for_provider() -> ColumnElement[bool]:
    return Enquiry.state.in_((EnquiryState.SENT, EnquiryState.SEEN)) | _has_proposed(Side.PERSON)


def _is_unread(side: Side) -> ColumnElement[bool]:
    """*side* wrote something that reached the other, and nobody there has opened it."""
    return exists().where(
        EnquiryMessage.enquiry_id == Enquiry.id,
        EnquiryMessage.side == side,
        EnquiryMessage.read_at.is_(None),
        EnquiryMessage.held_at.is_(None) | EnquiryMessage.released_at.is_not(None),
    )


def _has_proposed(side: Side) -> ColumnElement[bool]:
    """*side* proposed a time still to come, and nobody answered."""
    return exists().where(
        Enquiry.state.in_(OPEN_STATES),
        Meeting.enquiry_id == Enquiry.id,
        Meeting.proposed_by == side,
        Meeting.accepted_at.is_(None),
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at > datetime.now(UTC),
    )


def _agrees_alone(side: Side) -> ColumnElement[bool]:
    """*side* said yes to what both could agree, and the other side has not."""
    said, missing = Agreement.person_agreed_at, Agreement.provider_agreed_at
    if side is Side.PROVIDER:
        said, missing = missing, said
    return exists().where(
        Enquiry.state.in_(OPEN_STATES),
        Agreement.enquiry_id == Enquiry.id,
        said.is_not(None),
        missing.is_(None),
    )


def asks_for_change(side: Side) -> ColumnElement[bool]:
    """*side* asks for a change of what is agreed, and the other has not answered."""
    return exists().where(
        Agreement.enquiry_id == Enquiry.id,
        AgreementChange.agreement_id == Agreement.id,
        AgreementChange.state == ChangeState.OPEN,
        AgreementChange.side == side,
    )


def is_asked_for_change(session: Session, enquiry: Enquiry, *, side: Side) -> bool:
    """Whether the other side than *side* waits for its answer to a change."""
    other = Side.PROVIDER if side is Side.PERSON else Side.PERSON
    return bool(session.scalar(select(Enquiry.id).where(Enquiry.id == enquiry.id, asks_for_change(other))))


@dataclass(frozen=True, slots=True)
class Unmet:
    """An enquiry that led nowhere: what a gap report reads of it."""

    person_id: uuid.UUID
    district_code: str | None
    offer_id: uuid.UUID
    reason: DeclineReason | None
    """None where nobody answered."""
    at: datetime


def declined_for_gaps(session: Session, *, since: datetime) -> list[Unmet]:
    """Enquiries that were declined or never answered, of people who agreed to be counted."""
    rows = session.execute(
        select(
            Enquiry.person_id,
            Person.district_code,
            Enquiry.offer_id,
            Enquiry.decline_reason,
            Enquiry.state_since,
        )
        .join(Person, Person.id == Enquiry.person_id)
        .where(
            Enquiry.state.in_((EnquiryState.DECLINED, EnquiryState.NO_ANSWER)),
            Enquiry.state_since >= since,
            Person.counts_in_gaps,
        )
        .order_by(Enquiry.state_since, Enquiry.id)
    )
    return [Unmet(*row) for row in rows]


def offers_asked(
    session: Session, person_id: uuid.UUID, offer_ids: Collection[uuid.UUID], *, today: date
) -> dict[uuid.UUID, Enquiry]:
    """The enquiries of a person about some offers that are open or agreed, by offer.

    After the last day of what was agreed it can be asked about again.
    """
    has_ended = exists().where(Agreement.enquiry_id == Enquiry.id, Agreement.ended_on < today)
    rows = session.scalars(
        select(Enquiry).where(
            Enquiry.person_id == person_id,
            Enquiry.offer_id.in_(offer_ids),
            or_(Enquiry.state.in_(OPEN_STATES), and_(Enquiry.state == EnquiryState.AGREED, ~has_ended)),
        )
    )
    return {row.offer_id: row for row in rows}


def sent_with(session: Session, person_id: uuid.UUID, once: uuid.UUID | None) -> list[Enquiry]:
    """What one form of this person sent already; nothing where it was not sent yet."""
    if once is None:
        return []
    return list(
        session.scalars(select(Enquiry).where(Enquiry.person_id == person_id, Enquiry.form_token == once.hex))
    )


def named(session: Session, enquiry: Enquiry) -> tuple[Offer, Provider]:
    """The offer and the provider of an enquiry, also where the offer is not shown any more."""
    offer = session.scalars(
        select(Offer).where(Offer.id == enquiry.offer_id).options(joinedload(Offer.provider))
    ).one()
    return offer, offer.provider


def _page(session: Session, wanted: Select[Enquiry], *, side: Side, page: int) -> Page:
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, page), pages)
    is_open = case((Enquiry.state.in_(OPEN_STATES), 0), else_=1)
    newest = Enquiry.state_since.asc() if side is Side.PROVIDER else Enquiry.state_since.desc()
    found = list(
        session.scalars(wanted.order_by(is_open, newest, Enquiry.id).limit(PAGE).offset((number - 1) * PAGE))
    )
    ids = [one.id for one in found]
    offers = {
        offer.id: offer
        for offer in session.scalars(
            select(Offer)
            .where(Offer.id.in_({one.offer_id for one in found}))
            .options(joinedload(Offer.provider))
        )
    }
    counted = session.execute(
        select(EnquiryMessage.enquiry_id, func.count())
        .where(
            EnquiryMessage.enquiry_id.in_(ids),
            EnquiryMessage.side != side,
            EnquiryMessage.read_at.is_(None),
            EnquiryMessage.held_at.is_(None) | EnquiryMessage.released_at.is_not(None),
        )
        .group_by(EnquiryMessage.enquiry_id)
    )
    unread = {enquiry_id: int(number) for enquiry_id, number in counted}
    other = Side.PROVIDER if side is Side.PERSON else Side.PERSON
    asked = set(session.scalars(select(Enquiry.id).where(Enquiry.id.in_(ids), asks_for_change(other))))
    lines = [
        Listed(one, offers[one.offer_id], unread.get(one.id, 0), asks_for_change=one.id in asked)
        for one in found
    ]
    return Page(lines=lines, number=number, pages=pages, total=total)
