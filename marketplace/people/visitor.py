"""The visitor behind a request: their answers, found by the token in their signed cookie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, session

from marketplace.db import get_session
from marketplace.people import operations
from marketplace.people.models import FindJourney
from marketplace.people.queries import journey_of
from marketplace.web import current_settings

_COOKIE_KEY = "journey"


def current_journey() -> FindJourney | None:
    """The visitor's journey, or None before the first answer and after a clearing."""
    if "journey" not in g:
        token = session.get(_COOKIE_KEY)
        g.journey = (
            journey_of(get_session(), token=token, idle=current_settings().journey_idle) if token else None
        )
    journey: FindJourney | None = g.journey
    return journey


def current_answers() -> dict[str, Any]:
    """The visitor's answers so far, in the shape of the needs document."""
    journey = current_journey()
    return dict(journey.answers) if journey else {}


def keep(answers: Mapping[str, Any]) -> None:
    """Keep the visitor's answers in this request's transaction; the route commits."""
    journey = current_journey()
    if journey is None:
        # Also the moment to forget those who left: the promise then needs no timer to hold.
        operations.delete_idle_journeys(get_session(), idle=current_settings().journey_idle)
        session[_COOKIE_KEY] = operations.new_token()
        session.permanent = True
    g.journey = operations.keep_answers(
        get_session(), journey=journey, token=session[_COOKIE_KEY], answers=answers
    )


def forget() -> None:
    """Delete the visitor's answers and the token that named them; the route commits."""
    journey = current_journey()
    if journey is not None:
        operations.clear_answers(get_session(), journey=journey)
    session.pop(_COOKIE_KEY, None)
    g.journey = None
