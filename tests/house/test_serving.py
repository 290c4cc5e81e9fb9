"""The program as it is started: another process, a real socket, an example database."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import URL

from marketplace.cli import main
from marketplace.db import open_database, write_session
from marketplace.outbox import post
from marketplace.settings import Settings

CLAIM = {
    "X_Forwarded_Host": "elsewhere.example",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_For": "192.0.2.9",
}


@contextmanager
def started(settings: Settings, *arguments: str, **env: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {"MARKETPLACE_ENV": "test", "MARKETPLACE_INSTANCE": str(settings.instance_dir)}
    process = subprocess.Popen(
        [sys.executable, "-m", "marketplace", "serve", "--port", str(port), *arguments],
        env={**os.environ, **own, **env},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    address = f"http://127.0.0.1:{port}"
    try:
        said = process.stderr.readline()
        assert address in said
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        process.stderr.close()


def status_of(address: str, **headers: str) -> int:
    request = urllib.request.Request(
        address, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return refusal.code


def test_the_started_program_says_where_it_is_answers_and_does_the_work_beside_it(
    settings: Settings, example_world: Path
) -> None:
    shutil.copy(example_world, settings.instance_dir / "marketplace.sqlite3")
    database = open_database(settings.database_url)
    with write_session(database) as session:
        post(session, recipient="jo@example.org", kind="test", subject="Hello", body="Hello.")
    database.engine.dispose()
    with started(settings, "--work") as address:
        told = [status_of(address + path) for path in ("/", "/healthz", "/readyz", "/nowhere")]
        assert told == [200, 200, 200, 404]
        assert status_of(address, **CLAIM) == 200  # no proxy of ours: not even read
        until = time.monotonic() + 30
        while not list(settings.mail_dir.glob("*.eml")) and time.monotonic() < until:
            time.sleep(0.05)
    assert len(list(settings.mail_dir.glob("*.eml"))) == 1


def test_what_a_proxy_says_counts_where_a_proxy_of_ours_stands(
    settings: Settings, migrated_sqlite: URL
) -> None:
    shutil.copy(str(migrated_sqlite.database), settings.instance_dir / "marketplace.sqlite3")
    with started(settings, MARKETPLACE_PROXY_COUNT="1") as address:
        assert status_of(address, **CLAIM) == 400  # believed, and not a host that we answer to


def test_a_start_without_a_secret_ends_at_once_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECRET_KEY", "MARKETPLACE_ENV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MARKETPLACE_INSTANCE", str(tmp_path))
    ended = CliRunner().invoke(main, ["serve"])
    assert ended.exit_code == 1
    assert isinstance(ended.exception, SystemExit), "it ends in a traceback"
    assert "SECRET_KEY is missing" in ended.stderr
