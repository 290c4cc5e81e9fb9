"""A process starts with the catalogue that another one kept; whatever is wrong with that, it is made anew."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, update

from marketplace.db import Database, open_database, write_session
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.snapshot import _MAGIC, read
from marketplace.matching.text import Thesaurus
from marketplace.offers import catalogue as module
from marketplace.offers import kept as kept_module
from marketplace.offers.catalogue import CatalogueHolder, mark_changed
from marketplace.offers.models import Offer
from marketplace.offers.vectors import keep_vectors
from marketplace.settings import Settings
from marketplace.vocabulary import OfferStatus
from tests.offers.test_catalogue import answer_alike, change_some, seen
from tests.offers.test_vectors import LetterModel

NewProcess = Callable[..., CatalogueHolder]


@pytest.fixture
def directory(settings: Settings) -> PostcodeDirectory:
    return PostcodeDirectory.open(settings.postcode_dir)


@pytest.fixture
def new_process(settings: Settings, directory: PostcodeDirectory, tmp_path: Path) -> NewProcess:
    def start(**more: Any) -> CatalogueHolder:
        return CatalogueHolder(settings.seeds_dir, directory, kept_at=tmp_path / "kept" / "catalogue", **more)

    return start


@pytest.fixture
def kept_at(world: Database, new_process: NewProcess, tmp_path: Path) -> Path:
    """The file that a first process left."""
    with write_session(world) as session:
        mark_changed(session)
    holder = new_process()
    seen(world, holder)
    holder.wait()
    return tmp_path / "kept" / "catalogue"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with every catalogue that is made anew."""
    counted: list[int] = []
    build = module.build_catalogue

    def count(rows: Any, *rest: Any, **more: Any) -> Catalogue:
        counted.append(len(rows))
        return build(rows, *rest, **more)

    monkeypatch.setattr(module, "build_catalogue", count)
    return counted


def test_a_process_starts_with_what_another_kept_and_brings_it_up_to_date(
    world: Database,
    kept_at: Path,
    new_process: NewProcess,
    settings: Settings,
    directory: PostcodeDirectory,
    made: list[int],
) -> None:
    first = new_process()
    at_start = seen(world, first)
    assert made == []
    with write_session(world) as session:
        change_some(session, random.Random(1), 40)
    second = new_process()
    now = seen(world, second)
    assert made == []
    # The first process brought its own up to date, and neither wrote into the file.
    assert seen(world, first) is at_start
    anew = seen(world, CatalogueHolder(settings.seeds_dir, directory))
    assert made == [len(anew)]
    assert set(now.row_of) == set(anew.row_of) == set(at_start.row_of)
    answer_alike(now, anew, directory)
    assert seen(world, new_process()).used[0] == now.used[0]


def test_every_array_and_word_comes_back_as_it_was(world: Database, new_process: NewProcess) -> None:
    model = LetterModel()
    with write_session(world) as session:
        keep_vectors(session, model)
        mark_changed(session)
    holder = new_process(embedder=model)
    before = seen(world, holder)
    holder.wait()
    after = seen(world, new_process(embedder=model))
    assert after is not before
    for (name, one), (_, other) in zip(before.columns.named(), after.columns.named(), strict=True):
        assert one.dtype == other.dtype, name
        np.testing.assert_array_equal(one, other, err_msg=name)
        assert other.flags.writeable, name
    assert before.text.columns.vectors is not None
    assert after.text.columns.vectors is not None
    np.testing.assert_array_equal(before.text.columns.vectors.values, after.text.columns.vectors.values)
    np.testing.assert_array_equal(before.grid.first, after.grid.first)
    assert (before.ids, before.names, before.source_ids) == (after.ids, after.names, after.source_ids)
    assert before.row_of == after.row_of
    assert before.text.vocabulary == after.text.vocabulary
    assert before.text.thesaurus.spelling.real == after.text.thesaurus.spelling.real
    for said in ("cooking with friends", "I used to be a joiner", "not swimming"):
        np.testing.assert_array_equal(before.text.closeness(said), after.text.closeness(said))


def test_a_damaged_file_is_noticed_and_logged(kept_at: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = kept_at.read_bytes()

    def is_read() -> bool:
        caplog.clear()
        found = read(kept_at, fits=lambda _: True, thesaurus=Thesaurus.empty(), embedder=None)
        return found is not None

    assert is_read()
    assert not caplog.text
    for damaged in (
        b"",
        whole[:20],
        whole[:-100],
        whole[:-100_000],
        flipped(whole, -200_000),
        flipped(whole, len(_MAGIC) + 200),
    ):
        kept_at.write_bytes(damaged)
        assert not is_read()
        assert "It is made anew" in caplog.text


def test_a_damaged_file_is_replaced(
    world: Database, kept_at: Path, new_process: NewProcess, made: list[int]
) -> None:
    kept_at.write_bytes(kept_at.read_bytes()[:-100_000])
    holder = new_process()
    catalogue = seen(world, holder)
    assert made == [len(catalogue)]
    holder.wait()
    assert seen(world, new_process()).row_of == catalogue.row_of
    assert len(made) == 1
    assert [path.name for path in kept_at.parent.iterdir()] == ["catalogue"]


def flipped(content: bytes, at: int) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


def test_other_rules_or_another_model_make_it_anew(
    world: Database,
    kept_at: Path,
    new_process: NewProcess,
    made: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen(world, new_process(embedder=LetterModel()))
    assert len(made) == 1
    monkeypatch.setattr(kept_module, "_rules", lambda *_: "other rules")
    seen(world, new_process())
    assert len(made) == 2


def test_a_restored_backup_is_not_taken_for_what_came_after_it(
    world: Database, kept_at: Path, new_process: NewProcess, made: list[int], tmp_path: Path
) -> None:
    path = Path(str(world.engine.url.database))
    world.engine.dispose()
    backup = tmp_path / "backup.sqlite3"
    shutil.copy(path, backup)
    offer_id = rename(world, None, "Written after the backup")
    with write_session(world) as session:
        mark_changed(session)
    first = new_process()
    seen(world, first)
    first.wait()
    assert len(made) == 1
    world.engine.dispose()
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copy(backup, path)
    restored = open_database(f"sqlite:///{path}")
    rename(restored, offer_id, "Written again, otherwise")
    with write_session(restored) as session:
        mark_changed(session)
    after = seen(restored, new_process())
    assert after.names[after.row_of[offer_id]] == "Written again, otherwise"
    assert len(made) == 2
    restored.engine.dispose()


def rename(database: Database, offer_id: Any, name: str) -> Any:
    with write_session(database) as session:
        public = select(Offer.id).where(Offer.status == OfferStatus.PUBLIC).order_by(Offer.id)
        offer_id = offer_id or session.scalars(public).first()
        session.execute(update(Offer).where(Offer.id == offer_id).values(name=name))
        mark_changed(session, [offer_id])
    return offer_id


def test_a_folder_that_can_not_be_written_to_stops_nothing(
    world: Database, new_process: NewProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "kept").write_text("a file where the folder should be")
    with write_session(world) as session:
        mark_changed(session)
    holder = new_process()
    assert len(seen(world, holder))
    holder.wait()
    assert "could not be kept" in caplog.text
