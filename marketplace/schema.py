"""Every table of every room, for the migrations: importing this module fills ``metadata``."""

from __future__ import annotations

from marketplace.accounts import models as accounts
from marketplace.audit import models as audit
from marketplace.commissioning.groups import models as groups
from marketplace.commissioning.market import models as market
from marketplace.commissioning.outcomes import models as outcomes
from marketplace.commissioning.register import models as register
from marketplace.commissioning.report import models as report
from marketplace.db import Base
from marketplace.enquiries import models as enquiries
from marketplace.enquiries.agreements import models as agreements
from marketplace.enquiries.concerns import models as concerns
from marketplace.enquiries.help import models as help_wanted
from marketplace.enquiries.places import models as places
from marketplace.listing.wanted import models as wanted
from marketplace.moderation import models as moderation
from marketplace.offers import models as offers
from marketplace.outbox import models as outbox
from marketplace.people import models as people
from marketplace.people.caseload import models as caseload
from marketplace.people.profile import models as profile
from marketplace.people.rights import models as rights
from marketplace.people.saved import models as saved
from marketplace.people.searched import models as searched
from marketplace.people.supporters import models as supporters
from marketplace.providers import council_words
from marketplace.providers import models as providers
from marketplace.web import rate_counts

ROOMS = (
    audit,
    outbox,
    rate_counts,
    accounts,
    providers,
    council_words,
    offers,
    people,
    profile,
    supporters,
    caseload,
    saved,
    rights,
    enquiries,
    places,
    agreements,
    help_wanted,
    concerns,
    moderation,
    wanted,
    searched,
    report,
    register,
    groups,
    outcomes,
    market,
)
metadata = Base.metadata
