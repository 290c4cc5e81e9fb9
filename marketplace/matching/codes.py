"""Places of the vocabulary's words in the columns, as the rules compare them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from marketplace.matching.weights import HOURS_A_WEEK, VISITS_A_WEEK
from marketplace.vocabulary import CostBasis, OfferKind, PlaceKind, Repeats, TravelMode, Vacancy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

KINDS = tuple(OfferKind)
BASES = tuple(CostBasis)
PLACE_KINDS = tuple(PlaceKind)
VACANCIES = tuple(Vacancy)
NOT_KNOWN = -1

BUS, TAXI, PROVIDER = (mode.position for mode in (TravelMode.BUS, TravelMode.TAXI, TravelMode.PROVIDER))
COMES = PLACE_KINDS.index(PlaceKind.TRAVELS_TO_YOU)
ONLINE = PLACE_KINDS.index(PlaceKind.ONLINE)
FULL = VACANCIES.index(Vacancy.FULL)
ENABLEMENT = KINDS.index(OfferKind.ENABLEMENT)
HOURLY = BASES.index(CostBasis.HOUR)
FREE = BASES.index(CostBasis.FREE)
BY_THE_WEEK = BASES.index(CostBasis.WEEK)
HOURS_SHARES = np.array([HOURS_A_WEEK[often] for often in Repeats])
VISIT_SHARES = np.array([VISITS_A_WEEK[often] for often in Repeats])
"""By the position of ``Repeats``."""
NO_MODE = -1
