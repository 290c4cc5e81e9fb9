"""Who may act for a provider: asking a colleague, answering, changing, leaving.

Functions here know no request and do not commit. The access rule reads a membership at every request,
so an end counts from the very next one. Somebody always owns a provider that goes on: its last owner
can't leave.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.administration import remove_role
from marketplace.accounts.models import Account
from marketplace.accounts.operations import grant_role
from marketplace.accounts.tokens import hash_of, new_token
from marketplace.audit import Action, record
from marketplace.providers import mails, sending
from marketplace.providers.models import MemberRole, Provider, ProviderMember, ProviderStatus
from marketplace.providers.queries import (
    assistant_details,
    is_live,
    live_accounts_of,
    provider_and_member,
    providers_of,
)
from marketplace.vocabulary import Role

INVITATION_GOOD_FOR = timedelta(days=14)
MOST_MEMBERS = 30


class MemberError(Exception):
    """Something can't be done with those who act for a provider."""


class AlreadyMemberError(MemberError):
    """Someone with this address acts for the provider already, or was asked."""


class TooManyMembersError(MemberError):
    """More people than a provider needs; a sign that something is wrong."""


class LastOwnerError(MemberError):
    """Somebody must be able to change everything: the last owner stays one."""


class InvitationGoneError(MemberError):
    """Used, withdrawn, or too old."""


def invite(
    session: Session,
    *,
    member_id: uuid.UUID,
    provider: Provider,
    email: str,
    role: MemberRole,
    base_url: str,
    account: Account,
) -> ProviderMember:
    """Ask someone by mail to act for *provider*. The same form sent twice asks once.

    Raises ``AlreadyMemberError`` or ``TooManyMembersError``.
    """
    known = session.get(ProviderMember, member_id)
    if known is not None:
        if known.provider_id != provider.id:
            raise AlreadyMemberError
        return known
    _check(session, provider=provider, email=email)
    now = datetime.now(UTC)
    member = ProviderMember(
        id=member_id,
        provider_id=provider.id,
        email=email,
        role=role,
        invited_at=now,
        invited_by_id=account.id,
    )
    try:
        with session.begin_nested():
            session.add(member)
    except IntegrityError:  # the same form, sent twice at the same moment
        session.expire_all()
        return session.get_one(ProviderMember, member_id)
    _mail(session, member=member, provider=provider, base_url=base_url, account=account)
    _remember(session, Action.MEMBER_INVITED, member, provider, account)
    return member


def ask_again(
    session: Session, *, member: ProviderMember, provider: Provider, base_url: str, account: Account
) -> None:
    """Send a new link to someone who has not answered; the one before is worth nothing."""
    if member.accepted_at is not None:
        return
    _mail(session, member=member, provider=provider, base_url=base_url, account=account)
    _remember(session, Action.MEMBER_INVITED, member, provider, account)


def accept(session: Session, *, member: ProviderMember, provider: Provider, account: Account) -> None:
    """Say yes to an invitation that was read just now. A link is good once.

    Who acts for the provider already keeps what they may do, or may do more. Raises
    ``InvitationGoneError``.
    """
    invited, now = member.email, datetime.now(UTC)
    known = provider_and_member(session, provider_id=provider.id, account_id=account.id)
    if known is not None:
        if member.role is MemberRole.OWNER:
            known[1].role = MemberRole.OWNER
        _claim(session, member=member, now=now, ended_at=now)
    else:
        _claim(session, member=member, now=now, accepted_at=now, account_id=account.id, email=account.email)
    grant_role(session, account=account, role=Role.PROVIDER_STAFF)
    inviter = session.get(Account, member.invited_by_id) if member.invited_by_id else None
    if inviter is not None:
        mails.tell_yes(session, to=inviter, provider=provider, account=account, invited=invited)
    _remember(session, Action.MEMBER_ACCEPTED, member, provider, account)


def decline(session: Session, *, member: ProviderMember, provider: Provider, account: Account | None) -> None:
    """Say no; whoever holds the link may, without an account. Raises ``InvitationGoneError``."""
    now = datetime.now(UTC)
    _claim(session, member=member, now=now, ended_at=now)
    inviter = session.get(Account, member.invited_by_id) if member.invited_by_id else None
    if inviter is not None:
        mails.tell_no(session, to=inviter, provider=provider, invited=member.email)
    _remember(session, Action.MEMBER_DECLINED, member, provider, account)


def change_role(
    session: Session, *, member: ProviderMember, provider: Provider, role: MemberRole, account: Account
) -> None:
    """Let someone do more, or less, for the provider. Raises ``LastOwnerError``."""
    if member.role is role or member.ended_at is not None:
        return
    if role is not MemberRole.OWNER:
        _another_owner(session, provider, member)
    member.role = role
    session.flush()
    _remember(session, Action.MEMBER_CHANGED, member, provider, account)


def end(session: Session, *, member: ProviderMember, provider: Provider, account: Account) -> None:
    """End someone's acting for the provider, or an invitation, now. Ending twice ends once.

    With the last provider goes the role, so that the account can be erased like any other. A closed
    provider needs no owner: its last one may leave, and what a Personal Assistant hid goes with them.

    Raises ``LastOwnerError``.
    """
    is_closed = provider.status is ProviderStatus.CLOSED
    is_owner = member.role is MemberRole.OWNER and member.accepted_at is not None
    if is_owner and member.ended_at is None and not is_closed:
        _another_owner(session, provider, member)
    now = datetime.now(UTC)
    ended = session.scalars(
        update(ProviderMember)
        .where(ProviderMember.id == member.id, ProviderMember.ended_at.is_(None))
        .values(ended_at=now, invitation_hash=None, invitation_expires_at=None)
        .returning(ProviderMember.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not ended:
        return
    session.refresh(member)
    if member.account_id is not None:
        if member.account_id != account.id:
            mails.tell_end(session, member=member, provider=provider)
        _end_role(session, session.get_one(Account, member.account_id))
    if is_closed and not live_accounts_of(session, provider.id):
        _forget_hidden(session, provider)
    _remember(session, Action.MEMBER_ENDED, member, provider, account)


def _check(session: Session, *, provider: Provider, email: str) -> None:
    here = (
        select(func.count())
        .select_from(ProviderMember)
        .where(ProviderMember.provider_id == provider.id, ProviderMember.ended_at.is_(None))
    )
    if session.scalar(here.where(ProviderMember.email == email)):
        raise AlreadyMemberError
    if (session.scalar(here) or 0) >= MOST_MEMBERS:
        raise TooManyMembersError


def _another_owner(session: Session, provider: Provider, member: ProviderMember) -> None:
    """Raise unless someone else owns the provider.

    The provider's row is locked first, so that two owners who leave at once wait for one another, and
    the second sees what the first did.
    """
    session.execute(select(Provider.id).where(Provider.id == provider.id).with_for_update())
    others = session.scalar(
        select(func.count())
        .select_from(ProviderMember)
        .where(
            ProviderMember.provider_id == provider.id,
            ProviderMember.role == MemberRole.OWNER,
            ProviderMember.id != member.id,
            is_live(),
        )
    )
    if not others:
        raise LastOwnerError


def _end_role(session: Session, account: Account) -> None:
    if not providers_of(session, account):
        remove_role(session, account=account, role=Role.PROVIDER_STAFF, by=None)


def _forget_hidden(session: Session, provider: Provider) -> None:
    """What a Personal Assistant told beside their offer. Fingerprints of one who was stopped stay."""
    details = assistant_details(session, provider)
    if details is not None:
        session.delete(details)
    if provider.is_individual:
        provider.postcode = provider.phone = provider.email = provider.website = None
        provider.version += 1
        session.flush()
        sending.left(session, provider)
    session.flush()


def _mail(
    session: Session, *, member: ProviderMember, provider: Provider, base_url: str, account: Account
) -> None:
    token = new_token()
    member.invitation_hash = hash_of(token)
    member.invitation_expires_at = datetime.now(UTC) + INVITATION_GOOD_FOR
    session.flush()
    mails.send_invitation(
        session,
        member=member,
        provider=provider,
        invited_by=account.name,
        address=f"{base_url}/provider-invitations/{token}",
    )


def _claim(session: Session, *, member: ProviderMember, now: datetime, **columns: object) -> None:
    """Use an invitation up, if nobody was quicker; else ``InvitationGoneError``."""
    claimed = session.execute(
        update(ProviderMember)
        .where(
            ProviderMember.id == member.id,
            ProviderMember.invitation_hash == member.invitation_hash,
            ProviderMember.invitation_expires_at > now,
            ProviderMember.accepted_at.is_(None),
            ProviderMember.ended_at.is_(None),
        )
        .values(invitation_hash=None, invitation_expires_at=None, **columns)
        .returning(ProviderMember.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not claimed:
        raise InvitationGoneError
    session.refresh(member)


def _remember(
    session: Session, action: Action, member: ProviderMember, provider: Provider, account: Account | None
) -> None:
    record(
        session,
        action=action,
        subject=member,
        details={"provider": provider.id, "role": member.role},
        actor=account,
        role=Role.PROVIDER_STAFF if account is not None else None,
    )
