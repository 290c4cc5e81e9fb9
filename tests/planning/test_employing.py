"""What it costs to employ a Personal Assistant: sums done by hand with the figures of 2026 to 2027."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from marketplace.planning.employing import CostPart, Job, YearlyCost, yearly_cost
from marketplace.planning.legal_figures import LEGAL_FIGURES_FILE, LegalFigures
from marketplace.vocabulary import WageBand
from tests.fixtures.site import ROOT

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def figures() -> LegalFigures:
    return LegalFigures.load(ROOT / "seeds" / LEGAL_FIGURES_FILE)


def _job(hours: str, pay: str, **more: object) -> Job:
    return Job(
        hours_a_week=Decimal(hours),
        pay_an_hour=Decimal(pay),
        insurance_a_year=Decimal(95),
        **more,  # type: ignore[arg-type]
    )


def _lines(cost: YearlyCost) -> dict[CostPart, str]:
    return {line.part: str(line.a_year) for line in cost.lines}


def test_ten_hours_a_week_cost_wage_holiday_and_insurance(figures: LegalFigures) -> None:
    # 130.00 a week: 46.4 weeks of work, 5.6 of holiday; 15 % of 6,760 less 5,000, which the allowance takes.
    cost = yearly_cost(_job("10", "13"), figures=figures, day=DAY)
    assert _lines(cost) == {
        CostPart.WAGE: "6032.00",
        CostPart.HOLIDAY: "728.00",
        CostPart.NATIONAL_INSURANCE: "264.00",
        CostPart.ALLOWANCE: "-264.00",
        CostPart.PENSION: "0.00",
        CostPart.INSURANCE: "95.00",
    }
    assert (str(cost.a_year), str(cost.a_week)) == ("6855.00", "131.83")
    assert cost.holiday_hours == Decimal(56)
    assert str(cost.an_hour) == "14.77"  # 6,855 for 464 hours of help
    assert not cost.is_below_lowest


def test_thirty_hours_without_the_allowance_cost_insurance_and_a_pension_too(figures: LegalFigures) -> None:
    # 381.30 a week, 19,827.60 a year; 15 % of 14,827.60; 3 % of 13,587.60.
    cost = yearly_cost(_job("30", "12.71", claims_allowance=False), figures=figures, day=DAY)
    assert _lines(cost) == {
        CostPart.WAGE: "17692.32",
        CostPart.HOLIDAY: "2135.28",
        CostPart.NATIONAL_INSURANCE: "2224.14",
        CostPart.ALLOWANCE: "0.00",
        CostPart.PENSION: "407.63",
        CostPart.INSURANCE: "95.00",
    }
    assert (str(cost.a_year), str(cost.a_week)) == ("22554.37", "433.74")


def test_for_someone_under_21_there_is_no_national_insurance_and_no_pension_unless_they_ask(
    figures: LegalFigures,
) -> None:
    # 10.85 × 20 × 52 = 11,284 a year; 3 % of 5,044 where they ask for a pension.
    young = yearly_cost(_job("20", "10.85", band=WageBand.YOUNG_ADULT), figures=figures, day=DAY)
    assert _lines(young)[CostPart.NATIONAL_INSURANCE] == "0.00"
    assert not young.has_pension
    asked = yearly_cost(
        _job("20", "10.85", band=WageBand.YOUNG_ADULT, is_in_pension=True), figures=figures, day=DAY
    )
    assert _lines(asked)[CostPart.PENSION] == "151.32"
    assert not young.is_below_lowest
    assert yearly_cost(_job("20", "10.85"), figures=figures, day=DAY).is_below_lowest


def test_the_allowance_takes_no_more_than_there_is_of_it(figures: LegalFigures) -> None:
    # 40 × 40 × 52 = 83,200; 15 % of 78,200 is 11,730; the pension stops at 50,270.
    lines = _lines(yearly_cost(_job("40", "40"), figures=figures, day=DAY))
    assert lines[CostPart.NATIONAL_INSURANCE] == "11730.00"
    assert lines[CostPart.ALLOWANCE] == "-10500.00"
    assert lines[CostPart.PENSION] == "1320.90"


@pytest.mark.parametrize(("hours", "pay"), [("0", "13"), ("10", "0"), ("-1", "13")])
def test_no_hours_or_no_pay_are_no_job(figures: LegalFigures, hours: str, pay: str) -> None:
    with pytest.raises(ValueError, match="above zero"):
        yearly_cost(_job(hours, pay), figures=figures, day=DAY)
