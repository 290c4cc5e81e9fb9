"""What ``bench gaps`` measured, as text: the same on the terminal and in ``docs/measurements``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.bench.tables import machine_line, milliseconds, rows_as_table, times


def table(document: Mapping[str, Any]) -> str:
    """The whole measurement as Markdown."""
    rows = [
        (part["part"], f"{part['seconds']:.2f}", f"{part['processor_seconds']:.2f}")
        for part in document["parts"]
    ]
    rows.append(
        (
            "**the whole report**",
            f"{document['report_seconds']:.2f}",
            f"{document['report_processor_seconds']:.2f}",
        )
    )
    people, offers, told = document["people"], document["offers"], document["rows"]
    alone, access = document["one_by_one"], document["access"]
    each = 1000 * document["parts"][0]["seconds"] / max(1, people)
    parts = [
        f"# Gap report: `marketplace bench gaps --people {people} --offers {offers}`",
        (
            f"{machine_line(document['machine'])} {document['threads']} threads. {people:,} synthetic people with "
            f"{document['wishes']:,} wishes, {offers:,} synthetic offers, {document['places']:,} places; for "
            f"{document['unmet_share']:.0%} of the wishes nothing fits. Making the people is not counted; the fixed "
            f"geography took {document['geography_seconds']:.1f} s once."
        ),
        rows_as_table(("part", "seconds", "processor seconds"), rows),
        *_busy(document),
        (
            f"Peak memory of the process: {document['peak_memory_mb']:,} MB, of which the wishes as columns take "
            f"{document['asked_mb']:,} MB. Told were {told['themes_with_totals']:,} of {told['themes']:,} themes in "
            f"districts, {told['themes_with_reasons']:,} of them with what is in the way and "
            f"{told['themes_with_places']:,} with places; {told['districts_with_people']:,} of "
            f"{told['districts']:,} districts with their people, {told['districts_with_flow']:,} with who could be "
            f"placed; {told['wanted']:,} rows by part of the week; {told['access']:,} of reach."
        ),
        _flow(document),
        (
            f"One by one in plain NumPy, {alone['people']:,} of the people get {_same(alone)} in "
            f"{alone['ms_a_person']:.1f} ms each; all together it is {milliseconds(each)} ms a person "
            f"({times(alone['ms_a_person'] / each)})."
        ),
    ]
    if "skipped" in access:
        parts.append(f"PySAL access: not measured, {access['skipped']}.")
    else:
        ratio = access["seconds_without_distances"] / max(1e-9, access["our_seconds_with_distances"])
        parts.append(
            f"PySAL `access` gives {_same(access)} for {access['pairs']:,} pairs of place and offer to 1e-9: "
            f"{access['seconds_without_distances']:.2f} s with the minutes given to it, against "
            f"{access['our_seconds_with_distances']:.2f} s from coordinates on ({times(ratio)})."
        )
    return "\n\n".join(parts) + "\n"


def _busy(document: Mapping[str, Any]) -> list[str]:
    """Whether others kept the processors busy."""
    load, threads = document["load"], document["threads"]
    if load < 2 * threads:
        return []
    busy = f"{load:.0f} programs wanted its {threads} processors"
    return [f"The machine was busy with other things: {busy}, so seconds by the clock say little."]


def _flow(document: Mapping[str, Any]) -> str:
    told, ways = document["rows"], document["ways"]
    looked_at = (
        "All offers that fit were looked at"
        if ways is None
        else f"{ways} offers that fit each wish were looked at"
    )
    at_least = "" if ways is None else "at least "
    return (
        f"{looked_at} for who could be placed: of the {told['fitting']:,} people told of for whom something fits "
        f"{at_least}{told['placed']:,} together, and {told['one_by_one']:,} one after the other."
    )


def _same(document: Mapping[str, Any]) -> str:
    return "the same" if document["agrees"] else "SOMETHING ELSE"
