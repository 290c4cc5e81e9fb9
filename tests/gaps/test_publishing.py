"""What the solver can't answer is not told, and keeps nothing else from being told."""

from __future__ import annotations

import pytest

from marketplace.gaps import publishing
from marketplace.gaps.audit import Books, gives_away
from marketplace.gaps.disclosure import A_FEW, Shown


def books(total: int, *parts: Shown) -> Books:
    made = Books()
    unknown = made.new(len(parts))
    made.publish(unknown, Shown(total))
    for one, part in zip(unknown, parts, strict=True):
        made.publish([one], part)
    return made


def test_books_that_contradict_each_other_are_all_stars_and_the_others_are_judged_as_ever() -> None:
    impossible = books(100, A_FEW, Shown(10))
    telling = books(45, Shown(10), Shown(10), Shown(10), A_FEW)
    harmless = books(25, Shown(10), Shown(10), A_FEW)
    with pytest.raises(ValueError, match="contradict"):
        gives_away(impossible)

    found = publishing._asked_together([telling, impossible, harmless])

    assert found == [gives_away(telling), [0, 1, 2], gives_away(harmless)]
    assert found[0]
    assert not found[2]
