"""The find journey: one question a page, kept on the server without knowing who asks."""

from __future__ import annotations

from flask import Blueprint
from marketplace.web.access import Anyone, access

blueprint = Blueprint("find", __name__, url_prefix="/find")


@blueprint.get("/start")
@access(Anyone())
def start() -> str:
    return "soon"
