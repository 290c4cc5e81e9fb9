"""Where to go after signing in: a page of this site and never another."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

LONGEST = 1000


def local_path(text: str | None) -> str | None:
    """*text* as a path of this site, or None for anything that could lead elsewhere.

    Browsers read a backslash as a slash and drop tabs and line ends, so an address with any of them
    is refused rather than mended.
    """
    if not text or len(text) > LONGEST or not text.startswith("/") or text.startswith("//"):
        return None
    if "\\" in text or any(ord(letter) <= 32 or ord(letter) == 127 for letter in text):
        return None
    parts = urlsplit(text)
    if parts.scheme or parts.netloc:
        return None
    # Written anew: letters outside ASCII can't become part of a header as they are.
    return quote(text, safe="/?&=%:@!$'()*+,;~-._#")


def with_next(path: str | None) -> dict[str, Any]:
    """Arguments for ``url_for`` that carry *path* along; none where it leads nowhere useful."""
    local = local_path(path)
    return {} if local is None or local in ("/", "/sign-out") else {"next": local}
