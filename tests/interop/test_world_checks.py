"""Faults that only show over the whole example world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.interop.example_world import find_faults
from marketplace.interop.world_checks import Spot, check_world, sentences
from marketplace.interop.world_files import Problem
from tests.interop.conftest import OAKFIELD

SPOTS = {
    "NG18 1AB": Spot(53.144, -1.197, "E07000174"),
    "NG18 1AD": Spot(53.144, -1.198, "E07000174"),
    "NG18 1AE": Spot(53.145, -1.197, "E07000174"),
    "NR25 6BW": Spot(52.906, 1.088, "E07000147"),
    "S1 1AA": Spot(53.380, -1.470, "E08000039"),
}


def faults(seeds: Path) -> list[str]:
    _, problems = find_faults(seeds, SPOTS.get)
    return [f"{problem.record}: {problem.field}: {problem.message}" for problem in problems]


def another(text: str) -> str:
    """Oakfield again under other names, with words of its own."""
    changes = {
        "oakfield": "elmfield",
        "Oakfield": "Elmfield",
        "Cook a hot lunch together and eat it at one long table.": "Grow salad leaves in tubs behind the hall.",
        "Everyone chops something. On wet days the soup takes longer.": "Bring gloves. Sunny days end with tea.",
        "NG18 1AB": "NG18 1AD",
    }
    for before, after in changes.items():
        text = text.replace(before, after)
    return text


def test_a_sound_world_has_no_faults(small_world: Callable[..., Path]) -> None:
    assert faults(small_world(OAKFIELD + another(OAKFIELD))) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("elmfield-cooking", "oakfield-cooking", "oakfield-cooking: id: also an offer in oakfield.yaml"),
        ("- id: elmfield-centre", "- id: oakfield-centre", "id: also a provider in oakfield.yaml"),
        ("Elmfield Centre\n", "Oakfield Centre\n", "elmfield-centre: name: another provider has this name"),
        ("Bring gloves.", "On WET days, the soup takes longer!", "also stands in oakfield-cooking"),
        ("Bring gloves.", "It is a safe place.", "description: choose another word than 'safe'"),
        ("Bring gloves.", "Our clients bring gloves.", "choose another word than 'clients'"),
        ("Grow salad leaves in tubs behind the hall.", "Grow salad.", "summary: 2 words; write 8 to 20"),
        ("2026-10-02", "2026-11-02", "elmfield-cooking: confirmed: after 2026-11-01"),
        ("seen_on: 2026-03-02", "seen_on: 2026-12-02", "elmfield-centre: checks: seen after 2026-11-01"),
        ("NG18 1AD", "NG18 9ZZ", "elmfield-cooking: place.postcode: NG18 9ZZ does not exist"),
        ("NG18 1AD", "S1 1AA", "S1 1AA is outside the 15 districts"),
    ],
)
def test_a_fault_between_records_is_told(
    small_world: Callable[..., Path], before: str, after: str, expected: str
) -> None:
    elmfield = another(OAKFIELD)
    assert before in elmfield
    found = faults(small_world(OAKFIELD + elmfield.replace(before, after)))
    assert len(found) == 1
    assert expected in found[0]


def test_a_postcode_far_from_the_rest_of_its_town_is_told(small_world: Callable[..., Path]) -> None:
    ashfield = another(OAKFIELD).replace("lmfield", "shfield").replace("NG18 1AD", "NR25 6BW")
    ashfield = ashfield.replace("Grow salad leaves", "Pick and wash salad leaves").replace(
        "Sunny days", "Dry days"
    )
    elmfield = another(OAKFIELD)
    found = faults(small_world(OAKFIELD + elmfield + ashfield.replace("Bring gloves", "Bring boots")))
    assert len(found) == 1
    assert found[0].startswith("eshfield-cooking: place.postcode: lies")


def test_an_hourly_wage_below_the_law_is_told(small_world: Callable[..., Path]) -> None:
    cheap = OAKFIELD.replace("kind: day_service", "kind: personal_assistant").replace(
        "{basis: session, amount: 48.00, to: 62.10, note: includes lunch}", "{basis: hour, amount: 12.50}"
    )
    assert faults(small_world(cheap)) == ["oakfield-cooking: costs: below £12.71 an hour"]


def test_without_a_directory_postcodes_are_left_unchecked() -> None:
    nothing: list[Problem] = check_world(
        [], written_for=dt.date(2026, 11, 1), districts=frozenset(), find_spot=None
    )
    assert nothing == []


def test_sentences_end_at_stops_marks_and_closing_quotation_marks() -> None:
    assert sentences("Come in. 'Sit down!' Are you £2.50 short? Pay later.") == [
        "Come in.",
        "'Sit down!",
        "Are you £2.50 short?",
        "Pay later.",
    ]
