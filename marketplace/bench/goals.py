"""How well goals in a person's own words find the right offers, by every method, on known answers.

The answers are kept in three sets with listings of their own. One was used to choose words and numbers;
one was written beforehand, and one by somebody who knew neither: these are only ever measured.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from marketplace.bench.timing import one_thread, timed
from marketplace.matching.catalogue import OfferRow, build_catalogue
from marketplace.matching.embedding import Embedder, quantise
from marketplace.matching.evaluate import evaluate
from marketplace.matching.meaning import meaning_of
from marketplace.matching.needs import Goal, Needs
from marketplace.matching.query import compile_query
from marketplace.matching.suggest import suggest_themes
from marketplace.matching.text import TextIndex
from marketplace.matching.thesaurus import EXACT, Thesaurus
from marketplace.matching.words import stem, words_of
from marketplace.vocabulary import OfferKind

Scores = npt.NDArray[np.float64]

HALVES = ("tuning", "held_out", "strangers")
RIGHT, PARTLY = 2, 1
FIRST = 10
"""nDCG looks at this many results."""
RECALLED = 5
_NAMES = uuid.UUID("5b6f0a35-6a0c-4c0e-9f0e-3f7f3d0f2f11")
_ANY_DAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Listing:
    id: str
    name: str
    text: str

    @property
    def words(self) -> str:
        return f"{self.name}. {self.text}"


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What was said, with the listings that answer it: 2 right, 1 partly; ``wrong`` must stand below."""

    say: str
    grades: Mapping[str, int]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Half:
    name: str
    listings: tuple[Listing, ...]
    answers: tuple[KnownAnswer, ...]

    def gains(self) -> npt.NDArray[np.int64]:
        """Grade of every listing for every goal: shape (goals, listings)."""
        grades = [[answer.grades.get(listing.id, 0) for listing in self.listings] for answer in self.answers]
        return np.array(grades, dtype=np.int64)


def read_half(folder: Path, name: str) -> Half:
    """Read ``<name>.yaml`` and ``<name>_listings.yaml``; raises ValueError naming an answer that is not there."""
    listings = yaml.safe_load((folder / f"{name}_listings.yaml").read_text(encoding="utf-8"))
    answers = []
    for entry in yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")):
        grades = dict.fromkeys(entry["right"], RIGHT) | dict.fromkeys(entry.get("partly", ()), PARTLY)
        wrong = tuple(entry.get("wrong", ()))
        missing = [key for key in (*grades, *wrong) if key not in listings]
        if missing or set(wrong) & set(grades):
            raise ValueError(
                f"{name}.yaml: {entry['say']!r} names {missing or 'the same as right and wrong'}"
            )
        answers.append(KnownAnswer(entry["say"], grades, wrong))
    return Half(
        name,
        tuple(Listing(key, entry["name"], entry["text"]) for key, entry in listings.items()),
        tuple(answers),
    )


def run(
    *,
    answers_dir: Path,
    thesaurus_path: Path,
    embedder: Embedder | None,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Measure every method on each set. Without an embedder its methods are left out."""
    thesaurus = Thesaurus.load(thesaurus_path)
    document: dict[str, Any] = {"model": embedder.name if embedder else None, "halves": {}}
    for name in HALVES:
        half = read_half(answers_dir, name)
        progress(f"Measuring {len(half.answers)} goals on {len(half.listings)} listings ({name})")
        gains = half.gains()
        document["halves"][name] = {
            "goals": len(half.answers),
            "listings": len(half.listings),
            "methods": {
                method: _measures(half, gains, scores)
                for method, scores in _methods(half, thesaurus, embedder).items()
            },
        }
    document["speed"] = _speed(read_half(answers_dir, HALVES[0]), thesaurus, embedder)
    return document


def _methods(half: Half, thesaurus: Thesaurus, embedder: Embedder | None) -> dict[str, Scores]:
    """Scores of every listing for every goal, shape (goals, listings), by method."""
    texts = [listing.words for listing in half.listings]
    plain = TextIndex.fit(texts, Thesaurus.empty())
    words = TextIndex.fit(texts, thesaurus)
    scores = {
        "words": _closeness(plain, half),
        "words and thesaurus": _closeness(words, half),
        "goals part, without a model": _goals_part(half, thesaurus, None, None),
    }
    if embedder is not None:
        kept = embedder.encode(texts)
        said = embedder.encode([answer.say for answer in half.answers])
        scores["sentence vectors"] = np.asarray(said @ kept.T, dtype=np.float64)
        mixed = TextIndex.fit(texts, thesaurus, vectors=quantise(kept), embedder=embedder)
        scores["words, thesaurus and vectors"] = _closeness(mixed, half)
        scores["goals part"] = _goals_part(half, thesaurus, embedder, kept)
        scores["goals part, their phrases unknown"] = _goals_part(
            half, without_phrases_of(half, thesaurus), embedder, kept
        )
    return scores


def _closeness(index: TextIndex, half: Half) -> Scores:
    return np.array([index.closeness(answer.say) for answer in half.answers])


def without_phrases_of(half: Half, thesaurus: Thesaurus) -> Thesaurus:
    """The thesaurus without any phrase of two words or more that stands in one of the half's goals.

    How goals fare that nobody thought of: a lower bound, for 'learn to swim' is taken out as well.
    """
    said: set[tuple[str, ...]] = set()
    for answer in half.answers:
        words = words_of(answer.say)
        for found in thesaurus.find(words):
            if found.end - found.start > 1:
                said.add(tuple(stem(word) for word in words[found.start : found.end]))
    return replace(
        thesaurus,
        by_first={
            first: tuple(entry for entry in entries if tuple(map(_stem_of, entry[0])) not in said)
            for first, entries in thesaurus.by_first.items()
        },
    )


def _stem_of(token: str) -> str:
    return stem(token.removeprefix(EXACT)) if token.startswith(EXACT) else token


def _goals_part(
    half: Half,
    thesaurus: Thesaurus,
    embedder: Embedder | None,
    vectors: npt.NDArray[np.float32] | None,
) -> Scores:
    """The goals part of the score as matching gives it, with only the themes that the text suggests."""
    rows = [
        OfferRow(
            id=uuid.uuid5(_NAMES, listing.id),
            name=listing.name,
            kind=OfferKind.COMMUNITY_GROUP,
            source_id=listing.id,
            suggested_themes=sum(
                theme.bit for theme in suggest_themes(thesaurus, listing.name, listing.text)
            ),
            text=listing.words,
        )
        for listing in half.listings
    ]
    catalogue = build_catalogue(rows, thesaurus)
    position = {row.id: number for number, row in enumerate(rows)}
    order = [position[offer] for offer in catalogue.ids]
    kept = None if vectors is None else quantise(vectors[order])
    texts = [rows[number].text for number in order]
    index = TextIndex.fit(texts, thesaurus, vectors=kept, embedder=embedder)
    catalogue = replace(catalogue, text=index)
    every = np.arange(len(rows), dtype=np.int64)
    column = [catalogue.row_of[row.id] for row in rows]
    scores = []
    for answer in half.answers:
        query = compile_query(
            Needs(goals=(Goal(text=answer.say),)),
            home=None,
            thesaurus=catalogue.text.thesaurus,
            today=_ANY_DAY,
        )
        scores.append(evaluate(query, catalogue, every).goal_scores[:, 0][column])
    return np.array(scores)


def _measures(half: Half, gains: npt.NDArray[np.int64], scores: Scores) -> dict[str, float]:
    orders = [best_first(row) for row in scores]
    return {
        "ndcg_10": float(np.mean([ndcg(order, gain) for order, gain in zip(orders, gains, strict=True)])),
        "recall_5": float(np.mean([recall(order, gain) for order, gain in zip(orders, gains, strict=True)])),
        "first_hit": float(
            np.mean([gain[order[0]] == RIGHT for order, gain in zip(orders, gains, strict=True)])
        ),
        "wrong_below": _wrong_below(half, scores),
    }


def best_first(scores: Scores) -> npt.NDArray[np.int64]:
    """Positions from the highest score to the lowest; equal scores in the order of the listings."""
    return np.argsort(-scores, kind="stable")


def ndcg(order: Sequence[int] | npt.NDArray[np.int64], gain: npt.NDArray[np.int64]) -> float:
    """Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002).

    A right listing gains 3 and a partly right one 1, divided by log2 of the rank plus one; 1 is the
    best order there can be. Worked example: right at rank 2, nothing else right: 0.63.
    """
    value = 2.0**gain - 1.0
    discount = 1.0 / np.log2(np.arange(2, FIRST + 2))
    found = value[np.asarray(order)[:FIRST]]
    best = np.sort(value)[::-1][:FIRST]
    return float((found * discount[: len(found)]).sum() / (best * discount[: len(best)]).sum())


def recall(order: Sequence[int] | npt.NDArray[np.int64], gain: npt.NDArray[np.int64]) -> float:
    """Share of the listings that are right or partly right which stand in the first five, of at most five."""
    return float((gain[np.asarray(order)[:RECALLED]] > 0).sum() / min(RECALLED, (gain > 0).sum()))


def _wrong_below(half: Half, scores: Scores) -> float:
    """Share of the wrong listings that stand below every right one."""
    position = {listing.id: number for number, listing in enumerate(half.listings)}
    below = [
        row[position[wrong]]
        < min(row[position[key]] for key, grade in answer.grades.items() if grade == RIGHT)
        for answer, row in zip(half.answers, scores, strict=True)
        for wrong in answer.wrong
    ]
    return float(np.mean(below))


def _speed(half: Half, thesaurus: Thesaurus, embedder: Embedder | None) -> dict[str, Any]:
    """Milliseconds to read a goal for the first time, and to make its vector."""
    said = [answer.say for answer in half.answers]
    document: dict[str, Any] = {}
    with one_thread():
        fresh = replace(thesaurus)
        document["reading"] = timed(lambda text: meaning_of(fresh, text), said)[0].document()
        if embedder is not None:
            document["vector"] = timed(lambda text: embedder.encode([text]), said)[0].document()
    return document


def table(document: Mapping[str, Any]) -> str:
    """The figures as text for a terminal and for docs/measurements/goals.md."""
    lines = []
    for name, half in document["halves"].items():
        lines += [
            f"### {name}: {half['goals']} goals, {half['listings']} listings",
            "",
            "| method | nDCG@10 | recall@5 | first hit | wrong ones below |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| {method} | {found['ndcg_10']:.3f} | {found['recall_5']:.3f} | {found['first_hit']:.3f} | {found['wrong_below']:.2f} |"
            for method, found in half["methods"].items()
        ]
        lines.append("")
    for what, times in document["speed"].items():
        lines.append(f"{what}: {times['p50_ms']:.2f} ms median, {times['p99_ms']:.2f} ms p99")
    return "\n".join(lines)


MEASURED = ("<!-- measured: begin -->", "<!-- measured: end -->")


def update_page(path: Path, document: Mapping[str, Any]) -> None:
    """Put the table between the marks of a page, and leave its words as they are."""
    before, mark, rest = path.read_text(encoding="utf-8").partition(MEASURED[0])
    _, end, after = rest.partition(MEASURED[1])
    if not mark or not end:
        raise ValueError(f"{path.name}: the marks {MEASURED[0]} and {MEASURED[1]} are not there")
    path.write_text(f"{before}{mark}\n\n{table(document)}\n\n{end}{after}", encoding="utf-8")
