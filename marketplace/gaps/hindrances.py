"""What stands between a person and what they ask for."""

from __future__ import annotations

from marketplace.vocabulary import N_, Word


class Hindrance(Word):
    """What most of the offers about a person's theme meet first. The order is the one in which equal
    numbers are told."""

    FULL = "full", N_("What there is, is full")
    AGE = "age", N_("What there is, is for another age")
    LEVEL = "level", N_("What there is does not give the support that they need")
    MUST_HAVE = "must_have", N_("Access or support that they must have is not there")
    TRAVEL = "travel", N_("What there is, is too far for them")
    TRANSPORT = "transport", N_("They could get there by car, and have none")
    TIMES = "times", N_("What there is, is at other times")
    NO_EVENING = "no_evening", N_("They have time in the evening, and what there is, is in the day")
    NO_WEEKEND = "no_weekend", N_("They have time at the weekend, and what there is, is in the week")
    COST = "cost", N_("What there is costs more than they can pay")
    NO_COMPANION = "no_companion", N_("It would fit with someone beside them, and there is nobody")
    STALE = "stale", N_("What would fit has not been confirmed for a long time, so it is not shown")
    NOTHING_NEAR = "nothing_near", N_("There is nothing of this within 20 kilometres")
