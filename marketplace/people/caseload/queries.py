"""Reading a practitioner's cases, and what was noted, listed and chosen for a person."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from marketplace.accounts.models import Account, RoleGrant
from marketplace.accounts.tokens import hash_of
from marketplace.people.caseload.models import Case, CaseNote, CaseRequest, Choice, PageClaim, Shortlist
from marketplace.people.models import Person
from marketplace.people.profile.models import CommunicationRecord
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.vocabulary import N_, Role, Word

PAGE_SIZE = 25
LONGEST_SEARCH = 100
MOST_NOTES = 200


class CaseOrder(Word):
    """How a caseload is sorted."""

    REVIEW = "review", N_("What is due first")
    NAME = "name", N_("Name")
    CHANGED = "changed", N_("Changed last")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One person of a caseload."""

    case: Case
    person: Person
    review_on: date | None
    """When it is time to ask again how to talk with the person."""


@dataclass(frozen=True)
class CasesPage:
    rows: Sequence[CaseRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def cases_page(
    session: Session, account_id: uuid.UUID, *, search: str = "", order: CaseOrder, page: int = 1
) -> CasesPage:
    """One page of the account's cases that have not ended, also of those whose last day is over."""
    review = (
        select(func.min(CommunicationRecord.review_on))
        .where(CommunicationRecord.person_id == Person.id)
        .scalar_subquery()
    )
    found = (
        select(Case, Person, review)
        .join(Person, Person.id == Case.person_id)
        .where(Case.account_id == account_id, Case.ended_at.is_(None))
    )
    words = search.strip()[:LONGEST_SEARCH].split()
    for word in words:
        found = found.where(
            or_(
                Person.first_name.icontains(word, autoescape=True),
                Person.family_name.icontains(word, autoescape=True),
                Person.reference.icontains(word, autoescape=True),
            )
        )
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    rows = session.execute(_ordered(found, order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return CasesPage(
        rows=[CaseRow(case, person, review_on) for case, person, review_on in rows], total=total, page=page
    )


def case_of(session: Session, account_id: uuid.UUID, case_id: uuid.UUID) -> tuple[Case, Person]:
    """One of the account's cases that has not ended. Raises ``NoResultFound`` for any other."""
    case, person = session.execute(
        select(Case, Person)
        .join(Person, Person.id == Case.person_id)
        .where(Case.id == case_id, Case.account_id == account_id, Case.ended_at.is_(None))
    ).one()
    return case, person


def colleague(session: Session, email: str, *, organisation: str) -> Account | None:
    """A practitioner of the same organisation with this address, who can sign in.

    Who has no organisation has no colleagues.
    """
    if not organisation:
        return None
    return session.scalars(
        select(Account)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.email == email,
            Account.suspended_at.is_(None),
            RoleGrant.role == Role.PRACTITIONER,
            func.lower(RoleGrant.organisation) == organisation.lower(),
        )
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class Working:
    """A practitioner who works with a person."""

    case: Case
    account: Account
    organisation: str

    @property
    def name(self) -> str:
        return self.account.name


def practitioners_of(session: Session, person_id: uuid.UUID) -> list[Working]:
    """Everyone whose work with a person has not been ended, also those whose last day is over."""
    rows = session.execute(
        select(Case, Account, RoleGrant.organisation)
        .join(Account, Account.id == Case.account_id)
        .join(
            RoleGrant, and_(RoleGrant.account_id == Account.id, RoleGrant.role == Role.PRACTITIONER)
        )  # who lost the role sees nothing
        .where(Case.person_id == person_id, Case.ended_at.is_(None))
        .order_by(Account.name, Case.id)
    )
    return [Working(case, account, organisation) for case, account, organisation in rows]


def case_now(
    session: Session, *, person_id: uuid.UUID | None, account_id: uuid.UUID, today: date
) -> Case | None:
    """What a person said before to a practitioner, where it holds on *today*."""
    held = select(Case).where(
        Case.person_id == person_id,
        Case.account_id == account_id,
        Case.ended_at.is_(None),
        Case.ends_on >= today,
    )
    return session.scalars(held.order_by(Case.ends_on.desc(), Case.id).limit(1)).one_or_none()


def practitioner_of(
    session: Session, person_id: uuid.UUID, case_id: uuid.UUID, *, or_ended: bool = False
) -> tuple[Case, Account]:
    """One who works with a person. Raises ``NoResultFound``, also for a case of someone else."""
    found = (
        select(Case, Account)
        .join(Account, Account.id == Case.account_id)
        .where(Case.id == case_id, Case.person_id == person_id)
    )
    case, account = session.execute(found if or_ended else found.where(Case.ended_at.is_(None))).one()
    return case, account


def asked_by(session: Session, account_id: uuid.UUID) -> list[CaseRequest]:
    """Whom a practitioner asked and who has not answered, the latest first."""
    return list(
        session.scalars(
            select(CaseRequest)
            .where(CaseRequest.account_id == account_id)
            .order_by(CaseRequest.asked_at.desc(), CaseRequest.id)
        )
    )


def one_asked_by(session: Session, account_id: uuid.UUID, request_id: uuid.UUID) -> CaseRequest:
    """One of them. Raises ``NoResultFound`` for any other."""
    return session.scalars(
        select(CaseRequest).where(CaseRequest.id == request_id, CaseRequest.account_id == account_id)
    ).one()


def request_of(session: Session, token: str, *, now: datetime) -> tuple[CaseRequest, Account, str] | None:
    """A question that can still be answered: with who asks, and for which organisation."""
    found = session.execute(
        select(CaseRequest, Account, RoleGrant.organisation)
        .join(Account, Account.id == CaseRequest.account_id)
        .join(RoleGrant, and_(RoleGrant.account_id == Account.id, RoleGrant.role == Role.PRACTITIONER))
        .where(
            CaseRequest.link_hash == hash_of(token),
            CaseRequest.expires_at > now,
            Account.suspended_at.is_(None),
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1], found[2])


def claim_of(session: Session, person_id: uuid.UUID, *, now: datetime) -> PageClaim | None:
    """The code for a person's page that still works."""
    return session.scalars(
        select(PageClaim).where(PageClaim.person_id == person_id, PageClaim.expires_at > now)
    ).one_or_none()


def notes_about(session: Session, person_id: uuid.UUID) -> list[tuple[CaseNote, str]]:
    """The notes of all practitioners about a person, the newest first, with the writer's name."""
    rows = session.execute(
        select(CaseNote, Account.name)
        .outerjoin(Account, Account.id == CaseNote.written_by_id)
        .where(CaseNote.person_id == person_id)
        .order_by(CaseNote.written_at.desc(), CaseNote.id)
        .limit(MOST_NOTES)
    )
    return [(note, name or "") for note, name in rows]


def note_about(session: Session, person_id: uuid.UUID, note_id: uuid.UUID) -> CaseNote:
    """One note. Raises ``NoResultFound``, also for one about someone else."""
    return session.scalars(
        select(CaseNote).where(CaseNote.id == note_id, CaseNote.person_id == person_id)
    ).one()


def shortlists_for(session: Session, person_id: uuid.UUID, *, only_given: bool) -> list[Shortlist]:
    """The lists made for a person, the newest first; for others than practitioners only those given."""
    found = (
        select(Shortlist)
        .where(Shortlist.person_id == person_id)
        .options(selectinload(Shortlist.items))
        .order_by(Shortlist.made_at.desc(), Shortlist.id)
    )
    return list(session.scalars(found.where(Shortlist.sent_at.is_not(None)) if only_given else found))


def shortlist_for(
    session: Session, person_id: uuid.UUID, shortlist_id: uuid.UUID, *, only_given: bool
) -> Shortlist:
    """One list. Raises ``NoResultFound``, also for one of someone else."""
    found = (
        select(Shortlist)
        .where(Shortlist.id == shortlist_id, Shortlist.person_id == person_id)
        .options(selectinload(Shortlist.items))
    )
    return session.scalars(found.where(Shortlist.sent_at.is_not(None)) if only_given else found).one()


def choices_for(session: Session, person_id: uuid.UUID) -> list[tuple[Choice, str]]:
    """What was chosen with a person, the newest first, with the name of who wrote it down."""
    rows = session.execute(
        select(Choice, Account.name)
        .outerjoin(Account, Account.id == Choice.made_by_id)
        .where(Choice.person_id == person_id)
        .options(selectinload(Choice.alternatives))
        .order_by(Choice.made_at.desc(), Choice.id)
    )
    return [(choice, name or "") for choice, name in rows]


def saved_offer_ids(session: Session, person_id: uuid.UUID) -> list[uuid.UUID]:
    """The offers that the person saved, the newest first."""
    return list(
        session.scalars(
            select(SavedMatch.offer_id)
            .where(SavedMatch.person_id == person_id, SavedMatch.keeping == Keeping.SAVED)
            .order_by(SavedMatch.kept_at.desc(), SavedMatch.id)
        )
    )


def _ordered(found: Select[Case, Person, date], order: CaseOrder) -> Select[Case, Person, date]:
    match order:
        case CaseOrder.NAME:
            return found.order_by(func.lower(Person.first_name), func.lower(Person.family_name), Case.id)
        case CaseOrder.CHANGED:
            return found.order_by(Person.changed_at.is_(None), Person.changed_at.desc(), Case.id)
        case CaseOrder.REVIEW:
            return found.order_by(Case.ends_on, Case.id)
