"""The pages about the service itself, and what a load balancer asks."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from marketplace.db import get_session
from marketplace.vocabulary import Theme
from marketplace.web.access import Anyone, access

blueprint = Blueprint("pages", __name__)

# What people named most often when they were asked what makes a meaningful day.
THEMES_ON_THE_FRONT = (
    Theme.FRIENDS,
    Theme.ARTS_CRAFTS,
    Theme.COOKERY,
    Theme.SPORT,
    Theme.DAYS_OUT,
    Theme.MUSIC_DRAMA_DANCE,
    Theme.GARDENING_NATURE,
    Theme.SWIMMING,
    Theme.PAID_WORK,
    Theme.COMPUTERS,
)


@blueprint.get("/")
@access(Anyone())
def home() -> str:
    return render_template("pages/home.html", themes=THEMES_ON_THE_FRONT)


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
    return render_template("pages/privacy.html")


@blueprint.get("/cookies")
@access(Anyone())
def cookies() -> str:
    return render_template("pages/cookies.html")


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
