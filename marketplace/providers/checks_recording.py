"""Writing down what a moderator saw: a dated fact with its end. Never the paper, never its number.

Functions here know no request and do not commit. Whoever records or removes a check lets
``offers.standing`` look at the provider's offers again, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.providers.checks import Demand, answers_for, last_day_of
from marketplace.providers.models import Check, Provider
from marketplace.vocabulary import CheckKind, CqcRating, Role

FOOD_RATINGS = ("5", "4", "3", "2", "1", "0")
LONGEST_OUTCOME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen: the facts of one check."""

    seen_on: date
    dated: date | None
    """The date on the paper."""
    expires_on: date | None
    """The last day on which it counts."""
    outcome: str = ""


def default_end(kind: CheckKind, since: date, demands: Sequence[Demand]) -> date | None:
    """Until when a check counts whose paper names no end: the longest that a demand allows.

    A lower DBS check lasts as long as the higher one that is asked for. *since* is the date on the
    paper, else the day it was seen.
    """
    months = [
        one.months
        for one in demands
        if one.months is not None and (kind in answers_for(one.kind) or one.kind in answers_for(kind))
    ]
    return last_day_of(since, max(months)) if months else None


def record_check(
    session: Session, *, provider: Provider, kind: CheckKind, seen: Seen, account: Account
) -> Check:
    """Note a check, in place of what was noted of the same kind before. The same twice is once."""
    check = _check_of(session, provider, kind)
    if check is None:
        check = Check(provider_id=provider.id, kind=kind, seen_by=_name(account), **asdict(seen))
        check.seen_by_id = account.id
        try:
            with session.begin_nested():
                session.add(check)
        except IntegrityError:  # a colleague noted it at the same moment
            session.expire(provider, ["checks"])
            check = _check_of(session, provider, kind)
            if check is None:
                raise
            _change(session, check, seen, account)
        else:
            session.expire(provider, ["checks"])
            _remember(session, Action.CHECK_RECORDED, check, account, asdict(seen))
    else:
        _change(session, check, seen, account)
    if kind is CheckKind.CQC_RATING:
        provider.cqc_rating = CqcRating(seen.outcome)
    session.flush()
    return check


def remove_check(
    session: Session, *, check: Check, provider: Provider, reason: str, account: Account
) -> None:
    """Take a check away that was noted by mistake or counts no more, and keep why."""
    if check.kind is CheckKind.CQC_RATING:
        provider.cqc_rating = None
    facts = asdict(_facts(check)) | {"seen_by": check.seen_by, "reason": reason}
    session.delete(check)
    session.flush()
    session.expire(provider, ["checks"])
    _remember(session, Action.CHECK_REMOVED, check, account, facts)


def _change(session: Session, check: Check, seen: Seen, account: Account) -> None:
    before = _facts(check)
    if before == seen and check.seen_by_id == account.id:
        return
    for name, value in asdict(seen).items():
        setattr(check, name, value)
    check.seen_by, check.seen_by_id = _name(account), account.id
    check.reminded_at = check.lapse_told_at = None
    session.flush()
    _remember(session, Action.CHECK_CHANGED, check, account, {"before": asdict(before), "now": asdict(seen)})


def _check_of(session: Session, provider: Provider, kind: CheckKind) -> Check | None:
    return session.scalars(
        select(Check).where(Check.provider_id == provider.id, Check.kind == kind)
    ).one_or_none()


def _facts(check: Check) -> Seen:
    return Seen(seen_on=check.seen_on, dated=check.dated, expires_on=check.expires_on, outcome=check.outcome)


def _name(account: Account) -> str:
    """As the public reads it: who saw it, and for whom they work."""
    organisation = next((one.organisation for one in account.grants if one.role is Role.MODERATOR), "")
    return f"{account.name}, {organisation}"[:200] if organisation else account.name[:200]


def _remember(
    session: Session, action: Action, check: Check, account: Account, facts: dict[str, object]
) -> None:
    record(
        session,
        action=action,
        subject=("provider_check", check.id),
        details={"provider": check.provider_id, "kind": check.kind, **facts},
        actor=account,
        role=Role.MODERATOR,
    )
