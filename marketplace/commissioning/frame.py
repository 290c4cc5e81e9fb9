"""What stands at the top of every page of commissioners, and what the start page lists.

place_of("commissioning.market", N_("Market"), N_("What there is."), "search")


@needs_doing
def late_gaps(session: Session, council: Council) -> Iterable[ToDo]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from marketplace.commissioning.council import Council, current_council, own_councils
from marketplace.vocabulary import N_

START = "commissioning.start"


@dataclass(frozen=True, slots=True)
class CouncilPlace:
    """One page of commissioners."""

    endpoint: str
    words: str
    about: str
    """One sentence for the start page; '' leaves it out there."""
    picture: str


@dataclass(frozen=True, slots=True)
class ToDo:
    """A line of the start page: something that waits for somebody, in the reader's words already."""

    words: str
    href: str
    is_late: bool = False


Waiting = Callable[[Session, Council], Iterable[ToDo]]
_PLACES = [CouncilPlace(START, N_("What needs doing"), "", "home")]
_WAITING: list[Waiting] = []
_ORDER = {
    f"commissioning.{name}": number
    for number, name in enumerate(
        ("start", "gaps", "next_offers", "groups", "register", "market", "pilots", "outcomes", "you_said")
    )
}
"""From what is missing to what is done about it, what there is, and what came of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilFrame:
    """The frame of one page."""

    council: Council
    councils: dict[str, str]
    links: tuple[tuple[str, str, str, str, str], ...]
    """Address, words, about, picture, and 'page' where it is this page, 'true' where this page is below it."""
    picker: str
    """Where a chosen council is sent: this page, or the start page from a page about one record."""


def place_of(endpoint: str, words: str, about: str, picture: str) -> None:
    """Show a page in the frame and on the start page, where ``_ORDER`` has it, else at the end."""
    if endpoint not in {known.endpoint for known in _PLACES}:
        _PLACES.append(CouncilPlace(endpoint, words, about, picture))
        _PLACES.sort(key=lambda place: _ORDER.get(place.endpoint, len(_ORDER)))


def needs_doing(lines: Waiting) -> Waiting:
    """Ask *lines* for the start page; it must be quick: one or two statements."""
    _WAITING.append(lines)
    return lines


def to_do(session: Session, council: Council) -> tuple[ToDo, ...]:
    """Everything that waits, late things first."""
    lines = [line for ask in _WAITING for line in ask(session, council)]
    return tuple(sorted(lines, key=lambda line: not line.is_late))


def council_frame() -> CouncilFrame | None:
    """The frame of this request's page; None where the page is not of this room."""
    if request.blueprint != "commissioning" or not own_councils():
        return None
    return CouncilFrame(
        council=current_council(),
        councils=own_councils(),
        links=tuple(
            (
                url_for(place.endpoint),
                gettext(place.words),
                gettext(place.about) if place.about else "",
                place.picture,
                _current(place.endpoint),
            )
            for place in _PLACES
            if place.endpoint in current_app.view_functions
        ),
        picker=url_for(START) if request.view_args else request.path,
    )


def _current(endpoint: str) -> str:
    """Pages below a place have its endpoint and more: ``commissioning.market_districts``."""
    here = request.endpoint or ""
    return "page" if here == endpoint else "true" if here.startswith(f"{endpoint}_") else ""
