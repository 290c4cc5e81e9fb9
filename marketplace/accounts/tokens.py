"""Random tokens for cookies and mailed links. The database keeps only their hashes."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """A secret that nobody can guess: 256 random bits, to be put into a cookie or a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token: enough to find its row, not to make the token.

    A plain hash is right here, as a token has 256 random bits; passwords are another matter.
    """
    return hashlib.sha256(token.encode()).hexdigest()
