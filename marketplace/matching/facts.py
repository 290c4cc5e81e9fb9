"""Facts of an evaluated offer in the forms in which they are told."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.needs import clock
from marketplace.matching.result import Say, SessionTime
from marketplace.vocabulary import N_, Feature, Repeats, SupportLevel

REPEATS = tuple(Repeats)
MOST_SESSIONS_NAMED = 3


def whole_minutes(minutes: float) -> int:
    """Minutes as shown: rounded up, so that nobody comes late."""
    return math.ceil(minutes - 1e-9)


def pounds(pence: int) -> Decimal | None:
    return None if pence < 0 else (Decimal(pence) / 100).quantize(Decimal("0.01"))


def session_times(catalogue: Catalogue, found: Evaluation, at: int) -> tuple[SessionTime, ...]:
    """The sessions that the person can come to, in the order of the week."""
    sessions = found.sessions
    low, high = np.searchsorted(sessions.row, [at, at + 1])
    return tuple(
        SessionTime(
            start=int(catalogue.columns.session_start[sessions.index[one]]),
            end=int(catalogue.columns.session_end[sessions.index[one]]),
            whole=bool(sessions.run[one] == sessions.length[one]),
            repeats=REPEATS[catalogue.columns.session_repeats[sessions.index[one]]],
        )
        for one in range(int(low), int(high))
        if sessions.usable[one]
    )


def money(amount: Decimal) -> str:
    """'£5' or '£4.50'."""
    return f"£{amount:.0f}" if amount == amount.to_integral_value() else f"£{amount:.2f}"


def session_words(session: SessionTime) -> Say:
    """'Saturday 10:00 to 12:00', and how often where it is not every week."""
    time = {
        "day": session.day,
        "start": clock(session.start),
        "end": clock(session.end, is_end=True),
    }
    if session.repeats is Repeats.WEEKLY:
        return Say(N_("%(day)s %(start)s to %(end)s"), time)
    return Say(N_("%(day)s %(start)s to %(end)s (%(often)s)"), {**time, "often": session.repeats})


def duration_words(minutes: float) -> Say:
    """'45 minutes', '3 hours', '2 hours and 30 minutes'; to the nearest minute."""
    hours, rest = divmod(round(minutes), 60)
    long = Say(N_("1 hour")) if hours == 1 else Say(N_("%(number)s hours"), {"number": str(hours)})
    short = Say(N_("1 minute")) if rest == 1 else Say(N_("%(number)s minutes"), {"number": str(rest)})
    if not hours:
        return short
    return Say(N_("%(hours)s and %(minutes)s"), {"hours": long, "minutes": short}) if rest else long


def features_in(mask: int) -> tuple[Feature, ...]:
    return tuple(feature for feature in Feature if mask & feature.bit)


def level_words(level: SupportLevel) -> dict[str, object]:
    return {"number": str(int(level)), "level": level}
