"""Keeping lists that a council brings: a list is looked at first, then counted, and can be taken out again."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.commissioning.report.brought_file import BroughtLine
from marketplace.commissioning.report.models import BroughtDemand, BroughtRow
from marketplace.gaps.disclosure import Shown, shown
from marketplace.gaps.sources import SOURCE_WEIGHTS, DemandSource
from marketplace.vocabulary import Role, Theme


class BroughtTotal(NamedTuple):
    """People of one district and theme in one list."""

    district_code: str
    theme: Theme
    people: Shown


class BroughtList(NamedTuple):
    """One list, for the page of all."""

    demand: BroughtDemand
    lines: int


def keep_list(
    session: Session,
    lines: Sequence[BroughtLine],
    *,
    council_code: str,
    name: str,
    source: str,
    counted_on: date | None,
    form_token: str,
    account: Account,
    now: datetime,
) -> BroughtDemand:
    """Keep a list to be looked at; it is not counted yet. The same form sent twice gives the same list."""
    known = session.scalars(select(BroughtDemand).where(BroughtDemand.form_token == form_token)).one_or_none()
    if known is not None:
        return known
    demand = BroughtDemand(
        council_code=council_code,
        name=name,
        source=source,
        counted_on=counted_on,
        weight=SOURCE_WEIGHTS[DemandSource.BROUGHT],
        brought_at=now,
        brought_by_id=account.id,
        form_token=form_token,
        removed_at=now,
        rows=[
            BroughtRow(
                line=one.line,
                district_code=one.district_code,
                theme=one.theme,
                band=one.band,
                level=one.level,
                people=one.people,
                words=one.words,
            )
            for one in lines
        ],
    )
    session.add(demand)
    session.flush()
    _record(session, Action.DEMAND_BROUGHT, demand, account)
    return demand


def count_list(session: Session, demand: BroughtDemand, *, account: Account) -> None:
    """From the next report on it is counted. Twice is once."""
    if demand.removed_at is not None:
        demand.removed_at = None
        _record(session, Action.DEMAND_COUNTED, demand, account)


def take_out(session: Session, demand: BroughtDemand, *, account: Account, now: datetime) -> None:
    """From the next report on it is not counted; it can be counted again. Twice is once."""
    if demand.removed_at is None:
        demand.removed_at = now
        _record(session, Action.DEMAND_REMOVED, demand, account)


def lists_of(session: Session, council_code: str) -> list[BroughtList]:
    """The newest first."""
    lines = select(func.count()).where(BroughtRow.demand_id == BroughtDemand.id).scalar_subquery()
    found = session.execute(
        select(BroughtDemand, lines)
        .where(BroughtDemand.council_code == council_code)
        .order_by(BroughtDemand.brought_at.desc(), BroughtDemand.id)
        .limit(200)
    )
    return [BroughtList(demand, number) for demand, number in found]


def list_of(session: Session, demand_id: uuid.UUID, council_code: str) -> BroughtDemand | None:
    """None for another council's."""
    return session.scalars(
        select(BroughtDemand).where(BroughtDemand.id == demand_id, BroughtDemand.council_code == council_code)
    ).one_or_none()


def totals_of(demand: BroughtDemand) -> list[BroughtTotal]:
    """Of each district and theme, as it may be seen."""
    sums: Counter[tuple[str, Theme]] = Counter()
    for row in demand.rows:
        sums[row.district_code, row.theme] += row.people
    return [
        BroughtTotal(code, theme, shown(people))
        for (code, theme), people in sorted(sums.items(), key=lambda one: (one[0][0], one[0][1].position))
    ]


def _record(session: Session, action: Action, demand: BroughtDemand, account: Account) -> None:
    details = {"council": demand.council_code, "lines": len(demand.rows)}
    record(session, action=action, subject=demand, details=details, actor=account, role=Role.COMMISSIONER)
