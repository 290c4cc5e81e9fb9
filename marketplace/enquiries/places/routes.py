"""The page of a waiting list: which turn it is, and the place that came free."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.audit import Action, record
from marketplace.db import get_session
from marketplace.enquiries import mails
from marketplace.enquiries.agreements.page import session_words
from marketplace.enquiries.models import Enquiry, EnquiryState, Side
from marketplace.enquiries.moves import MoveRefusedError, move
from marketplace.enquiries.places import queries
from marketplace.enquiries.places.operations import NoPlaceError, join_list, want_place
from marketplace.enquiries.queries import enquiry_of_person
from marketplace.offers.models import Offer
from marketplace.people.access import OfPerson, current_person, current_relation
from marketplace.people.supporters.models import Scope
from marketplace.web import current_settings
from marketplace.web.access import access

blueprint = Blueprint("places", __name__)
CONFLICT = 409
PATH = "/people/<uuid:person_id>/enquiries/<uuid:enquiry_id>/place"
ACTING = OfPerson(Scope.ACT, or_practitioner=True)


@blueprint.get(PATH)
@access(ACTING)
def kept_place(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """The turn on the list; or the place that is kept, with until when to answer."""
    return _page(_enquiry(enquiry_id))


@blueprint.post(f"{PATH}/yes")
@access(ACTING)
def wanted(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    """They want the place: it stays kept until both sides have agreed."""
    session, enquiry, now = get_session(), _enquiry(enquiry_id), datetime.now(UTC)
    before = queries.turn_of(session, enquiry)
    was_told = before is not None and queries.said_they_want_it(before)
    try:
        want_place(session, offer_id=enquiry.offer_id, person_id=person_id, now=now)
    except NoPlaceError:
        session.rollback()
        return _page(enquiry, is_refused=True)
    if not was_told:
        name = session.get_one(Offer, enquiry.offer_id).name
        news = f"Somebody wants the place that came free: {name}"
        mails.tell_provider(session, enquiry=enquiry, news=news, base_url=current_settings().base_url)
        record(
            session,
            action=Action.PLACE_WANTED,
            subject=enquiry,
            details={"person": person_id},
            actor=signed_in_account(),
            role=current_relation().standing.role,
        )
    session.commit()
    return _back(enquiry, done="yes")


@blueprint.post(f"{PATH}/no")
@access(ACTING)
def unwanted(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """They don't want it any more: the enquiry is taken back, and the next in line is offered the place."""
    session, enquiry = get_session(), _enquiry(enquiry_id)
    if enquiry.state is EnquiryState.WITHDRAWN:
        return _back(enquiry, done="no")
    try:
        move(
            session,
            enquiry,
            to=EnquiryState.WITHDRAWN,
            side=Side.PERSON,
            account=signed_in_account(),
            role=current_relation().standing.role,
            now=datetime.now(UTC),
            base_url=current_settings().base_url,
        )
    except MoveRefusedError:
        session.rollback()
        return _page(enquiry, is_refused=True)
    session.commit()
    return _back(enquiry, done="no")


@blueprint.post(f"{PATH}/again")
@access(ACTING)
def again(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    """Back on the list, at its end, after a place was not answered in time."""
    session, enquiry = get_session(), _enquiry(enquiry_id)
    if enquiry.state is not EnquiryState.WAITING:
        return _page(enquiry, is_refused=True)
    join_list(
        session,
        offer_id=enquiry.offer_id,
        person_id=person_id,
        enquiry_id=enquiry.id,
        now=datetime.now(UTC),
    )
    session.commit()
    return _back(enquiry, done="again")


def _enquiry(enquiry_id: UUID) -> Enquiry:
    return enquiry_of_person(get_session(), current_person().id, enquiry_id) or abort(404)


def _back(enquiry: Enquiry, *, done: str) -> ResponseReturnValue:
    return redirect(
        url_for("places.kept_place", person_id=enquiry.person_id, enquiry_id=enquiry.id, done=done), 303
    )


def _page(enquiry: Enquiry, *, is_refused: bool = False) -> ResponseReturnValue:
    session = get_session()
    turn = queries.turn_of(session, enquiry)
    kept = queries.kept_session(session, turn) if turn is not None and turn.answer_by else None
    page = render_template(
        "enquiries/places/place.html",
        person=current_person(),
        home=f"/people/{enquiry.person_id}/enquiries/{enquiry.id}",
        enquiry=enquiry,
        offer=session.get_one(Offer, enquiry.offer_id),
        turn=turn,
        time=session_words(kept) if kept else "",
        number=queries.place_in_line(session, turn) if turn is not None and not turn.answer_by else 0,
        is_wanted=turn is not None and queries.said_they_want_it(turn),
        may_join=enquiry.state is EnquiryState.WAITING,
        is_refused=is_refused,
        done=request.args.get("done", ""),
    )
    return (page, CONFLICT) if is_refused else page
