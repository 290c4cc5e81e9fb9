"""The blueprint of requests for help, and what its pages do alike."""

from __future__ import annotations

from flask import Blueprint

from marketplace.enquiries.help.models import HelpWanted
from marketplace.enquiries.help.page import AsRead, as_read_of
from marketplace.geo.districts import read_districts
from marketplace.people.matches import current_catalogue, home_of
from marketplace.people.saved.alerts import Matching
from marketplace.web import current_settings

blueprint = Blueprint("help", __name__)
UNPROCESSABLE, CONFLICT = 422, 409


def matching() -> Matching:
    """Ranking as all pages do it."""
    return Matching(catalogue=current_catalogue, home=home_of)


def read(wanted: HelpWanted) -> AsRead:
    """A request as providers read it."""
    return as_read_of(wanted, read_districts(current_settings().seeds_dir))
