"""Who may see what: every view carries its rule, and a view without one is refused.

@blueprint.get("/offers")
@access(Anyone())
def browse() -> str: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

import structlog
from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue

log = structlog.get_logger(__name__)

View = TypeVar("View", bound=Callable[..., Any])


class Rule(Protocol):
    """Decides about one request. Rules that need an account come with the accounts.

    A rule may also have ``instead()``: what a refused reader gets in place of the page that says
    so (the way to sign in, say), or None for that page.
    """

    def allows(self) -> bool: ...


@dataclass(frozen=True)
class Anyone:
    """Public: works without a session and without an account."""

    def allows(self) -> bool:
        return True


def access(rule: Rule) -> Callable[[View], View]:
    """Keep *rule* on the view, where the guard and the tests find it."""

    def keep(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return keep


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """The rule that a view declares, or None."""
    return cast("Rule | None", getattr(view, "access_rule", None))


def init_app(app: Flask) -> None:
    """Put the guard before every view."""
    app.before_request(_guard)
    if "static" in app.view_functions:
        access(Anyone())(app.view_functions["static"])


def _guard() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None  # no such page: routing answers 404 or 405

    rule = rule_of(current_app.view_functions[endpoint])
    if rule is None:
        log.error("view_without_access_rule", endpoint=endpoint)
        abort(403)
    if not rule.allows():
        instead: Callable[[], ResponseReturnValue | None] | None = getattr(rule, "instead", None)
        answer = instead() if instead is not None else None
        if answer is None:
            abort(403)
        return answer
    return None
