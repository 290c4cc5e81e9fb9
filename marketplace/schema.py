"""Every table of every room, for the migrations: importing this module fills ``metadata``."""

from __future__ import annotations

from marketplace.db import Base
from marketplace.offers import models as offers
from marketplace.people import models as people
from marketplace.providers import models as providers

ROOMS = (providers, offers, people)
metadata = Base.metadata
