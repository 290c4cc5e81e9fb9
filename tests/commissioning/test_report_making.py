"""Making gap reports: one at a time, begun again when silent, failing aloud, each source apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.commissioning.report import making
from marketplace.commissioning.report.brought import count_list, keep_list, take_out
from marketplace.commissioning.report.brought_file import BroughtLine
from marketplace.commissioning.report.feeding import other_sources
from marketplace.commissioning.report.kept import newest_report
from marketplace.commissioning.report.making import SILENT, ask_for_report, make_due_report
from marketplace.commissioning.report.models import GapReport, ReportState
from marketplace.db import Database
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.sources import DemandSource
from marketplace.people.searched.models import MET, SearchCount
from marketplace.settings import Settings
from marketplace.upkeep import gaps_command
from marketplace.upkeep.gaps_command import gaps
from marketplace.upkeep.jobs import Work, make_gap_report, making_of
from marketplace.vocabulary import Role, Theme
from tests.accounts.mail import SQLITE
from tests.commissioning.reports import kept, report_of
from tests.fixtures.accounts import make_account
from tests.gaps.attacker import Attacker
from tests.people.factories import make_case, make_person

pytestmark = pytest.mark.parametrize(**SQLITE)
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
TODAY = date(2026, 11, 25)
"""A Wednesday."""
MONDAY = date(2026, 11, 23)


@pytest.fixture
def work(settings: Settings, database: Database) -> Work:
    return Work(settings, database)


@pytest.fixture
def due(work: Work) -> Callable[..., str]:
    def make(today: date = TODAY, now: datetime = NOW) -> str:
        return make_due_report(making_of(work), today=today, clock=lambda: now)

    return make


@pytest.fixture
def made_at_once(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """Reports without the work: what the days were for which one was made."""
    days: list[date] = []

    def make(_: Any, *, today: date, progress: Callable[[int], None]) -> tuple[dict[str, Any], Any]:
        days.append(today)
        report = report_of({}, day=today)

        class Made:
            pass

        Made.report = report  # type: ignore[attr-defined]
        return {"report": report.to_json(), "parts": {}}, Made

    monkeypatch.setattr(making, "make_document", make)
    monkeypatch.setattr(making, "_AFTER", [])
    return days


def states(session: Session) -> list[ReportState]:
    session.expire_all()
    return list(session.scalars(select(GapReport.state).order_by(GapReport.asked_at)))


def test_a_report_is_made_a_week_after_the_last_and_never_sooner(
    session: Session, due: Callable[..., str], made_at_once: list[date]
) -> None:
    assert due() == "", "nobody is there to be counted"
    make_person(session, counts_in_gaps=True)
    assert due()
    assert due() == "", "there is one"
    assert due(date(2026, 12, 1)) == "", "six days, though it is the next week"
    account = make_account(session, roles={Role.COMMISSIONER})
    early = ask_for_report(session, today=date(2026, 12, 1), now=NOW, by_id=account.id)
    assert early is None, "nobody can ask for more"
    assert due(date(2026, 12, 2), NOW + timedelta(days=7))
    assert made_at_once == [TODAY, date(2026, 12, 2)]


def test_one_report_is_in_the_making_at_most_and_is_claimed_once(
    session: Session, due: Callable[..., str], made_at_once: list[date]
) -> None:
    account = make_account(session, roles={Role.COMMISSIONER})
    assert ask_for_report(session, today=TODAY, now=NOW, by_id=account.id) is not None
    session.commit()
    assert ask_for_report(session, today=TODAY, now=NOW, by_id=account.id) is None
    first = making._claim(session, today=TODAY, now=NOW)
    session.commit()
    assert first is not None
    assert making._claim(session, today=TODAY, now=NOW + SILENT) is None, "somebody makes it"
    assert due(now=NOW + SILENT) == ""
    assert made_at_once == []


def test_a_report_whose_maker_fell_silent_is_begun_again(
    session: Session, due: Callable[..., str], made_at_once: list[date]
) -> None:
    kept(
        session, None, day=MONDAY, state=ReportState.RUNNING, heard_of_at=NOW - SILENT - timedelta(seconds=1)
    )
    assert due()
    assert states(session) == [ReportState.DONE]
    assert made_at_once == [TODAY], "it tells of the day on which it was made"


def test_a_report_that_fails_says_so_and_is_tried_again_the_next_day(
    session: Session, due: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person(session, counts_in_gaps=True)

    def fail(*_: object, **__: object) -> None:
        raise ArithmeticError("no")

    monkeypatch.setattr(making, "make_document", fail)
    with pytest.raises(ArithmeticError):
        due()
    (failed,) = session.scalars(select(GapReport))
    assert (failed.state, failed.problem, failed.document) == (ReportState.FAILED, "ArithmeticError", None)
    assert due() == "", "not again and again on one day"
    with pytest.raises(ArithmeticError):
        due(TODAY + timedelta(days=1), NOW + timedelta(days=1))


def test_old_reports_go_but_the_newest_stay(
    session: Session, due: Callable[..., str], made_at_once: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "KEPT", 2)
    make_person(session, counts_in_gaps=True)
    for weeks in (3, 2, 1):
        kept(
            session, report_of({}), day=TODAY - timedelta(weeks=weeks), asked_at=NOW - timedelta(weeks=weeks)
        )
    due()
    session.expire_all()
    assert sorted(session.scalars(select(GapReport.day))) == [TODAY - timedelta(weeks=1), TODAY]


def test_searches_and_lists_stand_apart_from_people_and_only_while_they_count(session: Session) -> None:
    account = make_account(session, roles={Role.COMMISSIONER})
    for band, hindrance, number in (
        (TimeBand.WEEKDAY_EVENING, "level", 9),
        (TimeBand.WEEKDAY_EVENING, MET, 3),
        (TimeBand.SATURDAY_MORNING, "level", 4),
    ):
        session.add(
            SearchCount(
                week=MONDAY,
                sector="NG18 1",
                district_code="E07000174",
                theme=Theme.COOKERY,
                band=band,
                level=2,
                hindrance=hindrance,
                searches=number,
            )
        )
    line = BroughtLine(
        line=2,
        district_code="E07000174",
        theme=Theme.SWIMMING,
        band=TimeBand.NOT_SAID,
        level=5,
        people=12,
        words="",
    )
    demand = keep_list(
        session,
        [line],
        council_code="E10000024",
        name="Reviews",
        source="Case files",
        counted_on=None,
        form_token="one",
        account=account,
        now=NOW,
    )
    session.commit()

    def told(source: DemandSource) -> list[tuple[Theme, int, int | None]]:
        found = other_sources(session, today=TODAY, evening_starts=NOW.time())[source]
        return [(one.theme, one.asked, one.unmet) for one in found]

    assert told(DemandSource.SEARCHES) == [(Theme.COOKERY, 12, 9)], (
        "the largest part of the week, not the sum"
    )
    assert told(DemandSource.DECLINED) == []
    assert told(DemandSource.BROUGHT) == [], "it was only looked at"
    count_list(session, demand, account=account)
    session.flush()
    assert told(DemandSource.BROUGHT) == [(Theme.SWIMMING, 10, None)], "as it is shown"
    # A colleague's list can't be measured with one's own: 12 and 3 would be 15, but each is rounded alone.
    mine = keep_list(
        session,
        [replace(line, people=3)],
        council_code="E10000024",
        name="Mine",
        source="",
        counted_on=None,
        form_token="two",
        account=account,
        now=NOW,
    )
    count_list(session, mine, account=account)
    session.flush()
    assert told(DemandSource.BROUGHT) == [(Theme.SWIMMING, 10, None)]
    take_out(session, mine, account=account, now=NOW)
    take_out(session, demand, account=account, now=NOW)
    session.flush()
    assert told(DemandSource.BROUGHT) == []


def test_people_are_counted_where_they_agreed_and_the_command_tells_it(
    session: Session, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"goals": [{"theme": "cookery"}], "postcode": "NG18 1AB", "when": {"tue": ["17:00-21:00"]}}
    practitioner = make_account(session, roles={Role.PRACTITIONER})
    for _ in range(12):
        make_person(session, answers=asked, counts_in_gaps=True)
    for _ in range(9):
        make_case(
            session, person=make_person(session, answers=asked, counts_in_gaps=True), account=practitioner
        )
    make_person(session, answers=asked)
    swims = {**asked, "goals": [{"theme": "swimming"}]}
    for number in range(15):  # few on Saturdays, so a star stands beside numbers
        when = asked["when"] if number < 11 else {"sat": ["13:00-16:00"]}
        make_person(session, answers={**swims, "when": when}, counts_in_gaps=True)
    assert make_gap_report(work)
    with work.database.read() as reading_session:
        reading = newest_report(reading_session)
    assert reading is not None
    row = reading.index.themes["E07000174", Theme.COOKERY]
    assert (row.asked, row.unmet) == (Shown(20), Shown(20))
    assert {(one.source, one.asked) for one in reading.report.sources} == {
        (DemandSource.PROFILES, Shown(25)),
        (DemandSource.CASES, Shown(10)),
    }
    document = reading.report.to_json()
    assert any(one["unmet"] == "*" for one in document["wanted"]), "there is something to find"
    assert Attacker(document, "E07000174").given_away() == {}
    told_too_much = next(one for one in document["themes"] if one["theme"] == "swimming")
    told_too_much["places"] = [{"place_key": "a", "unmet": 15}, {"place_key": "b", "unmet": "*"}]
    assert Attacker(document, "E07000174").given_away(), "15 and some are no more than 17"
    monkeypatch.setattr(gaps_command, "open_database", lambda _: work.database)
    told = CliRunner().invoke(gaps, ["--kept", "--json", "--district", "E07000174"])
    assert told.exit_code == 0, told.output
    gap, other = json.loads(told.stdout)["gaps"]
    assert (gap["theme"], gap["unmet"], gap["reason"]) == ("cookery", 20, "nothing_near")
    assert (other["theme"], other["unmet"]) == ("swimming", 15)
    assert "20          20  Mansfield" in CliRunner().invoke(gaps, ["--kept"]).stdout
    wrong = CliRunner().invoke(gaps, ["--kept", "--district", "E07000999"])
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert CliRunner().invoke(gaps, ["--top", "none"]).exit_code == 2
