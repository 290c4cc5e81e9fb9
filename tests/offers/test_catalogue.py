"""The catalogue follows the database: what changed is seen by the next reader, and is the same as anew."""

from __future__ import annotations

import random
import threading
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.db import Database, write_session
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching.catalogue import ROOM, Catalogue, build_catalogue
from marketplace.matching.needs import parse_needs
from marketplace.matching.ranking import rank
from marketplace.offers import catalogue as module
from marketplace.offers import changes
from marketplace.offers.catalogue import CatalogueHolder, mark_changed, read_epoch
from marketplace.offers.changes import changed_since
from marketplace.offers.models import CatalogueChange, Offer, OfferTheme, Session
from marketplace.offers.rows import read_rows
from marketplace.settings import Settings
from marketplace.vocabulary import OfferStatus, Theme, Vacancy
from tests.matching.random_world import random_needs

TODAY = date(2026, 11, 23)


@pytest.fixture
def holder(settings: Settings) -> CatalogueHolder:
    return CatalogueHolder(settings.seeds_dir, PostcodeDirectory.open(settings.postcode_dir))


def seen(world: Database, holder: CatalogueHolder, today: date = TODAY) -> Catalogue:
    with world.read() as session:
        return holder.current(session, today=today)


def change_some(session: DatabaseSession, rng: random.Random, count: int) -> list[UUID]:
    """Change offers in all sorts of ways, and say so."""
    offers = list(
        session.scalars(select(Offer.id).where(Offer.status == OfferStatus.PUBLIC).order_by(Offer.id))
    )
    chosen = rng.sample(offers, count)
    for number, offer_id in enumerate(chosen):
        here = update(Offer).where(Offer.id == offer_id)
        match number % 5:
            case 0:
                session.execute(
                    here.values(name="Changed", summary="Cooking and singing", vacancy=Vacancy.OPEN)
                )
            case 1:
                session.execute(here.values(status=OfferStatus.PAUSED))
            case 2:
                session.execute(delete(Session).where(Session.offer_id == offer_id))
                session.add(Session(offer_id=offer_id, day_number=5, starts_minute=600, ends_minute=720))
            case 3:
                session.execute(delete(OfferTheme).where(OfferTheme.offer_id == offer_id))
                session.add(OfferTheme(offer_id=offer_id, theme=Theme.COOKERY))
            case _:
                session.execute(here.values(vacancy=Vacancy.FULL))
    mark_changed(session, chosen)
    return chosen


def _public(session: DatabaseSession, offers: list[UUID]) -> set[UUID]:
    statement = select(Offer.id).where(Offer.id.in_(offers), Offer.status == OfferStatus.PUBLIC)
    return set(session.scalars(statement))


def answer_alike(
    left: Catalogue, right: Catalogue, directory: PostcodeDirectory, today: date = TODAY
) -> None:
    """Both give the same matches and near misses to many people."""
    rng = random.Random(40)
    compared = 0
    for _ in range(40):
        document = random_needs(rng)
        # Words are weighed by how rare they are, which is counted anew only with the catalogue.
        document["goals"] = [{"theme": "cookery"}, {"theme": rng.choice(list(Theme)).value}]
        needs = parse_needs(document)
        home = directory.lookup(needs.postcode) if needs.postcode else None
        one, other = (rank(needs, catalogue, home=home, today=today) for catalogue in (left, right))
        assert [(match.offer, match.score) for match in one.matches(0, 500)] == [
            (match.offer, match.score) for match in other.matches(0, 500)
        ]
        assert [miss.offer for miss in one.near_misses(20)] == [miss.offer for miss in other.near_misses(20)]
        compared += len(one)
    assert compared > 300, "hardly anything matched, so little was compared"


def test_what_changed_is_put_in_and_is_the_same_as_a_catalogue_made_anew(
    world: Database, holder: CatalogueHolder, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen(world, holder)
    rng = random.Random(3)
    for _ in range(3):
        with write_session(world) as session:
            change_some(session, rng, 25)
        with monkeypatch.context() as patch:
            patch.setattr(module, "build_catalogue", lambda *_, **__: pytest.fail("it was made anew"))
            after = seen(world, holder)
        assert after is before
    anew = CatalogueHolder(settings.seeds_dir, PostcodeDirectory.open(settings.postcode_dir))
    fresh = seen(world, anew)
    assert fresh is not after
    answer_alike(after, fresh, PostcodeDirectory.open(settings.postcode_dir))


def test_an_offer_that_is_withdrawn_is_gone_at_the_next_look(
    world: Database, holder: CatalogueHolder
) -> None:
    before = seen(world, holder)
    gone = before.ids[0]
    with write_session(world) as session:
        session.execute(update(Offer).where(Offer.id == gone).values(status=OfferStatus.CLOSED))
        mark_changed(session, [gone])
    after = seen(world, holder)
    assert gone not in after.row_of
    needs = parse_needs({"goals": [{"theme": theme.value} for theme in list(Theme)[:20]]})
    ranking = rank(needs, after, home=None, today=TODAY)
    shown = {ranking.match(place).offer for place in range(len(ranking))}
    assert gone not in shown
    assert gone not in {miss.offer for miss in ranking.near_misses(2000)}


def test_a_change_of_everything_or_of_more_than_there_is_room_for_makes_it_anew(
    world: Database, holder: CatalogueHolder
) -> None:
    before = seen(world, holder)
    with write_session(world) as session:
        mark_changed(session)
    anew = seen(world, holder)
    assert anew is not before
    with write_session(world) as session:
        change_some(session, random.Random(1), ROOM + 1)
    assert seen(world, holder) is not anew


def test_the_room_runs_out_and_nothing_is_lost(world: Database, holder: CatalogueHolder) -> None:
    first = seen(world, holder)
    for round_ in range(4):
        with write_session(world) as session:
            chosen = change_some(session, random.Random(round_), 120)
            public = _public(session, chosen)
        now = seen(world, holder)
        assert public <= set(now.row_of)
        assert not (set(chosen) - public) & set(now.row_of)
    assert now is not first


def test_what_is_over_since_yesterday_is_gone_and_nothing_else_is_read_again(
    world: Database, settings: Settings, holder: CatalogueHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = CatalogueHolder(
        settings.seeds_dir, PostcodeDirectory.open(settings.postcode_dir), open_session=world.read
    )
    last, only_here = seen(world, holder).ids[:2]
    with write_session(world) as session:
        for offer_id, last_day in ((last, TODAY), (only_here, TODAY + timedelta(days=1))):
            session.execute(delete(Session).where(Session.offer_id == offer_id))
            session.add(
                Session(
                    offer_id=offer_id, day_number=5, starts_minute=600, ends_minute=720, last_date=last_day
                )
            )
        mark_changed(session, [last, only_here])
    today = seen(world, holder)
    assert {last, only_here} <= set(today.row_of)
    read: list[set[UUID]] = []
    monkeypatch.setattr(
        module,
        "read_rows",
        lambda *a, only=None, **more: read.append(set(only or ())) or read_rows(*a, only=only, **more),
    )
    tomorrow = seen(world, holder, TODAY + timedelta(days=1))
    assert last not in tomorrow.row_of
    assert only_here in tomorrow.row_of
    assert last in read[0]
    assert only_here not in read[0]
    # Words are weighed anew once a day, while requests go on.
    holder.wait()
    in_order = seen(world, holder, TODAY + timedelta(days=1))
    assert in_order is not tomorrow
    assert set(in_order.row_of) == set(tomorrow.row_of)


def test_requests_go_on_and_stay_fresh_while_the_catalogue_is_put_in_order(
    world: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = PostcodeDirectory.open(settings.postcode_dir)
    holder = CatalogueHolder(settings.seeds_dir, directory, open_session=world.read)
    first = seen(world, holder)
    begun, go_on = threading.Event(), threading.Event()

    def slowly(*rows: Any, **more: Any) -> Catalogue:
        begun.set()
        assert go_on.wait(60)
        return build_catalogue(*rows, **more)

    monkeypatch.setattr(module, "build_catalogue", slowly)
    rng = random.Random(5)
    for number in range(4):
        with write_session(world) as session:
            chosen = change_some(session, rng, 90)
            public = _public(session, chosen)
        # The fourth time there is no room left: the rows move to longer arrays, and all is found.
        now = seen(world, holder)
        assert public <= set(now.row_of), number
        assert not (set(chosen) - public) & set(now.row_of), number
    assert begun.wait(60), "nobody began to put it in order"
    assert now is not first
    go_on.set()
    holder.wait()
    in_order = seen(world, holder)
    assert in_order is not now
    # Most offers stand in order again, and those that changed meanwhile are among them.
    assert len(in_order) < len(now)
    answer_alike(now, in_order, directory)


def test_a_catalogue_that_could_not_be_put_in_order_goes_on(
    world: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    directory = PostcodeDirectory.open(settings.postcode_dir)
    holder = CatalogueHolder(settings.seeds_dir, directory, open_session=world.read)
    seen(world, holder)
    with monkeypatch.context() as patch:
        patch.setattr(module, "build_catalogue", lambda *_, **__: 1 / 0)
        tomorrow = seen(world, holder, TODAY + timedelta(days=1))
        holder.wait()
    assert "could not be put in order" in caplog.text
    assert seen(world, holder, TODAY + timedelta(days=1)) is tomorrow


def test_a_reader_with_an_older_view_does_not_turn_the_catalogue_back(
    world: Database, holder: CatalogueHolder
) -> None:
    with world.read() as old_reader:
        read_epoch(old_reader)
        with write_session(world) as session:
            change_some(session, random.Random(9), 5)
        new = seen(world, holder)
        assert holder.current(old_reader, today=TODAY) is new
        assert seen(world, holder) is new


def test_old_changes_are_forgotten_and_who_is_further_behind_reads_everything(
    session: DatabaseSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "KEPT", 10)
    monkeypatch.setattr(changes, "_FORGET_EVERY", 5)
    for number in range(1, 26):
        mark_changed(session, [UUID(int=number)])
    numbers = set(session.scalars(select(CatalogueChange.number)))
    assert numbers == {*range(16, 26), *range(-25, -15)}
    assert changed_since(session, 15, 25) == {UUID(int=number) for number in range(16, 26)}
    assert changed_since(session, 14, 25) is None


def test_changes_get_rising_numbers_on_both_databases(session: DatabaseSession) -> None:
    assert read_epoch(session) == 0
    assert [mark_changed(session), mark_changed(session, [UUID(int=5)])] == [1, 2]
    assert read_epoch(session) == 2
    assert changed_since(session, 1, 2) == {UUID(int=5)}
    assert changed_since(session, 0, 2) is None
    assert changed_since(session, 2, 2) == set()
