"""``marketplace gaps``: the gap report on standard output."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any

import click

from marketplace.commissioning.report.kept import newest_report
from marketplace.commissioning.report.making import make_document
from marketplace.db import Database, open_database
from marketplace.gaps.report import ranked_gaps
from marketplace.gaps.report_rows import GapReport, RankedGap
from marketplace.migrations import require_ready
from marketplace.settings import Settings, load_settings
from marketplace.upkeep.jobs import Work, making_of

_ALL = 10**6


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--district", default="", help="Only of this district, by its ONS code.")
@click.option(
    "--top", default=20, show_default=True, type=click.IntRange(1, _ALL), help="So many gaps in the list."
)
@click.option("--kept", is_flag=True, help="Read the newest report that was kept, and make none.")
def gaps(*, as_json: bool, district: str, top: int, kept: bool) -> None:
    """What people ask for and nothing fits, the largest first.

    Counts of people are rounded to the nearest 5, and a star stands for 1 to 7. Nothing is kept by this.
    """
    settings = load_settings(os.environ, serves_pages=False)
    database = open_database(settings.database_url)
    click.get_current_context().call_on_close(database.engine.dispose)
    require_ready(database.engine)
    report = _kept_report(database) if kept else _made_report(settings, database)
    known = {row.code for row in report.districts}
    if district and district not in known:
        raise click.ClickException(
            f"Nobody of district {district!r} is counted. Known: {', '.join(sorted(known)) or 'none'}."
        )
    ranked = [one for one in ranked_gaps(report, limit=_ALL) if district in ("", one.district_code)][:top]
    if as_json:
        click.echo(json.dumps(_document(report, ranked, district), ensure_ascii=False))
    else:
        click.echo(_as_text(report, ranked))


def _kept_report(database: Database) -> GapReport:
    with database.read() as session:
        reading = newest_report(session)
    if reading is None:
        raise click.ClickException("No report is kept yet. `marketplace work` makes one each week.")
    return reading.report


def _made_report(settings: Settings, database: Database) -> GapReport:
    click.echo("Making the report", err=True)
    today = datetime.now(UTC).astimezone(settings.timezone).date()
    _, made = make_document(making_of(Work(settings, database)), today=today, progress=_Progress())
    return made.report


class _Progress:
    """Each ten percent once, on standard error."""

    def __init__(self) -> None:
        self.told = -1

    def __call__(self, percent: int) -> None:
        if percent // 10 > self.told:
            self.told = percent // 10
            click.echo(f"{percent} %", err=True)


def _document(report: GapReport, ranked: list[RankedGap], district: str) -> dict[str, Any]:
    """The report as it is kept, and the list of the largest gaps before it."""
    names = {row.code: row.name for row in report.districts}
    document = report.to_json()
    if district:
        for table, key in (
            ("districts", "code"),
            *((name, "district_code") for name in ("themes", "wanted", "sources")),
        ):
            document[table] = [row for row in document[table] if row[key] == district]
        document["access"] = [row for row in document["access"] if row["place_key"].endswith(f" {district}")]
        document["councils"] = []
    return {
        "day": document.pop("day"),
        "version": document.pop("version"),
        "gaps": [
            {
                "district": one.district_code,
                "district_name": names[one.district_code],
                "theme": one.theme.value,
                "unmet": one.unmet.number,
                "asked": _plain(one),
                "reason": one.main and one.main.value,
                "reason_words": one.main and str(one.main.label),
                "band": one.band and one.band.value,
                "level": one.level,
            }
            for one in ranked
        ],
        **document,
    }


def _plain(one: RankedGap) -> int | str | None:
    return None if one.asked is None else "*" if one.asked.number is None else one.asked.number


def _as_text(report: GapReport, ranked: list[RankedGap]) -> str:
    if not ranked:
        return f"{report.day}: no gap is large enough to be told."
    names = {row.code: row.name for row in report.districts}
    heads = ("Nothing fits", "Ask for it", "District", "What they want", "When most", "Why most")
    rows = [
        (
            str(one.unmet),
            "–" if one.asked is None else str(one.asked),
            names[one.district_code],
            one.theme.label,
            one.band.label if one.band else "–",
            one.main.label if one.main else "–",
        )
        for one in ranked
    ]
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(len(heads) - 1)]
    lines = [
        f"Gaps on {report.day}. Counts of people are rounded to 5; * stands for 1 to 7, – is not told.",
        "",
    ]
    for row in [heads, *rows]:
        cells = [
            cell.rjust(width) if at < 2 else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        lines.append("  ".join([*cells, row[-1]]))
    return "\n".join(lines)
