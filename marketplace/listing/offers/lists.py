"""Answers of which an offer has several: times, breaks and prices. Each has a mark made of its content.

An item is addressed by its mark, so a form that was opened before someone else changed the list never
writes over another item, and a form sent twice finds that its work is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.listing.offers import list_forms
from marketplace.listing.offers.steps import OfferStep
from marketplace.offers.document import CostSaid, OfferDocument, PauseSaid, SessionSaid
from marketplace.offers.reading import MOST_COSTS, MOST_PAUSES, MOST_SESSIONS
from marketplace.vocabulary import N_, Repeats

Item = SessionSaid | PauseSaid | CostSaid
LETTERS_OF_A_MARK = 12


@dataclass(frozen=True)
class ListKind:
    """One of the lists: where it stands in the document, its form, and its words."""

    step: OfferStep
    field: str
    form: Callable[[Any], FlaskForm]
    most: int
    add: str
    """The link to add one more; a source text."""
    heading: str
    """Of the page of one item."""


LISTS: Mapping[OfferStep, ListKind] = {
    OfferStep.TIMES: ListKind(
        OfferStep.TIMES,
        "sessions",
        list_forms.times_form,
        MOST_SESSIONS,
        N_("Add another time"),
        N_("When is it on?"),
    ),
    OfferStep.PAUSES: ListKind(
        OfferStep.PAUSES,
        "pauses",
        list_forms.pause_form,
        MOST_PAUSES,
        N_("Add another break"),
        N_("When is it not on?"),
    ),
    OfferStep.COST: ListKind(
        OfferStep.COST,
        "costs",
        list_forms.cost_form,
        MOST_COSTS,
        N_("Add another price"),
        N_("What does it cost?"),
    ),
}


class TooManyError(ValueError):
    """The list is full."""

    def __str__(self) -> str:
        return gettext("There are too many. Take some away first")


def mark(item: Item) -> str:
    """A short mark of an item; the same content has the same mark."""
    return hashlib.sha256(repr(item).encode()).hexdigest()[:LETTERS_OF_A_MARK]


def items_of(kind: ListKind, document: OfferDocument) -> tuple[Item, ...]:
    items: tuple[Item, ...] = getattr(document, kind.field)
    return items


def item_of(kind: ListKind, document: OfferDocument, wanted: str) -> Item | None:
    """The item with this mark, or None where it is not there any more."""
    return next((item for item in items_of(kind, document) if mark(item) == wanted), None)


def form_for(kind: ListKind, item: Item | None) -> FlaskForm:
    """The form of an item, or an empty one."""
    if isinstance(item, SessionSaid) and item.repeats is Repeats.DATED:
        return list_forms.dates_form(item)
    return kind.form(item)


def with_items(
    kind: ListKind, document: OfferDocument, new: tuple[Item, ...], *, instead_of: Item | None = None
) -> OfferDocument:
    """The document with *new* items, in place of one or beside the others; never one twice."""
    kept = tuple(item for item in items_of(kind, document) if item != instead_of)
    after = tuple(dict.fromkeys((*kept, *new)))
    if len(after) > kind.most:
        raise TooManyError
    changed: dict[str, Any] = {kind.field: after}
    return replace(document, **changed)


def without_item(kind: ListKind, document: OfferDocument, wanted: str) -> OfferDocument:
    """The document without the item of this mark; the same where it is gone already."""
    kept = tuple(item for item in items_of(kind, document) if mark(item) != wanted)
    changed: dict[str, Any] = {kind.field: kept}
    return replace(document, **changed)
