"""The pages about the service itself, and what a load balancer asks."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from marketplace.settings import Settings
from marketplace.web.access import Anyone, access
from marketplace.web.ready import first_problem

blueprint = Blueprint("pages", __name__)


@blueprint.get("/help")
@access(Anyone())
def help_choosing() -> str:
    return render_template("pages/help.html")


@blueprint.get("/about")
@access(Anyone())
def about() -> str:
    return render_template("pages/about.html")


@blueprint.get("/accessibility")
@access(Anyone())
def accessibility() -> str:
    return render_template("pages/accessibility.html")


@blueprint.get("/privacy")
@access(Anyone())
def privacy() -> str:
    return render_template("pages/privacy.html", journey_days=_journey_days())


@blueprint.get("/cookies")
@access(Anyone())
def cookies() -> str:
    return render_template("pages/cookies.html", journey_days=_journey_days())


@blueprint.get("/healthz")
@access(Anyone())
def healthz() -> ResponseReturnValue:
    """The process is alive."""
    return {"status": "alive"}


@blueprint.get("/readyz")
@access(Anyone())
def readyz() -> ResponseReturnValue:
    """The process can serve: the database answers, has the program's tables, and the catalogue is there.

    The first time it waits until the catalogue is made.
    """
    problem = first_problem()
    if problem is not None:
        return {"status": "not ready", "problem": problem}, 503
    return {"status": "ready"}


def _journey_days() -> int:
    settings: Settings = current_app.extensions["marketplace.settings"]
    return settings.journey_idle.days
