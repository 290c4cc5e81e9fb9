"""Whom it touches when something is no longer there: who saved it, was given it or chose it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, RoleGrant
from marketplace.offers.models import Offer
from marketplace.people.caseload.models import Case, Choice, Shortlist, ShortlistItem
from marketplace.people.models import Person
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.people.supporters.models import Scope, Supporter
from marketplace.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who is told about a person's offers: the person, or who acts or works for them."""

    account: Account
    is_person: bool


def people_using(session: Session, provider_id: uuid.UUID) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Everyone who saved, was given or chose an offer of the provider, with these offers.

    A list that a practitioner is still making is not counted: the person has not seen it.
    """
    ours = select(Offer.id).where(Offer.provider_id == provider_id)
    saved = select(SavedMatch.person_id, SavedMatch.offer_id).where(
        SavedMatch.offer_id.in_(ours), SavedMatch.keeping == Keeping.SAVED
    )
    given = (
        select(Shortlist.person_id, ShortlistItem.offer_id)
        .join(Shortlist, Shortlist.id == ShortlistItem.shortlist_id)
        .where(ShortlistItem.offer_id.in_(ours), Shortlist.sent_at.is_not(None))
    )
    chosen = select(Choice.person_id, Choice.offer_id).where(Choice.offer_id.in_(ours))
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    everyone: Any = union(saved, given, chosen)
    rows = [(row[0], row[1]) for row in session.execute(everyone)]
    for person_id, offer_id in sorted(rows):
        found[person_id].append(offer_id)
    return dict(found)


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


def names_of(session: Session, offer_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of offers, also of those that are no longer shown."""
    rows = session.execute(select(Offer.id, Offer.name).where(Offer.id.in_(offer_ids)).order_by(Offer.name))
    return {row[0]: row[1] for row in rows}
