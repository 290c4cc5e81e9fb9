"""Read the services of an Open Referral file one by one, however large the file is.

A file is a JSON list, a page of a feed (an object with the list under ``contents``), one service, or
one JSON value a line. Only the service at hand is in memory. A file that can't be read to its end
raises :class:`ImportFileError`, so that whoever imports changes nothing.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Generator, Iterator
from decimal import Decimal
from typing import IO, Any

from marketplace.interop.importing import ImportFileError

LIST_NAMES = ("contents", "services", "content", "items")
"""Where pages of feeds keep their services: version 3, plain exports, version 1, others."""
LONGEST_SERVICE = 4_000_000
"""Characters. The largest real ones have some tens of thousands."""

_AT_ONCE = 262_144
_SPACES = " \t\r\n"
_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


def read_services(file: IO[bytes]) -> Iterator[Any]:
    """Each value of the list in *file*, decoded: whole numbers as int, others as Decimal."""
    text = _Text(file)
    first = text.peek()
    if first == "[":
        yield from _members(text)
        _nothing_more(text)
    elif first == "{":
        yield from _objects(text)
    elif not first:
        raise ImportFileError("The file is empty. It must hold a JSON list of services.")
    else:
        raise ImportFileError(
            f"The file is not JSON: it starts with {first!r}. It must hold a list of services: [{{...}}, ...]"
        )


def _objects(text: _Text) -> Iterator[Any]:
    """A page of a feed, one service, or one of these a line."""
    number = 0
    while text.peek():
        number += 1
        if text.peek() != "{":
            raise text.error("expected one JSON object a line")
        rest = yield from _page(text)
        if rest is not None:
            if number == 1 and not text.peek() and not _is_service(rest):
                names = ", ".join(LIST_NAMES[:2])
                raise ImportFileError(f"The file holds no list of services. Looked for {names}.")
            yield rest


def _is_service(found: dict[str, Any]) -> bool:
    return "id" in found or "name" in found


def _page(text: _Text) -> Generator[Any, None, dict[str, Any] | None]:
    """Yield what stands in the object's list of services; return the object where it has none."""
    text.take("{")
    found: dict[str, Any] = {}
    has_list = False
    while text.peek() != "}":
        if found or has_list:
            text.take(",")
        name = text.value()
        if not isinstance(name, str):
            raise text.error("expected a name in quotation marks")
        text.take(":")
        if name in LIST_NAMES and text.peek() == "[":
            has_list = True
            yield from _members(text)
        else:
            found[name] = text.value()
    text.take("}")
    return None if has_list else found


def _members(text: _Text) -> Iterator[Any]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield text.value()
        if text.peek() == "]":
            text.take("]")
            return
        text.take(",")


def _nothing_more(text: _Text) -> None:
    if text.peek():
        raise text.error("something follows the end of the list")


class _Text:
    """The file's text through a window that moves forward."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self._held = ""
        self._at = 0
        self._before = 0
        """Characters that have left the window."""
        self._line = 1
        self._bytes = 0
        self._ended = False
        # NaN and line breaks in texts are no JSON, yet some tools write them.
        self._json = json.JSONDecoder(parse_float=Decimal, parse_constant=lambda _: None, strict=False)

    def peek(self) -> str:
        """The next character that is no space; '' at the end."""
        while True:
            while self._at < len(self._held):
                letter = self._held[self._at]
                if letter not in _SPACES:
                    return letter
                self._at += 1
            if not self._more():
                return ""

    def take(self, letter: str) -> None:
        found = self.peek()
        if found != letter:
            raise self.error(f"expected {letter!r}" + (f", found {found!r}" if found else ""))
        self._at += 1

    def value(self) -> Any:
        """The JSON value that starts here."""
        self.peek()
        while True:
            failure: ValueError | RecursionError | None = None
            end = self._at
            try:
                found, end = self._json.raw_decode(self._held, self._at)
            except (ValueError, RecursionError) as error:
                failure = error
            # A number goes on, and most faults are only the end of the window: read on to know.
            if failure is None and (end < len(self._held) or self._ended):
                self._at = end
                return found
            too_long = len(self._held) - self._at > LONGEST_SERVICE
            if isinstance(failure, RecursionError):
                raise self.error("values are nested too deeply")
            if too_long:
                raise self.error(f"one value is longer than {LONGEST_SERVICE:,} characters, or is broken")
            if not self._more() and failure is not None:
                raise self._explained(failure)

    def error(self, problem: str) -> ImportFileError:
        if self._ended and self._at >= len(self._held):
            return ImportFileError(
                f"The file ends too early: {problem}. It may have been cut off on the way; fetch it again."
            )
        line = self._line + self._held.count("\n", 0, self._at)
        return ImportFileError(f"The file is not JSON as expected, at line {line}: {problem}.")

    def _explained(self, failure: ValueError | RecursionError) -> ImportFileError:
        if not isinstance(failure, json.JSONDecodeError):
            return self.error("a number is too long")
        at_the_end = failure.pos >= len(self._held.rstrip()) or failure.msg.startswith("Unterminated string")
        if at_the_end:
            self._at = len(self._held)
        else:
            self._at = failure.pos
        return self.error(failure.msg[:1].lower() + failure.msg[1:].removesuffix(" starting at"))

    def _more(self) -> bool:
        if self._ended:
            return False
        piece = self._file.read(_AT_ONCE)
        self._ended = not piece
        if not self._bytes:
            piece = _without_mark(piece)
        try:
            read = self._decode.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise ImportFileError(
                f"The file is not UTF-8: byte 0x{error.object[error.start]:02x} in the part after byte "
                f"{self._bytes:,}. Save it as UTF-8."
            ) from error
        self._bytes += len(piece)
        if self._ended:
            return False
        if "\0" in read:
            raise ImportFileError(
                "The file holds NUL characters: it is not JSON, or was saved as UTF-16. Save it as UTF-8."
            )
        # What lies behind is let go only here, so that reading on is all that ever copies the window.
        self._line += self._held.count("\n", 0, self._at)
        self._held = self._held[self._at :] + read
        self._at = 0
        return True


def _without_mark(start: bytes) -> bytes:
    for mark, name in _OTHER_ENCODINGS.items():
        if start.startswith(mark):
            raise ImportFileError(f"The file is {name}. Save it as UTF-8.")
    return start.removeprefix(codecs.BOM_UTF8)
