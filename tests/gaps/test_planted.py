"""Gaps that were planted come out first, for the right reason; and the offer that the tool proposes closes them."""

from __future__ import annotations

import numpy as np
import pytest

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.candidates import wishes_of
from marketplace.gaps.costing import median_prices
from marketplace.gaps.counting import Asker
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.next_offers import next_offers
from marketplace.gaps.report import MadeReport, RankedGap, make_report, ranked_gaps
from marketplace.gaps.report_rows import GapReport, ReportVersionError
from marketplace.gaps.telling import tables_of
from marketplace.gaps.what_if import planted
from marketplace.geo.places import Place, Precision
from marketplace.matching.catalogue import OfferRow
from marketplace.matching.needs import parse_needs
from marketplace.vocabulary import Day, OfferKind, PlaceKind, Theme
from tests.gaps.worlds import on_a_line
from tests.matching.offers import TODAY, catalogue_of, levels, offer, session

# Three districts with their towns 60 km apart, further than anybody travels.
GEOGRAPHY = on_a_line(25, districts=[0] * 8 + [1] * 9 + [2] * 8)
COOKS, SWIMMERS, FRIENDS = 1, 13, 23
EVERYDAY = {"mon": ["09:00-16:00"], "wed": ["09:00-16:00"]}


def askers(place: int, number: int, theme: Theme, **answers: object) -> list[Asker]:
    code = GEOGRAPHY.district_codes[GEOGRAPHY.place_district[place]]
    home = Place(
        f"{GEOGRAPHY.outcodes[place]} 1AB",
        float(GEOGRAPHY.lat[place]),
        float(GEOGRAPHY.lon[place]),
        Precision.POSTCODE,
        code,
    )
    travel = {"modes": ["car"], "max_minutes": 40}
    needs = parse_needs({"goals": [{"theme": theme.value}], "travel": travel, **answers})
    return [Asker(needs, home, code)] * number


def at(place: int, name: str, theme: Theme, **changes: object) -> OfferRow:
    where = {"lat": float(GEOGRAPHY.lat[place]), "lon": float(GEOGRAPHY.lon[place])}
    return offer(name, **{"themes": theme.bit, "levels": levels(1, 2, 3, 4), **where, **changes})


PEOPLE = [
    # No cookery on Saturdays, while others cook in the week.
    *askers(COOKS, 24, Theme.COOKERY, support_level=2, when={"sat": ["10:00-16:00"]}),
    *askers(COOKS, 40, Theme.COOKERY, support_level=2, when=EVERYDAY),
    # No place for level 4 to swim within 40 minutes; there is one 75 km away.
    *askers(SWIMMERS, 18, Theme.SWIMMING, support_level=4, when=EVERYDAY),
    *askers(SWIMMERS, 30, Theme.SWIMMING, support_level=1, when=EVERYDAY),
    # Assistants who come only in the day.
    *askers(FRIENDS, 12, Theme.FRIENDS, support_level=3, when={"tue": ["18:00-21:00"], "thu": ["18:00-21:00"]}),
    *askers(FRIENDS, 30, Theme.FRIENDS, support_level=3, when=EVERYDAY),
]  # fmt: skip
IN_THE_WEEK = (session(Day.MON, "10:00", "12:00"), session(Day.WED, "10:00", "12:00"))
OFFERS = [
    at(COOKS, "Kitchen", Theme.COOKERY, sessions=IN_THE_WEEK),
    at(COOKS + 1, "Bakers", Theme.COOKERY, sessions=IN_THE_WEEK),
    at(SWIMMERS, "Pool", Theme.SWIMMING, sessions=IN_THE_WEEK, levels=levels(1, 2)),
    at(SWIMMERS - 1, "Baths", Theme.SWIMMING, sessions=IN_THE_WEEK, levels=levels(1, 2, 3)),
    at(SWIMMERS - 15 + 2, "Warm pool far away", Theme.SWIMMING, sessions=IN_THE_WEEK),
    *(
        at(
            FRIENDS,
            f"Assistant {number}",
            Theme.FRIENDS,
            kind=OfferKind.PERSONAL_ASSISTANT,
            place_kind=PlaceKind.TRAVELS_TO_YOU,
            radius_km=15.0,
            flexible=True,
            sessions=tuple(session(day, "09:00", "16:30") for day in (Day.MON, Day.TUE, Day.WED, Day.THU)),
        )
        for number in range(4)
    ),
]


def report_with(*more: OfferRow) -> MadeReport:
    return make_report([PEOPLE], catalogue_of(*OFFERS, *more), GEOGRAPHY, today=TODAY, expected=len(PEOPLE))


@pytest.fixture(scope="module")
def made() -> MadeReport:
    return report_with()


def test_the_planted_gaps_come_first_with_the_right_reason(made: MadeReport) -> None:
    cooks, swimmers, friends = GEOGRAPHY.district_codes
    assert ranked_gaps(made.report) == (
        RankedGap(
            district_code=cooks,
            theme=Theme.COOKERY,
            asked=Shown(65),
            unmet=Shown(25),
            main=Hindrance.NO_WEEKEND,
            band=TimeBand.SATURDAY_MORNING,
            level=2,
        ),
        RankedGap(
            district_code=swimmers,
            theme=Theme.SWIMMING,
            asked=Shown(50),
            unmet=Shown(20),
            main=Hindrance.LEVEL,
            band=TimeBand.WEEKDAY_MORNING,
            level=4,
        ),
        RankedGap(
            district_code=friends,
            theme=Theme.FRIENDS,
            asked=Shown(40),
            unmet=Shown(10),
            main=Hindrance.NO_EVENING,
            band=TimeBand.WEEKDAY_EVENING,
            level=3,
        ),
    )


def test_the_offers_that_are_proposed_close_the_gaps(made: MadeReport) -> None:
    wishes = wishes_of(made.asked, GEOGRAPHY, places=np.arange(len(GEOGRAPHY.outcodes)))
    catalogue = catalogue_of(*OFFERS)
    proposals = next_offers(
        wishes,
        tables_of(made.report, GEOGRAPHY),
        prices=median_prices(catalogue, np.arange(len(OFFERS))),
        limit=400,
    )
    chosen = {}
    for proposal in proposals:
        chosen.setdefault(proposal.candidate.theme, planted(proposal.candidate, GEOGRAPHY))
    assert set(chosen) == {Theme.COOKERY, Theme.SWIMMING, Theme.FRIENDS}
    assert ranked_gaps(report_with(*chosen.values()).report) == ()


def test_what_nobody_confirmed_is_named_where_it_alone_would_fit(made: MadeReport) -> None:
    stale = catalogue_of(at(SWIMMERS, "Hoist and warm water", Theme.SWIMMING, sessions=IN_THE_WEEK))
    again = make_report(
        [PEOPLE], catalogue_of(*OFFERS), GEOGRAPHY, today=TODAY, stale=stale, with_flow=False
    ).report
    mains = {gap.theme: gap.main for gap in ranked_gaps(again)}
    assert mains[Theme.SWIMMING] is Hindrance.STALE
    assert mains[Theme.COOKERY] is Hindrance.NO_WEEKEND


def test_who_can_be_placed_is_told_beside_what_fits(made: MadeReport) -> None:
    flows = [row.flow for row in made.report.districts if row.flow]
    assert flows
    assert all(
        (one.greedy.number or 0) <= (one.placed.number or 0) <= (one.fitting.number or 0) for one in flows
    )


def test_a_kept_report_reads_as_it_was_and_one_of_other_rules_is_refused(made: MadeReport) -> None:
    document = made.report.to_json()
    assert GapReport.from_json(document) == made.report
    with pytest.raises(ReportVersionError):
        GapReport.from_json({**document, "version": "0"})
