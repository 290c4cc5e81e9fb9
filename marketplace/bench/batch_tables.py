"""What ``bench batch`` measured, as text: the same on the terminal and in ``docs/measurements``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.bench.tables import machine_line, milliseconds, rows_as_table, times


def table(document: Mapping[str, Any]) -> str:
    """The whole measurement as Markdown."""
    people, offers = document["people"], document["offers"]
    matching, both = document["match_seconds"], document["end_to_end_seconds"]
    rows = [
        _row("matching, from ready columns", people, matching, document["match_processor_seconds"], "1×"),
        _row(
            "turning needs into columns",
            people,
            document["needs_seconds"],
            document["needs_processor_seconds"],
            "–",
        ),
        _row(
            "both",
            people,
            both,
            document["needs_processor_seconds"] + document["match_processor_seconds"],
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
                "–",
                milliseconds(database["mean_ms"]),
                times(database["ratio"]),
            )
        )
    parts = [
        f"# {people:,} people at once: `marketplace bench batch --people {people} --offers {offers}`",
        (
            f"{machine_line(document['machine'])} {document['threads']} threads. {people:,} synthetic people, "
            f"{offers:,} synthetic offers, the first 20 matches of each person by all rules; words without sentence "
            "vectors. The people's wishes, in their own words, are those of the example's 1,300 people again and "
            "again, so few goals are new: each different text is read once."
        ),
        rows_as_table(
            ("what", "people", "seconds", "processor seconds", "ms a person", "ratio a person"), rows
        ),
        (
            f"Peak memory of the process: {document['peak_memory_mb']:,} MB. Of that the offers with their words take "
            f"{document['offers_mb']:,} MB, a block of {document['block']:,} people at most {document['block_mb']:,} MB, "
            f"all answers {document['answers_mb']:,} MB. Matches found: {document['matches']:,}. The first call of all, "
            f"with loading or making the machine code: {document['first_call_seconds']:.1f} s."
        ),
        f"One by one, {document['one_by_one']['people']:,} of the people get {_same(document['one_by_one'])}.",
    ]
    if "skipped" in database:
        parts.append(f"PostgreSQL: not measured, {database['skipped']}.")
    else:
        parts.append(
            f"For {database['people']:,} people PostgreSQL names {_same(database)}. It works in one process; matching in "
            f"{document['threads']} threads, so the ratio of processor time is smaller than that of the clock."
        )
    return "\n\n".join(parts) + "\n"


def _row(what: str, people: int, seconds: float, processor: float, ratio: str) -> tuple[str, ...]:
    each = milliseconds(seconds * 1000 / people)
    return what, f"{people:,}", f"{seconds:.2f}", f"{processor:.2f}", each, ratio


def _same(document: Mapping[str, Any]) -> str:
    return "the same offers in the same order" if document["agrees"] else "OTHER OFFERS"
