"""What is noticed in a message: a table of known answers, most of them traps."""

from __future__ import annotations

import time

import pytest

from marketplace.enquiries.messages.catching import CaughtKind, _pattern, caught, read_phrases
from marketplace.settings import PACKAGE

P, E, L, A, B, X = (
    CaughtKind.PHONE,
    CaughtKind.EMAIL,
    CaughtKind.LINK,
    CaughtKind.ADDRESS,
    CaughtKind.BANK,
    CaughtKind.PRESSURE,
)

KNOWN: list[tuple[str, set[CaughtKind]]] = [
    ("Ring me on 07700 900123.", {P}),
    ("07700900123", {P}),
    ("My number: +44 7700 900 123", {P}),
    ("+44 (0)7700 900123", {P}),
    ("0044 7700 900123", {P}),
    ("0115 496 0123", {P}),
    ("(01623) 496012 is our office", {P}),
    ("020 7946 0123", {P}),
    ("0 7 7 0 0 9 0 0 1 2 3", {P}),
    ("07700-900-123", {P}),
    ("07700.900.123", {P}),
    ("call 10 to 4, 07700 900123", {P}),
    ("oh seven seven double oh nine double oh one two three", {P}),
    ("zero seven seven zero zero nine hundred one two three", {P}),
    ("O77OO 9OO123", {P}),
    ("7700 900123 without the nought", {P}),
    ("07\u200b700 900\u200b123", {P}),
    ("\u202e07700 900123", {P}),
    ("٠٧٧٠٠ ٩٠٠١٢٣ or ０７７００ ９００１２３", {P}),
    ("text me on 496012", {P}),
    ("Write to jo@example.org", {E}),
    ("jo.bloggs (at) example (dot) com", {E}),
    ("jo[at]example[dot]org", {E}),
    ("jo at gmail please", {E}),
    ("mary at example dot com", {E}),
    ("See https://example.org/form", {L}),
    ("look at www.example.org", {L}),
    ("our page is kitchen-example.co.uk", {L}),
    ("javascript:alert(1)", {L}),
    ("https://gov.uk.example.com", {L}),
    ("t.me/someone", {L}),
    ("I live near NG18 1AB", {A}),
    ("ng181ab", {A}),
    ("come to 12 Chapel Lane", {A}),
    ("My address is on the form", {A}),
    ("Sort code 12-34-56, account 12345678", {B}),
    ("12-34-56 12345678", {B}),
    ("put it in account no 1234 5678", {B}),
    ("GB82 WEST 1234 5698 7654 32", {B}),
    ("card 4111 1111 1111 1111", {B}),
    ("What are your bank details?", {B}),
    ("Please don't tell your carer", {X}),
    ("Do not tell your social worker about this", {X}),
    ("DON’T   TELL\nANYONE", {X}),
    ("No need to tell your mum", {X}),
    ("It is our little secret", {X}),
    ("keep this between us", {X}),
    ("nobody needs to know", {X}),
    ("It is cash only", {X}),
    ("pay me first and then we start", {X}),
    ("can you send me a photo", {X}),
    ("Send a picture of yourself", {X}),
    ("are you alone at home", {X}),
    ("message me on WhatsApp instead", {X}),
    ("let us talk on snapchat", {X}),
    ("could you lend me some money", {X}),
    ("buy me a gift card", {X}),
    ("You must come alone", {X}),
    ("delete this message", {X}),
    ("tell me your PIN", {X}),
    ("Don't tell your carer, ring 07700 900123", {P, X}),
    # Nothing to see here.
    ("", set()),
    ("Tuesday 10 to 12", set()),
    ("Tuesdays 10.30 - 12.30 and 14.00 - 16.00", set()),
    ("09.30 10.30 11.30 12.30", set()),
    ("level 2", set()),
    ("£12.71 an hour", set()),
    ("£1,250.00 a year, £48.00 a day, £0.00 for carers", set()),
    ("The NHS pays for some of it", set()),
    ("My NHS number is 943 476 5919", set()),
    ("from 01/02/2026 to 03/02/2026", set()),
    ("from 2026-02-01 until 2026-03-01", set()),
    ("12-10-26 is our open day", set()),
    ("one to one support, two to one on Fridays", set()),
    ("Ring 999 in danger, or 111 for advice", set()),
    ("I need one, two or three sessions", set()),
    ("There are 20 places and 3 are left", set()),
    ("The bank holiday is on Monday", set()),
    ("It is 10 minutes down the road", set()),
    ("2 sessions a week close to home", set()),
    ("Read it on https://www.nhs.uk/conditions or www.gov.uk/pip", set()),
    ("See you @ 10.30", set()),
    ("You can come on your own or bring someone", set()),
    ("Nobody has to come alone", set()),
    ("We can send a photo of the room", set()),
    ("Please tell your carer what we said", set()),
    ("Do tell your mum and your dad", set()),
    ("You can pay by cash or with a direct payment", set()),
    ("The secret of good bread is time", set()),
    ("We keep what you say private", set()),
    ("Bring a pin board and your own cards", set()),
    ("e.g. cooking, art, etc.It is fun", set()),
    ("B1 2pm works for me", set()),
    ("Room 4, table 12, chairs 30", set()),
    ("He is 07 and she is 12", set()),
]


@pytest.mark.parametrize(("text", "kinds"), KNOWN, ids=[text[:40] or "nothing" for text, _ in KNOWN])
def test_what_is_noticed_is_what_a_person_would_notice(text: str, kinds: set[CaughtKind]) -> None:
    assert {one.kind for one in caught(text)} == kinds


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "a", "a@", "@a.", "a.", "07700 ", "dont tell ", "send me ", "12-34-56 ", "1234 5678 ",
     "gb82", "<a ", "one ", "sort code ", "12345678 sort "],
)  # fmt: skip
def test_fifty_thousand_signs_take_no_longer_for_each_than_five_thousand(piece: str) -> None:
    def own_time(size: int) -> float:
        text = (piece * size)[:size]
        start = time.thread_time()
        caught(text)
        return time.thread_time() - start

    own_time(500)
    assert own_time(50_000) < 40 * max(own_time(5_000), 0.002)


def test_a_council_adds_plain_words_and_three_dots_stand_for_up_to_three_words() -> None:
    added = (_pattern("Don't show … your carer"),)
    assert {one.kind for one in caught("do not show this letter to your carer", added)} == {X}
    assert caught("do not show it to all of the people or your carer", added) == ()
    assert {one.kind for one in caught("You owe me!", read_phrases(PACKAGE.parent / "seeds"))} == {X}
