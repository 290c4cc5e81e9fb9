"""An offer that changed is put into the columns: its words are read again only where they changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from marketplace.matching.catalogue import GONE, ROOM, Catalogue
from marketplace.matching.patching import patch, put_in, with_more_room
from marketplace.matching.text import TextIndex
from marketplace.vocabulary import Vacancy
from tests.matching.offers import catalogue_of, offer

KITCHEN = offer("Kitchen", text="We cook soup and bread together.")
CHOIR = offer("Choir", text="We sing songs.")


def _words(catalogue: Catalogue, row: int) -> list[tuple[int, int]]:
    terms, codes = catalogue.text.columns.terms_of(row)
    return list(zip(terms.tolist(), codes.tolist(), strict=True))


def test_the_same_words_are_taken_over_and_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = catalogue_of(KITCHEN, CHOIR)
    kitchen = catalogue.row_of[KITCHEN.id]
    before = _words(catalogue, kitchen)
    assert before
    with monkeypatch.context() as unread:
        unread.setattr(TextIndex, "row", lambda *_: pytest.fail("the same words were read again"))
        assert patch(catalogue, {KITCHEN.id: replace(KITCHEN, vacancy=Vacancy.FULL)})
    now = catalogue.row_of[KITCHEN.id]
    assert now != kitchen
    assert catalogue.columns.vacancy[kitchen] == GONE
    assert _words(catalogue, now) == before
    assert patch(catalogue, {KITCHEN.id: replace(KITCHEN, text="We sing songs.")})
    singing = catalogue.row_of[KITCHEN.id]
    assert _words(catalogue, singing) == _words(catalogue, catalogue.row_of[CHOIR.id])
    close = catalogue.text.closeness("songs", np.array([now, singing]))
    assert close[0] == 0.0
    assert close[1] > 0.5


def test_without_room_a_longer_copy_takes_it_and_readers_of_the_old_one_see_no_change() -> None:
    catalogue = catalogue_of(KITCHEN, CHOIR)
    for number in range(ROOM):
        assert patch(catalogue, {KITCHEN.id: replace(KITCHEN, min_age=number % 90)})
    assert len(catalogue) == 2 + ROOM
    vacancies = catalogue.columns.vacancy.copy()
    assert not patch(catalogue, {CHOIR.id: replace(CHOIR, min_age=40)})
    longer = put_in(catalogue, {CHOIR.id: replace(CHOIR, min_age=40), KITCHEN.id: None})
    assert longer.columns.min_age[longer.row_of[CHOIR.id]] == 40
    assert KITCHEN.id not in longer.row_of
    assert len(catalogue) == 2 + ROOM
    assert catalogue.grid.first[-1] == 2 + ROOM
    assert {KITCHEN.id, CHOIR.id} <= set(catalogue.row_of)
    np.testing.assert_array_equal(catalogue.columns.vacancy, vacancies)


def test_more_words_and_sessions_than_there_is_room_for_find_it_too() -> None:
    catalogue = catalogue_of(KITCHEN, CHOIR)
    hours = tuple((minute, minute + 5) for minute in range(0, 10_080, 3))
    often = replace(KITCHEN, sessions=hours)
    longer = put_in(catalogue, {KITCHEN.id: often})
    row = longer.row_of[KITCHEN.id]
    assert longer.columns.session_count[row] == len(hours)
    starts = longer.columns.session_start[longer.sessions_of(row).start : longer.sessions_of(row).stop]
    assert starts.tolist() == [start for start, _ in hours]
    assert len(with_more_room(longer, rows=10).columns.kind) == len(longer.columns.kind) + 10
