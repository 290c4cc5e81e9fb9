"""A database that isn't there, is older than the program or away: said in a sentence, by every command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from marketplace.cli import main
from marketplace.db import open_database
from marketplace.migrations import upgrade

ALL = (
    "match needs.json",
    "seed",
    "work --once",
    "gaps",
    "gaps --kept",
    "check",
    "import open-referral needs.json",
    "account link ada@example.org",
    "sign-in-code ada@example.org",
)


def what_is_said(command: str) -> str:
    done = CliRunner().invoke(main, command.split())
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit), f"{command} ends in a traceback"
    return done.output


def test_every_command_says_what_to_do_where_there_is_no_database_or_an_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "marketplace.sqlite3"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MARKETPLACE_ENV", "test")
    monkeypatch.setenv("SECRET_KEY", "a" * 64)
    monkeypatch.setenv("MARKETPLACE_INSTANCE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    (tmp_path / "needs.json").write_text(json.dumps({"goals": [{"theme": "cookery"}]}), encoding="utf-8")
    for command in ALL:
        assert "marketplace init" in what_is_said(command), command
    database = open_database(f"sqlite:///{file}")
    upgrade(database.engine, revision="0001")
    database.engine.dispose()
    assert "The tables are of revision 0001" in what_is_said("match needs.json")
    assert "no such table: account" in what_is_said("account link ada@example.org")
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/nowhere")
    for command in ("match needs.json", "work --once", "check"):
        assert "onnection refused" in what_is_said(command)
    monkeypatch.setenv("DATABASE_URL", "mysql://127.0.0.1/nowhere")
    for command in ("match needs.json", "work --once", "gaps", "account link ada@example.org"):
        assert "DATABASE_URL starts with mysql://" in what_is_said(command)
