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


def test_every_make_target_in_the_documents_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pages = "\n".join(
        page.read_text(encoding="utf-8") for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    )
    named = set(re.findall(r"(?:^|`|&& )(?:[A-Z]+=\S+ )?make ([a-z-]+)", pages, flags=re.MULTILINE))
    assert "setup-test" in named
    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()
