"""Reading files: every sensible shape, a plain sentence for every broken one, bounded memory."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from marketplace.interop.importing import ImportFileError
from marketplace.interop.open_referral_file import read_services


def read(content: str | bytes) -> list[Any]:
    return list(read_services(io.BytesIO(content.encode() if isinstance(content, str) else content)))


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ("[]", []),
        ('[{"id": "a"}, {"id": "b"}]', ["a", "b"]),
        ('\ufeff[{"id": "a"}]', ["a"]),
        ('{"total_items": 1, "contents": [{"id": "a"}], "page_number": 1}', ["a"]),
        ('{"totalElements": 1, "content": [{"id": "a"}]}', ["a"]),
        ('{"services": [{"id": "a"}, {"id": "b"}]}', ["a", "b"]),
        ('{"id": "a", "name": "One service"}', ["a"]),
        ('{"id": "a"}\n{"id": "b"}\n', ["a", "b"]),
        ('{"contents": [{"id": "a"}]}\n{"contents": [{"id": "b"}]}', ["a", "b"]),
        ('[{"id": "a", "description": "two\nlines"}]', ["a"]),
    ],
    ids=["empty", "list", "mark", "page 3", "page 1", "export", "one", "lines", "pages", "raw line break"],
)
def test_every_usual_shape_of_file_is_read(content: str, ids: list[str]) -> None:
    assert [service["id"] for service in read(content)] == ids


def test_numbers_are_exact_and_nan_is_nothing() -> None:
    assert read('[{"amount": 4.10, "count": 3, "fees": NaN}]') == [
        {"amount": Decimal("4.10"), "count": 3, "fees": None}
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"id,name\n1,Clay\n", "starts with 'i'"),
        (b"<html></html>", "starts with '<'"),
        (b'[{"id": "a"}', "ends too early"),
        (b'[{"id": "a"}, {"id": "b', "ends too early"),
        (b'[{"id": "a"}, {"id": ', "ends too early"),
        (b'{"contents": [{"id": "a"}]', "ends too early"),
        (b'[{"id": "a"},]', "at line 1: expecting value"),
        (b'[\n{"id": "a"}\n{"id": "b"}]', "at line 3: expected ','"),
        (b'[{"id": "a"}] and more', "something follows the end"),
        (b'{"total": 3}', "holds no list of services"),
        (b'{"contents": {"id": "a"}}', "holds no list of services"),
        ('[{"id": "a"}]'.encode("utf-16"), "is UTF-16"),
        ('[{"id": "a"}]'.encode("utf-16-le"), "NUL characters"),
        (b'[{"id": "a\x00b"}]', "NUL characters"),
        ('[{"id": "Café"}]'.encode("cp1252"), "not UTF-8: byte 0xe9"),
        (b"[" * 100_000, "nested too deeply"),
        (b'[{"id": 1' + b"0" * 10_000 + b"}]", "a number is too long"),
    ],
)
def test_a_broken_file_ends_in_a_sentence_that_says_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(ImportFileError, match=said.replace("(", r"\(")):
        read(content)


class Endless(io.RawIOBase):
    """A file of *megabytes* that is never in memory as a whole."""

    def __init__(self, start: bytes, again: bytes, end: bytes, megabytes: int) -> None:
        self.pieces = self._pieces(start, again * (1_000_000 // len(again)), end, megabytes)
        self.left = b""

    def _pieces(self, start: bytes, again: bytes, end: bytes, megabytes: int) -> Iterator[bytes]:
        yield start
        for _ in range(megabytes):
            yield again
        yield end

    def read(self, size: int = -1) -> bytes:
        while len(self.left) < size:
            piece = next(self.pieces, b"")
            if not piece:
                break
            self.left += piece
        given, self.left = self.left[:size], self.left[size:]
        return given


@pytest.mark.parametrize(
    ("start", "again", "broken"),
    [
        (b'[{"id": "', b"x", True),
        (b'[{"id": "a"}', b' {"id": "b"}', True),
        (b'[{"id": "a"}', b', {"id": "b", "name": "' + b"n" * 900 + b'"}', False),
    ],
    ids=["one endless text", "no commas", "well made"],
)
def test_a_file_of_60_megabytes_needs_little_memory(start: bytes, again: bytes, broken: bool) -> None:
    file = Endless(start, again, b"]", megabytes=60)
    tracemalloc.start()
    try:
        if broken:
            with pytest.raises(ImportFileError):
                for _ in read_services(file):  # type: ignore[arg-type]
                    pass
        else:
            count = sum(1 for _ in read_services(file))  # type: ignore[arg-type]
            assert count > 50_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000


def test_services_longer_than_one_window_are_read_whole() -> None:
    services = [{"id": str(number), "name": "n" * 200_000} for number in range(5)]
    assert read(json.dumps(services)) == services
