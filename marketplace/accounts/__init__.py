"""Accounts, roles and sign-in."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Know who makes a request, and serve the pages about accounts."""
    # Imported here: the tables load without the pages.
    from marketplace.accounts import (  # noqa: PLC0415
        administration_routes,
        code_routes,
        current,
        outbox_routes,
        own_routes,
        routes,
    )

    current.init_app(app)
    for room in (routes, code_routes, own_routes, administration_routes, outbox_routes):
        app.register_blueprint(room.blueprint)
