"""A reader of everything at once: what a commissioner, a provider and the public can see on one day.

The report of all districts, proposals, what each would change, the plan, groups, and what providers that
close would take away are one set of linear constraints over the same unknown people. The reader is stronger
than any real one: of every offer they know from which districts people would come, and of every provider
where, when and at which level it works.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from tests.gaps.attacker import LEVELS, Attacker, Sum

NOT_SAID = "not_said"
_FITTING = {1: (1, 5), 2: (2, 5), 3: (3,), 4: (4,)}
"""Who said no level counts at levels 1 and 2."""
Told = int | str | None


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What is told of one provider that closes, and what anybody knows of its offers."""

    name: str
    people: Told
    districts: dict[str, Told]
    wishes: dict[tuple[str, str], Told]
    """By district and theme."""
    about: frozenset[tuple[str, str, int]]
    """Districts, themes and levels of those who would lose something."""
    bands: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Everything:
    """As it is kept or shown."""

    report: dict[str, Any]
    next_offers: dict[str, Any]
    """The part of one council."""
    groups: list[dict[str, Any]] = field(default_factory=list)
    """Key, theme, part of the week and people."""
    closings: list[Closing] = field(default_factory=list)


class JointAttacker(Attacker):
    """Knows *everything* together. *reached* says from which districts people would come to a candidate or a
    group, by its key."""

    names_districts = True

    def __init__(self, everything: Everything, reached: Callable[[str], Iterable[str]]) -> None:
        codes = [row["code"] for row in everything.report["districts"]]
        super().__init__(everything.report, *codes)
        self.codes = codes
        self.themes = {(row["district_code"], row["theme"]): row for row in everything.report["themes"]}
        self.bands: dict[tuple[str, str], set[str]] = defaultdict(set)
        for one in everything.report["wanted"]:
            self.bands[one["district_code"], one["theme"]].add(one["band"])
        part = everything.next_offers
        for one in part["offers"]:
            served = self._served("proposed", one, _FITTING[one["level"]], reached(one["key"]))
            self._changes(one, served)
        apart: dict[str, list[Any]] = defaultdict(list)
        for one in part["plan"]["offers"]:
            served = self._served("planned", one, _FITTING[one["level"]], reached(one["key"]))
            apart[one["theme"]].append((one, served))
        self._share_nobody(apart)
        self._plan(part["plan"])
        apart = defaultdict(list)
        for one in everything.groups:
            apart[one["theme"]].append((one, self._served("group", one, LEVELS, reached(one["key"]))))
        self._share_nobody(apart)
        self._closings(everything.closings)

    def of(self, district: str, *names: tuple[Any, ...]) -> Sum:
        self.here = district
        return self.plus(*names)

    def told_at_least(self, whole: Sum, number: Told) -> None:
        """'At least about': no fewer than what the number stands for."""
        if isinstance(number, int) and number:
            self.at_most([], whole, less=max(8, number - 2))

    def _served(
        self, kind: str, one: dict[str, Any], levels: tuple[int, ...], reached: Iterable[str]
    ) -> dict[str, list[tuple[Any, ...]]]:
        """Unknown people of each district, level and part of the week in whom the number is: no more than
        the report's."""
        theme, names = one["theme"], {}
        for district in reached:
            names[district] = []
            for level in levels:
                here = [
                    (kind, one["key"], level, band)
                    for band in (one["band"], NOT_SAID)
                    if band in self.bands[district, theme]
                ]
                for name in here:
                    own = self.of(district, ("unmet", theme, level, name[-1]))
                    self.at_most(self.of(district, name), own)
                self.at_most(self.of(district, *here), self.of(district, ("unmet", theme, level)))
                names[district] += here
        every = [part for district, own in names.items() for part in self.of(district, *own)]
        self.told_at_least(every, one["people"])
        return names

    def _changes(self, one: dict[str, Any], served: dict[str, list[tuple[Any, ...]]]) -> None:
        for code, _before, people, *_after in one["changes"]["districts"]:
            self.told_at_least(self.of(code, *served.get(code, [])), people)
        for key, _before, people, *_after in one["changes"]["places"]:
            district = key.split()[1]
            here = ("from", one["key"], key)
            self.at_most(self.of(district, here), self.of(district, *served.get(district, [])))
            if self.themes[district, one["theme"]]["places"] is not None:
                self.at_most(self.of(district, here), self.of(district, ("places", one["theme"], key)))
            self.told_at_least(self.of(district, here), people)

    def _share_nobody(self, apart: dict[str, list[Any]]) -> None:
        """What is told apart counts nobody twice."""
        for theme, told in apart.items():
            for district, level in product(self.codes, LEVELS):
                mine = [name for _, served in told for name in served.get(district, []) if name[2] == level]
                if not mine:
                    continue
                self.at_most(self.of(district, *mine), self.of(district, ("unmet", theme, level)))
                for band in {name[3] for name in mine}:
                    own = [name for name in mine if name[3] == band]
                    self.at_most(self.of(district, *own), self.of(district, ("unmet", theme, level, band)))

    def _plan(self, plan: dict[str, Any]) -> None:
        """A percent of a number that no choice exceeds, and that is itself no more than all wishes. Nothing
        tells it any more: what is told instead is made of shown numbers."""
        together, percent = plan["people"], plan.get("percent_of_bound")
        if not together or not percent:
            return
        wholes = [
            number
            for number in range(10, 100 * together, 5)
            if min(100, (200 * together + number) // (2 * number)) == percent
        ]
        every = [
            part
            for district, theme in self.themes
            for part in self.of(district, *(("unmet", theme, level) for level in LEVELS))
        ]
        self.at_most([], every, less=min(max(8, number - 2) for number in wholes))

    def _closings(self, closings: list[Closing]) -> None:
        """Nobody loses the same wish to two providers, and who loses it is met now."""
        lost: dict[tuple[str, str, int], list[tuple[Any, ...]]] = defaultdict(list)
        for one in closings:
            for district, theme, level in one.about:
                name = ("lost", one.name, theme, level)
                lost[district, theme, level].append(name)
                in_bands = [
                    ("met", theme, level, band)
                    for band in self.bands[district, theme]
                    if band in one.bands or band == NOT_SAID
                ]
                self.at_most(self.of(district, name), self.of(district, *in_bands))

            def of(districts: Iterable[str], theme: str = "", one: Closing = one) -> Sum:
                return [
                    part
                    for district, of_theme, level in one.about
                    if district in districts and theme in ("", of_theme)
                    for part in self.of(district, ("lost", one.name, of_theme, level))
                ]

            self.told_at_least(of(self.codes), one.people)
            for district, number in one.districts.items():
                self.told_at_least(of([district]), number)
            for (district, theme), number in one.wishes.items():
                self.told_at_least(of([district], theme), number)
        for (district, theme, level), names in lost.items():
            self.at_most(self.of(district, *names), self.of(district, ("met", theme, level)))
