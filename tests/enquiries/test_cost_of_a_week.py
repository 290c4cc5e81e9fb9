"""What an agreement costs a week."""

from __future__ import annotations

from decimal import Decimal

import pytest

from marketplace.enquiries.agreements.page import weekly_cost
from marketplace.offers.models import Session as OfferSession
from marketplace.vocabulary import CostBasis, Repeats


@pytest.mark.parametrize(
    ("basis", "repeats", "weekly"),
    [
        (CostBasis.SESSION, Repeats.WEEKLY, "12.00"),
        (CostBasis.SESSION, Repeats.FORTNIGHTLY, "6.00"),
        (CostBasis.SESSION, Repeats.MONTHLY, "2.77"),  # 12 × 12 in 52 weeks
        (CostBasis.HOUR, Repeats.WEEKLY, "18.00"),  # an hour and a half
        (CostBasis.WEEK, Repeats.FORTNIGHTLY, "12.00"),
        (CostBasis.SESSION, Repeats.DATED, None),
        (CostBasis.NIGHT, Repeats.WEEKLY, None),
    ],
)
def test_the_cost_of_a_week_is_told(basis: CostBasis, repeats: Repeats, weekly: str | None) -> None:
    time = OfferSession(starts_minute=600, ends_minute=690, repeats=repeats)
    told = weekly_cost(Decimal("12.00"), basis, [time])
    assert told == (None if weekly is None else Decimal(weekly))
