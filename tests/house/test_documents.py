"""The documents say what the program does."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from marketplace import vocabulary
from marketplace.cli import main
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


def _commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path}{name} ")
        else:
            yield path + name, command


def test_the_page_of_commands_names_each_with_its_options_and_no_other() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    known = dict(_commands(main))
    named = set(re.findall(r"`marketplace ((?:(?:account|bench|import) )?[a-z-]+)", page))
    assert named == set(known)
    options = {option for command in known.values() for one in command.params for option in one.opts}
    assert {option for option in options if option.startswith("--") and option not in page} == set()


def test_the_page_of_commands_names_every_word_of_both_formats() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    names = (
        "Day Feature FundingRoute GoalStance OfferKind Part Priority Role Stop Theme TravelMode TravelPass"
    )
    words = [word.value for name in names.split() for word in getattr(vocabulary, name)]
    assert len(words) > 90
    assert [word for word in words if f"`{word}`" not in page] == []
