"""What a carer tells of their own time, and whether matches think of it. The route commits."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.people.models import Person
from marketplace.people.profile.operations import Doer
from marketplace.people.supporters.models import Carer
from marketplace.people.supporters.queries import own_carer
from marketplace.vocabulary import Role

FIELDS = frozenset({"works", "shortest_break_minutes", "breaks_wanted_hours", "notice_days", "own_words"})


def tell(session: Session, *, account: Account, person: Person, told: Mapping[str, Any]) -> Carer:
    """Keep what the carer *told*: values of some of ``FIELDS``.

    Whether it counts stays as the person decided it.
    """
    assert set(told) <= FIELDS  # noqa: S101 (a programming error, never an input)
    carer = own_carer(session, account_id=account.id, person_id=person.id) or _begin(
        session, account_id=account.id, person_id=person.id
    )
    if all(getattr(carer, name) == value for name, value in told.items()):
        return carer
    for name, value in told.items():
        setattr(carer, name, value)
    carer.changed_at = datetime.now(UTC)
    session.flush()
    record(
        session,
        action=Action.CARER_CHANGED,
        subject=carer,
        details={"person": person.id, "fields": sorted(told)},
        actor=account,
        role=Role.SUPPORTER,
    )
    return carer


def count(session: Session, *, carer: Carer, person: Person, agrees: bool, by: Doer) -> None:
    """Whether the person's matches think of the carer's time."""
    if carer.counts_in_matches == agrees:
        return
    carer.counts_in_matches = agrees
    session.flush()
    record(
        session,
        action=Action.CARER_COUNTED if agrees else Action.CARER_NOT_COUNTED,
        subject=carer,
        details={"person": person.id},
        actor=by.account,
        role=by.role,
    )


def _begin(session: Session, *, account_id: uuid.UUID, person_id: uuid.UUID) -> Carer:
    try:
        with session.begin_nested():
            carer = Carer(account_id=account_id, person_id=person_id, changed_at=datetime.now(UTC))
            session.add(carer)
    except IntegrityError:  # two first answers at the same moment
        found = own_carer(session, account_id=account_id, person_id=person_id)
        if found is None:
            raise
        return found
    return carer
