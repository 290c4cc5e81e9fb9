"""The example world is big enough, sound, and as scarce and as patchy as a real county."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from itertools import chain

import pytest
from geopy.distance import geodesic

from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.interop.example_world import find_faults, main, spots_of, written_for
from marketplace.interop.world_checks import Filed, has_evening, has_weekend
from marketplace.interop.world_files import SeedOffer
from marketplace.vocabulary import Day, LegalForm, OfferKind, PlaceKind, SupportLevel, Theme, Vacancy
from tests.interop.conftest import SEEDS

CROMER = (52.931, 1.302)
BASSETLAW, BRECKLAND = "E07000171", "E07000143"
WRITTEN_FOR = dt.date(2026, 11, 1)


@pytest.fixture(scope="module")
def offers(world: list[Filed]) -> list[SeedOffer]:
    return list(chain.from_iterable(filed.provider.offers for filed in world))


def of_kind(offers: Iterable[SeedOffer], *kinds: OfferKind) -> list[SeedOffer]:
    return [offer for offer in offers if offer.kind in kinds]


def providers_of(world: list[Filed], kind: OfferKind) -> int:
    return sum(any(offer.kind is kind for offer in filed.provider.offers) for filed in world)


def per_cent(part: Iterable[object], whole: list[SeedOffer]) -> float:
    return 100 * sum(map(bool, part)) / len(whole)


def test_the_files_have_no_faults(directory: PostcodeDirectory) -> None:
    _, problems = find_faults(SEEDS, spots_of(directory))
    assert [str(problem) for problem in problems] == []


def test_the_check_names_no_problem_and_says_how_much_there_is(
    directory: PostcodeDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check", "--seeds", str(SEEDS), "--postcodes", "nowhere"]) == 0
    printed = capsys.readouterr()
    assert printed.out.endswith("0 problems\n")
    assert "Postcodes are left unchecked" in printed.err


def test_there_are_enough_providers_and_offers_of_every_kind(
    world: list[Filed], offers: list[SeedOffer]
) -> None:
    counts = Counter(offer.kind for offer in offers)
    assert set(counts) == set(OfferKind)
    assert providers_of(world, OfferKind.DAY_SERVICE) >= 60
    assert providers_of(world, OfferKind.PERSONAL_ASSISTANT) >= 250
    assert counts[OfferKind.SHARED_LIVES] >= 60
    assert counts[OfferKind.COMMUNITY_GROUP] + counts[OfferKind.UNIVERSAL_PLACE] >= 200
    schemes = [filed for filed in world if filed.provider.legal_form is LegalForm.SHARED_LIVES_SCHEME]
    assert len(schemes) >= 4
    assert all(filed.provider.cqc_id for filed in schemes)


def test_every_district_has_day_services_assistants_and_groups(
    offers: list[SeedOffer], directory: PostcodeDirectory
) -> None:
    found = Counter(
        (directory.lookup(offer.place.postcode).district_code, offer.kind)
        for offer in offers
        if offer.place.postcode
    )
    districts = {code for code, _ in found}
    assert len(districts) == 15
    for kind, least in (
        (OfferKind.DAY_SERVICE, 2),
        (OfferKind.PERSONAL_ASSISTANT, 8),
        (OfferKind.COMMUNITY_GROUP, 4),
    ):
        few = {code: found[code, kind] for code in districts if found[code, kind] < least}
        assert few == {}, kind


def test_evenings_and_weekends_are_as_scarce_as_in_life(offers: list[SeedOffer]) -> None:
    day = of_kind(offers, OfferKind.DAY_SERVICE, OfferKind.ENABLEMENT)
    assert 7 <= per_cent((has_evening(offer) or has_weekend(offer) for offer in day), day) <= 17
    groups = of_kind(offers, OfferKind.COMMUNITY_GROUP)
    assert 25 <= per_cent((has_evening(offer) or has_weekend(offer) for offer in groups), groups) <= 45
    assistants = of_kind(offers, OfferKind.PERSONAL_ASSISTANT)
    assert 35 <= per_cent(map(has_evening, assistants), assistants) <= 55
    assert 30 <= per_cent(map(has_weekend, assistants), assistants) <= 50


def test_few_day_services_open_on_saturdays(offers: list[SeedOffer]) -> None:
    saturdays = [
        offer.id
        for offer in of_kind(offers, OfferKind.DAY_SERVICE)
        if any(Day.SAT in session.days for session in offer.sessions)
    ]
    assert len(saturdays) == 3


def test_bassetlaw_has_no_saturday_cookery(offers: list[SeedOffer], directory: PostcodeDirectory) -> None:
    cookery = [
        offer.id
        for offer in offers
        if Theme.COOKERY in offer.themes
        and offer.kind is not OfferKind.PERSONAL_ASSISTANT
        and offer.place.postcode
        and directory.lookup(offer.place.postcode).district_code == BASSETLAW
        and any(Day.SAT in session.days for session in offer.sessions)
    ]
    assert cookery == []


def test_breckland_has_no_assistant_with_evening_hours(
    offers: list[SeedOffer], directory: PostcodeDirectory
) -> None:
    mine = [
        offer
        for offer in of_kind(offers, OfferKind.PERSONAL_ASSISTANT)
        if offer.place.postcode and directory.lookup(offer.place.postcode).district_code == BRECKLAND
    ]
    assert len(mine) >= 8
    assert [offer.id for offer in mine if has_evening(offer)] == []


def test_no_place_near_cromer_serves_level_4(offers: list[SeedOffer], directory: PostcodeDirectory) -> None:
    near = []
    for offer in offers:
        if offer.place.kind is PlaceKind.EXACT and SupportLevel.SPECIALIST in offer.serves:
            assert offer.place.postcode is not None
            place = directory.lookup(offer.place.postcode)
            if geodesic((place.lat, place.lon), CROMER).km < 25:
                near.append(offer.id)
    assert near == []


def test_some_are_full_some_are_stale_and_some_things_are_not_known(offers: list[SeedOffer]) -> None:
    vacancies = Counter(offer.vacancy for offer in offers)
    assert 3 <= 100 * vacancies[Vacancy.FULL] / len(offers) <= 9
    assert 6 <= 100 * vacancies[Vacancy.WAITING_LIST] / len(offers) <= 14
    assert 8 <= 100 * vacancies[Vacancy.NOT_KNOWN] / len(offers) <= 18
    assert written_for(SEEDS) == WRITTEN_FOR
    half_a_year_ago = WRITTEN_FOR - dt.timedelta(days=183)
    stale = [offer for offer in offers if offer.confirmed and offer.confirmed < half_a_year_ago]
    assert 4 <= per_cent(stale, offers) <= 12
    assert any(not offer.costs for offer in offers)
    assert any(offer.confirmed is None for offer in offers)
    assert per_cent((not offer.sessions for offer in offers), offers) >= 3


def test_assistants_show_a_first_name_and_an_area_and_nothing_to_reach_them_by(world: list[Filed]) -> None:
    for filed in world:
        if any(offer.kind is OfferKind.PERSONAL_ASSISTANT for offer in filed.provider.offers):
            provider = filed.provider
            first_name, _, area = provider.name.partition(", ")
            assert len(first_name.split()) == 1, provider.id
            assert area, provider.id
            assert (provider.phone, provider.email, provider.website) == (None, None, None), provider.id
