"""Telling a worry: about a message in one step with a block, or about anyone without a name."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import exists, select

from marketplace.accounts.current import current_account, signed_in_account
from marketplace.db import get_session
from marketplace.directory.words import public_name
from marketplace.enquiries.agreements.models import AgreementEnd
from marketplace.enquiries.agreements.operations import end
from marketplace.enquiries.agreements.terms import running_between
from marketplace.enquiries.asking import can_be_asked
from marketplace.enquiries.concerns.forms import ConcernForm, WorryForm
from marketplace.enquiries.concerns.models import Concern
from marketplace.enquiries.concerns.operations import block, blocked_by, raise_concern, unblock
from marketplace.enquiries.concerns.ringing import whom_to_ring
from marketplace.enquiries.concerns.words import FOR_THE_TELLER, PICTURES, Worry
from marketplace.enquiries.messages.passing import messages_for
from marketplace.enquiries.models import Enquiry, Side
from marketplace.enquiries.queries import enquiry_of_person, named
from marketplace.offers.models import Offer
from marketplace.offers.queries import listed_among
from marketplace.people.access import OfPerson
from marketplace.people.profile.blueprint import doer
from marketplace.people.profile.changes import Doer
from marketplace.people.steps import Choice
from marketplace.people.supporters.models import Scope
from marketplace.providers.queries import is_or_was_member
from marketplace.vocabulary import Role
from marketplace.web import current_settings
from marketplace.web.access import Anyone, access
from marketplace.web.limits import Limit, by_address, limited, per
from marketplace.web.today import london_day

blueprint = Blueprint("concerns", __name__)
_UNPROCESSABLE = 422
TELLING = Limit("worries", (per(20, hours=1), per(60, days=1)), by=by_address)


@blueprint.app_context_processor
def _for_every_page() -> dict[str, Any]:
    return {"whom_to_ring": whom_to_ring}


@blueprint.route("/people/<uuid:person_id>/enquiries/<uuid:enquiry_id>/worry", methods=["GET", "POST"])
@access(OfPerson(Scope.ACT, or_practitioner=True))
@limited(TELLING)
def worry(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    """'This worries me': why, in pictures; one button tells the moderators and stops all messages."""
    session = get_session()
    enquiry = enquiry_of_person(session, person_id, enquiry_id) or abort(404)
    form, now, base_url = WorryForm(), datetime.now(UTC), current_settings().base_url
    if request.method == "POST" and form.validate():
        chosen = Worry(form.worry.data)
        raise_concern(
            session,
            words="\n\n".join(part for part in (str(chosen.label), form.words.data) if part),
            form_token=_token(),
            by=doer(),
            now=now,
            base_url=base_url,
            enquiry=enquiry,
            message_id=_message(enquiry),
        )
        if request.form.get("go") == "only":
            session.commit()
            return redirect(url_for("concerns.told"), 303)
        block(session, enquiry, by=doer(), now=now, base_url=base_url)
        if form.end_too.data:
            _end_what_runs(enquiry, now=now, base_url=base_url)
        session.commit()
        return redirect(
            url_for("concerns.told_and_stopped", person_id=person_id, provider_id=enquiry.provider_id), 303
        )
    _offer, provider = named(session, enquiry)
    page = render_template(
        "concerns/worry.html",
        form=form,
        token=_token(),
        provider=public_name(provider),
        back=f"/people/{person_id}/enquiries/{enquiry_id}",
        choices_=[Choice(one.value, one.label, picture=PICTURES[one]) for one in Worry],
        running=_running(person_id, enquiry.provider_id),
    )
    return (page, _UNPROCESSABLE) if form.errors else page


@blueprint.get("/people/<uuid:person_id>/blocked/<uuid:provider_id>/told")
@access(OfPerson(Scope.ACT, or_practitioner=True))
def told_and_stopped(person_id: UUID, provider_id: UUID) -> str:
    """It is kept and their messages are stopped: what that means for what is agreed with them."""
    return render_template("concerns/told.html", is_stopped=True, running=_running(person_id, provider_id))


def _running(person_id: UUID, provider_id: UUID) -> list[tuple[str, str]]:
    """What is agreed with them and nobody has ended: its name, and where to end it."""
    session = get_session()
    return [
        (
            session.get_one(Offer, one.offer_id).name,
            f"/people/{person_id}/enquiries/{one.enquiry_id}/agreement/end",
        )
        for one in running_between(session, person_id, provider_id)
    ]


def _end_what_runs(enquiry: Enquiry, *, now: datetime, base_url: str) -> None:
    """The person does not want to go there again: the last day is today, or the first where it has none yet."""
    session = get_session()
    for one in running_between(session, enquiry.person_id, enquiry.provider_id):
        end(
            session,
            session.get_one(Enquiry, one.enquiry_id),
            last_day=max(one.starts_on, london_day(now)),
            reason=AgreementEnd.NOT_RIGHT,
            words="",
            side=Side.PERSON,
            by=doer(),
            now=now,
            base_url=base_url,
        )


@blueprint.route("/people/<uuid:person_id>/blocked/<uuid:provider_id>", methods=["GET", "POST"])
@access(OfPerson(Scope.ACT, or_practitioner=True))
def hear_again(person_id: UUID, provider_id: UUID) -> ResponseReturnValue:
    """Ask once, then let the two write to each other again; it leads back to where the reader came from."""
    session = get_session()
    back, done = _before_hearing_again(person_id, provider_id)
    found = next((one for one in blocked_by(session, person_id) if one[1].id == provider_id), None)
    if found is None:  # the same form, sent twice
        return redirect(done if request.method == "POST" else back, 303)
    blocked, provider = found
    if request.method != "POST":
        told = exists().where(
            Concern.about_provider_id == provider_id, Concern.by_id == signed_in_account().id
        )
        return render_template(
            "concerns/hear_again.html",
            blocked=blocked,
            provider=public_name(provider),
            was_told=session.scalar(select(told)),
            back=back,
        )
    unblock(session, blocked, by=doer())
    session.commit()
    return redirect(done, 303)


def _before_hearing_again(person_id: UUID, provider_id: UUID) -> tuple[str, str]:
    """Where a no leads, and where a yes does: to the enquiry or the offer it began with, else to the list."""
    session, asked, wanted = get_session(), _asked_id("enquiry"), _asked_id("offer")
    enquiry = None if asked is None else enquiry_of_person(session, person_id, asked)
    if enquiry is not None and enquiry.provider_id == provider_id:
        one = partial(url_for, "enquiries.one_of_person", person_id=person_id, enquiry_id=enquiry.id)
        return one(), one(done="heard-again")
    if wanted is not None and any(
        offer.provider_id == provider_id for offer in can_be_asked(session, [wanted])
    ):
        return (
            url_for("directory.offer", offer_id=wanted),
            url_for("enquiries.ask", person_id=person_id, offer=wanted),
        )
    every = partial(url_for, "enquiries.of_person", person_id=person_id)
    return every(), every(done="heard-again")


@blueprint.route("/concern", methods=["GET", "POST"])
@access(Anyone())
@limited(TELLING)
def concern() -> ResponseReturnValue:
    """Anyone tells a worry about anyone; nobody needs a name. Who is signed in sees what became of theirs."""
    session, account, form = get_session(), current_account(), ConcernForm()
    offer, enquiry = _offer(), _own_enquiry()
    if request.method == "POST" and form.validate():
        has_name = account is not None and request.form.get("no_name") != "yes"
        by = Doer(account=account, role=_role(account.roles)) if account is not None and has_name else None
        raise_concern(
            session,
            words=form.words.data,
            form_token=_token(),
            by=by,
            now=datetime.now(UTC),
            base_url=current_settings().base_url,
            contact=form.contact.data,
            in_danger=form.in_danger.data,
            provider_id=offer.provider_id if offer else None,
            offer_id=offer.id if offer else None,
            enquiry=enquiry,
        )
        session.commit()
        return redirect(url_for("concerns.told"), 303)
    own = select(Concern).where(Concern.by_id == account.id) if account else None
    page = render_template(
        "concerns/concern.html",
        form=form,
        token=_token(),
        offer=offer,
        is_signed_in=account is not None,
        own=session.scalars(own.order_by(Concern.made_at.desc()).limit(20)).all() if own is not None else [],
        states=FOR_THE_TELLER,
    )
    return (page, _UNPROCESSABLE) if form.errors else page


@blueprint.get("/concern/told")
@access(Anyone())
def told() -> str:
    """It is kept: what happens now, and what does not."""
    return render_template(
        "concerns/told.html",
        is_stopped=request.args.get("stopped") == "yes",
        running=(),
    )


def _token() -> str:
    try:
        return uuid.UUID(request.form.get("form_token", "")).hex
    except ValueError:
        return uuid.uuid4().hex


def _asked_id(name: str) -> UUID | None:
    try:
        return UUID(request.values.get(name, ""))
    except ValueError:
        return None


def _message(enquiry: Enquiry) -> UUID | None:
    """The message that it is about, if it is one that the person reads here."""
    asked = _asked_id("message")
    readable = {one.id for one in messages_for(get_session(), enquiry.id, side=Side.PERSON)}
    return asked if asked in readable else None


def _offer() -> Offer | None:
    """The offer that it is about, if anyone may see it."""
    asked = _asked_id("offer")
    if asked is None or not listed_among(get_session(), [asked]):
        return None
    return get_session().get(Offer, asked)


def _own_enquiry() -> Enquiry | None:
    """The enquiry that it is about, if the reader acts for its provider."""
    asked, account = _asked_id("enquiry"), current_account()
    found = get_session().get(Enquiry, asked) if asked is not None and account is not None else None
    if found is None or account is None:
        return None
    is_theirs = is_or_was_member(get_session(), provider_id=found.provider_id, account_id=account.id)
    return found if is_theirs else None


def _role(roles: frozenset[Role]) -> Role:
    return min(roles, key=lambda role: role.position, default=Role.PERSON)
