"""The settings: what a start needs, and what it says when that is missing."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import time
from pathlib import Path

import pytest

from marketplace.settings import KNOWN_SECRET, Mode, SettingsError, load_settings

LONG = "x" * 32


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"MARKETPLACE_INSTANCE": str(tmp_path), "SECRET_KEY": LONG}


def test_a_start_without_a_secret_is_refused_and_told_how_to_make_one(env: dict[str, str]) -> None:
    del env["SECRET_KEY"]
    with pytest.raises(SettingsError, match=r"SECRET_KEY is missing.*token_hex"):
        load_settings(env)


def test_a_command_that_serves_no_page_needs_no_secret(env: dict[str, str]) -> None:
    del env["SECRET_KEY"]
    assert load_settings(env, serves_pages=False).secret_key == ""


def test_the_secret_may_lie_in_the_instance_folder(env: dict[str, str], tmp_path: Path) -> None:
    del env["SECRET_KEY"]
    (tmp_path / "secret_key").write_text("y" * 64 + "\n")
    assert load_settings(env).secret_key == "y" * 64


def test_the_secret_that_everyone_can_read_is_for_tests_only(env: dict[str, str]) -> None:
    del env["SECRET_KEY"]
    assert load_settings({**env, "MARKETPLACE_ENV": "test"}).secret_key == KNOWN_SECRET


def test_neither_the_secret_nor_the_database_password_is_printed(env: dict[str, str]) -> None:
    settings = load_settings({**env, "DATABASE_URL": "postgresql://me:hidden@db/days"})
    assert LONG not in repr(settings)
    assert "hidden" not in repr(settings)


def test_the_database_is_a_file_of_the_instance_unless_named(env: dict[str, str], tmp_path: Path) -> None:
    assert load_settings(env).database_url == f"sqlite:///{tmp_path}/marketplace.sqlite3"


def test_an_address_of_postgresql_gets_the_driver_we_use(env: dict[str, str]) -> None:
    for given in ("postgres://db/days", "postgresql://db/days", "postgresql+psycopg://db/days"):
        assert load_settings({**env, "DATABASE_URL": given}).database_url == "postgresql+psycopg://db/days"


def test_the_site_answers_to_its_own_name_and_to_this_machine(env: dict[str, str]) -> None:
    settings = load_settings({**env, "MARKETPLACE_BASE_URL": "https://days.example/"})
    assert settings.base_url == "https://days.example"
    assert settings.is_https
    assert settings.trusted_hosts == ("days.example", "127.0.0.1", "localhost")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("MARKETPLACE_ENV", "live", "production, development, test"),
        ("SECRET_KEY", "short", "at least 32"),
        ("DATABASE_URL", "mysql://db/days", "sqlite:/// or postgresql://"),
        ("DATABASE_URL", "days.sqlite3", "sqlite:/// or postgresql://"),
        ("MARKETPLACE_BASE_URL", "days.example", "https://days.example.org"),
        ("MARKETPLACE_BASE_URL", "https://days.example/site", "without a path"),
        ("MARKETPLACE_PROXY_COUNT", "-1", "from 0 to 9"),
        ("MARKETPLACE_PROXY_COUNT", "²", "from 0 to 9"),
        ("MARKETPLACE_EVENING_STARTS", "teatime", "like 17:00"),
    ],
)
def test_a_wrong_setting_stops_the_start_by_its_name(
    env: dict[str, str], name: str, value: str, says: str
) -> None:
    with pytest.raises(SettingsError, match=name) as refusal:
        load_settings({**env, name: value})
    assert says in str(refusal.value)


def test_settings_stay_as_they_were_read(env: dict[str, str]) -> None:
    settings = load_settings({**env, "MARKETPLACE_EVENING_STARTS": "18:30"})
    assert (settings.mode, settings.evening_starts) == (Mode.PRODUCTION, time(18, 30))
    with pytest.raises(FrozenInstanceError):
        settings.proxy_count = 2  # type: ignore[misc]


def test_pages_and_example_data_are_read_from_the_checkout(env: dict[str, str]) -> None:
    settings = load_settings(env)
    for folder in (settings.templates_dir, settings.static_dir, settings.seeds_dir):
        assert folder.is_dir()
