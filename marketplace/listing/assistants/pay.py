"""The lowest pay that the law allows, held against what a Personal Assistant asks for an hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from flask_babel import gettext
from sqlalchemy.orm import Session

from marketplace.offers.document import CostSaid
from marketplace.planning.legal_figures import LEGAL_FIGURES_FILE, LegalFigures
from marketplace.providers.models import AssistantDetails, Provider, WorksAs
from marketplace.providers.queries import assistant_details
from marketplace.vocabulary import CostBasis, LegalForm, WageBand
from marketplace.web import current_settings
from marketplace.web.templating import day_words, label, money


@dataclass(frozen=True, slots=True)
class PayProblem:
    """An hour for less than the law lets an employer pay."""

    lowest: Decimal
    is_refused: bool
    """Not for someone who is self-employed: the law on wages is not about them, so they are only told."""
    words: str


def legal_figures() -> LegalFigures:
    """The law's figures of this installation, read once."""
    return _read(current_settings().seeds_dir / LEGAL_FIGURES_FILE)


def pay_problem(
    amount: Decimal,
    *,
    works_as: WorksAs | None,
    wage_band: WageBand | None,
    figures: LegalFigures,
    today: date,
) -> PayProblem | None:
    """What is wrong with *amount* pounds an hour today, or None.

    Whoever does not know how they work is held to the rules for employees; an age that is not known
    counts as 21 or over.
    """
    band = WageBand.ADULT if wage_band is None or works_as is WorksAs.SELF_EMPLOYED else wage_band
    if not figures.is_below_lowest_pay(amount, day=today, band=band):
        return None
    lowest, since = figures.lowest_pay_on(today, band), figures.pay_rules_on(today).since
    if works_as is WorksAs.SELF_EMPLOYED:
        words = gettext(
            "An employee of 21 or over must get at least %(lowest)s an hour since %(since)s. "
            "You pay tax, travel and free days from your %(amount)s. Is that enough?",
            lowest=money(lowest),
            since=day_words(since),
            amount=money(amount),
        )
        return PayProblem(lowest, is_refused=False, words=words)
    words = gettext(
        "By law an employer must pay at least %(lowest)s an hour at the age of %(age)s since %(since)s. "
        "Enter %(lowest)s or more",
        lowest=money(lowest),
        since=day_words(since),
        age=label(band),
    )
    return PayProblem(lowest, is_refused=True, words=words)


def costs_problem(
    session: Session, provider: Provider, costs: Iterable[CostSaid], *, today: date
) -> PayProblem | None:
    """The same for the prices of an offer of *provider*; None for anyone but a Personal Assistant."""
    hourly = [cost.amount for cost in costs if cost.basis is CostBasis.HOUR]
    if not hourly or not provider.is_individual:
        return None
    details = assistant_details(session, provider)
    return pay_problem(
        min(hourly),
        works_as=works_as_of(provider, details),
        wage_band=details.wage_band if details else None,
        figures=legal_figures(),
        today=today,
    )


def works_as_of(provider: Provider, details: AssistantDetails | None) -> WorksAs:
    """How a Personal Assistant works, as they said, or else as their legal form says."""
    if details is not None and details.works_as is not None:
        return details.works_as
    return WorksAs.EMPLOYED if provider.legal_form is LegalForm.EMPLOYED_PA else WorksAs.SELF_EMPLOYED


@lru_cache(maxsize=4)
def _read(path: Path) -> LegalFigures:
    return LegalFigures.load(path)
