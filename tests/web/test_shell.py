"""What all pages share: rules, headers, errors, reading formats, static files."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

import marketplace
from marketplace.db import Database
from marketplace.migrations import upgrade
from marketplace.settings import Settings
from marketplace.web.access import Anyone, access, rule_of
from marketplace.web.errors import TROUBLES
from marketplace.web.headers import HEADERS

PAGES = ("/", "/help", "/about", "/accessibility", "/privacy", "/cookies")


def test_every_view_has_an_access_rule(app: Flask) -> None:
    without = [
        rule.endpoint for rule in app.url_map.iter_rules() if not rule_of(app.view_functions[rule.endpoint])
    ]
    assert without == []


def test_a_view_without_a_rule_is_refused(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    response = client.get("/forgotten")
    assert response.status_code == 403
    assert "secret" not in response.text


def test_a_rule_that_says_no_is_obeyed(app: Flask, client: FlaskClient) -> None:
    class Nobody:
        def allows(self) -> bool:
            return False

    app.add_url_rule("/closed", "closed", access(Nobody())(lambda: "secret"))
    assert client.get("/closed").status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_in_both_reading_formats(client: FlaskClient, path: str) -> None:
    standard = client.get(path)
    assert standard.status_code == 200
    client.set_cookie("reading", "easy")
    easy = client.get(path)
    assert easy.status_code == 200
    assert 'class="govuk-template--rebranded md-easy"' in easy.text
    assert easy.text.count("<img") > standard.text.count("<img")
    assert 'lang="en-GB"' in easy.text


def test_easy_read_is_chosen_by_a_link_and_stays(client: FlaskClient) -> None:
    chosen = client.get("/help?reading=easy&from=mail")
    assert chosen.status_code == 303
    assert chosen.location == "/help?from=mail"
    assert "HttpOnly" in chosen.headers["Set-Cookie"]
    assert "A link worker" in client.get("/help").text
    client.get("/help?reading=standard")
    assert "A social prescriber or link worker" in client.get("/help").text


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "///evil.example"])
def test_choosing_a_reading_format_never_leads_to_another_site(client: FlaskClient, path: str) -> None:
    response = client.get(path, query_string={"reading": "easy"}, follow_redirects=False)
    location = response.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_an_unknown_reading_format_changes_nothing(client: FlaskClient) -> None:
    response = client.get("/help?reading=latin")
    assert response.location == "/help"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", ["/", "/nowhere", "/healthz", "/static/js/site.js"])
def test_every_answer_has_the_security_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        assert {name: response.headers[name] for name in HEADERS} == HEADERS
        assert "Strict-Transport-Security" not in response.headers


def test_behind_https_the_browser_is_told_to_stay_there(settings: Settings, database: Database) -> None:
    app = marketplace.create_app(replace(settings, base_url="https://days.example"))
    app.extensions["marketplace.db"] = database
    response = app.test_client().get("/", base_url="https://localhost")
    assert "max-age=63072000" in response.headers["Strict-Transport-Security"]
    assert all("Secure" in cookie for cookie in response.headers.getlist("Set-Cookie"))


def test_pages_are_not_kept_by_the_browser_and_hashed_files_are(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.headers["Cache-Control"] == "private, no-store"
    address = page.text.partition('src="/static/js/site.js?v=')[2].partition('"')[0]
    assert len(address) == 12
    with client.get(f"/static/js/site.js?v={address}") as hashed:
        assert "immutable" in hashed.headers["Cache-Control"]
        assert "max-age=31536000" in hashed.headers["Cache-Control"]
    with client.get("/static/js/site.js") as plain:
        assert "immutable" not in plain.headers["Cache-Control"]


def test_a_host_that_is_not_ours_is_refused(client: FlaskClient) -> None:
    assert client.get("/", base_url="http://evil.example").status_code == 400


@pytest.mark.parametrize("status", [status for status in TROUBLES if status != 500])
def test_an_error_page_says_what_to_do(app: Flask, client: FlaskClient, status: int) -> None:
    app.add_url_rule("/broken", "broken", access(Anyone())(lambda: abort(status)))
    response = client.get("/broken")
    assert response.status_code == status
    assert TROUBLES[status].title.replace("'", "&#39;") in response.text
    assert TROUBLES[status].what_to_do[0].replace("'", "&#39;") in response.text


def test_an_unexpected_error_is_a_page_that_tells_nothing_secret(
    app: Flask, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> str:
        answers = {"goals": "what a person told us"}
        raise RuntimeError(f"{len(answers)} secret, 42")

    app.add_url_rule("/fails", "fails", access(Anyone())(fail))
    app.testing = False
    response = client.get("/fails")
    assert response.status_code == 500
    assert "It is not your fault." in response.text
    assert "42" not in response.text
    logged = capsys.readouterr().err
    assert "unexpected_error" in logged
    assert "RuntimeError" in logged
    assert "what a person told us" not in logged.replace('answers = {"goals": "what a person told us"}', "")


def test_a_form_without_its_token_is_refused_with_advice(client: FlaskClient) -> None:
    response = client.post("/find/near-me", data={"own_words": "football", "postcode": "NG18 1AB"})
    assert response.status_code == 400
    assert "Your page was open for too long" in response.text


def test_a_page_asked_for_in_the_wrong_way_says_so(client: FlaskClient) -> None:
    assert client.put("/help").status_code == 405


def test_too_much_at_once_is_refused(client: FlaskClient) -> None:
    response = client.post("/find/near-me", data={"own_words": "a" * 2_000_000})
    assert response.status_code == 413


def test_alive_and_ready_are_answered(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"status": "ready"}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
def test_not_ready_without_a_database_its_newest_tables_or_the_catalogue(
    settings: Settings, empty_url: str, tmp_path: Path
) -> None:
    def problem(app: Flask) -> tuple[int, object]:
        answer = app.test_client().get("/readyz")
        return answer.status_code, (answer.json or {}).get("problem")

    with ExitStack() as stack:

        def serving(**changed: object) -> Flask:
            app = marketplace.create_app(replace(settings, **{"database_url": empty_url, **changed}))
            stack.callback(app.extensions["marketplace.db"].engine.dispose)
            return app

        assert problem(serving(database_url="postgresql://nobody@127.0.0.1:1/no")) == (503, "database")
        app = serving()
        assert problem(app) == (503, "tables")
        upgrade(app.extensions["marketplace.db"].engine, revision="0021")
        assert problem(app) == (503, "tables")
        upgrade(app.extensions["marketplace.db"].engine)
        assert problem(serving(instance_dir=tmp_path)) == (503, "catalogue")
        assert problem(app) == (200, None)


def test_help_stands_in_the_same_place_on_every_page(client: FlaskClient) -> None:
    headers = {
        client.get(path).text.partition("<header")[2].partition("<nav")[0].replace(path, "")
        for path in PAGES[1:]
    }
    assert len({header.count("Ask someone to help me choose") for header in headers}) == 1
    assert all('href="/help#ask"' in header or 'href="#ask"' in header for header in headers)
