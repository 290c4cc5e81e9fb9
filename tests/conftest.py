"""What every test may use; the fixtures stand in ``tests/fixtures`` by what they give."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

pytest_plugins = ("tests.fixtures.database", "tests.fixtures.site", "tests.fixtures.browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser_name" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where ``CI`` is set a skipped test is a failure: there everything must really have run."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and nothing may be skipped here: {report.longrepr}"
    return report
