"""Accounts from the command line, and the example sign-ins."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import marketplace
from marketplace.accounts.models import Account
from marketplace.cli import main
from marketplace.db import open_database
from marketplace.interop.example_sign_ins import (
    ACCOUNTS,
    FILE,
    OTHER_CASES,
    THE_PERSON,
    example_sign_ins,
    load_example_sign_ins,
)
from marketplace.interop.example_world import written_for
from marketplace.interop.people_file import read_people
from marketplace.people.caseload.models import Case
from marketplace.people.models import Person
from marketplace.people.supporters.models import Supporter
from marketplace.settings import Settings
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.find.journeys import send, token_on
from tests.fixtures.site import ROOT


def run(database_url: str, instance: Path, *arguments: str) -> Result:
    env = {"MARKETPLACE_ENV": "test", "MARKETPLACE_INSTANCE": str(instance), "DATABASE_URL": database_url}
    return CliRunner().invoke(main, list(arguments), env=env)


@pytest.mark.parametrize(**SQLITE)
def test_the_first_administrator_gets_in_from_the_command_line(
    settings: Settings, database_url: str, tmp_path: Path
) -> None:
    made = run(database_url, tmp_path, "account", "create", "Alex@Example.org", "--role", "administrator")
    assert made.exit_code == 0, made.output
    address = made.stdout.strip()
    assert address.startswith("http://127.0.0.1:8000/link/")
    app = marketplace.create_app(settings)
    database = app.extensions["marketplace.db"] = open_database(database_url)
    client = app.test_client()
    path = address.removeprefix("http://127.0.0.1:8000")
    form = {"csrf_token": token_on(client.get(path)), "password": "green kettle moon"}
    assert client.post(path, data=form).location.startswith("/sign-in/code")
    database.engine.dispose()

    again = run(database_url, tmp_path, "account", "create", "alex@example.org")
    assert (again.exit_code, "has an account" in again.stderr) == (1, True)
    assert run(database_url, tmp_path, "account", "create", "no address").exit_code == 2
    assert run(database_url, tmp_path, "account", "link", "nobody@example.org").exit_code == 1
    granted = run(database_url, tmp_path, "account", "grant", "alex@example.org", "--role", "moderator")
    assert "administrator, moderator" in granted.stderr
    code = run(database_url, tmp_path, "sign-in-code", "alex@example.org")
    assert (code.exit_code, "Only example accounts" in code.stderr) == (1, True)


@pytest.mark.parametrize(**SQLITE)
def test_there_is_an_example_sign_in_for_each_role_and_twice_changes_nothing(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    for reference in (THE_PERSON, *OTHER_CASES):
        session.add(Person(reference=reference, first_name="Kathleen", answers={}, is_example=True))
    session.flush()
    today = written_for(ROOT / "seeds")
    load_example_sign_ins(session, settings, today=today)
    path = settings.instance_dir / FILE
    first = path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    load_example_sign_ins(session, settings, today=today)
    session.commit()
    assert path.read_text(encoding="utf-8") == first
    assert session.scalar(select(func.count()).select_from(Account)) == len(ACCOUNTS) == len(Role) + 4
    assert session.scalar(select(func.count()).select_from(Case)) == 1 + len(OTHER_CASES)
    supporter = session.scalars(select(Supporter)).one()
    person = session.scalars(select(Person).where(Person.reference == THE_PERSON)).one()
    assert supporter.person_id == person.id
    known = {one.role: one for one in example_sign_ins(settings, session)}
    assert len({one.password for one in known.values()}) == len(Role)
    kathleen = known[Role.PERSON]
    assert person.account_id == session.scalar(select(Account.id).where(Account.email == kathleen.email))
    assert send(client, "/sign-in", email=kathleen.email, password=kathleen.password).status_code == 303


def test_the_example_person_and_the_cases_are_in_the_example_world() -> None:
    people = {person.reference: person for _, person in read_people(ROOT / "seeds")[0]}
    kathleen = people[THE_PERSON]
    assert (kathleen.first_name, kathleen.district) == ("Kathleen", "Mansfield")
    assert kathleen.answers["carer"]["shortest_break_minutes"] == 180
    assert kathleen.answers["carer"]["works"]["mon"] == ["09:30-14:30"]
    assert set(OTHER_CASES) <= set(people)


def test_the_providers_of_example_accounts_are_in_the_example_world() -> None:
    offers = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "seeds" / "offers").glob("*.yaml"))
    providers = [one.provider for one in ACCOUNTS if one.provider]
    assert len(providers) == len(set(providers)) == 3
    assert all(f"\n- id: {provider}\n" in f"\n{offers}" for provider in providers)
    assert len({one.key for one in ACCOUNTS}) == len({one.email for one in ACCOUNTS}) == len(ACCOUNTS)
