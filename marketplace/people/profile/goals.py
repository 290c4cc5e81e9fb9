"""Goals by how a person relates to them: keep doing, do more of, try, learn, or not sorted yet.

The strategy's survey asked four questions; a profile asks the same four. Goals stay in the one list of
the needs document, each with its stance. Functions give new answers and change nothing in place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from marketplace.matching.needs import DEFAULT_IMPORTANCE, MAX_GOALS
from marketplace.people.answers import Answers, with_goals
from marketplace.vocabulary import GoalStance, Theme

VERY_IMPORTANT = 3
MOST_IMPORTANT_GOALS = 3

Goal = Mapping[str, Any]


def goals_of(answers: Answers, stance: GoalStance | None) -> list[Goal]:
    """The goals with this stance, in their order; None for those that are not sorted."""
    return [goal for goal in answers.get("goals", ()) if _stance(goal) is stance]


def with_goals_of(
    answers: Answers, *, stance: GoalStance | None, themes: Sequence[Theme], own_words: str
) -> dict[str, Any]:
    """Answers where exactly these are the goals of one stance; each line of *own_words* is a goal.

    What was known about a goal stays with it (its importance, what was meant, words that belong to a
    theme). A goal that was not sorted yet moves here when it is named here.
    """
    goals: list[Goal] = list(answers.get("goals", ()))
    own = goals_of(answers, stance)
    wanted = with_goals({}, themes=themes, own_words=own_words).get("goals", [])
    both = [goal for goal in own if _is_wanted_whole(goal, wanted)]
    covered = {("theme", goal["theme"]) for goal in both} | {("text", goal["text"]) for goal in both}
    single = [goal for goal in wanted if _key(goal) not in covered]
    known = {_key(goal): goal for goal in own if not _is_whole(goal)}
    loose = {_key(goal): goal for goal in goals_of(answers, None) if not _is_whole(goal)}
    if stance is None:
        loose = {}
    mine = [*both, *({**loose.get(_key(goal), goal), **known.get(_key(goal), {})} for goal in single)]
    if stance is not None:
        mine = [{**goal, "stance": stance.value} for goal in mine]
    taken = {_key(goal) for goal in single if _key(goal) in loose}
    others = [
        goal
        for goal in goals
        if _stance(goal) is not stance and not (_stance(goal) is None and _key(goal) in taken)
    ]
    return _with_goals(answers, [*others, *mine])


def themes_of(goals: Sequence[Goal]) -> tuple[Theme, ...]:
    return tuple(Theme(goal["theme"]) for goal in goals if goal.get("theme"))


def own_words_of(goals: Sequence[Goal]) -> tuple[str, ...]:
    return tuple(goal["text"] for goal in goals if goal.get("text"))


def too_many(answers: Answers) -> bool:
    """Whether there are more goals than matching takes."""
    return len(answers.get("goals", ())) > MAX_GOALS


def important_goals(answers: Answers) -> tuple[int, ...]:
    """The places in the list of the goals that matter most."""
    goals = answers.get("goals", ())
    return tuple(place for place, goal in enumerate(goals) if goal.get("importance", DEFAULT_IMPORTANCE) == 3)


def with_important_goals(answers: Answers, places: Collection[int]) -> dict[str, Any]:
    """Answers where the goals at these places matter most; the others go back to 'quite'."""
    goals = []
    for place, goal in enumerate(answers.get("goals", ())):
        before = goal.get("importance", DEFAULT_IMPORTANCE)
        if place in places:
            goals.append({**goal, "importance": VERY_IMPORTANT})
        elif before == VERY_IMPORTANT:
            goals.append({name: value for name, value in goal.items() if name != "importance"})
        else:
            goals.append(dict(goal))
    return _with_goals(answers, goals)


def _stance(goal: Goal) -> GoalStance | None:
    return GoalStance(goal["stance"]) if goal.get("stance") else None


def _is_whole(goal: Goal) -> bool:
    """A goal with a theme and words of its own."""
    return bool(goal.get("theme") and goal.get("text"))


def _is_wanted_whole(goal: Goal, wanted: Sequence[Goal]) -> bool:
    keys = {_key(one) for one in wanted}
    return _is_whole(goal) and {("theme", goal["theme"]), ("text", goal["text"])} <= keys


def _key(goal: Goal) -> tuple[str, Any]:
    return ("theme", goal["theme"]) if goal.get("theme") else ("text", goal.get("text"))


def _with_goals(answers: Answers, goals: Sequence[Goal]) -> dict[str, Any]:
    kept = {name: value for name, value in answers.items() if name != "goals"}
    order = [*GoalStance, None]
    in_order = sorted((dict(goal) for goal in goals), key=lambda goal: order.index(_stance(goal)))
    return {**kept, "goals": in_order} if in_order else kept
