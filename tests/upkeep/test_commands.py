"""`marketplace work` and `marketplace check` as they are called."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.engine import URL

from marketplace.accounts.models import LinkPurpose, MailedLink
from marketplace.audit import Action, record
from marketplace.cli import main
from marketplace.db import open_database
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.offers.catalogue import CatalogueHolder, kept_file, mark_changed
from marketplace.offers.models import Offer
from marketplace.outbox import MailState, OutboxMessage, post
from marketplace.people.models import FindJourney
from marketplace.settings import Mode, Settings
from marketplace.upkeep.jobs import Job, Work
from marketplace.upkeep.loop import do_once
from marketplace.vocabulary import Vacancy
from marketplace.web.rate_counts import count_try


@pytest.fixture
def here(settings: Settings, example_world: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An instance of the test's own with the example world."""
    shutil.copy(example_world, settings.instance_dir / "marketplace.sqlite3")
    monkeypatch.setenv("MARKETPLACE_ENV", "test")
    monkeypatch.setenv("MARKETPLACE_INSTANCE", str(settings.instance_dir))
    monkeypatch.setenv("MARKETPLACE_SENTENCE_MODEL", "off")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return settings


def call(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*arguments], catch_exceptions=False)
    return result.exit_code, result.stdout


def tell_problems() -> dict[str, list[str]]:
    status, out = call("check", "--json")
    document = json.loads(out)
    assert status == (0 if document["ok"] else 1)
    return {one["check"]: one["problems"] for one in document["checks"] if not one["ok"]}


def change(settings: Settings, *statements: str) -> None:
    connection = sqlite3.connect(settings.instance_dir / "marketplace.sqlite3")
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_the_example_world_is_well_and_what_is_done_to_it_is_told(here: Settings) -> None:
    database = open_database(here.database_url)
    with database.write.begin() as session:
        for number in range(3):
            record(session, action=Action.MAIL_GIVEN_UP, subject=("test", number), actor=None, role=None)
        offer, *_, held = session.scalars(select(Offer.id).order_by(Offer.id)).all()
    database.engine.dispose()
    status, out = call("check")
    assert status == 0, out
    assert "entries): well" in out

    change(
        here,
        "DROP TRIGGER audit_entry_no_delete",
        "DELETE FROM audit_entry WHERE number = 2",
        f"DELETE FROM provider WHERE id = (SELECT provider_id FROM offer WHERE id = '{offer.hex}')",
        f"UPDATE offer SET hold = 'check_missing' WHERE id = '{held.hex}'",
    )
    told = tell_problems()
    assert told["audit"] == ["Entry 2 is missing."]
    assert any("of offer point at a provider that is not there." in line for line in told["database"])
    assert told["standing"] == [f"Offer {held}: nothing holds it back. Something else is kept."]


def test_offers_that_were_changed_past_the_program_are_told(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKETPLACE_ENV", "development")  # tests keep no catalogue for the next start
    settings = replace(here, mode=Mode.DEVELOPMENT)
    database = open_database(here.database_url)
    directory = PostcodeDirectory.open(here.postcode_dir)
    holder = CatalogueHolder(here.seeds_dir, directory, kept_at=kept_file(settings))
    with database.read() as session:
        holder.current(session)
        first, second = session.scalars(
            select(Offer.id).where(Offer.vacancy != Vacancy.FULL).order_by(Offer.id).limit(2)
        )
    holder.wait()
    assert tell_problems() == {}
    change(
        here,
        f"UPDATE offer SET vacancy = 'full' WHERE id = '{first.hex}'",
        f"UPDATE offer SET status = 'paused' WHERE id = '{second.hex}'",
    )
    told = tell_problems()["catalogue"]
    assert told[:2] == [f"Offer {first} has another vacancy.", f"Offer {second} is not public."]
    with database.write.begin() as session:
        mark_changed(session, [first, second])
    assert tell_problems() == {}
    database.engine.dispose()


def test_a_damaged_file_an_old_one_and_none_are_told(here: Settings) -> None:
    file = here.instance_dir / "marketplace.sqlite3"
    change(here, "UPDATE alembic_version SET version_num = '0001'")
    [problem] = tell_problems()["tables"]
    assert "are of revision 0001" in problem
    file.write_bytes(b"this is not a database" * 100)
    assert "file is not a database" in tell_problems()["tables"][0]
    file.unlink()
    assert tell_problems()["tables"] == ["There is no database yet. Run 'marketplace init' first."]


def test_work_once_sends_mail_and_deletes_what_has_had_its_time(here: Settings) -> None:
    database = open_database(here.database_url)
    long_ago = timedelta(days=40)
    with database.write.begin() as session:
        message = post(session, recipient="jo@example.org", kind="test", subject="Hello", body="Hello Jo.\n")
        now = message.created_at
        session.add(
            FindJourney(token_hash="a", answers={}, created_at=now - long_ago, used_at=now - long_ago)
        )
        session.add(FindJourney(token_hash="b", answers={}, created_at=now, used_at=now))
        for token, age in (("old", long_ago), ("new", timedelta())):
            session.add(
                MailedLink(
                    token_hash=token,
                    purpose=LinkPurpose.SIGN_IN,
                    email="jo@example.org",
                    made_at=now - age,
                    expires_at=now - age,
                )
            )
        count_try(session, key="old", window=timedelta(minutes=1), now=now - long_ago)
    assert call("work", "--once") == (0, "")
    with database.read() as session:
        sent = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "test")).one()
        assert (sent.state, sent.attempts) == (MailState.SENT, 1)
        assert session.scalars(select(FindJourney.token_hash)).all() == ["b"]
        assert session.scalars(select(MailedLink.token_hash)).all() == ["new"]
    mails = [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in here.mail_dir.glob("*.eml")
    ]
    assert [mail.get_content() for mail in mails if mail["To"] == "jo@example.org"] == ["Hello Jo.\n"]
    database.engine.dispose()


def test_one_jobs_trouble_is_not_the_others(here: Settings) -> None:
    done: list[str] = []

    def fails(_work: Work) -> None:
        raise RuntimeError("broken")

    jobs = [Job("fails", timedelta(), fails), Job("works", timedelta(), lambda _work: done.append("works"))]
    database = open_database(here.database_url)
    assert do_once(Work(here, database), jobs) is False
    assert done == ["works"]


def test_work_goes_on_until_it_is_told_to_stop_and_ends_cleanly(here: Settings, migrated_sqlite: URL) -> None:
    # In a world without offers and people: what the jobs do in a full one is seen above.
    shutil.copy(str(migrated_sqlite.database), here.instance_dir / "marketplace.sqlite3")
    process = subprocess.Popen(
        [sys.executable, "-m", "marketplace", "work"], env=dict(os.environ), stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        assert "At work" in process.stderr.readline()
        database = open_database(here.database_url)
        with database.write.begin() as session:
            post(session, recipient="jo@example.org", kind="test", subject="Hello", body="Hello.")
        database.engine.dispose()
        # Other jobs have something to tell too: an end of the output would end the waiting.
        assert any("mail_is_in_a_file" in line for line in iter(process.stderr.readline, ""))
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        process.stderr.close()
