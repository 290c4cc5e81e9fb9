"""Writing down who looked at a person's profile. Functions here neither commit nor know a request."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.people.profile.models import ProfilePart
from marketplace.people.rights.models import ProfileView
from marketplace.vocabulary import Role


def record_look(
    session: Session,
    *,
    person_id: uuid.UUID,
    account_id: uuid.UUID,
    name: str,
    role: Role,
    organisation: str,
    parts: Collection[ProfilePart],
    at: datetime,
    day: date,
) -> None:
    """Someone looked at *parts* of a profile on *day* (the day in London).

    One row for each person, account, day and part; looking again counts in it. One statement, so
    two looks at the same moment are both counted.
    """
    if not parts:
        return
    rows = [
        {
            "id": uuid.uuid4(),
            "person_id": person_id,
            "account_id": account_id,
            "name": name,
            "role": role,
            "organisation": organisation,
            "part": part,
            "looked_on": day,
            "first_at": at,
            "last_at": at,
            "times": 1,
        }
        for part in ProfilePart
        if part in parts
    ]
    table = ProfileView.__table__
    assert isinstance(table, Table)  # noqa: S101 (for the type checker)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table).values(rows)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["person_id", "account_id", "looked_on", "part"],
            set_={
                "times": table.c.times + 1,
                "last_at": insert.excluded.last_at,
                "name": insert.excluded.name,
                "role": insert.excluded.role,
                "organisation": insert.excluded.organisation,
            },
        )
    )
