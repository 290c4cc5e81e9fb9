"""What matching says, on the pages of somebody who looks on a person's behalf: it speaks of the person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from random import Random

import pytest
from babel.messages.extract import extract_from_file
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.accounts.models import Account
from marketplace.db import get_session
from marketplace.matching.pairs_words import short_name
from marketplace.matching.ranking import Ranking, rank
from marketplace.matching.result import Say
from marketplace.matching.stops_told import Outcome
from marketplace.matching.taken_apart import take_apart
from marketplace.people.matches import current_catalogue, home_of
from marketplace.people.models import Person
from marketplace.people.spoken import OF_THEM, of_them
from marketplace.people.steps import Step
from marketplace.vocabulary import Part, Role, Stop
from tests.accounts.mail import SQLITE
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import ANSWERS, make_case, make_person, make_supporter
from tests.people.test_saved import an_offer
from tests.web.test_words import KEYWORDS, ROOT, easy_words, strings_of

PEOPLE = 25
TODAY = date(2026, 11, 23)
TO_A_READER = re.compile(r"\b(you|your|yours|me|my|mine|myself)\b|\bI\b", re.IGNORECASE)
TO_A_PROVIDER = re.compile(r"^(Can|Do|Are|Is|If|What|Who)\b.*\?$")
"""A question that is put to a provider: 'Can you fetch Amina?'"""
TO_A_PROVIDER_ONLY = re.compile(r"\b(me|my|mine|myself)\b|\bI\b")
MODULES = (
    *(
        f"marketplace/matching/{name}.py"
        for name in (
            "explain",
            "explain_cost",
            "explain_carer",
            "questions",
            "pairs_words",
            "near",
            "stops_told",
        )
    ),
    "marketplace/people/why.py",
)
_PLACE = re.compile(r"%\((\w+)\)s")
_QUOTED = re.compile(r"“[^”]*”")
_LABELS = sorted(
    {
        string
        for words in vars(vocabulary).values()
        if isinstance(words, type) and issubclass(words, vocabulary.Word) and words is not Stop
        for member in words
        for string in (str(member.label), *strings_of(easy_words()[member.label]))
        if TO_A_READER.search(string)
    },
    key=len,
    reverse=True,
)
"""Names of things, which stay as they are: 'Breaks for my carer'."""


def _sentences() -> Iterator[str]:
    for module in MODULES:
        found = extract_from_file("python", str(ROOT / Path(module)), KEYWORDS)
        yield from (message for _, message, _, _ in found if isinstance(message, str))
    yield from (word.label for words in (Part, Stop, Outcome, Step) for word in words)


def _speaks_to_a_person(text: str) -> bool:
    """A question to the provider may say 'you' to them, but 'my' and 'me' are the person's words."""
    return any(
        (TO_A_PROVIDER_ONLY if TO_A_PROVIDER.search(one) else TO_A_READER).search(one)
        for one in re.split(r"(?<=[.?]) ", text)
    )


def test_each_sentence_to_the_person_has_one_of_them() -> None:
    easy = easy_words()
    missing = [
        text
        for text in _sentences()
        if any(_speaks_to_a_person(said) for said in (text, *strings_of(easy[text]))) and text not in OF_THEM
    ]
    assert missing == []
    for question in ("Can you get there?", "Can you pay for it?"):
        assert question in OF_THEM, "it looks like a question to a provider, but is put to the person"


def test_what_is_said_of_them_speaks_to_nobody_and_keeps_its_places() -> None:
    for text, other in OF_THEM.items():
        assert set(_PLACE.findall(other)) - {"person"} == set(_PLACE.findall(text)), text
        for said in (other, *strings_of(easy_words()[other])):
            assert not _speaks_to_a_person(said), said


def _told(ranking: Ranking, row: int) -> Iterator[Say]:
    apart = take_apart(ranking, row)
    match = apart.match
    yield from (stop.said for stop in apart.stops)
    yield from (part.reason for part in match.parts)
    yield from match.ask
    yield from (said for said in (match.way, match.price) if said is not None)
    if match.companion is not None:
        yield match.companion.reason


def _without_names(line: str, *names: str) -> str:
    line = _QUOTED.sub("", line)
    for label in (*names, *_LABELS):
        line = line.replace(label, "")
    return line


@pytest.mark.parametrize("reading", ["standard", "easy"])
def test_nothing_that_example_people_get_speaks_to_whoever_else_reads_it(
    example_app: Flask, reading: str
) -> None:
    faults: set[str] = set()
    named = 0
    with example_app.test_request_context(headers={"Cookie": f"reading={reading}"}):
        session = get_session()
        catalogue = current_catalogue(session)
        names = [short_name(name) for name in catalogue.names if TO_A_READER.search(name)]
        people = session.scalars(select(Person).where(Person.is_example).order_by(Person.reference)).all()
        for person in Random(4).sample(people, PEOPLE):
            needs = person.to_needs()
            ranking = rank(needs, catalogue, home=home_of(needs), today=TODAY)
            misses = ranking.near_misses(3)
            rows = [match.row for match in ranking.matches(0, 4)] + [miss.row for miss in misses]
            said = [one for row in rows for one in _told(ranking, row)] + [miss.would_help for miss in misses]
            said += [change.change for change in ranking.what_would_help(today=TODAY, limit=3)]
            for one in said:
                line = of_them(one, "Robin").render(gettext)
                named += "Robin" in line
                if _speaks_to_a_person(_without_names(line, *names)):
                    faults.add(line)
    assert faults == set()
    assert named > 10 * PEOPLE


def _words_of(page: str, begin: str, end: str) -> str:
    inside = page.partition(begin)[2].rpartition(end)[0]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inside)))


@pytest.mark.parametrize("reading", ["standard", "easy"])
@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.SUPPORTER])
@pytest.mark.parametrize(**SQLITE)
def test_who_looks_for_a_person_reads_of_them(app: Flask, session: Session, role: Role, reading: str) -> None:
    near = an_offer(session, "Saturday kitchen")
    dear = an_offer(session, "Dear kitchen", cost="90")
    jo = make_person(session, answers={**ANSWERS, "goals": [{"theme": "cookery", "stance": "learn"}]})
    helper = make_account(session, roles=[role], name="Sam", organisation="Example Council")
    if role is Role.PRACTITIONER:
        make_case(session, person=jo, account=helper)
    else:
        make_supporter(session, person=jo, account=helper)
    client: FlaskClient = app.test_client()
    client.set_cookie("reading", reading)
    sign_in(client, helper)
    text = client.get(f"/people/{jo.id}/matches").text
    listed = _words_of(text, 'class="md-results__list"', '<aside class="md-results__side"')
    assert "Jo asked for: Cooking." in listed
    near_misses = _words_of(text, 'id="near-heading"', "</section>")
    assert "costs more than Jo can pay" in near_misses
    taken = []
    for offer in (near, dear):
        page = client.get(f"/people/{jo.id}/matches/{offer.id}/why").text
        taken.append(_words_of(page, '<div class="md-why">', 'id="wrong"'))
    assert "Can Jo pay for it?" in taken[1]
    for words in (listed, near_misses, *taken):
        told = _without_names(words).replace("You can undo", "").replace("You can ask:", "")
        assert not re.search(
            r"\b(your|me|my|mine|yours)\b|\bI\b|\b(?<!Can )(?<!Do )you\b", told, re.IGNORECASE
        ), told


@pytest.mark.parametrize(**SQLITE)
def test_the_person_is_still_spoken_to(app: Flask, session: Session) -> None:
    an_offer(session, "Saturday kitchen")
    jo = make_person(session, account=make_account(session, roles=[Role.PERSON], name="Jo"))
    client = app.test_client()
    sign_in(client, session.get_one(Account, jo.account_id))
    text = client.get(f"/people/{jo.id}/matches").text
    assert "You asked for: Cooking." in text
    assert "Jo asked for" not in text
