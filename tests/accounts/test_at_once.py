"""What must happen once, or leave somebody in charge, however many try at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import administration, code_app, links
from marketplace.accounts.administration import LastAdministratorError
from marketplace.accounts.models import Account, LinkPurpose
from marketplace.db import Database, open_database, write_session
from marketplace.settings import KNOWN_SECRET
from marketplace.vocabulary import Role
from tests.fixtures.accounts import make_account

MANY = 6


@pytest.fixture
def shared(database_url: str) -> Iterator[Database]:
    """A database that several connections see."""
    database = open_database(database_url)
    yield database
    database.engine.dispose()


def at_once(database: Database, *tries: Callable[[Session], bool]) -> list[bool]:
    """Run *tries* in threads that begin together, each in a transaction of its own."""
    begin = threading.Barrier(len(tries))
    results: list[bool] = []

    def one(attempt: Callable[[Session], bool]) -> None:
        begin.wait()
        with write_session(database) as session:
            results.append(attempt(session))

    threads = [threading.Thread(target=one, args=(attempt,)) for attempt in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_one_link_lets_one_in_and_one_code_counts_once(shared: Database) -> None:
    now = datetime.now(UTC)
    with shared.write() as session:
        jo = make_account(session, roles={Role.MODERATOR}, email="jo@example.org")
        code_app.new_secret(jo, secret_key=KNOWN_SECRET)
        code = code_app.code_now(jo, secret_key=KNOWN_SECRET, at=now) or ""
        address, _ = links.new_link(
            session, email=jo.email, purpose=LinkPurpose.SIGN_IN, account=jo, base_url="http://127.0.0.1"
        )
        session.commit()
    token = address.rpartition("/")[2]

    def use_link(session: Session) -> bool:
        found = links.usable_link(session, token)
        return found is not None and links.use_link(session, found)

    def take_code(session: Session) -> bool:
        account = session.get_one(Account, jo.id)
        return code_app.take_code(session, account=account, code=code, secret_key=KNOWN_SECRET, at=now)

    assert sorted(at_once(shared, *[use_link] * MANY)) == [False] * (MANY - 1) + [True]
    assert sorted(at_once(shared, *[take_code] * MANY)) == [False] * (MANY - 1) + [True]


def remove(session: Session, account: Account) -> None:
    administration.remove_role(session, account=account, role=Role.ADMINISTRATOR, by=None)


def suspend(session: Session, account: Account) -> None:
    administration.suspend(session, account=account, by=None)


@pytest.mark.parametrize("change", [remove, suspend])
def test_two_administrators_who_shut_each_other_out_leave_one(
    shared: Database, change: Callable[[Session, Account], None]
) -> None:
    with shared.write() as session:
        alex = make_account(session, roles={Role.ADMINISTRATOR})
        sam = make_account(session, roles={Role.ADMINISTRATOR})

    def shuts_out(other: Account) -> Callable[[Session], bool]:
        def attempt(session: Session) -> bool:
            try:
                change(session, session.get_one(Account, other.id))
            except LastAdministratorError:
                return False
            return True

        return attempt

    assert sorted(at_once(shared, shuts_out(alex), shuts_out(sam))) == [False, True]
    with shared.read() as session:
        left = [
            account
            for account in session.scalars(select(Account))
            if account.roles and account.suspended_at is None
        ]
    assert len(left) == 1
