"""Reading the fields of a decoded JSON object, with every problem told at once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)


class Reader:
    """Collects problems while fields are read, so that all are told at once."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def problem(self, field: str, text: str) -> None:
        self.problems.append(f"{field}: {text}")

    def refuse_unknown(self, values: Mapping[Any, Any], prefix: str, allowed: frozenset[str]) -> None:
        for name in values:
            if name not in allowed:
                self.problem(f"{prefix}{name}", "there is no such field")

    def text(self, values: Mapping[str, Any], name: str, *, limit: int, prefix: str = "") -> str:
        value = values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.problem(prefix + name, "give a text in quotes")
            return ""
        if len(value) > limit:
            self.problem(prefix + name, f"use at most {limit} characters")
            return ""
        return value.strip()

    def texts(self, values: Mapping[str, Any], name: str, *, most: int, prefix: str = "") -> tuple[str, ...]:
        """A list of at most *most* texts, each once."""
        value = values.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.problem(prefix + name, 'give a list of texts, like ["knitn"]')
            return ()
        if len(value) > most:
            self.problem(prefix + name, f"give at most {most}")
            return ()
        return tuple(dict.fromkeys(item.strip() for item in value if item.strip()))

    def whole(
        self, values: Mapping[str, Any], name: str, low: int, high: int, *, prefix: str = ""
    ) -> int | None:
        value = values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.problem(prefix + name, f"give a whole number from {low} to {high}")
            return None
        return value

    def number(
        self, values: Mapping[str, Any], name: str, low: float, high: float, *, prefix: str = ""
    ) -> float | None:
        value = values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.problem(prefix + name, f"give a number from {low} to {high}")
            return None
        return float(value)

    def yes_no(self, values: Mapping[str, Any], name: str, *, prefix: str) -> bool:
        value = values.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            self.problem(prefix + name, "give true or false")
            return False
        return value

    def member(self, values: Mapping[str, Any], name: str, words: type[E], *, prefix: str = "") -> E | None:
        value = values.get(name)
        return None if value is None else self._one(prefix + name, value, words)

    def members(
        self, values: Mapping[str, Any], name: str, words: type[E], *, prefix: str = ""
    ) -> tuple[E, ...]:
        value = values.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problem(prefix + name, 'give a list, like [] or ["' + next(iter(words)) + '"]')
            return ()
        found = [self._one(prefix + name, item, words) for item in value]
        return tuple(dict.fromkeys(item for item in found if item is not None))

    def _one(self, field: str, value: object, words: type[E]) -> E | None:
        if isinstance(value, str) and value in set(words):
            return words(value)
        self.problem(field, f"{value!r} is not one of: {', '.join(words)}")
        return None
