"""Loading: the same rows everywhere, twice is once, dates move with today, other rows stay."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.accounts.models import Account
from marketplace.enquiries.help.models import HelpState, HelpTold, HelpWanted
from marketplace.enquiries.help.queries import stopped_answers
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.interop.example_help import load_example_help
from marketplace.interop.example_world import SeedReport, load_example_world
from marketplace.interop.row_sync import Changes
from marketplace.interop.world_files import WorldError
from marketplace.interop.world_rows import weeks_since
from marketplace.matching.needs import parse_needs
from marketplace.offers.catalogue import read_epoch
from marketplace.offers.models import Offer, OfferDraft, Place, Session
from marketplace.people.models import Person
from marketplace.providers.examples import example_id
from marketplace.providers.models import Provider
from marketplace.vocabulary import Day, Feature, LegalForm, OfferStatus
from tests.interop.conftest import OAKFIELD, SEEDS
from tests.interop.test_people import ROW

SUNDAY = dt.date(2026, 11, 1)
NOW = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
JEAN = ",".join(ROW.values()) + "\n"

Load = Callable[..., SeedReport]


@pytest.fixture
def load(session: DatabaseSession, directory: PostcodeDirectory, small_world: Callable[..., Path]) -> Load:
    def run(
        offers: str = OAKFIELD, today: dt.date = SUNDAY, people: str = JEAN, *, set_back: bool = False
    ) -> SeedReport:
        seeds = small_world(offers, people=people)
        report = load_example_world(session, seeds, today, directory=directory, set_back=set_back)
        session.commit()
        session.expire_all()
        return report

    return run


def oakfield(session: DatabaseSession) -> Offer:
    return session.scalars(select(Offer).where(Offer.source_id == "oakfield-cooking")).one()


def test_an_offer_arrives_with_all_that_the_file_says(load: Load, session: DatabaseSession) -> None:
    load()
    offer = oakfield(session)
    assert offer.status is OfferStatus.PUBLIC
    assert offer.provider.name == "Oakfield Centre"
    assert offer.provider.checks[0].expires_on == dt.date(2027, 3, 1)
    assert [(level.level, level.made_for) for level in offer.levels] == [(2, False), (3, True)]
    assert {(row.feature, row.present) for row in offer.features} == {
        (Feature.STEP_FREE, True),
        (Feature.CHANGING_PLACES, False),
    }
    assert (offer.costs[0].amount, offer.costs[0].amount_to) == (Decimal("48.00"), Decimal("62.10"))
    assert (offer.transport_offered, offer.transport_radius_km) == (True, 10.0)
    assert offer.confirmed_on == dt.date(2026, 10, 2)
    assert offer.place is not None
    assert offer.place.district_code == "E07000174"
    assert offer.place.lat == pytest.approx(53.14, abs=0.02)
    times = [(session.day, session.starts_minute, session.ends_minute) for session in offer.sessions]
    assert times == [(Day.TUE, 570, 930), (Day.FRI, 1320, 1560), (Day.SAT, 570, 930)]


def test_a_person_arrives_with_needs_that_matching_reads(load: Load, session: DatabaseSession) -> None:
    load()
    jean = session.scalars(select(Person)).one()
    assert (jean.first_name, jean.age, jean.district_code, jean.is_example) == ("Jean", 81, "E07000174", True)
    assert jean.to_needs().weekly_budget == Decimal("240.00")


def test_identifiers_are_the_same_on_every_machine(load: Load, session: DatabaseSession) -> None:
    load()
    assert (
        oakfield(session).id
        == uuid.UUID("d265d6d8-04c4-5ac9-b9f7-cf111ec41f4f")
        == example_id("offer", "oakfield-cooking")
    )


def test_loading_twice_is_loading_once(load: Load, session: DatabaseSession) -> None:
    first = load()
    epoch = read_epoch(session)
    second = load()
    assert first.changes == Changes(created=first.changes.created)
    assert second.changes == Changes(unchanged=first.changes.created)
    assert read_epoch(session) == epoch == 1


def test_dates_move_by_whole_weeks_so_that_the_world_never_ages(load: Load, session: DatabaseSession) -> None:
    load(today=dt.date(2027, 3, 3))
    offer = oakfield(session)
    assert offer.confirmed_on == dt.date(2026, 10, 2) + dt.timedelta(weeks=17)
    first_date = min(session.first_date for session in offer.sessions if session.first_date)
    assert first_date.weekday() == dt.date(2026, 9, 1).weekday()
    load(today=dt.date(2027, 3, 4))
    assert oakfield(session).confirmed_on == dt.date(2026, 10, 2) + dt.timedelta(weeks=17)


@pytest.mark.parametrize(
    ("today", "weeks"), [("2026-11-01", 0), ("2026-11-07", 0), ("2026-11-08", 1), ("2026-10-31", -1)]
)
def test_the_shift_is_the_whole_weeks_that_have_passed(today: str, weeks: int) -> None:
    assert weeks_since(SUNDAY, dt.date.fromisoformat(today)) == dt.timedelta(weeks=weeks)


def test_an_edited_example_goes_back_to_what_the_file_says(load: Load, session: DatabaseSession) -> None:
    load()
    offer = oakfield(session)
    offer.name = "Wednesday kitchen"
    session.delete(offer.features[0])
    session.commit()
    report = load()
    assert report.changes.created == 1
    assert report.changes.updated == 1
    assert oakfield(session).name == "Tuesday kitchen"
    assert len(oakfield(session).features) == 2
    assert read_epoch(session) == 2


def test_an_example_that_someone_changed_on_a_page_stays_until_it_is_set_back(
    load: Load, session: DatabaseSession
) -> None:
    load()
    offer, jean = oakfield(session), session.scalars(select(Person)).one()
    assert offer.place is not None
    offer.name, offer.place.town, offer.version = "Wednesday kitchen", "Warsop", 2
    session.delete(offer.features[0])
    jean.first_name, jean.version = "Jeanne", 3
    session.add(OfferDraft(offer_id=offer.id, document={}, changed_at=NOW))
    session.commit()
    report = load(today=SUNDAY + dt.timedelta(weeks=2))
    assert report.kept == 2
    assert "2 of these were changed here" in str(report)
    offer = oakfield(session)
    assert offer.place is not None
    assert (offer.name, offer.place.town, len(offer.features)) == ("Wednesday kitchen", "Warsop", 1)
    assert (jean.first_name, offer.provider.checks[0].expires_on) == ("Jeanne", dt.date(2027, 3, 15))
    assert load(set_back=True).kept == 0
    assert (oakfield(session).name, jean.first_name) == ("Tuesday kitchen", "Jean")
    assert session.get(OfferDraft, offer.id) is None
    assert load().changes == load(set_back=True).changes == Changes(unchanged=17)


def test_what_was_confirmed_or_checked_here_is_not_forgotten_by_seeding_again(
    load: Load, session: DatabaseSession
) -> None:
    load()
    offer, moderator = oakfield(session), Account(email="robin@example.org", name="Robin", created_at=NOW)
    session.add(moderator)
    session.flush()
    offer.confirmed_on = SUNDAY
    check = offer.provider.checks[0]
    check.seen_by_id, check.expires_on = moderator.id, dt.date(2028, 1, 1)
    session.commit()
    assert load().kept == 1
    assert (oakfield(session).confirmed_on, check.expires_on) == (SUNDAY, dt.date(2028, 1, 1))
    load(set_back=True)
    assert (check.expires_on, check.seen_by_id) == (dt.date(2027, 3, 1), None)
    assert oakfield(session).confirmed_on == dt.date(2026, 10, 2)


def test_what_a_file_no_longer_says_of_an_offer_is_removed(load: Load, session: DatabaseSession) -> None:
    load()
    report = load(OAKFIELD.replace("themes: [cookery, friends]", "themes: [friends]"))
    assert report.changes.removed == 1
    assert [row.theme for row in oakfield(session).themes] == ["friends"]


def test_rows_of_others_are_left_alone(load: Load, session: DatabaseSession) -> None:
    theirs = Provider(name="Beech Hall", legal_form=LegalForm.CIC, source_id="beech")
    session.add(theirs)
    session.commit()
    load()
    load(OAKFIELD.replace("12 Chapel Lane", "14 Chapel Lane"))
    assert session.scalars(select(Provider.name).order_by(Provider.name)).all() == [
        "Beech Hall",
        "Oakfield Centre",
    ]
    assert session.scalars(select(Place.street)).all() == ["14 Chapel Lane"]


def test_people_alone_do_not_make_the_catalogue_new(load: Load, session: DatabaseSession) -> None:
    load()
    load(people=JEAN.replace("Jean", "Joan"))
    assert session.scalars(select(Person.first_name)).one() == "Joan"
    assert read_epoch(session) == 1


def test_a_world_with_faults_writes_nothing_and_tells_them_all(load: Load, session: DatabaseSession) -> None:
    broken = OAKFIELD.replace("NG18 1AB", "NG18 9ZZ")
    with pytest.raises(WorldError) as raised:
        load(broken, people=JEAN.replace("NG18 1AB", "NG99 9ZZ").replace("level", ""))
    assert [(problem.file, problem.record) for problem in raised.value.problems] == [
        ("oakfield.yaml", "oakfield-cooking"),
        ("people_nottinghamshire.csv", "NT-9001"),
    ]
    assert session.scalar(select(func.count()).select_from(Provider)) == 0


def test_the_whole_example_world_loads_once_and_for_all(
    session: DatabaseSession, directory: PostcodeDirectory
) -> None:
    said: list[str] = []
    first = load_example_world(session, SEEDS, SUNDAY, directory=directory, progress=said.append)
    assert first.people == session.scalar(select(func.count()).select_from(Person)) == 2046
    assert first.offers == session.scalar(select(func.count()).select_from(Offer))
    assert session.scalar(select(func.count()).select_from(Session)) > first.offers
    assert len(said) == 2
    second = load_example_world(session, SEEDS, SUNDAY, directory=directory)
    assert second.changes == Changes(unchanged=first.changes.created)
    # A request for help is posted once, and anew when its time is over.
    for days, last in ((0, 25), (0, 25), (40, 65)):
        load_example_help(session, SEEDS, today=SUNDAY + dt.timedelta(days=days), evening=dt.time(17))
        (wanted,) = session.scalars(select(HelpWanted))
        assert (wanted.state, wanted.told, wanted.district_code) == (HelpState.OPEN, 2, "E07000174")
        assert wanted.open_until == SUNDAY + dt.timedelta(days=last)
    assert len(parse_needs(wanted.needs).goals) == 2
    assert wanted.needs["when"] == {"fri": ["12:00-17:00"]}
    (stopped,) = stopped_answers(session, since=dt.datetime.now(dt.UTC) - dt.timedelta(days=7))
    assert (stopped.told.flags, stopped.told.can_help) == (["phone"], None)
    told = session.scalars(select(HelpTold.can_help).where(HelpTold.help_id == wanted.id))
    assert set(told) == {True, None}
