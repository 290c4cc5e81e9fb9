"""The offer document: there and back through JSON and through the tables, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.offers.document import (
    FIELDS,
    DocumentError,
    OfferDocument,
    SessionSaid,
    as_offer,
    blank,
    changed_fields,
    document_of,
    parse_document,
    transient,
)
from marketplace.offers.publishing import LOOKED
from marketplace.vocabulary import Day, OfferKind, Repeats, Theme
from tests.directory import factories
from tests.offers.documents import KITCHEN


def test_a_document_comes_back_from_its_json_and_from_its_rows_as_it_was() -> None:
    full = replace(KITCHEN, suggested=(Theme.ANIMALS,))
    silent = {name for name in FIELDS if getattr(full, name) == getattr(blank(full.kind), name)}
    assert silent == {"kind", "shared_lives_form", "household_id"}
    assert parse_document(full.to_json()) == full
    assert document_of(transient(full)) == full
    assert parse_document({"kind": "buddy"}) == blank(OfferKind.BUDDY)


def test_of_every_field_it_is_written_whether_a_moderator_looks_first() -> None:
    assert tuple(LOOKED) == FIELDS


def test_the_same_facts_in_another_order_are_the_same_document() -> None:
    turned = replace(
        KITCHEN,
        themes=tuple(reversed(KITCHEN.themes)) * 2,
        sessions=tuple(reversed(KITCHEN.sessions)),
        levels=dict(reversed(KITCHEN.levels.items())),
    )
    assert turned == KITCHEN
    assert changed_fields(KITCHEN, replace(turned, name="Kitchen", min_age=None)) == ("name", "min_age")


def test_a_time_past_midnight_and_a_date_say_what_they_mean() -> None:
    session = {"day": "mon", "starts": "22:00", "ends": "02:00"}
    dated = {"starts": "10:00", "ends": "24:00", "repeats": "dated", "first_date": "2026-12-24"}
    read = parse_document({"kind": "buddy", "sessions": [session, dated]})
    assert read.sessions == (
        SessionSaid(day=Day.MON, starts=1320, ends=1560),
        SessionSaid(day=Day.THU, starts=600, ends=1440, repeats=Repeats.DATED, first_date=date(2026, 12, 24)),
    )
    assert parse_document(read.to_json()) == read


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "zoo"}, "kind"),
        ({"status": "public"}, "status"),
        ({"provider_id": "1"}, "provider_id"),
        ({"name": "x" * 201}, "name"),
        ({"name": ["a"]}, "name"),
        ({"themes": "cookery"}, "themes"),
        ({"themes": ["cooking"]}, "themes"),
        ({"levels": {"5": True}}, "levels"),
        ({"features": {"step_free": "yes"}}, "features"),
        ({"min_age": 30, "max_age": 20}, "max_age"),
        ({"min_age": True}, "min_age"),
        ({"sessions": [{"day": "mon", "starts": "25:00", "ends": "26:00"}]}, "sessions.starts"),
        ({"sessions": [{"starts": "10:00", "ends": "12:00"}]}, "sessions"),
        ({"sessions": [{"day": "mon", "starts": "10:00", "ends": "12:00", "id": "1"}]}, "sessions"),
        (
            {"sessions": [{"day": "mon", "starts": "10:00", "ends": "12:00", "places": 2, "places_left": 3}]},
            "sessions",
        ),
        ({"pauses": [{"first_date": "2026-02-30", "last_date": "2026-03-01"}]}, "pauses.first_date"),
        ({"pauses": [{"first_date": "2026-03-02", "last_date": "2026-03-01"}]}, "pauses"),
        ({"costs": [{"basis": "free", "amount": "2"}]}, "costs"),
        ({"costs": [{"basis": "hour"}]}, "costs"),
        ({"costs": [{"basis": "hour", "amount": "12.345"}]}, "costs.amount"),
        ({"costs": [{"basis": "hour", "amount": "NaN"}]}, "costs.amount"),
        ({"place": {"kind": "exact", "lat": 1.0}}, "place"),
        ({"place": {"kind": "travels_to_you", "radius_km": -1}}, "place.radius_km"),
        ({"household_id": "7"}, "household_id"),
    ],
)
def test_what_can_t_be_is_refused_by_its_field(said: dict[str, Any], field: str) -> None:
    with pytest.raises(DocumentError) as refused:
        parse_document({"kind": "buddy", **said})
    assert refused.value.field == field
    assert refused.value.text.endswith(".")


def test_unseen_letters_are_taken_out_of_what_was_typed() -> None:
    said = {"kind": "buddy", "name": "Cook\u202ee\x00r\n y", "description": "One\r\n\x07two\u202e"}
    read = parse_document(said)
    assert (read.name, read.description) == ("Cook e r y", "One\ntwo")


def test_a_preview_is_in_no_session_and_leaves_the_offer_alone(session: DatabaseSession) -> None:
    live = factories.offer(session, "Old name")
    shown = as_offer(KITCHEN, of=live, provider=live.provider)
    assert (shown.id, shown.name, shown.provider.name) == (live.id, "Tuesday kitchen", live.provider.name)
    assert shown not in session
    assert not session.new
    assert live.name == "Old name"
    assert isinstance(document_of(live), OfferDocument)
