"""How long somebody stays where visits touch, read plainly: for an offer alone and for a pair."""

from __future__ import annotations

from marketplace.matching.needs import MINUTES_A_DAY
from marketplace.vocabulary import Repeats

Timed = tuple[int, int, Repeats]
"""A session: start, end and how often."""


def stay(visited: dict[Timed, tuple[int, int]], one: Timed) -> int:
    """From the earliest that somebody can have come by to the latest that they can stay: tries all ways."""
    if one not in visited:
        return 0

    def joins(former: Timed, latter: Timed) -> bool:
        return (
            former[1] == latter[0]
            and visited[former][1] == visited[latter][0]
            and former[0] // MINUTES_A_DAY == latter[0] // MINUTES_A_DAY
            and former[2] is latter[2] is Repeats.WEEKLY
        )

    def came(latter: Timed) -> int:
        return min([visited[latter][0], *(came(other) for other in visited if joins(other, latter))])

    def left(former: Timed) -> int:
        return max([visited[former][1], *(left(other) for other in visited if joins(former, other))])

    return left(one) - came(one)
