"""Texts of others: readable, and unable to do or to hide anything."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.interop.foreign_text import (
    cut,
    email_address,
    first_sentence,
    identifier,
    one_line,
    paragraphs,
    phone_number,
    web_address,
)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Tea &amp; cake", "Tea & cake"),
        ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>knit</li><li>sew</li></ul>", "knit\nsew"),
        ("<script>alert(1)</script>Clay", "Clay"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Clay", "Clay"),
        ("&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;Clay", "Clay"),
        ('<a href="javascript:alert(1)">Clay</a>', "Clay"),
        ("<style>p{}</style>Clay<!-- secret -->", "Clay"),
        ("Under 5 < 10 people", "Under 5 < 10 people"),
        ("abc\u202edef\u2066ghi\u200b\ufeff", "abcdefghi"),
        ("a\x00b\x07c\ud800d", "abcd"),
        ("line\r\n\r\n  line\tend ", "line\nline end"),
        ("non\u00a0breaking\u2003space", "non breaking space"),
        ("👩\u200d🌾 growers", "👩\u200d🌾 growers"),
        (None, ""),
        (True, ""),
        ({"a": 1}, ""),
        (["a"], ""),
        (7, "7"),
    ],
)
def test_a_text_keeps_its_words_and_loses_everything_else(given: object, kept: str) -> None:
    assert paragraphs(given) == kept


@given(st.text(max_size=400) | st.text(alphabet="<>&;/!-scriptlg \u202e", max_size=200))
def test_no_text_brings_markup_of_scripts_or_invisible_characters(text: str) -> None:
    kept = paragraphs(text)
    assert "<script" not in kept.lower()
    assert not {unicodedata.category(letter) for letter in kept.replace("\n", "")} - _CATEGORIES
    assert "\n" not in one_line(text, 50)
    assert len(one_line(text, 50)) <= 50


_CATEGORIES = {
    *(
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "Mn",
        "Mc",
        "Me",
        "Nd",
        "Nl",
        "No",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
    ),
    *("Sm", "Sc", "Sk", "So", "Zs", "Cf"),  # Cf: only the two joiners, tested above
}


@pytest.mark.parametrize("piece", ["<!", "<a ", "<!--", "&#", "<b><i>", "<script>", "]]>", "&amp;" * 3])
def test_markup_made_to_be_slow_is_read_quickly(piece: str) -> None:
    start = time.monotonic()
    paragraphs(piece * 50_000)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://clay.example/a?b=1#c", "https://clay.example/a?b=1#c"),
        ("HTTP://CLAY.EXAMPLE", "HTTP://CLAY.EXAMPLE"),
        ("www.clay.example/club", "https://www.clay.example/club"),
        (" https://clay.example\n", "https://clay.example"),
        ("javascript:alert(1)", None),
        ("JavaScript://clay.example/%0aalert(1)", None),
        ("data:text/html,hello", None),
        ("https://user:word@clay.example", None),
        ("https://clay.example\u202e/gpj.exe", "https://clay.example/gpj.exe"),
        ("https:///no-host", None),
        ("https://localhost/x", None),
        ("https://clay.example:99999/", None),
        ("https://[::1", None),
        ('https://clay.example/"onclick="x', None),
        ("https://clay.example/" + "x" * 600, None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_are_kept(given: object, kept: str | None) -> None:
    assert web_address(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("clay@carrbank.example", "clay@carrbank.example"),
        ("mailto:clay@carrbank.example", "clay@carrbank.example"),
        ("clay@carrbank", None),
        ("clay@carrbank.example, jo@x.example", None),
        ("a" * 70 + "@carrbank.example", None),
        ("", None),
    ],
)
def test_only_an_email_address_counts_as_one(given: str, kept: str | None) -> None:
    assert email_address(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("01632 960411", "01632 960411"),
        ("+44 (0)1632 960411", "+44 (0)1632 960411"),
        ('"01632-960-411"', "01632 960 411"),
        ("Ring Dot on 01632 960411", "01632 960411"),
        ("999", None),
        ("see website", None),
        (1632960411, "1632960411"),
    ],
)
def test_a_telephone_number_is_its_digits(given: object, kept: str | None) -> None:
    assert phone_number(given) == kept


def test_an_identifier_is_kept_as_it_stands_or_not_at_all() -> None:
    assert identifier(" a-1 ", 10) == "a-1"
    assert identifier(17, 10) == "17"
    assert [identifier(value, 10) for value in ("", None, "x" * 11, "a\u200bb", "a\x00", {}, True)] == [
        None
    ] * 7


def test_a_text_is_cut_at_a_word() -> None:
    assert cut("one two three", 13) == "one two three"
    assert cut("one two three four", 13) == "one two…"
    assert cut("x" * 30, 10) == "x" * 9 + "…"


def test_the_first_sentence_becomes_the_summary_and_nothing_is_lost() -> None:
    assert first_sentence("Make pots. Take them home.", 60) == ("Make pots.", "Take them home.")
    assert first_sentence("Make pots", 60) == ("Make pots", "")
    assert first_sentence("Open 9.30 to 4. Come in.", 60) == ("Open 9.30 to 4.", "Come in.")
    long = "word " * 30 + "end. More."
    summary, rest = first_sentence(long, 60)
    assert summary.endswith("…")
    assert rest == long
