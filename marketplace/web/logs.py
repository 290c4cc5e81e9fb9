"""What the application writes about itself: one line an event, never a person's answers."""

from __future__ import annotations

import sys

import structlog


def configure() -> None:
    """Log plainly to standard error.

    The library's own way to show an error prints the values of variables with it; ours shows only
    where it happened, as the values may be what a person told us.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        # Looked up at each event, as a server may put another stream in its place.
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    )
