"""Texts that others wrote, made harmless: plain characters, no markup, only addresses of the web.

Whatever comes in from outside passes through here before it is stored. Pages escape texts anyway;
this keeps what is stored readable, fit for both databases, and unable to deceive a reader.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

LONGEST_TEXT = 10_000
LONGEST_ADDRESS = 500
_LONGEST_INPUT = 100_000
"""Longer texts are cut before they are read: no listing needs a book."""
_ROUNDS = 3
"""Markup that was escaped more than once comes to light round by round."""

# Joiners are part of words in several scripts and of emoji. All other format characters are invisible,
# and some of them turn the direction of what follows.
_KEPT_FORMATS = frozenset("\u200c\u200d")
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" *\n[ \n]*")
_SENTENCE = re.compile(r"[.!?](?=\s)|\n")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z]{2,24}")
_NOT_OF_A_NUMBER = re.compile(r"[^0-9+() ]+")
_LOOKS_LIKE_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?#].*)?", re.ASCII)

_UNSEEN = frozenset(
    "script style template noscript iframe object svg math head title textarea select".split()
)
_CLOSINGS = {name: re.compile(rf"</{name}[^>]*>?", re.IGNORECASE) for name in _UNSEEN}
_TAG = re.compile(r"<(!--|/?[A-Za-z][A-Za-z0-9:-]*|[!?/])")
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre "
    "section table td th tr ul".split()
)


def paragraphs(value: object, limit: int = LONGEST_TEXT) -> str:
    """A text of several lines without markup; '' for anything that is not a text or a number."""
    text = _as_text(value)
    if not text:
        return ""
    text = _visible(_without_markup(text), keep_lines=True)
    text = _BREAKS.sub("\n", _SPACES.sub(" ", text)).strip()
    return cut(text, limit)


def one_line(value: object, limit: int) -> str:
    """A text of one line without markup, at most *limit* characters."""
    return cut(" ".join(paragraphs(value).split()), limit)


def identifier(value: object, limit: int) -> str | None:
    """An identifier as it stands, or None where it is missing, too long or holds what can't be seen."""
    text = _as_text(value).strip()
    fits = 0 < len(text) <= limit and text == _visible(text, keep_lines=False)
    return text if fits else None


def cut(text: str, limit: int) -> str:
    """*text*, ending at a word with '…' where it is too long."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    at_a_word = kept.rsplit(None, 1)[0] if " " in kept[limit // 2 :] else kept
    return at_a_word.rstrip(" ,;:.\n") + "…"


def first_sentence(text: str, limit: int) -> tuple[str, str]:
    """The first sentence, and the rest; where it is longer than *limit*, its start and the whole text."""
    end = _SENTENCE.search(text + " ")
    sentence = text[: end.end()].strip() if end else text
    if len(sentence) > limit:
        return cut(" ".join(sentence.split()), limit), text
    return sentence, text[len(sentence) :].strip()


def web_address(value: object) -> str | None:
    """An http or https address, or None: nothing else can be followed from a page."""
    text = _visible(_as_text(value), keep_lines=False).strip()
    if text and "://" not in text and _LOOKS_LIKE_HOST.fullmatch(text):
        text = f"https://{text}"
    if not text or len(text) > LONGEST_ADDRESS or any(letter in text for letter in " <>\"'\\"):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
        named_port = parts.port
    except ValueError:
        return None
    good = parts.scheme.lower() in {"http", "https"} and host and "." in host and "@" not in parts.netloc
    return text if good and named_port != 0 else None


def email_address(value: object) -> str | None:
    text = _visible(_as_text(value), keep_lines=False).strip().removeprefix("mailto:")
    return text if len(text) <= 254 and _EMAIL.fullmatch(text) else None


def phone_number(value: object) -> str | None:
    """Digits, spaces, plus and brackets of a telephone number, or None where there are too few."""
    text = " ".join(_NOT_OF_A_NUMBER.sub(" ", _as_text(value)[:200]).split())
    digits = sum(letter.isdigit() for letter in text)
    return text if 5 <= digits <= 15 and len(text) <= 40 else None


def _as_text(value: object) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        return ""
    return str(value)[:_LONGEST_INPUT]


def _visible(text: str, *, keep_lines: bool) -> str:
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_LINES if keep_lines else _ONE_LINE)


class _Seen(dict[int, str]):
    """What becomes of each character; found out when it is first met."""

    def __init__(self, *, line_end: str) -> None:
        super().__init__({ord(letter): line_end for letter in "\n\r\v\f\x85\u2028\u2029"} | {ord("\t"): " "})

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        seen = letter in _KEPT_FORMATS or unicodedata.category(letter) not in _DROPPED
        self[code] = letter if seen else ""
        return self[code]


_LINES, _ONE_LINE = _Seen(line_end="\n"), _Seen(line_end=" ")


def _without_markup(text: str) -> str:
    for _ in range(_ROUNDS):
        if "<" not in text and "&" not in text:
            return text
        found = _unescaped("".join(_shown(text)))
        if found == text:
            return text
        text = found
    # Whoever hides markup this deep does not mean it as text.
    return text.replace("<", " ").replace(">", " ")


def _shown(text: str) -> Iterator[str]:
    """What a browser would show of *text*, character references aside.

    Each character is looked at a fixed number of times, whatever it is made of: the standard library's parser
    takes minutes for some texts, and fails on others.
    """
    at = 0
    while (start := text.find("<", at)) >= 0:
        yield text[at:start]
        tag = _TAG.match(text, start)
        if tag is None:
            yield "<"
            at = start + 1
            continue
        name = tag[1].lower()
        closes = "-->" if name == "!--" else ">"
        end = text.find(closes, tag.end())
        if end < 0:
            # A tag that never ends: the rest of it is no tag either, but must not look like one.
            yield "" if name == "!--" else text[start:].replace("<", " ")
            return
        at = end + len(closes)
        if name in _UNSEEN:
            closing = _CLOSINGS[name].search(text, at)
            at = closing.end() if closing else len(text)
        elif name.removeprefix("/") in _BLOCKS:
            yield "\n"
    yield text[at:]


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a reference to a character by a number of thousands of digits
        return text.replace("&", " ")
