"""Requests for help that example people posted, with answers, so that every side's pages show one.

Read from ``seeds/help_wanted.yaml``. Loading twice is once; who else could help is told by the job, as in life.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.enquiries.help.models import HelpState, HelpTold, HelpWanted
from marketplace.enquiries.help.operations import OPEN_FOR
from marketplace.enquiries.help.page import needs_of, slots_proposed
from marketplace.enquiries.messages.kinds import CaughtKind
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.providers.examples import example_id
from marketplace.vocabulary import Theme

FILE = "help_wanted.yaml"
_ENDED_BY_THE_CLOCK = (HelpState.OPEN, HelpState.OVER)


def load_example_help(session: Session, seeds_dir: Path, *, today: date, evening: time) -> None:
    """Post what is not there yet, and anew what nobody ended and whose time is over."""
    if not (seeds_dir / FILE).is_file():
        return  # a world of one's own need not have any
    content = yaml.safe_load((seeds_dir / FILE).read_text(encoding="utf-8"))
    for told in content["requests"]:
        person = session.scalars(
            select(Person).where(Person.reference == told["person"], Person.is_example)
        ).one_or_none()
        if person is not None and not _is_there(session, _id(told), today=today):
            _post(session, person, told, today=today, evening=evening)
    session.flush()


def _id(told: Mapping[str, Any]) -> uuid.UUID:
    return example_id("help_wanted", told["id"])


def _is_there(session: Session, help_id: uuid.UUID, *, today: date) -> bool:
    known = session.get(HelpWanted, help_id)
    if known is None:
        return False
    if known.open_until >= today or known.state not in _ENDED_BY_THE_CLOCK:
        return True
    session.execute(delete(HelpTold).where(HelpTold.help_id == help_id))
    session.delete(known)
    session.flush()
    return False


def _post(session: Session, person: Person, told: Mapping[str, Any], *, today: date, evening: time) -> None:
    moment = datetime.now(UTC) - timedelta(days=told["days_ago"])
    answers = [(session.get(Offer, example_id("offer", one["offer"])), one) for one in told["answers"]]
    there = [(offer, one) for offer, one in answers if offer is not None]
    wanted = HelpWanted(
        id=_id(told),
        person_id=person.id,
        words=told["words"],
        district_code=person.district_code,
        needs=needs_of(
            person.answers,
            words=told["words"],
            themes=[Theme(theme) for theme in told["themes"]],
            meant=(),
            slots=slots_proposed(told["words"], person.answers, evening=evening),
            evening=evening,
        ),
        state=HelpState.OPEN,
        posted_at=moment,
        posted_by_id=person.account_id,
        open_until=today - timedelta(days=told["days_ago"]) + OPEN_FOR,
        told=len(there),
        form_token=f"example-{told['id']}",
    )
    session.add(wanted)
    session.flush()
    for hours, (offer, one) in enumerate(there, start=1):
        stopped = [CaughtKind(kind).value for kind in one.get("stopped", ())]
        answered_at = None if stopped else moment + timedelta(hours=hours)
        session.add(
            HelpTold(
                help_id=wanted.id,
                offer_id=offer.id,
                told_at=moment,
                answered_at=answered_at,
                can_help=None if stopped else True,
                words=one["words"],
                flags=stopped,
            )
        )
