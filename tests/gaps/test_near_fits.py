"""Offers that could stand in, and those that nearly fit: public facts and the middle of a place, nothing else."""

from __future__ import annotations

import numpy as np

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.near_fits import near_fits, stand_ins
from marketplace.vocabulary import Day, OfferKind, PlaceKind, SupportLevel, Theme, Vacancy
from tests.gaps.worlds import LAT, LON
from tests.matching.offers import catalogue_of, levels, offer, session

A_KM = 1 / 67.1
"""Degrees east, at 53 degrees north."""


def test_what_stands_in_the_way_of_each_offer_near_a_gap() -> None:
    saturday = (session(Day.SAT, "10:00", "12:00"),)
    catalogue = catalogue_of(
        offer("fits", lat=LAT, lon=LON + 2 * A_KM, sessions=saturday, levels=levels(3)),
        offer("on Tuesdays", lat=LAT, lon=LON, levels=levels(3)),
        offer("full", lat=LAT, lon=LON, sessions=saturday, vacancy=Vacancy.WAITING_LIST),
        offer("far", lat=LAT, lon=LON + 15 * A_KM, sessions=saturday, levels=levels(3)),
        offer("too far", lat=LAT, lon=LON + 50 * A_KM, sessions=saturday),
        offer(
            "comes",
            lat=LAT,
            lon=LON + 15 * A_KM,
            place_kind=PlaceKind.TRAVELS_TO_YOU,
            radius_km=20.0,
            flexible=True,
            levels=0,
            sessions=(),
        ),
        offer("swims", lat=LAT, lon=LON, themes=Theme.SWIMMING.bit),
    )
    found = near_fits(
        catalogue,
        lat=LAT,
        lon=LON,
        theme=Theme.COOKERY,
        band=TimeBand.SATURDAY_MORNING,
        level=SupportLevel.PERSONALISED,
    )
    assert [(catalogue.names[one.row], round(one.km), one.in_the_way) for one in found] == [
        ("comes", 0, ()),
        ("fits", 2, ()),
        ("on Tuesdays", 0, (Hindrance.NO_WEEKEND,)),
        ("far", 15, (Hindrance.TRAVEL,)),
        ("full", 0, (Hindrance.FULL, Hindrance.LEVEL)),
    ]
    # Where nothing is told of times and levels, nothing of them is in the way.
    plain = near_fits(catalogue, lat=LAT, lon=LON, theme=Theme.COOKERY)
    assert {catalogue.names[one.row] for one in plain if not one.in_the_way} == {
        "comes",
        "fits",
        "on Tuesdays",
    }


def test_what_could_stand_in_has_places_a_theme_and_a_level_of_what_goes() -> None:
    both = Theme.COOKERY.bit | Theme.SWIMMING.bit
    catalogue = catalogue_of(
        offer("goes", lat=LAT, lon=LON, themes=both, levels=levels(3)),
        offer("its other offer", lat=LAT, lon=LON, themes=both),
        offer(
            "another kind", lat=LAT, lon=LON, themes=both, levels=levels(3), kind=OfferKind.UNIVERSAL_PLACE
        ),
        offer("one theme", lat=LAT, lon=LON + A_KM, levels=levels(3, 4)),
        offer("both", lat=LAT, lon=LON + 2 * A_KM, themes=both, levels=0),
        offer("other level", lat=LAT, lon=LON, themes=both, levels=levels(1)),
        offer("full", lat=LAT, lon=LON, themes=both, vacancy=Vacancy.FULL),
        offer("far", lat=LAT, lon=LON + 30 * A_KM, themes=both, levels=levels(3)),
    )
    row = {name: at for at, name in enumerate(catalogue.names)}
    found = stand_ins(catalogue, np.array([row["goes"]]), without={row["goes"], row["its other offer"]})
    assert [(catalogue.names[one.row], one.shared) for one in found] == [
        ("both", 2),
        ("one theme", 1),
        ("another kind", 2),
    ]
    assert stand_ins(catalogue, np.zeros(0, dtype=np.int64), without=set()) == []
