"""The tools that other tests stand on: a real browser, a real server, no way out of this machine."""

from __future__ import annotations

import re
import socket
import subprocess

import pytest
from playwright.sync_api import Page, expect
from pytest_socket import SocketConnectBlockedError

from marketplace.db import Database
from marketplace.providers.models import Provider
from marketplace.vocabulary import LegalForm
from tests.fixtures.browsing import faults, wider_than
from tests.fixtures.site import ROOT

PAGE = "<!doctype html><html lang=en><title>A page</title><main><h1>Black on white</h1>{text}</main></html>"


def test_the_browser_sees_the_site_in_british_english_with_its_own_style(page: Page) -> None:
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.fonts.ready.then(f => [...f].some(x => x.family.includes('Source Sans')))")


def test_a_browser_without_script_and_a_narrow_one_are_there_too(
    no_script_page: Page, narrow_page: Page
) -> None:
    no_script_page.goto("/")
    expect(no_script_page.locator("h1")).to_be_visible()
    narrow_page.goto("/")
    assert narrow_page.evaluate("innerWidth") == 360
    assert wider_than(narrow_page) == []


def test_a_fault_of_a_page_is_found_each_time_and_what_was_judged_hides_no_other(page: Page) -> None:
    page.set_content(PAGE.format(text=""))
    assert faults(page, 1280) == []
    page.set_content(PAGE.format(text="<p style='color: #bbb'>Pale</p><img src='data:,'>"))
    for _ in range(2):
        assert [one.split(": ")[1] for one in faults(page)] == ["image-alt", "color-contrast"]
    page.set_content(PAGE.format(text="<div style='background: #444'><p>Dark on dark</p></div>"))
    assert [one.split(": ")[1] for one in faults(page)] == ["color-contrast"]
    page.set_content(PAGE.format(text="<p style='width: 500px'>Broad</p>"))
    assert faults(page, 1280, 360) == [f"{page.url} is wider than 360"]


def test_no_test_reaches_beyond_this_machine() -> None:
    with pytest.raises(SocketConnectBlockedError), pytest.warns(UserWarning, match="192.0.2.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_the_next_one_does_not_see(database: Database, turn: int) -> None:
    with database.write() as session:
        assert session.query(Provider).count() == 0, turn
        session.add(Provider(name="Oakfield", legal_form=LegalForm.CHARITY))
        session.commit()


def test_the_lock_files_name_versions_and_checksums_and_no_place_to_fetch_from() -> None:
    for lock in sorted(ROOT.glob("requirements*.lock")):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        packages = re.findall(r"^[a-z0-9][^\s=]*==\S+ \\\n    --hash=sha256:", text, flags=re.MULTILINE)
        assert len(packages) == len(re.findall(r"^[a-z0-9]", text, flags=re.MULTILINE))
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_nothing_that_is_fetched_or_compiled_is_kept_in_git() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    made = re.compile(
        r"\.(mo|woff2?|min\.(js|css)|pyc|safetensors|npy|npz)$|^(node_modules|static/built|instance)/"
    )
    assert [path for path in kept.splitlines() if made.search(path)] == []
