"""Parts of the week in which people have time, as a fixed list that nobody can cut finer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from marketplace.matching.needs import MINUTES_A_DAY, MINUTES_A_WEEK, Window
from marketplace.vocabulary import N_, Word

MORNING_BEGINS = 6 * 60
MIDDAY = 12 * 60
LEAST_MINUTES = 60
"""So much time in a part of the week counts as having time then; all of it where it is shorter."""
_SATURDAY, _SUNDAY = 5, 6


class TimeBand(Word):
    """A part of the week; who said no times is counted apart."""

    WEEKDAY_MORNING = "weekday_morning", N_("Weekday mornings")
    WEEKDAY_AFTERNOON = "weekday_afternoon", N_("Weekday afternoons")
    WEEKDAY_EVENING = "weekday_evening", N_("Weekday evenings")
    SATURDAY_MORNING = "saturday_morning", N_("Saturday mornings")
    SATURDAY_AFTERNOON = "saturday_afternoon", N_("Saturday afternoons")
    SATURDAY_EVENING = "saturday_evening", N_("Saturday evenings")
    SUNDAY_MORNING = "sunday_morning", N_("Sunday mornings")
    SUNDAY_AFTERNOON = "sunday_afternoon", N_("Sunday afternoons")
    SUNDAY_EVENING = "sunday_evening", N_("Sunday evenings")
    NOT_SAID = "not_said", N_("They did not say when")


@lru_cache(maxsize=8192)
def bands_of(windows: tuple[Window, ...], evening: int) -> frozenset[TimeBand]:
    """The parts of the week in which *windows* leave an hour on one day (or all of a shorter time); without windows ``NOT_SAID``.

    *evening* is the minute of the day at which evenings begin. Windows are minutes of the week and may
    reach past Sunday's midnight. Nights, from midnight to six, are in no part.
    """
    if not windows:
        return frozenset({TimeBand.NOT_SAID})
    return frozenset(
        band
        for band, starts, ends in spans(evening)
        if any(
            min(end, ends) - max(start, starts) >= min(LEAST_MINUTES, end - start)
            for start, end in _in_week(windows)
        )
    )


def _in_week(windows: Iterable[Window]) -> Iterable[tuple[int, int]]:
    for window in windows:
        yield window.start, window.end
        if window.end > MINUTES_A_WEEK:
            yield window.start - MINUTES_A_WEEK, window.end - MINUTES_A_WEEK


@lru_cache(maxsize=16)
def spans(evening: int) -> tuple[tuple[TimeBand, int, int], ...]:
    """Each part of the week on each of its days: the band, and the minutes of the week from and to."""
    parts = ((MORNING_BEGINS, MIDDAY), (MIDDAY, evening), (evening, MINUTES_A_DAY))
    spans = []
    for day in range(7):
        first = {_SATURDAY: 3, _SUNDAY: 6}.get(day, 0)
        for number, (starts, ends) in enumerate(parts):
            band = list(TimeBand)[first + number]
            spans.append((band, day * MINUTES_A_DAY + starts, day * MINUTES_A_DAY + ends))
    return tuple(spans)
