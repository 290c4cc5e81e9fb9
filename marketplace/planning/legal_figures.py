"""Figures that the law sets, with the day from which each holds: pay, holiday, pensions, insurance.

They are data (``seeds/legal_figures.yaml``) with their source beside them. Amounts are pounds, except
the weeks of holiday. Days are days in London.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Protocol, TypeVar

import yaml

from marketplace.vocabulary import WageBand

LEGAL_FIGURES_FILE = "legal_figures.yaml"
"""Its name in the folder of the seeds."""


class LegalFiguresError(ValueError):
    """The file is not as it must be; says which row."""


class NoFigureError(LookupError):
    """The file says nothing about so early a day."""


@dataclass(frozen=True, slots=True)
class LowestPay:
    """The lowest pay an hour, in pounds, from a day on."""

    since: date
    by_band: Mapping[WageBand, Decimal]
    apprentice: Decimal
    source: str
    link: str


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure from a day on."""

    since: date
    amount: Decimal
    source: str
    link: str
    to_check: bool = False
    """Not the law's, or not sure: a page that shows it says so."""


@dataclass(frozen=True, slots=True)
class NationalInsurance:
    """What an employer pays of someone's pay in a year, in pounds."""

    since: date
    percent: Decimal
    threshold: Decimal
    """Nothing is paid up to this pay a year."""
    allowance: Decimal
    """So much less for an employer who may claim the Employment Allowance."""
    free_under_21: Decimal
    """For someone under 21 nothing is paid up to this pay a year."""
    source: str
    link: str


@dataclass(frozen=True, slots=True)
class PensionShare:
    """What an employer pays at least into a pension: *percent* of the pay between two amounts a year."""

    since: date
    percent: Decimal
    band_from: Decimal
    band_to: Decimal
    source: str
    link: str


class _Dated(Protocol):
    @property
    def since(self) -> date: ...


Row = TypeVar("Row", bound=_Dated)


@dataclass(frozen=True, slots=True)
class LegalFigures:
    """All figures, each kind in the order of its days."""

    lowest_pay: tuple[LowestPay, ...]
    pension_trigger: tuple[Amount, ...]
    holiday_weeks: tuple[Amount, ...]
    national_insurance: tuple[NationalInsurance, ...]
    pension_share: tuple[PensionShare, ...]
    sick_pay: tuple[Amount, ...]
    payroll_from: tuple[Amount, ...]
    insurance_cover: tuple[Amount, ...]
    insurance_price: tuple[Amount, ...]
    direct_payment_relatives: tuple[Amount, ...]

    @classmethod
    def load(cls, path: Path) -> LegalFigures:
        """Read the YAML file. Raises ``LegalFiguresError``, and ``OSError`` where there is no file."""
        # Read as text: a float would lose the pence that was written.
        return cls.read(yaml.load(path.read_text(encoding="utf-8"), Loader=_AsWritten))  # noqa: S506

    @classmethod
    def read(cls, content: Any) -> LegalFigures:
        """From the file's content, whose amounts are text. Raises ``LegalFiguresError``."""
        if not isinstance(content, Mapping):
            raise LegalFiguresError("no figures at all")
        amounts = {name: _in_order(name, (_amount(row) for row in _rows(content, name))) for name in _AMOUNTS}
        return cls(
            lowest_pay=_in_order("lowest_pay", (_pay(row) for row in _rows(content, "lowest_pay"))),
            national_insurance=_in_order(
                "national_insurance", (_insurance(row) for row in _rows(content, "national_insurance"))
            ),
            pension_share=_in_order(
                "pension_share", (_pension_share(row) for row in _rows(content, "pension_share"))
            ),
            **amounts,
        )

    def lowest_pay_on(self, day: date, band: WageBand) -> Decimal:
        """Pounds an hour that someone in *band* must at least be paid on *day*. Raises ``NoFigureError``."""
        return self.pay_rules_on(day).by_band[band]

    def pay_rules_on(self, day: date) -> LowestPay:
        """The row that holds on *day*, with its source. Raises ``NoFigureError``."""
        return _on(self.lowest_pay, day)

    def is_below_lowest_pay(self, amount: Decimal, *, day: date, band: WageBand) -> bool:
        """Whether *amount* pounds an hour is less than the law lets an employer pay on *day*."""
        return amount < self.lowest_pay_on(day, band)

    def pension_trigger_on(self, day: date) -> Amount:
        """Pounds a year from which an employer must enrol in a pension. Raises ``NoFigureError``."""
        return _on(self.pension_trigger, day)

    def holiday_weeks_on(self, day: date) -> Amount:
        """Weeks of paid holiday a year. Raises ``NoFigureError``."""
        return _on(self.holiday_weeks, day)

    def national_insurance_on(self, day: date) -> NationalInsurance:
        """What an employer pays. Raises ``NoFigureError``."""
        return _on(self.national_insurance, day)

    def pension_share_on(self, day: date) -> PensionShare:
        """What an employer pays at least into a pension. Raises ``NoFigureError``."""
        return _on(self.pension_share, day)

    def sick_pay_on(self, day: date) -> Amount:
        """Pounds of Statutory Sick Pay a week. Raises ``NoFigureError``."""
        return _on(self.sick_pay, day)

    def payroll_from_on(self, day: date) -> Amount:
        """Pounds a week from which an employer must run a payroll. Raises ``NoFigureError``."""
        return _on(self.payroll_from, day)

    def insurance_cover_on(self, day: date) -> Amount:
        """Pounds that an employer must at least be insured for. Raises ``NoFigureError``."""
        return _on(self.insurance_cover, day)

    def insurance_price_on(self, day: date) -> Amount:
        """Pounds a year that this insurance may cost. Raises ``NoFigureError``."""
        return _on(self.insurance_price, day)

    def direct_payment_relatives_on(self, day: date) -> Amount:
        """Where the law says whom a direct payment normally can't pay. Raises ``NoFigureError``."""
        return _on(self.direct_payment_relatives, day)


_AMOUNTS = (
    "pension_trigger",
    "holiday_weeks",
    "sick_pay",
    "payroll_from",
    "insurance_cover",
    "insurance_price",
    "direct_payment_relatives",
)


class _AsWritten(yaml.SafeLoader):
    """The safe loader, but numbers stay the text that was written; days become dates."""


_AsWritten.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _on(rows: tuple[Row, ...], day: date) -> Row:
    """The last row that began on *day* or before."""
    holding = [row for row in rows if row.since <= day]
    if not holding:
        raise NoFigureError(f"no figure for {day}")
    return holding[-1]


def _rows(content: Mapping[str, Any], name: str) -> list[Any]:
    rows = content.get(name)
    if not isinstance(rows, list) or not rows:
        raise LegalFiguresError(f"{name}: write at least one row")
    return rows


def _in_order(name: str, rows: Iterable[Row]) -> tuple[Row, ...]:
    try:
        read = tuple(rows)
    except (KeyError, TypeError, InvalidOperation) as error:
        raise LegalFiguresError(f"{name}: a row is not as it must be ({error})") from error
    days = [row.since for row in read]
    if days != sorted(set(days)):
        raise LegalFiguresError(f"{name}: write the rows in the order of their days")
    return read


def _pay(row: Any) -> LowestPay:
    return LowestPay(
        since=_day(row),
        by_band={band: _pounds(row[band.value]) for band in WageBand},
        apprentice=_pounds(row["apprentice"]),
        source=str(row["source"]),
        link=str(row["link"]),
    )


def _amount(row: Any) -> Amount:
    return Amount(
        since=_day(row),
        amount=_pounds(row["amount"]),
        source=str(row["source"]),
        link=str(row["link"]),
        to_check=row.get("check") == "true",
    )


def _insurance(row: Any) -> NationalInsurance:
    return NationalInsurance(
        since=_day(row),
        percent=_pounds(row["percent"]),
        threshold=_pounds(row["threshold"]),
        allowance=_pounds(row["allowance"]),
        free_under_21=_pounds(row["free_under_21"]),
        source=str(row["source"]),
        link=str(row["link"]),
    )


def _pension_share(row: Any) -> PensionShare:
    return PensionShare(
        since=_day(row),
        percent=_pounds(row["percent"]),
        band_from=_pounds(row["band_from"]),
        band_to=_pounds(row["band_to"]),
        source=str(row["source"]),
        link=str(row["link"]),
    )


def _day(row: Any) -> date:
    since = row["from"]
    if type(since) is not date:
        raise TypeError(f"{since!r} is no day")
    return since


def _pounds(text: Any) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or amount <= 0:
        raise TypeError(f"{text!r} is no amount")
    return amount
