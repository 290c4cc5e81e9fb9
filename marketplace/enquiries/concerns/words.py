"""What may worry someone, with a picture each; and where a worry stands, for whoever told it."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.enquiries.concerns.models import ConcernState
from marketplace.vocabulary import N_, Word


class Worry(Word):
    """Why someone tells. It stands at the start of the words that moderators read."""

    RUDE = "rude", N_("They are not kind to me")
    PUSHES = "pushes", N_("They push me to do something")
    MONEY = "money", N_("They ask for money or bank details")
    SECRET = "secret", N_("They ask me to keep a secret")
    HURT = "hurt", N_("Someone was hurt, or may be")
    OTHER = "other", N_("Something else")


PICTURES: Mapping[Worry, str] = {
    Worry.RUDE: "talk",
    Worry.PUSHES: "error",
    Worry.MONEY: "money",
    Worry.SECRET: "privacy",
    Worry.HURT: "help",
    Worry.OTHER: "not_sure",
}
FOR_THE_TELLER: Mapping[ConcernState, str] = {
    ConcernState.NEW: N_("Nobody has read it yet."),
    ConcernState.LOOKED_AT: N_("Someone here has read it."),
    ConcernState.PASSED_ON: N_("It was passed on to the council."),
    ConcernState.CLOSED: N_("It is closed."),
}
