"""What every page must hold, read from its HTML: used on each page that a test client fetches."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
CLOSES_P = frozenset(
    "address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr main nav ol p section table ul".split()
)
INTERACTIVE = frozenset("a button select textarea label details".split())
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls")
TOKEN = re.compile(r'(name="csrf_token"(?: type="hidden")? value=")[\w.-]+')
"""What differs each time a page is made, and nothing else of it: it can't hide a fault."""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class PageProblemError(AssertionError):
    """A page that a test fetched is not as every page must be."""


class CheckingClient(FlaskClient):
    """A test client that refuses a page with a fault, whatever its test was looking for."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        redirected = 300 <= response.status_code < 400
        has_page = response.mimetype == "text/html" and response.request.method != "HEAD"
        if has_page and not redirected:
            problems = page_problems(response)
            if problems:
                raise PageProblemError(f"{response.request.path}: " + "; ".join(problems))
        return response


def page_problems(response: TestResponse) -> list[str]:
    """Every fault of a page: of its headers, then of its HTML."""
    policy = response.headers.get("Content-Security-Policy", "")
    problems = [] if "default-src 'none'" in policy and "unsafe" not in policy else ["no strict CSP"]
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        problems.append("no nosniff header")
    return problems + html_problems(response.get_data(as_text=True))


def html_problems(html: str) -> list[str]:
    return list(_problems_of(TOKEN.sub(r"\1", html)))


@lru_cache(maxsize=500)
def _problems_of(html: str) -> tuple[str, ...]:
    # Kept, because half of all fetched pages are the same page once more, for its form's token.
    page = _Page()
    page.feed(html)
    page.close()
    return tuple(page.all_problems(html))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.open_tags: list[str] = []
        self.ids: list[str] = []
        self.wanted: list[tuple[str, str]] = []
        self.headings: list[int] = []
        self.lang: str | None = None
        self.title = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs)
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs)
        if tag not in VOID and "svg" not in self.open_tags:
            self.problem(f"<{tag}/> does not close itself in HTML")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            self.problem(f"</{tag}> where there is nothing to close")
        elif not self.open_tags or self.open_tags[-1] != tag:
            self.problem(f"</{tag}> while {self.open_tags[-1:]} is open")
            if tag in self.open_tags:
                while self.open_tags.pop() != tag:
                    pass
        else:
            self.open_tags.pop()

    def handle_data(self, data: str) -> None:
        if self.open_tags[-1:] == ["title"] and "svg" not in self.open_tags:
            self.title += data
        elif self.open_tags[-1:] in (["ul"], ["ol"], ["dl"], ["table"], ["tr"]) and data.strip():
            self.problem(f"text directly in <{self.open_tags[-1]}>: {data.strip()[:40]!r}")

    def problem(self, text: str) -> None:
        line, _ = self.getpos()
        self.problems.append(f"line {line}: {text}")

    def _start(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        values = {name: value or "" for name, value in attrs}
        if len(names) != len(set(names)):
            self.problem(f"<{tag}> has an attribute twice")
        for name in names:
            if name == "style" or name.startswith("on"):
                self.problem(f"<{tag}> has an inline {name}")
        if tag == "style" or (tag == "script" and "src" not in values):
            self.problem(f"inline <{tag}>")
        if tag == "img" and "alt" not in values:
            self.problem("<img> without alt")
        if tag in CLOSES_P and "p" in self.open_tags:
            self.problem(f"<{tag}> inside <p>")
        if tag in ("a", "button") and INTERACTIVE & set(self.open_tags) - {"details"}:
            self.problem(f"<{tag}> inside another control")
        if tag == "li" and self.open_tags[-1:] not in (["ul"], ["ol"], ["menu"]):
            self.problem("<li> outside a list")
        if tag in ("div", "ul", "ol", "dl", "table", "form", "h1", "h2", "h3") and "span" in self.open_tags:
            self.problem(f"<{tag}> inside <span>")
        if tag == "html":
            self.lang = values.get("lang")
        if tag in HEADINGS:
            self.headings.append(int(tag[1]))
        if "id" in values:
            if not values["id"] or " " in values["id"]:
                self.problem(f"id {values['id']!r}")
            self.ids.append(values["id"])
        if tag == "label" and "for" in values:
            self.wanted.append(("for", values["for"]))
        for name in REFERENCES:
            self.wanted += [(name, one) for one in values.get(name, "").split()]
        if values.get("href", "").startswith("#"):
            self.wanted.append(("href", values["href"][1:]))

    def all_problems(self, html: str) -> list[str]:
        problems = list(self.problems)
        if not html.startswith("<!doctype html>"):
            problems.append("no doctype in the first line")
        if self.open_tags:
            problems.append(f"never closed: {self.open_tags}")
        if not self.lang:
            problems.append("no language")
        if not self.title.strip():
            problems.append("no title")
        if self.headings.count(1) != 1:
            problems.append(f"{self.headings.count(1)} first headings instead of one")
        # A heading in the header's or a legend's place may come first, but no level is left out.
        steps = zip([1, *self.headings], self.headings, strict=False)
        problems += [f"h{low} is followed by h{high}" for low, high in steps if high > low + 1]
        repeated = {one for one in self.ids if self.ids.count(one) > 1}
        problems += [f"id {one!r} stands twice" for one in sorted(repeated)]
        known = set(self.ids)
        problems += [
            f"{name} names {one!r}, which is nowhere" for name, one in self.wanted if one not in known
        ]
        return problems
