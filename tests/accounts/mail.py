"""Reading the mail that accounts send, in tests."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.outbox import OutboxMessage

SQLITE = {"argnames": "backend", "argvalues": ["sqlite"], "indirect": True, "scope": "session"}
"""For what doesn't differ between the databases: ``pytest.mark.parametrize(**SQLITE)``."""

_LINK = re.compile(r"https?://[^/\s]+(/link/\S+)")


def mails(session: Session) -> list[OutboxMessage]:
    """All mails, the oldest first."""
    session.expire_all()
    return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))


def link_in(message: OutboxMessage) -> str:
    """The path of the link in a mail."""
    found = _LINK.search(message.body)
    assert found, message.body
    return found[1]


def last_link(session: Session) -> str:
    return link_in(mails(session)[-1])
