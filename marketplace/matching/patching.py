"""Offers that changed, brought into a catalogue that others are reading."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from marketplace.matching.catalogue import GONE, OF_SESSIONS, Catalogue, OfferRow, columns_of


def patch(catalogue: Catalogue, changed: Mapping[UUID, OfferRow | None]) -> bool:
    """Put the *changed* offers in; None is an offer that is public no more.

    Returns False, with nothing done for the rest, where there is no more room: make the catalogue
    anew. Only one thread may patch at a time; readers see an offer as it was or as it is.
    """
    for offer_id, row in changed.items():
        old = catalogue.row_of.get(offer_id)
        if row is not None and not _append(catalogue, row):
            return False
        if row is None:
            catalogue.row_of.pop(offer_id, None)
        if old is not None:
            catalogue.columns.vacancy[old] = GONE
        # Only now can searches see the new row.
        catalogue.grid.first[-1] = catalogue.used[0]
    return True


def _append(catalogue: Catalogue, row: OfferRow) -> bool:
    """Write *row* behind all others, where no search looks yet."""
    columns, words = catalogue.columns, catalogue.text.columns
    at, session, term = (int(number) for number in catalogue.used)
    alone = columns_of([row])
    terms, weights = catalogue.text.row(row.text)
    if (
        at >= len(columns.kind)
        or session + len(alone.session_start) > len(columns.session_start)
        or term + len(terms) > len(words.term)
    ):
        return False
    for (name, column), (_, value) in zip(columns.named(), alone.named(), strict=True):
        if name in OF_SESSIONS:
            column[session : session + len(value)] = value
        else:
            column[at] = value[0]
    columns.first_session[at] = session
    words.term[term : term + len(terms)] = terms
    words.weight[term : term + len(terms)] = weights
    words.first[at + 1 :] = term + len(terms)
    if words.vectors is not None and row.vector is not None:
        words.vectors.values[at] = row.vector.values
        words.vectors.scale[at] = row.vector.scale
    catalogue.ids.append(row.id)
    catalogue.source_ids.append(row.source_id)
    catalogue.names.append(row.name)
    if row.radius_km is not None:
        catalogue.widest[0] = max(catalogue.widest[0], row.radius_km)
    catalogue.row_of[row.id] = at
    catalogue.used[:] = at + 1, session + len(alone.session_start), term + len(terms)
    return True
