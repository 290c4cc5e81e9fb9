"""Writing a mail: stored with what it tells, once for each key, to one address."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.db import open_database
from marketplace.outbox import MailState, OutboxMessage, RecipientError, post


def write(
    session: Session, *, recipient: str = "jo@example.org", subject: str = "Hello", same_as: str | None = None
) -> OutboxMessage:
    return post(session, recipient=recipient, kind="test", subject=subject, body="Hello Jo.", same_as=same_as)


def test_a_mail_waits_in_the_transaction_that_made_it(session: Session) -> None:
    message = write(session)
    assert (message.state, message.attempts, message.sent_at) == (MailState.WAITING, 0, None)
    session.rollback()
    assert session.scalar(select(func.count(OutboxMessage.id))) == 0


def test_two_mails_without_a_key_are_two_and_with_the_same_key_are_one(session: Session) -> None:
    assert write(session).id != write(session).id
    assert write(session, same_as="digest:1").id == write(session, same_as="digest:1").id
    assert session.scalar(select(func.count(OutboxMessage.id))) == 3


def test_the_same_key_from_two_at_once_is_one_mail(database_url: str) -> None:
    def run() -> None:
        database = open_database(database_url)
        with database.write.begin() as session:
            found.append(write(session, same_as="digest:1").id)
        database.engine.dispose()

    found: list[object] = []
    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "jo",
        "jo@a@b",
        "jo@example.org, sam@example.org",
        "jo@example.org\nBcc: sam@example.org",
        "Jo <jo@example.org>",
        "",
        "j" * 250 + "@a.org",
    ],
)
def test_what_is_not_one_address_is_refused(session: Session, address: str) -> None:
    with pytest.raises(RecipientError):
        write(session, recipient=address)


def test_a_subject_that_names_someone_stays_one_short_line(session: Session) -> None:
    message = write(session, subject="Jo\r\nBcc: sam@example.org\x00\u202e asks you " + "x" * 300)
    assert message.subject.startswith("Jo Bcc: sam@example.org asks you x")
    assert len(message.subject) == 200
