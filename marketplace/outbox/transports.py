"""The ways that mail leaves: a file, a mail server, GOV.UK Notify. One is chosen by the settings."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import smtplib
import ssl
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, Protocol

import structlog

from marketplace.settings import NOTIFY_IDS, MailBy, MailSettings, Settings

log = structlog.get_logger(__name__)

SECONDS = 30
"""The longest that one step of sending may take."""
NOTIFY_HOST = "api.notifications.service.gov.uk"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a transport needs of a stored message."""

    id: uuid.UUID
    recipient: str
    subject: str
    body: str
    written_at: datetime


class PermanentProblemError(Exception):
    """The other side refused for good: trying again is no use."""


class Transport(Protocol):
    """The one seam that tests replace. Any error means 'not sent'."""

    def send(self, letter: Letter) -> None: ...


def chosen_transport(settings: Settings) -> Transport:
    """The way that the settings name."""
    mail = settings.mail
    if mail.by is MailBy.SMTP:
        return MailServer(mail)
    if mail.by is MailBy.NOTIFY:
        return Notify(mail)
    return Files(mail, folder=settings.mail_dir)


class Files:
    """Each mail is a file that any mail program opens. Sent twice it is the same file."""

    def __init__(self, mail: MailSettings, *, folder: Path) -> None:
        self._mail = mail
        self._folder = folder

    def send(self, letter: Letter) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{letter.written_at.astimezone(UTC):%Y-%m-%dT%H%M%S}-{letter.id.hex[:12]}.eml"
        partly = path.with_suffix(".part")
        partly.touch(mode=0o600)
        partly.write_bytes(as_email(letter, sender=self._mail.sender).as_bytes())
        partly.replace(path)
        log.info("mail_is_in_a_file", file=str(path))


class MailServer:
    """SMTP, encrypted always, but to a server on this machine that can't."""

    def __init__(self, mail: MailSettings) -> None:
        self._mail = mail

    def send(self, letter: Letter) -> None:
        # Not every server on the way takes letters beyond ASCII as they are.
        message = as_email(letter, sender=self._mail.sender, encoding="quoted-printable")
        try:
            with self._connected() as server:
                server.send_message(
                    message, from_addr=parseaddr(self._mail.sender)[1], to_addrs=[letter.recipient]
                )
        except smtplib.SMTPRecipientsRefused as refusal:
            code, answer = next(iter(refusal.recipients.values()))
            problem = f"{code} {answer.decode(errors='replace')}"
            if 500 <= code < 600:
                raise PermanentProblemError(problem) from refusal
            raise

    def _connected(self) -> smtplib.SMTP:
        mail = self._mail
        trusted = ssl.create_default_context()
        if mail.smtp_is_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                mail.smtp_host, mail.smtp_port, timeout=SECONDS, context=trusted
            )
        else:
            server = smtplib.SMTP(mail.smtp_host, mail.smtp_port, timeout=SECONDS)
        try:
            server.ehlo()
            if not mail.smtp_is_tls and (server.has_extn("starttls") or not _is_this_machine(mail.smtp_host)):
                server.starttls(context=trusted)
            if mail.smtp_user:
                server.login(mail.smtp_user, mail.smtp_password)
        except BaseException:
            server.close()
            raise
        return server


class Notify:
    """GOV.UK Notify, over its HTTP interface; the template holds only ((subject)) and ((body))."""

    def __init__(self, mail: MailSettings, *, host: str = NOTIFY_HOST) -> None:
        self._template = mail.notify_template
        # <name>-<service id>-<secret>, as Notify shows it once.
        ids = mail.notify_key[-NOTIFY_IDS:]
        self._service, self._secret = ids[:36], ids[37:]
        self._host = host

    def send(self, letter: Letter) -> None:
        connection = http.client.HTTPSConnection(
            self._host, timeout=SECONDS, context=ssl.create_default_context()
        )
        try:
            connection.request(
                "POST",
                "/v2/notifications/email",
                body=json.dumps(self.request_of(letter)),
                headers={
                    "Authorization": f"Bearer {notify_token(self._service, self._secret, at=time.time())}",
                    "Content-Type": "application/json",
                },
            )
            answer = connection.getresponse()
            text = answer.read(10_000).decode(errors="replace")
        finally:
            connection.close()
        if answer.status == 201:
            return
        problem = f"{answer.status} {text}"
        # 400: this letter can't be sent. 403 and 429 are about the key and the day's limit: they pass.
        if answer.status == 400:
            raise PermanentProblemError(problem)
        raise ConnectionError(problem)

    def request_of(self, letter: Letter) -> dict[str, Any]:
        return {
            "email_address": letter.recipient,
            "template_id": self._template,
            "personalisation": {"subject": letter.subject, "body": letter.body},
            "reference": str(letter.id),
        }


def notify_token(service: str, secret: str, *, at: float) -> str:
    """What proves to Notify who asks: a JSON web token (RFC 7519), signed with HMAC and SHA-256."""
    head, claims = (
        _base64(json.dumps(part, separators=(",", ":")).encode())
        for part in ({"typ": "JWT", "alg": "HS256"}, {"iss": service, "iat": int(at)})
    )
    signature = hmac.digest(secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256)
    return f"{head}.{claims}.{_base64(signature)}"


def as_email(letter: Letter, *, sender: str, encoding: str = "8bit") -> EmailMessage:
    """The letter as a mail. Its Message-ID is the same at each try: who gets it twice can drop one."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at.astimezone(UTC))
    message["Message-ID"] = f"<{letter.id}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"  # so that no 'I am on holiday' comes back
    message.set_content(letter.body, cte=encoding)
    return message


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
