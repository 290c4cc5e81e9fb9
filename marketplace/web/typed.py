"""What people type, made fit to be kept and shown: without what no eye sees and no database takes."""

from __future__ import annotations

import re
import unicodedata

# They turn the direction of what follows, so that a text reads otherwise than it is written (UAX 9).
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_LEADS_AWAY = re.compile(r"://|www\.|\w\.\w+/", re.IGNORECASE)
_MAILBOX = re.compile(r"\S@\S+\.\S")
# Ten or eleven digits as numbers are dialled in the United Kingdom: '07700 900123', '+44 (0)1623 ...'.
_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)44|0)(?:[\s().-]{0,2}\d){9,11}(?!\d)")


def one_line(text: str | None) -> str:
    """*text* without line breaks, control characters and marks that turn its direction around."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text or "").split())


def is_name(text: str) -> bool:
    """Whether *text* can be a name. Names stand in our mails to strangers: none leads to another site."""
    return bool(text) and not _LEADS_AWAY.search(text)


def tells_how_to_reach(text: str) -> bool:
    """Whether a phone number, an e-mail or a web address stands in *text*, as far as that can be seen."""
    return any(sign.search(text) for sign in (_LEADS_AWAY, _MAILBOX, _PHONE))


def own_words(text: str | None) -> str:
    """*text* with its lines as they were typed, without control characters and turned directions."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter == "\n" or not _is_unseen(letter)).strip()


def _is_unseen(letter: str) -> bool:
    # Joiners stay: letters of some languages, and many small pictures, are made with them.
    return letter in _TURNS or (letter != "\t" and unicodedata.category(letter) in ("Cc", "Cs"))
