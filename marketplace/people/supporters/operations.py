"""Asking someone to help, answering, and ending it. Functions here know no request and do not commit.

A link is live from the moment it was accepted until its last day or its end; the access rule reads it
at every request, so an end counts from the very next one.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.accounts.operations import grant_role
from marketplace.accounts.tokens import hash_of, new_token
from marketplace.audit import Action, record
from marketplace.people.models import Person
from marketplace.people.profile.operations import Doer
from marketplace.people.supporters import mails
from marketplace.people.supporters.models import Basis, Carer, Scope, SupportEnd, Supporter
from marketplace.people.supporters.queries import account_named
from marketplace.vocabulary import Role

INVITATION_GOOD_FOR = timedelta(days=14)
MOST_SUPPORTERS = 20


class InvitationError(Exception):
    """An invitation can't be made or answered."""


class AlreadyAskedError(InvitationError):
    """Someone with this address helps already, or was asked."""


class TooManySupportersError(InvitationError):
    """More people than anyone needs; a sign that something is wrong."""


class OwnPageError(InvitationError):
    """Nobody is their own supporter."""


class InvitationGoneError(InvitationError):
    """Used, withdrawn, or too old."""


def invite(
    session: Session,
    *,
    supporter_id: uuid.UUID,
    person: Person,
    name: str,
    email: str,
    relationship: str,
    scope: Scope,
    basis: Basis,
    basis_reason: str,
    today: date,
    ends_on: date,
    base_url: str,
    by: Doer,
) -> Supporter:
    """Ask someone by mail. The same form sent twice asks once.

    Raises ``AlreadyAskedError``, ``TooManySupportersError`` or ``OwnPageError``.
    """
    known = session.get(Supporter, supporter_id)
    if known is not None:
        if known.person_id != person.id or known.invited_by_id != by.account.id:
            raise AlreadyAskedError
        return known
    _check(session, person=person, email=email)
    now = datetime.now(UTC)
    supporter = Supporter(
        id=supporter_id,
        person_id=person.id,
        email=email,
        name=name,
        relationship_words=relationship,
        basis=basis,
        basis_reason=basis_reason,
        scope=scope,
        starts_on=today,
        ends_on=ends_on,
        invited_at=now,
        invited_by_id=by.account.id,
    )
    try:
        with session.begin_nested():
            session.add(supporter)
    except IntegrityError:  # the same form, sent twice at the same moment
        session.expire_all()
        return session.get_one(Supporter, supporter_id)
    _mail(session, supporter=supporter, person=person, base_url=base_url, now=now, by=by)
    record(
        session,
        action=Action.SUPPORTER_INVITED,
        subject=supporter,
        details={"person": person.id, "scope": scope, "basis": basis, "ends_on": ends_on},
        actor=by.account,
        role=by.role,
    )
    return supporter


def ask_again(session: Session, *, supporter: Supporter, person: Person, base_url: str, by: Doer) -> None:
    """Send a new link to someone who has not answered; the one before is worth nothing."""
    if supporter.accepted_at is not None:
        return
    _mail(session, supporter=supporter, person=person, base_url=base_url, now=datetime.now(UTC), by=by)
    record(
        session,
        action=Action.SUPPORTER_INVITED,
        subject=supporter,
        details={"person": person.id, "again": True},
        actor=by.account,
        role=by.role,
    )


def accept(session: Session, *, supporter: Supporter, person: Person, account: Account) -> None:
    """Say yes to an invitation that was read just now. A link is good once.

    An older link of the same account to the same person ends, so that there is one to withdraw.
    Raises ``OwnPageError`` or ``InvitationGoneError``.
    """
    if person.account_id == account.id:
        raise OwnPageError
    now = datetime.now(UTC)
    for older in session.scalars(
        select(Supporter)
        .where(
            Supporter.person_id == person.id,
            Supporter.account_id == account.id,
            Supporter.ended_at.is_(None),
            Supporter.id != supporter.id,
        )
        .order_by(Supporter.id)
    ):
        older.ended_at, older.end_reason = now, SupportEnd.WITHDRAWN
    invited = supporter.email
    _claim(
        session,
        supporter=supporter,
        now=now,
        accepted_at=now,
        account_id=account.id,
        email=account.email,  # whoever chose them sees who it is, and mails go to them
    )
    grant_role(session, account=account, role=Role.SUPPORTER)
    owner = account_named(session, supporter.invited_by_id)
    if owner is not None:
        mails.tell_yes(
            session, to=owner, supporter=supporter, person=person, account=account, invited=invited
        )
    record(
        session,
        action=Action.SUPPORTER_ACCEPTED,
        subject=supporter,
        details={"person": person.id},
        actor=account,
        role=Role.SUPPORTER,
    )


def decline(session: Session, *, supporter: Supporter, person: Person, account: Account | None) -> None:
    """Say no; whoever holds the link may, without an account. Raises ``InvitationGoneError``."""
    _claim(
        session,
        supporter=supporter,
        now=datetime.now(UTC),
        ended_at=datetime.now(UTC),
        end_reason=SupportEnd.DECLINED,
    )
    owner = account_named(session, supporter.invited_by_id)
    if owner is not None:
        mails.tell_no(session, to=owner, supporter=supporter, person=person)
    record(
        session,
        action=Action.SUPPORTER_DECLINED,
        subject=supporter,
        details={"person": person.id},
        actor=account,
        role=None,
    )


def change_end(session: Session, *, supporter: Supporter, person: Person, ends_on: date, by: Doer) -> None:
    """Let the help go on until another day."""
    if supporter.ends_on == ends_on:
        return
    supporter.ends_on = ends_on
    session.flush()
    mails.tell_new_end(session, supporter=supporter, person=person, day=ends_on)
    record(
        session,
        action=Action.SUPPORTER_CHANGED,
        subject=supporter,
        details={"person": person.id, "ends_on": ends_on},
        actor=by.account,
        role=by.role,
    )


def end(session: Session, *, supporter: Supporter, person: Person, reason: SupportEnd, by: Doer) -> None:
    """End someone's help now, with every link that they have to this person.

    What they told of their own time as a carer goes too, and what they asked others that nobody has
    answered: it could lead them back by another address. Ending twice ends once.
    """
    now = datetime.now(UTC)
    same_one = Supporter.id == supporter.id
    if supporter.account_id is not None:
        same_one |= Supporter.account_id == supporter.account_id
        same_one |= and_(Supporter.invited_by_id == supporter.account_id, Supporter.accepted_at.is_(None))
    ended = session.scalars(
        update(Supporter)
        .where(Supporter.person_id == person.id, Supporter.ended_at.is_(None), same_one)
        .values(
            ended_at=now,
            ended_by_id=by.account.id,
            end_reason=reason,
            invitation_hash=None,
            invitation_expires_at=None,
        )
        .returning(Supporter.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not ended:
        return
    if supporter.account_id is not None:
        session.execute(
            delete(Carer).where(Carer.account_id == supporter.account_id, Carer.person_id == person.id)
        )
    session.refresh(supporter)
    mails.tell_end(
        session, supporter=supporter, person=person, owner=account_named(session, person.account_id)
    )
    record(
        session,
        action=Action.SUPPORTER_ENDED,
        subject=supporter,
        details={"person": person.id, "reason": reason},
        actor=by.account,
        role=by.role,
    )


def _check(session: Session, *, person: Person, email: str) -> None:
    owner = account_named(session, person.account_id)
    if owner is not None and owner.email == email:
        raise OwnPageError
    live = (
        select(func.count())
        .select_from(Supporter)
        .where(Supporter.person_id == person.id, Supporter.ended_at.is_(None))
    )
    if session.scalar(live.where(Supporter.email == email)):
        raise AlreadyAskedError
    if (session.scalar(live) or 0) >= MOST_SUPPORTERS:
        raise TooManySupportersError


def _mail(
    session: Session, *, supporter: Supporter, person: Person, base_url: str, now: datetime, by: Doer
) -> None:
    token = new_token()
    supporter.invitation_hash = hash_of(token)
    supporter.invitation_expires_at = now + INVITATION_GOOD_FOR
    session.flush()
    mails.send_invitation(
        session,
        supporter=supporter,
        person=person,
        invited_by=by.account.name,
        by_the_person=by.role is Role.PERSON,
        address=f"{base_url}/invitations/{token}",
    )


def _claim(session: Session, *, supporter: Supporter, now: datetime, **columns: object) -> None:
    """Use an invitation up, if nobody was quicker; else ``InvitationGoneError``."""
    claimed = session.execute(
        update(Supporter)
        .where(
            Supporter.id == supporter.id,
            Supporter.invitation_hash == supporter.invitation_hash,
            Supporter.invitation_expires_at > now,
            Supporter.accepted_at.is_(None),
            Supporter.ended_at.is_(None),
        )
        .values(invitation_hash=None, invitation_expires_at=None, **columns)
        .returning(Supporter.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not claimed:
        raise InvitationGoneError
    session.refresh(supporter)
