"""The law's figures: which one holds on which day, and what a faulty file is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from marketplace.planning.legal_figures import (
    LEGAL_FIGURES_FILE,
    LegalFigures,
    LegalFiguresError,
    NoFigureError,
)
from marketplace.vocabulary import WageBand
from tests.fixtures.site import ROOT


@pytest.fixture(scope="module")
def figures() -> LegalFigures:
    return LegalFigures.load(ROOT / "seeds" / LEGAL_FIGURES_FILE)


@pytest.mark.parametrize(
    ("day", "band", "pounds"),
    [
        (date(2025, 3, 31), WageBand.ADULT, "11.44"),
        (date(2025, 4, 1), WageBand.ADULT, "12.21"),
        (date(2026, 3, 31), WageBand.ADULT, "12.21"),
        (date(2026, 4, 1), WageBand.ADULT, "12.71"),
        (date(2026, 3, 31), WageBand.YOUNG_ADULT, "10.00"),
        (date(2026, 4, 1), WageBand.YOUNG_ADULT, "10.85"),
        (date(2026, 3, 31), WageBand.UNDER_18, "7.55"),
        (date(2026, 4, 1), WageBand.UNDER_18, "8.00"),
    ],
)
def test_the_lowest_pay_changes_on_the_first_of_april(
    figures: LegalFigures, day: date, band: WageBand, pounds: str
) -> None:
    assert figures.lowest_pay_on(day, band) == Decimal(pounds)


def test_a_penny_less_than_the_lowest_pay_is_below_it_and_the_lowest_pay_is_not(
    figures: LegalFigures,
) -> None:
    day = date(2026, 11, 22)
    assert figures.is_below_lowest_pay(Decimal("12.70"), day=day, band=WageBand.ADULT)
    assert not figures.is_below_lowest_pay(Decimal("12.71"), day=day, band=WageBand.ADULT)
    assert not figures.is_below_lowest_pay(Decimal("12.70"), day=day, band=WageBand.YOUNG_ADULT)


def test_pensions_and_holiday_are_as_the_law_has_them_in_2026(figures: LegalFigures) -> None:
    day = date(2026, 11, 22)
    assert figures.pension_trigger_on(day).amount == Decimal(10000)
    assert figures.holiday_weeks_on(day).amount == Decimal("5.6")
    assert figures.pay_rules_on(day).apprentice == Decimal("8.00")


def test_of_a_day_before_the_first_row_nothing_is_guessed(figures: LegalFigures) -> None:
    with pytest.raises(NoFigureError):
        figures.lowest_pay_on(date(2024, 3, 31), WageBand.ADULT)


def _content(**changes: Any) -> dict[str, Any]:
    beside = {"source": "GOV.UK", "link": "https://www.gov.uk"}
    pay = {"from": date(2026, 4, 1), "adult": "12.71", "young_adult": "10.85", "under_18": "8.00"}
    amount = [{"from": date(2026, 4, 1), "amount": "1", **beside}]
    return {
        "lowest_pay": [{**pay, "apprentice": "8.00", **beside, **changes}],
        "national_insurance": [
            {**amount[0], "percent": "15", "threshold": "5000", "allowance": "1", "free_under_21": "50270"}
        ],
        "pension_share": [{**amount[0], "percent": "3", "band_from": "6240", "band_to": "50270"}],
        **dict.fromkeys(("pension_trigger", "holiday_weeks", "sick_pay", "payroll_from"), amount),
        **dict.fromkeys(("insurance_cover", "insurance_price", "direct_payment_relatives"), amount),
    }


@pytest.mark.parametrize(
    "content",
    [
        None,
        {"lowest_pay": []},
        _content(adult="free"),
        _content(adult="-1"),
        _content(**{"from": "April"}),
        {**_content(), "lowest_pay": _content()["lowest_pay"] * 2},
        {**_content(), "holiday_weeks": [{"from": date(2026, 4, 1)}]},
        {**_content(), "national_insurance": _content()["holiday_weeks"]},
    ],
)
def test_a_file_with_a_fault_is_refused(content: Any) -> None:
    with pytest.raises(LegalFiguresError):
        LegalFigures.read(content)


def test_a_sound_file_is_read() -> None:
    assert LegalFigures.read(_content()).lowest_pay[0].by_band[WageBand.ADULT] == Decimal("12.71")
