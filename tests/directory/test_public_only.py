"""Nothing that is not public, and nothing of a Personal Assistant that must stay hidden, is shown."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.vocabulary import (
    CheckKind,
    CqcRating,
    LegalForm,
    OfferKind,
    OfferStatus,
    PlaceKind,
    Theme,
)
from tests.directory import factories as make

HIDDEN = [status for status in OfferStatus if status is not OfferStatus.PUBLIC]
HOME = ("NG18 4TP", 53.1273, -1.1622)


@pytest.mark.parametrize("status", HIDDEN)
def test_an_offer_that_is_not_public_has_no_page_and_is_on_none(
    client: FlaskClient, session: Session, status: OfferStatus
) -> None:
    same = {"themes": [Theme.COOKERY], "at": make.place()}
    hidden = make.offer(session, "Secret supper", status=status, **same)
    shown = make.offer(session, "Open supper", themes=[Theme.COOKERY], at=make.place())
    assert client.get(f"/offers/{hidden.id}").status_code == 404
    assert client.get(f"/providers/{hidden.provider_id}").status_code == 404
    for path in ("/offers", "/offers?q=supper", f"/offers/{shown.id}", "/sitemap.xml"):
        text = client.get(path).text
        assert "Secret" not in text
        assert str(hidden.id) not in text
        assert "Open supper" in text or str(shown.id) in text


def test_a_provider_without_a_public_offer_has_no_page(client: FlaskClient, session: Session) -> None:
    nobody = make.provider(session)
    assert client.get(f"/providers/{nobody.id}").status_code == 404


@pytest.mark.parametrize("path", ["offers", "providers"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/{path}/{uuid.uuid4()}").status_code == 404
    assert client.get(f"/{path}/1").status_code == 404
    assert client.get(f"/{path}/{uuid.uuid4()}'--").status_code == 404


def test_of_a_personal_assistant_only_first_name_and_area_are_shown(
    client: FlaskClient, session: Session
) -> None:
    dawn = make.personal_assistant(session)
    place = make.place(
        PlaceKind.TRAVELS_TO_YOU, HOME, radius_km=10.0, street="9 Hidden Row", name="Dawn's flat"
    )
    offer = make.offer(session, "Walks and baking", by=dawn, at=place, kind=OfferKind.PERSONAL_ASSISTANT)
    pages = [f"/offers/{offer.id}", f"/providers/{dawn.id}", "/offers", "/offers?near=NG18+1AB&q=walks"]
    for path in pages:
        text = client.get(path).text
        assert "Dawn" in text
        for hidden in (
            "Okafor",
            "07700",
            "900123",
            "dawn.okafor",
            "dawn.example",
            "Hidden Row",
            "4TP",
            "flat",
        ):
            assert hidden not in text, f"{hidden} on {path}"
    assert "Mansfield (NG18)" in client.get(pages[0]).text
    assert "You can write to them here, and meet before you decide." in client.get(pages[0]).text


def test_a_home_is_a_circle_around_the_middle_of_its_outcode(client: FlaskClient, session: Session) -> None:
    """Two homes of one outcode look the same, and no distance tells them apart."""
    one = make.place(PlaceKind.MASKED, HOME)
    other = make.place(PlaceKind.MASKED, ("NG18 1AB", 53.1440, -1.1970))
    pages = []
    for place in (one, other):
        offer = make.offer(session, "A home", at=place, kind=OfferKind.SHARED_LIVES)
        pages.append(re.findall(r'<circle class="md-map__[^>]*>', client.get(f"/offers/{offer.id}").text))
    assert pages[0] == pages[1] != []
    listed = client.get("/offers?near=NG18+1AB").text
    assert len(set(re.findall(r"about \d+ miles? away|less than a mile away", listed))) == 1


def test_an_exact_place_shows_its_address(client: FlaskClient, session: Session) -> None:
    offer = make.offer(session, at=make.place(name="Oakfield Centre", street="12 Chapel Lane"))
    text = client.get(f"/offers/{offer.id}").text
    for line in ("Oakfield Centre", "12 Chapel Lane", "Mansfield", "NG18 1AB"):
        assert line in text


def test_a_check_that_ran_out_yesterday_is_not_shown_as_held(client: FlaskClient, session: Session) -> None:
    today = datetime.now(UTC).date()
    by = make.provider(session)
    by.checks = [
        make.check(CheckKind.ID_SEEN, seen_on=date(2026, 5, 3)),
        make.check(CheckKind.INSURANCE, seen_on=date(2025, 5, 3), expires_on=today + timedelta(days=2)),
        make.check(CheckKind.DBS_ENHANCED, seen_on=date(2023, 5, 3), expires_on=today - timedelta(days=2)),
    ]
    offer = make.offer(session, by=by)
    for path in (f"/offers/{offer.id}", f"/providers/{by.id}"):
        text = client.get(path).text
        held, _, lapsed = text.partition("Out of date: ask about these")
        assert "<dt>ID seen</dt><dd>Seen on 3 May 2026 by Nottinghamshire market team.</dd>" in held
        assert "<dt>Insurance seen</dt>" in held
        assert "Enhanced DBS check" not in held
        assert "Enhanced DBS check. Ran out on" in lapsed
        assert not re.search(r"\bsafe\b", text, re.IGNORECASE)


def test_the_cqc_rating_of_a_registered_provider_is_shown(client: FlaskClient, session: Session) -> None:
    by = make.provider(
        session, cqc_id="1-4821190336", cqc_rating=CqcRating.GOOD, legal_form=LegalForm.COMPANY
    )
    text = client.get(f"/offers/{make.offer(session, by=by).id}").text
    assert "rating:</strong> Good" in text
    assert "1-4821190336" in text


@pytest.mark.parametrize(
    "evil",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "\u202egnp.exe"],
)
def test_hostile_words_of_a_provider_stay_words(client: FlaskClient, session: Session, evil: str) -> None:
    by = make.provider(session, name=evil, about=evil, website=evil, email=evil, phone=evil)
    offer = make.offer(
        session, evil, by=by, summary=evil, description=evil, at=make.place(name=evil, street=evil)
    )
    for path in (f"/offers/{offer.id}", f"/providers/{by.id}", "/offers"):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert 'href="javascript' not in text
