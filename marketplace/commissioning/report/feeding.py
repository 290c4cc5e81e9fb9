"""What feeds a gap report: people who agreed to be counted, searches, declined enquiries, lists of councils.

Each source stays apart: people are counted one by one, the others come as counts of their own.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import structlog
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from marketplace.commissioning.report.models import BroughtDemand, BroughtRow
from marketplace.enquiries.unmet import unmet_wishes
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.counting import Asker
from marketplace.gaps.disclosure import shown
from marketplace.gaps.report import SourceCount
from marketplace.gaps.sources import DemandSource
from marketplace.geo.places import Place
from marketplace.matching.needs import Needs, NeedsError, parse_needs
from marketplace.people.caseload.models import Case
from marketplace.people.models import Person
from marketplace.people.searched.models import MET, SearchCount
from marketplace.vocabulary import Theme

log = structlog.get_logger(__name__)

_A_FEW = 1
"""Shown as a star, as 2 to 7 are."""

BLOCK = 5_000
SMALL_BLOCK, STEPS = 200, 20
"""Of few people the blocks are smaller, so that somebody who waits sees it go on."""
SEARCH_WEEKS = 13
DECLINED_DAYS = 365

_COUNTED = (
    select(Person.id).where(Person.counts_in_gaps, Person.district_code.is_not(None)).order_by(Person.id)
)


@dataclass(slots=True)
class Everybody:
    """The people of one report, block by block, and in the end whose number is whose."""

    session: Session
    home: Callable[[Needs], Place | None]
    ids: list[uuid.UUID] = field(default_factory=list)
    """By their number in the report. Never out of the process but to tell them of a group."""

    def expected(self) -> int:
        """How many there are about; not to be shown."""
        return self.session.scalar(select(func.count()).select_from(_COUNTED.order_by(None).subquery())) or 0

    def blocks(self) -> Iterator[Sequence[Asker]]:
        """Everyone who agreed, whose district is known and who said what they want. To be read once."""
        after: uuid.UUID | None = None
        has_case = exists().where(Case.person_id == Person.id, Case.ended_at.is_(None))
        query = _COUNTED.with_only_columns(
            Person.id, Person.district_code, Person.answers, Person.account_id, has_case
        ).limit(min(BLOCK, max(SMALL_BLOCK, self.expected() // STEPS)))
        while True:
            found = self.session.execute(query if after is None else query.where(Person.id > after)).all()
            if not found:
                return
            after = found[-1][0]
            block = []
            for person_id, district_code, answers, account_id, is_case in found:
                needs = _readable(answers)
                if needs is None:
                    continue
                cases = account_id is None and is_case
                source = DemandSource.CASES if cases else DemandSource.PROFILES
                block.append(Asker(needs, self.home(needs), district_code, source))
                self.ids.append(person_id)
            if block:
                yield block


def other_sources(
    session: Session, *, today: date, evening_starts: time
) -> Mapping[DemandSource, Sequence[SourceCount]]:
    """What searches, declined enquiries and councils' own lists say, by district and theme."""
    return {
        DemandSource.SEARCHES: _searches(session, today),
        DemandSource.DECLINED: _declined(session, today, evening_starts),
        DemandSource.BROUGHT: _brought(session),
    }


def _readable(answers: Mapping[str, object]) -> Needs | None:
    if not answers.get("goals"):
        return None
    try:
        return parse_needs(dict(answers))
    except NeedsError as error:  # kept before the rules for answers changed
        log.warning("needs_not_readable", problems=len(error.problems))
        return None


def _searches(session: Session, today: date) -> list[SourceCount]:
    """The largest part of the week stands for a theme: a search with several stands in each of them."""
    since = today - timedelta(weeks=SEARCH_WEEKS)
    rows = session.execute(
        select(
            SearchCount.district_code,
            SearchCount.theme,
            SearchCount.band,
            SearchCount.hindrance,
            func.sum(SearchCount.searches),
        )
        .where(SearchCount.week >= since)
        .group_by(SearchCount.district_code, SearchCount.theme, SearchCount.band, SearchCount.hindrance)
    )
    asked: dict[tuple[str, Theme], Counter[TimeBand]] = defaultdict(Counter)
    unmet: dict[tuple[str, Theme], Counter[TimeBand]] = defaultdict(Counter)
    for district_code, theme, band, hindrance, searches in rows:
        asked[district_code, theme][band] += int(searches)
        if hindrance != MET:
            unmet[district_code, theme][band] += int(searches)
    return [
        SourceCount(
            district_code, theme, max(bands.values()), max(unmet[district_code, theme].values(), default=0)
        )
        for (district_code, theme), bands in sorted(asked.items(), key=lambda one: str(one[0]))
    ]


def _declined(session: Session, today: date, evening_starts: time) -> list[SourceCount]:
    """Different people, not tries: who was declined three times is one."""
    since = datetime.combine(today - timedelta(days=DECLINED_DAYS), time(), UTC)
    people: dict[tuple[str, Theme], set[uuid.UUID]] = defaultdict(set)
    for wish in unmet_wishes(session, since=since, today=today, evening_starts=evening_starts):
        if wish.district_code is not None:
            for theme in wish.themes:
                people[wish.district_code, theme].add(wish.person_id)
    return [
        SourceCount(district_code, theme, len(them), len(them))
        for (district_code, theme), them in sorted(people.items(), key=lambda one: str(one[0]))
    ]


def _brought(session: Session) -> list[SourceCount]:
    """The sum of each list as it is shown: whoever adds a list of their own, and changes it, does not learn
    what a colleague's list says. Where every list has a few only, so has the sum."""
    rows = session.execute(
        select(BroughtRow.district_code, BroughtRow.theme, func.sum(BroughtRow.people))
        .join(BroughtDemand, BroughtDemand.id == BroughtRow.demand_id)
        .where(BroughtDemand.removed_at.is_(None))
        .group_by(BroughtRow.district_code, BroughtRow.theme, BroughtDemand.id)
        .order_by(BroughtRow.district_code, BroughtRow.theme)
    )
    sums: Counter[tuple[str, Theme]] = Counter()
    for district_code, theme, people in rows:
        sums[district_code, theme] += shown(int(people)).number or 0
    return [SourceCount(code, theme, people or _A_FEW, None) for (code, theme), people in sums.items()]
