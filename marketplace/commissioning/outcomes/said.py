"""'You said, we did': writing it down, showing it to everyone, taking it off again. No request here."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.commissioning.outcomes.models import SaidAndDid
from marketplace.commissioning.register.models import Gap
from marketplace.vocabulary import Role, Theme


class SaidChangedError(Exception):
    """Someone else changed it since the form was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is written of one thing that people said."""

    said: str
    said_on: date
    did: str = ""
    did_on: date | None = None
    theme: Theme | None = None
    gap_id: uuid.UUID | None = None


def said_of(session: Session, council_code: str) -> Sequence[SaidAndDid]:
    """Everything of a council, the newest first."""
    return session.scalars(
        select(SaidAndDid)
        .where(SaidAndDid.council_code == council_code)
        .order_by(SaidAndDid.said_on.desc(), SaidAndDid.id)
    ).all()


def shown_of(session: Session, council_code: str) -> Sequence[SaidAndDid]:
    """What of it everyone may read: what was changed last stands first, then what is still open."""
    rows = session.scalars(
        select(SaidAndDid)
        .where(SaidAndDid.council_code == council_code, SaidAndDid.published_at.is_not(None))
        .order_by(SaidAndDid.said_on.desc(), SaidAndDid.id)
    ).all()
    return sorted(rows, key=lambda one: one.did_on or date.min, reverse=True)


def councils_that_show(session: Session) -> Sequence[str]:
    """Codes of the councils of which something can be read."""
    return session.scalars(
        select(SaidAndDid.council_code)
        .where(SaidAndDid.published_at.is_not(None))
        .distinct()
        .order_by(SaidAndDid.council_code)
    ).all()


def gaps_of(session: Session, council_code: str) -> Sequence[Gap]:
    """The gaps of a council that something can be about."""
    return session.scalars(
        select(Gap).where(Gap.council_code == council_code).order_by(Gap.number.desc())
    ).all()


def write(
    session: Session, *, council_code: str, words: Words, form_token: str, account: Account
) -> SaidAndDid:
    """Write it down; nobody else reads it yet. The same form sent twice gives the same."""
    known = session.scalars(select(SaidAndDid).where(SaidAndDid.form_token == form_token)).one_or_none()
    if known is not None:
        return known
    row = SaidAndDid(
        council_code=council_code,
        said=words.said,
        said_on=words.said_on,
        did=words.did,
        did_on=words.did_on,
        theme=words.theme,
        gap_id=words.gap_id,
        written_by_id=account.id,
        form_token=form_token,
        version=1,
    )
    session.add(row)
    session.flush()
    _record(session, Action.SAID_AND_DID_WRITTEN, row, account)
    return row


def change(session: Session, row: SaidAndDid, *, words: Words, expected: int, account: Account) -> None:
    """Change it, shown or not. Raises ``SaidChangedError`` where *expected* is not its version."""
    session.refresh(row, with_for_update=True)
    before = Words(
        said=row.said,
        said_on=row.said_on,
        did=row.did,
        did_on=row.did_on,
        theme=row.theme,
        gap_id=row.gap_id,
    )
    if before == words:
        return
    if row.version != expected:
        raise SaidChangedError
    row.said, row.said_on, row.did, row.did_on = words.said, words.said_on, words.did, words.did_on
    row.theme, row.gap_id = words.theme, words.gap_id
    row.version += 1
    _record(session, Action.SAID_AND_DID_WRITTEN, row, account)


def show(session: Session, row: SaidAndDid, *, account: Account, now: datetime) -> None:
    """From now on everyone can read it. Twice is once."""
    session.refresh(row, with_for_update=True)
    if row.published_at is None:
        row.published_at = now
        row.version += 1
        _record(session, Action.SAID_AND_DID_SHOWN, row, account)


def hide(session: Session, row: SaidAndDid, *, account: Account) -> None:
    """Take it off the public page; what is written stays."""
    session.refresh(row, with_for_update=True)
    if row.published_at is not None:
        row.published_at = None
        row.version += 1
        _record(session, Action.SAID_AND_DID_HIDDEN, row, account)


def _record(session: Session, action: Action, row: SaidAndDid, account: Account) -> None:
    record(
        session,
        action=action,
        subject=row,
        details={"council": row.council_code, "version": row.version},
        actor=account,
        role=Role.COMMISSIONER,
    )
