"""Whom a mail about a person goes to."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, RoleGrant
from marketplace.people.caseload.models import Case
from marketplace.people.models import Person
from marketplace.people.supporters.models import Scope, Supporter
from marketplace.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who is told about a person's offers: the person, or who acts or works for them."""

    account: Account
    is_person: bool


def readers_of(
    session: Session, person_ids: Collection[uuid.UUID], *, today: date
) -> Mapping[uuid.UUID, Sequence[Reader]]:
    """Whom a mail about these people goes to: themselves, who acts for them, and their practitioners.

    Three queries, however many people.
    """
    live = Account.suspended_at.is_(None)
    own = (
        select(Person.id, Account)
        .join(Account, Account.id == Person.account_id)
        .where(Person.id.in_(person_ids), live)
    )
    supporters = (
        select(Supporter.person_id, Account)
        .join(Account, Account.id == Supporter.account_id)
        .where(
            Supporter.person_id.in_(person_ids),
            Supporter.scope == Scope.ACT,
            Supporter.accepted_at.is_not(None),
            Supporter.ended_at.is_(None),
            Supporter.starts_on <= today,
            Supporter.ends_on >= today,
            live,
        )
    )
    practitioners = (
        select(Case.person_id, Account)
        .join(Account, Account.id == Case.account_id)
        .where(
            Case.person_id.in_(person_ids),
            Case.scope == Scope.HELP,
            Case.ended_at.is_(None),
            Case.starts_on <= today,
            Case.ends_on >= today,
            Account.grants.any(RoleGrant.role == Role.PRACTITIONER),
            live,
        )
    )
    found: dict[uuid.UUID, dict[uuid.UUID, Reader]] = defaultdict(dict)
    for number, query in enumerate((own, supporters, practitioners)):
        for person_id, account in session.execute(query):
            found[person_id].setdefault(account.id, Reader(account, is_person=number == 0))
    return {person_id: list(readers.values()) for person_id, readers in found.items()}
