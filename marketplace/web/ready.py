"""Whether this process can serve: what rooms need is looked at in turn, and the first that fails is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import structlog
from flask import Flask, current_app

_EXTENSION = "marketplace.ready"
log = structlog.get_logger(__name__)


def needs(app: Flask, name: str, look: Callable[[], object]) -> None:
    """Without *look* coming to its end *app* can't serve. It is called in a request, after what was named before."""
    app.extensions.setdefault(_EXTENSION, {})[name] = look


def first_problem() -> str | None:
    """The name of the first thing that is not there; None where everything is. Never raises."""
    for name, look in cast("dict[str, Callable[[], object]]", current_app.extensions[_EXTENSION]).items():
        try:
            look()
        except Exception as error:  # whatever it is: the question is only whether pages can be served
            log.error("not_ready", problem=name, exc_info=error)
            return name
    return None
