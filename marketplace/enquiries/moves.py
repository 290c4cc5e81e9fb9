"""Which state of an enquiry may follow which, and the one place that moves it.

Functions here know no request and do not commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.enquiries import mails
from marketplace.enquiries.models import DeclineReason, Enquiry, EnquiryMove, EnquiryState, Side
from marketplace.vocabulary import Role

_S = EnquiryState
_ANSWERS = frozenset({_S.MORE_ASKED, _S.MEETING, _S.TASTER, _S.WAITING, _S.DECLINED})
_PROPOSED = frozenset({_S.MEETING, _S.TASTER})
_ENDED_HERE = frozenset({_S.DECLINED, _S.WITHDRAWN, _S.NO_ANSWER})

ALLOWED: Mapping[tuple[EnquiryState, Side], frozenset[EnquiryState]] = {
    (_S.SENT, Side.PROVIDER): _ANSWERS | {_S.SEEN},
    (_S.SEEN, Side.PROVIDER): _ANSWERS,
    (_S.MORE_ASKED, Side.PROVIDER): _ANSWERS - {_S.MORE_ASKED},
    (_S.MEETING, Side.PROVIDER): _ANSWERS - {_S.MEETING} | {_S.SEEN},
    (_S.TASTER, Side.PROVIDER): _ANSWERS - {_S.TASTER} | {_S.SEEN},
    (_S.WAITING, Side.PROVIDER): _ANSWERS - {_S.WAITING} | {_S.SEEN},
    # A late answer is better than none, as long as nothing newer was asked of the same offer.
    (_S.NO_ANSWER, Side.PROVIDER): _ANSWERS,
    (_S.SENT, Side.PERSON): frozenset({_S.WITHDRAWN}),
    (_S.SEEN, Side.PERSON): _PROPOSED | {_S.WITHDRAWN},
    (_S.MORE_ASKED, Side.PERSON): _PROPOSED | {_S.SEEN, _S.WITHDRAWN},  # seen: the question was answered
    (_S.MEETING, Side.PERSON): frozenset({_S.TASTER, _S.SEEN, _S.WITHDRAWN}),  # seen: another time, please
    (_S.TASTER, Side.PERSON): frozenset({_S.MEETING, _S.SEEN, _S.WITHDRAWN}),
    (_S.WAITING, Side.PERSON): frozenset({_S.WITHDRAWN}),
    # Agreed: by nobody alone. An agreement to which both sides said yes moves the enquiry.
    # Declined: what was asked about has closed.
    (_S.SENT, Side.SITE): frozenset({_S.AGREED, _S.DECLINED, _S.NO_ANSWER, _S.WITHDRAWN}),
    (_S.SEEN, Side.SITE): frozenset({_S.AGREED, _S.DECLINED, _S.NO_ANSWER, _S.WITHDRAWN}),
    (_S.MORE_ASKED, Side.SITE): frozenset({_S.AGREED, _S.DECLINED, _S.WITHDRAWN}),
    # No answer: the person proposed a time, and the provider never said anything to it.
    (_S.MEETING, Side.SITE): frozenset({_S.AGREED, _S.DECLINED, _S.NO_ANSWER, _S.WITHDRAWN}),
    (_S.TASTER, Side.SITE): frozenset({_S.AGREED, _S.DECLINED, _S.NO_ANSWER, _S.WITHDRAWN}),
    (_S.WAITING, Side.SITE): frozenset({_S.AGREED, _S.DECLINED, _S.WITHDRAWN}),
}
"""(state now, who moves) → states that may follow. What is not here is refused."""


class MoveRefusedError(Exception):
    """The enquiry can't become that: ``state`` is where it stands now."""

    def __init__(self, state: EnquiryState, to: EnquiryState) -> None:
        self.state = state
        self.to = to
        super().__init__(f"{state} does not become {to}")


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A step that was made, for rooms that react to it."""

    enquiry: Enquiry
    before: EnquiryState
    side: Side
    account: Account | None
    now: datetime


OnMove = Callable[[Session, Moved], None]
_Registered = TypeVar("_Registered", bound=OnMove)
_ON_MOVE: list[OnMove] = []


def on_move(react: _Registered) -> _Registered:
    """Call *react* in the transaction of each move. Registering twice is once."""
    if react not in _ON_MOVE:
        _ON_MOVE.append(react)
    return react


def may_follow(enquiry: Enquiry, side: Side) -> frozenset[EnquiryState]:
    """The states that *side* may move the enquiry to now."""
    return ALLOWED.get((enquiry.state, side), frozenset())


def move(
    session: Session,
    enquiry: Enquiry,
    *,
    to: EnquiryState,
    side: Side,
    account: Account | None,
    role: Role | None,
    now: datetime,
    base_url: str,
    words: str = "",
    reason: DeclineReason | None = None,
    tells: bool = True,
) -> None:
    """Move the enquiry, write the step down and tell the other side. The only writer of its state.

    *reason* is for ``DECLINED`` only and needed there. Raises ``MoveRefusedError`` where the step is
    not allowed, or where somebody moved it in the meantime: the row itself is asked, not the copy.
    """
    before = enquiry.state
    if to not in may_follow(enquiry, side) or (to is EnquiryState.DECLINED) != (reason is not None):
        raise MoveRefusedError(before, to)
    values = {"state": to, "state_since": now, "version": Enquiry.version + 1, "decline_reason": reason}
    if side is Side.PROVIDER and enquiry.seen_at is None:
        values["seen_at"] = now
    if side is Side.PROVIDER and to in _ANSWERS and enquiry.answered_at is None:
        values["answered_at"] = now
    try:
        with session.begin_nested():
            changed = session.execute(
                update(Enquiry)
                .where(Enquiry.id == enquiry.id, Enquiry.state == before)
                .values(values)
                .returning(Enquiry.id)
                .execution_options(synchronize_session=False)
            ).first()
    except IntegrityError:  # a late answer, when something newer was asked of the same offer
        raise MoveRefusedError(before, to) from None
    session.refresh(enquiry)
    if changed is None:
        raise MoveRefusedError(enquiry.state, to)
    session.add(
        EnquiryMove(
            enquiry_id=enquiry.id,
            state=to,
            side=side,
            by_id=account.id if account else None,
            made_at=now,
            words=words,
        )
    )
    session.flush()
    for react in _ON_MOVE:
        react(session, Moved(enquiry=enquiry, before=before, side=side, account=account, now=now))
    if tells and to is not EnquiryState.SEEN:
        mails.tell_of_move(session, enquiry=enquiry, side=side, now=now, base_url=base_url)
    record(
        session,
        action=Action.ENQUIRY_MOVED,
        subject=enquiry,
        details={"person": enquiry.person_id, "from": before, "to": to, "side": side},
        actor=account,
        role=role,
    )


def is_over(state: EnquiryState) -> bool:
    """Nothing more happens in it, and the provider reads nothing of the profile any more."""
    return state in _ENDED_HERE
