"""Listings in Open Referral's form that tests import, and what has become of them."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.interop.importing import Report
from marketplace.offers.models import Offer
from marketplace.offers.queries import public_offers
from marketplace.vocabulary import (
    OfferStatus,
)

HERE = Path(__file__).resolve().parent
EXAMPLES: list[Any] = json.loads((HERE / "open_referral_services.json").read_text(encoding="utf-8"))
CLAY, ALLOTMENT, SINGERS = (
    "5b0c4a52-5d0f-4c5e-9b1e-2f6a1d7c0001",
    "…0002",
    "5b0c4a52-5d0f-4c5e-9b1e-2f6a1d7c0003",
)
MONDAY = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)

Import = Callable[..., Report]


def clay() -> dict[str, Any]:
    service: dict[str, Any] = copy.deepcopy(EXAMPLES[0])
    return service


def singers() -> dict[str, Any]:
    service: dict[str, Any] = copy.deepcopy(EXAMPLES[2])
    return service


def offer_of(session: DatabaseSession, source_id: str = CLAY) -> Offer:
    return session.scalars(select(Offer).where(Offer.source_id == source_id)).one()


def statuses(session: DatabaseSession) -> dict[str | None, OfferStatus]:
    return {offer.source_id: offer.status for offer in session.scalars(select(Offer))}


def public(session: DatabaseSession) -> set[str | None]:
    return set(session.scalars(public_offers().with_only_columns(Offer.source_id)))


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.rejected)
