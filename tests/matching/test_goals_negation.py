"""What a person rules out, and what only sounds like it."""

from __future__ import annotations

import pytest

from marketplace.matching.weights import RULED_OUT_TOO
from marketplace.vocabulary import Part, Theme

from .goals import matches, meaning, meant
from .offers import offer


@pytest.mark.parametrize(
    ("say", "wanted", "refused"),
    [
        ("not swimming", set(), {"swimming"}),
        ("keep fit but no gym", {"sport"}, {"gym"}),
        ("keep fit without a gym", {"sport"}, {"gym"}),
        ("I want to swim, not go to the gym", {"swimming"}, {"gym"}),
        ("I can't stand cooking", set(), {"cookery"}),
        ("used to swim but not now", set(), {"swimming"}),
        ("I used to go swimming but not any more", set(), {"swimming"}),
        ("no swimming or gym please", set(), {"swimming", "gym"}),
        ("I don't like swimming, gym or football but I love art", {"arts_crafts"}, {"swimming", "gym"}),
        ("gardening isn't for me, I prefer animals", {"animals"}, {"gardening_nature"}),
        ("I'd rather swim than garden", {"swimming"}, {"gardening_nature"}),
        ("not interested in arts and crafts or cooking. I like sport", {"sport"}, {"arts_crafts", "cookery"}),
        ("exercise that's not in a gym", {"sport"}, {"gym"}),
        ("apart from swimming I'm happy with any sport", {"sport"}, {"swimming"}),
        ("art, but no computers", {"arts_crafts"}, {"computers"}),
        ("she isn't keen on cooking", set(), {"cookery"}),
        ("swimming? no thanks. Gardening would be great", {"gardening_nature"}, {"swimming"}),
        ("gardening yes, swimming no", {"gardening_nature"}, {"swimming"}),
        ("cooking isn't his thing", set(), {"cookery"}),
        ("keep her away from the pub", set(), {"cafes_pubs"}),
        ("nothing arty", set(), {"arts_crafts"}),
        ("not really a swimmer", set(), {"swimming"}),
        ("he won't swim", set(), {"swimming"}),
        ("I'm bored of gardening", {"days_out"}, {"gardening_nature"}),
    ],
)
def test_a_refusal_covers_what_it_is_said_of(say: str, wanted: set[str], refused: set[str]) -> None:
    found = meaning(say)
    assert {theme.value for theme in found.refused} == refused
    assert meant(say) & (wanted | refused) == wanted


@pytest.mark.parametrize(
    ("say", "wanted"),
    [
        ("I don't want to stop swimming", "swimming"),
        ("I've got no friends", "friends"),
        ("I don't see anyone from one week to the next", "friends"),
        ("not just swimming but the gym too", "gym"),
        ("I haven't been swimming for years", "swimming"),
        ("I'm not able to get out much", "days_out"),
        ("never been good at cooking", "cookery"),
        ("I hate being lonely", "friends"),
        ("we don't want him stuck in the house", "days_out"),
        ("I don't know how to use a computer", "computers"),
        ("I don't mind gardening", "gardening_nature"),
        ("nothing wrong with a bit of gardening", "gardening_nature"),
        ("exercise, nothing too hard", "sport"),
        ("it's not that I dislike gardening", "gardening_nature"),
        ("wouldn't say no to a swim", "swimming"),
        ("I don't hate cooking", "cookery"),
        ("he won't go out on his own", "travel_training"),
    ],
)
def test_what_is_missing_or_meant_kindly_is_not_ruled_out(say: str, wanted: str) -> None:
    assert wanted in meant(say)
    assert not meaning(say).refused


def test_refused_words_are_left_out_of_what_is_compared() -> None:
    found = meaning("anything but bingo, I like a walk")
    assert "bingo" not in found.wanted_words.split()
    assert found.refused_words == ("anything", "but", "bingo")
    assert "@bingo" in found.refused_terms
    assert "@walking" in found.terms


def test_an_offer_of_what_is_ruled_out_stands_below_or_is_stopped() -> None:
    gym = offer("Fitness suite", themes=Theme.GYM.bit, text="A gym with treadmills to keep fit.")
    walks = offer("Health walks", themes=Theme.SPORT.bit, text="Keep fit with a gentle walk in company.")
    found = matches({"text": "keep fit without a gym"}, gym, walks)
    assert [one.name for one in found] == ["Health walks"]


def test_what_has_both_counts_half_and_stands_below_what_has_only_what_is_wanted() -> None:
    lessons = offer(
        "Learn to swim", themes=Theme.SPORT.bit | Theme.SWIMMING.bit, text="Keep fit in the pool."
    )
    walks = offer("Health walks", themes=Theme.SPORT.bit, text="A gentle walk in company.")
    only = offer("Swimming club", themes=Theme.SWIMMING.bit, text="Lengths and laps.")
    found = matches({"text": "keep fit but not swimming"}, lessons, walks, only)
    assert [match.name for match in found] == ["Health walks", "Learn to swim"]
    goals = [next(part for part in match.parts if part.part is Part.GOALS) for match in found]
    both = matches({"text": "keep fit"}, lessons)[0]
    whole = next(part for part in both.parts if part.part is Part.GOALS)
    assert goals[1].score is not None
    assert whole.score is not None
    assert goals[1].score <= RULED_OUT_TOO * whole.score + 1e-9
    assert goals[1].score > 0.3


def test_a_goal_that_only_rules_something_out_still_finds_the_rest() -> None:
    bingo = offer("Eyes down", themes=Theme.FRIENDS.bit, text="Bingo, bingo and more bingo.")
    art = offer("Easels", themes=Theme.ARTS_CRAFTS.bit, text="Painting and drawing.")
    found = matches({"text": "not bingo"}, bingo, art)
    assert found[0].name == "Easels"
