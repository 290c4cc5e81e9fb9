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

import pytest

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
    elsewhere: Path, example_settings: Settings, tmp_path: Path
) -> None:
    here = _pages(sys.executable, example_settings, cwd=tmp_path)
    there = _pages(str(elsewhere), example_settings, cwd=tmp_path)
    assert here["package"] == str(ROOT / "marketplace" / "__init__.py")
    assert there["package"].startswith(str(elsewhere.parent.parent))
    assert here["pages"]["/"][0] == 200
    assert there["pages"] == here["pages"]
    assert there["style"] == here["style"] != ""


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


def _pages(python: str, settings: Settings, *, cwd: Path) -> dict[str, dict[str, tuple[int, str]]]:
    told = _run(
        python,
        "-c",
        ASK_FOR_PAGES,
        json.dumps(PAGES),
        cwd=cwd,
        env={"MARKETPLACE_ENV": "test", "MARKETPLACE_INSTANCE": str(settings.instance_dir)},
    )
    # Each visit has a token of its own in its forms.
    same = re.sub(r'(name=\\"csrf_token\\"[^>]* value=)\\"[^"]*\\"', r"\1", told)
    return dict(json.loads(same))


def _run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    finished = subprocess.run(
        command, check=False, cwd=cwd, capture_output=True, text=True, env={**os.environ, **(env or {})}
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
