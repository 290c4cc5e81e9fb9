"""The files of the example world, read once, a small world to break on purpose, and importing listings."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session as DatabaseSession

import marketplace
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.interop.example_world import read_offers
from marketplace.interop.importing import Report
from marketplace.interop.open_referral import reading
from marketplace.interop.open_referral_store import store_services
from marketplace.interop.people_file import PEOPLE_FILES, SeedPerson, read_people
from marketplace.interop.world_checks import Filed
from marketplace.matching.thesaurus import Thesaurus
from tests.interop.listings import MONDAY, Import

SEEDS = Path(marketplace.__file__).resolve().parent.parent / "seeds"

OAKFIELD = """\
- id: oakfield-centre
  name: Oakfield Centre
  legal_form: charity
  checks:
    - {kind: insurance, seen_on: 2026-03-02, seen_by: Market team, expires_on: 2027-03-01}
  offers:
    - id: oakfield-cooking
      kind: day_service
      name: Tuesday kitchen
      summary: Cook a hot lunch together and eat it at one long table.
      description: >-
        Everyone chops something. On wet days the soup takes longer.
      place: {kind: exact, name: Oakfield Centre, street: 12 Chapel Lane, town: Mansfield, postcode: NG18 1AB}
      serves: [2, 3]
      made_for: [3]
      themes: [cookery, friends]
      settings: [day_centre]
      has: [step_free]
      has_not: [changing_places]
      ages: [18, null]
      transport: {radius_km: 10, cost: 4.50}
      costs:
        - {basis: session, amount: 48.00, to: 62.10, note: includes lunch}
      paid_by: [direct_payment]
      vacancy: open
      sessions:
        - {days: [tue, sat], time: "09:30-15:30", places: 20, left: 3, starts: 2026-09-01}
        - {days: [fri], time: "22:00-02:00"}
      confirmed: 2026-10-02
"""
NOBODY = "id,first_name,age,district,postcode,support_level,written_by,goals,travel_modes,max_minutes,"
NOBODY += "wheelchair_space,with_support,passes,when,hours_wanted,shortest_visit_minutes,must_have,"
NOBODY += "would_like,funding,weekly_budget,carer_works,carer_break_minutes,carer_breaks_hours,"
NOBODY += "carer_notice_days,matters_most,counts_in_gaps\n"


@pytest.fixture(scope="session")
def directory(postcode_dir: Path) -> PostcodeDirectory:
    return PostcodeDirectory.open(postcode_dir)


@pytest.fixture(scope="session")
def people() -> list[SeedPerson]:
    found, problems = read_people(SEEDS)
    assert problems == []
    return [person for file, person in found if file in PEOPLE_FILES]


@pytest.fixture(scope="session")
def world() -> list[Filed]:
    found, problems = read_offers(SEEDS)
    assert problems == []
    return found


@pytest.fixture
def small_world(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder of seeds with one provider and some rows of people, changed at will."""

    def write(offers: str = OAKFIELD, *, people: str = "") -> Path:
        (tmp_path / "offers").mkdir(exist_ok=True)
        (tmp_path / "offers" / "oakfield.yaml").write_text(offers, encoding="utf-8")
        (tmp_path / "people_nottinghamshire.csv").write_text(NOBODY + people, encoding="utf-8")
        (tmp_path / "people_norfolk.csv").write_text(NOBODY, encoding="utf-8")
        for name in ("world.yaml", "district_facts.csv"):
            shutil.copy(SEEDS / name, tmp_path / name)
        return tmp_path

    return write


@pytest.fixture(scope="session")
def thesaurus() -> Thesaurus:
    return Thesaurus.load(SEEDS / "thesaurus.yaml")


@pytest.fixture
def bring_in(session: DatabaseSession, directory: PostcodeDirectory, thesaurus: Thesaurus) -> Import:
    def run(
        services: Any, *, trusted: bool = True, now: dt.datetime = MONDAY, tell: Callable[[str], None] = print
    ) -> Report:
        content = services if isinstance(services, bytes) else json.dumps(services).encode()
        today = now.date()
        read = reading(
            io.BytesIO(content), directory=directory, thesaurus=thesaurus, today=today, progress=tell
        )
        with read as found:
            report = store_services(session, found, trusted=trusted, now=now)
        session.commit()
        session.expire_all()
        return report

    return run
