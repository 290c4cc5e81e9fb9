"""E-mail addresses as people type them, and the one form in which they are kept."""

from __future__ import annotations

import re
import unicodedata

LONGEST_EMAIL = 254
_LONGEST_LOCAL = 64
# Permissive: the mail itself proves that an address works. No blanks, controls, brackets or commas,
# so that one address can never be read as two, or as a header.
_ADDRESS = re.compile(r"[^\s@<>(),;:\\\"\[\]\x00-\x20\x7f]+@[^\s@<>(),;:\\\"\[\]\x00-\x20\x7f]+")


def normal_email(text: str) -> str:
    """*text* as an address is kept: composed the same way whatever the keyboard, in lower case.

    Domains in other alphabets stay as they are written. Raises ``ValueError`` for what can't be an
    address.
    """
    address = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.strip()).lower())
    local, _, domain = address.rpartition("@")
    labels = domain.split(".")
    if (
        len(address) > LONGEST_EMAIL
        or not _ADDRESS.fullmatch(address)
        or not 0 < len(local) <= _LONGEST_LOCAL
        or local.startswith(".")
        or local.endswith(".")
        or ".." in local
        or len(labels) < 2
        or any(not label or label.startswith("-") or label.endswith("-") for label in labels)
        or any(unicodedata.category(letter).startswith("C") for letter in address)
    ):
        raise ValueError("not an e-mail address")
    return address
