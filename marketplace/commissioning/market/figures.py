"""Everything that the market's pages and documents tell of one council, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from marketplace.commissioning.council import Council
from marketplace.commissioning.market import district_tables, tables
from marketplace.commissioning.market.counted import CountedPeople, people_in
from marketplace.commissioning.market.picture import Market, market_of
from marketplace.commissioning.market.queries import Supply, hidden_for_age, supply_in
from marketplace.commissioning.market.table import Table
from marketplace.commissioning.report.kept import newest_report
from marketplace.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one council on one day, and the tables made of them."""

    council: Council
    market: Market
    hidden: int
    """Offers that are not shown, as nobody said for long that they are still right."""
    people: CountedPeople | None
    """None before the first report."""

    def tables(self) -> tuple[Table, ...]:
        """Every table, in the order in which documents print them."""
        market, council = self.market, self.council
        every = (
            tables.kinds(market),
            tables.prices(market),
            tables.levels(market),
            tables.times(market),
            tables.vacancies(market),
            tables.ages(market),
            tables.ratings(market),
            tables.forms(market),
            tables.runners(market, self.people.answers if self.people else None),
            district_tables.districts(market, council),
            district_tables.kinds_by_district(market, council),
            district_tables.grounds(market, council),
            tables.employing(self.people.who, council, day=self.people.day) if self.people else None,
            district_tables.facts(council),
        )
        return tuple(one for one in every if one is not None and one.rows)


class Offered(NamedTuple):
    """What there is of one council on one day."""

    supply: Sequence[Supply]
    market: Market
    hidden: int


def read_offered(session: Session, council: Council, *, settings: Settings, today: date) -> Offered:
    """Read and count the offers. Six statements, however many there are."""
    evening = settings.evening_starts
    supply = supply_in(session, council.codes, today=today, evening=evening.hour * 60 + evening.minute)
    market = market_of(supply, council.codes, today=today)
    return Offered(supply, market, hidden_for_age(session, council.codes))


def read_figures(session: Session, council: Council, offered: Offered) -> Figures:
    """Put what counts people, out of the newest report, beside what there is. One or two statements."""
    return Figures(
        council=council,
        market=offered.market,
        hidden=offered.hidden,
        people=people_in(newest_report(session), council.code),
    )
