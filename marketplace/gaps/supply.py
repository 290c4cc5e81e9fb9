"""How many places an offer has, where nobody said: an assumption, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from marketplace.matching.catalogue import GONE, Catalogue
from marketplace.matching.codes import KINDS
from marketplace.vocabulary import OfferKind, Vacancy

ASSUMED_PLACES: Mapping[OfferKind, int] = MappingProxyType(
    {
        OfferKind.DAY_SERVICE: 4,
        OfferKind.PERSONAL_ASSISTANT: 1,
        OfferKind.SHARED_LIVES: 1,
        OfferKind.COMMUNITY_GROUP: 6,
        OfferKind.UNIVERSAL_PLACE: 20,
        OfferKind.WORK_SUPPORT: 3,
        OfferKind.ENABLEMENT: 3,
        OfferKind.SHORT_BREAK: 1,
        OfferKind.TRAVEL_TRAINING: 2,
        OfferKind.TRANSPORT: 4,
        OfferKind.BUDDY: 1,
        OfferKind.HOUSING_WITH_SUPPORT: 1,
        OfferKind.EQUIPMENT: 20,
    }
)
"""Free places of an offer that has places and did not say how many."""
_PLACES = np.array([ASSUMED_PLACES[kind] for kind in KINDS], dtype=np.int64)
_NONE_FREE = (*(list(Vacancy).index(one) for one in (Vacancy.FULL, Vacancy.WAITING_LIST)), GONE)


def places_of(catalogue: Catalogue, known: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.int64]:
    """Free places of each row, shape (rows,): those *known* (-1 is not), else ``ASSUMED_PLACES`` of its kind.

    A row that is full, has a waiting list or is no offer any more has none.
    """
    rows = int(catalogue.used[0])
    c = catalogue.columns
    places = _PLACES[c.kind[:rows]]
    if known is not None:
        places = np.where(known[:rows] >= 0, known[:rows], places)
    return np.asarray(np.where(np.isin(c.vacancy[:rows], _NONE_FREE), 0, places))
