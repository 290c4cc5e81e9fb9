"""The pages about the service itself, and what a load balancer asks."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from marketplace.db import get_session
from marketplace.settings import Settings
from marketplace.web.access import Anyone, access

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
    """The process can serve: the database answers and has its tables."""
    try:
        get_session().execute(text("SELECT 1 FROM find_journey LIMIT 1"))
    except SQLAlchemyError:
        return {"status": "not ready", "problem": "database"}, 503
    return {"status": "ready"}


def _journey_days() -> int:
    settings: Settings = current_app.extensions["marketplace.settings"]
    return settings.journey_idle.days
