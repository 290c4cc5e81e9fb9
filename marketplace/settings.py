"""One frozen settings object, read once from the environment.

Nothing here knows of the web or of the database. A setting that is missing or wrong stops the start
with a sentence that tells what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

PACKAGE = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
KNOWN_SECRET = "only-for-development-and-tests-never-for-people"  # noqa: S105 (refused in production)
LONDON = ZoneInfo("Europe/London")
NOTIFY_IDS = 73
"""Length of the two identifiers, with the dash between, that an API key of GOV.UK Notify ends with."""


class SettingsError(Exception):
    """The environment can't be used as it is; the message tells what to change."""


class Mode(StrEnum):
    """How strictly the settings are read."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TEST = "test"


class MailBy(StrEnum):
    """Which way mail leaves."""

    FILE = "file"
    SMTP = "smtp"
    NOTIFY = "notify"


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """How mail is sent, and how long what was sent is kept."""

    by: MailBy = MailBy.FILE
    sender: str = "no-reply@127.0.0.1"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_is_tls: bool = False
    """Encrypted from the start (smtps); else encrypted after the greeting, which is insisted on."""
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    notify_key: str = field(default="", repr=False)
    notify_template: str = ""
    kept_for: timedelta = timedelta(days=30)
    """So long after it was sent, or given up, a mail's words and address are deleted."""


@dataclass(frozen=True, kw_only=True)
class RetentionSettings:
    """How long what is known about people is kept."""

    erase_after: timedelta = timedelta(days=7)
    """Who asked to be erased can change their mind for so long."""
    idle_accounts: timedelta = timedelta(days=730)
    """Accounts that nobody used for so long are told, and erased a month later; 0 keeps them."""
    looks: timedelta = timedelta(days=730)
    """A person sees for so long who looked at their page."""
    ended_supporters: timedelta = timedelta(days=365)
    """So long after someone's help ended, the record of it is deleted."""
    requests: timedelta = timedelta(days=1095)
    """So long after they were closed, requests about data and lawful holds are deleted."""


@dataclass(frozen=True, kw_only=True)
class FreshnessSettings:
    """How often providers are asked whether what they offer is still right."""

    each: timedelta = timedelta(days=90)
    """So long after an offer was confirmed its provider is asked again."""
    each_assistant: timedelta = timedelta(days=60)
    """The same for a Personal Assistant."""
    long_ago: timedelta = timedelta(days=400)
    """An offer that nobody confirmed for so long says so with its age."""


@dataclass(frozen=True, kw_only=True)
class ManySettings:
    """When a new Personal Assistant's messages wait for a moderator."""

    people: int = 10
    """So many people written to,"""
    minutes: int = 10
    """in so many minutes,"""
    days: int = 30
    """by who began so many days ago or less."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that differs between one place where the marketplace runs and another."""

    mode: Mode
    secret_key: str = field(repr=False)
    """Signs cookies and links: whoever knows it can be anyone. Empty for commands that serve no page."""
    instance_dir: Path
    """The one folder the program writes to."""
    database_url: str = field(repr=False)
    """As SQLAlchemy writes it: ``sqlite:///…`` or ``postgresql+psycopg://…``. May hold a password."""
    base_url: str
    """Where readers reach the site, without a slash at the end: links in mail start with it."""
    trusted_hosts: tuple[str, ...]
    """Names the site answers to; a request for another one is refused."""
    proxy_count: int = 0
    """How many of our own proxies stand in front and write ``X-Forwarded-…``."""
    templates_dir: Path
    static_dir: Path
    seeds_dir: Path
    timezone: ZoneInfo = LONDON
    """Where the sessions happen: their times are local, with clock changes."""
    evening_starts: time = time(17, 0)
    uses_sentence_model: bool = True
    """Compare wishes with offers by the meaning of sentences too, where the model is installed."""
    journey_idle: timedelta = timedelta(days=30)
    """A visitor's answers are deleted after so long without use."""
    sign_in_lifetime: timedelta = timedelta(hours=12)
    """A person who signed in is asked again after so long."""
    sign_in_idle: timedelta = timedelta(hours=2)
    """And after so long without doing anything."""
    staff_sign_in_lifetime: timedelta = timedelta(hours=10)
    """The same for those who see other people's records or decide about listings."""
    staff_sign_in_idle: timedelta = timedelta(minutes=30)

    mail: MailSettings = MailSettings()
    retention: RetentionSettings = RetentionSettings()
    freshness: FreshnessSettings = FreshnessSettings()
    many: ManySettings = ManySettings()

    @property
    def postcode_dir(self) -> Path:
        return self.instance_dir / "postcodes"

    @property
    def mail_dir(self) -> Path:
        """Where mail lands that is written to files."""
        return self.instance_dir / "mail"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


def load_settings(env: Mapping[str, str], *, serves_pages: bool = True) -> Settings:
    """Read the settings from *env* (usually ``os.environ``).

    Raises ``SettingsError`` for anything missing or wrong. Reads the secret from
    ``<instance>/secret_key`` if it isn't in *env*; writes nothing. Only a program that
    *serves_pages* needs a secret.
    """
    mode = _mode(env.get("MARKETPLACE_ENV") or Mode.PRODUCTION)
    instance_dir = _instance_dir(env.get("MARKETPLACE_INSTANCE", ""))
    base_url = _base_url(env.get("MARKETPLACE_BASE_URL") or "http://127.0.0.1:8000")
    return Settings(
        mode=mode,
        secret_key=_secret_key(
            env.get("SECRET_KEY", ""),
            mode=mode,
            serves_pages=serves_pages,
            instance_dir=instance_dir,
        ),
        instance_dir=instance_dir,
        database_url=_database_url(env.get("DATABASE_URL", ""), instance_dir=instance_dir),
        base_url=base_url,
        trusted_hosts=_trusted_hosts(env.get("MARKETPLACE_TRUSTED_HOSTS", ""), base_url=base_url),
        proxy_count=_whole_number(env, "MARKETPLACE_PROXY_COUNT", default=0, most=9),
        templates_dir=_shipped("templates"),
        static_dir=_shipped("static"),
        seeds_dir=_shipped("seeds"),
        uses_sentence_model=_on_or_off(env, "MARKETPLACE_SENTENCE_MODEL"),
        evening_starts=_clock_time(env, "MARKETPLACE_EVENING_STARTS", default=time(17, 0)),
        journey_idle=timedelta(days=_whole_number(env, "MARKETPLACE_JOURNEY_DAYS", default=30, most=365)),
        sign_in_lifetime=timedelta(
            hours=_whole_number(env, "MARKETPLACE_SIGN_IN_HOURS", default=12, most=168)
        ),
        mail=_mail(env, base_url=base_url),
        retention=_retention(env),
        freshness=_freshness(env),
        many=_many(env),
        sign_in_idle=timedelta(
            minutes=_whole_number(env, "MARKETPLACE_SIGN_IN_IDLE_MINUTES", default=120, least=6, most=1440)
        ),
        staff_sign_in_lifetime=timedelta(
            hours=_whole_number(env, "MARKETPLACE_STAFF_SIGN_IN_HOURS", default=10, least=1, most=24)
        ),
        staff_sign_in_idle=timedelta(
            minutes=_whole_number(env, "MARKETPLACE_STAFF_IDLE_MINUTES", default=30, least=6, most=240)
        ),
    )


def _mode(text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError:
        choices = ", ".join(Mode)
        raise SettingsError(f"MARKETPLACE_ENV is {text!r}. Set it to one of: {choices}.") from None


def _instance_dir(text: str) -> Path:
    """Beside the package in a checkout, wherever the command is called; else in the working folder."""
    if text:
        return Path(text).expanduser().resolve()
    return (PACKAGE.parent if _is_checkout() else Path.cwd()) / "instance"


def _secret_key(text: str, *, mode: Mode, serves_pages: bool, instance_dir: Path) -> str:
    kept = instance_dir / "secret_key"
    if not text and kept.is_file():
        text = kept.read_text(encoding="ascii").strip()
    if not text and mode is not Mode.PRODUCTION:
        return KNOWN_SECRET
    if not text and serves_pages:
        raise SettingsError(
            "SECRET_KEY is missing. Set it to a long random value, the same for all processes. "
            "To make one: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if text and len(text) < SHORTEST_SECRET:
        raise SettingsError(f"SECRET_KEY is too short. Use at least {SHORTEST_SECRET} characters.")
    return text


def _database_url(text: str, *, instance_dir: Path) -> str:
    if not text:
        return f"sqlite:///{instance_dir / 'marketplace.sqlite3'}"
    scheme, separator, rest = text.partition("://")
    if not separator:
        raise SettingsError("DATABASE_URL is not an address. It starts with sqlite:/// or postgresql://.")
    if scheme in ("postgres", "postgresql"):
        return f"postgresql+psycopg://{rest}"
    if scheme in ("sqlite", "postgresql+psycopg"):
        return text
    raise SettingsError(f"DATABASE_URL starts with {scheme}://. Use sqlite:/// or postgresql://.")


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise SettingsError(
            f"MARKETPLACE_BASE_URL is {text!r}. Give a whole address without a path, like https://days.example.org."
        )
    return text.rstrip("/")


def _trusted_hosts(text: str, *, base_url: str) -> tuple[str, ...]:
    named = tuple(host.strip() for host in text.split(",") if host.strip())
    own = urlsplit(base_url).hostname or ""
    return named or tuple(dict.fromkeys((own, "127.0.0.1", "localhost")))


def _mail(env: Mapping[str, str], *, base_url: str) -> MailSettings:
    way = env.get("MARKETPLACE_MAIL") or MailBy.FILE
    if way not in list(MailBy):
        raise SettingsError(f"MARKETPLACE_MAIL is {way!r}. Set it to one of: {', '.join(MailBy)}.")
    sender = env.get("MARKETPLACE_MAIL_FROM") or f"no-reply@{urlsplit(base_url).hostname}"
    if not sender.isprintable() or "@" not in sender:
        raise SettingsError(
            f"MARKETPLACE_MAIL_FROM is {sender!r}. Give an address, like Good days <days@example.org>."
        )
    kept_for = timedelta(days=_whole_number(env, "MARKETPLACE_MAIL_DAYS", default=30, most=365))
    if way == MailBy.SMTP:
        server = urlsplit(env.get("MARKETPLACE_SMTP_URL", ""))
        if server.scheme not in ("smtp", "smtps") or not server.hostname:
            raise SettingsError(
                "MARKETPLACE_SMTP_URL is missing or wrong. Give the mail server, like "
                "smtp://name:password@mail.example.org:587 (smtps:// where it is encrypted from the start)."
            )
        is_tls = server.scheme == "smtps"
        return MailSettings(
            by=MailBy.SMTP,
            sender=sender,
            smtp_host=server.hostname,
            smtp_port=server.port or (465 if is_tls else 587),
            smtp_is_tls=is_tls,
            smtp_user=unquote(server.username or ""),
            smtp_password=unquote(server.password or ""),
            kept_for=kept_for,
        )
    if way == MailBy.NOTIFY:
        key, template = env.get("MARKETPLACE_NOTIFY_KEY", ""), env.get("MARKETPLACE_NOTIFY_TEMPLATE", "")
        if len(key) <= NOTIFY_IDS or not template:
            raise SettingsError(
                "MARKETPLACE_NOTIFY_KEY and MARKETPLACE_NOTIFY_TEMPLATE are needed: an API key of GOV.UK "
                "Notify, and the id of a template whose subject is ((subject)) and whose message is ((body))."
            )
        return MailSettings(
            by=MailBy.NOTIFY, sender=sender, notify_key=key, notify_template=template, kept_for=kept_for
        )
    return MailSettings(sender=sender, kept_for=kept_for)


def _retention(env: Mapping[str, str]) -> RetentionSettings:
    def days(name: str, default: timedelta, *, least: int = 1, most: int = 3650) -> timedelta:
        return timedelta(days=_whole_number(env, name, default=default.days, least=least, most=most))

    default = RetentionSettings()
    return RetentionSettings(
        erase_after=days("MARKETPLACE_ERASE_DAYS", default.erase_after, least=0, most=28),
        idle_accounts=days("MARKETPLACE_IDLE_ACCOUNT_DAYS", default.idle_accounts, least=0),
        looks=days("MARKETPLACE_LOOK_DAYS", default.looks),
        ended_supporters=days("MARKETPLACE_ENDED_SUPPORTER_DAYS", default.ended_supporters),
        requests=days("MARKETPLACE_RIGHTS_REQUEST_DAYS", default.requests),
    )


def _freshness(env: Mapping[str, str]) -> FreshnessSettings:
    def days(name: str, default: timedelta) -> timedelta:
        return timedelta(days=_whole_number(env, name, default=default.days, least=7, most=3650))

    default = FreshnessSettings()
    return FreshnessSettings(
        each=days("MARKETPLACE_STILL_RIGHT_DAYS", default.each),
        each_assistant=days("MARKETPLACE_STILL_RIGHT_ASSISTANT_DAYS", default.each_assistant),
        long_ago=days("MARKETPLACE_LONG_UNCONFIRMED_DAYS", default.long_ago),
    )


def _many(env: Mapping[str, str]) -> ManySettings:
    default = ManySettings()
    return ManySettings(
        people=_whole_number(env, "MARKETPLACE_MANY_PEOPLE", default=default.people, least=2, most=1000),
        minutes=_whole_number(env, "MARKETPLACE_MANY_MINUTES", default=default.minutes, least=1, most=1440),
        days=_whole_number(env, "MARKETPLACE_NEW_ASSISTANT_DAYS", default=default.days, most=3650),
    )


def _whole_number(env: Mapping[str, str], name: str, *, default: int, most: int, least: int = 0) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingsError(f"{name} is {text!r}. Give a whole number from {least} to {most}.")
    return int(text)


def _on_or_off(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name) or "on"
    if text not in ("on", "off"):
        raise SettingsError(f"{name} is {text!r}. Set it to on or off.")
    return text == "on"


def _clock_time(env: Mapping[str, str], name: str, *, default: time) -> time:
    text = env.get(name, "")
    if not text:
        return default
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise SettingsError(f"{name} is {text!r}. Give a time, like 17:00.") from None


def _shipped(folder: str) -> Path:
    """*folder* beside the package in a checkout, or inside the package where a wheel is installed."""
    return (PACKAGE.parent if _is_checkout() else PACKAGE / "_bundled") / folder


def _is_checkout() -> bool:
    return (PACKAGE.parent / "pyproject.toml").is_file()
