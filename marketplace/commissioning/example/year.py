"""What two example councils wrote down in a year: gaps, pilots, and what they did because people said so.

Read from ``seeds/council_year.yaml``, written once, as the pages would write it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.councils import works_for
from marketplace.accounts.models import Account
from marketplace.commissioning.example.asking import (
    TOKEN,
    Asked,
    Rows,
    add_enquiry,
    load_example_enquiries,
    people,
)
from marketplace.commissioning.groups.models import GroupIdea
from marketplace.commissioning.market.models import Pilot
from marketplace.commissioning.market.pilots.operations import add_offer as add_to_pilot
from marketplace.commissioning.market.pilots.operations import begin_pilot, end_pilot
from marketplace.commissioning.outcomes import said as said_and_did
from marketplace.commissioning.outcomes.said import Words
from marketplace.commissioning.register.models import Gap, GapState
from marketplace.commissioning.register.operations import (
    Cell,
    Plan,
    add_offer,
    add_step,
    end_gap,
    open_gap,
    write_case,
)
from marketplace.enquiries.models import EnquiryState
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.offers.models import Offer
from marketplace.providers.examples import example_id
from marketplace.settings import LONDON
from marketplace.vocabulary import Theme

FILE = "council_year.yaml"
_LATEST = timedelta(days=45)
"""Who asked later would not have started yet."""


@dataclass(frozen=True, slots=True)
class _Writing:
    session: Session
    today: date
    moved: timedelta
    """From the days of the file to now."""

    def day(self, written: date | None) -> date | None:
        return None if written is None else written + self.moved

    def at(self, written: date) -> datetime:
        return _moment(written + self.moved)

    def account(self, council_code: str) -> Account | None:
        """The first example commissioner of a council."""
        return self.session.scalars(
            select(Account)
            .where(Account.is_example, works_for(council_code))
            .order_by(Account.email)
            .limit(1)
        ).one_or_none()

    def offers(self, source_ids: Sequence[str]) -> list[Offer]:
        """Those that are there, in this order."""
        found = (self.session.get(Offer, example_id("offer", one)) for one in source_ids)
        return [one for one in found if one is not None]


def load_example_year(session: Session, seeds_dir: Path, *, today: date, moved: timedelta) -> None:
    """Write what is not there yet; what was changed since then stays. *moved*: from the days of the files to now."""
    if not (seeds_dir / FILE).is_file():
        return  # a world of one's own need not have any
    content = yaml.safe_load((seeds_dir / FILE).read_text(encoding="utf-8"))
    writing = _Writing(session, today, moved)
    load_example_enquiries(session, today=today)
    for number, told in enumerate(content["gaps"]):
        _gap(writing, told, f"{TOKEN}-gap-{number}")
    for number, told in enumerate(content["pilots"]):
        _pilot(writing, told, f"{TOKEN}-pilot-{number}")
    for number, told in enumerate(content["said"]):
        _said(writing, told, f"{TOKEN}-said-{number}")
    for told in content["groups"]:
        _group(writing, told)
    session.flush()


def _gap(writing: _Writing, told: Mapping[str, Any], token: str) -> None:
    session, account = writing.session, writing.account(told["council"])
    if account is None or session.scalar(select(Gap.id).where(Gap.form_token == token)) is not None:
        return
    gap = open_gap(
        session,
        cell=Cell(
            council_code=told["council"],
            district_code=told["district"],
            theme=Theme(told["theme"]),
            band=TimeBand(told["band"]) if "band" in told else None,
            level=told.get("level"),
        ),
        plan=Plan(
            title=told["title"],
            why=told["why"],
            owner_id=account.id if "action" in told else None,
            action=told.get("action", ""),
            due_on=writing.day(told.get("due")),
        ),
        before=_counts(writing, told["before"]),
        report_id=None,
        form_token=token,
        account=account,
        now=writing.at(told["opened"]),
    )
    for step in told.get("steps", ()):
        add_step(session, gap, words=step["words"], account=account, now=writing.at(step["day"]))
    for offer in writing.offers(told.get("offers", ())):
        add_offer(session, gap, offer, account=account, now=writing.at(told["closed"]["day"]))
    if "case" in told:
        write_case(session, gap, **told["case"], expected=gap.version, account=account)
    if "closed" in told:
        end_gap(
            session,
            gap,
            state=GapState.CLOSED,
            words=told["closed"]["words"],
            after=_counts(writing, told["after"]),
            expected=gap.version,
            account=account,
            now=writing.at(told["closed"]["day"]),
        )


def _counts(writing: _Writing, told: Mapping[str, Any]) -> dict[str, Any]:
    """As a report would have said it: numbers that can be shown."""
    day = writing.day(told["day"])
    numbers = {name: Shown(told[name]).number for name in ("asked", "unmet")}
    return {"day": day.isoformat() if day else "", **numbers, "main": told["main"], "part": None}


def _pilot(writing: _Writing, told: Mapping[str, Any], token: str) -> None:
    session, account = writing.session, writing.account(told["council"])
    offers = writing.offers(told["offers"])
    known = session.scalar(select(Pilot.id).where(Pilot.form_token == token))
    if account is None or not offers or known is not None:
        return
    starts = told["starts"] + writing.moved
    made_at = _moment(starts - timedelta(days=14))
    pilot = begin_pilot(
        session,
        council_code=told["council"],
        name=told["name"],
        about=told["about"],
        starts_on=starts,
        ends_on=None,
        form_token=token,
        account=account,
        now=made_at,
    )
    for offer in offers:
        add_to_pilot(session, pilot, offer, account=account, now=made_at)
    if "ends" in told:
        end_pilot(
            session,
            pilot,
            ends_on=told["ends"] + writing.moved,
            learned=told["learned"],
            expected=pilot.version,
            account=account,
        )
    _cohort(writing, told, offers, starts, token)


def _cohort(
    writing: _Writing, told: Mapping[str, Any], offers: Sequence[Offer], starts: date, token: str
) -> None:
    """Who asked about a pilot's offers before it and since, who started, and who left."""
    chance = Random(token)  # noqa: S311 (invented, no secret)
    number = told["people"]
    near = [one for one in people(writing.session) if one.district_code in told["districts"]]
    chosen = chance.sample(near, min(len(near), number["before"] + number["since"]))
    rows = Rows()
    latest = min(writing.today - _LATEST, writing.day(told.get("ends")) or writing.today)
    for at, person in enumerate(chosen):
        since = at - number["before"]
        first, last = (
            (starts - timedelta(days=80), starts - timedelta(days=1)) if since < 0 else (starts, latest)
        )
        sent = first + timedelta(days=chance.randint(0, max(0, (last - first).days)))
        state = EnquiryState.AGREED if 0 <= since < number["start"] or at < 4 else EnquiryState.DECLINED
        offer = chance.choice(offers)
        add_enquiry(
            rows,
            person,
            Asked(offer.id, offer.provider_id),
            token=token,
            state=state,
            sent=_moment(sent),
            today=writing.today,
            chance=chance,
            leaves=0 <= since < number["leave"],
        )
    rows.write(writing.session)


def _said(writing: _Writing, told: Mapping[str, Any], token: str) -> None:
    account = writing.account(told["council"])
    if account is None:
        return
    row = said_and_did.write(
        writing.session,
        council_code=told["council"],
        words=Words(
            said=told["said"],
            said_on=told["said_on"] + writing.moved,
            did=told.get("did", ""),
            did_on=writing.day(told.get("did_on")),
            theme=Theme(told["theme"]) if "theme" in told else None,
        ),
        form_token=token,
        account=account,
    )
    if "shown" in told and row.version == 1:
        said_and_did.show(writing.session, row, account=account, now=writing.at(told["shown"]))


def _group(writing: _Writing, told: Mapping[str, Any]) -> None:
    """A group that a council shows to providers; the next report finds it again, or ends it."""
    account = writing.account(told["council"])
    known = writing.session.scalar(select(GroupIdea.id).where(GroupIdea.key == told["key"]))
    if account is None or known is not None:
        return
    district, place, theme, band = told["key"].split("|")
    writing.session.add(
        GroupIdea(
            key=told["key"],
            district_code=district,
            place_code=place,
            theme=Theme(theme),
            band=TimeBand(band),
            people=Shown(told["people"]),
            found_on=writing.today,
            published_at=writing.at(told["shown"]),
            published_by_id=account.id,
        )
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(10), LONDON)
