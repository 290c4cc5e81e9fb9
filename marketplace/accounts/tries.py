"""How often someone may try: passwords, codes, and mails that are asked for."""

from __future__ import annotations

import uuid


def count_password(email: str) -> None:
    """Count a password that is tried for *email* from this address."""


def forget_password_tries(email: str) -> None:
    """Someone has shown that they are the owner of *email*: they begin anew."""


def count_link(email: str) -> None:
    """Count a link that is asked for *email* from this address."""


def count_code(account_id: uuid.UUID) -> None:
    """Count a code that is tried for an account."""


def forget_code_tries(account_id: uuid.UUID) -> None:
    """A code was right."""
