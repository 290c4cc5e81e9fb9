"""Fetch the services of an Open Referral UK feed: a list in pages, and what the list leaves out of each.

The address is that of the list (``https://…/services``) or of the feed itself. Version 3 pages tell
``total_pages`` and hold ``contents``, version 1 pages ``totalPages`` and ``content``. A list need not tell
times, places and prices of its services; then each service is asked for by itself.

Whatever goes wrong on the way raises :class:`ImportFileError`: half a feed is never imported. Only what the
address itself names is asked: the same server, ``http`` or ``https``.
"""

from __future__ import annotations

import json
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import IO, Any
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

from marketplace.interop.importing import ImportFileError, Progress
from marketplace.interop.open_referral_file import LIST_NAMES

SECONDS = 30.0
"""So long a server may be silent."""
MOST_SECONDS = 3_600.0
"""So long a whole feed may take."""
LARGEST_ANSWER = 32_000_000
"""Bytes of one answer; a page of 100 services has about one million."""
LARGEST_FEED = 2_000_000_000
MOST_PAGES = 10_000
EACH_PAGE = 100
"""So many services a page is asked for. A feed that has smaller pages says so itself."""
TRIES = 3
LONGEST_WAIT = 60.0
"""So long a busy server may ask us to wait."""

_BUSY = frozenset({429, 502, 503, 504})
_TOTALS = ("total_pages", "totalPages")
_LASTS = ("last_page", "last")
_AGENT = "meaningful-day-marketplace (import of Open Referral UK)"


@dataclass(slots=True, kw_only=True)
class Feed:
    """How a feed is asked. Tests give small limits, and a wait that takes no time."""

    progress: Progress = lambda _: None
    seconds: float = SECONDS
    largest: int = LARGEST_ANSWER
    largest_feed: int = LARGEST_FEED
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _until: float = field(init=False, default=0.0)
    _bytes: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._until = self.clock() + MOST_SECONDS

    def services(self, address: str) -> Iterator[Any]:
        """Every service of the feed, page by page, each with all that the feed tells of it."""
        url = _checked(address)
        first = self._ask(_at_page(url, 1))
        if isinstance(first, dict) and _list_of(first) is None and "id" not in first:
            if urlsplit(url).path.rstrip("/").endswith("/services"):
                raise ImportFileError(
                    f"{url} holds no list of services. Looked for {', '.join(LIST_NAMES[:2])}."
                )
            url = _below(url, "services")  # the feed's own address: its list stands below it
            first = self._ask(_at_page(url, 1))
        if isinstance(first, dict) and _list_of(first) is None:
            if "id" not in first:
                raise ImportFileError(
                    f"{url} holds no list of services. Looked for {', '.join(LIST_NAMES[:2])}."
                )
            yield first  # the address of one service
            return
        number, page, before = 1, first, None
        while True:
            members = page if isinstance(page, list) else _list_of(page) or []
            if members and members == before:
                raise ImportFileError(
                    f"{url} answers the same services for page {number} as for the page before it. Ask the "
                    "owner of the feed whether its pages work, or save all of it in a file and import that."
                )
            for one in members:
                yield self._whole(url, one)
            total = _total(page)
            self.progress(f"Fetched page {number:,}" + (f" of {total:,}" if total else ""))
            if _is_last(page, number, total, members):
                return
            if number >= MOST_PAGES:
                raise ImportFileError(f"The feed has more than {MOST_PAGES:,} pages. That can't be right.")
            number, before = number + 1, members
            page = self._ask(_at_page(url, number))

    def _whole(self, url: str, one: Any) -> Any:
        """*one* with its times, places and prices. A list may leave them out of its services."""
        if not isinstance(one, dict) or any(isinstance(part, list) and part for part in one.values()):
            return one
        known = one.get("id")
        if not isinstance(known, str) or not known:
            return one
        told = self._ask(_below(url, quote(known, safe="")), absent_is_fine=True)
        return told if isinstance(told, dict) and told.get("id") == known else one

    def _ask(self, url: str, *, absent_is_fine: bool = False) -> Any:
        """The JSON that *url* answers; None where there is nothing and that is fine."""
        for turn in range(1, TRIES + 1):
            try:
                content = self._read(url)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code in (404, 410) and absent_is_fine:
                        return None
                    if error.code not in _BUSY or turn == TRIES:
                        raise ImportFileError(_refused(url, error.code)) from error
                    self._pause(_seconds_asked(error), turn)
            except (OSError, HTTPException) as error:
                if turn == TRIES:
                    reason = getattr(error, "reason", error)
                    raise ImportFileError(
                        f"{url} can't be reached: {_words(reason, self.seconds)}. Try again later."
                    ) from error
                self._pause(None, turn)
            else:
                return _json(url, content)
        raise AssertionError("every turn returns or raises")

    def _read(self, url: str) -> bytes:
        request = urllib.request.Request(  # noqa: S310 (checked: http or https)
            url, headers={"Accept": "application/json", "User-Agent": _AGENT}
        )
        with _OPENER.open(request, timeout=self.seconds) as answer:
            parts: list[bytes] = []
            size = 0
            while piece := answer.read(262_144):
                size += len(piece)
                self._bytes += len(piece)
                if size > self.largest:
                    raise ImportFileError(
                        f"{url} answers more than {self.largest:,} bytes. Ask for smaller pages: add "
                        "per_page=50 to the address."
                    )
                if self._bytes > self.largest_feed:
                    raise ImportFileError(f"The feed has more than {self.largest_feed:,} bytes.")
                if self.clock() > self._until:
                    raise ImportFileError(f"The feed took longer than {MOST_SECONDS / 60:,.0f} minutes.")
                parts.append(piece)
        return b"".join(parts)

    def _pause(self, asked: float | None, turn: int) -> None:
        self.wait(min(LONGEST_WAIT, float(turn) if asked is None else asked))


@contextmanager
def fetched(address: str, *, progress: Progress, feed: Feed | None = None) -> Iterator[IO[bytes]]:
    """The whole feed as a file of ours: one JSON list, as ``read_services`` reads it."""
    with tempfile.TemporaryFile() as kept:
        kept.write(b"[")
        for number, one in enumerate((feed or Feed(progress=progress)).services(address)):
            kept.write((",\n" if number else "").encode() + json.dumps(one).encode())
        kept.write(b"]")
        kept.seek(0)
        yield kept


def is_address(file: str) -> bool:
    """Whether a command was given an address rather than a file."""
    return file.lower().startswith(("http://", "https://"))


class _SameServer(urllib.request.HTTPRedirectHandler):
    """Follows an answer to another address of the same server, or to the same one by ``https``."""

    def redirect_request(  # noqa: PLR0917 (the library's own)
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        is_safe = new.scheme in (old.scheme, "https")
        if new.hostname != old.hostname or not is_safe:
            fp.close()
            raise ImportFileError(
                f"{req.full_url} leads to {newurl}. Import that address, if it is the right one."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER = urllib.request.build_opener(_SameServer)


def _checked(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
        known = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known or any(letter.isspace() or not letter.isprintable() for letter in address.strip()):
        raise ImportFileError(f"{address} is no address. Give one like https://example.org/services.")
    if parts.username or parts.password:
        raise ImportFileError("Leave names and passwords out of the address. A feed is open to everyone.")
    return urlunsplit(parts._replace(path=quote(parts.path, safe="/%:@!$&'()*+,;=~-._"), fragment=""))


def _at_page(url: str, number: int) -> str:
    """The same address for one page; what the address itself asks for stays."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    asked.setdefault("per_page", str(EACH_PAGE))
    asked.setdefault("full", "true")
    return urlunsplit(parts._replace(query=urlencode({**asked, "page": str(number)})))


def _below(url: str, name: str) -> str:
    parts: SplitResult = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}", query=""))


def _list_of(page: dict[str, Any]) -> list[Any] | None:
    return next((page[name] for name in LIST_NAMES if isinstance(page.get(name), list)), None)


def _total(page: Any) -> int | None:
    found = next((page[name] for name in _TOTALS if name in page), None) if isinstance(page, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _is_last(page: Any, number: int, total: int | None, members: list[Any]) -> bool:
    if not isinstance(page, dict) or not members:
        return True  # a plain list has no pages
    if total is not None:
        return number >= total
    return next((bool(page[name]) for name in _LASTS if name in page), True)


def _json(url: str, content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), strict=False)
    except UnicodeDecodeError as error:
        raise ImportFileError(f"{url} answers something that is not UTF-8.") from error
    except (ValueError, RecursionError) as error:
        start = content[:1].decode("ascii", "replace")
        what = "a web page" if start == "<" else "something"
        raise ImportFileError(
            f"{url} answers {what} that is not JSON. Give the address of the feed's list of services."
        ) from error


def _refused(url: str, code: int) -> str:
    if code in (404, 410):
        return f"There is nothing at {url} ({code}). Give the address of the list, like https://example.org/services."
    if code in (401, 403):
        return f"{url} is not open ({code}). A feed is open to everyone: ask its owner."
    if code in _BUSY:
        return f"{url} is busy ({code}), also after {TRIES} tries. Try again later."
    return f"{url} answers with the error {code}. Try again later, or ask the owner of the feed."


def _seconds_asked(error: urllib.error.HTTPError) -> float | None:
    asked = error.headers.get("Retry-After", "")
    return float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else None


def _words(reason: object, seconds: float) -> str:
    if isinstance(reason, TimeoutError):
        return f"no answer within {seconds:g} seconds"
    return str(getattr(reason, "strerror", None) or reason or type(reason).__name__)
