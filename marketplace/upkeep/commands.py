"""``marketplace work`` and ``marketplace check``."""

from __future__ import annotations

import json
import os
import signal
import threading
from types import FrameType

import click

from marketplace.db import open_database
from marketplace.migrations import require_ready
from marketplace.settings import load_settings
from marketplace.upkeep.checks import check_everything
from marketplace.upkeep.jobs import Work
from marketplace.upkeep.loop import do_once, keep_doing
from marketplace.web import logs


@click.command()
@click.option("--once", is_flag=True, help="Do every job once and end, as from a timer.")
def work(once: bool) -> None:
    """Send mail and delete what has had its time, until stopped.

    Any number may run at once. What is done is told on standard error.
    """
    settings = load_settings(os.environ, serves_pages=False)
    logs.configure()
    database = open_database(settings.database_url)
    click.get_current_context().call_on_close(database.engine.dispose)
    require_ready(database.engine)
    doing = Work(settings, database)
    if once:
        if not do_once(doing):
            raise SystemExit(1)
        return
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    click.echo("At work (Ctrl+C stops it)", err=True)
    keep_doing(doing, stop)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def check(as_json: bool) -> None:
    """Whether database, audit chain and catalogue agree.

    Says what does not, and ends with 1 then.
    """
    settings = load_settings(os.environ, serves_pages=False)
    database = open_database(settings.database_url)
    click.get_current_context().call_on_close(database.engine.dispose)
    findings = check_everything(database, settings)
    is_well = not any(finding.problems for finding in findings)
    if as_json:
        document = {"ok": is_well, "checks": [finding.document() for finding in findings]}
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        for finding in findings:
            about = f" ({finding.looked_at})" if finding.looked_at else ""
            click.echo(f"{finding.name}{about}: {'something is wrong' if finding.problems else 'well'}")
            for problem in finding.problems:
                click.echo(f"  {problem}")
    if not is_well:
        raise SystemExit(1)
