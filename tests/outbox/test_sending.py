"""Sending: once, whatever the mail server or another worker does, with a state that can be seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.db import Database, open_database
from marketplace.outbox import MailState, OutboxMessage, post, sending
from marketplace.outbox.sending import Sent, forget_old, send_waiting
from marketplace.outbox.transports import Letter, PermanentProblemError


class Server:
    """Stands in for a mail server at the one seam there is."""

    def __init__(self) -> None:
        self.got: list[Letter] = []
        self.problem: Exception | None = None

    def send(self, letter: Letter) -> None:
        if self.problem is not None:
            raise self.problem
        self.got.append(letter)


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sending, "_now", clock)
    return clock


@pytest.fixture
def own_database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    yield database
    database.engine.dispose()


def write(
    database: Database, *, body: str = "Hello.", holds_secret: bool = False, same_as: str | None = None
) -> None:
    with database.write.begin() as session:
        post(
            session,
            recipient="jo@example.org",
            kind="test",
            subject="Hello",
            body=body,
            holds_secret=holds_secret,
            same_as=same_as,
        )


def only(database: Database) -> OutboxMessage:
    with database.read() as session:
        return session.scalars(select(OutboxMessage)).one()


def test_with_the_mail_server_down_for_an_hour_a_mail_waits_and_is_sent_once(
    database: Database, clock: Clock
) -> None:
    server = Server()
    server.problem = ConnectionRefusedError("no route to the mail server")
    write(database)
    clock.now += timedelta(seconds=1)
    began = clock.now
    rounds: list[tuple[int, Sent]] = []
    while clock.now < began + timedelta(hours=2):
        if clock.now >= began + timedelta(hours=1):
            server.problem = None
        done = send_waiting(database, server)
        if done:
            rounds.append((int((clock.now - began).total_seconds() // 60), done))
        if clock.now == began:
            waiting = only(database)
            assert (waiting.state, waiting.attempts) == (MailState.WAITING, 1)
            assert waiting.last_problem == "ConnectionRefusedError: no route to the mail server"
            assert waiting.next_attempt_at == began + timedelta(minutes=1)
        clock.now += timedelta(minutes=1)
    # Tried at once, then after 1, 5, 15 and 60 minutes more.
    assert [minute for minute, _ in rounds] == [0, 1, 6, 21, 81]
    assert [letter.body for letter in server.got] == ["Hello."]
    sent = only(database)
    assert (sent.state, sent.attempts, sent.last_problem) == (MailState.SENT, 5, "")
    assert sent.sent_at == began + timedelta(minutes=81)


def test_after_three_days_a_mail_is_given_up_and_says_so(database: Database, clock: Clock) -> None:
    server = Server()
    server.problem = TimeoutError("too slow")
    write(database, body="https://example.org/token", holds_secret=True)
    given_up: list[str] = []
    began = clock.now
    while only(database).state is MailState.WAITING:
        clock.now += timedelta(minutes=30)
        send_waiting(database, server, given_up=lambda _session, message: given_up.append(message.kind))
        assert clock.now < began + timedelta(days=4)
    assert began + timedelta(days=2, hours=15) < clock.now <= began + timedelta(days=3, minutes=1)
    assert (only(database).state, only(database).body) == (MailState.GIVEN_UP, "")
    assert given_up == ["test"]


def test_an_address_that_is_refused_for_good_is_given_up_at_once(database: Database, clock: Clock) -> None:
    server = Server()
    server.problem = PermanentProblemError("550 no such mailbox")
    write(database)
    clock.now += timedelta(seconds=1)
    assert send_waiting(database, server) == Sent(given_up=1)
    assert only(database).last_problem == "PermanentProblemError: 550 no such mailbox"


def test_a_secret_is_gone_once_it_is_sent_and_other_words_stay(database: Database, clock: Clock) -> None:
    server = Server()
    write(database, body="https://example.org/token", holds_secret=True)
    write(database, body="A place is free.")
    clock.now += timedelta(seconds=1)
    assert send_waiting(database, server) == Sent(sent=2)
    with database.read() as session:
        assert sorted(session.scalars(select(OutboxMessage.body))) == ["", "A place is free."]
    assert sorted(letter.body for letter in server.got) == ["A place is free.", "https://example.org/token"]


def test_two_workers_at_once_send_each_mail_once(database_url: str) -> None:
    first = open_database(database_url)
    with first.write.begin() as session:
        for number in range(40):
            post(session, recipient="jo@example.org", kind="test", subject=f"{number}", body="Hello.")
    server = Server()

    def work() -> None:
        own = open_database(database_url)
        send_waiting(own, server)
        own.engine.dispose()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with first.read() as session:
        assert set(session.scalars(select(OutboxMessage.state))) == {MailState.SENT}
    first.engine.dispose()
    assert sorted(int(letter.subject) for letter in server.got) == list(range(40))


def test_a_worker_that_died_while_sending_is_followed_by_another_with_the_same_letter(
    database: Database, clock: Clock
) -> None:
    class Dies(Server):
        def send(self, letter: Letter) -> None:
            super().send(letter)
            raise KeyboardInterrupt  # as when the process is killed: nothing after it is done

    dying, server = Dies(), Server()
    write(database)
    clock.now += timedelta(seconds=1)
    with pytest.raises(KeyboardInterrupt):
        send_waiting(database, dying)
    assert send_waiting(database, server) == Sent()  # still claimed
    clock.now += sending.CLAIM
    assert send_waiting(database, server) == Sent(sent=1)
    assert [letter.id for letter in server.got] == [letter.id for letter in dying.got]


def test_a_mail_that_is_erased_while_it_is_being_sent_stays_erased(database: Database, clock: Clock) -> None:
    class Erases(Server):
        def send(self, letter: Letter) -> None:
            with database.write.begin() as session:
                session.delete(session.get_one(OutboxMessage, letter.id))

    write(database)
    clock.now += timedelta(seconds=1)
    assert send_waiting(database, Erases()) == Sent(sent=1)
    with database.read() as session:
        assert session.scalars(select(OutboxMessage)).all() == []


def test_old_mail_is_forgotten_but_its_key_still_stands_for_it(
    database: Database, session: Session, clock: Clock
) -> None:
    write(database, same_as="digest:1")
    write(database)
    clock.now += timedelta(seconds=1)
    send_waiting(database, Server())
    write(database, same_as="digest:2")
    month = timedelta(days=30)
    assert forget_old(session, kept_for=month, now=clock.now + timedelta(days=29)) == 0
    assert forget_old(session, kept_for=month, now=clock.now + month) == 2
    assert forget_old(session, kept_for=month, now=clock.now + month) == 0
    left = session.scalars(select(OutboxMessage).order_by(OutboxMessage.same_as)).all()
    assert [(one.same_as, one.recipient, one.body) for one in left] == [
        ("digest:1", "", ""),
        ("digest:2", "jo@example.org", "Hello."),
    ]
