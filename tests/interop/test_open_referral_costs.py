"""Prices: what is plain is a price, what is not stays in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from marketplace.interop.open_referral_costs import Price, Prices, prices_of, read_money
from marketplace.vocabulary import CostBasis

TODAY = date(2026, 11, 4)
FREE = Price(CostBasis.FREE, Decimal("0.00"), None, None)


def read(*options: dict[str, Any], fees: str = "") -> Prices:
    return prices_of(options, fees, today=TODAY)


def price(basis: CostBasis, amount: str, note: str | None = None, to: str | None = None) -> Price:
    return Price(basis, Decimal(amount), Decimal(to) if to else None, note)


@pytest.mark.parametrize(
    ("option", "basis"),
    [
        ("per session", CostBasis.SESSION),
        ("Adult", CostBasis.SESSION),
        ("per hour", CostBasis.HOUR),
        ("£/hr", CostBasis.HOUR),
        ("hourly rate", CostBasis.HOUR),
        ("a week", CostBasis.WEEK),
        ("Weekly", CostBasis.WEEK),
        ("per night", CostBasis.NIGHT),
        ("overnight stay", CostBasis.NIGHT),
        ("per day", CostBasis.SESSION),
    ],
)
def test_the_words_of_an_option_tell_what_it_is_charged_by(option: str, basis: CostBasis) -> None:
    (found,) = read({"option": option, "amount": 4.5}).prices
    assert (found.basis, found.amount) == (basis, Decimal("4.50"))


def test_a_note_does_not_say_again_what_a_price_is_charged_by() -> None:
    assert read({"option": "per session", "amount": 4}).prices == [price(CostBasis.SESSION, "4.00")]
    assert read({"option": "per session with lunch", "amount": 4}).prices == [
        price(CostBasis.SESSION, "4.00", "per session with lunch")
    ]


@pytest.mark.parametrize(
    "option", ["per month", "Annual membership", "per term", "course of 6", "45p per mile"]
)
def test_a_price_for_something_else_stays_in_words(option: str) -> None:
    assert read({"option": option, "amount": 30}) == Prices([], [f"£30.00 {option}"])


def test_nothing_is_free_only_where_all_of_it_is() -> None:
    assert read({"option": "Everyone", "amount": 0}).prices == [FREE._replace(note="Everyone")]
    assert read({"option": "Free", "amount": None}).prices == [FREE]
    mixed = read({"option": "Adult", "amount": 5}, {"option": "Carer", "amount": "0.00"})
    assert mixed == Prices([price(CostBasis.SESSION, "5.00", "Adult")], ["Carer: free"])


def test_prices_for_children_are_not_what_an_adult_pays() -> None:
    found = read({"option": "Adult", "amount": 6}, {"option": "Under 16", "amount": 2})
    assert found == Prices([price(CostBasis.SESSION, "6.00", "Adult")], ["£2.00 Under 16"])


def test_prices_that_hold_no_more_or_not_yet_are_left_out() -> None:
    assert read(
        {"option": "Old", "amount": 3, "valid_to": "2026-03-31"},
        {"option": "New", "amount": 4, "valid_from": "2026-04-01"},
        {"option": "Next", "amount": 5, "valid_from": "2027-04-01"},
    ).prices == [price(CostBasis.SESSION, "4.00", "New")]


def test_money_of_other_countries_is_no_price() -> None:
    assert read({"option": "Entry", "amount": 4, "currency": "EUR"}).prices == []


@pytest.mark.parametrize(
    ("fees", "found"),
    [
        ("Free", FREE),
        ("This service is free of charge.", FREE),
        ("No charge", FREE),
        ("£4 per session", price(CostBasis.SESSION, "4.00", "£4 per session")),
        ("£1,200.50", price(CostBasis.SESSION, "1200.50", "£1,200.50")),
        ("£15.50 an hour", price(CostBasis.HOUR, "15.50", "£15.50 an hour")),
        ("Free to join, £3 a session", price(CostBasis.SESSION, "3.00", "Free to join, £3 a session")),
        ("From £3 to £5", price(CostBasis.SESSION, "3.00", "From £3 to £5", "5.00")),
        ("Free for carers", None),
        ("£30 per month", None),
        ("Donations welcome", None),
        ("£5 adults, £3 concessions, £12 families", None),
        ("50p", None),
    ],
)
def test_a_text_about_fees_is_a_price_only_where_it_is_plain(fees: str, found: Price | None) -> None:
    prices, words = read(fees=fees)
    assert prices == ([found] if found else [])
    assert found is not None or words == [fees]


def test_a_text_beside_prices_is_kept_in_words() -> None:
    found = read({"option": "Adult", "amount": 4}, fees="Carers come free. Tea included.")
    assert found == Prices([price(CostBasis.SESSION, "4.00", "Adult")], ["Carers come free. Tea included."])


@pytest.mark.parametrize(
    ("value", "pounds"),
    [
        (4, "4.00"),
        (Decimal("4.5"), "4.50"),
        ("£4.50", "4.50"),
        ("1,200", "1200.00"),
        ("0", "0.00"),
        ("4.005", None),
        (-4, None),
        ("four", None),
        ("1e3", None),
        (Decimal("1E+400"), None),
        ("9" * 9, None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_money_is_whole_pence_or_nothing(value: object, pounds: str | None) -> None:
    assert read_money(value) == (Decimal(pounds) if pounds else None)
