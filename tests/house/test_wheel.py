"""The wheel: built from the tree, installed elsewhere, it serves the same pages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from marketplace.settings import Settings
from tests.fixtures.site import ROOT

PAGES = ("/", "/browse", "/how-matching-works", "/find/start", "/help", "/no-such-page")
ASK_FOR_PAGES = """
import json, sys, marketplace
client = marketplace.create_app().test_client()
pages = {path: client.get(path, follow_redirects=True) for path in json.loads(sys.argv[1])}
style = client.get("/static/built/site.css")
told = {path: [page.status_code, page.get_data(as_text=True)] for path, page in pages.items()}
print(json.dumps({"package": marketplace.__file__, "pages": told, "style": style.get_data(as_text=True)}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT))
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the wheel, and only borrows what the wheel depends on."""
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    _run(sys.executable, "-m", "venv", "--without-pip", str(home))
    python = home / "bin" / "python"
    _run(
        sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)
    )
    installed = next(home.glob("lib/python3.*/site-packages"))
    # A path line adds the folder, not the editable install that the folder's own path lines point to.
    (installed / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_the_installed_wheel_serves_the_pages_of_the_tree(
    elsewhere: Path, example_app: Flask, example_settings: Settings, tmp_path: Path
) -> None:
    there = _pages(str(elsewhere), example_settings, cwd=tmp_path)
    assert there["package"].startswith(str(elsewhere.parent.parent))
    client = example_app.test_client()
    for path in PAGES:
        page = client.get(path, follow_redirects=True)
        assert there["pages"][path] == [page.status_code, _same_for_all(page.get_data(as_text=True))], path
    assert there["pages"]["/"][0] == 200
    with client.get("/static/built/site.css") as style:  # closes the file that it reads from
        assert there["style"] == style.get_data(as_text=True) != ""


def test_the_wheel_holds_all_that_a_start_elsewhere_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    for folder in ("templates", "seeds", "static/built", "static/js"):
        tree = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert tree
        assert {f"marketplace/_bundled/{name}" for name in tree} <= held
    compiled = {
        path.relative_to(ROOT).with_suffix(".mo").as_posix()
        for path in (ROOT / "marketplace" / "translations").rglob("*.po")
    }
    assert compiled <= held
    assert not any(name.startswith(("marketplace/_bundled/static/src", "tests/")) for name in held)


def test_the_command_stands_beside_the_python_it_was_installed_for(elsewhere: Path) -> None:
    said = _run(str(elsewhere.with_name("marketplace")), "--help")
    for command in ("init", "seed", "serve", "match"):
        assert f"\n  {command} " in said


def _pages(python: str, settings: Settings, *, cwd: Path) -> dict[str, Any]:
    told = _run(
        python,
        "-c",
        ASK_FOR_PAGES,
        json.dumps(PAGES),
        cwd=cwd,
        env={"MARKETPLACE_ENV": "test", "MARKETPLACE_INSTANCE": str(settings.instance_dir)},
    )
    answer = dict(json.loads(told))
    answer["pages"] = {
        path: [status, _same_for_all(page)] for path, (status, page) in answer["pages"].items()
    }
    return answer


def _same_for_all(page: str) -> str:
    """*page* without the token that each visit has in its forms."""
    return re.sub(r'(name="csrf_token"[^>]* value=)"[^"]*"', r"\1", page)


def _run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    finished = subprocess.run(
        command, check=False, cwd=cwd, capture_output=True, text=True, env={**os.environ, **(env or {})}
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
