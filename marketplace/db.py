"""The database: base class, column types, engine, and the session of a request.

SQLite is the default and PostgreSQL the choice for many writers; what differs between the two is
settled here and nowhere else.
"""

from __future__ import annotations

import enum
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    type_coerce,
)
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeEngine

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
PENCE = Decimal("0.01")
BUSY_MILLISECONDS = 10_000
_WRITES = "marketplace_writes"
_EXTENSION = "marketplace.db"
_READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: takes any datetime with a zone, always gives it back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone: use datetime.now(UTC)")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """Pounds as ``Decimal`` with two places; SQLite, which has no decimals, keeps whole pence."""

    impl = Numeric(10, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Numeric(10, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None:
            return None
        pounds = Decimal(value)
        if pounds != pounds.quantize(PENCE):
            raise ValueError(f"{value} is not a whole number of pence")
        return int(pounds * 100) if dialect.name == "sqlite" else pounds

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        pounds = Decimal(value) / 100 if dialect.name == "sqlite" else Decimal(value)
        return pounds.quantize(PENCE)


class Base(DeclarativeBase):
    """Base of every table; constraints get names that migrations and error handling can rely on."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {Decimal: Money(), datetime: UtcDateTime()}  # noqa: RUF012 (read by SQLAlchemy)


class _StoredEnum(Enum):
    """Marks the columns that ``_only_known_values`` constrains."""

    cache_ok = True


def enum_type(members: type[enum.Enum]) -> Enum:
    """A text column for *members*: stored by value, and constrained to them by the database.

    The check is named after the column, ``ck_<table>_<column>_known``, so that one table can use
    the same enum twice.
    """
    return _StoredEnum(
        members,
        values_callable=lambda kinds: [str(member.value) for member in kinds],
        native_enum=False,
        create_constraint=False,
        validate_strings=True,
        length=60,
    )


@event.listens_for(Column, "after_parent_attach")
def _only_known_values(column: Column[Any], parent: object) -> None:
    # Tables copied for a migration live in other metadata and get a copy of the check with the rest.
    ours = isinstance(parent, Table) and parent.metadata is Base.metadata
    if ours and isinstance(column.type, _StoredEnum):
        known = type_coerce(column, String()).in_(column.type.enums)
        column.table.append_constraint(CheckConstraint(known, name=f"{column.name}_known"))


def make_engine(url: str) -> Engine:
    """An engine for *url* that behaves alike on SQLite and PostgreSQL.

    Errors, and so logs, name the statement but not the values: these are what people typed.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(address, connect_args={"timeout": BUSY_MILLISECONDS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def for_writing(engine: Engine) -> Engine:
    """*engine*, but each transaction takes SQLite's write lock as it begins."""
    return engine.execution_options(**{_WRITES: True})


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transaction handling starts late and lets savepoints leak through a rollback
    # (Python 3.11): we switch it off and begin ourselves, below.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is written over, instead of staying in the file until its room is needed.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another one wrote in between;
    # one that is going to write therefore asks for the write lock first, and waits its turn.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@dataclass(frozen=True, kw_only=True)
class Database:
    """An engine and its two kinds of session: ``read`` and ``write`` differ on SQLite only."""

    engine: Engine
    read: sessionmaker[Session]
    write: sessionmaker[Session]


def open_database(url: str) -> Database:
    """Open *url*; no connection is made before it is needed."""
    engine = make_engine(url)
    return Database(
        engine=engine,
        read=sessionmaker(engine, expire_on_commit=False),
        write=sessionmaker(for_writing(engine), expire_on_commit=False),
    )


@contextmanager
def write_session(database: Database) -> Iterator[Session]:
    """A session for a command: committed at the end, rolled back by any error."""
    with database.write.begin() as session:
        yield session


def init_app(app: Flask, *, database: Database) -> None:
    """Give *app* its database: one session a request, rolled back and closed at the end of it."""
    app.extensions[_EXTENSION] = database
    app.teardown_appcontext(_close_session)


def get_database() -> Database:
    """The database of the application that handles this request."""
    return cast(Database, current_app.extensions[_EXTENSION])


def get_session(*, writes: bool | None = None) -> Session:
    """The session of this request. Nothing is kept unless the route commits.

    It may write when the method may change something. A GET that keeps something (a visitor's first
    answers) asks for ``writes=True`` before its first read.
    """
    session: Session | None = g.get("database_session")
    if session is None:
        if writes is None:
            writes = not has_request_context() or request.method not in _READING_METHODS
        database = get_database()
        session = g.database_session = database.write() if writes else database.read()
        g.database_session_writes = writes
    return session


def session_writes() -> bool:
    """Whether the session of this request is one that writes: on SQLite it then holds the write lock."""
    return bool(g.get("database_session_writes"))


def _close_session(_error: BaseException | None) -> None:
    session: Session | None = g.pop("database_session", None)
    if session is not None:
        session.close()  # also rolls back
