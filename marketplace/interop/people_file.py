"""The example people as they stand in ``seeds/people_*.csv``: one row a person, readable and editable.

A row turns into the needs document that the journey, the command line and the gap report share. The
cells are written so that a person can read them:

- ``goals``: ``keep arts_crafts 3 | learn cookery 2: I want to make my own tea``, that is stance,
  theme (``-`` where only words are given), importance 1 to 3, and own words if any;
- ``when``, and ``carer_works`` alike: ``mon 10:00-15:00; tue 10:00-15:00 18:00-21:00``;
- lists of names: separated by spaces. An empty cell is *not known*.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marketplace.interop.world_files import Problem
from marketplace.matching.needs import NeedsError, parse_needs

PEOPLE_FILES = ("people_nottinghamshire.csv", "people_norfolk.csv")
GAPS_FILE = "people_with_gaps.csv"
"""People for whom something is missing; a world of one's own need not have any."""

_GOAL = re.compile(r"(?P<stance>[a-z]+) (?P<theme>[a-z_]+|-) (?P<importance>\d)(?:: (?P<text>.+))?")
_CHOICES = {
    "written_by": ("self", "family", "practitioner"),
    "wheelchair_space": ("yes", "no"),
    "with_support": ("yes", "no"),
    "counts_in_gaps": ("yes", "no"),
}


@dataclass(frozen=True, slots=True)
class SeedPerson:
    """An example person: who, where, and the needs document (valid, without its reference)."""

    reference: str
    first_name: str
    age: int | None
    district: str
    postcode: str
    written_by: str
    counts_in_gaps: bool
    answers: Mapping[str, Any]


def read_people(seeds_dir: Path) -> tuple[list[tuple[str, SeedPerson]], list[Problem]]:
    """All example people with the file each stands in; faulty rows are left out and told."""
    people: list[tuple[str, SeedPerson]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for name in (*PEOPLE_FILES, GAPS_FILE):
        path = seeds_dir / name
        if not path.is_file():
            if name == GAPS_FILE:
                continue
            problems.append(Problem(name, "-", "-", "the file is missing"))
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                reference = (row.get("id") or "").strip()
                faults = list(_faults(row, seen))
                seen.add(reference)
                problems.extend(Problem(name, reference or "-", field, text) for field, text in faults)
                if not faults:
                    people.append((name, _person(row)))
    return people, problems


def _person(row: Mapping[str, str]) -> SeedPerson:
    return SeedPerson(
        reference=row["id"],
        first_name=row["first_name"],
        age=int(row["age"]) if row["age"] else None,
        district=row["district"],
        postcode=row["postcode"],
        written_by=row["written_by"],
        counts_in_gaps=row["counts_in_gaps"] == "yes",
        answers=answers(row),
    )


def _faults(row: Mapping[str, str | None], seen: set[str]) -> Iterator[tuple[str, str]]:
    """Field and problem of one row."""
    # DictReader puts cells beyond the last column under None, and None where cells are missing.
    cells = {name: value for name, value in row.items() if isinstance(value, str)}
    if len(cells) != len(row):
        yield "-", "the row has too few or too many cells"
        return
    for name in ("id", "first_name", "district", "postcode", "goals"):
        if not cells[name].strip():
            yield name, "is empty"
    if cells["id"] in seen:
        yield "id", "stands twice"
    for name, choices in _CHOICES.items():
        if cells[name] not in choices:
            yield name, f"{cells[name]!r} is not one of: {', '.join(choices)}"
    try:
        parse_needs(answers(cells))
    except NeedsError as error:
        for problem in error.problems:
            field, _, text = problem.partition(": ")
            yield field, text
    except ValueError as error:
        yield "-", str(error)


def answers(row: Mapping[str, str]) -> dict[str, Any]:
    """The needs document of a row, without what the row leaves empty.

    Raises ValueError for a cell that can't be read; values are checked by ``parse_needs``.
    """
    numbers = ("age", "support_level", "hours_wanted", "shortest_visit_minutes")
    names = ("must_have", "would_like", "matters_most")
    travel: dict[str, Any] = {name: row[name] == "yes" for name in ("wheelchair_space", "with_support")}
    if row["travel_modes"]:
        travel["modes"] = row["travel_modes"].split()
    if row["max_minutes"]:
        travel["max_minutes"] = int(row["max_minutes"])
    if row["passes"]:
        travel["passes"] = row["passes"].split()
    document: dict[str, Any] = {
        "postcode": row["postcode"],
        "goals": [_goal(part) for part in row["goals"].split(" | ")],
        "travel": travel,
    }
    document |= {name: int(row[name]) for name in numbers if row[name]}
    document |= {name: row[name].split() for name in names if row[name]}
    document |= {name: row[name] for name in ("funding", "weekly_budget") if row[name]}
    if row["when"]:
        document["when"] = _week(row["when"])
    carer = _carer(row)
    if carer:
        document["carer"] = carer
    return document


def _week(cell: str) -> dict[str, list[str]]:
    days = (part.partition(" ") for part in cell.split("; "))
    return {day: times.split() for day, _, times in days}


def _carer(row: Mapping[str, str]) -> dict[str, Any]:
    carer: dict[str, Any] = {}
    if row["carer_works"]:
        carer["works"] = _week(row["carer_works"])
    for name, cell in (
        ("shortest_break_minutes", "carer_break_minutes"),
        ("breaks_wanted_hours", "carer_breaks_hours"),
        ("notice_days", "carer_notice_days"),
    ):
        if row[cell]:
            carer[name] = int(row[cell])
    return carer


def _goal(part: str) -> dict[str, Any]:
    found = _GOAL.fullmatch(part)
    if found is None:
        raise ValueError(f"write a goal as 'learn cookery 2: I want to make my own tea', not {part!r}")
    goal: dict[str, Any] = {"stance": found["stance"], "importance": int(found["importance"])}
    if found["theme"] != "-":
        goal["theme"] = found["theme"]
    if found["text"]:
        goal["text"] = found["text"]
    return goal
