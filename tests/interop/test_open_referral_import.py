"""Importing: twice is once, changes are found, nothing unchecked is public, on both databases."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.interop.importing import ImportFileError
from marketplace.interop.open_referral import AT_ONCE
from marketplace.offers.catalogue import read_epoch
from marketplace.offers.models import CatalogueChange, Cost, Offer, OfferLevel, Place, Session
from marketplace.providers.models import Provider
from marketplace.vocabulary import (
    CostBasis,
    Feature,
    LegalForm,
    OfferKind,
    OfferStatus,
    Origin,
    PlaceKind,
    Repeats,
    Theme,
    Vacancy,
)
from tests.interop.listings import (
    EXAMPLES,
    MONDAY,
    SINGERS,
    Import,
    clay,
    counts,
    offer_of,
    public,
    singers,
    statuses,
)


def test_a_listing_arrives_with_all_that_the_file_says(bring_in: Import, session: DatabaseSession) -> None:
    bring_in([clay()])
    offer = offer_of(session)
    assert (offer.name, offer.kind, offer.status) == (
        "Thursday Clay Club",
        OfferKind.COMMUNITY_GROUP,
        OfferStatus.PUBLIC,
    )
    assert offer.summary == "Throw pots on a wheel or build by hand."
    assert offer.description.startswith("Tea & biscuits at eleven.\nBring old clothes")
    assert (offer.min_age, offer.max_age, offer.vacancy) == (18, None, Vacancy.NOT_KNOWN)
    assert offer.confirmed_on == dt.date(2026, 5, 4)
    assert (offer.provider.name, offer.provider.legal_form) == ("Carr Bank Arts CIC", LegalForm.CIC)
    assert (offer.provider.phone, offer.provider.website) == ("01632 960411", "https://carrbank-arts.example")
    assert [(row.theme, row.origin) for row in offer.themes] == [(Theme.ARTS_CRAFTS, Origin.STATED)]
    assert {row.feature: row.present for row in offer.features} == {
        Feature.STEP_FREE: True,
        Feature.ACCESSIBLE_TOILET: True,
        Feature.HEARING_LOOP: True,
    }
    (times,) = offer.sessions
    assert (times.day_number, times.starts_minute, times.ends_minute, times.repeats) == (
        3,
        600,
        750,
        Repeats.WEEKLY,
    )
    (cost,) = offer.costs
    assert (cost.basis, cost.amount, cost.note) == (CostBasis.SESSION, Decimal("6.50"), None)
    assert offer.place is not None
    assert (offer.place.kind, offer.place.postcode, offer.place.lat) == (PlaceKind.EXACT, "NG18 1AB", 53.1402)
    assert offer.levels == []
    assert offer.transport_offered is None
    assert offer.updated_at == MONDAY


def test_the_example_file_is_read_whole_and_its_bad_rows_are_named(bring_in: Import) -> None:
    report = bring_in(EXAMPLES)
    assert report.read == len(EXAMPLES) == 18
    assert counts(report) == (11, 0, 1, 6)
    assert [(one["row"], one["field"]) for one in report.document()["rejected"]] == [
        (12, "status"),
        (13, "name"),
        (14, "id"),
        (15, "-"),
        (16, "maximum_age"),
        (18, "id"),
    ]


def test_twice_is_once(bring_in: Import, session: DatabaseSession) -> None:
    bring_in(EXAMPLES)
    epoch = read_epoch(session)
    tables = (Provider, Place, Offer, Session, Cost)
    before = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    assert counts(bring_in(EXAMPLES, now=MONDAY + dt.timedelta(days=1))) == (0, 0, 12, 6)
    assert [session.scalar(select(func.count()).select_from(table)) for table in tables] == before
    assert read_epoch(session) == epoch == 1
    assert offer_of(session).updated_at == MONDAY


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Friday Clay Club"},
        {"minimum_age": 21},
        {"cost_options": []},
        {"cost_options": [{"option": "per session", "amount": 7}]},
        {"schedules": []},
        {"service_at_locations": []},
        {"attributes": []},
        {"status": "inactive"},
        {"organization": {"id": "0a7d3c11-8a53-4a3f-8c36-51f3f0c20001", "name": "Carr Bank Makers"}},
        {"organization": {"id": "another", "name": "Carr Bank Arts CIC"}},
        {"languages": [{"name": "Polish"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_service_is_updated_and_changing_it_back_brings_back_the_first(
    bring_in: Import, session: DatabaseSession, change: dict[str, Any]
) -> None:
    bring_in([clay(), singers()])
    tuesday = MONDAY + dt.timedelta(days=1)
    assert counts(bring_in([clay() | change, singers()], now=tuesday)) == (0, 1, 1, 0)
    assert offer_of(session).updated_at == tuesday
    assert offer_of(session, f"{SINGERS}@loc-3a").updated_at == MONDAY
    assert counts(bring_in([clay() | change, singers()])) == (0, 0, 2, 0)
    assert counts(bring_in([clay(), singers()])) == (0, 1, 1, 0)
    offer = offer_of(session)
    assert (offer.name, offer.status, len(offer.sessions), len(offer.costs)) == (
        "Thursday Clay Club",
        OfferStatus.PUBLIC,
        1,
        1,
    )
    assert offer.place is not None
    assert session.scalar(select(func.count()).select_from(Place)) == 3


def test_the_catalogue_hears_which_offers_changed(bring_in: Import, session: DatabaseSession) -> None:
    bring_in([clay(), singers()])
    bring_in([clay() | {"name": "Friday Clay Club"}, singers()])
    assert read_epoch(session) == 2
    changed = session.scalars(select(CatalogueChange.offer_id).where(CatalogueChange.number == 2)).all()
    assert changed == [offer_of(session).id]


def test_a_later_assurance_confirms_and_an_earlier_one_takes_nothing_back(
    bring_in: Import, session: DatabaseSession
) -> None:
    bring_in([clay()])
    assert counts(bring_in([clay() | {"assured_date": "2026-10-01"}])) == (0, 1, 0, 0)
    assert counts(bring_in([clay()])) == (0, 0, 1, 0)
    assert offer_of(session).confirmed_on == dt.date(2026, 10, 1)


def test_what_providers_and_the_council_add_stays(bring_in: Import, session: DatabaseSession) -> None:
    bring_in([clay()])
    offer = offer_of(session)
    offer.vacancy = Vacancy.OPEN
    offer.confirmed_on = dt.date(2026, 10, 30)
    offer.levels.append(OfferLevel(level=2, made_for=True))
    session.commit()
    assert counts(bring_in([clay()])) == (0, 0, 1, 0)
    bring_in([clay() | {"name": "Friday Clay Club"}])
    offer = offer_of(session)
    assert (offer.vacancy, offer.confirmed_on) == (Vacancy.OPEN, dt.date(2026, 10, 30))
    assert [level.level for level in offer.levels] == [2]


def test_a_place_that_a_service_gives_up_is_closed_and_opens_again(
    bring_in: Import, session: DatabaseSession
) -> None:
    bring_in([singers()])
    fewer = singers()
    fewer["service_at_locations"].pop()
    assert counts(bring_in([fewer])) == (0, 1, 0, 0)
    assert statuses(session) == {
        SINGERS: OfferStatus.PUBLIC,
        f"{SINGERS}@loc-3a": OfferStatus.CLOSED,
        f"{SINGERS}@loc-3b": OfferStatus.CLOSED,
    }
    assert public(session) == {SINGERS}
    assert counts(bring_in([fewer])) == (0, 0, 1, 0)
    assert counts(bring_in([singers()])) == (0, 1, 0, 0)
    assert statuses(session)[SINGERS] is OfferStatus.CLOSED
    assert statuses(session)[f"{SINGERS}@loc-3b"] is OfferStatus.PUBLIC


def test_organisations_told_in_parts_become_one_provider(bring_in: Import, session: DatabaseSession) -> None:
    bring_in(
        [
            {"id": "a", "name": "A", "organization_id": "org"},
            {"id": "b", "name": "B", "organization": {"id": "org", "name": "Kettle On"}},
            {
                "id": "c",
                "name": "C",
                "organization": {"id": "org", "name": "Kettle On", "email": "x@kettle.example"},
            },
        ]
    )
    (provider,) = session.scalars(select(Provider))
    assert (provider.name, provider.email) == ("Kettle On", "x@kettle.example")
    assert counts(bring_in([{"id": "a", "name": "A", "organization_id": "org"}])) == (0, 0, 1, 0)
    session.refresh(provider)
    assert provider.name == "Kettle On"


def test_hostile_texts_are_stored_as_plain_words(bring_in: Import, session: DatabaseSession) -> None:
    bring_in(EXAMPLES)
    offer = session.scalars(select(Offer).where(Offer.name == "Print Room")).one()
    assert (offer.summary, offer.description) == (
        "Lino cuts and posters.",
        "Ink provided.\nWhat it costs: £30.00 Membership per year",
    )
    assert (offer.provider.name, offer.provider.website, offer.provider.email) == ("Print Room", None, None)


def test_a_broken_file_changes_nothing(bring_in: Import, session: DatabaseSession) -> None:
    with pytest.raises(ImportFileError):
        bring_in(json.dumps([clay()] * 3).encode()[:-5])
    assert session.scalar(select(func.count()).select_from(Provider)) == 0


def many(number: int) -> list[dict[str, Any]]:
    services = []
    for at in range(number):
        service = clay()
        service |= {"id": f"service-{at}", "name": f"Club {at}"}
        service["organization"]["id"] = f"organisation-{at // 3}"
        services.append(service)
    return services


def test_the_number_of_statements_grows_with_batches_and_not_with_rows(
    bring_in: Import, statements: list[str]
) -> None:
    sent = []
    for number in (AT_ONCE // 2, AT_ONCE):
        statements.clear()
        bring_in(many(number))
        sent.append(len(statements))
    assert sent[1] <= sent[0] + 10 < 60
    statements.clear()
    bring_in(many(AT_ONCE))
    assert len(statements) < 25


def test_rows_are_kept_apart_over_several_batches(bring_in: Import, session: DatabaseSession) -> None:
    services = many(AT_ONCE + 20)
    assert counts(bring_in([*services, services[3], services[AT_ONCE + 1]])) == (AT_ONCE + 20, 0, 2, 0)
    services[AT_ONCE + 5]["name"] = "Changed"
    assert counts(bring_in(services)) == (0, 1, AT_ONCE + 19, 0)
    assert session.scalar(select(func.count()).select_from(Offer)) == AT_ONCE + 20


def test_whatever_is_mixed_up_in_a_service_both_databases_take_it_or_the_report_tells(
    bring_in: Import, session: DatabaseSession
) -> None:
    chance = random.Random(4)
    services = []
    for number in range(300):
        service = copy.deepcopy(chance.choice([one for one in EXAMPLES if isinstance(one, dict)]))
        for _ in range(chance.randint(1, 4)):
            _mix_up(service, chance)
        if chance.random() < 0.9:
            service["id"] = f"mixed-{number}"
        services.append(service)
    said: list[str] = []
    report = bring_in(services, tell=said.append)
    assert report.read == len(services)
    assert report.created > 150
    again = bring_in(services, tell=said.append)
    assert (again.created, again.updated) == (0, 0)
    assert len(said) <= 2 * 51


_ODD: list[Any] = [
    *(None, "", "x" * 5000, -1, 0, 10**12, 1.5, True, [], {}, [[]], [None], {"id": 1}),
    *("<b>\u202e\x00\ud800", "2026-02-30", "9999-12-31", "\u00e9" * 300, "NaN", "1e400", "£\u0663"),
]


def _mix_up(value: Any, chance: random.Random) -> None:
    """Put something odd somewhere in the tree of *value*."""
    while True:
        keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = chance.choice(keys)
        inner = value[key]
        if not isinstance(inner, dict | list) or not inner or chance.random() < 0.3:
            value[key] = chance.choice(_ODD)
            return
        value = inner
