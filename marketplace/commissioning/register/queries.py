"""Reads of the gap register."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, selectinload

from marketplace.accounts.councils import works_for
from marketplace.accounts.models import Account
from marketplace.commissioning.offer_search import public_offers_named
from marketplace.commissioning.register.models import Gap, GapOffer, GapState, GapStep
from marketplace.offers.models import Offer
from marketplace.providers.models import Provider
from marketplace.vocabulary import N_, Word

A_PAGE = 25
GOING_ON = (GapState.OPEN, GapState.IN_HAND)
NOBODY = "nobody"
"""Chosen as owner: gaps that nobody has taken on."""


class RegisterOrder(Word):
    """In which order gaps stand."""

    DUE = "due", N_("What is late or due next first")
    NEWEST = "newest", N_("Newest first")
    NUMBER = "number", N_("By number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which gaps, in which order."""

    council_code: str
    state: GapState | None = None
    district: str = ""
    owner: str = ""
    """An account's id, or ``NOBODY``."""
    late: bool = False
    order: RegisterOrder = RegisterOrder.DUE


class GapLine(NamedTuple):
    """A gap in a list."""

    gap: Gap
    owner: str
    """'' for nobody."""
    is_late: bool


class StepLine(NamedTuple):
    step: GapStep
    by: str


def gaps_chosen(
    session: Session, chosen: Chosen, *, today: date, page: int = 1, a_page: int = A_PAGE
) -> tuple[list[GapLine], int]:
    """One page of the register, and how many gaps there are on all of them."""
    which = _which(chosen, today)
    number = session.scalar(select(func.count()).select_from(Gap).where(*which)) or 0
    query = _ordered(select(Gap, Account.name).outerjoin(Account, Account.id == Gap.owner_id), chosen)
    rows = session.execute(query.where(*which).limit(a_page).offset((page - 1) * a_page))
    return [GapLine(gap, name or "", is_late(gap, today)) for gap, name in rows], number


def is_late(gap: Gap, today: date) -> bool:
    """Whether its day is over and it goes on."""
    return gap.state in GOING_ON and gap.due_on is not None and gap.due_on < today


def gap_by_id(session: Session, gap_id: uuid.UUID) -> Gap | None:
    """A gap with its offers."""
    return session.scalars(
        select(Gap).where(Gap.id == gap_id).options(selectinload(Gap.offers))
    ).one_or_none()


def steps_of(session: Session, gap: Gap) -> list[StepLine]:
    """What was done, the newest first."""
    rows = session.execute(
        select(GapStep, Account.name)
        .outerjoin(Account, Account.id == GapStep.by_id)
        .where(GapStep.gap_id == gap.id)
        .order_by(GapStep.made_at.desc(), GapStep.id)
    )
    return [StepLine(step, name or "") for step, name in rows]


def offers_of(session: Session, gap: Gap) -> Sequence[tuple[Offer, Provider]]:
    """Offers that close it, in the order of the names."""
    rows = session.execute(
        select(Offer, Provider)
        .join(GapOffer, GapOffer.offer_id == Offer.id)
        .join(Provider, Provider.id == Offer.provider_id)
        .where(GapOffer.gap_id == gap.id)
        .order_by(Offer.name, Offer.id)
    )
    return [(offer, provider) for offer, provider in rows]


def offers_to_note(
    session: Session, words: str, districts: Collection[str], gap: Gap, *, today: date
) -> Sequence[tuple[Offer, Provider]]:
    """Public offers of *districts* not noted yet, by name or provider's name; at most twenty."""
    noted = exists().where(and_(GapOffer.offer_id == Offer.id, GapOffer.gap_id == gap.id))
    return public_offers_named(session, words, districts, but=noted, today=today)


def commissioners(session: Session, council_code: str) -> list[tuple[uuid.UUID, str]]:
    """Who can take a gap of a council on, by name."""
    rows = session.execute(
        select(Account.id, Account.name)
        .where(Account.suspended_at.is_(None), works_for(council_code))
        .order_by(Account.name, Account.id)
    )
    return [(account_id, name) for account_id, name in rows]


def owner_name(session: Session, gap: Gap) -> str:
    """'' for nobody; who works for the council no longer keeps their name here."""
    return session.scalar(select(Account.name).where(Account.id == gap.owner_id)) or ""


def same_gaps(session: Session, gap_cell: tuple[str, str | None, object]) -> list[Gap]:
    """Gaps that go on about the same council, district and theme."""
    council_code, district_code, theme = gap_cell
    return list(
        session.scalars(
            select(Gap)
            .where(
                Gap.council_code == council_code,
                Gap.district_code == district_code,
                Gap.theme == theme,
                Gap.state.in_(GOING_ON),
            )
            .order_by(Gap.number)
        )
    )


def _which(chosen: Chosen, today: date) -> list[ColumnElement[bool]]:
    which = [Gap.council_code == chosen.council_code]
    if chosen.state is not None:
        which.append(Gap.state == chosen.state)
    if chosen.district:
        which.append(Gap.district_code == chosen.district)
    if chosen.owner == NOBODY:
        which.append(Gap.owner_id.is_(None))
    elif chosen.owner:
        which.append(Gap.owner_id == uuid.UUID(chosen.owner))
    if chosen.late:
        which += [Gap.state.in_(GOING_ON), Gap.due_on < today]
    return which


def _ordered(query: Select[Gap, str], chosen: Chosen) -> Select[Gap, str]:
    match chosen.order:
        case RegisterOrder.NEWEST:
            return query.order_by(Gap.opened_at.desc(), Gap.number.desc())
        case RegisterOrder.NUMBER:
            return query.order_by(Gap.number)
        case _:
            goes_on = Gap.state.in_(GOING_ON)
            return query.order_by(
                case((goes_on, 0), else_=1),
                case((Gap.due_on.is_(None), 1), else_=0),
                Gap.due_on,
                Gap.number,
            )
