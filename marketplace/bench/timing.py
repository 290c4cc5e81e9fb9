"""Times of single calls, and what stands between them: on one thread, without garbage collection."""

from __future__ import annotations

import gc
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Timing:
    """How long each call took, in milliseconds, in the order of the calls."""

    ms: npt.NDArray[np.float64]
    processor_ms: npt.NDArray[np.float64]
    """The same without the times when this thread had no processor: it waited, or others worked here too."""

    @property
    def calls(self) -> int:
        return len(self.ms)

    @property
    def mean(self) -> float:
        return float(self.ms.mean())

    @property
    def waiting(self) -> float:
        """Share of the time without a processor. On a quiet machine near 0 for what runs in this thread."""
        return max(0.0, 1.0 - float(self.processor_ms.sum() / self.ms.sum()))

    def percentile(self, share: float) -> float:
        return float(np.percentile(self.ms, share))

    def document(self) -> dict[str, float | int]:
        return {
            "calls": self.calls,
            "p50_ms": round(self.percentile(50), 5),
            "p99_ms": round(self.percentile(99), 5),
            "mean_ms": round(self.mean, 5),
            "waiting": round(self.waiting, 3),
        }


@contextmanager
def one_thread() -> Iterator[None]:
    """No helper threads for linear algebra, and no garbage collection in the middle of a call."""
    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        with threadpool_limits(1):
            yield
    finally:
        if was_on:
            gc.enable()


def timed(call: Callable[[T], R], inputs: Iterable[T], *, seconds: float = 60.0) -> tuple[Timing, list[R]]:
    """Call with each of *inputs*, one at a time; ends early, after at least one, when *seconds* are over."""
    times: list[int] = []
    worked: list[int] = []
    answers: list[R] = []
    ends = time.perf_counter_ns() + int(seconds * 1e9)
    for one in inputs:
        working = time.thread_time_ns()
        before = time.perf_counter_ns()
        answer = call(one)
        after = time.perf_counter_ns()
        worked.append(time.thread_time_ns() - working)
        times.append(after - before)
        answers.append(answer)
        if after > ends:
            break
    return Timing(np.array(times) / 1e6, np.array(worked) / 1e6), answers


def took(call: Callable[[], R]) -> tuple[float, R]:
    """Seconds of one call, and its answer."""
    before = time.perf_counter()
    answer = call()
    return time.perf_counter() - before, answer


def machine(versions: Sequence[str] = ("numpy", "numba")) -> dict[str, Any]:
    """What the figures depend on, without names or paths."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    found = {}
    for name in versions:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": found,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()
