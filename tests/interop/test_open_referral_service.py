"""One service becomes listings: what it says and no more."""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.geo.places import Precision
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.interop.importing import RowError
from marketplace.interop.open_referral_service import NOT_STATED, Service, Shown, read_service
from marketplace.interop.open_referral_words import kind_of, legal_form_of, themes_of_terms
from marketplace.matching.thesaurus import Thesaurus
from marketplace.vocabulary import Feature, LegalForm, OfferKind, PlaceKind, Setting, Theme

TODAY = date(2026, 11, 4)
SEEDS = Path(__file__).resolve().parents[2] / "seeds"
MANSFIELD = {"address_1": "4 Mill Yard", "city": "Mansfield", "postal_code": "ng181ab"}

Read = Callable[..., Service]


@pytest.fixture(scope="session")
def read(directory: PostcodeDirectory, thesaurus: Thesaurus) -> Read:
    def run(**facts: Any) -> Service:
        raw = {"id": "s1", "name": "Clay Club", "status": "active"} | facts
        return read_service(raw, directory=directory, thesaurus=thesaurus, today=TODAY)

    return run


def at(**location: Any) -> dict[str, Any]:
    return {"service_at_locations": [{"location": {"id": "l1"} | location}]}


def test_what_a_service_does_not_say_is_not_known(read: Read) -> None:
    service = read()
    assert service == Service(
        source_id="s1",
        name="Clay Club",
        summary="",
        description="",
        shown=Shown.ACTIVE,
        kind=OfferKind.COMMUNITY_GROUP,
        organisation=service.organisation,
        min_age=None,
        max_age=None,
        themes=(),
        suggested=(Theme.ARTS_CRAFTS,),
        prices=[],
        languages="",
        flexible=False,
        confirmed_on=None,
        listings=service.listings,
    )
    (listing,) = service.listings
    assert (listing.spot, listing.features, listing.sessions, listing.settings) == (None, {}, [], ())
    assert (service.organisation.source_id, service.organisation.name) == ("service:s1", NOT_STATED)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"id": None}, "id"),
        ({"id": "x" * 121}, "id"),
        ({"id": "a\u202eb"}, "id"),
        ({"id": ["a"]}, "id"),
        ({"name": ""}, "name"),
        ({"name": "<b></b>"}, "name"),
        ({"name": None}, "name"),
        ({"status": "archived"}, "status"),
        ({"minimum_age": 65, "maximum_age": 25}, "maximum_age"),
    ],
)
def test_a_row_without_what_it_needs_is_turned_away_by_the_fields_name(
    read: Read, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(RowError) as raised:
        read(**facts)
    assert raised.value.field == field


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("active", Shown.ACTIVE),
        ("Active ", Shown.ACTIVE),
        (None, Shown.ACTIVE),
        ("inactive", Shown.CLOSED),
        ("defunct", Shown.CLOSED),
        ("temporarily closed", Shown.PAUSED),
        ("temporarily_closed", Shown.PAUSED),
    ],
)
def test_the_four_statuses_are_three_of_ours(read: Read, status: str | None, shown: Shown) -> None:
    assert read(status=status).shown is shown


@pytest.mark.parametrize(
    ("facts", "ages"),
    [
        ({"minimum_age": 18, "maximum_age": 65}, (18, 65)),
        ({"minimum_age": "18"}, (18, None)),
        ({"minimum_age": 0, "maximum_age": 0}, (None, None)),
        ({"minimum_age": 50, "maximum_age": 999}, (50, None)),
        ({"minimum_age": -1, "maximum_age": "any"}, (None, None)),
        ({"eligibilitys": [{"minimum_age": 55, "maximum_age": 0}]}, (55, None)),
    ],
)
def test_ages_are_limits_only_where_they_limit(
    read: Read, facts: dict[str, Any], ages: tuple[int | None, int | None]
) -> None:
    service = read(**facts)
    assert (service.min_age, service.max_age) == ages


def test_what_is_for_children_only_is_kept_but_not_shown(read: Read) -> None:
    service = read(minimum_age=5, maximum_age=11)
    assert service.shown is Shown.PAUSED
    assert "people up to 11 only" in service.notes[0]
    assert read(maximum_age=17).shown is Shown.ACTIVE


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (("Knit and natter", "", "Ravensdale Library"), OfferKind.UNIVERSAL_PLACE),
        (("Swim for all", "", "Meden Leisure Centre"), OfferKind.UNIVERSAL_PLACE),
        (("Cookery course", "", "West Fen College"), OfferKind.UNIVERSAL_PLACE),
        (("Oak Day Centre", "", ""), OfferKind.DAY_SERVICE),
        (("The Oaks", "Day care", "Oaks Ltd"), OfferKind.DAY_SERVICE),
        (("Walking group", "", ""), OfferKind.COMMUNITY_GROUP),
        (("Phone befriending", "", "A library"), OfferKind.BUDDY),
        (("Fenland dial-a-ride", "", ""), OfferKind.TRANSPORT),
        (("Independent travel training", "Transport services", ""), OfferKind.TRAVEL_TRAINING),
        (("Saturday respite", "Day centre", ""), OfferKind.SHORT_BREAK),
        (("Fir Court", "Extra care", ""), OfferKind.HOUSING_WITH_SUPPORT),
        (("Job club", "", ""), OfferKind.WORK_SUPPORT),
        (("Reablement at home", "", ""), OfferKind.ENABLEMENT),
        (("Telecare", "", ""), OfferKind.EQUIPMENT),
        (("Shared Lives Norfolk", "", ""), OfferKind.SHARED_LIVES),
        (("Find a personal assistant", "", ""), OfferKind.COMMUNITY_GROUP),
    ],
)
def test_the_kind_comes_from_plain_words(texts: tuple[str, ...], kind: OfferKind) -> None:
    assert kind_of(*texts) is kind


@pytest.mark.parametrize(
    ("status", "name", "form"),
    [
        ("Registered charity", "Harbour Singers", LegalForm.CHARITY),
        ("", "Carr Bank Arts CIC", LegalForm.CIC),
        ("", "Fenland Care Ltd", LegalForm.COMPANY),
        ("", "Ravensdale Borough Council", LegalForm.COUNCIL),
        ("", "Ravensdale Council for Voluntary Service", LegalForm.CHARITY),
        ("", "West Fen College", LegalForm.PUBLIC_BODY),
        ("", "Kettle On", LegalForm.COMMUNITY_GROUP),
    ],
)
def test_the_legal_form_comes_from_plain_words(status: str, name: str, form: LegalForm) -> None:
    assert legal_form_of(status, name) is form


@pytest.mark.parametrize(
    ("term", "themes"),
    [
        ("Arts and crafts", {Theme.ARTS_CRAFTS}),
        ("Choirs", {Theme.MUSIC_DRAMA_DANCE}),
        ("Gardening groups", {Theme.GARDENING_NATURE}),
        ("music_drama_dance", {Theme.MUSIC_DRAMA_DANCE}),
        ("Sport and swimming", {Theme.SPORT, Theme.SWIMMING}),
        ("Learning disabilities", set()),
        ("Friends of the hospital", set()),
        ("Services", set()),
        ("", set()),
    ],
)
def test_a_taxonomy_term_states_a_theme_only_if_all_of_it_is_plain(
    thesaurus: Thesaurus, term: str, themes: set[Theme]
) -> None:
    assert set(themes_of_terms(thesaurus, [term])) == themes


def test_stated_themes_and_suggested_ones_are_kept_apart(read: Read) -> None:
    service = read(
        name="Harbour Kitchen",
        description="Cook a hot meal together. Cooking for beginners.",
        attributes=[{"link_entity": "service", "taxonomy_term": {"name": "Choirs"}}],
        service_taxonomys=[{"taxonomy": {"name": "Gardening"}}],
    )
    assert service.themes == (Theme.MUSIC_DRAMA_DANCE, Theme.GARDENING_NATURE)
    assert Theme.COOKERY in service.suggested
    assert not set(service.themes) & set(service.suggested)


def test_terms_of_a_location_say_nothing_about_the_service(read: Read) -> None:
    facts = [{"link_entity": "location", "taxonomy_term": {"name": "Choirs"}}]
    assert read(attributes=facts).themes == ()


def test_a_place_is_found_by_its_point_and_its_postcode(read: Read) -> None:
    service = read(**at(name="Mill", latitude="53.1402", longitude=-1.1955, addresses=[MANSFIELD]))
    spot = service.listings[0].spot
    assert spot is not None
    assert (spot.name, spot.street, spot.town, spot.postcode) == (
        "Mill",
        "4 Mill Yard",
        "Mansfield",
        "NG18 1AB",
    )
    assert (spot.lat, spot.lon, spot.precision) == (53.1402, -1.1955, Precision.POSTCODE)
    assert (spot.kind, spot.district_code) == (PlaceKind.EXACT, "E07000174")


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(0, 0), (None, None), (100, 101), (-1.1955, 53.1402), (52.75, 0.39), ("north", "west"), ("nan", "inf")],
    ids=["zero", "none", "nowhere", "swapped", "far from the postcode", "words", "not finite"],
)
def test_a_wrong_point_gives_way_to_the_postcode(read: Read, lat: object, lon: object) -> None:
    spot = read(**at(latitude=lat, longitude=lon, addresses=[MANSFIELD])).listings[0].spot
    assert spot is not None
    assert spot.lat == pytest.approx(53.1399672)


@pytest.mark.parametrize("postcode", ["", "not known", "BT1 5GS", "ZZ1 1ZZ"])
def test_a_place_that_can_not_be_located_is_still_listed(read: Read, postcode: str) -> None:
    (listing,) = read(**at(name="The long barn", addresses=[{"postal_code": postcode}])).listings
    assert listing.spot is not None
    assert (listing.spot.name, listing.spot.lat, listing.spot.postcode) == ("The long barn", None, None)


def test_a_postcode_that_is_not_listed_is_kept_and_placed_nearby(read: Read) -> None:
    spot = read(**at(addresses=[MANSFIELD | {"postal_code": "ng181zz"}])).listings[0].spot
    assert spot is not None
    assert (spot.postcode, spot.precision) == ("NG18 1ZZ", Precision.SECTOR)


def test_an_address_for_letters_is_no_place(read: Read) -> None:
    assert read(**at(location_type="postal", addresses=[MANSFIELD])).listings[0].spot is None
    spot = (
        read(
            **at(
                addresses=[
                    {"address_type": "postal", "city": "Leeds"},
                    MANSFIELD | {"address_type": "physical"},
                ]
            )
        )
        .listings[0]
        .spot
    )
    assert spot is not None
    assert spot.town == "Mansfield"


def test_a_virtual_place_is_online(read: Read) -> None:
    (listing,) = read(**at(location_type="virtual")).listings
    assert listing.spot is not None
    assert listing.spot.kind is PlaceKind.ONLINE
    assert listing.settings == (Setting.ONLINE,)


def test_several_places_are_several_listings_each_with_its_own_facts(read: Read) -> None:
    schedule = {"freq": "WEEKLY", "opens_at": "10:00", "closes_at": "12:00"}
    service = read(
        schedules=[schedule | {"byday": "MO"}],
        service_at_locations=[
            {"location": {"id": "a", "name": "Hall", "accessibility": [{"description": "Hearing loop"}]}},
            {"location": {"id": "b", "name": "Barn"}, "schedules": [schedule | {"byday": "FR"}]},
            {"location": {"id": "b", "name": "Barn"}, "schedules": [schedule | {"byday": "SA"}]},
        ],
    )
    hall, barn = service.listings
    assert (hall.source_id, barn.source_id) == ("s1@a", "s1@b")
    assert [times.day for times in hall.sessions] == [0]
    assert [times.day for times in barn.sessions] == [4, 5]
    assert (hall.features, barn.features) == ({Feature.HEARING_LOOP: True}, {})


def test_one_place_has_the_identifier_of_its_service(read: Read) -> None:
    assert read(**at(name="Hall")).listings[0].source_id == "s1"


def test_the_home_of_a_shared_lives_carer_is_masked(read: Read) -> None:
    spot = read(name="Shared Lives with Pat", **at(name="Pat's", addresses=[MANSFIELD])).listings[0].spot
    assert spot is not None
    assert (spot.kind, spot.name, spot.street) == (PlaceKind.MASKED, None, None)
    assert spot.town == "Mansfield"


def test_access_is_read_from_version_1_from_details_and_from_terms(read: Read) -> None:
    old = at(accessibility_for_disabilities=[{"accessibility": "Hearing loop"}], name="Hall")
    assert read(**old).listings[0].features == {Feature.HEARING_LOOP: True}
    split = at(accessibility=[{"description": "Hearing loop", "details": "No"}], name="Hall")
    assert read(**split).listings[0].features == {Feature.HEARING_LOOP: False}
    term = {"attributes": [{"taxonomy_term": {"name": "Wheelchair accessible"}}]}
    assert read(**term).listings[0].features[Feature.STEP_FREE] is True


def test_languages_are_named_and_bsl_is_a_feature(read: Read) -> None:
    service = read(languages=[{"code": "pl"}, {"name": "English"}, {"name": "British Sign Language"}])
    assert service.languages == "Polish"
    assert service.listings[0].features == {Feature.BSL: True}


def test_a_place_that_is_open_all_day_may_be_visited_for_a_part_of_it(read: Read) -> None:
    opening = [{"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00"}]
    assert read(name="Ravensdale Library", schedules=opening).flexible
    assert not read(name="Oak Day Centre", schedules=opening).flexible


def test_names_of_contacts_are_left_out_and_their_number_is_kept(read: Read) -> None:
    service = read(contacts=[{"name": "Dot Marlow", "phones": [{"number": "07700 900321"}]}])
    assert service.organisation.phone == "07700 900321"
    assert "Dot" not in repr(service)


def test_contacts_of_a_service_stand_beside_those_of_its_organisation(read: Read) -> None:
    service = read(
        email="clay@carrbank.example",
        organization={"id": "o", "name": "Carr Bank", "email": "hello@carrbank.example"},
    )
    assert service.organisation.email == "hello@carrbank.example"
    assert service.description == "To get in touch: clay@carrbank.example"


def test_what_no_field_of_ours_holds_stays_in_the_description(read: Read) -> None:
    service = read(
        description="Make pots. Take them home.",
        alert="Closed in August.",
        eligibility_description="Adults with a learning disability",
        fees="Donations welcome",
        service_areas=[{"name": "Mansfield"}, {"service_area": "Ashfield"}],
        schedules=[{"description": "Every other Monday"}],
    )
    assert service.summary == "Make pots."
    assert service.description.splitlines() == [
        "Please note: Closed in August.",
        "Take them home.",
        "Who it is for: Adults with a learning disability",
        "When: Every other Monday",
        "What it costs: Donations welcome",
        "Area: Mansfield, Ashfield",
    ]


def test_only_an_assured_date_that_has_been_confirms_a_listing(read: Read) -> None:
    assert read(assured_date="2026-05-04", last_modified="2026-10-01").confirmed_on == date(2026, 5, 4)
    assert read(assured_date="2027-05-04", last_modified="2026-10-01").confirmed_on is None


_SCALAR = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.decimals()
    | st.text(max_size=30)
    | st.text(alphabet=string.printable + "\u202e\x00\ud800<>&", max_size=300)
)
_JSON = st.recursive(
    _SCALAR,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "id name number phones description details accessibility location location_type addresses postal_code "
                "city latitude longitude schedules byday freq opens_at closes_at option amount taxonomy_term".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
_FIELDS = (
    "id name status description url email fees minimum_age maximum_age assured_date alert schedules service_areas "
    "service_at_locations languages organization organization_id cost_options contacts attributes eligibilitys "
    "regular_schedules service_taxonomys phones".split()
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON, max_size=6))
def test_whatever_stands_in_a_field_a_service_is_read_or_turned_away(
    read: Read, facts: dict[str, Any]
) -> None:
    try:
        service = read(**facts)
    except RowError:
        return
    assert 0 < len(service.name) <= 200
    assert len(service.summary) <= 400
    assert service.listings
    for listing in service.listings:
        assert len(listing.source_id) <= 200
        spot = listing.spot
        assert spot is None or (spot.lat is None) == (spot.lon is None)
