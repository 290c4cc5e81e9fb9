"""One offer as matching needs it: the same whether it is read alone, with some, or with all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.matching.catalogue import OfferRow
from marketplace.offers.changes import mark_changed
from marketplace.offers.models import (
    Cost,
    Offer,
    OfferFeature,
    OfferFunding,
    OfferLevel,
    OfferTheme,
    OfferVector,
    Place,
    Session,
)
from marketplace.offers.public_place import PublicPoints
from marketplace.offers.rows import ended_between, read_rows
from marketplace.offers.vectors import text_hash
from marketplace.providers.models import Provider
from marketplace.vocabulary import (
    CostBasis,
    Feature,
    FundingRoute,
    LegalForm,
    OfferKind,
    OfferStatus,
    Origin,
    PlaceKind,
    Repeats,
    Theme,
    Vacancy,
)
from tests.fixtures.database import recorded_statements

TODAY = date(2026, 11, 23)
POINTS = PublicPoints(None)


def _offer(number: int, *, status: OfferStatus = OfferStatus.PUBLIC, **more: object) -> Offer:
    return Offer(
        id=UUID(int=number),
        provider=Provider(name="A group", legal_form=LegalForm.COMMUNITY_GROUP),
        kind=OfferKind.COMMUNITY_GROUP,
        name=f"Group {number}",
        status=status,
        updated_at=datetime.now(UTC),
        **more,
    )


def _save(session: DatabaseSession) -> None:
    said_all = _offer(
        1,
        summary="We cook.",
        source_id="here",
        place=Place(kind=PlaceKind.EXACT, lat=53.123456789, lon=-1.2, postcode="NG18 1AB"),
        vacancy=Vacancy.OPEN,
        min_age=18,
        max_age=99,
        transport_offered=False,
        transport_cost=Decimal("4.50"),
        transport_radius_km=7.5,
        flexible=True,
        shortest_visit_minutes=90,
        levels=[OfferLevel(level=1), OfferLevel(level=3, made_for=True)],
        themes=[
            OfferTheme(theme=Theme.COOKERY),
            OfferTheme(theme=Theme.SPORT, origin=Origin.SUGGESTED),
        ],
        features=[
            OfferFeature(feature=Feature.STEP_FREE, present=True),
            OfferFeature(feature=Feature.QUIET_SPACE, present=False),
        ],
        funding=[OfferFunding(route=FundingRoute.DIRECT_PAYMENT)],
        sessions=[
            Session(day_number=1, starts_minute=600, ends_minute=720),
            Session(
                day_number=0,
                starts_minute=540,
                ends_minute=1500,
                repeats=Repeats.DATED,
                first_date=TODAY,
            ),
            Session(day_number=2, starts_minute=1, ends_minute=2, last_date=TODAY - timedelta(days=1)),
        ],
        costs=[
            Cost(basis=CostBasis.HOUR, amount=Decimal("9.99")),
            Cost(basis=CostBasis.SESSION, amount=Decimal("12.30"), amount_to=Decimal(20)),
        ],
    )
    over = _offer(
        3,
        sessions=[Session(day_number=2, starts_minute=1, ends_minute=2, last_date=TODAY - timedelta(days=1))],
    )
    session.add_all([said_all, _offer(2), over, _offer(4, status=OfferStatus.PAUSED)])
    session.flush()
    for number, text in ((1, "Group 1. We cook. "), (2, "Another text")):
        session.add(
            OfferVector(
                offer_id=UUID(int=number),
                model="m" * 64,
                text_hash=text_hash(text),
                values=bytes([1, 255]),
                scale=0.5,
            )
        )
    mark_changed(session)


def test_an_offer_is_read_alike_alone_and_with_all_others(session: DatabaseSession) -> None:
    _save(session)
    every = read_rows(session, TODAY, POINTS, model="m" * 64)
    assert [row.id.int for row in every] == [1, 2]
    said_all, said_nothing = every
    assert said_nothing == OfferRow(
        id=UUID(int=2), name="Group 2", kind=OfferKind.COMMUNITY_GROUP, text="Group 2.  "
    )
    assert said_all.vector is not None
    assert said_all.vector.values.tolist() == [1, -1]
    assert said_all.vector.scale == 0.5
    plain = {name: getattr(said_all, name) for name in OfferRow.__slots__ if name not in ("vector", "text")}
    assert plain == {
        "id": UUID(int=1),
        "name": "Group 1",
        "kind": OfferKind.COMMUNITY_GROUP,
        "source_id": "here",
        "lat": 53.123456789,
        "lon": -1.2,
        "place_kind": PlaceKind.EXACT,
        "radius_km": None,
        "levels": 0b101,
        "made_for": 0b100,
        "themes": Theme.COOKERY.bit,
        "suggested_themes": Theme.SPORT.bit,
        "features_yes": Feature.STEP_FREE.bit,
        "features_no": Feature.QUIET_SPACE.bit,
        "min_age": 18,
        "max_age": 99,
        "vacancy": Vacancy.OPEN,
        "transport_offered": False,
        "transport_radius_km": 7.5,
        "transport_pence": 450,
        "flexible": True,
        "shortest_visit_minutes": 90,
        "cost_basis": CostBasis.SESSION,
        "cost_pence": 1230,
        "cost_is_range": True,
        "funding": FundingRoute.DIRECT_PAYMENT.bit,
        "sessions": ((540, 1500), (2040, 2160)),
        "repeats": (Repeats.DATED, Repeats.WEEKLY),
        "bank_holidays": said_nothing.bank_holidays,
    }
    for only in ([1], [2], [1, 2, 3, 4, 5]):
        ids = {UUID(int=number) for number in only}
        assert [_comparable(row) for row in read_rows(session, TODAY, POINTS, only=ids, model="m" * 64)] == [
            _comparable(row) for row in every if row.id in ids
        ]
    assert read_rows(session, TODAY, POINTS)[0].vector is None


def _comparable(row: OfferRow) -> list[object]:
    values = [getattr(row, name) for name in OfferRow.__slots__ if name != "vector"]
    return [
        *values,
        None if row.vector is None else (np.array(row.vector.values).tobytes(), row.vector.scale),
    ]


def test_reading_takes_two_statements_whatever_the_number(session: DatabaseSession) -> None:
    _save(session)
    engine = session.connection().engine
    for only in (None, {UUID(int=1)}, {UUID(int=1), UUID(int=2)}):
        with recorded_statements(engine) as sent:
            read_rows(session, TODAY, POINTS, only=only)
        assert len(sent) == 2, sent


def test_offers_of_which_a_session_came_to_its_end_are_found_by_its_last_day(
    session: DatabaseSession,
) -> None:
    _save(session)
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    assert ended_between(session, TODAY, TODAY) == set()
    assert ended_between(session, TODAY, tomorrow) == {UUID(int=1)}
    assert ended_between(session, yesterday, TODAY) == {UUID(int=1), UUID(int=3)}
