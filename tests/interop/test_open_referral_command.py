"""``marketplace import open-referral``: its report, its exit status, and matches with what it brought in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from marketplace.cli import main
from marketplace.offers.models import Offer
from marketplace.settings import Settings
from marketplace.vocabulary import OfferStatus

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE / "open_referral_services.json"
ROOT = HERE.parents[1]
CLAY = "5b0c4a52-5d0f-4c5e-9b1e-2f6a1d7c0001"
# With its own command line and a write that ends in a way no program can catch.
KILLED = (
    "import os, signal; import marketplace.interop.open_referral_store as store; "
    "store.mark_changed = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
    "from marketplace.cli import main; main()"
)

Run = Callable[..., Result]


@pytest.fixture
def environment(database_url: str, settings: Settings) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "MARKETPLACE_INSTANCE": str(settings.instance_dir),
        "MARKETPLACE_ENV": "test",
        "MARKETPLACE_SENTENCE_MODEL": "off",
    }


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def call(*arguments: str | Path, given: bytes | None = None) -> Result:
        return CliRunner().invoke(main, [str(one) for one in arguments], input=given, env=environment)

    return call


def statuses(url: str) -> dict[str, OfferStatus]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        rows = connection.execute(select(Offer.source_id, Offer.status)).all()
    return {str(source_id): status for source_id, status in rows}


def test_the_report_is_the_only_thing_on_standard_output(run: Run) -> None:
    result = run("import", "open-referral", EXAMPLES, "--trusted", "--json")
    report = json.loads(result.stdout)
    assert set(report) == {"read", "created", "updated", "unchanged", "rejected"}
    assert report["read"] == report["created"] + report["updated"] + report["unchanged"] + len(
        report["rejected"]
    )
    assert (report["created"], report["unchanged"]) == (11, 1)
    assert all(set(one) == {"row", "field", "problem"} for one in report["rejected"])
    assert "Row 9, Print Room: a time was left out: 'XX' is not a day" in result.stderr
    assert result.exit_code == 0
    again = json.loads(run("import", "open-referral", EXAMPLES, "--trusted", "--json").stdout)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 12)


def test_without_trust_the_listings_wait_and_the_command_says_so(run: Run, database_url: str) -> None:
    result = run("import", "open-referral", EXAMPLES)
    assert result.stdout.startswith("18 read: 11 created, 0 updated, 1 unchanged, 6 rejected\n")
    assert "wait for a moderator and are not public" in result.stderr
    assert OfferStatus.PUBLIC not in statuses(database_url).values()


def test_a_trusted_listing_is_matched_and_what_it_does_not_say_is_asked(run: Run) -> None:
    run("import", "open-referral", EXAMPLES, "--trusted")
    needs = {
        "reference": "Pots",
        "postcode": "NG18 1AB",
        "support_level": 2,
        "goals": [{"text": "I'd like to make pots"}],
        "must_have": ["step_free", "personal_care"],
        "travel": {"modes": ["bus"], "max_minutes": 60},
        "when": {"thu": ["09:00-13:00"]},
        "weekly_budget": "30.00",
    }
    result = json.loads(run("match", "-", "--json", given=json.dumps(needs).encode()).stdout)
    (found,) = result["matches"]
    assert (found["source_id"], found["name"]) == (CLAY, "Thursday Clay Club")
    assert found["sessions"] == [{"day": "thu", "start": "10:00", "end": "12:30"}]
    asked = " ".join(found["ask"])
    assert "personal care" in asked
    assert "level 2" in asked
    assert "step" not in asked  # that it is step-free was said


def test_a_suggested_theme_is_told_as_a_suggestion(run: Run) -> None:
    run("import", "open-referral", EXAMPLES, "--trusted")
    needs = {"postcode": "NG19 6JG", "goals": [{"theme": "gardening_nature"}]}
    result = json.loads(run("match", "-", "--json", given=json.dumps(needs).encode()).stdout)
    allotment = next(one for one in result["matches"] if one["name"] == "Saturday Allotment Mornings")
    (goals,) = (part for part in allotment["parts"] if part["name"] == "goals")
    assert "Its description sounds like" in goals["reason"]
    assert goals["score"] < 1


def test_one_who_needs_step_free_never_gets_a_place_that_says_no(run: Run) -> None:
    run("import", "open-referral", EXAMPLES, "--trusted")
    needs = {"postcode": "PE30 1HN", "goals": [{"theme": "music_drama_dance"}], "must_have": ["step_free"]}
    result = json.loads(run("match", "-", "--json", given=json.dumps(needs).encode()).stdout)
    found = [one["source_id"] for one in result["matches"] if one["name"] == "Harbour Singers"]
    assert found == ["5b0c4a52-5d0f-4c5e-9b1e-2f6a1d7c0003@loc-3b"]


def test_a_course_that_is_over_is_no_match_and_not_one_whose_times_nobody_knows(run: Run) -> None:
    over = json.loads(EXAMPLES.read_bytes())[0]
    over["schedules"][0]["valid_to"] = "2024-06-27"
    run("import", "open-referral", "-", "--trusted", given=json.dumps([over]).encode())
    needs = {"postcode": "NG18 1AB", "goals": [{"theme": "arts_crafts"}]}
    assert json.loads(run("match", "-", "--json", given=json.dumps(needs).encode()).stdout)["matches"] == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (EXAMPLES.read_bytes()[:-20], "ends too early"),
        (EXAMPLES.read_bytes() + b"]", "something follows"),
        (EXAMPLES.read_text(encoding="utf-8").encode("utf-16"), "UTF-16"),
    ],
    ids=["empty", "cut off", "more", "utf-16"],
)
def test_a_broken_file_changes_nothing_and_exits_with_1(
    run: Run, database_url: str, content: bytes, said: str
) -> None:
    result = run("import", "open-referral", "-", "--json", given=content)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert "Nothing was changed" in result.stderr
    assert statuses(database_url) == {}


def test_a_file_of_which_nothing_can_be_taken_in_exits_with_1(run: Run) -> None:
    result = run("import", "open-referral", "-", "--json", given=b'[{"id": "a"}]')
    assert json.loads(result.stdout)["rejected"] == [
        {"row": 1, "field": "name", "problem": "is missing for the service a"}
    ]
    assert result.exit_code == 1


def test_an_empty_list_is_no_fault(run: Run) -> None:
    result = run("import", "open-referral", "-", "--json", given=b"[]")
    assert (json.loads(result.stdout)["read"], result.exit_code) == (0, 0)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("/nowhere/services.json", "No such file"),
        (str(HERE), "Is a directory"),
    ],
)
def test_a_wrong_call_exits_with_2(run: Run, file: str, said: str) -> None:
    result = run("import", "open-referral", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_without_a_database_the_command_says_what_to_do(environment: dict[str, str], empty_url: str) -> None:
    environment["DATABASE_URL"] = empty_url
    result = CliRunner().invoke(main, ["import", "open-referral", str(EXAMPLES)], env=environment)
    assert result.exit_code == 1
    assert "Run 'marketplace init' first" in result.stderr


def test_an_import_that_is_killed_leaves_nothing_and_can_be_run_again(
    run: Run, environment: dict[str, str], database_url: str
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, "import", "open-referral", str(EXAMPLES), "--trusted"],
        env=os.environ | environment,
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL
    assert statuses(database_url) == {}
    assert json.loads(run("import", "open-referral", EXAMPLES, "--trusted", "--json").stdout)["created"] == 11
    assert len(statuses(database_url)) == 12


def test_every_imported_listing_has_a_page_that_is_sound(
    run: Run, environment: dict[str, str], example_free_client: FlaskClient
) -> None:
    run("import", "open-referral", EXAMPLES, "--trusted")
    engine = create_engine(environment["DATABASE_URL"], poolclass=NullPool)
    with engine.connect() as connection:
        ids = connection.scalars(select(Offer.id).where(Offer.status == OfferStatus.PUBLIC)).all()
        assert connection.scalar(select(func.count()).select_from(Offer)) == 12
    assert len(ids) == 9
    for offer_id in ids:
        page = example_free_client.get(f"/offers/{offer_id}")
        assert page.status_code == 200
        assert "alert(" not in page.text
        if "Allotment" in page.text:
            assert "Its description sounds like" in page.text
        if "Clay Club" in page.text:
            assert "Its description sounds like" not in page.text
    listed = example_free_client.get("/offers").text
    assert "Thursday Clay Club" in listed
    assert "Fenland Day Centre" not in listed


@pytest.fixture
def example_free_client(app: Any, database_url: str) -> Any:
    from marketplace.db import open_database

    database = open_database(database_url)
    app.extensions["marketplace.db"] = database
    yield app.test_client()
    database.engine.dispose()
