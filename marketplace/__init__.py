"""Meaningful Day: an open marketplace for day opportunities in adult social care in England."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from marketplace.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Read the settings, open the database, register the rooms; nothing else."""
    # Imported here so that the pure rooms (matching, geo, planning) load without the web.
    from flask import Flask

    from marketplace import accounts, db
    from marketplace.commissioning.groups.person_routes import blueprint as near
    from marketplace.commissioning.groups.provider_routes import blueprint as groups
    from marketplace.commissioning.outcomes.asked_routes import blueprint as questions
    from marketplace.commissioning.outcomes.said_routes import public as said
    from marketplace.commissioning.routes import blueprint as commissioning
    from marketplace.directory.routes import blueprint as directory
    from marketplace.enquiries.agreements.routes import blueprint as agreements
    from marketplace.enquiries.concerns.routes import blueprint as concerns
    from marketplace.enquiries.help.routes import blueprint as help_wanted
    from marketplace.enquiries.meetings.routes import blueprint as meetings
    from marketplace.enquiries.places.routes import blueprint as places
    from marketplace.enquiries.routes import blueprint as enquiries
    from marketplace.listing.assistants.routes import blueprint as assistants
    from marketplace.listing.checks.routes import blueprint as provider_checks
    from marketplace.listing.freshness.routes import blueprint as freshness
    from marketplace.listing.joining.routes import blueprint as joining
    from marketplace.listing.offers.routes import blueprint as provider_offers
    from marketplace.listing.shared_lives.routes import blueprint as shared_lives
    from marketplace.listing.wanted.routes import blueprint as wanted
    from marketplace.moderation.check_routes import blueprint as checking
    from marketplace.moderation.routes import blueprint as moderation
    from marketplace.people.caseload.routes import blueprint as caseload
    from marketplace.people.profile.routes import blueprint as profile
    from marketplace.people.rights.routes import blueprint as rights
    from marketplace.people.routes import blueprint as find
    from marketplace.people.saved.routes import blueprint as saved
    from marketplace.people.supporters.routes import blueprint as supporters
    from marketplace.settings import load_settings
    from marketplace.web import init_web

    settings = settings or load_settings(os.environ)
    app = Flask(
        __name__,
        static_folder=str(settings.static_dir),
        template_folder=str(settings.templates_dir),
    )
    db.init_app(app, database=db.open_database(settings.database_url))
    init_web(app, settings=settings)
    accounts.init_app(app)
    for room in (
        find,
        directory,
        profile,
        supporters,
        caseload,
        saved,
        rights,
        enquiries,
        agreements,
        places,
        help_wanted,
        meetings,
        assistants,
        shared_lives,
        joining,
        provider_offers,
        wanted,
        freshness,
        provider_checks,
        checking,
        moderation,
        concerns,
        commissioning,
        groups,
        near,
        questions,
        said,
    ):
        app.register_blueprint(room)
    _name_what_is_needed(app)
    return app


def _name_what_is_needed(app: Flask) -> None:
    """What ``/readyz`` looks at, in this order."""
    from sqlalchemy import text

    from marketplace.db import get_database, get_session
    from marketplace.people.matches import current_catalogue
    from marketplace.web.ready import needs

    def has_tables() -> None:
        from marketplace.migrations import require_ready  # only who asks loads Alembic

        require_ready(get_database().engine)

    needs(app, "database", lambda: get_session().execute(text("SELECT 1")))
    needs(app, "tables", has_tables)
    needs(app, "catalogue", lambda: current_catalogue(get_session()))
