"""What can be done that is worth remembering: one member for each, in words that people read."""

from __future__ import annotations

from marketplace.vocabulary import N_, Word


class Action(Word):
    """Stored by value: a member may be added or worded anew, never renamed."""

    MAIL_GIVEN_UP = "mail_given_up", N_("A mail could not be sent")
