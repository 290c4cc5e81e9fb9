"""What ``bench match`` measured, as text: the same on the terminal and in ``docs/measurements``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.bench.tables import machine_line, milliseconds, rows_as_table, times

_HEAD = ("method", "p50 ms", "p99 ms", "mean ms", "ratio", "p50 own", "p99 own", "calls", "agrees")
_REACH_HEAD = ("rows in reach", "people", "p50 ms", "p99 ms")
_BY_REACH = (
    "The same times of compiled matching, told apart by how many rows lie in the spans of the person: how many "
    "offers lie around people is what a search costs, and it is not the same everywhere."
)
TASKS = {
    "match": (
        "Matching: all rules",
        "The first 20 of all offers by every rule of matching. All give the same offers in the same order.",
    ),
    "search": (
        "Plain search: what fits in a WHERE",
        (
            "A smaller task for what can't hold all rules: not full, age, level, must-haves, within reach in a "
            "straight line, a half hour in common, price, a theme or a word; ordered by theme, word and nearness. "
            "All give the same offers. It is less work than matching, so its ratio to compiled matching is a lower "
            "bound."
        ),
    ),
    "floor": ("Memory floor", "One look at the columns of all rows in reach, without any rule."),
}


def table(document: Mapping[str, Any]) -> str:
    """The whole measurement as Markdown."""
    model = document["sentence_model"] or "no sentence model installed"
    waited = document["waiting"]
    busy = (
        f" The machine was busy with other work: this one waited {waited:.0%} of the time."
        if waited > 0.05
        else ""
    )
    agree = "All answers that were compared agree." if document["agreement"] else "SOME ANSWERS DISAGREE."
    parts = [
        "# One person: `marketplace bench match`",
        (
            f"{machine_line(document['machine'])} One thread. {document['people']:,} synthetic people at random "
            f"postcodes of Great Britain with the needs of the example people; offers in the likeness of the "
            f"example offers. {model[0].upper()}{model[1:]}. {agree}{busy}"
        ),
        (
            "Ratio: mean time against compiled matching from the needs document to the 20 rows, over the same "
            "people. Own: time on the processor, without waiting for it."
        ),
    ]
    parts += [_size(size) for size in document["sizes"]]
    if len(document["sizes"]) > 1:
        parts += ["## Growth", _growth(document)]
    return "\n\n".join(parts) + "\n"


def _size(size: Mapping[str, Any]) -> str:
    bytes_an_offer = size["bytes_an_offer"]
    reach = size["rows_in_reach"]
    parts = [
        f"## {size['offers']:,} offers",
        (
            f"Built in {size['build_seconds']:.1f} s. Bytes an offer: {bytes_an_offer['columns']:.0f} columns, "
            f"{bytes_an_offer['grid']:.0f} grid and keys, "
            f"{bytes_an_offer['words']:.0f} words ({size['terms_an_offer']:.0f} terms), "
            f"{bytes_an_offer['vectors']:.0f} sentence vector. Rows in the spans of a person: {reach['mean']:,.0f} on "
            f"average, {reach['most']:,} at most."
        ),
    ]
    for task, (title, about) in TASKS.items():
        methods = [method for method in size["methods"] if method["task"] == task]
        if not methods:
            continue
        rows = [_row(method) for method in methods]
        parts += [
            f"### {title}",
            about,
            rows_as_table(_HEAD, rows),
        ]
        parts += [
            f"* {method['name']}: {'not measured, ' + method['skipped'] if 'skipped' in method else method['about']}."
            for method in methods
        ]
    parts += [
        "### By rows in reach",
        _BY_REACH,
        rows_as_table(_REACH_HEAD, [_reach(told) for told in size["by_reach"]]),
    ]
    return "\n\n".join(parts).replace(".\n\n* ", ".\n* ")


def _reach(told: Mapping[str, Any]) -> tuple[str, ...]:
    most = "and more" if told["most"] is None else f"to {told['most']:,}"
    return (
        f"{told['more_than'] + 1:,} {most}",
        f"{told['people']:,}",
        milliseconds(told["p50_ms"]),
        milliseconds(told["p99_ms"]),
    )


def _row(method: Mapping[str, Any]) -> tuple[str, ...]:
    if "skipped" in method:
        return (method["name"], *"––––––", "0", "–")
    return (
        method["name"],
        milliseconds(method["p50_ms"]),
        milliseconds(method["p99_ms"]),
        milliseconds(method["mean_ms"]),
        times(method["ratio"]),
        *(
            milliseconds(method[name]) if name in method else "–"
            for name in ("p50_processor_ms", "p99_processor_ms")
        ),
        f"{method['calls']:,}",
        {True: "yes", False: "NO", None: "–"}[method.get("agrees")],
    )


def _growth(document: Mapping[str, Any]) -> str:
    """Median and 99th percentile of each method, by number of offers."""
    sizes = document["sizes"]
    names = list(dict.fromkeys(method["name"] for size in sizes for method in size["methods"]))
    rows = []
    for name in names:
        cells = []
        for size in sizes:
            found = next((method for method in size["methods"] if method["name"] == name), None)
            measured = found is not None and "p50_ms" in found
            cells.append(
                f"{milliseconds(found['p50_ms'])} / {milliseconds(found['p99_ms'])}"
                if found and measured
                else "–"
            )
        rows.append((name, *cells))
    head = ("p50 / p99 in ms", *(f"{size['offers']:,}" for size in sizes))
    return rows_as_table(head, rows)
