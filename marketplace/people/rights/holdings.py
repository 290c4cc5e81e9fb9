"""Everything that the database holds about a person, table by table: one list for the download.

A table that points at people or accounts and stands neither here nor in ``OF_OTHERS`` fails a test, so
nothing that is stored later is forgotten in a download.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from marketplace.accounts.models import Account, MailedLink, RecoveryCode, RoleCouncil, RoleGrant, SignIn
from marketplace.audit.models import AuditEntry
from marketplace.outbox.models import OutboxMessage
from marketplace.people.caseload.models import (
    Alternative,
    Case,
    CaseNote,
    CaseRequest,
    Choice,
    PageClaim,
    Shortlist,
    ShortlistItem,
)
from marketplace.people.models import Person
from marketplace.people.profile.models import (
    CommunicationRecord,
    HiddenPart,
    LevelRecord,
    ProfileNote,
    ProfileUndo,
)
from marketplace.people.rights.models import LawfulHold, ProfileView, RightsRequest
from marketplace.people.saved.models import NewMatchAlert, SavedMatch
from marketplace.people.supporters.models import Carer, Supporter
from marketplace.vocabulary import N_

SECRET = N_("It opens an account, so it is in no file.")
CHAIN = N_("It only shows that nobody changed the history.")
CAN_NAME_OTHERS = N_("It can name someone else. Ask us, and a person reads it first.")

NOTE_HELD_BACK = N_(
    "A note names someone else, or is about keeping someone from harm. A person reads it first."
)
CARER_HELD_BACK = N_("It is about a carer and their own time. Ask them.")
LIST_NOT_SENT = N_("A list that is still being made.")


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose records: a person's, and those of their own account where that is asked for too."""

    person_id: uuid.UUID
    account_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class Holding:
    """The rows of one table that are about a person."""

    model: type[Any]
    title: str
    of: Callable[[Whose], ColumnElement[bool] | None]
    """None where there is nothing to look for, such as rows of an account for someone without one."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Columns that are in no file, and why."""
    held_back: Callable[[Any, Whose], str] = lambda _row, _whose: ""
    """Why a row is held back for review, '' where it is not."""
    told_as: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    """Columns whose value only this room can put into words: the words, from the row."""
    name: str = ""
    """In the machine form; the table's own name where it is not given."""

    @property
    def key(self) -> str:
        return self.name or str(self.model.__tablename__)


def _of_person(model: type[Any]) -> Callable[[Whose], ColumnElement[bool] | None]:
    return lambda whose: model.person_id == whose.person_id


def _of_account(model: type[Any]) -> Callable[[Whose], ColumnElement[bool] | None]:
    return lambda whose: None if whose.account_id is None else model.account_id == whose.account_id


def _note(row: CaseNote, _whose: Whose) -> str:
    held = (row.names_others or row.is_safeguarding) and row.released_at is None
    return NOTE_HELD_BACK if held else ""


def _carer(row: Carer, whose: Whose) -> str:
    return "" if row.account_id == whose.account_id else CARER_HELD_BACK


def _list(row: Shortlist, _whose: Whose) -> str:
    return LIST_NOT_SENT if row.sent_at is None else ""


def _audit(whose: Whose) -> ColumnElement[bool]:
    of_person = and_(AuditEntry.subject_kind == "person", AuditEntry.subject_id == str(whose.person_id))
    if whose.account_id is None:
        return of_person
    of_account = and_(AuditEntry.subject_kind == "account", AuditEntry.subject_id == str(whose.account_id))
    return or_(of_person, of_account, AuditEntry.actor_id == whose.account_id)


HOLDINGS: list[Holding] = [
    Holding(model=Person, title=N_("You"), of=lambda whose: Person.id == whose.person_id),
    Holding(model=ProfileNote, title=N_("What you wrote in your own words"), of=_of_person(ProfileNote)),
    Holding(model=CommunicationRecord, title=N_("How to talk with you"), of=_of_person(CommunicationRecord)),
    Holding(
        model=LevelRecord, title=N_("How much support was said to be needed"), of=_of_person(LevelRecord)
    ),
    Holding(model=HiddenPart, title=N_("What you hide from others"), of=_of_person(HiddenPart)),
    Holding(model=ProfileUndo, title=N_("Your profile before its last change"), of=_of_person(ProfileUndo)),
    Holding(model=SavedMatch, title=N_("What you saved or hid"), of=_of_person(SavedMatch)),
    Holding(model=NewMatchAlert, title=N_("Mails about what is new"), of=_of_person(NewMatchAlert)),
    Holding(
        model=Supporter,
        title=N_("Who helps you"),
        of=_of_person(Supporter),
        left_out={"invitation_hash": SECRET, "basis_reason": CAN_NAME_OTHERS},
    ),
    Holding(
        model=Carer,
        title=N_("Carers and their time"),
        of=lambda whose: or_(
            Carer.person_id == whose.person_id,
            *([] if whose.account_id is None else [Carer.account_id == whose.account_id]),
        ),
        held_back=_carer,
    ),
    Holding(
        model=Case,
        title=N_("Practitioners who work with you"),
        of=_of_person(Case),
        left_out={"basis_reason": CAN_NAME_OTHERS},
    ),
    Holding(
        model=CaseRequest,
        title=N_("Practitioners who asked to work with you"),
        of=lambda whose: or_(
            CaseRequest.person_id == whose.person_id,
            CaseRequest.email.in_(select(Account.email).where(Account.id == whose.account_id)),
        ),
        left_out={"link_hash": SECRET},
    ),
    Holding(
        model=PageClaim,
        title=N_("The code for taking over this page"),
        of=_of_person(PageClaim),
        left_out={"code_hash": SECRET},
    ),
    Holding(
        model=CaseNote,
        title=N_("Notes of practitioners"),
        of=_of_person(CaseNote),
        held_back=_note,
    ),
    Holding(model=Shortlist, title=N_("Lists made for you"), of=_of_person(Shortlist), held_back=_list),
    Holding(
        model=ShortlistItem,
        title=N_("What is on these lists"),
        of=lambda whose: ShortlistItem.shortlist_id.in_(
            select(Shortlist.id).where(Shortlist.person_id == whose.person_id, Shortlist.sent_at.is_not(None))
        ),
    ),
    Holding(model=Choice, title=N_("What was chosen with you"), of=_of_person(Choice)),
    Holding(
        model=Alternative,
        title=N_("What else was thought of"),
        of=lambda whose: Alternative.choice_id.in_(
            select(Choice.id).where(Choice.person_id == whose.person_id)
        ),
    ),
    Holding(model=ProfileView, title=N_("Who looked at your pages"), of=_of_person(ProfileView)),
    Holding(model=RightsRequest, title=N_("What you asked us about your data"), of=_of_person(RightsRequest)),
    Holding(
        model=LawfulHold,
        title=N_("Reasons in law to keep your record"),
        of=_of_person(LawfulHold),
        left_out={"reason": CAN_NAME_OTHERS},
    ),
    Holding(
        model=Account,
        title=N_("Your account"),
        of=lambda whose: None if whose.account_id is None else Account.id == whose.account_id,
        left_out={"password_hash": SECRET, "code_secret": SECRET, "code_last_step": SECRET},
    ),
    Holding(model=RoleGrant, title=N_("What your account may do"), of=_of_account(RoleGrant)),
    Holding(
        model=RoleCouncil,
        title=N_("Councils that you work for"),
        of=lambda whose: RoleCouncil.grant_id.in_(
            select(RoleGrant.id).where(RoleGrant.account_id == whose.account_id)
        ),
    ),
    Holding(model=SignIn, title=N_("Your sign-ins"), of=_of_account(SignIn), left_out={"token_hash": SECRET}),
    Holding(
        model=MailedLink,
        title=N_("Links that we mailed to you"),
        of=_of_account(MailedLink),
        left_out={"token_hash": SECRET},
    ),
    Holding(
        model=RecoveryCode,
        title=N_("Your recovery codes"),
        of=_of_account(RecoveryCode),
        left_out={"code_hash": SECRET},
    ),
    Holding(
        model=OutboxMessage,
        title=N_("Mails to you"),
        of=_of_account(OutboxMessage),
    ),
    Holding(
        model=Supporter,
        name="supporter_of_others",
        title=N_("Whom you help"),
        of=_of_account(Supporter),
        left_out={"invitation_hash": SECRET, "basis_reason": CAN_NAME_OTHERS},
    ),
    Holding(
        model=ProfileView,
        name="profile_view_of_others",
        title=N_("Pages of others that you looked at"),
        of=_of_account(ProfileView),
    ),
    Holding(
        model=AuditEntry,
        title=N_("What was done, and when"),
        of=_audit,
        left_out={"previous_hash": CHAIN, "hash": CHAIN},
    ),
]
"""In the order of the readable document. Rooms above add theirs with ``hold_more``."""


def hold_more(holding: Holding) -> None:
    """Add what a room above this one holds about a person, before the history. Twice is once."""
    if all(one.key != holding.key for one in HOLDINGS):
        HOLDINGS.insert(len(HOLDINGS) - 1, holding)


OF_OTHERS: Mapping[str, str] = {
    "practitioner_case.account_id": "a practitioner's work is in the records of the people they work with",
    "case_request.account_id": "what a practitioner asked is in the records of those whom they asked",
    "new_match_alert.account_id": "the alert is in the record of the person it is about",
    "decision.account_id": "what a moderator decided is in the history of the provider that it is about",
    "profile_undo.made_by_id": "the change is in the record of the person it is about",
}
"""Ways by which a table points at an account that no download follows, and why."""
