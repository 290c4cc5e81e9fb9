"""What example Personal Assistants and Shared Lives homes tell beside their offers. Loading twice is once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from marketplace.offers.models import Offer
from marketplace.providers.examples import example_id
from marketplace.providers.models import AssistantDetails, Household, Provider, WorksAs
from marketplace.vocabulary import WageBand

FILE = "assistants_and_homes.yaml"
_DAYS = ("approved_on", "review_on")


def load_example_homes(session: Session, seeds_dir: Path, *, moved: timedelta) -> None:
    """Write what is not there yet; what was changed since then stays. Dates move by *moved*."""
    if not (seeds_dir / FILE).is_file():
        return  # a world of one's own need not have any
    content = yaml.safe_load((seeds_dir / FILE).read_text(encoding="utf-8"))
    for source_id, told in content["assistants"].items():
        _tell_assistant(session, example_id("provider", source_id), told)
    for source_id, told in content["homes"].items():
        _tell_home(session, source_id, told, moved)
    session.flush()


def _tell_assistant(session: Session, provider_id: uuid.UUID, told: Mapping[str, Any]) -> None:
    if session.get(Provider, provider_id) is None or session.get(AssistantDetails, provider_id) is not None:
        return
    band = told.get("wage_band")
    session.add(
        AssistantDetails(
            provider_id=provider_id,
            family_name=told["family_name"],
            works_as=WorksAs(told["works_as"]),
            wage_band=WageBand(band) if band else None,
            can_drive=told["can_drive"],
            has_car=told.get("has_car", False),
            interests=told["interests"],
            skills=told["skills"],
            contract_read_at=datetime.now(UTC),
        )
    )


def _tell_home(session: Session, source_id: str, told: Mapping[str, Any], moved: timedelta) -> None:
    offer = session.get(Offer, example_id("offer", source_id))
    home_id = example_id("household", source_id)
    if offer is None or session.get(Household, home_id) is not None:
        return
    facts = {name: _moved(value, moved) if name in _DAYS else value for name, value in told.items()}
    place = offer.place
    session.add(
        Household(
            id=home_id,
            provider_id=offer.provider_id,
            town=place.town if place else None,
            postcode=place.postcode if place else None,
            about=offer.description[:1000],
            **facts,
        )
    )
    session.flush()
    offer.household_id = home_id


def _moved(day: date, moved: timedelta) -> date:
    return day + moved
