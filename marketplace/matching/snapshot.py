"""A catalogue kept on disk, so that a process starts with it at once.

One file: a line of JSON that tells what it holds, then every array as it lies in memory. Opening it
maps the file, copied only where it is written to; nothing is read that isn't looked at, but for one
pass that compares each array with its checksum. The file replaces the one before in a single step.

A snapshot is only a copy. Whoever opens it says what it must be about (rules, database, sentence
model); anything else is no snapshot, and neither is anything damaged, which is logged.
"""

from __future__ import annotations

import json
import logging
import mmap
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
import numpy.typing as npt

from marketplace.matching.catalogue import GONE, Catalogue, Columns
from marketplace.matching.embedding import Embedder, VectorRows
from marketplace.matching.grid import Grid
from marketplace.matching.text import TextColumns, TextIndex, Thesaurus

T = TypeVar("T")
Array = npt.NDArray[Any]
About = Mapping[str, Any]

_LOG = logging.getLogger(__name__)
_MAGIC = b"meaningful-day catalogue 1\n"
_ALIGNED = 64
"""Bytes: where an array may begin, so that compiled code can take it as it lies."""
_IDS, _TEXTS = "ids", "texts"


class DamagedError(Exception):
    """The file is not a whole snapshot."""


def frozen(catalogue: Catalogue) -> Catalogue:
    """A view of the catalogue as it is now, for writing it down while offers go on changing.

    Rows that stand are never written to again, but for the mark that they are gone; so only that
    column and what tells how far the rows go are copied.
    """
    count = int(catalogue.used[0])
    return Catalogue(
        columns=catalogue.columns._replace(vacancy=catalogue.columns.vacancy.copy()),
        grid=Grid(**{name: array.copy() for name, array in _arrays(catalogue.grid)}),
        text=catalogue.text,
        ids=catalogue.ids[:count],
        source_ids=catalogue.source_ids[:count],
        names=catalogue.names[:count],
        row_of={},
        widest=catalogue.widest.copy(),
        used=catalogue.used.copy(),
        text_keys=catalogue.text_keys.copy(),
    )


def keep(catalogue: Catalogue, path: Path, *, about: About, known: Thesaurus) -> None:
    """Write a ``frozen`` catalogue down; *known* is the thesaurus before it knew the listings' words."""
    text = catalogue.text
    written = {
        "names": catalogue.names,
        "source_ids": catalogue.source_ids,
        "vocabulary": sorted(text.vocabulary, key=text.vocabulary.__getitem__),
        "unseen_idf": text.unseen_idf,
        "real_words": sorted(text.thesaurus.spelling.real - known.spelling.real),
    }
    members = dict(_members(catalogue))
    members[_IDS] = np.frombuffer(b"".join(one.bytes for one in catalogue.ids), dtype=np.uint8)
    members[_TEXTS] = np.frombuffer(json.dumps(written).encode(), dtype=np.uint8)
    table = []
    at = 0
    for name, array in members.items():
        checksum = zlib.crc32(np.ascontiguousarray(array).view(np.uint8).data)
        table.append([name, array.dtype.str, array.shape, at, checksum])
        at += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = json.dumps({"about": dict(about), "members": table, "length": at}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + f"{len(head)} {zlib.crc32(head)}\n".encode() + head)
            for array in members.values():
                file.write(bytes(-file.tell() % _ALIGNED))
                file.write(np.ascontiguousarray(array).data)
            file.write(bytes(-file.tell() % _ALIGNED))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(
    path: Path,
    *,
    fits: Callable[[dict[str, Any]], bool],
    thesaurus: Thesaurus,
    embedder: Embedder | None,
) -> tuple[Catalogue, dict[str, Any]] | None:
    """The catalogue at *path* and what it is about; None where there is none that *fits*, or is whole.

    Its arrays can be written to like any others: what is written stays in this process.
    """
    try:
        with path.open("rb") as file:
            about, table, start, length = _head(file)
            if not fits(about):
                return None
            if os.fstat(file.fileno()).st_size < start + length:
                raise DamagedError("it ends too early")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        members = dict(_mapped(mapped, table, start))
        return _catalogue(members, thesaurus, embedder), about
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, DamagedError) as error:
        _LOG.warning("The kept catalogue can't be used (%s). It is made anew.", error)
        return None


def _head(file: Any) -> tuple[dict[str, Any], list[Any], int, int]:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise DamagedError("it does not begin as it should")
    length, checksum = (int(number) for number in file.readline(40).split())
    head = file.read(length)
    if zlib.crc32(head) != checksum:
        raise DamagedError("its table of contents is damaged")
    content = json.loads(head)
    start = -(-file.tell() // _ALIGNED) * _ALIGNED
    return content["about"], content["members"], start, content["length"]


def _mapped(mapped: mmap.mmap, table: list[Any], start: int) -> Iterator[tuple[str, Array]]:
    for name, kind, shape, at, checksum in table:
        dtype = np.dtype(kind)
        count = int(np.prod(shape, dtype=np.int64))
        if count:
            array = np.frombuffer(mapped, dtype=dtype, count=count, offset=start + at).reshape(shape)
        else:
            array = np.zeros(shape, dtype=dtype)
        if zlib.crc32(array.view(np.uint8).data) != checksum:
            raise DamagedError(f"{name} is damaged")
        yield name, array


def _catalogue(members: dict[str, Array], thesaurus: Thesaurus, embedder: Embedder | None) -> Catalogue:
    texts = json.loads(members[_TEXTS].tobytes())
    raw = members[_IDS].tobytes()
    ids = [UUID(bytes=raw[at : at + 16]) for at in range(0, len(raw), 16)]
    columns = _built(Columns, Columns._fields, members, "columns.")
    row_of = {one: row for row, one in enumerate(ids)}
    for row in np.flatnonzero(columns.vacancy[: len(ids)] == GONE).tolist():
        if row_of.get(ids[row]) == row:
            del row_of[ids[row]]
    vectors = None
    if "text.columns.vectors.values" in members:
        vectors = _built(VectorRows, _names(VectorRows), members, "text.columns.vectors.")
    plain = [name for name in _names(TextColumns) if name != "vectors"]
    return Catalogue(
        columns=columns,
        grid=_built(Grid, _names(Grid), members, "grid."),
        text=TextIndex(
            columns=_built(TextColumns, plain, members, "text.columns.", vectors=vectors),
            vocabulary={term: number for number, term in enumerate(texts["vocabulary"])},
            idf=members["text.idf"],
            unseen_idf=texts["unseen_idf"],
            thesaurus=thesaurus.knowing(texts["real_words"]),
            embedder=embedder,
        ),
        ids=ids,
        source_ids=texts["source_ids"],
        names=texts["names"],
        row_of=row_of,
        widest=members["widest"],
        used=members["used"],
        text_keys=members["text_keys"],
    )


def _members(catalogue: Catalogue) -> Iterator[tuple[str, Array]]:
    """Every array of the catalogue, by where it stands in it."""
    for name, array in catalogue.columns.named():
        yield f"columns.{name}", array
    for name, array in _arrays(catalogue.grid):
        yield f"grid.{name}", array
    for name, array in _arrays(catalogue.text.columns):
        yield f"text.columns.{name}", array
    if catalogue.text.columns.vectors is not None:
        for name, array in _arrays(catalogue.text.columns.vectors):
            yield f"text.columns.vectors.{name}", array
    yield "text.idf", catalogue.text.idf
    for name in ("widest", "used", "text_keys"):
        yield name, getattr(catalogue, name)


def _arrays(thing: Any) -> Iterator[tuple[str, Array]]:
    for name in _names(type(thing)):
        value = getattr(thing, name)
        if isinstance(value, np.ndarray):
            yield name, value


def _names(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def _built(kind: type[T], names: Any, members: Mapping[str, Array], prefix: str, **more: Any) -> T:
    return kind(**{name: members[prefix + name] for name in names}, **more)
