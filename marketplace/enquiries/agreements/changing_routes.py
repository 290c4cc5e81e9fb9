"""Pages for changing what was agreed: the same for both sides, each at their own address."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from marketplace.db import get_session
from marketplace.enquiries.agreements import changing, terms
from marketplace.enquiries.agreements.blueprint import (
    ACTING,
    CONFLICT,
    OF_PERSON,
    OF_PROVIDER,
    UNPROCESSABLE,
    Seat,
    blueprint,
    person_seat,
    provider_seat,
)
from marketplace.enquiries.agreements.changes_page import changes_shown
from marketplace.enquiries.agreements.forms import (
    AnswerForm,
    ChangeForm,
    NoChangeForm,
    said_in,
    typed_terms,
)
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.agreements.page import NOTICE, PAID_BY, PRICE_FOR, session_words
from marketplace.enquiries.agreements.refusing import note_refused
from marketplace.enquiries.agreements.showing import acted, show
from marketplace.enquiries.messages.passing import stopped, stopped_for_new
from marketplace.enquiries.models import Side
from marketplace.enquiries.places.operations import NoPlaceError
from marketplace.people.access import london_day
from marketplace.people.steps import Choice
from marketplace.providers.access import OfProvider
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.templating import day_words, label


@blueprint.route(f"{OF_PERSON}/change", methods=["GET", "POST"])
@access(ACTING)
def person_change(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Ask for other terms; what was agreed holds until both sides said yes."""
    return _change(person_seat(enquiry_id))


@blueprint.route(f"{OF_PROVIDER}/change", methods=["GET", "POST"])
@access(OfProvider())
def provider_change(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _change(provider_seat(provider_id, enquiry_id))


@blueprint.post(f"{OF_PERSON}/change/yes")
@access(ACTING)
def person_change_yes(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Say yes to the change that was read."""
    return _yes(person_seat(enquiry_id))


@blueprint.post(f"{OF_PROVIDER}/change/yes")
@access(OfProvider())
def provider_change_yes(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _yes(provider_seat(provider_id, enquiry_id))


@blueprint.route(f"{OF_PERSON}/change/no", methods=["GET", "POST"])
@access(ACTING)
def person_change_no(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Leave it as it is, and say why."""
    return _no(person_seat(enquiry_id))


@blueprint.route(f"{OF_PROVIDER}/change/no", methods=["GET", "POST"])
@access(OfProvider())
def provider_change_no(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _no(provider_seat(provider_id, enquiry_id))


@blueprint.post(f"{OF_PERSON}/change/back")
@access(ACTING)
def person_change_back(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Take back what this side asked for."""
    return _back(person_seat(enquiry_id))


@blueprint.post(f"{OF_PROVIDER}/change/back")
@access(OfProvider())
def provider_change_back(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _back(provider_seat(provider_id, enquiry_id))


def _change(seat: Seat) -> ResponseReturnValue:
    session, today = get_session(), london_day()
    agreement = terms.agreement_of(session, seat.enquiry.id)
    if agreement is None or not changing.may_change(session, seat.enquiry, agreement):
        why = stopped_for_new(session, seat.enquiry)
        return show(seat, problem=label(why) if why else gettext("This can’t be changed here any more."))
    first = changing.first_day_to_change(session, agreement, today=today)
    form = ChangeForm() if request.method == "POST" else ChangeForm(data=_begins(agreement))
    form.by_provider = seat.side is Side.PROVIDER
    form.has_begun = changing.has_begun(agreement, today=today)
    form.sessions.choices = [SelectChoice(str(one.id), str(one.id)) for one in seat.offer.sessions]
    form.back_up.choices = []
    problem, code = "", 200
    if request.method == "POST" and not form.validate():
        code = UNPROCESSABLE
        note_refused(session, seat.enquiry, form.refused, account=seat.by.account, now=datetime.now(UTC))
        session.commit()
    elif request.method == "POST":
        try:
            changing.ask_for_change(
                session,
                seat.enquiry,
                terms=typed_terms(form, starts_on=form.starts_on.data or agreement.starts_on),
                from_day=form.from_day.data or today,
                words=form.why.data,
                version=form.version_read,
                seen=form.seen_change,
                side=seat.side,
                by=seat.by,
                now=datetime.now(UTC),
                base_url=current_settings().base_url,
            )
        except ValueError:
            session.rollback()
            code = UNPROCESSABLE
            asked = form.from_day if form.has_begun else form.starts_on
            asked.errors = [
                gettext("Write a day from %(day)s on, less than a year away", day=day_words(first))
            ]
        except changing.NothingChangesError:
            session.rollback()
            problem, code = (
                gettext("This is what you agreed already. Change something, or go back."),
                UNPROCESSABLE,
            )
        except NoPlaceError:
            session.rollback()
            problem, code = gettext("One of the new times is full. Choose other times."), CONFLICT
        except terms.StaleAgreementError:
            session.rollback()
            problem, code = _stale(seat, form), CONFLICT
        except terms.NotNowError:
            session.rollback()
            return show(seat, problem=gettext("This can’t be done now. Below you see where it stands."))
        else:
            session.commit()
            return redirect(seat.url(done="change-asked"), 303)
    fresh = terms.agreement_of(session, seat.enquiry.id)
    page = render_template(
        "enquiries/agreements/change.html",
        seat=seat,
        form=form,
        problem=problem,
        first=first,
        has_begun=form.has_begun,
        waiting=changes_shown(seat, fresh).waiting if fresh else None,
        sessions=[
            Choice(str(one.id), session_words(one), _places(one.places_left)) for one in seat.offer.sessions
        ],
        bases=[Choice(one.value, words) for one, words in PRICE_FOR.items()],
        payers=[Choice(one.value, words) for one, words in PAID_BY.items()],
        notices=[Choice(str(days), words) for days, words in NOTICE.items()],
    )
    return page, code


def _begins(agreement: Agreement) -> dict[str, object]:
    """What the form begins with: what will hold, and which change was read."""
    session = get_session()
    waiting = changing.open_change(session, agreement)
    return {
        **said_in(changing.terms_to_come(session, agreement)),
        "version": str(agreement.version),
        "seen": str(waiting.id) if waiting else "",
        "from_day": changing.first_day_to_change(session, agreement, today=london_day()),
    }


def _places(left: int | None) -> str:
    return gettext("Full now") if left == 0 else ""


def _stale(seat: Seat, form: ChangeForm) -> str:
    """Somebody was faster: the words are kept, and the form is now about what is there."""
    fresh = terms.agreement_of(get_session(), seat.enquiry.id)
    if fresh is not None:
        waiting = changing.open_change(get_session(), fresh)
        form.version.data = str(fresh.version)
        form.seen.data = str(waiting.id) if waiting else ""
    return gettext("Somebody changed something in the meantime. Read it again first. Your words are kept.")


def _yes(seat: Seat) -> ResponseReturnValue:
    return _answered(seat, AnswerForm(), says_yes=True, done="change-yes")


def _no(seat: Seat) -> ResponseReturnValue:
    session, form = get_session(), NoChangeForm()
    form.by_provider = seat.side is Side.PROVIDER
    if request.method == "POST":
        if form.validate():
            return _answered(seat, form, says_yes=False, words=form.words.data, done="change-no")
        note_refused(session, seat.enquiry, form.refused, account=seat.by.account, now=datetime.now(UTC))
        session.commit()
    agreement = terms.agreement_of(session, seat.enquiry.id)
    waiting = changes_shown(seat, agreement).waiting if agreement else None
    if waiting is None or waiting.is_own:
        return show(seat, problem=gettext("There is no change to answer. Below you see where it stands."))
    page = render_template(
        "enquiries/agreements/change_no.html",
        seat=seat,
        form=form,
        waiting=waiting,
        may_write=stopped(session, seat.enquiry) is None,
    )
    return (page, UNPROCESSABLE) if request.method == "POST" else page


def _answered(
    seat: Seat, form: AnswerForm, *, says_yes: bool, done: str, words: str = ""
) -> ResponseReturnValue:
    def act() -> None:
        if form.change_id is None:
            raise terms.NotNowError
        changing.answer_change(
            get_session(),
            seat.enquiry,
            change_id=form.change_id,
            says_yes=says_yes,
            words=words,
            side=seat.side,
            by=seat.by,
            now=datetime.now(UTC),
            base_url=current_settings().base_url,
        )

    return acted(seat, act, done=done, is_change=True)


def _back(seat: Seat) -> ResponseReturnValue:
    form = AnswerForm()

    def act() -> None:
        if form.change_id is None:
            raise terms.NotNowError
        changing.take_back_change(
            get_session(),
            seat.enquiry,
            change_id=form.change_id,
            side=seat.side,
            by=seat.by,
            now=datetime.now(UTC),
            base_url=current_settings().base_url,
        )

    return acted(seat, act, done="change-back", is_change=True)
