"""What each rule of access means: a table of its own, written by hand. The rules' code isn't asked.

A new kind of rule fails the matrix until this table names it.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import Any

from werkzeug.test import TestResponse

from marketplace.vocabulary import Role
from tests.access.world import Actor

OPENED = 204  # what the views answer here, so that nothing but the rules is tried


class Answer(enum.Enum):
    OPEN = "is let in"
    SIGN_IN = "is led to sign in"
    CODE = "is led to give the code"
    REFUSED = "is told that this is not for them (403)"
    HIDDEN = "is told that there is no such page (404)"


SUPPORTERS_WHO_HELP = {"supporter who helps", "supporter who acts"}

# Who is let in to Jo's record; for Ola's the same, but nobody except herself has a place there.
OF_PERSON: dict[str, set[str]] = {
    "OfPerson scope=look": {
        "person",
        "supporter who looks",
        *SUPPORTERS_WHO_HELP,
        "practitioner",
        "practitioner who looks",
    },
    "OfPerson scope=help": {"person", *SUPPORTERS_WHO_HELP, "practitioner"},
    "OfPerson scope=act": {"person", "supporter who acts"},
    "OfPerson scope=look only_the_person=True": {"person"},
    "OfPerson scope=act or_practitioner=True": {"person", "supporter who acts", "practitioner"},
    "OfPerson scope=look only=practitioner": {"practitioner", "practitioner who looks"},
    "OfPerson scope=help only=practitioner": {"practitioner"},
    "OfPerson scope=look only=supporter": {"supporter who looks", *SUPPORTERS_WHO_HELP},
    "OfPerson scope=help only=supporter": SUPPORTERS_WHO_HELP,
    "OfPerson scope=act only=supporter": {"supporter who acts"},
}
# Who is let in to the hall group's pages, and to the suspended group's.
OF_PROVIDER: dict[str, tuple[set[str], set[str]]] = {
    "OfProvider role=editor": (
        {"owner", "editor"},
        {"suspended provider's owner", "editor of another provider"},
    ),
    "OfProvider role=owner": ({"owner"}, {"suspended provider's owner"}),
}
OF_RECORDS = {*OF_PERSON, *OF_PROVIDER}
KNOWN_RULES = ("Anyone", "SignedIn", "HalfSignedIn", "HasRole roles=")
STRANGERS_TO_OLA = {
    "visitor", "person", "another person", "supporter who acts", "practitioner", "moderator", "administrator",
    "administrator before the code", "owner",
}  # fmt: skip
OF_PROVIDERS = {
    "owner", "editor", "former owner", "invited owner", "editor of another provider",
    "suspended provider's owner",
}  # fmt: skip
# They differ from others only in what they are to Jo.
ONLY_OF_RECORDS = {
    "another person", "supporter who looks", "supporter who helps", "withdrawn supporter",
    "supporter of last year", "supporter from tomorrow", "invited supporter", "practitioner of a closed case",
    "practitioner of a past case", "practitioner who looks", "practitioner without a case", "former practitioner",
}  # fmt: skip
STRANGERS_TO_PROVIDERS = {
    "visitor", "person", "moderator", "administrator", "administrator before the code",
}  # fmt: skip
STRANGERS_TO_THE_SUSPENDED = {
    "editor of another provider",
    "suspended provider's owner",
    "owner",
    "moderator",
}
# For methods that reach the same rule as GET and POST do.
ASK_EVERYTHING = {"visitor", "another person", "supporter who looks", "practitioner before the code"}
# Addresses that are for everyone. A new public place is added here on purpose.
PUBLIC_PLACES = (
    "/find", "/offers", "/providers", "/static", "/help", "/about", "/accessibility", "/privacy", "/cookies",
    "/how-matching-works", "/healthz", "/readyz", "/robots.txt", "/sitemap.xml", "/sign-in", "/sign-out",
    "/signed-out", "/join", "/link/", "/new-password", "/mail-sent", "/me", "/invitations",
    "/provider-invitations", "/practitioner-requests", "/claim", "/still-right", "/concern", "/you-said",
)  # fmt: skip


def key_of(rule: object) -> str:
    """A rule in the table's words: its kind, and what of it differs from 'nothing'."""
    values = {
        field.name: getattr(rule, field.name)
        for field in (dataclasses.fields(rule) if dataclasses.is_dataclass(rule) else ())
        if field.name != "parts"  # says what is written down, not who may
    }
    shown = [f"{name}={_word(value)}" for name, value in values.items() if value]
    return " ".join([type(rule).__name__, *shown])


def _word(value: Any) -> str:
    if isinstance(value, frozenset):
        return ",".join(sorted(_word(one) for one in value))
    if isinstance(value, enum.Enum):
        return value.name.lower()
    return str(value)


def expected(key: str, actor: Actor, *, is_own: bool) -> Answer:
    """What the table says that *actor* gets."""
    if key == "Anyone":
        return Answer.OPEN
    if actor.account is None:
        return Answer.SIGN_IN
    if key == "HalfSignedIn":
        return Answer.OPEN
    if not actor.gave_code:
        return Answer.CODE
    if key == "SignedIn":
        return Answer.OPEN
    if key.startswith("HasRole roles="):
        wanted = {Role(name) for name in key.removeprefix("HasRole roles=").split(",")}
        return Answer.OPEN if wanted & actor.roles else Answer.REFUSED
    if key in OF_PROVIDER:
        return Answer.OPEN if actor.name in OF_PROVIDER[key][0 if is_own else 1] else Answer.HIDDEN
    if is_own:
        return Answer.OPEN if actor.name in OF_PERSON[key] else Answer.HIDDEN
    is_ola = actor.name == "another person" and "person" in OF_PERSON[key]
    return Answer.OPEN if is_ola else Answer.HIDDEN


def answer_of(response: TestResponse) -> Answer | int:
    location = response.headers.get("Location", "")
    if response.status_code == 303 and location.startswith("/sign-in?"):
        return Answer.SIGN_IN
    if response.status_code == 303 and location.startswith("/sign-in/code"):
        return Answer.CODE
    if response.status_code == 401:
        return Answer.CODE if b'govuk-button" href="/sign-in/code' in response.data else Answer.SIGN_IN
    known = {OPENED: Answer.OPEN, 403: Answer.REFUSED, 404: Answer.HIDDEN}
    return known.get(response.status_code, response.status_code)
