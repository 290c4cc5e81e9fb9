"""What ``bench batch`` measured, as text: the same on the terminal and in ``docs/measurements``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.bench.tables import machine_line, milliseconds, rows_as_table, times


def table(document: Mapping[str, Any]) -> str:
    """The whole measurement as Markdown."""
    people, offers = document["people"], document["offers"]
    ours = document["match_seconds"]
    rows = [
        (
            "matching, compiled",
            f"{people:,}",
            f"{ours:.2f}",
            milliseconds(ours * 1000 / people),
            "1×",
        ),
        (
            "turning needs into numbers",
            f"{people:,}",
            f"{document['needs_seconds']:.2f}",
            milliseconds(document["needs_seconds"] * 1000 / people),
            "–",
        ),
    ]
    database = document["postgresql"]
    if "skipped" not in database:
        rows.append(
            (
                "PostgreSQL, one lateral join, all rules",
                f"{database['people']:,}",
                f"{database['seconds']:.2f}",
                milliseconds(database["mean_ms"]),
                times(database["ratio"]),
            )
        )
    parts = [
        "# Many people at once: `marketplace bench batch`",
        (
            f"{machine_line(document['machine'])} {document['threads']} threads. {people:,} synthetic people, "
            f"{offers:,} synthetic offers, the first 20 matches of each person by all rules; words without sentence "
            "vectors."
        ),
        rows_as_table(("what", "people", "seconds", "ms a person", "ratio a person"), rows),
        f"Peak memory of the process: {document['peak_memory_mb']:,} MB. Matches found: {document['matches']:,}.",
    ]
    if "skipped" in database:
        parts.append(f"PostgreSQL: not measured, {database['skipped']}.")
    else:
        agree = "the same offers in the same order" if database["agrees"] else "OTHER OFFERS"
        parts.append(f"For its {database['people']:,} people PostgreSQL names {agree}.")
    return "\n\n".join(parts) + "\n"
