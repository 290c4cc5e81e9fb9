"""Passwords: kept as argon2 hashes, and refused when they are easy to guess."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from marketplace.vocabulary import N_

SHORTEST = 8
RECOMMENDED = 15
LONGEST = 200
# The estimator's time grows with the square of the length; the rest of a long password only helps.
_ESTIMATED_LETTERS = 32
_LEAST_SCORE = 2
"""Of zxcvbn's 0 to 4: 2 means more than a hundred million guesses."""

# OWASP's second choice for argon2id: 19 MiB, twice. About 30 ms, so that a page with a password
# still comes quickly and twenty people can sign in at once.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

TOO_SHORT = N_("Use at least 8 letters or numbers. Three words or more are better")
TOO_LONG = N_("Use at most 200 letters or numbers")
TOO_COMMON = N_("This password is easy to guess. Put three words together that only you would choose")


def password_problem(password: str, *, known: Iterable[str] = ()) -> str | None:
    """What is wrong with a new password, as a source text; None where it is good enough.

    *known* are words that others know of its owner, such as their name and address. Nothing is
    asked of another computer.
    """
    password = _plain(password)
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    # Its word lists take a quarter of a second to load: only who chooses a password waits for them.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    words = [part for text in known for part in (text, *text.replace("@", " ").replace(".", " ").split())]
    estimate = zxcvbn(password[:_ESTIMATED_LETTERS], user_inputs=[word for word in words if len(word) > 2])
    return TOO_COMMON if estimate["score"] < _LEAST_SCORE else None


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    return _HASHER.hash(_plain(password))


def verify_password(kept: str | None, password: str) -> bool:
    """Whether *password* is the one of the hash *kept*.

    Without a hash (nobody has that address, or they never chose a password) the same work is done,
    so that the time does not tell.
    """
    try:
        _HASHER.verify(kept or _nobodys_hash(), _plain(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def needs_new_hash(kept: str) -> bool:
    """Whether *kept* was made with other costs than today's."""
    return _HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _HASHER.hash("the password of nobody at all")


def _plain(password: str) -> str:
    """The same letters from any keyboard: composed alike. What is far too long is cut first."""
    return unicodedata.normalize("NFKC", password[: 2 * LONGEST])
