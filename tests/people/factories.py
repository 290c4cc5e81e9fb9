"""People in tests, and what others are to them: each call writes rows and commits."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.people.caseload.models import Case
from marketplace.people.models import Person
from marketplace.people.supporters.models import Basis, Scope, Supporter

TODAY = datetime.now(ZoneInfo("Europe/London")).date()
ANSWERS: Mapping[str, Any] = {
    "goals": [{"theme": "cookery", "stance": "learn"}, {"text": "I want to make my own tea"}],
    "support_level": 2,
    "postcode": "NG18 1AB",
    "travel": {"modes": ["bus"], "max_minutes": 45, "with_support": True},
    "when": {"sat": ["09:00-17:00"]},
    "must_have": ["step_free"],
    "would_like": ["quiet_space"],
    "funding": "direct_payment",
    "weekly_budget": "40.00",
    "matters_most": ["friends"],
}

_number = itertools.count(1)


def make_person(
    session: Session, *, account: Account | None = None, answers: Mapping[str, Any] = ANSWERS, **fields: Any
) -> Person:
    """A person near Mansfield with answers to every question; of *account* if they are online."""
    person = Person(
        **{
            "account_id": account.id if account else None,
            "reference": f"test-{next(_number)}",
            "first_name": account.name if account else "Jo",
            "answers": dict(answers),
            "support_level": answers.get("support_level"),
            "district_code": "E07000174",
            **fields,
        }
    )
    session.add(person)
    session.commit()
    return person


def make_supporter(
    session: Session, *, person: Person, account: Account, scope: Scope = Scope.LOOK, **fields: Any
) -> Supporter:
    """A supporter whose link is good today."""
    now = datetime.now(UTC)
    supporter = Supporter(
        **{
            "person_id": person.id,
            "account_id": account.id,
            "email": account.email,
            "name": account.name,
            "basis": Basis.CONSENT,
            "scope": scope,
            "starts_on": TODAY,
            "ends_on": TODAY + timedelta(days=365),
            "invited_at": now,
            "accepted_at": now,
            **fields,
        }
    )
    session.add(supporter)
    session.commit()
    return supporter


def make_case(session: Session, *, person: Person, account: Account, **fields: Any) -> Case:
    """A practitioner's live case."""
    case = Case(
        **{
            "person_id": person.id,
            "account_id": account.id,
            "basis": Basis.CONSENT,
            "starts_on": TODAY,
            "ends_on": TODAY + timedelta(days=90),
            "opened_at": datetime.now(UTC),
            **fields,
        }
    )
    session.add(case)
    session.commit()
    return case
