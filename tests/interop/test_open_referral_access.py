"""What free text says about access: a yes only where it is plain, a no only where it is plain."""

from __future__ import annotations

import pytest

from marketplace.interop.open_referral_access import features_in
from marketplace.vocabulary import Feature

STEP_FREE, WHEELCHAIR, TOILET, LOOP = (
    Feature.STEP_FREE,
    Feature.WHEELCHAIR_SPACE,
    Feature.ACCESSIBLE_TOILET,
    Feature.HEARING_LOOP,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Step-free access", {STEP_FREE}),
        ("There are no steps", {STEP_FREE}),
        ("Ramp to the front door", {STEP_FREE}),
        ("Fully wheelchair accessible", {STEP_FREE, WHEELCHAIR}),
        ("Accessible to wheelchair users", {STEP_FREE, WHEELCHAIR}),
        ("wheelchair", {WHEELCHAIR}),
        ("Induction loops for hearing aids. Wheelchair access on all levels.", {LOOP, STEP_FREE, WHEELCHAIR}),
        ("Step free, hearing loop, disabled toilet", {STEP_FREE, LOOP, TOILET}),
        ("Hearing loop: Yes", {LOOP}),
        ("Wheelchair accessible toilet", {TOILET}),
        ("Changing Places toilet", {Feature.CHANGING_PLACES}),
        ("BSL signed on Tuesdays", {Feature.BSL}),
        ("British Sign Language", {Feature.BSL}),
        ("We use Makaton", {Feature.MAKATON}),
        ("A quiet room; autism-friendly", {Feature.QUIET_SPACE, Feature.AUTISM_FRIENDLY}),
        ("Dementia friendly", {Feature.DEMENTIA_FRIENDLY}),
    ],
)
def test_a_plain_yes_is_a_yes(text: str, found: set[Feature]) -> None:
    assert features_in([text]) == dict.fromkeys(sorted(found), True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No lift", {STEP_FREE}),
        ("The hall is not accessible", {STEP_FREE, WHEELCHAIR}),
        ("Not suitable for wheelchairs", {STEP_FREE, WHEELCHAIR}),
        ("We cannot offer wheelchair access", {STEP_FREE, WHEELCHAIR}),
        ("There are three steps to the front door", {STEP_FREE}),
        ("No accessible toilet", {TOILET}),
        ("Accessible toilets not available", {TOILET}),
        ("We don’t have a hearing loop", {LOOP}),
        ("Hearing loop: no", {LOOP}),
        ("There isn't a Changing Places toilet", {Feature.CHANGING_PLACES}),
    ],
)
def test_a_plain_no_is_a_no(text: str, found: set[Feature]) -> None:
    assert features_in([text]) == dict.fromkeys(sorted(found), False)


@pytest.mark.parametrize(
    "text",
    [
        "Partly step-free",
        "Portable ramp",
        "Hearing loop on request",
        "Hearing loop - not known",
        "Is there a hearing loop?",
        "Please ask about the hearing loop",
        "Wheelchair users should ring first",
        "Wheelchair accessible parking",
        "Wheelchairs to borrow",
        "No wheelchair access to the first floor",
        "Not fully accessible",
        "No lift, but all is on the ground floor",
        "Accessible toilet nearby",
        "Most rooms are wheelchair accessible",
        "Not accessible by bus",
        "Close to the tram",
        "",
    ],
)
def test_what_is_half_said_is_not_known(text: str) -> None:
    assert features_in([text]) == {}


def test_a_no_in_a_list_does_not_make_the_rest_a_yes() -> None:
    assert features_in(["No lift, hearing loop or accessible toilet"]) == {STEP_FREE: False}


def test_what_stands_before_the_no_counts() -> None:
    assert features_in(["Step free, no hearing loop"]) == {STEP_FREE: True, LOOP: False}
    assert features_in(["Step free but no hearing loop"]) == {STEP_FREE: True, LOOP: False}


def test_entries_that_contradict_each_other_leave_it_open() -> None:
    assert features_in(["Hearing loop", "No hearing loop", "Step-free"]) == {STEP_FREE: True}
    assert features_in(["Three steps to the door", "Ramp at the side"]) == {STEP_FREE: True}
