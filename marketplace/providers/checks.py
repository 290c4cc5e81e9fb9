"""Which checks a provider has, which are demanded of it, and until when they count.

A check counts up to and with its last day; at midnight in London after that it is gone. All functions
take that day, so that nothing has to run at midnight for a check to stop counting.
"""

from __future__ import annotations

import calendar
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.geo.council_areas import council_code
from marketplace.providers.models import Check, CheckDemand, Provider, ProviderMember
from marketplace.vocabulary import CheckKind, LegalForm

EVERYWHERE = ""
"""In place of a council's code."""
_DBS = (CheckKind.DBS_BASIC, CheckKind.DBS_STANDARD, CheckKind.DBS_ENHANCED)
"""From the one that says least: a higher one answers for a lower one."""
_MOST_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One check that a provider must have, who asks for it and why."""

    kind: CheckKind
    council_code: str
    """``EVERYWHERE``, or the ONS code of the council that asks."""
    months: int | None
    """How long it counts after the date on it, else after it was seen, where it has no end of its own."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksStanding:
    """Whether a provider has what is demanded of it."""

    valid: tuple[CheckKind, ...]
    """Every check that counts today, demanded or not."""
    missing: tuple[Demand, ...]
    """Demanded, and not there or run out."""
    last_day: date | None
    """The last day on which everything demanded counts; None where nothing runs out, or is missing
    already."""

    @property
    def lapses_on(self) -> date | None:
        """The day on which something demanded no longer counts: the one after the last."""
        return None if self.last_day is None else self.last_day + timedelta(days=1)


def counts(check: Check, today: date) -> bool:
    """Whether a check counts on a day in London."""
    return check.expires_on is None or check.expires_on >= today


def valid_checks(provider: Provider, *, today: date) -> list[Check]:
    """The checks that may be shown as a badge today, in the order of the vocabulary."""
    return sorted((one for one in provider.checks if counts(one, today)), key=lambda one: one.kind.position)


def last_day_of(seen_on: date, months: int) -> date:
    """The last day of something that counts for whole months.

    Worked examples: seen on 3 May 2026, 36 months: 2 May 2029. Seen on 31 August, six months: the
    last day of February.
    """
    year, month = divmod(seen_on.year * 12 + seen_on.month - 1 + months, 12)
    longest = calendar.monthrange(year, month + 1)[1]
    if seen_on.day > longest:
        return date(year, month + 1, longest)
    return date(year, month + 1, seen_on.day) - timedelta(days=1)


def answers_for(kind: CheckKind) -> tuple[CheckKind, ...]:
    """The kinds of check that satisfy a demand of this one, itself first."""
    return _DBS[_DBS.index(kind) :] if kind in _DBS else (kind,)


def last_day(check: Check, demand: Demand) -> date | None:
    """The last day on which a check answers a demand; None where it never runs out."""
    if check.expires_on is not None or demand.months is None:
        return check.expires_on
    return last_day_of(check.dated or check.seen_on, demand.months)


def demands_for(session: Session, provider: Provider) -> tuple[Demand, ...]:
    """What is demanded of a provider here; nothing of one that only a council's list knows."""
    return demands_of(session, [provider])[provider.id]


def demands_of(session: Session, providers: Sequence[Provider]) -> Mapping[uuid.UUID, tuple[Demand, ...]]:
    """What is demanded of each of these, in two queries."""
    none: dict[uuid.UUID, tuple[Demand, ...]] = {provider.id: () for provider in providers}
    managed = managed_here(session, list(none))
    if not managed:
        return none
    by_form: dict[LegalForm, list[CheckDemand]] = defaultdict(list)
    for row in session.scalars(select(CheckDemand)):
        by_form[row.legal_form].append(row)
    asked = {
        provider.id: chosen(by_form[provider.legal_form], council_code(provider.district_code))
        for provider in providers
        if provider.id in managed
    }
    return none | asked


def demands_of_form(
    session: Session, *, legal_form: LegalForm, district_code: str | None
) -> tuple[Demand, ...]:
    """What would be demanded of a provider of this form in this district."""
    rows = session.scalars(select(CheckDemand).where(CheckDemand.legal_form == legal_form)).all()
    return chosen(rows, council_code(district_code))


def chosen(rows: Iterable[CheckDemand], council: str | None) -> tuple[Demand, ...]:
    """The least everywhere, with what the council says about the same check in its place."""
    by_kind: dict[CheckKind, CheckDemand] = {}
    for row in sorted(rows, key=lambda row: row.council_code):  # everywhere comes first
        if row.council_code in (EVERYWHERE, council):
            by_kind[row.kind] = row
    asked = {kind for kind, row in by_kind.items() if row.demanded}
    return tuple(
        Demand(kind=kind, council_code=row.council_code, months=row.months, reason=row.reason)
        for kind in CheckKind
        if kind in asked and not asked & set(answers_for(kind)[1:])
        for row in (by_kind[kind],)
    )


def checks_of(session: Session, provider_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Check]]:
    """Everything noted of these providers, counting or run out, in one query."""
    found: dict[uuid.UUID, list[Check]] = defaultdict(list)
    query = select(Check).where(Check.provider_id.in_(provider_ids)).order_by(Check.kind)
    for check in session.scalars(query):
        found[check.provider_id].append(check)
    return found


def standing_of(
    session: Session, provider_ids: Collection[uuid.UUID], *, today: date
) -> dict[uuid.UUID, ChecksStanding]:
    """How each of these providers stands today: four queries for some thousands of them."""
    wanted = list(dict.fromkeys(provider_ids))
    found: dict[uuid.UUID, ChecksStanding] = {}
    for begin in range(0, len(wanted), _MOST_AT_ONCE):
        some = wanted[begin : begin + _MOST_AT_ONCE]
        providers = session.scalars(select(Provider).where(Provider.id.in_(some))).all()
        checks = checks_of(session, some)
        demands = demands_of(session, providers)
        for provider in providers:
            found[provider.id] = standing(checks[provider.id], demands[provider.id], today=today)
    return found


def standing(checks: Iterable[Check], demands: Sequence[Demand], *, today: date) -> ChecksStanding:
    """What *checks* come to against *demands*, on a day in London."""
    held = {check.kind: check for check in checks}
    missing: list[Demand] = []
    ends: list[date] = []
    for demand in demands:
        days = [last_day(held[kind], demand) for kind in answers_for(demand.kind) if kind in held]
        counting = [day for day in days if day is None or day >= today]
        if not counting:
            missing.append(demand)
        elif None not in counting:
            ends.append(max(day for day in counting if day is not None))
    return ChecksStanding(
        valid=tuple(kind for kind in CheckKind if kind in held and counts(held[kind], today)),
        missing=tuple(missing),
        last_day=None if missing else min(ends, default=None),
    )


def managed_here(session: Session, provider_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these providers someone manages, or managed, on this site.

    Others came from a list that a council had checked. One that was begun here stays one, also when
    everyone who managed it has left.
    """
    is_managed = or_(
        Provider.source_id.is_(None),
        select(ProviderMember.id)
        .where(ProviderMember.provider_id == Provider.id, ProviderMember.accepted_at.is_not(None))
        .exists(),
    )
    return set(session.scalars(select(Provider.id).where(Provider.id.in_(provider_ids), is_managed)))
