"""The person's side of enquiries: the list, one enquiry, saying something, taking it back."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_database, get_session
from marketplace.directory.words import public_name
from marketplace.enquiries import queries
from marketplace.enquiries.agreements.terms import running_between
from marketplace.enquiries.asking import asking_again
from marketplace.enquiries.blueprint import (
    CONFLICT,
    TALKING,
    UNPROCESSABLE,
    address_if_there,
    address_in,
    asked_page,
    blueprint,
    new_token,
    phrases,
    sent_token,
    to_warn_of,
)
from marketplace.enquiries.concerns.operations import blocked_by
from marketplace.enquiries.deadlines.page import what_else
from marketplace.enquiries.forms import MessageForm
from marketplace.enquiries.meetings.page import panel, with_meetings
from marketplace.enquiries.messages.operations import MessageRefusedError, mark_read, say
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import OPEN_STATES, Enquiry, EnquiryState, Side
from marketplace.enquiries.moves import MoveRefusedError, may_follow, move
from marketplace.enquiries.page import PICTURES, ended_words, now_words, state_words, timeline
from marketplace.enquiries.sharing import is_shared
from marketplace.offers.queries import listed_among
from marketplace.people.access import OfPerson, current_person, current_relation, unseen_parts
from marketplace.people.profile.blueprint import doer
from marketplace.people.supporters.models import Scope
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.limits import limited
from marketplace.web.today import london_today

ACTING = OfPerson(Scope.ACT, or_practitioner=True)
ONE = "/people/<uuid:person_id>/enquiries/<uuid:enquiry_id>"
DONE = {"sent", "said", "taken-back", "heard-again"}
_AGREEING = (OPEN_STATES - {EnquiryState.SENT}) | {EnquiryState.AGREED}


@blueprint.get("/people/<uuid:person_id>/enquiries")
@access(OfPerson())
def of_person(person_id: UUID) -> str:
    """Everything that was asked, open ones first."""
    session = get_session()
    done = request.args.get("done", "")
    page = queries.of_person(session, person_id, page=asked_page())
    return render_template(
        "enquiries/of_person.html",
        person=current_person(),
        is_own=current_relation().is_person,
        may_act=may_act(),
        page=page,
        rows=[
            (line, state_words(line.enquiry, Side.PERSON), PICTURES[line.enquiry.state])
            for line in page.lines
        ],
        public_name=public_name,
        blocked=[
            (block, provider, running_between(session, person_id, provider.id))
            for block, provider in blocked_by(session, person_id)
        ],
        done=done if done in DONE else "",
    )


@blueprint.get(ONE)
@access(OfPerson())
def one_of_person(person_id: UUID, enquiry_id: UUID) -> str:
    """One enquiry: where it stands, what happened, and what can be done now."""
    found = _enquiry(person_id, enquiry_id)
    if may_act() and request.method == "GET":
        get_session().rollback()
        with get_database().write.begin() as session:
            mark_read(session, session.get_one(Enquiry, enquiry_id), side=Side.PERSON, now=datetime.now(UTC))
        found = _enquiry(person_id, enquiry_id)
    return _page(found, MessageForm(formdata=None))


@blueprint.post(f"{ONE}/say")
@access(ACTING)
@limited(TALKING)
def person_say(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    """Write to the provider. An answer to a question says that it is one."""
    enquiry, form, token = _enquiry(person_id, enquiry_id), MessageForm(), sent_token()
    if not form.validate():
        return _page(enquiry, form, token=token), UNPROCESSABLE
    warned = to_warn_of(form.text.data)
    if warned:
        return _careful(enquiry, form.text.data, warned, token)
    session, by, now = get_session(), doer(), datetime.now(UTC)
    base_url = current_settings().base_url
    try:
        say(
            session,
            enquiry,
            side=Side.PERSON,
            text=form.text.data,
            form_token=token,
            account=by.account,
            role=by.role,
            now=now,
            base_url=base_url,
            phrases=phrases(),
        )
        if enquiry.state is EnquiryState.MORE_ASKED:
            move(
                session,
                enquiry,
                to=EnquiryState.SEEN,
                side=Side.PERSON,
                account=by.account,
                role=by.role,
                now=now,
                base_url=base_url,
                tells=False,
            )
    except (MessageRefusedError, MoveRefusedError):
        session.rollback()
        return _page(_enquiry(person_id, enquiry_id), form, token=token, was_refused=True), CONFLICT
    session.commit()
    return redirect(_address(enquiry, done="said"), 303)


@blueprint.route(f"{ONE}/take-back", methods=["GET", "POST"])
@access(ACTING)
def take_back(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    """Ask once, then take the enquiry back: from then on the provider reads nothing of the profile."""
    enquiry = _enquiry(person_id, enquiry_id)
    if enquiry.state is EnquiryState.WITHDRAWN:
        return redirect(_address(enquiry, done="taken-back"), 303)
    if EnquiryState.WITHDRAWN not in may_follow(enquiry, Side.PERSON):
        return _page(enquiry, MessageForm(formdata=None), was_refused=True), CONFLICT
    if request.method != "POST":
        offer, provider = queries.named(get_session(), enquiry)
        return render_template(
            "enquiries/take_back.html", enquiry=enquiry, offer=offer, provider=public_name(provider)
        )
    session, by = get_session(), doer()
    try:
        move(
            session,
            enquiry,
            to=EnquiryState.WITHDRAWN,
            side=Side.PERSON,
            account=by.account,
            role=by.role,
            now=datetime.now(UTC),
            base_url=current_settings().base_url,
        )
    except MoveRefusedError:
        session.rollback()
        return _page(_enquiry(person_id, enquiry_id), MessageForm(formdata=None), was_refused=True), CONFLICT
    session.commit()
    return redirect(_address(enquiry, done="taken-back"), 303)


def may_act() -> bool:
    """Whether this reader writes for the person: themselves, who acts for them, or their practitioner."""
    relation = current_relation()
    return relation.reaches(Scope.ACT) or relation.case is not None


def _enquiry(person_id: UUID, enquiry_id: UUID) -> Enquiry:
    return queries.enquiry_of_person(get_session(), person_id, enquiry_id) or abort(404)


def _address(enquiry: Enquiry, *, done: str) -> str:
    return url_for("enquiries.one_of_person", person_id=enquiry.person_id, enquiry_id=enquiry.id, done=done)


def _careful(enquiry: Enquiry, text: str, warned: object, token: str) -> str:
    return render_template(
        "enquiries/careful.html",
        text=text,
        warned=warned,
        token=token,
        side=Side.PERSON.value,
        send_to=url_for("enquiries.person_say", person_id=enquiry.person_id, enquiry_id=enquiry.id),
        back=_address(enquiry, done=""),
    )


def _page(enquiry: Enquiry, form: MessageForm, *, token: str = "", was_refused: bool = False) -> str:
    session = get_session()
    offer, provider = queries.named(session, enquiry)
    name = public_name(provider)
    why = stopped(session, enquiry)
    meetings = panel(session, enquiry, side=Side.PERSON, is_stopped=why is not None, now=datetime.now(UTC))
    entries = timeline(session, enquiry, side=Side.PERSON, provider_name=name, reader=signed_in_account())
    done = request.args.get("done", "")
    return render_template(
        "enquiries/one_of_person.html",
        person=current_person(),
        is_own=current_relation().is_person,
        enquiry=enquiry,
        offer=offer,
        is_listed=bool(listed_among(session, [offer.id])),
        provider=name,
        state=state_words(enquiry, Side.PERSON),
        picture_name=PICTURES[enquiry.state],
        now_words=ended_words(session, enquiry, today=london_today()) or now_words(enquiry, Side.PERSON),
        entries=with_meetings(entries, meetings, enquiry, side=Side.PERSON, provider_name=name),
        panel=meetings,
        shares=[share.part for share in enquiry.shares] if is_shared(enquiry) else [],
        is_shared=is_shared(enquiry),
        stopped=why,
        asks_for_change=queries.is_asked_for_change(session, enquiry, side=Side.PERSON),
        may_act=may_act(),
        may_take_back=EnquiryState.WITHDRAWN in may_follow(enquiry, Side.PERSON),
        agreement=address_in(
            "agreements.person_agreement",
            enquiry.state,
            _AGREEING,
            person_id=enquiry.person_id,
            enquiry_id=enquiry.id,
        ),
        turn=address_in(
            "places.kept_place",
            enquiry.state,
            {EnquiryState.WAITING},
            person_id=enquiry.person_id,
            enquiry_id=enquiry.id,
        ),
        matches=address_if_there("saved.matches", person_id=enquiry.person_id),
        again=asking_again(session, enquiry, today=london_today()),
        what_else=what_else(session, enquiry, today=london_today(), tells_reasons=not unseen_parts()),
        form=form,
        token=token or new_token(),
        was_refused=was_refused,
        done=done if done in DONE else "",
    )
