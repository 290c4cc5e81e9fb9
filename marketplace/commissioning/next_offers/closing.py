"""What a report says of each provider and offer that might go: worked out while it is made.

Only shown counts are kept, and only of those of whom something can be told (``gaps.losses_told``): how many
people would find nothing any more, by district and theme. For reports of very many people this part is left
out, as everybody is asked again for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from marketplace.commissioning.report.making import Made, report_part
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.geography import Geography
from marketplace.gaps.losses import NOBODY, bands_of_offers, met_wishes
from marketplace.gaps.losses_told import Loss, told_losses

NAME = "closing"


@report_part(NAME)
def lose(made: Made, council_code: str) -> dict[str, Any] | None:
    """The part of one council, as ``closing_reading`` reads it; None where there are too many people."""
    if made.askers is None:
        return None
    geography = made.geography
    own = {geography.district_codes[at] for at in geography.districts_in(geography.council_of(council_code))}
    askers = [
        one for one in made.askers if (one.district_code or (one.home and one.home.district_code)) in own
    ]
    if not askers:
        return {"providers": {}}
    wishes = met_wishes(askers, made.catalogue, geography, today=made.today, evening=made.evening)
    providers = sorted(set(made.provider_of.values()))
    number = {provider_id: at for at, provider_id in enumerate(providers)}
    owner = np.full(int(made.catalogue.used[0]), NOBODY, dtype=np.int64)
    for offer_id, row in made.catalogue.row_of.items():
        if offer_id in made.provider_of:
            owner[row] = number[made.provider_of[offer_id]]
    told = told_losses(
        wishes,
        owner,
        bands_of_offers(wishes, made.catalogue, evening=made.evening),
        made.report,
        geography,
        names=[str(one) for one in providers],
    )
    offer_at = {row: offer_id for offer_id, row in made.catalogue.row_of.items()}
    return {
        "providers": {
            str(providers[at]): {
                **_loss(one.whole, geography),
                "offers": {str(offer_at[row]): _loss(loss, geography) for row, loss in one.offers.items()},
            }
            for at, one in told.items()
        }
    }


def _loss(loss: Loss, geography: Geography) -> dict[str, Any]:
    return {
        "people": _number(loss.people),
        "districts": {geography.district_codes[at]: _number(one) for at, one in loss.districts.items()},
        "wishes": [
            [geography.district_codes[one.district], one.theme.value, _number(one.people)]
            for one in loss.wishes
        ],
    }


def _number(count: Shown) -> int:
    """Only numbers come here: a star is nothing that is told of a loss."""
    return count.number or 0
