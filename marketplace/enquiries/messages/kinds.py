"""What is looked for in a message."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.vocabulary import N_, Word


class CaughtKind(Word):
    """Stored by value in a message's flags."""

    PHONE = "phone", N_("A phone number")
    EMAIL = "email", N_("An e-mail address")
    LINK = "link", N_("A link to another website")
    ADDRESS = "address", N_("An address or postcode")
    BANK = "bank", N_("Bank details")
    PRESSURE = "pressure", N_("Words that put someone under pressure")
    MANY = "many", N_("A new assistant who writes to many people at once")


@dataclass(frozen=True, slots=True)
class Caught:
    """One thing that was noticed, and the words it was noticed in (small letters)."""

    kind: CaughtKind
    words: str
