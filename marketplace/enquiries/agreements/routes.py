"""Pages of an agreement: the same for both sides, each at their own address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.enquiries.agreements import operations
from marketplace.enquiries.agreements.forms import (
    ButtonForm,
    EndForm,
    HowForm,
    TermsForm,
    said_before,
    typed_terms,
)
from marketplace.enquiries.agreements.models import Agreement, AgreementEnd
from marketplace.enquiries.agreements.page import (
    MOODS,
    NOTICE,
    PAID_BY,
    PRICE_FOR,
    Line,
    lines_of,
    session_words,
    who_said,
)
from marketplace.enquiries.models import Enquiry, Mood, Side
from marketplace.enquiries.moves import MoveRefusedError
from marketplace.enquiries.places import reactions  # noqa: F401  (registers what places do)
from marketplace.enquiries.places.operations import NoPlaceError
from marketplace.enquiries.queries import enquiry_of_person, enquiry_of_provider
from marketplace.offers.models import Offer
from marketplace.people.access import OfPerson, current_person, current_relation, london_day
from marketplace.people.profile.changes import Doer
from marketplace.people.steps import Choice
from marketplace.people.supporters.models import Scope
from marketplace.providers.access import OfProvider
from marketplace.vocabulary import Role
from marketplace.web import current_settings
from marketplace.web.access import access

blueprint = Blueprint("agreements", __name__)
CONFLICT, UNPROCESSABLE = 409, 422
OF_PERSON = "/people/<uuid:person_id>/enquiries/<uuid:enquiry_id>/agreement"
OF_PROVIDER = "/provide/<uuid:provider_id>/enquiries/<uuid:enquiry_id>/agreement"
ACTING = OfPerson(Scope.ACT, or_practitioner=True)
DONE = {"proposed", "agreed", "yes", "started", "how", "ended"}


@dataclass(frozen=True, kw_only=True)
class Seat:
    """From which side of which enquiry someone sits at this page."""

    enquiry: Enquiry
    offer: Offer
    side: Side
    by: Doer
    other: str
    """How the other side is called here."""
    home: str
    """The address of the enquiry on this side."""

    def url(self, page: str = "", **values: Any) -> str:
        whose: dict[str, Any] = (
            {"person_id": self.enquiry.person_id}
            if self.side is Side.PERSON
            else {"provider_id": self.enquiry.provider_id}
        )
        endpoint = f"agreements.{self.side.value}_{page or 'agreement'}"
        return url_for(endpoint, enquiry_id=self.enquiry.id, **whose, **values)


def person_seat(enquiry_id: UUID) -> Seat:
    person = current_person()
    enquiry = enquiry_of_person(get_session(), person.id, enquiry_id) or abort(404)
    offer = get_session().get_one(Offer, enquiry.offer_id)
    return Seat(
        enquiry=enquiry,
        offer=offer,
        side=Side.PERSON,
        by=Doer(account=signed_in_account(), role=current_relation().standing.role),
        other=offer.provider.name,
        home=f"/people/{person.id}/enquiries/{enquiry.id}",
    )


def provider_seat(provider_id: UUID, enquiry_id: UUID) -> Seat:
    enquiry = enquiry_of_provider(get_session(), provider_id, enquiry_id) or abort(404)
    return Seat(
        enquiry=enquiry,
        offer=get_session().get_one(Offer, enquiry.offer_id),
        side=Side.PROVIDER,
        by=Doer(account=signed_in_account(), role=Role.PROVIDER_STAFF),
        other=enquiry.name_shared or gettext("the person"),
        home=f"/provide/{provider_id}/enquiries/{enquiry.id}",
    )


@blueprint.get(OF_PERSON)
@access(ACTING)
def person_agreement(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """What is agreed, or could be; without anything yet, the way to begin."""
    return _agreement(person_seat(enquiry_id))


@blueprint.get(OF_PROVIDER)
@access(OfProvider())
def provider_agreement(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _agreement(provider_seat(provider_id, enquiry_id))


@blueprint.route(f"{OF_PERSON}/terms", methods=["GET", "POST"])
@access(ACTING)
def person_terms(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Write what to agree on."""
    return _terms(person_seat(enquiry_id))


@blueprint.route(f"{OF_PROVIDER}/terms", methods=["GET", "POST"])
@access(OfProvider())
def provider_terms(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _terms(provider_seat(provider_id, enquiry_id))


@blueprint.post(f"{OF_PERSON}/yes")
@access(ACTING)
def person_yes(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Say yes to the version that was read."""
    return _yes(person_seat(enquiry_id))


@blueprint.post(f"{OF_PROVIDER}/yes")
@access(OfProvider())
def provider_yes(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _yes(provider_seat(provider_id, enquiry_id))


@blueprint.post(f"{OF_PERSON}/started")
@access(ACTING)
def person_started(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """It really started."""
    return _started(person_seat(enquiry_id))


@blueprint.post(f"{OF_PROVIDER}/started")
@access(OfProvider())
def provider_started(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _started(provider_seat(provider_id, enquiry_id))


@blueprint.route(f"{OF_PERSON}/how", methods=["GET", "POST"])
@access(ACTING)
def person_how(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """How it is going, in three pictures and words."""
    return _how(person_seat(enquiry_id))


@blueprint.route(f"{OF_PROVIDER}/how", methods=["GET", "POST"])
@access(OfProvider())
def provider_how(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _how(provider_seat(provider_id, enquiry_id))


@blueprint.route(f"{OF_PERSON}/end", methods=["GET", "POST"])
@access(ACTING)
def person_end(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """End it, with a reason and a last day."""
    return _end(person_seat(enquiry_id))


@blueprint.route(f"{OF_PROVIDER}/end", methods=["GET", "POST"])
@access(OfProvider())
def provider_end(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _end(provider_seat(provider_id, enquiry_id))


def _agreement(seat: Seat, *, problem: str = "") -> ResponseReturnValue:
    agreement = operations.agreement_of(get_session(), seat.enquiry.id)
    done = request.args.get("done", "")
    today = london_day()
    page = render_template(
        "enquiries/agreements/agreement.html",
        seat=seat,
        agreement=agreement,
        lines=_lines(seat, agreement),
        is_agreed=agreement is not None and operations.is_agreed(agreement),
        said_yes=agreement is not None and operations.said_yes(agreement, seat.side),
        may_be_agreed=operations.may_be_agreed(seat.enquiry),
        may_start=agreement is not None and agreement.starts_on <= today,
        said=[(one, who_said(one)) for one in operations.what_was_said(get_session(), agreement)]
        if agreement
        else [],
        moods=MOODS,
        problem=problem,
        done=done if done in DONE else "",
    )
    return (page, CONFLICT) if problem else page


def _terms(seat: Seat) -> ResponseReturnValue:
    session = get_session()
    agreement = operations.agreement_of(session, seat.enquiry.id)
    if not operations.may_be_agreed(seat.enquiry):
        return _agreement(seat, problem=gettext("This can’t be changed here any more."))
    form = TermsForm() if request.method == "POST" else TermsForm(data=said_before(seat.offer, agreement))
    form.sessions.choices = [SelectChoice(str(one.id), str(one.id)) for one in seat.offer.sessions]
    problem, code = "", 200
    if request.method == "POST":
        if form.validate():
            version = int(form.version.data) if str(form.version.data).isdigit() else 0
            try:
                operations.propose(
                    session,
                    seat.enquiry,
                    terms=typed_terms(form),
                    side=seat.side,
                    by=seat.by,
                    expected_version=version,
                    now=datetime.now(UTC),
                    base_url=current_settings().base_url,
                )
            except operations.StaleAgreementError as stale:
                agreement, code = stale.theirs, CONFLICT
                form.version.data = str(stale.theirs.version)
                problem = gettext(
                    "Somebody changed this in the meantime. Below is what it says now. Your words are kept."
                )
            else:
                session.commit()
                return redirect(seat.url(done="proposed"), 303)
        else:
            code = UNPROCESSABLE
    page = render_template(
        "enquiries/agreements/terms.html",
        seat=seat,
        form=form,
        problem=problem,
        lines=_lines(seat, agreement) if problem else (),
        sessions=[Choice(str(one.id), session_words(one)) for one in seat.offer.sessions],
        bases=[Choice(one.value, words) for one, words in PRICE_FOR.items()],
        payers=[Choice(one.value, words) for one, words in PAID_BY.items()],
        notices=[Choice(str(days), words) for days, words in NOTICE.items()],
    )
    return page, code


def _yes(seat: Seat) -> ResponseReturnValue:
    form = ButtonForm()

    def act() -> None:
        operations.say_yes(
            get_session(),
            seat.enquiry,
            side=seat.side,
            by=seat.by,
            version=int(form.version.data) if str(form.version.data).isdigit() else 0,
            now=datetime.now(UTC),
            base_url=current_settings().base_url,
        )

    return _acted(seat, act, done="yes")


def _started(seat: Seat) -> ResponseReturnValue:
    def act() -> None:
        operations.start(
            get_session(),
            seat.enquiry,
            side=seat.side,
            by=seat.by,
            now=datetime.now(UTC),
            base_url=current_settings().base_url,
        )

    return _acted(seat, act, done="started")


def _acted(seat: Seat, act: Callable[[], object], *, done: str) -> ResponseReturnValue:
    """Do it and show the page; where it can't be done now, the page says what is so instead."""
    try:
        act()
    except operations.StaleAgreementError:
        problem = gettext("Somebody changed this in the meantime. Read it again first.")
    except NoPlaceError:
        problem = gettext("One of these times is full now. Choose other times, or ask for the waiting list.")
    except (operations.NotNowError, MoveRefusedError):
        problem = gettext("This can’t be done now. Below you see where it stands.")
    else:
        get_session().commit()
        return redirect(seat.url(done=done), 303)
    get_session().rollback()
    return _agreement(seat, problem=problem)


def _how(seat: Seat) -> ResponseReturnValue:
    form = HowForm()
    if form.validate_on_submit():

        def act() -> None:
            operations.say_how_it_goes(
                get_session(),
                seat.enquiry,
                mood=Mood(form.mood.data),
                words=form.words.data,
                side=seat.side,
                by=seat.by,
                now=datetime.now(UTC),
                base_url=current_settings().base_url,
            )

        return _acted(seat, act, done="how")
    page = render_template(
        "enquiries/agreements/how.html",
        seat=seat,
        form=form,
        moods=[Choice(one.value, one.label, picture=picture) for one, picture in MOODS.items()],
    )
    return (page, UNPROCESSABLE) if request.method == "POST" else page


def _end(seat: Seat) -> ResponseReturnValue:
    session = get_session()
    agreement = operations.agreement_of(session, seat.enquiry.id)
    if agreement is None or not operations.is_agreed(agreement) or agreement.ended_at is not None:
        if agreement is not None and agreement.ended_at is not None:
            return redirect(seat.url(), 303)
        return _agreement(seat, problem=gettext("This can’t be done now. Below you see where it stands."))
    usual = max(agreement.starts_on, london_day() + timedelta(days=agreement.notice_days))
    form = EndForm(data={"last_day": usual}) if request.method == "GET" else EndForm()
    if form.validate_on_submit():
        try:
            operations.end(
                session,
                seat.enquiry,
                last_day=form.last_day.data,
                reason=AgreementEnd(form.reason.data),
                words=form.words.data,
                side=seat.side,
                by=seat.by,
                now=datetime.now(UTC),
                base_url=current_settings().base_url,
            )
        except ValueError:
            form.last_day.errors = [gettext("Write a day that is not over yet, and not before the first day")]
        else:
            session.commit()
            return redirect(seat.url(done="ended"), 303)
    page = render_template(
        "enquiries/agreements/end.html",
        seat=seat,
        form=form,
        usual=usual,
        reasons=[Choice(one.value, one.label) for one in AgreementEnd],
    )
    return (page, UNPROCESSABLE) if request.method == "POST" else page


def _lines(seat: Seat, agreement: Agreement | None) -> Sequence[Line]:
    return () if agreement is None else lines_of(agreement, seat.offer.sessions)
