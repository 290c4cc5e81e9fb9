"""What it costs in a year to employ a Personal Assistant: wage, holiday, National Insurance, pension, insurance.

Pounds throughout, as Decimal, rounded half up to the penny in each line; a year is 52 weeks. The figures
come from ``planning.legal_figures`` and hold on the day that is asked. The sum is for one assistant with
the same hours each week and no other job; HMRC works out National Insurance from pay day to pay day, so
its sum can differ by a few pounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from marketplace.planning.legal_figures import LegalFigures
from marketplace.vocabulary import WageBand

WEEKS = Decimal(52)
_PENNY = Decimal("0.01")
_NOTHING = Decimal("0.00")
_UNDER_21 = frozenset({WageBand.YOUNG_ADULT, WageBand.UNDER_18})


class CostPart(StrEnum):
    """A line of the sum."""

    WAGE = "wage"
    HOLIDAY = "holiday"
    NATIONAL_INSURANCE = "national_insurance"
    ALLOWANCE = "allowance"
    """What the Employment Allowance takes off: never more than the National Insurance, and negative."""
    PENSION = "pension"
    INSURANCE = "insurance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What an assistant is employed for."""

    hours_a_week: Decimal
    pay_an_hour: Decimal
    insurance_a_year: Decimal
    band: WageBand | None = None
    """Their age; None counts as 21 or over."""
    claims_allowance: bool = True
    is_in_pension: bool | None = None
    """None: as the law demands it of the employer."""


@dataclass(frozen=True, slots=True)
class CostLine:
    """One part of the cost, in pounds a year."""

    part: CostPart
    a_year: Decimal

    @property
    def a_week(self) -> Decimal:
        return _pence(self.a_year / WEEKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyCost:
    """The whole sum, and what it was made from."""

    lines: tuple[CostLine, ...]
    pay_a_year: Decimal
    """Wage and holiday together, before tax."""
    pay_a_week: Decimal
    weeks_worked: Decimal
    holiday_weeks: Decimal
    holiday_hours: Decimal
    """Paid hours of holiday in a year."""
    has_pension: bool
    lowest_pay: Decimal
    """The lowest pay an hour that the law allows at this age."""
    is_below_lowest: bool
    cover_a_year: Decimal
    """So much more where somebody else is paid as much while they are on holiday; not in the sum."""

    @property
    def a_year(self) -> Decimal:
        return sum((line.a_year for line in self.lines), _NOTHING)

    @property
    def a_week(self) -> Decimal:
        return _pence(self.a_year / WEEKS)

    @property
    def an_hour(self) -> Decimal:
        """What an hour of their help really costs: the sum over the hours that they are there."""
        hours = self.pay_hours * self.weeks_worked
        return _pence(self.a_year / hours)

    @property
    def pay_hours(self) -> Decimal:
        return self.holiday_hours / self.holiday_weeks


def yearly_cost(job: Job, *, figures: LegalFigures, day: date) -> YearlyCost:
    """The cost of *job* by the figures of *day*.

    Raises ``NoFigureError`` for a day before the first figure, ``ValueError`` where hours or pay are not
    above zero, or insurance is below.
    """
    if job.hours_a_week <= 0 or job.pay_an_hour <= 0 or job.insurance_a_year < 0:
        raise ValueError("hours and pay are above zero, and insurance is not below")
    holiday_weeks = figures.holiday_weeks_on(day).amount
    weekly = job.hours_a_week * job.pay_an_hour
    worked, holiday = _pence(weekly * (WEEKS - holiday_weeks)), _pence(weekly * holiday_weeks)
    pay = worked + holiday
    insurance = _national_insurance(pay, job.band, figures=figures, day=day)
    allowance = min(insurance, figures.national_insurance_on(day).allowance) if job.claims_allowance else 0
    has_pension = _has_pension(pay, job, figures=figures, day=day)
    band = job.band or WageBand.ADULT
    return YearlyCost(
        lines=(
            CostLine(CostPart.WAGE, worked),
            CostLine(CostPart.HOLIDAY, holiday),
            CostLine(CostPart.NATIONAL_INSURANCE, insurance),
            CostLine(CostPart.ALLOWANCE, _NOTHING - allowance),
            CostLine(CostPart.PENSION, _pension(pay, figures=figures, day=day) if has_pension else _NOTHING),
            CostLine(CostPart.INSURANCE, _pence(job.insurance_a_year)),
        ),
        pay_a_year=pay,
        pay_a_week=_pence(weekly),
        weeks_worked=WEEKS - holiday_weeks,
        holiday_weeks=holiday_weeks,
        holiday_hours=job.hours_a_week * holiday_weeks,
        has_pension=has_pension,
        lowest_pay=figures.lowest_pay_on(day, band),
        is_below_lowest=figures.is_below_lowest_pay(job.pay_an_hour, day=day, band=band),
        cover_a_year=holiday,
    )


def _national_insurance(pay: Decimal, band: WageBand | None, *, figures: LegalFigures, day: date) -> Decimal:
    rules = figures.national_insurance_on(day)
    free = rules.free_under_21 if band in _UNDER_21 else rules.threshold
    return _pence(max(_NOTHING, pay - free) * rules.percent / 100)


def _has_pension(pay: Decimal, job: Job, *, figures: LegalFigures, day: date) -> bool:
    """Automatic from 22 on; whoever is younger or earns less may ask to join."""
    if job.is_in_pension is not None:
        return job.is_in_pension
    return job.band not in _UNDER_21 and pay > figures.pension_trigger_on(day).amount


def _pension(pay: Decimal, *, figures: LegalFigures, day: date) -> Decimal:
    share = figures.pension_share_on(day)
    return _pence(max(_NOTHING, min(pay, share.band_to) - share.band_from) * share.percent / 100)


def _pence(amount: Decimal) -> Decimal:
    return amount.quantize(_PENNY, ROUND_HALF_UP)
