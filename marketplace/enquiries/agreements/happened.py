"""What happened with an agreement, in words: it stands among the steps of its enquiry, for both sides.

What is so now is read from the tables; what came before it, and was written over, from the audit.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from flask_babel import gettext
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from marketplace.audit import Action, AuditEntry
from marketplace.enquiries.agreements.changing import changes_of
from marketplace.enquiries.agreements.documents import terms_in
from marketplace.enquiries.agreements.models import Agreement, AgreementChange, ChangeState
from marketplace.enquiries.agreements.page import what_differs
from marketplace.enquiries.concerns.models import Block
from marketplace.enquiries.models import Enquiry, EnquiryState, Side
from marketplace.offers.models import Offer
from marketplace.providers.models import Provider
from marketplace.vocabulary import N_, OfferStatus
from marketplace.web.templating import day_words, label
from marketplace.web.today import london_day

_WORDS: Mapping[str, tuple[str, str]] = {
    Action.AGREEMENT_PROPOSED.value: (N_("What could be agreed was written down"), "letter"),
    Action.AGREEMENT_STARTED.value: (N_("It started"), "tick"),
    Action.AGREEMENT_ENDED.value: (N_("It was ended"), "clear"),
    Action.PLACE_KEEPING_ASKED.value: (N_("Can the place be kept until %(day)s?"), "time"),
    Action.PLACE_KEPT.value: (N_("The place is kept"), "tick"),
    Action.PLACE_NOT_KEPT.value: (N_("The place can’t be kept"), "cross"),
    Action.AGREEMENT_RETURNED.value: (N_("It goes on again from %(day)s"), "calendar"),
}
"""Of each action that is told, what is said and its picture. With the second yes the enquiry has a step of
its own, and which offer stands in is told to nobody here."""
_DAY_IN = ("until", "first_day")
_BECAME: Mapping[ChangeState, tuple[str, str]] = {
    ChangeState.DECLINED: (N_("The change was not agreed. All stays as it is."), "cross"),
    ChangeState.WITHDRAWN: (N_("The change was taken back"), "clear"),
    ChangeState.OVER: (N_("The change fell away. All stays as it is."), "not_sure"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened, before it is said who is called what."""

    at: datetime
    side: Side
    by_id: uuid.UUID | None = None
    words: str
    picture: str
    lines: tuple[str, ...] = ()
    """What exactly: of a change, what becomes new."""
    text: str = ""
    """What was written, as it was typed."""


class _Logged(NamedTuple):
    at: datetime
    action: str
    by_id: uuid.UUID | None
    side: Side
    day: date | None


def facts_of(session: Session, enquiry: Enquiry, *, side: Side, now: datetime) -> list[Fact]:
    """What became of what was agreed, as *side* may know it, the oldest first.

    One statement; two more where something was written down, one where it closes.
    """
    row = session.execute(
        select(Agreement, Block)
        .select_from(Enquiry)
        .outerjoin(Agreement, Agreement.enquiry_id == Enquiry.id)
        .outerjoin(
            Block,
            and_(
                Block.person_id == Enquiry.person_id,
                Block.provider_id == Enquiry.provider_id,
                Block.made_at >= Enquiry.sent_at,
            ),
        )
        .where(Enquiry.id == enquiry.id)
    ).one()
    agreement: Agreement | None = row[0]
    block: Block | None = row[1]
    facts = [] if block is None else [_stopped(block, side)]
    if agreement is not None:
        logged = _logged(session, agreement)
        facts += _steps(agreement, logged, today=london_day(now))
        for change in reversed(changes_of(session, agreement)):
            facts += _of_change(change)
        facts += _closed(session, enquiry, agreement, now=now)
    return sorted(facts, key=lambda one: one.at)


def _logged(session: Session, agreement: Agreement) -> list[_Logged]:
    rows = session.execute(
        select(AuditEntry.at, AuditEntry.action, AuditEntry.actor_id, AuditEntry.details)
        .where(
            AuditEntry.subject_kind == Agreement.__tablename__,
            AuditEntry.subject_id == str(agreement.id),
            AuditEntry.action.in_(_WORDS),
        )
        .order_by(AuditEntry.number)
    )
    found = []
    for at, action, by_id, details in rows:
        typed = next((details[name] for name in _DAY_IN if name in details), None)
        day = date.fromisoformat(typed) if typed else None
        found.append(_Logged(at, action, by_id, Side(details["side"]), day))
    return found


def _steps(agreement: Agreement, logged: Sequence[_Logged], *, today: date) -> Iterator[Fact]:
    """The last start and end are in the agreement itself, with more than the audit has."""
    left = list(logged)
    if agreement.started_at is not None:
        last = _taken_last(left, Action.AGREEMENT_STARTED)
        words, picture = _WORDS[Action.AGREEMENT_STARTED.value]
        yield Fact(
            at=agreement.started_at,
            side=last.side if last else Side.SITE,
            by_id=last.by_id if last else None,
            words=gettext(words),
            picture=picture,
        )
    if agreement.ended_at is not None and agreement.ended_on is not None:
        last = _taken_last(left, Action.AGREEMENT_ENDED)
        day = day_words(agreement.ended_on)
        reason = agreement.end_reason
        yield Fact(
            at=agreement.ended_at,
            side=agreement.ended_side or Side.SITE,
            by_id=last.by_id if last else None,
            words=gettext("It ended. The last day was %(day)s.", day=day)
            if agreement.ended_on < today
            else gettext("It ends. The last day is %(day)s.", day=day),
            picture="clear",
            lines=(gettext("Why: %(reason)s", reason=label(reason)),) if reason else (),
            text=agreement.end_words,
        )
    for one in left:
        words, picture = _WORDS[one.action]
        said = gettext(words, day=day_words(one.day)) if one.day else gettext(words)
        yield Fact(at=one.at, side=one.side, by_id=one.by_id, words=said, picture=picture)


def _taken_last(logged: list[_Logged], action: Action) -> _Logged | None:
    """The last entry of *action*, taken out of *logged*; an example may have none."""
    places = [place for place, one in enumerate(logged) if one.action == action.value]
    return logged.pop(places[-1]) if places else None


def _of_change(change: AgreementChange) -> Iterator[Fact]:
    has_day = terms_in(change.terms).starts_on <= change.from_day
    day = day_words(change.from_day)
    new = tuple(
        gettext("%(what)s: %(new)s", what=one.heading, new=". ".join(one.after))
        for one in what_differs(change.before, change.terms)
    )
    yield Fact(
        at=change.proposed_at,
        side=change.side,
        by_id=change.proposed_by_id,
        words=gettext("A change was asked for, from %(day)s", day=day)
        if has_day
        else gettext("A change was asked for"),
        picture="talk",
        lines=new,
        text=change.words,
    )
    if change.answered_at is None:
        return
    other = Side.PROVIDER if change.side is Side.PERSON else Side.PERSON
    # What both said yes to can fall away too, where it would begin after the last day.
    if change.state is ChangeState.AGREED or (change.state is ChangeState.OVER and change.answered_by_id):
        yield Fact(
            at=change.answered_at,
            side=other,
            by_id=change.answered_by_id,
            words=gettext("The change is agreed. It begins on %(day)s.", day=day)
            if has_day
            else gettext("The change is agreed"),
            picture="tick",
        )
        return
    words, picture = _BECAME[change.state]
    is_taken_back = change.state is ChangeState.WITHDRAWN
    yield Fact(
        at=change.answered_at,
        side=Side.SITE if change.state is ChangeState.OVER else change.side if is_taken_back else other,
        by_id=change.answered_by_id,
        words=gettext(words),
        picture=picture,
        text=change.answer_words,
    )


def _stopped(block: Block, side: Side) -> Fact:
    """The person stopped all messages. A provider is told that none pass, not by whom."""
    is_told = side is Side.PERSON
    return Fact(
        at=block.made_at,
        side=Side.PERSON if is_told else Side.SITE,
        by_id=block.made_by_id if is_told else None,
        words=gettext("All messages were stopped") if is_told else gettext("No more messages can be sent"),
        picture="cross",
    )


def _closed(session: Session, enquiry: Enquiry, agreement: Agreement, *, now: datetime) -> Iterator[Fact]:
    """What was agreed and the offer or its provider closes. An open enquiry has a step of its own for it."""
    if enquiry.state is not EnquiryState.AGREED:
        return
    provider = session.get_one(Provider, enquiry.provider_id)
    offer = session.get_one(Offer, enquiry.offer_id)
    words = gettext("It has closed")
    if offer.status is OfferStatus.CLOSED:
        at = _last(session, offer, Action.OFFER_CLOSED) or offer.updated_at
        day = london_day(at)
    elif provider.closed_at is None:
        return
    elif provider.closed_at <= now:
        at, day = provider.closed_at, london_day(provider.closed_at)
    else:
        at = _last(session, provider, Action.PROVIDER_CLOSED) or now
        day = provider.last_day or london_day(provider.closed_at)
        words = gettext("They close. Their last day is %(day)s.", day=day_words(day))
    if agreement.ended_on is None or agreement.ended_on >= day:
        yield Fact(at=at, side=Side.SITE, words=words, picture="cross")


def _last(session: Session, subject: Offer | Provider, action: Action) -> datetime | None:
    """When it was last done."""
    return session.scalar(
        select(AuditEntry.at)
        .where(
            AuditEntry.subject_kind == subject.__tablename__,
            AuditEntry.subject_id == str(subject.id),
            AuditEntry.action == action.value,
        )
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
