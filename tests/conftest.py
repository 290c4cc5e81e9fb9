"""What every test may use: databases and sites from ``tests/fixtures``, and a real browser.

The browser's fixtures stand here because only a conftest's reliably come before a plugin's own. It is
the Chromium on the path, without any traffic of its own.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.fixtures.browsing import KeptContexts, clicks_that_end_with_the_page

pytest_plugins = ("tests.fixtures.database", "tests.fixtures.site")

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 90_000
"""Milliseconds for what must come: a machine with much else to do answers late, and that is no fault."""
WIDE = ViewportSize(width=1280, height=900)
NARROW = ViewportSize(width=360, height=800)


FIRST = (
    "tests/matching/test_batch.py",
    "tests/access/test_matrix.py",
    "tests/house/test_migrations.py",
    "tests/journeys/find/test_find_in_a_browser.py",
)
"""One worker compiles all rules while the other one does what needs none; then one makes the example world
while the other one does what needs no world: neither waits for the other or does the same."""
LONG = (
    "tests/bench/",
    "tests/commissioning/test_report_making.py",
    "tests/house/",
    "tests/matching/test_agreement.py",
    "tests/matching/test_goals_known_answers.py",
    "tests/upkeep/",
)
"""Beside the files with a browser."""


gc.set_threshold(50_000, 20, 20)  # most of what a test makes is gone by itself when the test ends


def pytest_collection_finish() -> None:
    """What all tests share is here to stay: to look through it for rubbish took a twentieth of the time."""
    gc.collect()
    gc.freeze()


def pytest_itemcollected(item: pytest.Item) -> None:
    if "browser_name" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.browser)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Long files come first: at the end one worker would still have to do them alone."""
    in_browsers = {item.path for item in items if item.get_closest_marker("browser")}

    def turn(item: pytest.Item) -> tuple[int, int]:
        file = item.path.relative_to(config.rootpath).as_posix()
        if file in FIRST:
            return 0, FIRST.index(file)
        return (1 if item.path in in_browsers else 2 if file.startswith(LONG) else 3), 0

    items.sort(key=turn)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where ``CI`` is set a skipped test is a failure: there everything must really have run."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and nothing may be skipped here: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def _verify_url() -> None:
    """Stands in for a plugin's check that would start the server for every test."""


@pytest.fixture(scope="session")
def base_url(live_server: str) -> str:
    """``page.goto("/")`` opens the live server."""
    return live_server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    own = {"executable_path": found} if found else {}  # else the one that Playwright installed
    return {**browser_type_launch_args, **own, "args": list(QUIET)}


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with clicks_that_end_with_the_page():
        yield browser


@pytest.fixture(scope="session")
def kept_contexts(browser: Browser, browser_context_args: dict[str, Any]) -> KeptContexts:
    return KeptContexts(browser, browser_context_args, patience=PATIENCE)


@pytest.fixture
def new_context(kept_contexts: KeptContexts) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of someone who was never here; like all of them it waits long for what must come."""
    with kept_contexts.lending() as lend:
        yield lend


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """British English, 1280 pixels wide."""
    return {**browser_context_args, "locale": "en-GB", "viewport": WIDE}


@pytest.fixture
def no_script_page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page whose browser runs no script."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture
def narrow_page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on a small telephone, 360 pixels wide."""
    page = new_context(has_touch=True).new_page()
    page.set_viewport_size(NARROW)
    return page
