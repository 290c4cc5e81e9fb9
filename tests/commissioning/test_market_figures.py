"""What there is, counted: known answers, no statement more for more offers, and people only as shown."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from marketplace.commissioning.council import Council
from marketplace.commissioning.market.counted import people_in
from marketplace.commissioning.market.figures import read_figures, read_offered
from marketplace.commissioning.market.people import Answering, OfSome, answering, employing
from marketplace.commissioning.market.picture import Age, WhoRuns, even, group_of, spread_of
from marketplace.commissioning.market.queries import Supply, supply_in
from marketplace.commissioning.report.kept import newest_report
from marketplace.db import Database
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.models import Enquiry, EnquiryState
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import A_FEW, NOBODY, Shown
from marketplace.geo.districts import District, read_districts
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.settings import LONDON, Settings
from marketplace.upkeep.jobs import Work, make_gap_report
from marketplace.vocabulary import (
    CostBasis,
    CqcRating,
    Day,
    FundingRoute,
    LegalForm,
    OfferKind,
    SupportLevel,
    Theme,
    Vacancy,
)
from tests.directory.factories import offer, place, price, provider, times
from tests.fixtures.database import recorded_statements
from tests.fixtures.site import ROOT
from tests.people.factories import make_person

NOW = datetime(2026, 11, 23, 10, tzinfo=LONDON)
TODAY = date(2026, 11, 23)
NOTTINGHAMSHIRE = "E10000024"
MANSFIELD, ASHFIELD, GEDLING = "E07000174", "E07000170", "E07000173"
EVENING = 17 * 60


def council(*codes: str) -> Council:
    facts = read_districts(ROOT / "seeds")
    return Council(
        "E10000024",
        "Nottinghamshire",
        tuple((code, facts[code].name) for code in codes),
        tuple(facts[code] for code in codes),
    )


def make_market(session: Session) -> list[Offer]:
    """A council's kitchen on weekday mornings, a charity's on Saturday evenings, and an assistant at home."""
    own = provider(session, name="Council kitchen", legal_form=LegalForm.COUNCIL, cqc_rating=CqcRating.GOOD)
    assistant = provider(session, name="Dawn", legal_form=LegalForm.SELF_EMPLOYED_PA, district_code=ASHFIELD)
    return [
        offer(
            session,
            "Kitchen",
            by=own,
            at=place(district_code=MANSFIELD),
            themes=[Theme.COOKERY],
            levels={1: True, 2: False},
            sessions=times([Day.MON, Day.TUE], 10, 14, places=10, places_left=3),
            costs=[price("12")],
            confirmed_on=TODAY - timedelta(days=90),
        ),
        offer(
            session,
            "Saturday supper",
            at=place(district_code=MANSFIELD),
            themes=[Theme.COOKERY, Theme.FRIENDS],
            levels={3: True},
            sessions=times([Day.SAT], 18, 20),
            costs=[price("0")],
            confirmed_on=TODAY - timedelta(days=91),
            vacancy=Vacancy.FULL,
        ),
        offer(
            session,
            "Dawn",
            by=assistant,
            kind=OfferKind.PERSONAL_ASSISTANT,
            costs=[price("15.50", CostBasis.HOUR)],
            vacancy=Vacancy.NOT_KNOWN,
        ),
        offer(session, "Elsewhere", at=place(district_code=GEDLING)),
    ]


def test_the_market_of_a_council_is_counted_as_worked_out_by_hand(
    session: Session, settings: Settings
) -> None:
    make_market(session)
    of = council(MANSFIELD, ASHFIELD)
    market = read_offered(session, of, settings=settings, today=TODAY).market
    whole = market.whole
    assert (whole.offers, whole.providers, whole.with_times) == (3, 3, 2)
    assert (whole.evening_percent, whole.weekend_percent) == (50, 50)
    assert (whole.room_percent, whole.confirmed_percent) == (50, 33)
    assert (market.places, market.places_left) == (20, 6)
    assert market.levels[SupportLevel.PREVENTION] == 1
    assert market.levels_by_runner[WhoRuns.EXTERNAL][SupportLevel.PERSONALISED] == 1
    assert market.times == {
        (Theme.COOKERY, TimeBand.WEEKDAY_MORNING): 1,
        (Theme.COOKERY, TimeBand.WEEKDAY_AFTERNOON): 1,
        (Theme.COOKERY, TimeBand.SATURDAY_EVENING): 1,
        (Theme.FRIENDS, TimeBand.SATURDAY_EVENING): 1,
    }
    assert [market.ages[age] for age in Age] == [1, 1, 0, 1]
    assert market.ratings[CqcRating.GOOD] == 1
    assert {runner: group.offers for runner, group in market.by_runner.items()} == {
        WhoRuns.IN_HOUSE: 1,
        WhoRuns.EXTERNAL: 1,
        WhoRuns.ASSISTANT: 1,
    }
    # The assistant has no place: she is where she is at home.
    assert {code: group.offers for code, group in market.by_district.items()} == {MANSFIELD: 2, ASHFIELD: 1}


def test_the_price_of_a_session_is_told_by_the_hour(session: Session) -> None:
    make_market(session)
    found = supply_in(session, [MANSFIELD, ASHFIELD], today=TODAY, evening=EVENING)
    assert sorted(one.hour_price for one in found if one.hour_price is not None) == [
        Decimal(0),
        Decimal("3.00"),
        Decimal("15.50"),
    ]


def test_quartiles_lie_on_the_prices_and_four_prices_are_not_told() -> None:
    spread = spread_of([Decimal(number) for number in (18, 10, 12, 16, 14)])
    assert spread is not None
    assert (spread.low, spread.middle, spread.high, spread.offers) == (12, 14, 16, 5)
    assert spread_of([Decimal(10)] * 4) is None


def test_free_offers_are_no_part_of_a_spread() -> None:
    supply = [_supply(hour_price=Decimal(number)) for number in (0, 0, 10, 12, 14, 16, 18)]
    group = group_of(supply, today=TODAY)
    assert (group.free, group.price.offers if group.price else 0) == (2, 5)


def test_how_evenly_offers_are_spread_is_told_for_each_adult() -> None:
    districts = [_district("A", adults=80_000), _district("B", adults=80_000)]
    spread = even({"A": 8, "B": 4}, districts)
    assert spread is not None
    assert spread.rates == {"A": Decimal("10.0"), "B": Decimal("5.0")}
    assert (spread.most, spread.fewest, spread.times, spread.differs_percent) == (
        "A",
        "B",
        Decimal("2.0"),
        33,
    )
    assert even({"A": 5, "B": 0}, districts) is None, "too few to compare"
    assert even({"A": 50}, districts[:1]) is None, "one district alone"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
def test_more_offers_are_no_more_statements(session: Session, database: Database, settings: Settings) -> None:
    of = council(MANSFIELD, ASHFIELD)

    def statements() -> int:
        with recorded_statements(database.engine) as sent:
            offered = read_offered(session, of, settings=settings, today=TODAY)
            read_figures(session, of, offered)
        return len(sent)

    make_market(session)
    few = statements()
    for _ in range(5):
        make_market(session)
    assert statements() == few <= 8


def with_assistant(session: Session, person: Person, asked: Offer, **fields: object) -> None:
    enquiry = Enquiry(
        person_id=person.id,
        offer_id=asked.id,
        provider_id=asked.provider_id,
        form_token=uuid.uuid4().hex,
        state=EnquiryState.AGREED,
        state_since=NOW,
        sent_at=NOW,
    )
    session.add(enquiry)
    session.flush()
    session.add(
        Agreement(
            **{
                "enquiry_id": enquiry.id,
                "person_id": person.id,
                "offer_id": asked.id,
                "provider_id": asked.provider_id,
                "starts_on": TODAY - timedelta(days=30),
                "paid_by": FundingRoute.DIRECT_PAYMENT,
                "started_at": NOW,
                **fields,
            }
        )
    )
    session.flush()


def test_who_employs_an_assistant_is_told_rounded_and_a_few_as_a_star(session: Session) -> None:
    assistant = offer(session, "Dawn", kind=OfferKind.PERSONAL_ASSISTANT)
    group = offer(session, "Kitchen")
    paid = {"funding": "direct_payment"}
    people = [make_person(session, answers=paid, counts_in_gaps=True) for _ in range(22)]
    for person in people[:9]:
        with_assistant(session, person, assistant)
    with_assistant(session, people[9], group)
    with_assistant(session, people[10], assistant, started_at=None)
    with_assistant(session, people[11], assistant, ended_on=TODAY - timedelta(days=1))
    with_assistant(session, people[12], assistant, paid_by=FundingRoute.SELF_FUNDER)
    make_person(session, answers=paid, counts_in_gaps=False)
    make_person(session, answers={"funding": "self_funder"}, counts_in_gaps=True)
    for _ in range(3):
        make_person(session, answers={"funding": "mixed"}, counts_in_gaps=True, district_code=ASHFIELD)
    who = employing(session, [MANSFIELD, ASHFIELD, GEDLING], today=TODAY)
    assert who.whole == OfSome(Shown(25), Shown(10))
    assert who.whole.percent == 40
    assert who.by_district[MANSFIELD] == OfSome(Shown(20), Shown(10))
    assert who.by_district[ASHFIELD] == OfSome(A_FEW, NOBODY)
    assert who.by_district[GEDLING] == OfSome(NOBODY, NOBODY)


def test_people_are_counted_with_the_report_and_what_changes_in_between_is_not_seen(
    session: Session, settings: Settings, database: Database
) -> None:
    paid = {"goals": [{"theme": "cookery"}], "postcode": "NG18 1AB", "funding": "direct_payment"}
    for _ in range(12):
        make_person(session, answers=paid, counts_in_gaps=True)
    work = Work(settings, database)
    assert make_gap_report(work)
    for _ in range(9):
        make_person(session, answers=paid, counts_in_gaps=True)
    with work.database.read() as reading:
        found = people_in(newest_report(reading), NOTTINGHAMSHIRE)
    assert found is not None
    assert found.who.by_district[MANSFIELD] == OfSome(Shown(10), NOBODY)
    assert found.who.whole == OfSome(Shown(10), NOBODY)
    assert found.answers.people == OfSome(None, None)
    assert people_in(None, NOTTINGHAMSHIRE) is None


def ask(session: Session, person: Person, asked: Offer, *, hours: int) -> None:
    at = datetime(2026, 11, 9, 9, tzinfo=LONDON)  # a Monday
    session.add(
        Enquiry(
            person_id=person.id,
            offer_id=asked.id,
            provider_id=asked.provider_id,
            form_token=uuid.uuid4().hex,
            state=EnquiryState.SEEN,
            state_since=at,
            sent_at=at,
            answered_at=at + timedelta(hours=hours),
        )
    )


def test_answers_are_told_of_five_providers_and_eight_people_or_not_at_all(session: Session) -> None:
    offers = [offer(session, f"Group {n}", at=place(district_code=MANSFIELD)) for n in range(5)]
    people = [make_person(session, counts_in_gaps=True) for _ in range(12)]
    for number, person in enumerate(people[:11]):
        ask(session, person, offers[number % 4], hours=2)

    def told() -> Answering:
        supply = supply_in(session, [MANSFIELD], today=TODAY, evening=EVENING)
        return answering(session, supply, now=NOW)

    silent = told()
    assert silent.people == OfSome(None, None)
    assert silent.median_hours is None
    ask(session, people[11], offers[4], hours=24 * 8)
    spoken = told()
    assert spoken.people == OfSome(Shown(10), Shown(10))
    assert spoken.median_hours == 2
    assert spoken.by_runner[WhoRuns.EXTERNAL] == 2
    assert spoken.by_runner[WhoRuns.IN_HOUSE] is None


def _supply(**fields: object) -> Supply:
    return Supply(
        **{
            "id": uuid.uuid4(),
            "provider_id": uuid.uuid4(),
            "kind": OfferKind.DAY_SERVICE,
            "legal_form": LegalForm.CHARITY,
            "cqc_rating": None,
            "vacancy": Vacancy.OPEN,
            "confirmed_on": None,
            "district_code": MANSFIELD,
            "levels": frozenset(),
            "themes": frozenset(),
            "bands": frozenset(),
            "hour_price": None,
            "places": 0,
            "places_left": 0,
            **fields,
        }
    )


def _district(code: str, *, adults: int) -> District:
    return District(
        code=code,
        name=code,
        upper_tier="",
        adults_18_to_64=adults,
        adults_65_and_over=0,
        adults_75_and_over=0,
        people=adults,
        disabled_people=0,
        rural_percent=Decimal(0),
        most_deprived_fifth_percent=Decimal(0),
        lonely_percent=Decimal(0),
    )
