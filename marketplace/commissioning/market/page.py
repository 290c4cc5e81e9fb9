"""What the market's pages and its statement show of the figures: pictures and main sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from time import monotonic
from typing import NamedTuple

from flask import current_app, get_template_attribute
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from marketplace.commissioning.council import Council, current_council
from marketplace.commissioning.market.figures import Figures, Offered, read_figures, read_offered
from marketplace.commissioning.market.statement import Statement, how_it_was_counted
from marketplace.commissioning.market.table import ONE_PLACE, Table
from marketplace.commissioning.pictures import (
    POUNDS,
    BarRow,
    Bars,
    DistrictMap,
    Value,
    bars,
    district_map,
    small_multiples,
)
from marketplace.db import Database, get_database, get_session
from marketplace.directory.map_drawing import outlines_in
from marketplace.offers.changes import read_epoch
from marketplace.web import current_settings
from marketplace.web.templating import day_words
from marketplace.web.today import london_day

_SVG = Markup('xmlns="http://www.w3.org/2000/svg"')


_EXTENSION = "marketplace.market"
_SECONDS_KEPT = 300.0
_MOST_KEPT = 16


Part = Callable[[Session, Council], Iterable[Table]]
Messages = Callable[[Session, Council], Iterable[str]]
_PARTS: list[Part] = []
_MESSAGES: list[Messages] = []


def statement_part(tables: Part) -> Part:
    """Put tables of another room at the end of the statement; one without rows is left out. Counts of
    people in them are ``Shown``, and the same numbers stand on a page."""
    _PARTS.append(tables)
    return tables


def statement_messages(sentences: Messages) -> Messages:
    """Put main figures of another room at the end of the statement's 'In short'."""
    _MESSAGES.append(sentences)
    return sentences


class _Kept(NamedTuple):
    database: Database
    """Held, so that no other can stand at its address while this is kept."""
    until: float
    offered: Offered


def figures_now() -> Figures:
    """The figures of this request's council. Offers are counted anew when the catalogue has changed, each
    day, and after five minutes; people once a week."""
    session, council, now = get_session(), current_council(), datetime.now(UTC)
    return read_figures(session, council, _offered(session, council, london_day(now)))


def _offered(session: Session, council: Council, today: date) -> Offered:
    kept: dict[tuple[object, ...], _Kept] = current_app.extensions.setdefault(_EXTENSION, {})
    database = get_database()
    key = (id(database), read_epoch(session), council.code, today)
    found = kept.get(key)
    if found is None or found.until < monotonic():
        offered = read_offered(session, council, settings=current_settings(), today=today)
        found = _Kept(database, monotonic() + _SECONDS_KEPT, offered)
        while len(kept) >= _MOST_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[key] = found
    return found.offered


def drawing_of(districts: Table) -> DistrictMap | None:
    """The first column of the table of districts on a map."""
    return district_map(
        {row.key: _value(row.values[0]) for row in districts.rows},
        outlines=outlines_in(current_settings().seeds_dir),
        unit=ONE_PLACE,
        from_zero=False,
    )


def price_bars(prices: Table) -> Bars:
    """The middle price of each kind that has one, and from where to where half of the prices lie."""
    rows = [
        BarRow(row.head, middle, least=low, most=high)
        for row in prices.rows
        for middle, low, high in [map(_value, row.values[:3])]
        if middle is not None
    ]
    return bars(prices.title, rows, unit=POUNDS)


def panels_of(by_kind: Table) -> tuple[Bars, ...]:
    """Small multiples: for each kind of offer a bar for each district; the last column is no district."""
    names = [column.words for column in by_kind.columns[:-1]]
    return small_multiples(
        [
            (
                row.head,
                [BarRow(name, _value(value)) for name, value in zip(names, row.values[:-1], strict=True)],
            )
            for row in by_kind.rows
        ],
        unit=ONE_PLACE,
    )


def least_even(by_kind: Table) -> tuple[str, int] | None:
    """The kind in which districts differ most, and by how many per cent; None where they don't."""
    found = [(row.head, apart) for row in by_kind.rows if isinstance(apart := row.values[-1], int) and apart]
    return max(found, key=lambda one: one[1], default=None)


def messages_of(found: Figures) -> tuple[str, ...]:
    """The main figures as sentences, in the order of their weight."""
    whole, tables = found.market.whole, {table.key: table for table in found.tables()}
    if not whole.offers:
        return (_("No offer in this council’s districts is public yet."),)
    said = [
        ngettext(
            "%(num)s offer of %(providers)s is public today, %(day)s.",
            "%(num)s offers of %(providers)s are public today, %(day)s.",
            whole.offers,
            providers=ngettext("%(num)s provider", "%(num)s providers", whole.providers),
            day=day_words(found.market.day),
        )
    ]
    if whole.evening_percent is not None:
        said.append(
            _(
                "%(evening)s%% of offers have something on in an evening, %(weekend)s%% at a weekend.",
                evening=whole.evening_percent,
                weekend=whole.weekend_percent,
            )
        )
    if whole.room_percent is not None:
        said.append(_("%(percent)s%% say that they have places.", percent=whole.room_percent))
    uneven = least_even(tables["kinds_by_district"]) if len(found.council.facts) > 1 else None
    if uneven:
        said.append(
            _(
                "Least even is this: %(kind)s. Districts lie %(percent)s%% from the mean, on the average.",
                kind=uneven[0],
                percent=uneven[1],
            )
        )
    return tuple(said)


def statement_of(found: Figures) -> Statement:
    """What the PDF and the workbook hold."""
    more = [table for part in _PARTS for table in part(get_session(), found.council) if table.rows]
    tables = (*found.tables(), *more)
    drawing = next((drawing_of(table) for table in tables if table.key == "districts"), None)
    words = _("Map of districts: offers for 100,000 adults. The same numbers are in the table.")
    svg = get_template_attribute("commissioning/pictures/map.html", "map_svg")
    return Statement(
        title=_("Market position statement: %(council)s", council=found.council.name),
        council=found.council.name,
        day=found.market.day,
        messages=(
            *messages_of(found),
            *(line for say in _MESSAGES for line in say(get_session(), found.council)),
        ),
        tables=tables,
        about=how_it_was_counted(found.market.day),
        map_svg=str(svg(drawing, words, "statement", _SVG)) if drawing else "",
        map_words=words,
        map_after="districts",
    )


def _value(value: Value | str) -> Value:
    return None if isinstance(value, str) else value
