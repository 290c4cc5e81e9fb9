"""What is read out of the words of somebody who asks for help: times, wishes, names."""

from __future__ import annotations

import pytest

from marketplace.enquiries.help.forms import name_in
from marketplace.enquiries.help.said import slots_said, wish_in
from tests.enquiries.helping import WORDS


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        (WORDS, "thu-evening"),
        ("Monday mornings and Thursday evenings", "mon-morning thu-evening"),
        ("Evenings on Tuesday or Weds", "tue-evening wed-evening"),
        ("A walk on Saturdays at 10am", "sat-morning"),
        ("Sunday is fine. Mornings", "sun-morning"),
        (
            "At weekends, not Sunday evening",
            "sat-afternoon sat-evening sat-morning sun-afternoon sun-morning",
        ),
        ("I sat in the sun and cooked my tea", ""),
    ],
)
def test_times_are_read_out_of_the_words(text: str, slots: str) -> None:
    assert sorted(slot.value for slot in slots_said(text)) == slots.split()


def test_any_day_but_one_is_six_whole_days_and_asking_for_someone_is_no_part_of_the_wish() -> None:
    assert len(slots_said("Any day but Friday")) == 18
    assert wish_in(WORDS) == "swimming on Thursday evenings"
    assert wish_in("I need someone who can help me with the garden") == "garden"
    assert wish_in("Someone to go") == "Someone to go"


def test_a_name_is_one_with_its_capital_and_inside_a_sentence() -> None:
    assert name_in("Someone to go with Will to the pool", ["Will"]) == "Will"
    assert name_in("Will someone come? Will it be you?", ["Will"]) == ""
    assert name_in("someone who will come", ["Will"]) == ""
    assert name_in("My name is Ola, I like chess", ["Jo"]) == "Ola"
