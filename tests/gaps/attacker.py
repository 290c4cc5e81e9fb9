"""A reader who puts everything together that a report tells, and all that anybody knows of such counts.

It reads the document as it is kept, not the program's own idea of what is safe. For each star it asks a
solver how small and how large the number behind it can be.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

LEVELS = (1, 2, 3, 4, 5)
Sum = list[tuple[float, int]]


class Attacker:
    """Everything known of some districts; of one, and what a report tells of it, where nothing else is said."""

    names_districts = False
    """Whether stars are named with their district."""

    def __init__(self, document: dict[str, Any], *districts: str) -> None:
        self.variables: dict[tuple[Any, ...], int] = {}
        self.rows: list[tuple[Sum, float]] = []
        """Sums that are at most a number."""
        self.stars: list[tuple[tuple[Any, ...], Sum]] = []
        self.here = ""
        """The district that names are of."""
        for district in districts:
            self.here = district
            self._read(document, district)

    def at(self, *name: Any) -> int:
        return self.variables.setdefault((self.here, *name), len(self.variables))

    def plus(self, *names: tuple[Any, ...]) -> Sum:
        return [(1.0, self.at(*name)) for name in names]

    def at_most(self, small: Sum, large: Sum, less: float = 0.0) -> None:
        """``small + less <= large``"""
        self.rows.append(([*small, *((-one, at) for one, at in large)], -less))

    def told(self, name: tuple[Any, ...], whole: Sum, number: int | str | None) -> None:
        if number is None:
            return
        low, high = {"*": (1, 7), 0: (0, 0)}.get(number) or (max(8, number - 2), number + 2)  # type: ignore[operator]
        self.rows.append((whole, high))
        self.rows.append(([(-one, at) for one, at in whole], -low))
        if number == "*":
            self.stars.append(((self.here, *name) if self.names_districts else name, whole))

    def _read(self, document: dict[str, Any], district: str) -> None:
        themes = [row for row in document["themes"] if row["district_code"] == district]
        for row in themes:
            self._theme(row, [one for one in document["wanted"] if one["district_code"] == district])
        (people,) = (row for row in document["districts"] if row["code"] == district)
        self._people(people, [row["theme"] for row in themes])
        self._sources([row for row in document["sources"] if row["district_code"] == district])

    def _sources(self, rows: list[dict[str, Any]]) -> None:
        """Who told us and of whom practitioners told are together all the people, each once."""
        told = {row["source"]: row["asked"] for row in rows if row["theme"] is None}
        if not told:
            return
        every = self.plus(*((kind, level) for kind in ("all met", "some unmet") for level in LEVELS))
        each = self.plus(("profiles",), ("cases",))
        self.at_most(every, each)
        self.at_most(each, every)
        for source in ("profiles", "cases"):
            self.told((source,), self.plus((source,)), told.get(source, 0))

    def _whole(self, theme: str, what: str, levels: tuple[int, ...] = LEVELS) -> Sum:
        kinds = ("met", "unmet") if what == "asked" else (what,)
        return self.plus(*((kind, theme, level) for kind in kinds for level in levels))

    def _theme(self, row: dict[str, Any], wanted: list[dict[str, Any]]) -> None:
        # What is in the way of most is told by the shown numbers, where they are; else no table is tied to it.
        theme = row["theme"]
        unmet = self._whole(theme, "unmet")
        self.told(("asked", theme), self._whole(theme, "asked"), row["asked"])
        self.told(("unmet", theme), unmet, row["unmet"])
        for table, key in (("hindrances", "hindrance"), ("places", "place_key")):
            if row[table] is None:
                continue
            parts = [(table, theme, one[key]) for one in row[table]]
            self.at_most(self.plus(*parts), unmet)
            self.at_most(unmet, self.plus(*parts))
            for part, one in zip(parts, row[table], strict=True):
                self.told(part, self.plus(part), one["unmet"])
        bands = defaultdict(list)
        for one in wanted:
            if one["theme"] == theme:
                bands[one["band"]].append(one)
        for band, rows in bands.items():
            self._band(theme, band, rows, has_hindrances=row["hindrances"] is not None)

    def _band(self, theme: str, band: str, rows: list[dict[str, Any]], *, has_hindrances: bool) -> None:
        for level in LEVELS:
            for kind in ("met", "unmet"):
                self.at_most(self.plus((kind, theme, level, band)), self.plus((kind, theme, level)))

        def whole(what: str, levels: tuple[int, ...]) -> Sum:
            kinds = ("met", "unmet") if what == "asked" else (what,)
            return self.plus(*((kind, theme, level, band) for kind in kinds for level in levels))

        of_levels = {row["level"]: row for row in rows if row["level"]}
        for row in rows:
            levels = (row["level"],) if row["level"] else LEVELS
            for what in ("asked", "unmet"):
                self.told((what, theme, band, row["level"]), whole(what, levels), row[what])
            if row["hindrance"] and has_hindrances:
                self.at_most(
                    whole("unmet", LEVELS), 2 * self.plus(("hindrances", theme, row["hindrance"])), 1
                )
        for what in ("asked", "unmet"):
            if any(row[what] is not None for row in of_levels.values()):
                for level in set(LEVELS) - set(of_levels):
                    self.told(("nobody",), whole(what, (level,)), 0)

    def _people(self, row: dict[str, Any], themes: list[str]) -> None:
        """Different people: no theme has more of a level, and there are no more than wishes."""
        for level in LEVELS:
            every = self.plus(("all met", level), ("some unmet", level))
            some, fitting = self.plus(("some unmet", level)), self.plus(("fitting", level))
            wishes = [(kind, theme, level) for theme in themes for kind in ("met", "unmet")]
            met = [name for name in wishes if name[0] == "met"]
            unmet = [name for name in wishes if name[0] == "unmet"]
            self.at_most(every, self.plus(*wishes))
            self.at_most(some, self.plus(*unmet))
            self.at_most(self.plus(("all met", level)), fitting)
            self.at_most(fitting, self.plus(*met))
            self.at_most(fitting, every)
            for theme in themes:
                self.at_most(self.plus(("met", theme, level), ("unmet", theme, level)), every)
                self.at_most(self.plus(("unmet", theme, level)), some)
                self.at_most(self.plus(("met", theme, level)), fitting)
        every = self.plus(*((kind, level) for kind in ("all met", "some unmet") for level in LEVELS))
        some = self.plus(*(("some unmet", level) for level in LEVELS))
        self.told(("people",), every, row["asked"])
        self.told(("unmet people",), some, row["unmet"])
        for one in row["levels"] or ():
            level = one["level"]
            self.told(("people", level), self.plus(("all met", level), ("some unmet", level)), one["asked"])
            self.told(("unmet people", level), self.plus(("some unmet", level)), one["unmet"])
        if row["flow"]:
            fitting = self.plus(*(("fitting", level) for level in LEVELS))
            placed, greedy = self.plus(("placed",)), self.plus(("greedy",))
            self.at_most(placed, fitting)
            self.at_most(greedy, placed)
            for whole, name in ((fitting, "fitting"), (placed, "placed"), (greedy, "greedy")):
                self.told((name,), whole, row["flow"][name])

    def given_away(self) -> dict[tuple[Any, ...], tuple[float, float]]:
        """The stars of which more can be known than 'from 1 to 7': how small and how large each can be."""
        size = len(self.variables)
        at, columns, data = [], [], []
        for row, (whole, _) in enumerate(self.rows):
            for one, column in whole:
                at.append(row)
                columns.append(column)
                data.append(one)
        below = csr_array((data, (at, columns)), shape=(len(self.rows), size))
        most = np.array([number for _, number in self.rows])
        ends: dict[tuple[Any, ...], list[float]] = {name: [np.inf, -np.inf] for name, _ in self.stars}

        def ask(cost: np.ndarray) -> None:
            found = linprog(cost, A_ub=below, b_ub=most, method="highs")
            assert found.status in {0, 3}, found.message
            for name, whole in self.stars:
                value = sum(one * found.x[column] for one, column in whole)
                ends[name] = [min(ends[name][0], value), max(ends[name][1], value)]

        for sign in (1.0, -1.0):
            together = np.zeros(size)
            for _, whole in self.stars:
                for one, column in whole:
                    together[column] += sign * one
            ask(together)
            for name, whole in self.stars:
                end = ends[name][0] if sign > 0 else -ends[name][1]
                if end > (1 if sign > 0 else -7) + 1e-6:
                    alone = np.zeros(size)
                    for one, column in whole:
                        alone[column] += sign * one
                    ask(alone)
        return {name: (low, high) for name, (low, high) in ends.items() if low > 1 + 1e-6 or high < 7 - 1e-6}
