"""Worlds of any size in the likeness of the example world, made straight as columns.

Every synthetic offer takes after one example offer (kind, levels, themes, access, sessions, price,
radius), so all shares are those of the example world. It gets a place of its own, at a random real
postcode of Great Britain, its own times (moved by up to an hour), its own price, and more words:
those of its example and those of another of the same kind, which makes about 40 stems. Nothing of
it is ever written down as a row, because a million objects would take longer than all measuring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from marketplace.bench.example import ExampleWorld
from marketplace.geo.places import Place, Precision
from marketplace.geo.postcodes import UNITS_PER_DEGREE, PostcodeDirectory
from marketplace.matching.catalogue import Catalogue, Columns
from marketplace.matching.codes import PLACE_KINDS
from marketplace.matching.embedding import Embedder, VectorRows, quantise
from marketplace.matching.grid import Grid, layered_cells
from marketplace.matching.needs import MINUTES_A_WEEK, Needs
from marketplace.matching.text import KIND_WEIGHT, TextColumns, TextIndex
from marketplace.vocabulary import PlaceKind

SHIFTS = np.array([-60, -30, 0, 0, 0, 30, 60])
"""Minutes by which all sessions of an offer are moved."""
PRICES = np.array([0.8, 0.9, 1.0, 1.0, 1.1, 1.25])
OWN_SHARE = 0.75
"""Of a sentence vector, what comes from the offer's own example."""
AT_A_TIME = 100_000
"""Rows of words and vectors made at a time, so that memory stays bounded."""

Rng = np.random.Generator
Picks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Person:
    """Needs with the place of their postcode."""

    needs: Needs
    home: Place


def synthetic_catalogue(
    example: ExampleWorld,
    directory: PostcodeDirectory,
    count: int,
    *,
    seed: int = 1,
    embedder: Embedder | None = None,
    vectors: VectorRows | None = None,
) -> Catalogue:
    """A catalogue of *count* offers, the same for the same *seed*.

    *vectors* are those of the example's rows, made by *embedder*; without them there are words only.
    """
    rng = np.random.default_rng([seed, count])
    source = example.catalogue
    picks = rng.integers(len(source), size=count)
    points = _points(directory, rng, count)
    known = ~np.isnan(source.columns.lat[picks])
    lat = np.where(known, points[:, 0], np.nan).astype(np.float32)
    lon = np.where(known, points[:, 1], np.nan).astype(np.float32)
    low = rng.integers(1 << 63, size=count, dtype=np.uint64)
    high = rng.integers(1 << 63, size=count, dtype=np.uint64)
    online = source.columns.place_kind[picks] == PLACE_KINDS.index(PlaceKind.ONLINE)
    comes = source.columns.place_kind[picks] == PLACE_KINDS.index(PlaceKind.TRAVELS_TO_YOU)
    radius = source.columns.radius_km[picks]
    cells = layered_cells(np.where(online, np.nan, lat), lon, comes, radius)  # as build_catalogue does
    widest = float(np.nanmax(radius, initial=0.0))
    order = np.lexsort((low, high, cells))
    picks, lat, lon, low, high = picks[order], lat[order], lon[order], low[order], high[order]
    ids = [UUID(int=(a << 64) | b) for a, b in zip(high.tolist(), low.tolist(), strict=True)]
    columns = _columns(source.columns, picks, rng)._replace(
        lat=lat, lon=lon, tie_key=(low & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    )
    others = _another_of_the_kind(source.columns.kind[: len(source)], picks, rng)
    text = replace(
        source.text,
        columns=_text_columns(source.text, example.texts, picks, others, vectors),
        embedder=embedder if vectors is not None else None,
        kept={},
    )
    return replace(
        source,
        columns=columns,
        grid=Grid.of(cells[order], widest),
        text=text,
        ids=ids,
        source_ids=[None] * count,
        names=[source.names[pick] for pick in picks.tolist()],
        row_of={offer_id: row for row, offer_id in enumerate(ids)},
        widest=np.array([widest]),
        used=np.array([count, len(columns.session_start), 0]),
    )


def synthetic_people(
    example: ExampleWorld, directory: PostcodeDirectory, count: int, *, seed: int = 2
) -> list[Person]:
    """*count* people with the needs of the example's people, at random postcodes of Great Britain.

    The first 1,300 are all different; then the same wishes come again from elsewhere.
    """
    rng = np.random.default_rng([seed, count])
    table = directory.tables[Precision.POSTCODE]
    wishes: list[int] = []
    while len(wishes) < count:
        wishes.extend(rng.permutation(len(example.needs)).tolist())
    people = []
    for wish, row in zip(wishes[:count], rng.integers(len(table.keys), size=count).tolist(), strict=True):
        home = directory.lookup(bytes(table.keys[row]).decode())
        people.append(Person(replace(example.needs[wish], postcode=home.label), home))
    return people


def _points(directory: PostcodeDirectory, rng: Rng, count: int) -> npt.NDArray[np.float64]:
    """Points of random postcodes in degrees, shape (count, 2)."""
    points = directory.tables[Precision.POSTCODE].points
    rows = np.sort(rng.integers(len(points), size=count))  # in order: the table is mapped from disk
    return np.asarray(rng.permutation(points[rows]) / UNITS_PER_DEGREE)


def _columns(source: Columns, picks: Picks, rng: Rng) -> Columns:
    """The example's columns at *picks*, with the sessions moved and the prices varied."""
    arrays: dict[str, npt.NDArray[Any]] = source._asdict()
    of_rows = {
        name: column[picks]
        for name, column in arrays.items()
        if name == "session_count" or not name.startswith("session_")
    }
    counts = source.session_count[picks].astype(np.int64)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    at = _runs(source.first_session[picks].astype(np.int64), counts)
    start = source.session_start[at].astype(np.int64)
    end = source.session_end[at].astype(np.int64)
    shift = np.repeat(SHIFTS[rng.integers(len(SHIFTS), size=len(picks))], counts)
    # Only where the session stays in its week: its start is a minute of the week.
    stays = (start + shift >= 0) & (start + shift < MINUTES_A_WEEK)
    shift = np.where(stays, shift, 0)
    price = source.cost_pence[picks]
    varied = np.rint(price * PRICES[rng.integers(len(PRICES), size=len(picks))] / 50.0) * 50.0
    of_sessions = {name: column[at] for name, column in arrays.items() if name not in of_rows}
    made = source._replace(
        **of_sessions
        | of_rows
        | {
            "first_session": first.astype(np.int32),
            "session_start": (start + shift).astype(np.uint16),
            "session_end": (end + shift).astype(np.uint16),
            "cost_pence": np.where(price > 0, varied, price).astype(np.int32),
        }
    )
    return made.with_hints()


def _runs(first: Picks, counts: Picks) -> Picks:
    """``first[i], first[i] + 1, …`` for ``counts[i]`` numbers, one run after the other."""
    return np.asarray(np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum())))


def _another_of_the_kind(kinds: npt.NDArray[Any], picks: Picks, rng: Rng) -> Picks:
    """For each pick a row of the same kind, chosen at random."""
    by_kind = np.argsort(kinds, kind="stable")
    counts = np.bincount(kinds, minlength=int(kinds.max()) + 1)
    first = np.cumsum(counts) - counts
    kind = kinds[picks]
    return np.asarray(by_kind[first[kind] + (rng.random(len(picks)) * counts[kind]).astype(np.int64)])


def _text_columns(
    index: TextIndex, texts: Sequence[str], picks: Picks, others: Picks, vectors: VectorRows | None
) -> TextColumns:
    """Words, and vectors if there are any, of offers that each put two of the *texts* together."""
    counted = _term_counts(index, texts)
    idf = index.idf * np.array([KIND_WEIGHT if term[0] == "@" else 1.0 for term in index.vocabulary])
    words: list[csr_array] = []
    wholes: list[VectorRows] = []
    for start in range(0, len(picks), AT_A_TIME):
        own, other = picks[start : start + AT_A_TIME], others[start : start + AT_A_TIME]
        words.append(_weighted(counted[own] + counted[other], idf))
        if vectors is not None:
            wholes.append(_mixed(vectors, own, other))
    rows = vstack(words, format="csr")
    return TextColumns.of(
        rows.indptr,
        rows.indices,
        rows.data,
        VectorRows(
            np.concatenate([whole.values for whole in wholes]),
            np.concatenate([whole.scale for whole in wholes]),
        )
        if wholes
        else None,
        vocabulary=len(index.vocabulary),
    )


def _term_counts(index: TextIndex, texts: Sequence[str]) -> csr_array:
    """How much each text says of each term: shape (texts, vocabulary)."""
    first = [0]
    terms: list[int] = []
    counts: list[float] = []
    for text in texts:
        said = index.thesaurus.listing_terms(text)
        known = sorted(
            (index.vocabulary[term], much) for term, much in said.items() if term in index.vocabulary
        )
        terms.extend(term for term, _ in known)
        counts.extend(much for _, much in known)
        first.append(len(terms))
    return csr_array((counts, terms, first), shape=(len(texts), len(index.vocabulary)))


def _weighted(counts: csr_array, idf: npt.NDArray[np.float64]) -> csr_array:
    """TF-IDF with rows of length 1, as ``TextIndex`` weighs one offer."""
    data = np.where(counts.data > 1.0, 1.0 + np.log(np.maximum(counts.data, 1.0)), counts.data)
    data *= idf[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    length = np.sqrt(np.bincount(row, weights=data * data, minlength=counts.shape[0]))
    data /= length[row]
    return csr_array((data, counts.indices, counts.indptr), shape=counts.shape)


def _mixed(vectors: VectorRows, own: Picks, other: Picks) -> VectorRows:
    """Vectors between two of the example's, nearer to the first."""
    mixed = vectors.values[own] * (vectors.scale[own] * np.float32(OWN_SHARE))[:, None]
    mixed += vectors.values[other] * (vectors.scale[other] * np.float32(1 - OWN_SHARE))[:, None]
    return quantise(mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9))
