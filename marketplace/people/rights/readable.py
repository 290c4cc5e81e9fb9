"""A row of someone's data as people read it: plain words, the names of what it is about, nothing empty."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action
from marketplace.geo.council_areas import councils
from marketplace.geo.districts import district_name, read_districts
from marketplace.matching.fit import points_of
from marketplace.offers.models import Offer
from marketplace.offers.models import Session as OfferSession
from marketplace.offers.words import times
from marketplace.people.rights.holdings import Holding
from marketplace.people.rights.words import NAMED_ACCOUNTS, RECORD_WORDS, words_of
from marketplace.people.summary import answer_rows
from marketplace.providers.models import Provider
from marketplace.vocabulary import Day, SupportLevel, Word
from marketplace.web import current_settings
from marketplace.web.templating import clock_words, day_words, label, money

Names = Mapping[uuid.UUID, str]


def names_of(session: Session, rows: Iterable[tuple[Table, Any]]) -> Names:
    """What the offers, providers, times and people are called that *rows* point at; four queries at most."""
    wanted: dict[str, set[uuid.UUID]] = {table: set() for table in RECORD_WORDS}
    for table, row in rows:
        for column, target in _pointing(table):
            if target in wanted and getattr(row, column) is not None:
                wanted[target].add(getattr(row, column))
    names: dict[uuid.UUID, str] = {}
    if wanted["offer"]:
        found = session.execute(select(Offer.id, Offer.name).where(Offer.id.in_(wanted["offer"])))
        names |= {row[0]: row[1] for row in found}
    if wanted["provider"]:
        found = session.execute(select(Provider.id, Provider.name).where(Provider.id.in_(wanted["provider"])))
        names |= {row[0]: row[1] for row in found}
    if wanted["account"]:
        found = session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted["account"])))
        names |= {row[0]: row[1] for row in found}
    if wanted["offer_session"]:
        sessions = session.scalars(select(OfferSession).where(OfferSession.id.in_(wanted["offer_session"])))
        names |= {one.id: f"{label(one.day)}, {times(one)}" for one in sessions}
    return names


def in_words(holding: Holding, row: Any, values: Mapping[str, Any], names: Names) -> list[tuple[str, str]]:
    """What a row says, by its words; *values* by the names of columns."""
    table = holding.model.__table__
    targets = dict(_pointing(table))
    shown = []
    for column, value in values.items():
        told = holding.told_as.get(column)
        if column in targets:
            name = told(row) if told else names.get(value, "")
            if name:
                shown.append((gettext(RECORD_WORDS[targets[column]]), name))
            continue
        if value is None or isinstance(value, uuid.UUID) or value in ("", [], {}):
            continue
        words = words_of(table.name, column)
        if words is None:
            continue
        said = told(row) if told else _told(column, value)
        if said:
            shown.append((gettext(words), said))
    return shown


def _told(column: str, value: Any) -> str:
    match column:
        case "answers" | "needs":
            rows = answer_rows(value, evening_starts=current_settings().evening_starts)
            return "\n".join(
                f"{row.question}: {'; '.join(line.rstrip('.') for line in row.lines)}"
                for row in rows
                if row.lines
            )
        case "level" | "support_level":
            return label(SupportLevel(value))
        case "score":
            return str(points_of(float(value)))
        case "amount":
            return money(value)
        case "action":
            return _action(value)
        case "district_code":
            return district_name(value, read_districts(current_settings().seeds_dir))
        case "council_code":
            return councils(read_districts(current_settings().seeds_dir)).get(str(value), str(value))
        case "result" | "alternatives":
            return "\n".join(_match(one) for one in (value if isinstance(value, list) else [value]))
        case "works":
            return "\n".join(f"{label(Day(day))}: {', '.join(map(_span, at))}" for day, at in value.items())
    return _plainly(value)


def _plainly(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, Word):
        return label(value)
    if isinstance(value, date):  # also a moment
        return day_words(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list | tuple):
        return ", ".join(_plainly(one) for one in value)
    return str(value)


def _match(one: Mapping[str, Any]) -> str:
    """A match that was kept: what it was, and the reasons that were given."""
    reasons = [part["reason"] for part in one.get("parts", ()) if part.get("reason")]
    return " ".join([f"{one.get('name', '')}:", *reasons] if reasons else [str(one.get("name", ""))])


def _action(value: str) -> str:
    return gettext(Action(value).label) if value in set(Action) else value


def _span(span: str) -> str:
    start, _, end = span.partition("-")
    return gettext("%(start)s to %(end)s", start=clock_words(start), end=clock_words(end))


def _pointing(table: Any) -> list[tuple[str, str]]:
    """The columns of *table* that point at a record with a name, with that record's table."""
    return [
        (column.name, key.column.table.name)
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in RECORD_WORDS
        and (key.column.table.name != "account" or f"{table.name}.{column.name}" in NAMED_ACCOUNTS)
    ]
