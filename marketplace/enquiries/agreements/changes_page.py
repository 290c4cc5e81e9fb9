"""What the page of an agreement says of its changes: what is asked for, what comes, and what was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from marketplace.db import get_session
from marketplace.enquiries.agreements.blueprint import Seat
from marketplace.enquiries.agreements.changing import changes_of
from marketplace.enquiries.agreements.documents import terms_in
from marketplace.enquiries.agreements.models import Agreement, AgreementChange, ChangeState
from marketplace.enquiries.agreements.page import Difference, what_differs
from marketplace.web.templating import day_words, label
from marketplace.web.today import london_today

PICTURES: Mapping[ChangeState, str] = {
    ChangeState.OPEN: "time",
    ChangeState.AGREED: "tick",
    ChangeState.DECLINED: "cross",
    ChangeState.WITHDRAWN: "clear",
    ChangeState.OVER: "not_sure",
}


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One change, as this side reads it."""

    change: AgreementChange
    differences: tuple[Difference, ...]
    is_own: bool
    is_late: bool
    """Its day is over: with a yes it holds from today."""
    has_day: bool
    """It holds from a day of its own; before the beginning it holds with the yes."""
    asked: str
    """Who asked for it and when, in a sentence."""
    became: str
    picture: str


@dataclass(frozen=True, slots=True)
class ChangesShown:
    waiting: ChangeShown | None
    coming: tuple[ChangeShown, ...]
    """Agreed, and not yet so; the first that comes first."""
    past: tuple[ChangeShown, ...]
    """All others, the newest first."""


def changes_shown(seat: Seat, agreement: Agreement) -> ChangesShown:
    """Every change of *agreement*. One statement."""
    every = [_shown(one, seat) for one in changes_of(get_session(), agreement)]
    coming = [one for one in every if _is_coming(one.change)]
    return ChangesShown(
        waiting=next((one for one in every if one.change.state is ChangeState.OPEN), None),
        coming=tuple(sorted(coming, key=lambda one: (one.change.from_day, one.change.answered_at))),
        past=tuple(
            one for one in every if one.change.state is not ChangeState.OPEN and not _is_coming(one.change)
        ),
    )


def _is_coming(change: AgreementChange) -> bool:
    return change.state is ChangeState.AGREED and change.in_force_at is None


def _shown(change: AgreementChange, seat: Seat) -> ChangeShown:
    is_own = change.side is seat.side
    day = day_words(change.proposed_at)
    return ChangeShown(
        change=change,
        differences=what_differs(change.before, change.terms),
        is_own=is_own,
        is_late=change.from_day < london_today(),
        has_day=terms_in(change.terms).starts_on <= change.from_day,
        asked=gettext("You asked for it on %(day)s.", day=day)
        if is_own
        else gettext("%(name)s asked for it on %(day)s.", name=seat.other, day=day),
        became=_became(change.state, name=seat.other, is_own=is_own),
        picture=PICTURES[change.state],
    )


def _became(state: ChangeState, *, name: str, is_own: bool) -> str:
    """Who said no or took it back, as this side calls them."""
    if state is ChangeState.DECLINED:
        return gettext("%(name)s said no", name=name) if is_own else gettext("You said no")
    if state is ChangeState.WITHDRAWN:
        return gettext("You took it back") if is_own else gettext("%(name)s took it back", name=name)
    return label(state)
