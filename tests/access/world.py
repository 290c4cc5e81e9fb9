"""Two people's records and two providers', and everyone who might ask for them: each signed in, with the
cookie they have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.people.models import Person
from marketplace.people.supporters.models import Scope, SupportEnd
from marketplace.providers.models import MemberRole, Provider, ProviderStatus
from marketplace.vocabulary import Role
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import TODAY, make_case, make_person, make_supporter
from tests.providers.factories import make_member, make_provider

LONG_AGO = TODAY - timedelta(days=400)
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)


@dataclass(frozen=True)
class Actor:
    """Someone who asks: by which account, with which cookie, and with which roles."""

    name: str
    account: Account | None
    cookie: str
    roles: frozenset[Role] = frozenset()
    gave_code: bool = True


@dataclass(frozen=True)
class World:
    actors: tuple[Actor, ...]
    jo: Person
    """The record that the table of who may is about."""
    ola: Person
    """Another person's record: only she has anything to do with it."""
    hall: Provider
    """The provider that the table of who may is about."""
    suspended: Provider
    """Another provider: only those who act for it have anything to do with it."""

    def actor(self, name: str) -> Actor:
        return next(actor for actor in self.actors if actor.name == name)


def make_world(app: Flask, session: Session) -> World:
    """Write the people and the accounts into *session*'s database, and sign everyone in."""
    accounts = {
        "person": make_account(session, roles={Role.PERSON}, name="Jo"),
        "another person": make_account(session, roles={Role.PERSON}, name="Ola"),
    }
    jo = make_person(session, account=accounts["person"])
    ola = make_person(session, account=accounts["another person"])

    now = datetime.now(UTC)
    supporters = {
        "supporter who looks": {"scope": Scope.LOOK},
        "supporter who helps": {"scope": Scope.HELP},
        "supporter who acts": {"scope": Scope.ACT},
        "withdrawn supporter": {
            "scope": Scope.ACT,
            "ended_at": now,
            "end_reason": SupportEnd.WITHDRAWN,
        },
        "supporter of last year": {"scope": Scope.ACT, "starts_on": LONG_AGO, "ends_on": YESTERDAY},
        "supporter from tomorrow": {"scope": Scope.ACT, "starts_on": TOMORROW},
        "invited supporter": {"scope": Scope.ACT, "accepted_at": None},
    }
    for name, fields in supporters.items():
        accounts[name] = make_account(session, roles={Role.SUPPORTER}, name=name)
        make_supporter(session, person=jo, account=accounts[name], **fields)

    practitioners = {
        "practitioner": {},
        "practitioner who looks": {"scope": Scope.LOOK},
        "practitioner before the code": {},
        "practitioner of a closed case": {"ended_at": now},
        "practitioner of a past case": {"starts_on": LONG_AGO, "ends_on": YESTERDAY},
    }
    for name, case in practitioners.items():
        accounts[name] = make_account(session, roles={Role.PRACTITIONER}, name=name)
        make_case(session, person=jo, account=accounts[name], **case)
    accounts["practitioner without a case"] = make_account(session, roles={Role.PRACTITIONER})
    # Whoever loses the role loses the cases with it.
    accounts["former practitioner"] = make_account(session, roles={Role.COMMISSIONER})
    make_case(session, person=jo, account=accounts["former practitioner"])

    hall = make_provider(session, name="Hall group")
    suspended = make_provider(session, name="Suspended group", status=ProviderStatus.SUSPENDED)
    members = {
        "owner": (hall, {}),
        "editor": (hall, {"role": MemberRole.EDITOR}),
        "former owner": (hall, {"ended_at": now}),
        "invited owner": (hall, {"accepted_at": None}),
        "editor of another provider": (suspended, {"role": MemberRole.EDITOR}),
        "suspended provider's owner": (suspended, {}),
    }
    for name, (provider, fields) in members.items():
        accounts[name] = make_account(session, roles={Role.PROVIDER_STAFF}, name=name)
        make_member(session, provider=provider, account=accounts[name], **fields)

    for role in (Role.PROVIDER_STAFF, Role.MODERATOR, Role.COMMISSIONER, Role.ADMINISTRATOR):
        accounts[role.value] = make_account(session, roles={role}, name=role.label)
    accounts["administrator before the code"] = make_account(session, roles={Role.ADMINISTRATOR})
    accounts["someone without a role"] = make_account(session, name="Nobody")

    actors = [Actor("visitor", None, "")]
    for name, account in accounts.items():
        gave_code = not name.endswith("before the code")
        actors.append(
            Actor(
                name,
                account,
                _cookie(app, account, gave_code=gave_code),
                roles=account.roles,
                gave_code=gave_code,
            )
        )
    return World(actors=tuple(actors), jo=jo, ola=ola, hall=hall, suspended=suspended)


def _cookie(app: Flask, account: Account, *, gave_code: bool) -> str:
    client = FlaskClient(app)
    sign_in(client, account, code_given=gave_code)
    cookie = client.get_cookie("meaningful_day")
    assert cookie is not None
    return f"meaningful_day={cookie.value}"
