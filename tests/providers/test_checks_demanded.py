"""Which checks are demanded of a provider, which it has, and until when they count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit import Action, AuditEntry
from marketplace.providers.checks import (
    Demand,
    demands_for,
    last_day_of,
    standing,
    standing_of,
    valid_checks,
)
from marketplace.providers.checks_recording import Seen, default_end, record_check, remove_check
from marketplace.providers.demands import Asked, StaleDemandError, change_demand, load_demands, said_by
from marketplace.providers.models import Check, CheckDemand, MemberRole, Provider, ProviderMember
from marketplace.vocabulary import CheckKind, CqcRating, LegalForm, Role
from tests.fixtures.accounts import make_account

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")

SEEDS = Path(__file__).parents[2] / "seeds"
MANSFIELD = "E07000174"
NORWICH = "E07000148"
NOTTINGHAMSHIRE = "E10000024"
SEEN = date(2026, 5, 3)
TODAY = date(2026, 6, 1)


def check(kind: CheckKind, expires_on: date | None = None, *, seen_on: date = SEEN) -> Check:
    return Check(kind=kind, seen_on=seen_on, seen_by="Anna Field, Example Council", expires_on=expires_on)


def demand(kind: CheckKind, months: int | None = None) -> Demand:
    return Demand(kind=kind, council_code="", months=months, reason="")


@pytest.fixture
def a_provider(session: Session) -> Callable[..., Provider]:
    load_demands(session, SEEDS)

    def make(form: LegalForm, district: str | None = MANSFIELD, *checks: Check, **rest: object) -> Provider:
        provider = Provider(name="Invented", legal_form=form, district_code=district, **rest)
        provider.checks = list(checks)
        session.add(provider)
        session.flush()
        return provider

    return make


@pytest.mark.parametrize(
    ("seen_on", "months", "last"),
    [
        (date(2026, 5, 3), 36, date(2029, 5, 2)),
        (date(2026, 5, 1), 1, date(2026, 5, 31)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
    ],
)
def test_whole_months_end_the_day_before_the_same_day(seen_on: date, months: int, last: date) -> None:
    assert last_day_of(seen_on, months) == last


def test_a_check_counts_on_its_last_day_and_not_on_the_next() -> None:
    provider = Provider(name="Invented", legal_form=LegalForm.CIC)
    provider.checks = [check(CheckKind.INSURANCE, date(2026, 7, 13)), check(CheckKind.ID_SEEN)]
    assert [one.kind for one in valid_checks(provider, today=date(2026, 7, 13))] == [
        CheckKind.ID_SEEN,
        CheckKind.INSURANCE,
    ]
    assert [one.kind for one in valid_checks(provider, today=date(2026, 7, 14))] == [CheckKind.ID_SEEN]


def test_everything_demanded_counts_until_the_first_of_its_checks_runs_out() -> None:
    demands = [demand(CheckKind.INSURANCE), demand(CheckKind.DBS_BASIC, 36), demand(CheckKind.ID_SEEN)]
    held = [
        check(CheckKind.INSURANCE, date(2026, 9, 30)),
        check(CheckKind.DBS_ENHANCED),
        check(CheckKind.ID_SEEN),
        check(CheckKind.FIRST_AID, date(2026, 6, 1)),  # nobody demands it: its end hides nothing
    ]
    found = standing(held, demands, today=TODAY)
    assert (found.missing, found.last_day, found.lapses_on) == ((), date(2026, 9, 30), date(2026, 10, 1))
    held[0].expires_on = date(2032, 1, 1)
    assert standing(held, demands, today=TODAY).last_day == date(2029, 5, 2), "36 months after it was seen"
    late = standing(held, demands, today=date(2029, 5, 3))
    assert [one.kind for one in late.missing] == [CheckKind.DBS_BASIC]
    assert late.last_day is None


def test_a_lower_dbs_check_does_not_stand_for_a_higher_one() -> None:
    demands = [demand(CheckKind.DBS_ENHANCED)]
    assert standing([check(CheckKind.DBS_STANDARD)], demands, today=TODAY).missing == tuple(demands)
    # of two that count, the later one decides
    held = [check(CheckKind.DBS_BASIC, date(2026, 8, 1)), check(CheckKind.DBS_ENHANCED, date(2026, 7, 1))]
    assert standing(held, [demand(CheckKind.DBS_BASIC)], today=TODAY).last_day == date(2026, 8, 1)


@on_sqlite
def test_nottinghamshire_asks_every_personal_assistant_for_an_enhanced_dbs_check(
    session: Session, a_provider: Callable[..., Provider]
) -> None:
    for form in (LegalForm.SELF_EMPLOYED_PA, LegalForm.EMPLOYED_PA):
        here = {one.kind: one for one in demands_for(session, a_provider(form, MANSFIELD))}
        assert here[CheckKind.DBS_ENHANCED].council_code == NOTTINGHAMSHIRE
        assert CheckKind.DBS_BASIC not in here, "the higher check answers for the lower one"
        there = {one.kind for one in demands_for(session, a_provider(form, NORWICH))}
        assert there & {CheckKind.DBS_BASIC, CheckKind.DBS_ENHANCED} == {CheckKind.DBS_BASIC}
    assert demands_for(session, a_provider(LegalForm.COMMUNITY_GROUP)) == ()


@on_sqlite
def test_a_councils_own_word_goes_before_the_one_for_everywhere(
    session: Session, a_provider: Callable[..., Provider]
) -> None:
    session.add(
        CheckDemand(
            council_code="E10000020",
            legal_form=LegalForm.CIC,
            kind=CheckKind.INSURANCE,
            demanded=False,
            changed_at=datetime.now(UTC),
        )
    )
    session.flush()
    assert demands_for(session, a_provider(LegalForm.CIC, NORWICH)) == ()
    for elsewhere in (MANSFIELD, None):
        found = demands_for(session, a_provider(LegalForm.CIC, elsewhere))
        assert [one.kind for one in found] == [CheckKind.INSURANCE]


@on_sqlite
def test_nothing_is_demanded_of_a_provider_that_only_a_councils_list_knows(
    session: Session, a_provider: Callable[..., Provider]
) -> None:
    from_a_list = a_provider(LegalForm.CIC, MANSFIELD, source_id="list-1")
    claimed = a_provider(LegalForm.CIC, MANSFIELD, source_id="list-2")
    begun_here = a_provider(LegalForm.CIC, MANSFIELD)
    now = datetime.now(UTC)
    for provider, accepted_at in ((from_a_list, None), (claimed, now)):
        session.add(
            ProviderMember(
                provider_id=provider.id,
                email="m@example.org",
                role=MemberRole.OWNER,
                invited_at=now,
                accepted_at=accepted_at,
                ended_at=now,
            )
        )
    session.flush()
    found = standing_of(session, [from_a_list.id, claimed.id, begun_here.id], today=TODAY)
    assert not found[from_a_list.id].missing, "an invitation that nobody took is no management"
    for provider in (claimed, begun_here):
        assert [one.kind for one in found[provider.id].missing] == [CheckKind.INSURANCE]


@on_sqlite
def test_loading_demands_again_leaves_what_somebody_changed(session: Session) -> None:
    assert load_demands(session, SEEDS) > 10
    row = session.scalars(
        select(CheckDemand).where(
            CheckDemand.council_code == NOTTINGHAMSHIRE, CheckDemand.kind == CheckKind.DBS_ENHANCED
        )
    ).first()
    assert row is not None
    session.delete(row)
    session.flush()
    assert load_demands(session, SEEDS) == 0
    assert (NOTTINGHAMSHIRE, row.legal_form) not in {
        (one.council_code, one.legal_form) for one in session.scalars(select(CheckDemand))
    }


@on_sqlite
def test_a_demand_is_changed_once_by_two_who_began_from_the_same(session: Session) -> None:
    load_demands(session, SEEDS)
    by = make_account(session, roles={Role.MODERATOR})
    norfolk = {"council": "E10000020", "legal_form": LegalForm.CIC, "kind": CheckKind.INSURANCE}

    def change(asked: Asked, expected: str | None = None) -> bool:
        return change_demand(
            session, **norfolk, asked=asked, expected=expected, account=by, role=Role.MODERATOR
        )

    began_from = said_by(session, "E10000020")[LegalForm.CIC, CheckKind.INSURANCE]
    assert (began_from.mark, began_from.is_asked) == ("", True)
    assert change(Asked.NO, began_from.mark)
    assert not change(Asked.NO), "the same again is no change"
    with pytest.raises(StaleDemandError):
        change(Asked.YES, began_from.mark)
    assert not said_by(session, "E10000020")[LegalForm.CIC, CheckKind.INSURANCE].is_asked
    assert change(Asked.AS_EVERYWHERE)
    assert said_by(session, "E10000020")[LegalForm.CIC, CheckKind.INSURANCE].is_asked
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [entry.details["now"] for entry in entries if entry.action == Action.CHECK_DEMAND_CHANGED] == [
        {"demanded": False, "months": None, "reason": ""},
        None,
    ]


@on_sqlite
def test_what_was_seen_is_noted_once_and_a_change_keeps_what_was_there(
    session: Session, a_provider: Callable[..., Provider]
) -> None:
    anna = make_account(session, roles={Role.MODERATOR}, name="Anna Field", organisation="Example Council")
    provider = a_provider(LegalForm.COMPANY)
    seen = Seen(seen_on=SEEN, dated=date(2026, 5, 1), expires_on=date(2027, 4, 30))
    for _again in range(2):
        noted = record_check(session, provider=provider, kind=CheckKind.INSURANCE, seen=seen, account=anna)
    assert noted.seen_by == "Anna Field, Example Council"
    noted.reminded_at = datetime.now(UTC)
    later = replace(seen, expires_on=date(2028, 4, 30))
    record_check(session, provider=provider, kind=CheckKind.INSURANCE, seen=later, account=anna)
    assert noted.reminded_at is None, "the new end is reminded of anew"
    rated = Seen(seen_on=SEEN, dated=None, expires_on=None, outcome=CqcRating.GOOD)
    record_check(session, provider=provider, kind=CheckKind.CQC_RATING, seen=rated, account=anna)
    assert provider.cqc_rating is CqcRating.GOOD
    remove_check(session, check=noted, provider=provider, reason="Seen for another one", account=anna)
    assert [check.kind for check in provider.checks] == [CheckKind.CQC_RATING]
    told = [
        (entry.action, entry.details)
        for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number))
        if entry.details["kind"] == CheckKind.INSURANCE
    ]
    assert [action for action, _ in told] == ["check_recorded", "check_changed", "check_removed"]
    assert told[1][1]["before"]["expires_on"] == "2027-04-30"
    assert told[2][1]["reason"] == "Seen for another one"


def test_the_longest_demand_gives_a_check_without_an_end_its_default() -> None:
    demands = [demand(CheckKind.DBS_BASIC, 36), demand(CheckKind.INSURANCE, 12), demand(CheckKind.ID_SEEN)]
    assert default_end(CheckKind.DBS_ENHANCED, SEEN, demands) == date(2029, 5, 2)
    assert default_end(CheckKind.ID_SEEN, SEEN, demands) is None
    assert default_end(CheckKind.FIRST_AID, SEEN, demands) is None
