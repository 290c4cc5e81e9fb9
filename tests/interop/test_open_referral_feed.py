"""Feeds that are fetched page by page from a server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.cli import main
from marketplace.interop.importing import ImportFileError
from marketplace.interop.open_referral_feed import Feed
from marketplace.offers.models import Offer
from marketplace.settings import Settings
from tests.accounts.mail import SQLITE

EXAMPLES = json.loads((Path(__file__).parent / "open_referral_services.json").read_text())
FULL = {"id": "1", "name": "Clay", "schedules": [{"freq": "WEEKLY"}], "amount": 4.5}
SHORT = {"id": "2", "name": "Choir", "languages": []}


class Answer(NamedTuple):
    body: object
    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012


Answers = Callable[[str, dict[str, str]], Answer]


class Server:
    """Answers what a test says, and knows what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Answers = lambda *_: Answer({}, 404)
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                server.asked.append(self.path)
                found = server.answer(parts.path, {k: v[-1] for k, v in parse_qs(parts.query).items()})
                body = found.body if isinstance(found.body, bytes) else json.dumps(found.body).encode()
                self.send_response(found.status)
                for name, value in found.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):  # who asks hangs up at what is too long
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = False  # closing it waits for them
        self.address = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.http.shutdown()
    made.http.server_close()
    thread.join()


def feed(waits: list[float] | None = None, **limits: Any) -> Feed:
    return Feed(wait=(waits if waits is not None else []).append, **limits)


def in_pages(pages: list[list[object]], one: dict[str, object] | None = None) -> Answers:
    """A list in pages, and the services of *one* by themselves."""

    def answer(path: str, query: dict[str, str]) -> Answer:
        if path == "/orpages/services":
            number = int(query["page"])
            return Answer({"total_pages": len(pages), "page_number": number, "contents": pages[number - 1]})
        found = (one or {}).get(path.rpartition("/")[2])
        return Answer(found) if found and path.startswith("/orpages/services/") else Answer({}, 404)

    return answer


def test_all_pages_are_read_and_what_a_list_leaves_out_is_asked_for(server: Server) -> None:
    choir = {**SHORT, "schedules": [{"freq": "MONTHLY"}]}
    server.answer = in_pages([[FULL], [SHORT, {"id": "3", "name": "Gone"}]], {"2": choir})
    told: list[str] = []
    found = list(feed(progress=told.append).services(f"{server.address}/orpages/services?taxonomy_id=7"))
    assert found == [FULL, choir, {"id": "3", "name": "Gone"}]
    assert told == ["Fetched page 1 of 2", "Fetched page 2 of 2"]
    assert all("taxonomy_id=7" in one for one in server.asked if "page=" in one)
    assert "/orpages/services/2" in server.asked
    assert not any(one.endswith("/services/1") for one in server.asked)
    # The feed's own address, and that of one service, do as well.
    assert list(feed().services(f"{server.address}/orpages/services/2")) == [choir]
    server.answer = lambda path, query: (
        Answer({"version": "3.0", "openapi_url": "x"})
        if path == "/"
        else in_pages([[FULL]])("/orpages" + path, query)
    )
    assert list(feed().services(server.address)) == [FULL]


def test_version_1_and_a_plain_list_are_read(server: Server) -> None:
    server.answer = lambda _path, query: Answer(
        {"totalPages": 2, "content": [{**FULL, "id": query["page"]}], "last": query["page"] == "2"}
    )
    assert [one["id"] for one in feed().services(f"{server.address}/v1/services")] == ["1", "2"]
    server.answer = lambda *_: Answer([FULL])
    assert list(feed().services(f"{server.address}/all.json")) == [FULL]


def test_a_busy_server_is_asked_again_after_as_long_as_it_says(server: Server) -> None:
    answers = iter([Answer({}, 503, {"Retry-After": "7"}), Answer({}, 429), Answer({"contents": [FULL]})])
    server.answer = lambda *_: next(answers)
    waits: list[float] = []
    assert list(feed(waits).services(server.address)) == [FULL]
    assert waits == [7.0, 2.0]


@pytest.mark.parametrize(
    ("answer", "limits", "problem"),
    [
        (Answer(b"<html>"), {}, "answers a web page that is not JSON"),
        (Answer({}, 404), {}, "There is nothing at"),
        (Answer({}, 403), {}, "is not open (403)"),
        (Answer({}, 500), {}, "error 500"),
        (Answer({}, 503), {}, "is busy (503), also after 3 tries"),
        (Answer({"contents": [FULL]}), {"largest": 20}, "more than 20 bytes"),
        (Answer({"contents": [FULL]}), {"largest_feed": 20}, "The feed has more than 20 bytes"),
        (Answer({"total_pages": 9, "contents": [FULL]}), {}, "the same services for page 2"),
        (Answer({"news": []}), {}, "holds no list of services"),
        (
            Answer(b"", 302, {"Location": "http://elsewhere.example/services"}),
            {},
            "leads to http://elsewhere",
        ),
    ],
)
def test_a_feed_that_does_not_work_is_told_with_what_to_do(
    server: Server, answer: Answer, limits: dict[str, int], problem: str
) -> None:
    server.answer = lambda *_: answer
    with pytest.raises(ImportFileError) as told:
        list(feed(**limits).services(f"{server.address}/services"))
    assert problem in str(told.value)


def test_a_silent_server_a_closed_one_and_no_address_are_told(server: Server) -> None:
    goes_on = threading.Event()
    server.answer = lambda *_: Answer({}) if goes_on.wait(10) else Answer({}, 500)
    with pytest.raises(ImportFileError, match=r"no answer within 0\.1 seconds"):
        list(feed(seconds=0.1).services(server.address))
    goes_on.set()
    with pytest.raises(ImportFileError, match="can't be reached"):
        list(feed().services("http://127.0.0.1:9/services"))
    for wrong in ("http://", "http://a b/", "http://me:secret@127.0.0.1/services"):
        with pytest.raises(ImportFileError):
            list(feed().services(wrong))


@pytest.mark.parametrize(**SQLITE)
def test_the_command_imports_a_feed_and_a_feed_that_breaks_half_way_changes_nothing(
    server: Server, session: Session, database_url: str, settings: Settings
) -> None:
    environment = {
        "DATABASE_URL": database_url,
        "MARKETPLACE_INSTANCE": str(settings.instance_dir),
        "MARKETPLACE_ENV": "test",
        "MARKETPLACE_SENTENCE_MODEL": "off",
    }

    def run() -> Any:
        address = f"{server.address}/orpages/services"
        return CliRunner().invoke(main, ["import", "open-referral", address, "--json"], env=environment)

    whole = in_pages([EXAMPLES[:7], EXAMPLES[7:]])
    server.answer = lambda path, query: Answer({}, 500) if query.get("page") == "2" else whole(path, query)
    broken = run()
    assert broken.exit_code == 1
    assert "error 500" in broken.stderr
    assert "Nothing was changed" in broken.stderr
    assert session.scalar(select(func.count()).select_from(Offer)) == 0
    server.answer = whole
    report = json.loads(run().stdout)
    assert (report["read"], report["created"]) == (18, 11)
