"""What closes, for those whom it touches: the person, who acts for them, and their practitioner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.directory.cards import card
from marketplace.directory.words import public_name
from marketplace.enquiries.agreements.back_up import back_ups_instead
from marketplace.moderation import closure_queries
from marketplace.moderation.affected import names_of
from marketplace.moderation.blueprint import AS_PRACTITIONER, blueprint
from marketplace.moderation.closing import settle
from marketplace.offers.queries import offers_in_order
from marketplace.people.access import (
    OfPerson,
    Standing,
    current_person,
    current_relation,
    london_day,
    unseen_parts,
)
from marketplace.people.profile.models import ProfilePart
from marketplace.people.supporters.models import Scope
from marketplace.vocabulary import Part
from marketplace.web.access import access

MOST_REASONS = 2
TOUCHED = OfPerson(Scope.ACT, or_practitioner=True, parts=(ProfilePart.GOALS,))


@blueprint.record_once
def _for_templates(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["open_closures"] = open_closures


def open_closures() -> list[tuple[str, str]]:
    """For a person's own page: the address of each notice that is still open, and a sentence."""
    relation = current_relation()
    may_open = relation.reaches(Scope.ACT) or relation.standing is Standing.PRACTITIONER
    if not may_open:
        return []
    person = current_person()
    return [
        (
            url_for("moderation.closure", person_id=person.id, notice_id=notice.id),
            gettext("%(name)s stops.", name=public_name(provider))
            if provider.is_individual
            else gettext("%(provider)s closes.", provider=public_name(provider)),
        )
        for notice, provider in closure_queries.notices_of(get_session(), person.id)
    ]


@blueprint.get("/people/<uuid:person_id>/closures/<uuid:notice_id>")
@access(TOUCHED)
def closure(person_id: UUID, notice_id: UUID) -> str:
    """What closes, what fits instead, and 'I have something else'."""
    session, today = get_session(), london_day()
    notice, provider = closure_queries.notice_of(session, person_id, notice_id)
    lost = [UUID(one) for one in notice.offer_ids]
    names = names_of(session, lost)
    kept = {UUID(one["offer"]): one for one in notice.alternatives}
    found = offers_in_order(session, list(kept))
    # Reasons are made from the profile: where a part is hidden from this reader, they are not told.
    tells_reasons = not unseen_parts()
    return render_template(
        "moderation/closure.html",
        person=current_person(),
        is_own=current_relation().is_person,
        notice=notice,
        provider=public_name(provider),
        is_individual=provider.is_individual,
        lost=[names[one] for one in lost if one in names],
        back_ups=back_ups_instead(session, person_id, lost),
        alternatives=[
            (
                card(offer, number=number, point=None, km=None, today=today),
                _reasons(kept[offer.id]) if tells_reasons else (),
            )
            for number, offer in enumerate(found, start=1)
        ],
        is_over=notice.closes_on is not None and notice.closes_on < today,
        goes_on=provider.closed_at is None,
        done="done" in request.args,
    )


@blueprint.post("/people/<uuid:person_id>/closures/<uuid:notice_id>")
@access(TOUCHED)
def closure_settled(person_id: UUID, notice_id: UUID) -> ResponseReturnValue:
    """'I have something else.'"""
    session = get_session()
    notice, _ = closure_queries.notice_of(session, person_id, notice_id)
    settle(session, notice=notice, by=signed_in_account(), role=current_relation().standing.role)
    session.commit()
    return redirect(
        url_for("moderation.closure", person_id=person_id, notice_id=notice_id, done="settled"), 303
    )


@blueprint.get("/caseload/closures")
@access(AS_PRACTITIONER)
def caseload_closures() -> str:
    """Who of the practitioner's own people loses something, and has nothing else yet."""
    rows = closure_queries.notices_of_caseload(get_session(), signed_in_account().id, today=london_day())
    return render_template(
        "moderation/caseload_closures.html",
        rows=[(notice, person, public_name(provider)) for notice, person, provider in rows],
        today=london_day(),
    )


def _reasons(match: dict[str, Any]) -> tuple[str, ...]:
    """The best reasons of a kept match, in its own words; what the person wants to do comes first."""
    parts = sorted(
        match.get("parts", ()),
        key=lambda part: (part["name"] != Part.GOALS.value, -part["score"] * part["weight"]),
    )
    return tuple(part["reason"] for part in parts[:MOST_REASONS] if part["score"] >= 0.5)
