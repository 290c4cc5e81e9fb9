"""The carer's time: their work and their breaks change the order and the reasons, and stop nothing."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.matching.needs import NeedsError, needs_document, parse_needs
from marketplace.matching.result import Match
from marketplace.vocabulary import CostBasis, Day, OfferKind, Part, PlaceKind, Repeats
from tests.matching.offers import MANSFIELD, levels, match, offer, session

WORKDAYS = [day for day in Day if not day.is_weekend]
WORK = {day.value: ["09:30-14:30"] for day in WORKDAYS}
CARER = {"works": WORK, "shortest_break_minutes": 180}
CLUB = offer("Club")  # on Tuesday from 10:00 to 12:00
FURTHER = {"lat": 53.16}
CENTRE = offer("Centre", sessions=tuple(session(day, "09:00", "15:00") for day in WORKDAYS), **FURTHER)
MONDAYS = offer("Mondays", sessions=(session(Day.MON, "09:00", "15:00"),), **FURTHER)
SATURDAYS = offer("Saturdays", sessions=(session(Day.SAT, "10:00", "16:00"),), **FURTHER)


def carer_part(found: Match) -> tuple[float, str] | None:
    return next(((one.score, str(one.reason)) for one in found.parts if one.part is Part.CARER), None)


def alone(carer: dict[str, Any], row: Any, **more: Any) -> tuple[float, str]:
    part = carer_part(match({"carer": carer, **more}, row).match(0))
    assert part is not None
    return part


def test_a_carer_who_works_and_needs_three_hours_changes_the_order_and_the_reasons() -> None:
    rows = (CLUB, CENTRE, MONDAYS)
    without = match({}, *rows).matches(0, 3)
    assert without[0].name == "Club"
    assert [carer_part(one) for one in without] == [None, None, None]
    with_carer = match({"carer": CARER}, *rows).matches(0, 3)
    assert [one.name for one in with_carer] == ["Centre", "Mondays", "Club"]
    assert [carer_part(one) for one in with_carer] == [
        (
            1.0,
            (
                "The longest visit is 6 hours. That is long enough: your carer needs a break of 3 hours. "
                "It covers all the hours that your carer works."
            ),
        ),
        (
            pytest.approx((1 + 5 / 25) / 2),
            (
                "The longest visit is 6 hours. That is long enough: your carer needs a break of 3 hours. "
                "It is on while your carer works: Monday 9:30am to 2:30pm."
            ),
        ),
        (
            pytest.approx((2 / 3 + 2 / 25) / 2),
            (
                "The longest visit is 2 hours. That is too short: your carer needs a break of 3 hours. "
                "Your carer works 25 hours a week. It covers about 2 hours of that."
            ),
        ),
    ]


def test_each_thing_that_a_carer_tells_counts_the_same() -> None:
    assert alone({"shortest_break_minutes": 180}, CLUB)[0] == pytest.approx(2 / 3)
    assert alone({"works": WORK}, CLUB)[0] == pytest.approx(2 / 25)
    assert alone({"breaks_wanted_hours": 8}, CLUB)[0] == pytest.approx(2 / 8)
    told = alone({**CARER, "breaks_wanted_hours": 8}, SATURDAYS)
    assert told[0] == pytest.approx((1 + 0 + 6 / 8) / 3)
    assert told[1].endswith(
        "It is not on while your carer works. "
        "Outside work it gives about 6 hours of break a week. Your carer wants 8 hours."
    )


def test_hours_at_work_are_no_break() -> None:
    score, reason = alone({"works": WORK, "breaks_wanted_hours": 6}, CLUB)
    assert score == pytest.approx((2 / 25 + 0) / 2)
    assert reason.endswith("It gives no break outside work. Your carer wants 6 hours a week.")


def test_every_two_weeks_covers_half_of_an_average_week() -> None:
    row = offer("Every other Monday", sessions=MONDAYS.sessions, repeats=(Repeats.FORTNIGHTLY,))
    score, reason = alone({"works": {"mon": ["09:30-14:30"]}}, row)
    assert score == pytest.approx(0.5)
    assert reason == "Your carer works 5 hours a week. It covers about 2 hours and 30 minutes of that."


def test_only_the_time_that_the_person_is_there_counts() -> None:
    score, reason = alone(CARER, MONDAYS, when={"mon": ["11:00-15:00"]})
    assert score == pytest.approx((1 + 3.5 / 25) / 2)
    assert reason.startswith("The longest visit is 4 hours.")


def test_of_two_equal_stretches_the_first_is_the_visit() -> None:
    carer = {"works": {"mon": ["09:00-11:00"]}}
    long_day = offer(sessions=(session(Day.MON, "09:00", "15:00"),), flexible=True)
    assert alone(carer, long_day, when={"mon": ["09:00-11:00", "13:00-15:00"]})[0] == 1.0


@pytest.mark.parametrize(
    ("row", "works"),
    [
        # A night over the end of the week, and the work of Sunday night and of Monday morning.
        (session(Day.SUN, "22:00", "06:00"), {"sun": ["22:00-06:00"]}),
        (session(Day.SUN, "22:00", "06:00"), {"sun": ["22:00-24:00"], "mon": ["00:00-06:00"]}),
        (session(Day.TUE, "23:30", "00:31"), {"tue": ["23:30-24:00"], "wed": ["00:00-00:31"]}),
    ],
)
def test_visits_across_midnight_cover_the_work_to_the_minute(
    row: tuple[int, int], works: dict[str, Any]
) -> None:
    night = offer(sessions=(row,))
    assert alone({"works": works}, night)[0] == 1.0
    longer = {**works, "fri": ["10:00-10:01"]}
    minutes = row[1] - row[0]
    assert alone({"works": longer}, night)[0] == pytest.approx(minutes / (minutes + 1))


def test_unknown_times_ask_whether_it_is_long_enough_and_lower_only_the_confidence() -> None:
    known, unknown = offer("Known", sessions=CENTRE.sessions), offer("Unknown", sessions=())
    found = match({"carer": CARER}, unknown).match(0)
    assert carer_part(found) is None
    assert "Is it long enough for a break of 3 hours?" in [str(question) for question in found.ask]
    assert found.score == match({}, unknown).match(0).score
    assert found.confidence < match({"carer": CARER}, known).match(0).confidence


def test_a_carer_is_never_a_reason_to_leave_an_offer_out() -> None:
    carer = {"works": {"sun": ["03:00-04:00"]}, "shortest_break_minutes": 1440, "breaks_wanted_hours": 168}
    assert len(match({"carer": carer}, CLUB, CENTRE)) == 2


def test_the_notice_that_a_carer_needs_is_asked_for_and_scores_nothing() -> None:
    found = match({"carer": {"notice_days": 7}}, CLUB).match(0)
    assert [str(question) for question in found.ask] == ["If it is off, can my carer know 7 days before?"]
    assert found.document()["parts"] == match({}, CLUB).match(0).document()["parts"]


def test_the_shortest_visit_of_the_person_and_the_break_of_the_carer_stand_apart() -> None:
    asked = {"when": {"tue": ["09:00-15:00"]}, "shortest_visit_minutes": 60}
    found = match({**asked, "carer": {"shortest_break_minutes": 240}}, CLUB).match(0)
    scores = {one.part: one.score for one in found.parts}
    assert scores[Part.TIMES] == 1.0
    assert scores[Part.CARER] == 0.5


def test_with_a_companion_the_hours_of_both_count() -> None:
    """Alone the buddies' day would cover all of the work; the companion stays until one o'clock."""
    far = offer(
        "Garden",
        lat=MANSFIELD.lat + 0.03,
        flexible=True,
        sessions=(session(Day.MON, "09:00", "15:00"),),
    )
    pa = offer(
        "Donna",
        kind=OfferKind.PERSONAL_ASSISTANT,
        themes=0,
        place_kind=PlaceKind.TRAVELS_TO_YOU,
        lat=MANSFIELD.lat,
        lon=MANSFIELD.lon,
        radius_km=20.0,
        levels=levels(1, 2, 3),
        transport_offered=True,
        transport_pence=0,
        flexible=True,
        cost_basis=CostBasis.FREE,
        sessions=(session(Day.MON, "08:00", "13:00"),),
    )
    walks = {"travel": {"modes": ["walk"], "max_minutes": 30}}
    carer = {"works": {"mon": ["09:00-15:00"]}, "shortest_break_minutes": 180}
    found = next(one for one in match({**walks, "carer": carer}, far, pa).matches(0, 5) if one.companion)
    assert found.minutes is not None
    until_home = 4 * 60 - found.minutes
    part = carer_part(found)
    assert part is not None
    assert part[0] == pytest.approx((1 + until_home / 360) / 2)
    assert "long enough: your carer needs a break of 3 hours" in part[1]
    assert (
        f"Your carer works 6 hours a week. It covers about 3 hours and {until_home - 180} minutes" in part[1]
    )


def test_a_carer_in_the_needs_goes_there_and_back() -> None:
    document = {
        "goals": [{"theme": "cookery"}],
        "carer": {**CARER, "breaks_wanted_hours": 6, "notice_days": 7},
    }
    needs = parse_needs(document)
    assert needs.carer.shortest_break_minutes == 180
    assert len(needs.carer.works) == 5
    assert needs_document(needs)["carer"] == document["carer"]
    assert parse_needs(needs_document(needs)) == needs
    assert "carer" not in needs_document(parse_needs({"goals": [{"theme": "cookery"}], "carer": {}}))


@pytest.mark.parametrize(
    ("carer", "field"),
    [
        ("tired", "carer"),
        ({"name": "Sam"}, "carer.name"),
        ({"works": ["mon"]}, "carer.works"),
        ({"works": {"monday": ["09:30-14:30"]}}, "carer.works.monday"),
        ({"works": {"mon": ["9:30-14:30"]}}, "carer.works.mon"),
        ({"shortest_break_minutes": 0}, "carer.shortest_break_minutes"),
        ({"breaks_wanted_hours": "six"}, "carer.breaks_wanted_hours"),
        ({"notice_days": 1.5}, "carer.notice_days"),
    ],
)
def test_a_wrong_field_of_the_carer_is_named(carer: object, field: str) -> None:
    with pytest.raises(NeedsError) as caught:
        parse_needs({"goals": [{"theme": "cookery"}], "carer": carer})
    assert [problem.split(": ")[0] for problem in caught.value.problems] == [field]
