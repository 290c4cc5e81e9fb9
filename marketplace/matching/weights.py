"""The published numbers of matching: one table that the rules, the pages and the docs read.

Change a number here and ``VERSION`` and its date with it; kept results carry the version they were made with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from marketplace.vocabulary import N_, Part, Priority, Repeats, Theme

VERSION = "2026.11.6"
VERSION_DATE = date(2026, 11, 23)

WEIGHTS: Mapping[Part, float] = MappingProxyType(
    {
        Part.GOALS: 0.35,
        Part.LEVEL: 0.15,
        Part.TRAVEL: 0.15,
        Part.TIMES: 0.15,
        Part.TRANSPORT: 0.05,
        Part.COST: 0.10,
        Part.PREFERENCES: 0.05,
        Part.CARER: 0.15,
    }
)
"""Share of each part. A part that is not known is left out and the others keep their proportion.

The shares of a person's own parts make 1. The carer's comes on top: who has none keeps theirs.
"""


@dataclass(frozen=True, slots=True)
class PriorityShift:
    """What 'this matters most to me' does: multiplied weights, or a theme that counts as a goal."""

    explanation: str
    multiply: Mapping[Part, float]
    adds_theme: Theme | None = None


PRIORITY_SHIFTS: Mapping[Priority, PriorityShift] = MappingProxyType(
    {
        Priority.NEAR_HOME: PriorityShift(N_("Getting there counts twice as much."), {Part.TRAVEL: 2.0}),
        Priority.FRIENDS: PriorityShift(
            N_("Seeing friends counts as one of your goals."), {}, adds_theme=Theme.FRIENDS
        ),
        Priority.LOW_COST: PriorityShift(N_("Cost counts twice as much."), {Part.COST: 2.0}),
        Priority.RIGHT_TIMES: PriorityShift(N_("Days and times count twice as much."), {Part.TIMES: 2.0}),
        Priority.RIGHT_SUPPORT: PriorityShift(
            N_("Your level and what you would like count twice as much."),
            {Part.LEVEL: 2.0, Part.PREFERENCES: 2.0},
        ),
        Priority.MY_GOALS: PriorityShift(
            N_("What you want to do counts one and a half times as much."), {Part.GOALS: 1.5}
        ),
    }
)

NEVER_USED: tuple[str, ...] = (
    N_("Ethnicity"),
    N_("Religion"),
    N_("Sexuality"),
    N_("Sex and gender"),
    N_("Any disability or health label"),
    N_("Who pays for the support"),
    N_("Any fee or payment: the service takes none"),
    N_("How quickly a provider answers"),
    N_("How many people looked at an offer"),
)
"""Facts that never change a score or an order, unless a person asks for one about a provider."""

# Goals: the goal that fits best counts most, the others widen it.
BEST_GOAL_SHARE = 0.7
ALL_GOALS_SHARE = 0.3
SUGGESTED_THEME = 0.8
"""A theme that was only suggested from the description, against one that the provider stated."""
WORDS_THEME = 0.7
"""A theme understood from a person's own words; close words in the text fill up the rest."""
WORDS_KIN = 0.4
"""The same for a theme of which the words mean one kind of activity: football, of all sport."""
WORDS_ALONE = 0.9
"""Most that close words reach where no theme agrees."""
RULED_OUT_TOO = 0.5
"""What a goal's score is multiplied by where an offer has a wanted theme and one that the same words rule out."""
GOAL_FLOOR = 0.2
"""Below this for every goal an offer is not about what the person wants: a hard stop."""

# Level
LEVEL_MADE_FOR = 1.0
LEVEL_ALSO_SERVES = 0.7
LEVEL_TWO_MADE_FOR = 0.9
"""At level 2 an enablement programme scores 1; another offer made for level 2 scores this."""

# Travel
DEFAULT_MAX_MINUTES = 60
"""Where a person gave no limit, we look this far, one way."""
TRAVEL_AT_LIMIT = 0.25
"""Score of a journey exactly at the person's limit; no journey at all scores 1."""

# Times
PART_OF_SESSION = 0.6
"""A visit that misses some of a fixed session scores this times the share it keeps."""
SHORT_VISIT_FLOOR = 0.5
"""A visit shorter than is useful loses up to half of its score, in proportion."""
BEST_SESSION_SHARE = 0.8
HOURS_SHARE = 0.2
"""Where hours a week are wanted: the share for how many of them the sessions could fill."""
LEAST_FLEXIBLE_VISIT = 60
"""Minutes, where a flexible offer does not say its own shortest visit."""
LEAST_SHARE_OF_SESSION = 0.5
"""Less than this share of a fixed session is not a visit."""
USUAL_FLEXIBLE_VISIT = 120
"""Minutes that a flexible visit is costed for, where the person did not say."""

HOURS_A_WEEK: Mapping[Repeats, float] = MappingProxyType(
    {Repeats.WEEKLY: 1.0, Repeats.FORTNIGHTLY: 0.5, Repeats.MONTHLY: 12 / 52, Repeats.DATED: 0.0}
)
"""Share of a session's minutes that counts towards the hours wanted in a week."""
VISITS_A_WEEK: Mapping[Repeats, float] = MappingProxyType(
    {Repeats.WEEKLY: 1.0, Repeats.FORTNIGHTLY: 0.5, Repeats.MONTHLY: 12 / 52, Repeats.DATED: 1.0}
)
"""Visits a week that are paid for; something on one date is paid for once."""

# Transport
NO_TRANSPORT = 0.3
"""A person who needs fetching or company on the way, and an offer that gives none."""

# Cost
COST_AT_BUDGET = 0.5
"""Score of a weekly cost exactly at the budget; free scores 1."""
BUDGET_WHEN_LOW_COST = 10_000
"""Pence a week against which cost is scored where low cost matters but no budget was given."""

# Pairs: an offer with someone alongside, or with transport
MOST_PAIRED = 40
"""For so many offers, those that fit best otherwise, a companion or transport is looked for."""
PAIR_RULES: tuple[str, ...] = (
    N_("Some offers would fit if you had a lift, or someone with you. Then we look for that too."),
    N_("A Personal Assistant or a buddy can go with you. They must come to your home."),
    N_(
        "They must be free for all of it, and for the way there and back. Your own free times are only for being there."
    ),
    N_("They can take you by car, if they offer that. Or you go together, in a way that you named."),
    N_(
        "They can also bring support that the place does not have, like personal care. They must have said that they give it."
    ),
    N_(
        "Transport must reach your home and the place, and run when you go and when you come back. If we do not know its times, you can ask."
    ),
    N_(
        "Whoever goes with you must take people of your age and level, and not be full. If you use a wheelchair, it must not be known that there is no space."
    ),
    N_("Your longest journey still counts. So does your budget: for both prices together."),
    N_("The two are one result. We show both prices and say what to ask each of them."),
    N_(
        "The score is worked out as for all others, with the way and the price of both. If it fits without them too, we show the better of the two."
    ),
)
"""What makes two offers one result, for the page that tells how matching works."""

MOST_OF_ONE_KIND = 3
"""Of the first ten results on a page, at most this many are of one kind, if others fit."""
