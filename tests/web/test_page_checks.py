"""The checker of pages finds what it is there to find."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.web.page_checks import CheckingClient, PageProblemError, html_problems

GOOD = (
    "<!doctype html>\n<html lang='en-GB'><head><title>Find</title></head>"
    "<body><main><h1>Find</h1>{}</main></body></html>"
)


def test_a_plain_page_has_no_problem() -> None:
    assert html_problems(GOOD.format("<p>Words <br> and <img src='a.svg' alt=''></p>")) == []


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("<p style='color: red'>a</p>", "inline style"),
        ("<script>alert(1)</script>", "inline <script>"),
        ("<button onclick='go()'>a</button>", "inline onclick"),
        ("<p><ul><li>a</li></ul></p>", "<ul> inside <p>"),
        ("<a href='/'>a <button>b</button></a>", "inside another control"),
        ("<p id='a'>a</p><p id='a'>b</p>", "stands twice"),
        ("<label for='gone'>a</label>", "'gone', which is nowhere"),
        ("<h1>Again</h1>", "2 first headings"),
        ("<h3>Deep</h3>", "h1 is followed by h3"),
        ("<div>", "while ['div'] is open"),
        ("<img src='a.svg'>", "without alt"),
        ("<div/>", "does not close itself"),
    ],
)
def test_a_fault_is_named(fault: str, named: str) -> None:
    assert any(named in problem for problem in html_problems(GOOD.format(fault)))


def test_the_test_client_refuses_a_page_with_a_fault_and_takes_other_things() -> None:
    app = Flask(__name__)
    app.add_url_rule("/page", view_func=lambda: GOOD.format("<h3>Deep</h3>"))
    app.add_url_rule("/data", endpoint="data", view_func=lambda: {"h3": "Deep"})
    client = CheckingClient(app)
    with pytest.raises(PageProblemError, match="h1 is followed by h3"):
        client.get("/page")
    assert client.get("/data").status_code == 200
