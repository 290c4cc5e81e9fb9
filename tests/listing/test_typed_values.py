"""What a provider types as a price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from marketplace.listing.offers.values import TypedError, parse_pounds


@pytest.mark.parametrize("typed", ["9" * 40, "1e999", "nan", "-1", "1.005", ""])
def test_what_is_no_price_is_refused_and_never_an_error(typed: str) -> None:
    with pytest.raises(TypedError):
        parse_pounds(typed)


def test_a_price_is_read_as_people_write_it() -> None:
    assert parse_pounds(" £1,200.50 ") == Decimal("1200.50")
