"""Someone who was not online takes over the page that a practitioner kept for them.

A code from the practitioner's hand leads there, once and for a short time. All that is on the page stays;
who may go on seeing it the person chooses as they take it. Functions here know no request and do not
commit.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.accounts.operations import grant_role
from marketplace.accounts.tokens import hash_of
from marketplace.audit import Action, record
from marketplace.people.caseload import mails
from marketplace.people.caseload.models import Case, PageClaim
from marketplace.people.caseload.operations import stop_case
from marketplace.people.caseload.queries import practitioners_of
from marketplace.people.models import Person
from marketplace.people.profile.operations import Doer
from marketplace.people.profile.queries import person_of_account
from marketplace.people.supporters.models import SupportEnd, Supporter
from marketplace.people.supporters.operations import end as end_support
from marketplace.people.supporters.queries import supporters_of
from marketplace.vocabulary import Role

GOOD_FOR = timedelta(days=28)
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What can't be taken for something else when it is read out or copied: no 0 and O, no 1, I and L."""
GROUPS, GROUP = 3, 4
"""Twelve letters: 59 bits, so that nobody guesses one within the few tries that there are."""
LONGEST_TYPED = 60


class ClaimError(Exception):
    """The page can't be taken over."""


class IsOnlineError(ClaimError):
    """The person has an account already."""


class HasPageError(ClaimError):
    """One account has one page, and this one has its own."""


class HelpsThemError(ClaimError):
    """Who helps the person, or works with them, is not the person."""


class CodeGoneError(ClaimError):
    """Used, taken back, or too old."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who sees the page now, for the person to keep or to end."""

    id: uuid.UUID
    name: str
    role: Role
    organisation: str
    """For a supporter what they are to the person."""
    ends_on: date
    has_answered: bool


def make_code(session: Session, *, person: Person, by: Account) -> tuple[str, PageClaim]:
    """A new code for the person's page; the one before is worth nothing. Raises ``IsOnlineError``."""
    if person.account_id is not None:
        raise IsOnlineError
    code = "".join(secrets.choice(LETTERS) for _ in range(GROUPS * GROUP))
    now = datetime.now(UTC)
    claim = session.merge(
        PageClaim(
            person_id=person.id,
            code_hash=hash_of(code),
            made_by_id=by.id,
            made_at=now,
            expires_at=now + GOOD_FOR,
        )
    )
    session.flush()
    record(session, action=Action.CLAIM_MADE, subject=person, actor=by, role=Role.PRACTITIONER)
    return code, claim


def drop_code(session: Session, *, person: Person, by: Account) -> None:
    """The code no longer works. Twice is once."""
    if session.execute(
        delete(PageClaim).where(PageClaim.person_id == person.id).returning(PageClaim.person_id)
    ).all():
        record(session, action=Action.CLAIM_ENDED, subject=person, actor=by, role=Role.PRACTITIONER)


def in_groups(code: str) -> str:
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def as_code(typed: str) -> str:
    """What was typed as the letters of a code, however it was grouped."""
    return "".join(letter for letter in typed[:LONGEST_TYPED].upper() if letter.isalnum())


def page_of_code(session: Session, code: str, *, now: datetime) -> tuple[PageClaim, Person] | None:
    """The page that can be taken over with *code*."""
    found = session.execute(
        select(PageClaim, Person)
        .join(Person, Person.id == PageClaim.person_id)
        .where(
            PageClaim.code_hash == hash_of(as_code(code)),
            PageClaim.expires_at > now,
            Person.account_id.is_(None),
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def access_to(session: Session, person_id: uuid.UUID) -> list[Access]:
    """Everyone who has a key to the page: practitioners first, then supporters, also those only asked."""
    cases = practitioners_of(session, person_id)
    return [
        Access(
            one.case.id, one.name, Role.PRACTITIONER, one.organisation, one.case.ends_on, has_answered=True
        )
        for one in cases
    ] + [
        Access(
            one.id,
            one.name,
            Role.SUPPORTER,
            one.relationship_words,
            one.ends_on,
            has_answered=one.accepted_at is not None,
        )
        for one in supporters_of(session, person_id)
    ]


def may_claim(session: Session, *, person: Person, account: Account) -> None:
    """Raises ``HasPageError`` or ``HelpsThemError`` where this account can't take the page over."""
    if person_of_account(session, account.id) is not None:
        raise HasPageError
    helps = select(Supporter.id).where(
        Supporter.person_id == person.id, Supporter.account_id == account.id, Supporter.ended_at.is_(None)
    )
    works = select(Case.id).where(
        Case.person_id == person.id, Case.account_id == account.id, Case.ended_at.is_(None)
    )
    if session.scalar(helps.limit(1)) is not None or session.scalar(works.limit(1)) is not None:
        raise HelpsThemError


def claim_page(
    session: Session, *, claim: PageClaim, person: Person, account: Account, keep: Collection[uuid.UUID]
) -> None:
    """The page is the account's from now on; of those who had a key only *keep* go on.

    Raises ``CodeGoneError``, ``HasPageError`` or ``HelpsThemError``.
    """
    may_claim(session, person=person, account=account)
    used = session.execute(
        delete(PageClaim)
        .where(PageClaim.person_id == person.id, PageClaim.code_hash == claim.code_hash)
        .returning(PageClaim.person_id)
        .execution_options(synchronize_session=False)
    ).all()
    if claim in session:
        session.expunge(claim)
    taken = (
        used
        and session.execute(
            update(Person)
            .where(Person.id == person.id, Person.account_id.is_(None))
            .values(account_id=account.id)
            .returning(Person.id)
            .execution_options(synchronize_session=False)
        ).all()
    )
    if not taken:
        raise CodeGoneError
    session.refresh(person)
    grant_role(session, account=account, role=Role.PERSON)
    record(session, action=Action.PAGE_CLAIMED, subject=person, actor=account, role=Role.PERSON)
    by = Doer(account=account, role=Role.PERSON)
    for one in practitioners_of(session, person.id):
        mails.tell_claimed(session, case=one.case, person=person, to=one.account)
        if one.case.id not in keep:
            stop_case(session, case=one.case, person=person, by=account)
    for supporter in supporters_of(session, person.id):
        if supporter.id not in keep:
            end_support(session, supporter=supporter, person=person, reason=SupportEnd.WITHDRAWN, by=by)
