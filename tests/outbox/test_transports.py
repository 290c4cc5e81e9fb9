"""The ways that mail leaves: what the other side gets to see."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socketserver
import stat
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from smtplib import SMTPNotSupportedError

import pytest

from marketplace.outbox import transports
from marketplace.outbox.transports import (
    Files,
    Letter,
    MailServer,
    Notify,
    PermanentProblemError,
    chosen_transport,
    notify_token,
)
from marketplace.settings import KNOWN_SECRET, MailSettings, SettingsError, load_settings

LETTER = Letter(
    id=uuid.UUID(int=7),
    recipient="jo@example.org",
    subject="A place is free – “Swim & Chat”",
    body="Hello Zoë.\n\n.A line with a dot.\nhttps://days.example.org/x\n",
    written_at=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
)
SENDER = "Good days <days@example.org>"


class _Smtp(socketserver.StreamRequestHandler):
    """As much of a mail server as one mail needs."""

    def handle(self) -> None:
        self.say("220 ready")
        for line in iter(self.rfile.readline, b""):
            command = line.strip().decode()
            command = command[:4].upper() + command[4:]
            self.server.said.append(command)  # type: ignore[attr-defined]
            if command.startswith("RCPT") and "gone" in command:
                self.say("550 no such mailbox")
            elif command == "DATA":
                self.say("354 go on")
                data = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.got.append(data)  # type: ignore[attr-defined]
                self.say("250 kept")
            elif command == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.said: list[str] = []
        self.got: list[bytes] = []


@contextmanager
def mail_server() -> Iterator[_Server]:
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def to(server: _Server, host: str = "127.0.0.1") -> MailSettings:
    return MailSettings(sender=SENDER, smtp_host=host, smtp_port=server.server_address[1])


def test_a_mail_server_gets_the_letter_as_it_was_written() -> None:
    with mail_server() as server:
        MailServer(to(server)).send(LETTER)
    assert any(line.startswith("MAIL FROM:<days@example.org>") for line in server.said)
    received = message_from_bytes(server.got[0].replace(b"\r\n..", b"\r\n."), policy=policy.default)
    assert received["To"] == "jo@example.org"
    assert received["From"] == SENDER
    assert received["Subject"] == LETTER.subject
    assert received["Message-ID"] == f"<{LETTER.id}@example.org>"
    assert received.get_content().replace("\r\n", "\n") == LETTER.body


def test_an_address_that_the_server_does_not_know_is_a_problem_for_good() -> None:
    gone = Letter(
        id=LETTER.id, recipient="gone@example.org", subject="", body="", written_at=LETTER.written_at
    )
    with mail_server() as server, pytest.raises(PermanentProblemError, match="550 no such mailbox"):
        MailServer(to(server)).send(gone)


def test_nothing_is_sent_over_an_open_line_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "_is_this_machine", lambda _host: False)
    with mail_server() as server, pytest.raises(SMTPNotSupportedError, match="STARTTLS"):
        MailServer(to(server)).send(LETTER)
    assert not [line for line in server.said if line.startswith(("MAIL", "AUTH"))]


def test_a_subject_with_a_line_break_makes_no_header_of_its_own() -> None:
    evil = Letter(
        id=LETTER.id,
        recipient="jo@example.org",
        subject="Hello\r\nBcc: sam@example.org",
        body="",
        written_at=LETTER.written_at,
    )
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        transports.as_email(evil, sender=SENDER)


def test_a_file_is_written_once_for_its_owner_only(tmp_path: Path) -> None:
    files = Files(MailSettings(sender=SENDER), folder=tmp_path / "mail")
    files.send(LETTER)
    files.send(LETTER)
    [path] = (tmp_path / "mail").iterdir()
    assert path.name == "2026-11-03T093000-000000000000.eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert message_from_bytes(path.read_bytes(), policy=policy.default).get_content() == LETTER.body


def test_notify_is_asked_with_a_token_that_only_the_key_can_make() -> None:
    service, secret = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
    head, claims, signature = notify_token(service, secret, at=1_793_000_000.9).split(".")
    assert decoded(head) == {"typ": "JWT", "alg": "HS256"}
    assert decoded(claims) == {"iss": service, "iat": 1_793_000_000}
    wanted = hmac.new(secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == wanted


def decoded(part: str) -> object:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@pytest.mark.parametrize(
    ("status", "problem"),
    [(201, None), (400, PermanentProblemError), (429, ConnectionError), (500, ConnectionError)],
)
def test_what_notify_answers_decides_whether_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, status: int, problem: type[Exception] | None
) -> None:
    asked: list[tuple[str, str, dict[str, str], object]] = []

    class Answers:
        def __init__(self, *_arguments: object, **_options: object) -> None:
            self.status = status

        def request(self, method: str, path: str, *, body: str, headers: dict[str, str]) -> None:
            asked.append((method, path, headers, json.loads(body)))

        def getresponse(self) -> Answers:
            return self

        def read(self, _most: int) -> bytes:
            return b"{}"

        def close(self) -> None:
            pass

    monkeypatch.setattr("http.client.HTTPSConnection", Answers)
    key = f"live-{uuid.UUID(int=1)}-{uuid.UUID(int=2)}"
    notify = Notify(MailSettings(notify_key=key, notify_template="t"))
    if problem is None:
        notify.send(LETTER)
    else:
        with pytest.raises(problem, match=str(status)):
            notify.send(LETTER)
    [(method, path, headers, body)] = asked
    assert (method, path) == ("POST", "/v2/notifications/email")
    assert decoded(headers["Authorization"].split(".")[1])["iss"] == str(uuid.UUID(int=1))  # type: ignore[index]
    assert body == {
        "email_address": "jo@example.org",
        "template_id": "t",
        "personalisation": {"subject": LETTER.subject, "body": LETTER.body},
        "reference": str(LETTER.id),
    }


def env(**more: str) -> dict[str, str]:
    return {"MARKETPLACE_ENV": "test", "SECRET_KEY": KNOWN_SECRET, **more}


def test_settings_choose_the_way_and_hide_what_is_secret() -> None:
    smtp = load_settings(
        env(MARKETPLACE_MAIL="smtp", MARKETPLACE_SMTP_URL="smtps://a%40b:p%2Fw@mail.example.org")
    )
    assert (smtp.mail.smtp_host, smtp.mail.smtp_port, smtp.mail.smtp_is_tls) == (
        "mail.example.org",
        465,
        True,
    )
    assert (smtp.mail.smtp_user, smtp.mail.smtp_password) == ("a@b", "p/w")
    assert "p/w" not in repr(smtp)
    assert isinstance(chosen_transport(smtp), MailServer)
    notify = load_settings(
        env(
            MARKETPLACE_MAIL="notify",
            MARKETPLACE_NOTIFY_KEY=f"live-{uuid.UUID(int=1)}-{uuid.UUID(int=2)}",
            MARKETPLACE_NOTIFY_TEMPLATE="t",
        )
    )
    assert isinstance(chosen_transport(notify), Notify)
    assert str(uuid.UUID(int=2)) not in repr(notify)
    assert isinstance(chosen_transport(load_settings(env())), Files)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"MARKETPLACE_MAIL": "pigeon"}, "file, smtp, notify"),
        ({"MARKETPLACE_MAIL": "smtp"}, "MARKETPLACE_SMTP_URL is missing"),
        ({"MARKETPLACE_MAIL": "notify", "MARKETPLACE_NOTIFY_KEY": "short"}, "MARKETPLACE_NOTIFY_KEY"),
        ({"MARKETPLACE_MAIL_FROM": "days@example.org\nBcc: x@example.org"}, "MARKETPLACE_MAIL_FROM"),
    ],
)
def test_a_wrong_mail_setting_stops_the_start(more: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load_settings(env(**more))
