"""What can do harm in a message: contact details, bank details, pressure.

    caught("Ring me on 07700 900123") == (Caught(CaughtKind.PHONE, "07700 900123"),)

Pure, and linear in the length of the text. It warns and tells a moderator; it never changes words.
Who means to get round it can: it stops the careless and makes the others easier to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from marketplace.enquiries.messages.digits import banks, phones, plain
from marketplace.enquiries.messages.kinds import Caught, CaughtKind

__all__ = ["Caught", "CaughtKind", "caught", "read_phrases"]

_WHO = (
    "anyone|anybody|your carer|your carers|your mum|your mam|your mother|your dad|your father|your parents|"
    "your family|your sister|your brother|your wife|your husband|your partner|your social worker|"
    "your support worker|your staff|the staff|your manager|the council|your advocate|your friends|them"
)
_PRESSURE = (
    (
        rf"(?:dont|never|not to|no need to|better not) (?:\w{{1,20}} ){{0,2}}(?:tell|say anything to|mention it to) "
        rf"(?:{_WHO})"
    ),
    r"(?:our|a) (?:little )?secret",
    r"keep (?:this|it|that) (?:a )?(?:secret|quiet|to yourself|between us)",
    r"between (?:you and me|ourselves|us two|the two of us)",
    r"just between us",
    r"(?:nobody|no one|noone) (?:else )?(?:needs to|must|has to|should|will|can) (?:\w{1,20} )?(?:know|find out)",
    rf"dont let (?:{_WHO}) (?:know|see|find out|read)",
    r"(?:delete|hide) (?:this|these|our|the) (?:message|messages|chat|conversation)",
    r"cash only|only (?:take |accept )?cash|cash in hand|in cash (?:please )?before",
    r"pay me (?:first|before|up ?front|in cash|direct|directly|now|today)",
    r"(?:send|lend|give|transfer|borrow)(?: me)? (?:\w{1,20} ){0,2}(?:money|cash)\b",
    r"(?:buy|send|get) (?:me )?(?:\w{1,20} ){0,2}gift cards?",
    (
        r"(?:send|share|show|give|tell|need|want) (?:me |us )?your (?:\w{1,20} ){0,2}"
        r"(?:password|pin|pin number|passcode|login|card number)"
    ),
    (
        r"(?<!i )(?<!we )(?<!can )(?<!will )(?<!ill )(?<!well )(?<!to )send (?:me )?(?:a |some |your |another )?"
        r"(?:\w{1,20} )?(?:photo|photos|pic|pics|picture|pictures|selfie|selfies|video)\b(?! of (?:the|our) )"
    ),
    r"send me (?:\w{1,20} ){0,3}(?:photo|photos|pic|pics|picture|pictures|selfie|selfies)",
    r"(?:photo|picture|pic|video) of (?:you|yourself)\b",
    (
        r"(?:message|text|chat|talk|add|find|contact|speak|write|move|go|call|continue) (?:\w{1,20} ){0,3}"
        r"(?:whats ?app|telegram|snap ?chat|insta|instagram|messenger|tik ?tok|kik|viber|facebook)\b"
    ),
    r"(?:my|your) (?:whats ?app|telegram|snap ?chat|snap|insta|instagram|kik)\b",
    r"(?:whats ?app|telegram|snap ?chat) (?:me|number|instead)",
    r"(?<!have to )(?<!has to )(?<!not )(?<!need to )come alone",
    r"dont bring (?:anyone|anybody|your \w{1,20}|a friend)",
    r"(?:are you|will you be|youre|when are you) (?:home |at home )?alone",
    r"what are you wearing",
    r"(?:are you|do you live) (?:\w{1,20} )?(?:by yourself|on your own) (?:at night|at home)",
    (
        r"(?:if you tell|if you say anything|or else you|youll be sorry|youll get (?:me|us) in ?to trouble|"
        r"youll be in trouble)"
    ),
    r"(?:sign|agree|pay|decide) (?:\w{1,20} )?(?:today|now|straight away) or (?:you|i|we)",
    r"i love you|you are so (?:sexy|beautiful)|youre so (?:sexy|beautiful)",
    r"(?:leave|cancel|stop) your (?:carer|other provider|day centre) (?:first|now|today)",
    r"put me in your will|(?:sign|change) (?:over )?your (?:will|tenancy|house)",
)
_ASKS_BANK = re.compile(
    r"\b(?:bank (?:details|account number)|sort code|account number|card (?:number|details)|security code|"
    r"cvv|iban|direct payment account)\b"
)
_NOT_A_WORD = re.compile(r"[^\w]+")
_NOT = re.compile(r"\b(?:do not|dont|don t|do n t|dnt|must not|mustnt|shouldnt|should not|cant|cannot)\b")
_EMAIL = re.compile(
    r"(?:(?<=[\w.+-])|(?<=\w ))(?:@|\(at\)|\[at\]|＠) ?[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}"
    r"(?:\.| ?\(dot\) ?| ?\[dot\] ?| dot )[a-z]{2,24}\b"
    r"|(?<=\w) at [\w-]{1,63} dot (?:com|co|org|net|uk)\b"
    r"|(?<=\w) at (?:gmail|hotmail|outlook|yahoo|icloud|live|btinternet|aol)\b"
)
_LINK = re.compile(
    r"\b(?:https?|hxxps?|ftp|javascript|data):\S{1,200}"
    r"|\bwww\.\S{1,200}"
    r"|(?<![\w@.-])(?:[a-z\d-]{1,63}\.){1,4}(?:com|uk|org|net|info|biz|link|site|online|shop|xyz|ly)\b(?!@)\S{0,200}"
    r"|\b(?:wa|t|fb|m)\.me/\S{1,100}"
)
_HOST = re.compile(r"(?:\w{3,10}://)?([\w.-]+)")
_SAFE_HOSTS = (".gov.uk", ".nhs.uk")
_POSTCODE = re.compile(
    r"\b(?:gir ?0aa|[a-pr-uwyz][a-hk-y]?\d[a-z\d]?[ ]?\d[abd-hjlnp-uw-z]{2})\b(?! (?:floor|hour|half))"
)
_UNITS = (
    r"minutes?|mins?|miles?|people|persons?|sessions?|hours?|days?|weeks?|times?|pounds?|years?|th|nd|rd|st"
)
_STREET = re.compile(
    rf"\b\d{{1,4}}[a-z]?,? (?!(?:{_UNITS})\b)[a-z'-]{{2,20}} (?:street|road|avenue|crescent|terrace|lane|close)\b"
    r"|\b(?:my|our) (?:home )?address is\b|\bi live at \d"
)


def caught(text: str, phrases: Sequence[str] = ()) -> tuple[Caught, ...]:
    """What was noticed, each kind of thing and its words once, in the order of the kinds.

    *phrases* are more words of pressure, in the way of ``read_phrases``.
    """
    small = " ".join(plain(text).split())
    found = dict.fromkeys(
        (*phones(small), *_emails(small), *_links(small), *_addresses(small), *banks(small), *_asked(small))
    )
    found |= dict.fromkeys(_pressure(small, phrases))
    return tuple(sorted(found, key=lambda one: one.kind.position))


@lru_cache(maxsize=4)
def read_phrases(seeds_dir: Path) -> tuple[str, ...]:
    """What a council adds to the words of pressure: ``seeds/pressure_phrases.yaml``, plain words.

    Capitals, full stops and apostrophes in them don't matter; ``...`` stands for up to three words.
    """
    file = seeds_dir / "pressure_phrases.yaml"
    if not file.exists():
        return ()
    lines = yaml.safe_load(file.read_text(encoding="utf-8")) or []
    return tuple(_pattern(str(line)) for line in lines if str(line).strip())


def _pattern(phrase: str) -> str:
    parts = [re.escape(_words(plain(part))) for part in phrase.replace("…", "...").split("...")]
    return r" (?:\w{1,30} ){0,3}".join(part for part in parts if part)


def _words(small: str) -> str:
    """Words only, one space between them, every 'do not' as 'dont'."""
    bare = small.replace("'", "").replace("`", "")
    return _NOT.sub("dont", _NOT_A_WORD.sub(" ", bare)).strip()


@lru_cache(maxsize=8)
def _compiled(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join((*_PRESSURE, *phrases)) + r")")


def _pressure(small: str, phrases: Sequence[str]) -> Iterator[Caught]:
    for found in _compiled(tuple(phrases)).finditer(_words(small)):
        yield Caught(CaughtKind.PRESSURE, found[0])


def _asked(small: str) -> Iterator[Caught]:
    for found in _ASKS_BANK.finditer(small):
        yield Caught(CaughtKind.BANK, found[0])


def _emails(small: str) -> Iterator[Caught]:
    for found in _EMAIL.finditer(small):
        before = small[max(0, found.start() - 64) : found.start()].rsplit(" ", 2)
        name = (before[-1] or before[-2]) if len(before) > 1 else before[0]
        yield Caught(CaughtKind.EMAIL, f"{name}{found[0]}")


def _links(small: str) -> Iterator[Caught]:
    for found in _LINK.finditer(small):
        host = _HOST.match(found[0])
        if host and ("." + host[1]).rstrip(".").endswith(_SAFE_HOSTS):
            continue
        if found.start() and small[found.start() - 1] == "@":
            continue
        yield Caught(CaughtKind.LINK, found[0])


def _addresses(small: str) -> Iterator[Caught]:
    for pattern in (_POSTCODE, _STREET):
        for found in pattern.finditer(small):
            yield Caught(CaughtKind.ADDRESS, found[0])
