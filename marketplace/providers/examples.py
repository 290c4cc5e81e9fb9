"""Which records are from the example world: their identifiers are made from their names in its files."""

from __future__ import annotations

import uuid

_NAMESPACE = uuid.UUID("6d2c8f0e-5d3b-5c57-9f0a-3c1f6a4be0d1")


def example_id(kind: str, source_id: str) -> uuid.UUID:
    """The UUID of an example record: the same wherever and whenever the world is loaded."""
    return uuid.uuid5(_NAMESPACE, f"{kind}:{source_id}")


def is_example(kind: str, record_id: uuid.UUID, source_id: str | None) -> bool:
    """Whether a record was invented for the example world; nobody else has its identifier."""
    return source_id is not None and record_id == example_id(kind, source_id)
