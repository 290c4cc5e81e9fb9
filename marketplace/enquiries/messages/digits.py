"""Numbers in what somebody wrote: of phones, accounts and cards, also when they are spaced or spelled.

Every pattern reads a text once from left to right: the time grows with its length, whatever is in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from marketplace.enquiries.messages.kinds import Caught, CaughtKind

_NUMBER_WORDS = {
    "zero": "0",
    "oh": "0",
    "nought": "0",
    "naught": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "hundred": "00",
    "double": "=2",
    "treble": "=3",
    "triple": "=3",
}
_WORD = re.compile(r"\b(?:" + "|".join(_NUMBER_WORDS) + r")\b")
_AGAIN = re.compile(r"=([23])[\s-]{0,3}(\d)")
_LETTER_O = re.compile(r"(?<=\d)o+(?=[\d\s])|(?<![a-z\d])o(?=[\s.-]?\d)")
_DATE = re.compile(r"(?<!\d)\d{1,2}([/.-])\d{1,2}\1(?:19|20)\d\d(?!\d)|(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)")
_SHORT_DATE = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}(?:/\d{2})?(?![\d/])")
_TIME = re.compile(r"(?<![\d.:])[0-2]?\d[:.][0-5]\d(?![\d]|[.:]\d)")
_RUN = re.compile(r"(?<![\w£$€])\+?\d(?:[^\w£$€]{0,3}\d){4,}")
_GROUP = re.compile(r"\d+")
_FEW = re.compile(
    r"\b(?:ring|call|text|phone|mobile|tel|telephone)\b[^\w]{0,3}"
    r"(?:(?:me|on|us|is|at|no|number)[^\w]{1,3}){0,3}(\d{3}[\s-]?\d{3,4})(?!\d)"
)
_MOST_DIGITS = 15
_SORT_CODE = re.compile(r"(?<![\d/-])\d\d[ -]\d\d[ -]\d\d(?![\d/-])")
_EIGHT = re.compile(r"(?<!\d)(?:\d{8}|\d{4}[ -]\d{4})(?!\d)")
_ABOUT_MONEY = re.compile(r"\b(?:sort ?code|s/c|account|acct?|a/c|bank|transfer)\b")
_NEAR = 60
_IBAN = re.compile(r"(?<![a-z\d])[a-z]{2}\d\d(?:[ -]?[a-z\d]){11,30}(?![a-z\d])")


def plain(text: str) -> str:
    """The text with one way of writing each letter, small, without signs that nobody sees."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cf", "Mn"})
    return unicodedata.normalize("NFKC", seen).casefold().replace("’", "'").replace("‘", "'")


def phones(text: str) -> Iterator[Caught]:
    """Phone numbers in a *plain* text: of the United Kingdom, or any that begins with + or 00."""
    spelled = _AGAIN.sub(lambda found: found[2] * int(found[1]), _WORD.sub(_as_digits, text))
    numbered = _LETTER_O.sub(lambda found: "0" * len(found[0]), spelled)
    for pattern in (_DATE, _SHORT_DATE, _TIME):
        numbered = pattern.sub(" § ", numbered)
    for run in _RUN.finditer(numbered):
        number = _phone_in(run[0])
        if number:
            yield Caught(CaughtKind.PHONE, number)
    for few in _FEW.finditer(numbered):
        yield Caught(CaughtKind.PHONE, few[1])


def banks(text: str) -> Iterator[Caught]:
    """Sort codes, account numbers, IBANs and cards in a *plain* text."""
    money = [found.start() for found in _ABOUT_MONEY.finditer(text)]
    codes = list(_SORT_CODE.finditer(text))
    accounts = list(_EIGHT.finditer(text))
    for code, account in _neighbours(codes, accounts):
        yield Caught(CaughtKind.BANK, f"{code[0]} {account[0]}")
    for found in (*codes, *accounts):
        if _is_near(found.start(), money):
            yield Caught(CaughtKind.BANK, found[0])
    for found in _IBAN.finditer(text):
        if _is_iban(found[0]):
            yield Caught(CaughtKind.BANK, found[0])
    for found in _RUN.finditer(text):
        digits = "".join(_GROUP.findall(found[0]))
        if 13 <= len(digits) <= 19 and digits[0] in "3456" and _is_luhn(digits):
            yield Caught(CaughtKind.BANK, found[0])


def _as_digits(found: re.Match[str]) -> str:
    return _NUMBER_WORDS[found[0]]


def _phone_in(run: str) -> str:
    """The first phone number among neighbouring groups of digits, or ''."""
    groups = list(_GROUP.finditer(run))
    for at, first in enumerate(groups):
        before = run[first.start() - 1] if first.start() else ""
        digits = ""
        for last in groups[at : at + _MOST_DIGITS + 2]:
            digits += last[0]
            if len(digits) > _MOST_DIGITS + 2:
                break
            if _is_phone(digits, plus=before == "+"):
                return run[first.start() : last.end()]
    return ""


def _is_phone(digits: str, *, plus: bool) -> bool:
    if plus or digits.startswith("00"):
        abroad = digits if plus else digits[2:]
        return 9 <= len(abroad) <= _MOST_DIGITS and abroad[:1] != "0"
    if digits.startswith("44"):
        rest = digits[2:].removeprefix("0")
        return len(rest) == 10 and rest[0] in "1237"
    if digits.startswith("7"):
        return len(digits) == 10
    return len(digits) == 11 and digits[0] == "0" and digits[1] in "1235789"


def _is_near(at: int, others: list[int]) -> bool:
    return any(abs(at - other) <= _NEAR for other in _around(at, others))


def _around(at: int, others: list[int]) -> list[int]:
    """The neighbours of a place in a sorted list of places: one before and one after."""
    low, high = 0, len(others)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if others[middle] < at else (low, middle)
    return others[max(0, low - 1) : low + 1]


def _neighbours(
    codes: list[re.Match[str]], accounts: list[re.Match[str]]
) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    places = [account.start() for account in accounts]
    by_place = dict(zip(places, accounts, strict=True))
    for code in codes:
        for place in _around(code.start(), places):
            if abs(place - code.start()) <= _NEAR:
                yield code, by_place[place]


def _is_iban(text: str) -> bool:
    letters = "".join(sign for sign in text if sign.isalnum())
    if not (15 <= len(letters) <= 34 and letters.isascii()):
        return False
    turned = letters[4:] + letters[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _is_luhn(digits: str) -> bool:
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
