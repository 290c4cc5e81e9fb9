"""What other councils ask for, where a provider's offers are and the provider is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.geo.council_areas import council_code
from marketplace.offers.models import Offer, Place
from marketplace.providers.checks import demands_of_form, managed_here, standing
from marketplace.providers.models import Provider
from marketplace.vocabulary import CheckKind, OfferStatus

_HERE = (OfferStatus.PUBLIC, OfferStatus.PAUSED, OfferStatus.WAITING)


@dataclass(frozen=True, slots=True)
class AskedElsewhere:
    """Checks that were not seen, and that a council asks for in whose area an offer is."""

    council_code: str
    kinds: tuple[CheckKind, ...]


def asked_elsewhere(session: Session, provider: Provider, *, today: date) -> Sequence[AskedElsewhere]:
    """Other councils' demands that *provider* does not meet today, in order of their codes.

    They hide nothing: what is demanded goes by the provider's own address. Nothing is asked of a
    provider that only a list knows.
    """
    if not managed_here(session, [provider.id]):
        return ()
    districts = session.scalars(
        select(Place.district_code)
        .join(Offer, Offer.place_id == Place.id)
        .where(Offer.provider_id == provider.id, Offer.status.in_(_HERE), Place.district_code.is_not(None))
        .distinct()
    )
    by_council = {code: district for district in districts if (code := council_code(district))}
    by_council.pop(council_code(provider.district_code) or "", None)
    found = []
    for code, district in sorted(by_council.items()):
        demands = demands_of_form(session, legal_form=provider.legal_form, district_code=district)
        missing = standing(provider.checks, demands, today=today).missing
        kinds = tuple(demand.kind for demand in missing if demand.council_code == code)
        if kinds:
            found.append(AskedElsewhere(code, kinds))
    return found
