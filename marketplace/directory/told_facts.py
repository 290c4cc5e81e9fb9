"""What the public reads of a Personal Assistant and of a Shared Lives home, beside their offers.

Only what is named here leaves: of the tables behind it most columns are nobody's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import object_session

from marketplace.offers.models import Offer
from marketplace.providers.models import AssistantDetails, Household, Provider, WorksAs
from marketplace.web.templating import day_words


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class AssistantFacts:
    """A Personal Assistant in their own words, which a moderator has read."""

    interests: tuple[str, ...]
    skills: tuple[str, ...]
    driving: str
    """'' where it is not known."""

    @property
    def says_something(self) -> bool:
        return bool(self.interests or self.skills or self.driving)


def assistant_facts(provider: Provider) -> AssistantFacts | None:
    """What a Personal Assistant tells beside their offer; None for anyone else."""
    details = provider.assistant if provider.is_individual else None
    if details is None:
        return None
    return AssistantFacts(_lines(details.interests), _lines(details.skills), _driving(details))


def kind_words(provider: Provider) -> str:
    """What kind of provider it is. How someone works who does not know it yet is not claimed."""
    if provider.is_individual and provider.assistant and provider.assistant.works_as is WorksAs.NOT_SURE:
        return _("Personal Assistant")
    return _(provider.legal_form.label)


def household_facts(offer: Offer, *, today: date) -> tuple[Fact, ...]:
    """What matters of the home of a Shared Lives offer, without saying whose or where exactly it is."""
    session = object_session(offer.provider)
    if offer.household_id is None or session is None:
        return ()
    home = session.get(Household, offer.household_id)
    # A draft is read from what was typed: another scheme's home tells it nothing.
    if home is None or home.provider_id != offer.provider_id:
        return ()
    return tuple(_home_facts(home, today))


def _home_facts(home: Household, today: date) -> list[Fact]:
    found = []
    if home.has_pets is not None:
        found.append(Fact(_("Pets"), _("There are pets") if home.has_pets else _("There are no pets")))
    if home.smokes is not None:
        smoking = _("Somebody smokes in the home") if home.smokes else _("Nobody smokes in the home")
        found.append(Fact(_("Smoking"), smoking))
    if home.has_children is not None:
        children = _("Children live there") if home.has_children else _("No children live there")
        found.append(Fact(_("Children"), children))
    if home.is_rural is not None:
        rural = _("In the country, away from a town") if home.is_rural else _("In or near a town")
        found.append(Fact(_("Town or country"), rural))
    if home.people_at_once is not None:
        number = ngettext("%(num)d person", "%(num)d people", home.people_at_once)
        found.append(Fact(_("How many can be there"), number))
    if home.approved_on is not None:
        said = _("On %(day)s, as the scheme says", day=day_words(home.approved_on))
        found.append(Fact(_("Carers approved"), said))
    if home.review_on is not None and home.review_on < today:
        due = _("It was due on %(day)s. Ask if it was done.", day=day_words(home.review_on))
        found.append(Fact(_("The scheme’s next look"), due))
    return found


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _driving(details: AssistantDetails) -> str:
    if details.can_drive is None:
        return ""
    if not details.can_drive:
        return _("Does not drive")
    return _("Can drive, and has a car") if details.has_car else _("Can drive, but has no car")
