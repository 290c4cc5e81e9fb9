"""What the database layer promises, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from marketplace.db import get_session, init_app, open_database, write_session
from marketplace.offers.models import Cost, Offer
from marketplace.people.models import FindJourney
from marketplace.providers.models import Check, Provider
from marketplace.vocabulary import CostBasis, LegalForm, OfferKind

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def a_journey(**changed: Any) -> FindJourney:
    return FindJourney(
        **{"token_hash": uuid.uuid4().hex, "answers": {}, "created_at": NOON, "used_at": NOON, **changed}
    )


def an_offer(**changed: Any) -> Offer:
    provider = Provider(name="Oakfield", legal_form=LegalForm.CHARITY)
    known = {"kind": OfferKind.DAY_SERVICE, "name": "Kitchen", "summary": "Cook together.", "description": ""}
    return Offer(provider=provider, updated_at=NOON, **{**known, **changed})


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(session: Session) -> None:
    summer = timezone(timedelta(hours=1))
    journey = a_journey(used_at=NOON.astimezone(summer))
    session.add(journey)
    session.flush()
    session.expire(journey)
    assert journey.used_at == NOON
    assert journey.used_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    session.add(a_journey(used_at=datetime(2026, 7, 1, 12, 0)))  # noqa: DTZ001 (that is the point)
    with pytest.raises(StatementError, match="a moment needs a zone"):
        session.flush()


def test_money_is_exact_and_adds_up_in_the_database(session: Session) -> None:
    offer = an_offer()
    offer.costs = [
        Cost(basis=CostBasis.SESSION, amount=Decimal(pounds)) for pounds in ("0.10", "0.20", "12.71")
    ]
    session.add(offer)
    session.flush()
    session.expire_all()
    assert sorted(cost.amount for cost in offer.costs) == [Decimal("0.10"), Decimal("0.20"), Decimal("12.71")]
    assert session.scalar(select(func.sum(Cost.amount))) == Decimal("13.01")
    assert session.scalar(select(func.count()).where(Cost.amount > Decimal("0.15"))) == 2


def test_a_part_of_a_penny_is_refused(session: Session) -> None:
    offer = an_offer()
    offer.costs = [Cost(basis=CostBasis.HOUR, amount=Decimal("13.505"))]
    session.add(offer)
    with pytest.raises(StatementError, match="whole number of pence"):
        session.flush()


def test_an_enum_is_stored_by_the_name_that_others_use(session: Session) -> None:
    session.add(an_offer())
    session.flush()
    assert session.scalar(text("SELECT kind FROM offer")) == "day_service"
    assert session.scalars(select(Offer.kind)).one() is OfferKind.DAY_SERVICE


def test_the_database_refuses_a_word_that_the_vocabulary_lacks(session: Session) -> None:
    session.add(an_offer())
    session.flush()
    with pytest.raises(IntegrityError, match="ck_offer_kind_known"):
        session.execute(text("UPDATE offer SET kind = 'bingo'"))


def test_rows_that_point_at_nothing_are_refused(session: Session) -> None:
    session.add(Check(provider_id=uuid.uuid4(), kind="insurance", seen_on=date(2026, 1, 1), seen_by="us"))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_savepoint_rolled_back_takes_only_its_own_rows_along(session: Session) -> None:
    session.add(a_journey(token_hash="kept"))
    savepoint = session.begin_nested()
    session.add(a_journey(token_hash="lost"))
    session.flush()
    savepoint.rollback()
    session.commit()
    assert session.scalars(select(FindJourney.token_hash)).all() == ["kept"]


def test_a_write_session_keeps_everything_or_nothing(database_url: str) -> None:
    database = open_database(database_url)

    def fail_half_way() -> None:
        with write_session(database) as session:
            session.add(a_journey())
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail_half_way()
    with write_session(database) as session:
        session.add(a_journey(token_hash="kept"))
    with database.read() as session:
        assert session.scalars(select(FindJourney.token_hash)).all() == ["kept"]
    database.engine.dispose()


def test_writers_who_read_first_wait_for_each_other(database_url: str) -> None:
    database = open_database(database_url)
    with write_session(database) as session:
        session.add(a_journey(answers={"count": 0}))
    problems: list[Exception] = []

    def add_one() -> None:
        try:
            for _ in range(5):
                with write_session(database) as session:
                    journey = session.scalars(select(FindJourney).with_for_update()).one()
                    journey.answers = {"count": journey.answers["count"] + 1}
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert (problems, session.scalars(select(FindJourney)).one().answers) == ([], {"count": 20})
    database.engine.dispose()


def test_a_request_keeps_only_what_it_committed(database_url: str) -> None:
    database = open_database(database_url)
    app = Flask("probe")
    init_app(app, database=database)

    @app.post("/<name>")
    def keep(name: str) -> str:
        get_session().add(a_journey(token_hash=name))
        get_session().flush()
        if name == "committed":
            get_session().commit()
        return "done"

    for name in ("committed", "forgotten"):
        assert app.test_client().post(f"/{name}").status_code == 200
    with database.read() as session:
        assert session.scalars(select(FindJourney.token_hash)).all() == ["committed"]
    database.engine.dispose()


def test_sqlite_is_set_to_lose_no_acknowledged_write(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, own_prepare_sqlite: Callable[..., None]
) -> None:
    monkeypatch.setattr("marketplace.db._prepare_sqlite", own_prepare_sqlite)
    engine = open_database(f"sqlite:///{tmp_path / 'probe.sqlite3'}").engine
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    full = 2
    assert found == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "busy_timeout": 10_000}
    engine.dispose()
