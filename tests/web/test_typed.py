"""What people type is kept readable, and without what nobody sees."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.vocabulary import Role
from marketplace.web.typed import is_name, one_line, own_words
from tests.fixtures.accounts import make_account, sign_in

NASTY = "<script>alert(1)</script>\u202egnp.exe\u2066\x00\x07"


def test_words_are_kept_without_what_turns_or_hides_them() -> None:
    assert own_words(f"one\r\n{NASTY}\ttwo ") == "one\n<script>alert(1)</script>gnp.exe\ttwo"
    assert (
        one_line(f" {NASTY}\nBcc: x@example.org ") == "<script>alert(1)</script> gnp.exe Bcc: x@example.org"
    )
    # Joiners make letters and pictures: they stay in words.
    assert own_words("👩\u200d🦽 می\u200cخواهم") == "👩\u200d🦽 می\u200cخواهم"


def test_a_name_is_anything_but_a_way_to_another_site() -> None:
    for name in ("Jo", "J. R. O'Brien-Ó Súilleabháin", "Dr. A/B", "王小明"):
        assert is_name(name), name
    for text in ("", "You won http://evil.example", "WWW.evil.example", "see evil.example/claim"):
        assert not is_name(text), text


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True, scope="session")
def test_a_null_character_in_an_address_is_no_fault_of_ours(client: FlaskClient, session: Session) -> None:
    sign_in(client, make_account(session, roles=[Role.ADMINISTRATOR]))
    answer = client.get("/accounts?search=%00")
    assert answer.status_code == 400
    assert "We could not read that" in answer.text
