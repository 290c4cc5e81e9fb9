"""Prices of Open Referral as prices of ours.

A price here is charged by session, hour, week or night. A price for a month, a year or a course is none
of these: it stays in words, and the cost of a visit is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from marketplace.interop.foreign_text import one_line
from marketplace.interop.open_referral_times import read_date
from marketplace.vocabulary import CostBasis

MOST_PRICES = 20
DEAREST = Decimal(50_000)
_NOTE = 200
_PENCE = Decimal("0.01")

_OTHER_PERIODS = re.compile(
    r"\b(?:per|a|an|each|every)\s+(?:calendar\s+)?(?:month|year|annum|term|half[- ]term|quarter|course|block|mile|km)\b|"
    r"/\s*(?:month|year|term|course|mile)\b|\b(?:monthly|annual(?:ly)?|yearly|termly|quarterly|membership|subscription|"
    r"joining fee|registration|deposit)\b|\b(?:block|course) of\b|\bfor \d+ (?:weeks|sessions|classes|visits)\b|"
    r"\b(?:pcm|pa|p\.a\.)(?=\W|$)",
    re.IGNORECASE,
)
_PERIODS = (
    (
        CostBasis.HOUR,
        re.compile(
            r"\b(?:per|an|a|each)\s+(?:hour|hr)\b|/\s*(?:hour|hr|h)\b|\bhourly\b|\bp/?h\b", re.IGNORECASE
        ),
    ),
    (
        CostBasis.WEEK,
        re.compile(r"\b(?:per|a|each|every)\s+week\b|/\s*(?:week|wk)\b|\bweekly\b|\bp/?w\b", re.IGNORECASE),
    ),
    (
        CostBasis.NIGHT,
        re.compile(r"\b(?:per|a|each)\s+night\b|/\s*night\b|\bovernight\b", re.IGNORECASE),
    ),
)
_FOR_CHILDREN = re.compile(
    r"\b(?:child(?:ren)?|junior|juniors|under[ -]?\d+s?|u1[0-8]s?|toddlers?|bab(?:y|ies))\b", re.IGNORECASE
)
_ONLY_THE_BASIS = re.compile(
    r"(?:price |cost )?(?:per|an|a|each)? ?(?:session|hour|week|night|visit)", re.IGNORECASE
)
_FREE = re.compile(
    r"(?:(?:it|this|this service|this group|this activity|the service|the group|all sessions|sessions|entry|admission)"
    r" (?:is|are) )?(?:free|free of charge|free to (?:all|everyone|attend|use|join in|enter)|free entry|free admission|"
    r"no (?:charge|charges|cost|costs|fee|fees)|there (?:is|are) no (?:charge|charges|cost|fee|fees)|without charge)[.! ]*",
    re.IGNORECASE,
)
_POUNDS = re.compile(r"£\s?(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,6}(?:\.\d{1,2})?)(?![\d.]*\d)")
_PENCE_ONLY = re.compile(r"\b\d+\s?p\b", re.IGNORECASE)


class Price(NamedTuple):
    """What a visit costs, in pounds; ``to`` for a price from–to."""

    basis: CostBasis
    amount: Decimal
    to: Decimal | None
    note: str | None


class Prices(NamedTuple):
    """Prices that could be read, and all else that is said about money."""

    prices: list[Price]
    words: list[str]


def prices_of(options: Iterable[dict[str, Any]], fees: str, *, today: date) -> Prices:
    """Prices from ``cost_options`` and, where these tell none, from the text under ``fees``."""
    prices: dict[Price, None] = {}
    words: list[str] = []
    for option in options:
        price, said = _option(option, today)
        if price:
            prices[price] = None
        elif said:
            words.append(said)
    paid = [price for price in prices if price.amount]
    if paid and len(paid) < len(prices):
        # Free for some only: as a price of its own it would make the whole offer look free.
        words += [f"{price.note or 'For some'}: free" for price in prices if not price.amount]
        prices = dict.fromkeys(paid)
    if fees and not prices:
        price = _from_text(fees)
        if price:
            prices[price] = None
    if (
        fees
        and not any(price.note and fees in price.note for price in prices)
        and not _says_only_free(fees, prices)
    ):
        words.insert(0, fees)
    return Prices(list(prices)[:MOST_PRICES], list(dict.fromkeys(words)))


def _says_only_free(fees: str, prices: Iterable[Price]) -> bool:
    return any(not price.amount for price in prices) and bool(_FREE.fullmatch(fees))


def _option(option: dict[str, Any], today: date) -> tuple[Price | None, str]:
    """The price of one option, and the option in words."""
    valid_to, valid_from = read_date(option.get("valid_to")), read_date(option.get("valid_from"))
    if (valid_to and valid_to < today) or (valid_from and valid_from > today):
        return None, ""
    name = one_line(option.get("option"), 120)
    about = one_line(option.get("amount_description"), 120)
    said = ", ".join(dict.fromkeys(text for text in (name, about) if text))
    currency = str(option.get("currency") or "GBP").strip().upper()
    amount = read_money(option.get("amount"))
    if currency not in {"GBP", "£"}:
        amount = None
    if amount is None:
        if option.get("amount") in (None, "") and (_FREE.fullmatch(name) or _FREE.fullmatch(about)):
            return Price(CostBasis.FREE, Decimal("0.00"), None, None), said
        return (None if option.get("amount") not in (None, "") else _from_text(said)), said
    if not amount:
        note = None if _FREE.fullmatch(said) else said[:_NOTE] or None
        return Price(CostBasis.FREE, amount, None, note), f"{said or 'For some'}: free"
    in_words = f"£{amount} {said}".strip()
    if _OTHER_PERIODS.search(said) or _FOR_CHILDREN.search(said):
        return None, in_words
    note = None if _ONLY_THE_BASIS.fullmatch(said) else said[:_NOTE] or None
    return Price(_basis(said), amount, None, note), in_words


def _from_text(text: str) -> Price | None:
    """The price that a text tells plainly: 'Free', '£4 per session', '£3 to £5'."""
    if not text:
        return None
    if _FREE.fullmatch(text):
        return Price(CostBasis.FREE, Decimal("0.00"), None, None)
    amounts = [Decimal(found.replace(",", "")).quantize(_PENCE) for found in _POUNDS.findall(text)]
    if _OTHER_PERIODS.search(text) or _PENCE_ONLY.search(text) or not amounts or len(text) > _NOTE:
        return None
    if len(amounts) == 1 and 0 < amounts[0] <= DEAREST:
        return Price(_basis(text), amounts[0], None, text)
    is_range = re.search(r"£\s?[\d.,]+\s?(?:-|–|to)\s?£", text)
    if len(amounts) == 2 and is_range and 0 < amounts[0] < amounts[1] <= DEAREST:
        return Price(_basis(text), amounts[0], amounts[1], text)
    return None


def _basis(text: str) -> CostBasis:
    return next((basis for basis, words in _PERIODS if words.search(text)), CostBasis.SESSION)


def read_money(value: object) -> Decimal | None:
    """Pounds from 4, 4.5, '4.50' or '£1,200'; None for anything that is not a whole number of pence."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip().removeprefix("£").replace(",", "").strip()
    if not re.fullmatch(r"\d{1,9}(?:\.\d+)?", text, re.ASCII):
        return None
    try:
        amount = Decimal(text)
        pounds = amount.quantize(_PENCE)
    except InvalidOperation:
        return None
    return pounds if pounds == amount and pounds <= DEAREST else None
