"""``marketplace match``: what other programs rely on, from town, coast and country."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result as Ran

from marketplace.cli import main
from marketplace.cli.matches import _as_text
from marketplace.matching.needs import Carer, Needs, Travel
from marketplace.matching.result import Result
from marketplace.settings import Settings
from tests.fixtures.site import ROOT

NEEDS: dict[str, Any] = {
    "reference": "anything",
    "support_level": 2,
    "goals": [{"theme": "cookery", "importance": 3}, {"text": "I want to make my own tea"}],
    "travel": {
        "modes": ["walk", "bus", "car", "taxi", "provider"],
        "max_minutes": 40,
        "passes": ["disabled_bus_pass"],
    },
    "when": {"tue": ["10:00-21:00"], "sat": ["10:00-16:00"]},
    "hours_wanted": 6,
    "must_have": ["step_free"],
    "would_like": ["quiet_space", "small_group"],
    "funding": "direct_payment",
    "weekly_budget": "120.00",
    "matters_most": ["near_home", "friends"],
}
PLACES = {
    "Mansfield": "NG18 1AB",
    "King's Lynn": "PE30 1EG",
    "rural North Norfolk": "NR21 0AE",
    "Leeds": "LS1 4AP",
}


@pytest.fixture
def run(example_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("MARKETPLACE_INSTANCE", str(example_settings.instance_dir))
    monkeypatch.setenv("MARKETPLACE_ENV", "test")
    monkeypatch.setenv("MARKETPLACE_SENTENCE_MODEL", "off")
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def invoke(*arguments: str, given: str | bytes | None = None) -> Ran:
        return CliRunner().invoke(main, list(arguments), input=given)

    return invoke


@pytest.mark.parametrize("place", PLACES)
def test_the_result_of_a_place_holds_what_others_rely_on(run: Any, tmp_path: Path, place: str) -> None:
    file = tmp_path / "needs.json"
    file.write_text(json.dumps(NEEDS | {"postcode": PLACES[place]}), encoding="utf-8")
    done = run("match", str(file), "--json", "--top", "30")
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    assert result["reference"] == "anything"
    assert place == "Leeds" or result["matches"], "nothing fits in the middle of the example world"
    scores = [match["score"] for match in result["matches"]]
    assert scores == sorted(scores, reverse=True)
    for match in result["matches"]:
        mean = sum(part["weight"] * part["score"] for part in match["parts"])
        assert match["score"] == pytest.approx(mean, abs=1e-6)
        assert sum(part["weight"] for part in match["parts"]) == pytest.approx(1.0)
        assert all(part["reason"] for part in match["parts"])
        assert match["minutes"] is None or match["minutes"] <= 40
        assert match["weekly_cost"] is None or float(match["weekly_cost"]) <= 120
        keys = {"offer", "source_id", "name", "kind", "score", "parts", "ask", "minutes", "distance_km"}
        assert keys | {"weekly_cost", "sessions", "with"} <= match.keys()
        for session in match["sessions"]:
            assert session["day"] in {"tue", "sat"}
    for miss in result["near_misses"]:
        assert {"offer", "name", "stop", "would_help"} <= miss.keys()
        assert miss["would_help"]
    for change in result["what_would_help"]:
        assert change["change"].endswith("?")
        assert change["more_matches"] > 0
    assert run("match", str(file), "--json", "--top", "30").stdout == done.stdout


def _paths(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}.{name}"
            yield from _paths(inner, f"{path}.{name}")
    for inner in value if isinstance(value, list) else ():
        yield from _paths(inner, f"{path}[]")


def test_the_documented_needs_are_answered_with_the_documented_result(run: Any) -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    needs, documented, _ = (json.loads(one) for one in re.findall(r"```json\n(.+?)```", page, re.DOTALL))
    fields_of_needs = tuple(field.name for field in fields(Needs))
    parts = ((needs, fields_of_needs), (needs["travel"], Travel._fields), (needs["carer"], Carer._fields))
    for part, names in parts:
        assert set(part) == set(names)
    done = run("match", "-", "--json", "--top", "1000", given=json.dumps(needs))
    assert done.exit_code == 0, done.output
    told, expected = set(_paths(json.loads(done.stdout))), set(_paths(documented))
    assert told <= expected
    sometimes = (".matches[].with.", ".matches[].closer_to_home.", ".matches[].sessions[].repeats")
    assert [path for path in expected - told if not path.startswith(sometimes)] == []


def test_many_people_in_a_file_give_one_line_each_in_order(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "needs.jsonl"
    lines = [json.dumps({"reference": str(n), "goals": [{"theme": "friends"}]}) for n in range(3)]
    file.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    done = run("match", str(file), "--json")
    assert [json.loads(line)["reference"] for line in done.stdout.splitlines()] == ["0", "1", "2"]
    file.write_text("\n".join([*lines, '{"goals": []}']), encoding="utf-8-sig")
    wrong = run("match", str(file), "--json")
    assert (wrong.exit_code, wrong.stdout) == (1, ""), "a mistake is told before anybody is matched"
    assert "line 4: goals: give at least one" in wrong.stderr


def test_needs_come_from_standard_input_and_words_are_for_people(run: Any) -> None:
    done = run(
        "match", "-", "--top", "2", given=json.dumps({"goals": [{"text": "swimming"}], "postcode": "NG1 5DT"})
    )
    assert done.exit_code == 0
    assert "What you want to do: " in done.stdout
    assert "2. " in done.stdout
    assert "3. " not in done.stdout.replace("13. ", "")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{"goals": [{"theme": "knitting"}]}', "goals[0].theme: 'knitting' is not one of"),
        ('{"goals": [{"theme": "cookery"}], "colour": 1}', "colour: there is no such field"),
        ('{"goals": [{"theme": "cookery"}], "postcode": "ZZ99 9ZZ"}', "postcode: We cannot find ZZ99 9ZZ"),
        ('{"goals": [{"theme": "cookery"}], "postcode": "BT1 1AA"}', "Northern Ireland"),
        ("{not json", "the needs are not JSON"),
        ("[]", "needs: give one JSON object"),
        ("[" * 100_000, "nested too deep"),
        (b"\xff\xfe{\x00", "not text in UTF-8"),
    ],
    ids=lambda text: str(text)[:40],
)
def test_needs_that_are_wrong_fail_with_the_problem_by_name(run: Any, given: str | bytes, said: str) -> None:
    done = run("match", "-", "--json", given=given)
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments", [("match",), ("match", "no-such-file.json"), ("match", "-", "--top", "0"), ("dance",)]
)
def test_a_wrong_call_has_status_2(run: Any, arguments: tuple[str, ...]) -> None:
    assert run(*arguments, given="{}").exit_code == 2


def test_a_match_outside_the_council_says_so_with_one_closer_to_home(run: Any) -> None:
    needs = {
        "postcode": PLACES["Mansfield"],
        "support_level": 2,
        "goals": [{"theme": "cookery"}],
        "travel": {"modes": ["car"], "max_minutes": 40},
    }
    given = json.dumps(needs)
    matches = json.loads(run("match", "-", "--json", "--top", "60", given=given).stdout)["matches"]
    outside = [match for match in matches if match["out_of_area"]]
    assert outside, "Nottingham is a council of its own, within 40 minutes"
    assert len(outside) < len(matches)
    minutes = {match["offer"]: match["minutes"] for match in matches}
    for match in outside:
        nearer = match["closer_to_home"]
        assert nearer["minutes"] == minutes[nearer["offer"]] < match["minutes"]
        assert nearer["offer"] not in {one["offer"] for one in outside}
    assert all(match["closer_to_home"] is None for match in matches if not match["out_of_area"])
    assert "Outside Nottinghamshire. Closer to home: " in run("match", "-", "--top", "60", given=given).stdout
    anywhere = json.loads(run("match", "-", "--json", given=json.dumps({**needs, "postcode": None})).stdout)
    assert not any(match["out_of_area"] for match in anywhere["matches"])


def test_one_offer_that_fits_is_spoken_of_as_one() -> None:
    heads = [
        _as_text(
            Result(reference="R", matches=(), total=total, near_misses=(), what_would_help=(), version=""), {}
        )
        for total in range(3)
    ]
    assert heads == ["R: 0 offers fit", "R: 1 offer fits", "R: 2 offers fit"]
