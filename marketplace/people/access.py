"""Who may see or change the record of a person, decided from the database at every request.

@blueprint.get("/people/<uuid:person_id>/matches")
@access(OfPerson())
def matches(person_id: UUID) -> str: ...

Anyone else who is signed in gets 'not found', so that no answer tells whether a person is here. A look
by someone other than the person is written down once the page was made; a page that can't be written
down is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, cast
from uuid import UUID

from flask import Response, abort, after_this_request, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import current_account, signed_in_account, signed_in_as
from marketplace.accounts.models import Account
from marketplace.db import get_database, get_session
from marketplace.people.caseload.models import Case
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart, ProfilePart
from marketplace.people.rights.operations import record_look
from marketplace.people.supporters.models import Scope, Supporter
from marketplace.vocabulary import Role
from marketplace.web import current_settings

PAGES = frozenset({200, 409, 422})
"""Answers that show a page of the person: also to a form that was sent, right or wrong."""


_ACCOUNT = bindparam("account_id", type_=Person.account_id.type)
_TODAY = bindparam("today", type_=Supporter.starts_on.type)


def _stands(place: type[Supporter] | type[Case]) -> ColumnElement[bool]:
    """A place of the account beside the person, good today."""
    return and_(
        place.person_id == Person.id,
        place.account_id == _ACCOUNT,
        place.ended_at.is_(None),
        place.starts_on <= _TODAY,
        place.ends_on >= _TODAY,
    )


# Asked at every request about a person: put together once, because that takes longer than the answer.
_RELATIONS = (
    select(Person, Supporter, Case)
    .outerjoin(Supporter, and_(_stands(Supporter), Supporter.accepted_at.is_not(None)))
    .outerjoin(Case, _stands(Case))
    .where(
        Person.id == bindparam("person_id"),
        or_(Person.account_id == _ACCOUNT, Supporter.id.is_not(None), Case.id.is_not(None)),
    )
    .order_by(Supporter.id, Case.id)
)


class Standing(Enum):
    """In which place someone stands to a person."""

    PERSON = Role.PERSON
    SUPPORTER = Role.SUPPORTER
    PRACTITIONER = Role.PRACTITIONER

    @property
    def role(self) -> Role:
        return self.value


@dataclass(frozen=True, slots=True)
class Relation:
    """What someone is to a person here, and how far that goes."""

    standing: Standing
    scope: Scope
    supporter: Supporter | None = None
    case: Case | None = None

    @property
    def is_person(self) -> bool:
        return self.standing is Standing.PERSON

    def reaches(self, scope: Scope) -> bool:
        return self.scope.position >= scope.position


@dataclass(frozen=True, init=False)
class OfPerson:
    """The person of the address, a supporter with at least *scope*, or a practitioner with a live case.

    A practitioner reaches as far as their case, at most ``Scope.HELP``; whoever has that reaches each page
    *or_practitioner* too. With *only* the page is for nobody who stands elsewhere.
    *parts* say what of the profile the page shows, for the list of who looked.
    """

    scope: Scope
    only_the_person: bool
    or_practitioner: bool
    only: Standing | None
    parts: tuple[ProfilePart, ...]

    def __init__(
        self,
        scope: Scope = Scope.LOOK,
        *,
        only_the_person: bool = False,
        or_practitioner: bool = False,
        only: Standing | None = None,
        parts: tuple[ProfilePart, ...] = (ProfilePart.ABOUT,),
    ) -> None:
        object.__setattr__(self, "scope", scope)
        object.__setattr__(self, "only_the_person", only_the_person)
        object.__setattr__(self, "or_practitioner", or_practitioner)
        object.__setattr__(self, "only", only)
        object.__setattr__(self, "parts", parts)

    def allows(self) -> bool:
        if not SignedIn().allows():
            return False
        found = person_and_relation(
            get_session(),
            account=signed_in_account(),
            person_id=(request.view_args or {})["person_id"],
            today=london_day(),
            is_practitioner=signed_in_as(Role.PRACTITIONER),
        )
        if found is None or not self._is_enough(found[1]):
            abort(404)
        g.person, g.relation = found
        if not found[1].is_person:
            g.looked_at = frozenset(self.parts)
            after_this_request(_write_down_look)
        return True

    def instead(self) -> ResponseReturnValue | None:
        return SignedIn().instead()

    def _is_enough(self, relation: Relation) -> bool:
        is_practitioner = relation.standing is Standing.PRACTITIONER
        if self.only is not None:
            return relation.standing is self.only and relation.reaches(self.scope)
        may_work = is_practitioner and self.or_practitioner and relation.reaches(Scope.HELP)
        if relation.is_person or may_work:
            return True
        return not self.only_the_person and relation.reaches(self.scope)


def person_and_relation(
    session: Session, *, account: Account, person_id: UUID, today: date, is_practitioner: bool
) -> tuple[Person, Relation] | None:
    """The person, and what *account* is to them on *today*; None where they are nothing. One query.

    Of several relations the one that reaches furthest counts.
    """
    found = session.execute(
        _RELATIONS, {"account_id": account.id, "person_id": person_id, "today": today}
    ).all()
    rows = cast("list[tuple[Person, Supporter | None, Case | None]]", found)
    relations: list[Relation] = []
    for person, supporter, case in rows:
        if person.account_id == account.id:
            relations.append(Relation(Standing.PERSON, Scope.ACT))
        if supporter is not None:
            relations.append(Relation(Standing.SUPPORTER, supporter.scope, supporter=supporter))
        if case is not None and is_practitioner:
            relations.append(Relation(Standing.PRACTITIONER, case.scope, case=case))
    if not relations:
        return None
    return rows[0][0], max(relations, key=lambda one: (one.is_person, one.scope.position))


def current_person() -> Person:
    """The person whose page this is. Only behind ``OfPerson``."""
    return cast(Person, g.person)


def current_relation() -> Relation:
    """What the account is to the person of this page. Only behind ``OfPerson``."""
    return cast(Relation, g.relation)


def hidden_parts() -> frozenset[ProfilePart]:
    """The parts of the person's profile that only they see. Asked once a request."""
    if "hidden_parts" not in g:
        g.hidden_parts = frozenset(
            get_session().scalars(
                select(HiddenPart.part)
                .where(HiddenPart.person_id == current_person().id)
                .order_by(HiddenPart.part)
            )
        )
    return cast("frozenset[ProfilePart]", g.hidden_parts)


def unseen_parts() -> frozenset[ProfilePart]:
    """The parts that this reader may not see: none for the person, the hidden ones for others."""
    return frozenset() if current_relation().is_person else hidden_parts()


def open_part(part: ProfilePart) -> None:
    """Say that this page shows *part*: 'not found' for others where the person hid it."""
    if part in unseen_parts():
        abort(404)
    looked_at(part)


def looked_at(*parts: ProfilePart) -> None:
    """Say which parts this page really shows, instead of those that its rule names."""
    g.looked_at = frozenset(parts)


def london_day() -> date:
    """Today where the people live: links begin and end at midnight there."""
    return datetime.now(current_settings().timezone).date()


def _write_down_look(response: Response) -> Response:
    """After the page was made: its reading transaction ends, and the look is kept in one of its own."""
    if request.method == "HEAD" or response.status_code not in PAGES or not g.looked_at:
        return response
    account, person, relation = current_account(), current_person(), current_relation()
    if account is None:
        return response
    look: dict[str, Any] = {
        "person_id": person.id,
        "account_id": account.id,
        "name": account.name,
        "role": relation.standing.role,
        "organisation": _organisation(account, relation),
        "parts": g.looked_at - unseen_parts(),
        "at": datetime.now(UTC),
        "day": london_day(),
    }
    get_session().rollback()
    try:
        with get_database().write.begin() as session:
            record_look(session, **look)
    except OperationalError as error:
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _organisation(account: Account, relation: Relation) -> str:
    of_role = (grant.organisation for grant in account.grants if grant.role is relation.standing.role)
    return next(of_role, "")
