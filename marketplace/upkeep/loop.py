"""Doing the jobs, each when it is due, until told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from marketplace.upkeep.jobs import JOBS, Job, Work

log = structlog.get_logger(__name__)


def do_once(work: Work, jobs: Sequence[Job] = JOBS) -> bool:
    """Do every job once; False when one failed. The others are done all the same."""
    failed = [job for job in jobs if not _done(job, work)]
    return not failed


def keep_doing(work: Work, stop: threading.Event, jobs: Sequence[Job] = JOBS) -> None:
    """Do every job when it is due, until *stop* is set; a job that has begun is finished first."""
    due = [time.monotonic()] * len(jobs)
    while not stop.is_set():
        for number, job in enumerate(jobs):
            if due[number] <= time.monotonic() and not stop.is_set():
                _done(job, work)
                due[number] = time.monotonic() + job.every.total_seconds()
        stop.wait(max(0.0, min(due) - time.monotonic()))


@contextmanager
def working_aside(work: Work) -> Iterator[None]:
    """Do the jobs in a thread for as long as the context lasts."""
    stop = threading.Event()
    thread = threading.Thread(target=keep_doing, args=(work, stop), name="work", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=60)


def _done(job: Job, work: Work) -> bool:
    try:
        result = job.run(work)
    except Exception:  # one job's trouble is not the others'
        log.exception("job_failed", job=job.name)
        return False
    if result:
        log.info("job_done", job=job.name, result=str(result))
    return True
