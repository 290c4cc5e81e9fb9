"""Taking a gap on, and what becomes of it. No request here; the route commits."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.commissioning.register.models import Gap, GapOffer, GapState, GapStep
from marketplace.gaps.bands import TimeBand
from marketplace.offers.models import Offer
from marketplace.vocabulary import N_, Role, Theme, Word

MOST_OFFERS = 50
_OVER = frozenset({GapState.CLOSED, GapState.SET_ASIDE})


class Refusal(Word):
    """Why a gap was not changed."""

    CHANGED = "changed", N_("Someone else changed this gap. Look at what it says now, then save again.")
    TOO_MANY = "too_many", N_("A gap has at most 50 offers.")
    IS_OVER = "is_over", N_("This gap is closed or set aside. Open it again first.")


class GapRefusedError(Exception):
    """The gap stays as it was."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a gap is about, out of the fixed lists of a report."""

    council_code: str
    district_code: str | None = None
    theme: Theme | None = None
    band: TimeBand | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is written about a gap, and who does what by when."""

    title: str
    why: str = ""
    owner_id: uuid.UUID | None = None
    action: str = ""
    due_on: date | None = None


def open_gap(
    session: Session,
    *,
    cell: Cell,
    plan: Plan,
    before: Mapping[str, Any],
    report_id: uuid.UUID | None,
    form_token: str,
    account: Account,
    now: datetime,
) -> Gap:
    """Put a gap into the register. The same form sent twice gives the same gap.

    Raises ``IntegrityError`` where two are opened at the same moment: try again.
    """
    known = session.scalars(select(Gap).where(Gap.form_token == form_token)).one_or_none()
    if known is not None:
        return known
    gap = Gap(
        number=(session.scalar(select(func.max(Gap.number))) or 0) + 1,
        council_code=cell.council_code,
        district_code=cell.district_code,
        theme=cell.theme,
        band=cell.band,
        level=cell.level,
        state=_state_of(plan),
        opened_at=now,
        opened_by_id=account.id,
        report_id=report_id,
        before=dict(before),
        after={},
        form_token=form_token,
        version=1,
        **_words(plan),
    )
    session.add(gap)
    session.flush()
    _step(session, gap, account, now, state=gap.state)
    _record(session, Action.GAP_OPENED, gap, account)
    return gap


def change_gap(
    session: Session, gap: Gap, *, plan: Plan, expected: int, account: Account, now: datetime
) -> None:
    """Change what is written. *expected* is the version that the form began from. Raises
    ``GapRefusedError``."""
    _hold(session, gap)
    words = _words(plan)
    if all(getattr(gap, name) == value for name, value in words.items()):
        return
    _check(gap, expected)
    if gap.state in _OVER:
        raise GapRefusedError(Refusal.IS_OVER)
    changed = sorted(name for name, value in words.items() if getattr(gap, name) != value)
    for name, value in words.items():
        setattr(gap, name, value)
    if gap.state is GapState.OPEN and _state_of(plan) is GapState.IN_HAND:
        gap.state = GapState.IN_HAND
        _step(session, gap, account, now, state=gap.state)
    _saved(session, Action.GAP_CHANGED, gap, account, changed=changed)


def write_case(
    session: Session,
    gap: Gap,
    *,
    evidence: str,
    options: str,
    sources: str,
    expected: int,
    account: Account,
) -> None:
    """Write the owner's words of the investment case. Raises ``GapRefusedError``."""
    _hold(session, gap)
    if (gap.evidence, gap.options, gap.sources) == (evidence, options, sources):
        return
    _check(gap, expected)
    gap.evidence, gap.options, gap.sources = evidence, options, sources
    _saved(session, Action.GAP_CHANGED, gap, account, changed=["investment_case"])


def add_step(session: Session, gap: Gap, *, words: str, account: Account, now: datetime) -> None:
    """Note what was done or said. It moves an open gap on."""
    _hold(session, gap)
    moves = gap.state is GapState.OPEN
    if moves:
        gap.state = GapState.IN_HAND
    _step(session, gap, account, now, state=gap.state if moves else None, words=words)
    _saved(session, Action.GAP_CHANGED, gap, account, changed=["steps"])


def add_offer(session: Session, gap: Gap, offer: Offer, *, account: Account, now: datetime) -> None:
    """Note an offer that closes the gap, or part of it; twice is once. Raises ``GapRefusedError``."""
    _hold(session, gap)
    if any(one.offer_id == offer.id for one in gap.offers):
        return
    if len(gap.offers) >= MOST_OFFERS:
        raise GapRefusedError(Refusal.TOO_MANY)
    gap.offers.append(GapOffer(offer_id=offer.id, noted_at=now, noted_by_id=account.id))
    _saved(session, Action.GAP_CHANGED, gap, account, changed=["offers"], offer=str(offer.id))


def remove_offer(session: Session, gap: Gap, offer_id: uuid.UUID, *, account: Account) -> None:
    """Take an offer out again."""
    _hold(session, gap)
    row = next((one for one in gap.offers if one.offer_id == offer_id), None)
    if row is not None:
        gap.offers.remove(row)
        _saved(session, Action.GAP_CHANGED, gap, account, changed=["offers"], offer=str(offer_id))


def end_gap(
    session: Session,
    gap: Gap,
    *,
    state: GapState,
    words: str,
    after: Mapping[str, Any],
    expected: int,
    account: Account,
    now: datetime,
) -> None:
    """Close a gap or set it aside, with what the newest report says. Raises ``GapRefusedError``, and
    ``ValueError`` for a state in which it goes on."""
    if state not in _OVER:
        raise ValueError(f"a gap does not end as {state.value}")
    _hold(session, gap)
    if gap.state is state and gap.closed_words == words:
        return
    _check(gap, expected)
    gap.state, gap.closed_at, gap.closed_words, gap.after = state, now, words, dict(after)
    _step(session, gap, account, now, state=state, words=words)
    action = Action.GAP_CLOSED if state is GapState.CLOSED else Action.GAP_SET_ASIDE
    _saved(session, action, gap, account)


def reopen_gap(session: Session, gap: Gap, *, account: Account, now: datetime) -> None:
    """Go on with a gap that was closed or set aside; twice is once."""
    _hold(session, gap)
    if gap.state not in _OVER:
        return
    gap.state, gap.closed_at, gap.closed_words, gap.after = GapState.OPEN, None, "", {}
    _step(session, gap, account, now, state=gap.state)
    _saved(session, Action.GAP_REOPENED, gap, account)


def _state_of(plan: Plan) -> GapState:
    """Something is being done where somebody does something."""
    return GapState.IN_HAND if plan.owner_id is not None and plan.action else GapState.OPEN


def _words(plan: Plan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "why": plan.why,
        "owner_id": plan.owner_id,
        "action": plan.action,
        "due_on": plan.due_on,
    }


def _hold(session: Session, gap: Gap) -> None:
    """Changes of one gap happen one after the other."""
    session.refresh(gap, with_for_update=True)


def _check(gap: Gap, expected: int) -> None:
    if gap.version != expected:
        raise GapRefusedError(Refusal.CHANGED)


def _step(
    session: Session,
    gap: Gap,
    account: Account,
    now: datetime,
    *,
    state: GapState | None = None,
    words: str = "",
) -> None:
    session.add(GapStep(gap_id=gap.id, made_at=now, by_id=account.id, state=state, words=words))


def _saved(session: Session, action: Action, gap: Gap, account: Account, **details: object) -> None:
    gap.version += 1
    session.flush()
    _record(session, action, gap, account, **details)


def _record(session: Session, action: Action, gap: Gap, account: Account, **details: object) -> None:
    record(
        session,
        action=action,
        subject=gap,
        details={"council": gap.council_code, "number": gap.number, **details},
        actor=account,
        role=Role.COMMISSIONER,
    )
