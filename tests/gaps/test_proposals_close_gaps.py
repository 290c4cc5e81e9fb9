"""From people and offers to a report, a proposal, and a report without the gap."""

from __future__ import annotations

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.candidates import wishes_of
from marketplace.gaps.counting import Asker
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.groups import groups_of, shown_groups
from marketplace.gaps.next_offers import next_offers, plan
from marketplace.gaps.report import MadeReport, make_report, ranked_gaps
from marketplace.gaps.telling import asked_by_theme, tables_of
from marketplace.gaps.what_if import planted, with_offer
from marketplace.geo.places import Place, Precision
from marketplace.matching.catalogue import OfferRow
from marketplace.matching.needs import parse_needs
from marketplace.vocabulary import Day, SupportLevel, Theme
from tests.gaps.worlds import LAT, LON, on_a_line
from tests.matching.offers import TODAY, catalogue_of, levels, offer, session

LINE = on_a_line(4, districts=[0, 0, 1, 1])
COOKERY = Theme.COOKERY.position


def test_the_offer_that_is_proposed_closes_the_gap_that_the_report_names_first() -> None:
    on_saturdays = {"when": {"sat": ["09:00-13:00"]}, "support_level": 2}
    in_the_week = {"when": {"tue": ["09:00-16:00"]}, "support_level": 2}
    swims = {"when": {"sun": ["09:00-12:00"]}, "support_level": 4}
    askers = [
        *(_asker(0, "cookery", on_saturdays) for _ in range(22)),
        *(_asker(0, "cookery", in_the_week) for _ in range(18)),
        *(_asker(2, "swimming", swims) for _ in range(13)),
        *(_asker(3, "gym", in_the_week) for _ in range(5)),
    ]
    there = [
        offer("Tuesday kitchen", lat=LAT, lon=LON),
        offer(
            "Sunday pool",
            lat=LAT,
            lon=float(LINE.lon[2]),
            themes=Theme.SWIMMING.bit,
            levels=levels(1, 2),
            sessions=(session(Day.SUN, "10:00", "11:00"),),
        ),
    ]
    made = _report(askers, there)
    first, second = ranked_gaps(made.report)
    assert (first.district_code, first.theme, first.band) == (
        "E07000000",
        Theme.COOKERY,
        TimeBand.SATURDAY_MORNING,
    )
    assert (first.unmet, second.theme, second.unmet) == (Shown(20), Theme.SWIMMING, Shown(15))

    tables = tables_of(made.report, LINE)
    assert asked_by_theme(made.report, LINE)[0, COOKERY] == Shown(40)
    wishes = wishes_of(made.asked, LINE, places=LINE.places_in(0))
    found = next_offers(wishes, tables, prices={})[0]
    assert found.candidate == (0, Theme.COOKERY, TimeBand.SATURDAY_MORNING, SupportLevel.ENABLEMENT)
    assert (found.people, found.size) == (Shown(20), 20)
    both = plan(wishes, tables, sessions=5, prices={})
    assert [one.candidate.theme for one in both.proposals] == [Theme.COOKERY, Theme.SWIMMING]
    change = with_offer(wishes, found.candidate, size=20, tables=tables).districts[0]
    assert (change.before, change.people, change.after) == (Shown(20), Shown(20), Shown(0))
    groups = shown_groups(wishes, groups_of(wishes), tables)
    assert [(one.theme, str(one.people)) for one in groups] == [(Theme.COOKERY, "20"), (Theme.SWIMMING, "15")]

    there.append(planted(found.candidate, LINE))
    after = _report(askers, there)
    assert [gap.theme for gap in ranked_gaps(after.report)] == [Theme.SWIMMING]
    there += [planted(one.candidate, LINE) for one in both.proposals[1:]]
    assert ranked_gaps(_report(askers, there).report) == ()


def _report(askers: list[Asker], offers: list[OfferRow]) -> MadeReport:
    return make_report([askers], catalogue_of(*offers), LINE, today=TODAY)


def _asker(place: int, theme: str, more: dict[str, object]) -> Asker:
    needs = parse_needs(
        {"goals": [{"theme": theme}], "travel": {"modes": ["walk"], "max_minutes": 20}, **more}
    )
    lat, lon = float(LINE.lat[place]), float(LINE.lon[place])
    code = LINE.district_codes[int(LINE.place_district[place])]
    return Asker(needs, Place(f"ZZ{place} 1AA", lat, lon, Precision.POSTCODE, code), None)
