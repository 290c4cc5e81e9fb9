"""`marketplace bench gaps`: a whole gap report, its parts timed apart, and others that do a part of it.

People are made and read in blocks, so that memory is bounded whatever their number. For a sample of them the
same counts are made by plain NumPy, one person after the other; reach is asked of PySAL's ``access`` where
that is installed. Both must agree.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from marketplace.bench.batch import Clock
from marketplace.bench.example import ExampleWorld, Progress
from marketplace.bench.gaps_peers import counted_in_numpy, reach_by_access
from marketplace.bench.synthetic import synthetic_catalogue, synthetic_people
from marketplace.bench.timing import machine, took
from marketplace.gaps.counting import BLOCK, Asker
from marketplace.gaps.geography import geography_of
from marketplace.gaps.report import COUNTED, FLOWN, REACHED, TABLED, make_report
from marketplace.gaps.report_rows import GapReport
from marketplace.geo.districts import District
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching import kernel
from marketplace.matching.batch import processors

PEOPLE, OFFERS, SAMPLE = 10_000, 5_000, 200
PARTS = ("counting people", "who could be placed", "reach of places", "tables by theme", "tables of people")


def run(
    *,
    example: ExampleWorld,
    directory: PostcodeDirectory,
    districts: dict[str, District],
    today: date,
    people: int = PEOPLE,
    offers: int = OFFERS,
    sample: int = SAMPLE,
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Measure a report of *people* × *offers*, all over the country, in blocks of ``BLOCK`` people."""
    progress(f"Making {offers:,} offers")
    catalogue = synthetic_catalogue(example, directory, offers)
    mapping, geography = took(lambda: geography_of(directory, districts))
    few = _askers(example, directory, 50, seed=1)
    compiling, _ = took(lambda: make_report([few], catalogue, geography, today=today))
    making = Clock()
    phases = _Phases()

    def blocks() -> Iterator[Sequence[Asker]]:
        for start in range(0, people, BLOCK):
            with making:
                block = _askers(example, directory, min(BLOCK, people - start), seed=start + 2)
            phases.left_out(making)
            yield block
            progress(f"  {start + len(block):,} people counted")

    def heard(percent: int) -> None:
        phases.done(percent)
        if percent > COUNTED:
            progress(f"  {percent}% done")

    phases.begin(making)
    made = make_report(blocks(), catalogue, geography, today=today, expected=people, progress=heard)
    phases.end()
    document: dict[str, Any] = {
        "measured": "gaps",
        "machine": machine(("numpy", "numba", "scipy", "access")),
        "compiled": kernel.COMPILED,
        "people": people,
        "offers": offers,
        "places": len(geography.outcodes),
        "threads": processors(),
        # How many programs wanted to run, on average of the last 15 minutes.
        "load": round(os.getloadavg()[2], 1),
        "geography_seconds": round(mapping, 3),
        "first_call_seconds": round(compiling, 3),
        "parts": phases.document(),
        "report_seconds": round(sum(phases.seconds), 3),
        "report_processor_seconds": round(sum(phases.processor_seconds), 3),
        "wishes": made.asked.rows,
        "unmet_share": round(float(1.0 - made.asked.met.mean()), 3),
        "rows": _rows(made.report),
        "ways": made.report.ways,
        # Kilobytes on Linux.
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "asked_mb": round(sum(column.nbytes for column in made.asked) / 1e6, 1),
    }
    asked = _askers(example, directory, min(BLOCK, people), seed=2)[:sample]
    document["one_by_one"] = counted_in_numpy(asked, catalogue, geography, today=today)
    document["access"] = reach_by_access(catalogue, geography, progress=progress)
    document["agreement"] = document["one_by_one"]["agrees"] and document["access"].get("agrees", True)
    return document


class _Phases:
    """Seconds of each part of a report, told by its own progress; making people is left out."""

    def __init__(self) -> None:
        self.seconds = [0.0] * len(PARTS)
        self.processor_seconds = [0.0] * len(PARTS)
        self._at = 0
        self._last = (0.0, 0.0)
        self._aside = (0.0, 0.0)

    def begin(self, making: Clock) -> None:
        self._last, self._aside = self._now(), (making.seconds, making.processor_seconds)

    def left_out(self, making: Clock) -> None:
        """Move on by what making people took since the last time."""
        took_now = (making.seconds, making.processor_seconds)
        self._last = (
            self._last[0] + took_now[0] - self._aside[0],
            self._last[1] + took_now[1] - self._aside[1],
        )
        self._aside = took_now

    def done(self, percent: int) -> None:
        while self._at < len(PARTS) - 1 and percent >= (COUNTED, FLOWN, REACHED, TABLED)[self._at]:
            self.end()
            self._at += 1

    def end(self) -> None:
        """The present part ends now."""
        now = self._now()
        self.seconds[self._at] += now[0] - self._last[0]
        self.processor_seconds[self._at] += now[1] - self._last[1]
        self._last = now

    def document(self) -> list[dict[str, Any]]:
        return [
            {"part": part, "seconds": round(seconds, 4), "processor_seconds": round(processor, 4)}
            for part, seconds, processor in zip(PARTS, self.seconds, self.processor_seconds, strict=True)
        ]

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()


def _askers(example: ExampleWorld, directory: PostcodeDirectory, count: int, *, seed: int) -> list[Asker]:
    return [
        Asker(person.needs, person.home, None)
        for person in synthetic_people(example, directory, count, seed=seed)
    ]


def _rows(report: GapReport) -> dict[str, int]:
    shown = [row for row in report.themes if row.asked is not None]
    return {
        "districts": len(report.districts),
        "districts_with_people": sum(row.asked is not None for row in report.districts),
        "districts_with_flow": sum(row.flow is not None for row in report.districts),
        "fitting": sum(row.flow.fitting.number or 0 for row in report.districts if row.flow),
        "placed": sum(row.flow.placed.number or 0 for row in report.districts if row.flow),
        "one_by_one": sum(row.flow.greedy.number or 0 for row in report.districts if row.flow),
        "themes": len(report.themes),
        "themes_with_totals": len(shown),
        "themes_with_reasons": sum(row.hindrances is not None for row in report.themes),
        "themes_with_places": sum(row.places is not None for row in report.themes),
        "wanted": len(report.wanted),
        "access": len(report.access),
        "people_shown": int(np.sum([row.asked.number or 0 for row in report.districts if row.asked])),
    }
