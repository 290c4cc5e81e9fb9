"""Every route × everyone who may ask × own or another's record × method, from the routing table itself.

What each rule means stands in ``table``. A route is covered as soon as it is registered.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import URL
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.exceptions import HTTPException
from werkzeug.routing import AnyConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

import marketplace
from marketplace.accounts import current, queries
from marketplace.accounts.access import HasRole
from marketplace.accounts.models import SignIn
from marketplace.settings import Settings
from marketplace.web.access import Anyone, access, rule_of
from tests.access.records import FOREIGN, FOREIGN_TO_PROVIDER, OF_ADMINISTRATORS, PUBLIC
from tests.access.table import (
    ASK_EVERYTHING,
    KNOWN_RULES,
    OF_PERSON,
    OF_PROVIDER,
    OF_PROVIDERS,
    OF_RECORDS,
    ONLY_OF_RECORDS,
    OPENED,
    PUBLIC_PLACES,
    STRANGERS_TO_OLA,
    STRANGERS_TO_PROVIDERS,
    STRANGERS_TO_THE_SUSPENDED,
    Answer,
    answer_of,
    expected,
    key_of,
)
from tests.access.world import Actor, World, make_world
from tests.fixtures.site import settings_in

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


def faults_of(app: Flask, world: World, *, endpoint: str | None = None) -> Iterator[str]:
    """Everything about *app*'s routes, or those of one endpoint, that is not as the table says."""
    client = FlaskClient(app, use_cookies=False)
    for route in app.url_map.iter_rules(endpoint):
        rule = rule_of(app.view_functions[route.endpoint])
        if rule is None:
            yield f"{route.rule} has no rule"
            continue
        key = key_of(rule)
        if key not in OF_RECORDS and not key.startswith(KNOWN_RULES):
            yield f"{route.rule}: {key!r} is in no table: say in tests/access/table.py who may"
            continue
        if ("person_id" in route.arguments) != (key in OF_PERSON):
            yield f"{route.rule}: a person's record needs OfPerson, and nothing else does ({key})"
            continue
        is_of_provider = "provider_id" in route.arguments and route.rule.startswith("/provide/")
        if is_of_provider != (key in OF_PROVIDER):
            yield f"{route.rule}: a provider's own page needs OfProvider, and nothing else does ({key})"
            continue
        if (
            key == "Anyone"
            and route.rule not in {"/", "/provide"}
            and not route.rule.startswith(PUBLIC_PLACES)
        ):
            yield f"{route.rule} is open to everyone, and PUBLIC_PLACES doesn't say so"
        for is_own, method, actor in _asked(route, key, world):
            address = address_of(route, **ids_of(world, is_own=is_own))
            if app.url_map.bind("").match(address, method=method)[0] != route.endpoint:
                continue  # OPTIONS of an address goes to one of its routes
            wanted = expected(key, actor, is_own=is_own)
            got = answer_of(_ask(client, actor, method, address))
            # Routing answers OPTIONS itself once the rule has let someone in.
            if got != wanted and not (method == "OPTIONS" and wanted is Answer.OPEN and got == 200):
                whose = "" if key not in OF_RECORDS else "own " if is_own else "another's "
                yield f"{method} {whose}{route.rule}: {actor.name} {wanted.value}, but got {got}"


def _asked(route: Rule, key: str, world: World) -> Iterator[tuple[bool, str, Actor]]:
    """Whose record, by which method, who: all that could make a difference."""
    methods = route.methods or set()
    for is_own in (True, False) if key in OF_RECORDS else (True,):
        for actor in world.actors:
            if not _differs(actor, key, is_own=is_own):
                continue
            yield from ((is_own, method, actor) for method in sorted(methods & {"GET", "POST"}))
            if actor.name in ASK_EVERYTHING:
                yield from ((is_own, method, actor) for method in sorted(methods & {"HEAD", "OPTIONS"}))


def _differs(actor: Actor, key: str, *, is_own: bool) -> bool:
    """Whether this actor could get another answer from this rule than those like them."""
    if key in OF_PROVIDER:
        asking = OF_PROVIDERS | STRANGERS_TO_PROVIDERS if is_own else STRANGERS_TO_THE_SUSPENDED
        return actor.name in asking
    if key in OF_PERSON:
        return actor.name in STRANGERS_TO_OLA if not is_own else actor.name not in OF_PROVIDERS - {"owner"}
    return actor.name not in ONLY_OF_RECORDS | OF_PROVIDERS


def ids_of(world: World, *, is_own: bool = True) -> dict[str, uuid.UUID]:
    """The records that an address names: the table's, or another's."""
    return {
        "person_id": (world.jo if is_own else world.ola).id,
        "provider_id": (world.hall if is_own else world.suspended).id,
    }


def address_of(route: Rule, **values: Any) -> str:
    """An address of *route*: *values* where it wants them, anything that fits elsewhere."""
    for name, converter in route._converters.items():
        if name not in values:
            if isinstance(converter, UUIDConverter):
                values[name] = uuid.uuid4()
            elif isinstance(converter, AnyConverter):
                values[name] = min(converter.items)
            else:
                values[name] = "x"
    built = route.build({name: values[name] for name in route.arguments})
    assert built is not None
    return str(built[1])


def _ask(client: FlaskClient, actor: Actor, method: str, address: str) -> TestResponse:
    return client.open(address, method=method, headers={"Cookie": actor.cookie} if actor.cookie else {})


@pytest.fixture(scope="module")
def own_settings(migrated: URL, postcode_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    import shutil

    settings = settings_in(tmp_path_factory.mktemp("access") / "instance", postcode_dir=postcode_dir)
    shutil.copy(str(migrated.database), settings.instance_dir / "marketplace.sqlite3")
    return settings


@pytest.fixture(scope="module")
def real_app(own_settings: Settings) -> Iterator[Flask]:
    """The whole application, without the tokens of forms: the rules stand for themselves."""
    app = marketplace.create_app(own_settings)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["marketplace.db"].engine.dispose()


@pytest.fixture(scope="module")
def session(real_app: Flask) -> Iterator[Session]:
    with real_app.extensions["marketplace.db"].write() as session:
        yield session


@pytest.fixture(scope="module")
def world(real_app: Flask, session: Session) -> World:
    return make_world(real_app, session)


@pytest.fixture
def ruled_app(own_settings: Settings, real_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with its rules, and with views that do nothing."""
    app = marketplace.create_app(own_settings)
    app.extensions["marketplace.db"].engine.dispose()
    app.extensions["marketplace.db"] = real_app.extensions["marketplace.db"]
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, view in list(app.view_functions.items()):
        rule = rule_of(view)
        stand_in: Callable[..., Any] = lambda **_: ("", OPENED)  # noqa: E731
        app.view_functions[endpoint] = access(rule)(stand_in) if rule else stand_in
    # Pages about errors take their time; here the status, or where a link leads, says all.
    app.register_error_handler(HTTPException, lambda error: (str(error.code), error.code or 500))
    short = DictLoader({"accounts/sign_in_first.html": '<a class="govuk-button" href="{{ address }}">'})
    app.jinja_env.loader = ChoiceLoader([short, *filter(None, [app.jinja_env.loader])])
    monkeypatch.setattr(current, "sign_in_of_token", _remembering())
    return app


def _remembering() -> Callable[[Session, str], SignIn | None]:
    """Reads each sign-in once: who it is stays the same for thousands of requests. What they are to the
    record that they ask for is read by the rules each time."""
    known: dict[str, SignIn | None] = {}

    def sign_in_of_token(session: Session, token: str) -> SignIn | None:
        if token not in known:
            known[token] = found = queries.sign_in_of_token(session, token)
            return found
        kept = known[token]
        if kept is None:
            return None
        used = session.merge(kept, load=False)
        set_committed_value(used, "used_at", datetime.now(UTC))  # else each of them would note its use
        return used

    return sign_in_of_token


def test_everyone_gets_what_the_table_says_from_every_route(ruled_app: Flask, world: World) -> None:
    assert list(faults_of(ruled_app, world)) == []


def test_a_route_without_a_rule_is_found(ruled_app: Flask, world: World) -> None:
    ruled_app.add_url_rule("/planted", "planted", lambda: "secret")
    assert "/planted has no rule" in list(faults_of(ruled_app, world, endpoint="planted"))


def test_a_rule_that_the_table_does_not_know_is_found(ruled_app: Flask, world: World) -> None:
    class Friends:
        def allows(self) -> bool:
            return True

    ruled_app.add_url_rule("/planted", "planted", access(Friends())(lambda: ("", OPENED)))
    (fault,) = faults_of(ruled_app, world, endpoint="planted")
    assert "'Friends' is in no table" in fault


def test_a_rule_that_does_not_do_what_it_says_is_found(
    ruled_app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marketplace.people.access import OfPerson

    monkeypatch.setattr(OfPerson, "_is_enough", lambda *_: True)
    faults = list(faults_of(ruled_app, world, endpoint="profile.hide"))
    assert any("supporter who looks is told that there is no such page" in fault for fault in faults)


def test_a_persons_record_behind_another_rule_and_a_new_public_place_are_found(
    ruled_app: Flask, world: World
) -> None:
    ruled_app.add_url_rule(
        "/people/<uuid:person_id>/planted", "planted", access(Anyone())(lambda **_: ("", OPENED))
    )
    ruled_app.add_url_rule("/planted", "open", access(Anyone())(lambda: ("", OPENED)))
    assert any("needs OfPerson" in fault for fault in faults_of(ruled_app, world, endpoint="planted"))
    assert any("PUBLIC_PLACES" in fault for fault in faults_of(ruled_app, world, endpoint="open"))


def test_nobody_reaches_another_providers_record_through_their_own_address(
    real_app: Flask, session: Session, world: World
) -> None:
    client = FlaskClient(real_app, use_cookies=False)
    faults = []
    asked = 0
    for route in real_app.url_map.iter_rules():
        if type(rule_of(real_app.view_functions[route.endpoint])).__name__ != "OfProvider":
            continue
        named = {name for name, one in route._converters.items() if isinstance(one, UUIDConverter)}
        for name in sorted(named - {"provider_id"}):
            if name not in FOREIGN_TO_PROVIDER:
                faults.append(f"{route.rule}: records.py has no maker for {name} of another provider")
                continue
            address = address_of(
                route, provider_id=world.hall.id, **{name: FOREIGN_TO_PROVIDER[name](session, world)}
            )
            for method in sorted((route.methods or set()) & {"GET", "POST"}):
                response = _ask(client, world.actor("owner"), method, address)
                asked += 1
                if response.status_code != 404:
                    faults.append(f"{method} {route.rule}: the owner got {response.status_code}")
    assert faults == []
    assert asked


def test_nobody_reaches_another_persons_record_through_their_own_address(
    real_app: Flask, session: Session, world: World
) -> None:
    client = FlaskClient(real_app, use_cookies=False)
    faults = []
    asked = 0
    for route in real_app.url_map.iter_rules():
        rule = rule_of(real_app.view_functions[route.endpoint])
        if type(rule).__name__ == "OfProvider":
            continue
        named = {
            name
            for name, converter in route._converters.items()
            if isinstance(converter, UUIDConverter) and name != "person_id"
        }
        for name in sorted(named - PUBLIC - OF_ADMINISTRATORS):
            if name not in FOREIGN:
                faults.append(f"{route.rule}: records.py has no maker for {name}")
                continue
            address = address_of(route, person_id=world.jo.id, **{name: FOREIGN[name](session, world)})
            for method in sorted((route.methods or set()) & {"GET", "POST"}):
                for actor in map(world.actor, ("person", "supporter who acts", "practitioner")):
                    response = _ask(client, actor, method, address)
                    asked += 1
                    refused = isinstance(rule, HasRole) and not rule.roles & actor.roles
                    if response.status_code != (403 if refused else 404):
                        faults.append(f"{method} {route.rule}: {actor.name} got {response.status_code}")
    assert faults == []
    assert asked


def test_every_page_that_opens_for_someone_really_opens(real_app: Flask, world: World) -> None:
    faults = []
    client = FlaskClient(real_app, use_cookies=False)
    asks = {
        "OfPerson": ("person", "supporter who acts", "practitioner"),
        "OfProvider": ("owner", "suspended provider's owner"),
        "SignedIn": ("someone without a role",),
        "HalfSignedIn": ("practitioner before the code",),
        "HasRole": ("administrator", "practitioner", "moderator", "commissioner"),
        "Anyone": ("visitor",),
    }
    for route in real_app.url_map.iter_rules():
        rule = rule_of(real_app.view_functions[route.endpoint])
        foreign = {name for name, one in route._converters.items() if isinstance(one, UUIDConverter)}
        if (
            "GET" not in (route.methods or set())
            or foreign - {"person_id", "provider_id"}
            or route.endpoint == "static"
        ):
            continue
        for name in asks[type(rule).__name__]:
            ids = ids_of(world, is_own=not name.startswith("suspended"))
            response = _ask(client, world.actor(name), "GET", address_of(route, **ids))
            if response.status_code >= 500:
                faults.append(f"{route.rule}: {name} got {response.status_code}")
    assert faults == []


def test_a_stand_in_for_a_view_is_not_what_refuses(ruled_app: Flask) -> None:
    ruled_app.add_url_rule("/refusing", "refusing", access(Anyone())(lambda: abort(403)))
    assert answer_of(FlaskClient(ruled_app).get("/refusing")) is Answer.REFUSED
