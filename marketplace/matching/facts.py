"""Facts of an evaluated offer in the forms in which they are told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.needs import MINUTES_A_DAY
from marketplace.matching.query import Query
from marketplace.matching.result import Say, SessionTime
from marketplace.vocabulary import N_, Day, Feature, Repeats, SupportLevel

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


def visit_times(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> tuple[SessionTime, ...]:
    """When the person can be there: of each session the longest time in which both are free.

    Worked example: a Personal Assistant from 9am to 3pm and a person who is free until midday can meet
    from 9am to midday.
    """
    sessions = found.sessions
    low, high = np.searchsorted(sessions.row, [at, at + 1])
    usable = [one for one in range(int(low), int(high)) if sessions.usable[one]]
    return tuple(
        _visit(query, session, int(sessions.run[one]))
        for one, session in zip(usable, session_times(catalogue, found, at), strict=True)
    )


def _visit(query: Query, session: SessionTime, minutes: int) -> SessionTime:
    """The first time of *minutes* that lies in the session and in one of the person's times."""
    for opens, closes in query.windows.tolist():
        start, end = max(session.start, opens), min(session.end, closes)
        if end - start == minutes:
            return replace(session, start=start, end=end)
    return session  # a companion's hours are shorter: then the session is named


def money(amount: Decimal) -> str:
    """'£5', '£4.50' or '50p'."""
    if 0 < amount < 1:
        return f"{amount * 100:.0f}p"
    return f"£{amount:.0f}" if amount == amount.to_integral_value() else f"£{amount:.2f}"


def times_words(sessions: Sequence[SessionTime]) -> tuple[Say, ...]:
    """Sessions as people say them, days with the same times together, in the order of the week.

    Worked example: Monday to Friday from 9 to 2 and Saturday from 10 to 12 are 'Monday to Friday 9am
    to 2pm' and 'Saturday 10am to midday'. Where there are many, the last says that there are others.
    """
    together: dict[tuple[int, int, Repeats], list[Day]] = {}
    for session in sessions:
        key = (session.start % MINUTES_A_DAY, session.end - session.start, session.repeats)
        days = together.setdefault(key, [])
        if session.day not in days:
            days.append(session.day)
    said = [
        _times_said(days, start, start + length, repeats)
        for (start, length, repeats), days in together.items()
    ]
    if len(said) > MOST_SESSIONS_NAMED:
        return (*said[:MOST_SESSIONS_NAMED], Say(N_("other times")))
    return tuple(said)


def _times_said(days: Sequence[Day], start: int, end: int, repeats: Repeats) -> Say:
    values = {"day": _days_said(days), "start": clock_said(start), "end": clock_said(end)}
    if repeats is Repeats.WEEKLY:
        return Say(N_("%(day)s %(start)s to %(end)s"), values)
    return Say(N_("%(day)s %(start)s to %(end)s (%(often)s)"), {**values, "often": repeats})


def _days_said(days: Sequence[Day]) -> Say | tuple[Day, ...]:
    ordered = sorted(days, key=lambda day: day.position)
    if len(ordered) > 2 and ordered[-1].position - ordered[0].position == len(ordered) - 1:
        return Say(N_("%(first)s to %(last)s"), {"first": ordered[0], "last": ordered[-1]})
    return tuple(ordered)


def clock_said(minute: int) -> Say | str:
    """A minute of the day as people say it: '9:30am', 'midday', 'midnight'."""
    hour, rest = divmod(minute % MINUTES_A_DAY, 60)
    if not rest and hour == 12:
        return Say(N_("midday"))
    if not rest and hour == 0:
        return Say(N_("midnight"))
    half = "am" if hour < 12 else "pm"
    shown = (hour - 1) % 12 + 1
    return f"{shown}:{rest:02d}{half}" if rest else f"{shown}{half}"


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
