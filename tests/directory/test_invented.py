"""The footer says that people and providers are invented only where they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.db import open_database
from marketplace.directory import invented as room
from marketplace.directory.invented import Invented, how_many_invented
from marketplace.providers.examples import example_id
from tests.directory.factories import provider

ALL = "The people and providers here are examples. We made them up."
SOME = "Some of the people and providers here are examples. We made those up."


def _example(session: Session, name: str) -> None:
    provider(session, id=example_id("provider", name), source_id=name, name=name)


def test_a_directory_says_what_its_providers_are(session: Session) -> None:
    assert how_many_invented(session) is Invented.NONE
    _example(session, "oakfield")
    assert how_many_invented(session) is Invented.ALL
    provider(session, source_id="oakfield-of-the-council")
    assert how_many_invented(session) is Invented.SOME


def test_a_real_record_with_an_example_s_name_is_real(session: Session) -> None:
    provider(session, source_id="oakfield")
    assert how_many_invented(session) is Invented.NONE


def test_the_footer_follows_the_catalogue(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SECONDS_KEPT", 0)
    assert "examples" not in client.get("/cookies").text
    _example(session, "oakfield")
    session.commit()
    assert "examples" not in client.get("/cookies").text  # kept: the catalogue says nothing of a change
    app.extensions["marketplace.catalogue"] = _Holder(1)
    client.get("/cookies")
    app.extensions["marketplace.catalogue"] = _Holder(2)
    assert ALL in client.get("/cookies").text
    assert "These are examples" in client.get("/about").text
    provider(session, source_id="of-the-council")
    session.commit()
    app.extensions["marketplace.catalogue"] = _Holder(3)
    text = client.get("/cookies").text
    assert SOME in text
    assert ALL not in text


def test_the_example_world_is_all_invented(example_world: Path, tmp_path: Path) -> None:
    # A copy of its own: in the one that tests share, some of them join as providers.
    world = open_database(f"sqlite:///{shutil.copy(example_world, tmp_path / 'world.sqlite3')}")
    with world.read() as session:
        assert how_many_invented(session) is Invented.ALL
    world.engine.dispose()


class _Holder:
    """Stands for the catalogue's holder: only its epoch matters here."""

    def __init__(self, epoch: int) -> None:
        self.known_epoch = epoch
