"""'Offer this': a draft that is filled in with what people want. Everything in it can be changed."""

from __future__ import annotations

from flask_babel import gettext as _

from marketplace.gaps.bands import TimeBand
from marketplace.geo.districts import District
from marketplace.offers.said import OfferDocument, PlaceSaid, SessionSaid
from marketplace.providers.models import Provider
from marketplace.vocabulary import (
    Day,
    LegalForm,
    OfferKind,
    PlaceKind,
    SupportLevel,
    Theme,
)
from marketplace.web.templating import label

_KINDS = {
    LegalForm.SELF_EMPLOYED_PA: OfferKind.PERSONAL_ASSISTANT,
    LegalForm.EMPLOYED_PA: OfferKind.PERSONAL_ASSISTANT,
    LegalForm.SHARED_LIVES_SCHEME: OfferKind.SHARED_LIVES,
    LegalForm.COMMUNITY_GROUP: OfferKind.COMMUNITY_GROUP,
    LegalForm.PUBLIC_BODY: OfferKind.UNIVERSAL_PLACE,
}
_EXAMPLES = {
    TimeBand.WEEKDAY_MORNING: (Day.TUE, 10, 12),
    TimeBand.WEEKDAY_AFTERNOON: (Day.TUE, 14, 16),
    TimeBand.WEEKDAY_EVENING: (Day.TUE, 18, 20),
    TimeBand.SATURDAY_MORNING: (Day.SAT, 10, 12),
    TimeBand.SATURDAY_AFTERNOON: (Day.SAT, 14, 16),
    TimeBand.SATURDAY_EVENING: (Day.SAT, 18, 20),
    TimeBand.SUNDAY_MORNING: (Day.SUN, 10, 12),
    TimeBand.SUNDAY_AFTERNOON: (Day.SUN, 14, 16),
    TimeBand.SUNDAY_EVENING: (Day.SUN, 18, 20),
}
"""A day and two hours in each part of the week, to begin from."""


def wished_document(
    provider: Provider,
    *,
    theme: Theme,
    band: TimeBand,
    level: SupportLevel | None,
    district: District | None,
    district_code: str,
) -> OfferDocument:
    """What a draft for this wish says: theme, level, a time to begin from, and where."""
    kind = _KINDS.get(provider.legal_form, OfferKind.DAY_SERVICE)
    is_home = provider.district_code == district_code
    town = (provider.town if is_home else "") or (district.name if district else "")
    comes = kind is OfferKind.PERSONAL_ASSISTANT
    sessions: tuple[SessionSaid, ...] = ()
    if band in _EXAMPLES:
        day, starts, ends = _EXAMPLES[band]
        sessions = (SessionSaid(day=day, starts=starts * 60, ends=ends * 60),)
    return OfferDocument(
        kind=kind,
        name=_("%(what)s: new", what=label(theme)),
        place=PlaceSaid(
            kind=PlaceKind.TRAVELS_TO_YOU if comes else PlaceKind.EXACT,
            town=town,
            postcode=(provider.postcode or "") if is_home and not provider.is_individual else "",
            radius_km=8.0 if comes else None,
        ),
        themes=(theme,),
        levels={level: True} if level is not None else {},
        sessions=sessions,
    )
