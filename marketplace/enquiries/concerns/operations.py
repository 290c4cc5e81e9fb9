"""Telling a worry, blocking, and what moderators make of it. No request is known here; nothing commits."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, RoleGrant
from marketplace.audit import Action, record
from marketplace.enquiries.agreements.changing import let_changes_fall
from marketplace.enquiries.agreements.keeping import stop_keeping
from marketplace.enquiries.agreements.terms import locked_agreement
from marketplace.enquiries.concerns.models import Block, Concern, ConcernState
from marketplace.enquiries.meetings.operations import Act, call_off_all
from marketplace.enquiries.models import OPEN_STATES, Enquiry, EnquiryState, Side
from marketplace.enquiries.moves import move
from marketplace.outbox import post
from marketplace.people.models import Person
from marketplace.people.profile.changes import Doer
from marketplace.people.rights.models import LawfulHold
from marketplace.people.rights.queries import live_holds
from marketplace.people.rights.requests import place_hold, release_hold
from marketplace.providers.models import Provider
from marketplace.vocabulary import Role
from marketplace.web.today import london_day

HOLD_REASON = "The law asks us to keep this for now. Somebody looks at a question of safety."
REVIEWED_AFTER = timedelta(days=90)


class StaleConcernError(Exception):
    """Somebody else did something about the worry after the page was opened; nothing was written."""


def read_at(concern: Concern) -> str:
    """What a form keeps of when it was looked at last; '' where nobody has."""
    return "" if concern.triaged_at is None else concern.triaged_at.isoformat()


def raise_concern(
    session: Session,
    *,
    words: str,
    form_token: str,
    by: Doer | None,
    now: datetime,
    base_url: str,
    contact: str = "",
    in_danger: bool = False,
    provider_id: uuid.UUID | None = None,
    offer_id: uuid.UUID | None = None,
    enquiry: Enquiry | None = None,
    message_id: uuid.UUID | None = None,
) -> Concern:
    """Keep what worries someone, and tell the moderators that there is something. The same form tells once.

    About an enquiry, the person's record is kept by a lawful hold until the worry is closed. *by* is None
    for whoever gives no name.
    """
    known = session.scalars(select(Concern).where(Concern.form_token == form_token)).one_or_none()
    if known is not None:
        return known
    concern = Concern(
        about_provider_id=enquiry.provider_id if enquiry else provider_id,
        about_offer_id=enquiry.offer_id if enquiry else offer_id,
        about_person_id=enquiry.person_id if enquiry else None,
        enquiry_id=enquiry.id if enquiry else None,
        message_id=message_id,
        by_id=by.account.id if by else None,
        words=words,
        contact=contact,
        someone_is_in_danger=in_danger,
        state=ConcernState.NEW,
        made_at=now,
        form_token=form_token,
    )
    try:
        with session.begin_nested():
            session.add(concern)
    except IntegrityError:  # the same form, sent twice at the same moment
        return session.scalars(select(Concern).where(Concern.form_token == form_token)).one()
    _tell_moderators(session, concern, base_url=base_url)
    if enquiry is not None and by is not None:
        _hold(session, enquiry.person_id, by=by, now=now)
    record(
        session,
        action=Action.CONCERN_RAISED,
        subject=concern,
        actor=by.account if by else None,
        role=by.role if by else None,
    )
    return concern


def block(session: Session, enquiry: Enquiry, *, by: Doer, now: datetime, base_url: str) -> None:
    """No message passes between the two from now on, and what is open between them is taken back.

    What is agreed goes on until somebody ends it; but nobody meets, no change waits any more, no place is
    kept to come back to, and how to reach the person is gone.
    """
    is_known = exists().where(Block.person_id == enquiry.person_id, Block.provider_id == enquiry.provider_id)
    if not session.scalar(select(is_known)):
        row = Block(
            person_id=enquiry.person_id,
            provider_id=enquiry.provider_id,
            made_at=now,
            made_by_id=by.account.id,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            pass  # blocked at the same moment
    between = select(Enquiry).where(
        Enquiry.person_id == enquiry.person_id,
        Enquiry.provider_id == enquiry.provider_id,
        Enquiry.state.in_(OPEN_STATES),
    )
    for one in session.scalars(between).all():
        move(
            session,
            one,
            to=EnquiryState.WITHDRAWN,
            side=Side.PERSON,
            account=by.account,
            role=by.role,
            now=now,
            base_url=base_url,
        )
    agreed = select(Enquiry).where(
        Enquiry.person_id == enquiry.person_id,
        Enquiry.provider_id == enquiry.provider_id,
        Enquiry.state == EnquiryState.AGREED,
    )
    for one in session.scalars(agreed.order_by(Enquiry.id)).all():
        _stop_in_agreed(session, one, by=by, now=now, base_url=base_url)
    record(
        session,
        action=Action.PROVIDER_BLOCKED,
        subject=enquiry,
        details={"person": enquiry.person_id, "provider": enquiry.provider_id},
        actor=by.account,
        role=by.role,
    )


def _stop_in_agreed(session: Session, enquiry: Enquiry, *, by: Doer, now: datetime, base_url: str) -> None:
    call_off_all(session, enquiry, act=Act(side=Side.PERSON, by=by, now=now, base_url=base_url))
    enquiry.contact_words, enquiry.contact_shared_at = "", None
    agreement = locked_agreement(session, enquiry.id)
    if agreement is None:
        return
    let_changes_fall(session, agreement, last_day=None, now=now)
    stop_keeping(session, agreement, now=now)


def blocked_by(session: Session, person_id: uuid.UUID) -> list[tuple[Block, Provider]]:
    """Whom a person does not want to hear from, the newest first."""
    rows = session.execute(
        select(Block, Provider)
        .join(Provider, Provider.id == Block.provider_id)
        .where(Block.person_id == person_id)
        .order_by(Block.made_at.desc(), Block.id)
    )
    return [(row[0], row[1]) for row in rows]


def unblock(session: Session, block: Block, *, by: Doer) -> None:
    """The person may ask the provider again. What was taken back stays so, and the provider is not told."""
    record(
        session,
        action=Action.PROVIDER_HEARD_AGAIN,
        subject=("block", block.id),
        details={"person": block.person_id, "provider": block.provider_id},
        actor=by.account,
        role=by.role,
    )
    session.delete(block)
    session.flush()


def triage(
    session: Session,
    concern: Concern,
    *,
    expected: str,
    state: ConcernState,
    words: str,
    holds_contact: bool,
    account: Account,
    now: datetime,
    erases_after: timedelta,
) -> None:
    """What a moderator makes of it. Closing it lets the record go, unless another worry is live.

    *expected* is ``read_at`` of what they read. Raises ``StaleConcernError``: a form that was open since
    before must not let messages pass again that somebody has just stopped.
    """
    session.refresh(concern, with_for_update=True)
    holds_contact = holds_contact and concern.about_provider_id is not None
    if read_at(concern) != expected:
        now_so = (concern.state, concern.triage_words, concern.holds_contact, concern.triaged_by_id)
        if now_so == (state, words, holds_contact, account.id):
            return  # the same form, sent twice
        raise StaleConcernError
    concern.state, concern.triage_words = state, words
    concern.holds_contact = holds_contact
    concern.triaged_at, concern.triaged_by_id = now, account.id
    concern.closed_at = now if state is ConcernState.CLOSED else None
    session.flush()
    by = Doer(account=account, role=Role.MODERATOR)
    if concern.about_person_id is not None:
        live = exists().where(
            Concern.about_person_id == concern.about_person_id, Concern.state != ConcernState.CLOSED
        )
        if session.scalar(select(live)):
            _hold(session, concern.about_person_id, by=by, now=now)
        else:
            person = session.get_one(Person, concern.about_person_id)
            for hold in _holds(session, person.id):
                release_hold(session, person=person, hold=hold, waits=erases_after, by=by)
    record(
        session,
        action=Action.CONCERN_TRIAGED,
        subject=concern,
        details={"state": state, "holds_contact": concern.holds_contact},
        actor=account,
        role=Role.MODERATOR,
    )


def _hold(session: Session, person_id: uuid.UUID, *, by: Doer, now: datetime) -> None:
    if not _holds(session, person_id):
        person = session.get_one(Person, person_id)
        place_hold(
            session, person=person, reason=HOLD_REASON, review_on=london_day(now + REVIEWED_AFTER), by=by
        )


def _holds(session: Session, person_id: uuid.UUID) -> list[LawfulHold]:
    return [hold for hold in live_holds(session, person_id) if hold.reason == HOLD_REASON]


def _tell_moderators(session: Session, concern: Concern, *, base_url: str) -> None:
    moderators = select(Account).where(
        Account.grants.any(RoleGrant.role == Role.MODERATOR), Account.suspended_at.is_(None)
    )
    for one in session.scalars(moderators.order_by(Account.email)):
        post(
            session,
            recipient=one.email,
            kind="concern",
            subject="Somebody told of a worry",
            body=f"Hello {one.name},\n\nSomebody told of a worry. Read it here:\n\n"
            f"{base_url}/moderation/concerns/{concern.id}\n\nMeaningful Day\n",
            account_id=one.id,
        )
