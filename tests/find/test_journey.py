"""The find journey over HTTP: what is asked, kept, changed, skipped and deleted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.matching.needs import parse_needs
from marketplace.people.models import FindJourney
from marketplace.people.steps import QUESTIONS, Step
from tests.find.journeys import kept_answers, near_me, send, token_on

WALK: list[tuple[str, dict[str, Any]]] = [
    ("/find/what", {"answer": ["cookery", "friends"], "own_words": "I want to make my own tea"}),
    ("/find/support", {"answer": "2", "age": "34"}),
    ("/find/where", {"postcode": "ng181ab"}),
    ("/find/travel", {"answer": ["bus", "walk"]}),
    ("/find/minutes", {"answer": "45"}),
    ("/find/on-the-way", {"answer": ["with_support", "disabled_bus_pass"]}),
    ("/find/when", {"answer": ["weekday_evenings", "saturdays"], "hours_wanted": "6"}),
    ("/find/must", {"answer": ["step_free", "personal_care"]}),
    ("/find/like", {"answer": ["quiet_space"]}),
    ("/find/paying", {"answer": "direct_payment"}),
    ("/find/budget", {"budget": "£120"}),
    ("/find/matters", {"answer": ["near_home", "friends"]}),
]
EVENINGS = {day: ["17:00-21:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def test_the_whole_journey_keeps_exactly_the_needs_document(client: FlaskClient, session: Session) -> None:
    pages = [path for path, _ in WALK[1:]] + ["/find/check"]
    for (path, fields), following in zip(WALK, pages, strict=True):
        response = send(client, path, **fields)
        assert (response.status_code, response.location) == (303, following)
    answers = kept_answers(session)
    assert answers == {
        "goals": [{"theme": "friends"}, {"theme": "cookery"}, {"text": "I want to make my own tea"}]
        if answers["goals"][0]["theme"] == "friends"
        else [{"theme": "cookery"}, {"theme": "friends"}, {"text": "I want to make my own tea"}],
        "support_level": 2,
        "age": 34,
        "postcode": "NG18 1AB",
        "travel": {
            "modes": ["bus", "walk"],
            "max_minutes": 45,
            "with_support": True,
            "passes": ["disabled_bus_pass"],
        },
        "when": {**EVENINGS, "sat": ["09:00-17:00"]},
        "hours_wanted": 6,
        "must_have": ["step_free", "personal_care"],
        "would_like": ["quiet_space"],
        "funding": "direct_payment",
        "weekly_budget": "120.00",
        "matters_most": ["near_home", "friends"],
    }
    assert parse_needs(answers).support_level == 2
    checked = client.get("/find/check").text
    for words in (
        "I want to make my own tea",
        "NG18 1AB",
        "Weekday evenings",
        "£120 a week",
        "Age: 34",
        "Hours a week: 6",
        "Up to 45 minutes",
    ):
        assert words in checked


@pytest.mark.parametrize("step", list(Step))
def test_each_question_is_the_heading_and_the_title(client: FlaskClient, step: Step) -> None:
    text = client.get(f"/find/{step.value}").text
    heading = QUESTIONS[step].heading
    assert f"<title>{heading}" in text
    assert heading in text.partition("<h1")[2].partition("</h1>")[0]


@pytest.mark.parametrize(
    ("path", "fields", "advice", "field"),
    [
        ("/find/what", {}, "Choose what you would like to do, or write it in your own words", "answer"),
        ("/find/what", {"own_words": "a" * 3000}, "Write at most 2000 letters", "own_words"),
        ("/find/what", {"own_words": "a\n" * 11}, "Write at most 10 lines. You have 11", "own_words"),
        ("/find/support", {}, "Choose how much support you need", "answer"),
        ("/find/support", {"answer": ["1", "2"]}, "Choose one answer", "answer"),
        ("/find/support", {"answer": "1", "age": "12"}, "Enter your age in years, from 16 to 120", "age"),
        ("/find/support", {"age": "thirty"}, "Enter your age in years, from 16 to 120", "age"),
        (
            "/find/when",
            {"answer": "saturdays", "hours_wanted": "-2"},
            "like 6, or leave it out",
            "hours_wanted",
        ),
        ("/find/when/hours", {"slots": "tue-17", "hours_wanted": "NaN"}, "like 6, or leave", "hours_wanted"),
        ("/find/where", {"postcode": "somewhere"}, "Enter a postcode, like NG18 1AB", "postcode"),
        ("/find/where", {"postcode": "BT1 1AA"}, "is in Northern Ireland", "postcode"),
        ("/find/where", {}, "Enter a postcode, like NG18 1AB", "postcode"),
        ("/find/when", {}, "Choose a time when you could go", "answer"),
        ("/find/when/hours", {}, "Choose an hour when you could go", "slots"),
        ("/find/budget", {"budget": "lots"}, "Enter an amount in pounds, like 40 or 12.50", "budget"),
        ("/find/budget", {"budget": "-3"}, "Enter an amount between £0 and £5,000", "budget"),
        ("/find/budget", {"budget": "NaN"}, "Enter an amount between £0 and £5,000", "budget"),
        ("/find/budget", {"budget": "1.234"}, "Enter pounds and pence, like 12.50", "budget"),
        (
            "/find/matters",
            {"answer": ["near_home", "friends", "low_cost", "my_goals"]},
            "Choose at most 3. You chose 4",
            "answer",
        ),
    ],
)
def test_a_wrong_answer_is_told_with_what_to_do(
    client: FlaskClient, path: str, fields: dict[str, Any], advice: str, field: str
) -> None:
    response = send(client, path, **fields)
    assert response.status_code == 422
    assert "<title>Error: " in response.text
    assert "There is a problem" in response.text
    assert f'href="#{field}"' in response.text
    assert response.text.count(advice) >= 2


def test_answers_are_kept_when_one_is_wrong(client: FlaskClient) -> None:
    response = send(client, "/find/what", answer=["cookery"], own_words="b" * 2001)
    assert 'value="cookery" checked' in response.text
    assert "b" * 2001 in response.text


def test_a_choice_that_is_not_offered_is_refused(client: FlaskClient) -> None:
    assert send(client, "/find/support", answer="9").status_code == 422


def test_skip_goes_on_and_takes_an_old_answer_away(client: FlaskClient, session: Session) -> None:
    near_me(client)
    send(client, "/find/support", answer="3")
    response = send(client, "/find/support", skip="1")
    assert response.location == "/find/where"
    assert "support_level" not in kept_answers(session)


def test_not_sure_is_kept_as_not_known(client: FlaskClient, session: Session) -> None:
    near_me(client)
    for step in ("support", "minutes", "paying"):
        assert send(client, f"/find/{step}", answer="not_sure").status_code == 303
    answers = kept_answers(session)
    assert set(answers) == {"goals", "postcode"}


def test_age_alone_is_an_answer_and_skipping_takes_it_away(client: FlaskClient, session: Session) -> None:
    near_me(client)
    assert send(client, "/find/support", age=" 71 ").location == "/find/where"
    assert kept_answers(session)["age"] == 71
    assert 'id="age" name="age" type="text" value="71"' in client.get("/find/support").text
    send(client, "/find/support", answer="2", age="")
    assert "age" not in kept_answers(session)


def test_hours_a_week_are_kept_with_either_way_of_saying_when(client: FlaskClient, session: Session) -> None:
    near_me(client)
    send(client, "/find/when", answer="saturdays", hours_wanted="4½")
    assert kept_answers(session)["hours_wanted"] == 4.5
    page = client.get("/find/when/hours").text
    assert 'name="hours_wanted" type="text" value="4.5"' in page
    send(client, "/find/when/hours", slots=["tue-17"], hours_wanted="4.5")
    assert kept_answers(session)["hours_wanted"] == 4.5
    send(client, "/find/when", skip="1")
    assert not {"when", "hours_wanted"} & set(kept_answers(session))


def test_answers_can_be_saved_from_the_list_of_them(client: FlaskClient) -> None:
    near_me(client)
    page = client.get("/find/check").text
    link = re.search(r'href="([^"]+)">Save my answers<', page)
    assert link
    assert "/sign-in" in (client.get(link[1]).location or "")


def test_a_change_comes_straight_back(client: FlaskClient, session: Session) -> None:
    near_me(client)
    response = send(client, "/find/paying?then=check", answer="self_funder")
    assert response.location == "/find/check"
    assert kept_answers(session)["funding"] == "self_funder"
    exact = send(client, "/find/when/hours?then=check", slots=["tue-18", "tue-19"])
    assert exact.location == "/find/check"
    assert "Tuesday, 6pm to 8pm" in client.get("/find/check").text


def test_the_page_of_easy_times_says_when_exact_hours_were_chosen(client: FlaskClient) -> None:
    near_me(client)
    send(client, "/find/when/hours", slots=["tue-18"])
    assert "You chose exact hours before" in client.get("/find/when").text
    assert 'value="tue-18" aria-label="Tuesday, 6pm to 7pm" checked' in client.get("/find/when/hours").text


def test_the_front_page_leads_straight_to_the_results(client: FlaskClient, session: Session) -> None:
    response = near_me(client, own_words="football", postcode="pe30 1aa")
    assert response.location == "/find/results"
    assert kept_answers(session) == {"goals": [{"text": "football"}], "postcode": "PE30 1AA"}


def test_the_front_page_tells_both_problems(client: FlaskClient) -> None:
    response = near_me(client, own_words=" ", postcode="no")
    assert response.status_code == 422
    assert 'href="#own_words"' in response.text
    assert 'href="#postcode"' in response.text


def test_only_a_hash_of_the_visitors_key_is_kept(client: FlaskClient, session: Session) -> None:
    near_me(client)
    with client.session_transaction() as cookie:
        token = cookie["journey"]
    journey = session.scalars(select(FindJourney)).one()
    assert token not in journey.token_hash
    assert len(journey.token_hash) == 64


def test_another_visitor_sees_nothing_of_it(client: FlaskClient, session: Session) -> None:
    near_me(client, own_words="football")
    other = client.application.test_client()
    assert other.get("/find/check").location == "/find/what"
    assert "football" not in other.get("/find/what").text


def test_clearing_deletes_the_row_and_the_key(client: FlaskClient, session: Session) -> None:
    near_me(client)
    assert "Do you want to clear your answers?" in client.get("/find/clear").text
    assert send(client, "/find/clear").location == "/find/cleared"
    assert session.scalars(select(FindJourney)).all() == []
    with client.session_transaction() as cookie:
        assert "journey" not in cookie
    assert client.get("/find/check").location == "/find/what"


def test_looking_keeps_nothing(client: FlaskClient, session: Session) -> None:
    for path in ("/", "/find/what", "/find/start", "/find/results", "/find/check"):
        client.get(path)
    assert session.scalars(select(FindJourney)).all() == []


def test_answers_left_for_too_long_are_forgotten(client: FlaskClient, session: Session) -> None:
    near_me(client, own_words="football")
    journey = session.scalars(select(FindJourney)).one()
    journey.used_at = datetime.now(UTC) - timedelta(days=31)
    session.commit()
    assert client.get("/find/check").location == "/find/what"
    near_me(client, own_words="cooking")
    session.expire_all()
    assert kept_answers(session)["goals"] == [{"text": "cooking"}]


def test_sending_the_same_answer_twice_is_the_same_as_once(client: FlaskClient, session: Session) -> None:
    page = client.get("/find/what")
    form = {"csrf_token": token_on(page), "answer": ["cookery"], "own_words": ""}
    first, second = (client.post("/find/what", data=form) for _ in range(2))
    assert first.location == second.location == "/find/support"
    assert kept_answers(session) == {"goals": [{"theme": "cookery"}]}


def test_markup_in_own_words_is_inert(client: FlaskClient) -> None:
    near_me(client, own_words="<script>alert(1)</script>")
    for path in ("/find/what", "/find/check", "/"):
        assert "<script>alert" not in client.get(path).text


def test_what_must_be_there_is_not_asked_again_as_a_wish(client: FlaskClient) -> None:
    near_me(client)
    send(client, "/find/must", answer=["bsl"])
    assert 'value="bsl"' not in client.get("/find/like").text


def test_results_without_a_goal_lead_to_the_first_question(client: FlaskClient) -> None:
    assert client.get("/find/results").location == "/find/what"


@pytest.mark.parametrize(("goal", "theme"), [("x", "cookery"), ("0", "nonsense"), ("", "")])
def test_a_meaning_that_makes_no_sense_is_refused(client: FlaskClient, goal: str, theme: str) -> None:
    near_me(client)
    token = token_on(client.get("/find/what"))
    response = client.post("/find/not-meant", data={"csrf_token": token, "goal": goal, "theme": theme})
    assert response.status_code == 400
