"""The documents say what the program does."""

from __future__ import annotations

import re

from tests.fixtures.site import ROOT


def test_the_deploying_page_names_every_setting() -> None:
    told = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    read = (ROOT / "marketplace" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'"(MARKETPLACE_[A-Z_]+|DATABASE_URL|SECRET_KEY)"', read)) - {"MARKETPLACE_ENV"}
    assert len(names) > 5
    assert {name for name in names if f"`{name}`" not in told} == set()


def test_what_make_is_said_to_do_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    named = {target for page in pages for target in re.findall(r"`?make ([a-z-]+)`", page.read_text("utf-8"))}
    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()
