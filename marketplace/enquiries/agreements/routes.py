"""Pages of an agreement: the same for both sides, each at their own address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from marketplace.db import get_session
from marketplace.enquiries.agreements import (  # noqa: F401  (registers their pages)
    back_up_routes,
    changing_routes,
    employing_routes,
    how_it_goes,
    keeping,
    keeping_routes,
    operations,
    terms,
)
from marketplace.enquiries.agreements.back_up import choose_back_up
from marketplace.enquiries.agreements.back_up_routes import back_up_choices
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
from marketplace.enquiries.agreements.forms import (
    NONE,
    ButtonForm,
    EndForm,
    HowForm,
    TermsForm,
    said_before,
    typed_terms,
)
from marketplace.enquiries.agreements.models import AgreementEnd
from marketplace.enquiries.agreements.page import (
    MOODS,
    NOTICE,
    PAID_BY,
    PRICE_FOR,
    session_words,
)
from marketplace.enquiries.agreements.refusing import note_refused
from marketplace.enquiries.agreements.showing import acted, lines_shown, show
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import Mood, Side
from marketplace.enquiries.places import reactions  # noqa: F401  (registers what places do)
from marketplace.people.access import london_day
from marketplace.people.steps import Choice
from marketplace.providers.access import OfProvider
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.templating import label

__all__ = ["blueprint"]


@blueprint.get(OF_PERSON)
@access(ACTING)
def person_agreement(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """What is agreed, or could be; without anything yet, the way to begin."""
    return show(person_seat(enquiry_id))


@blueprint.get(OF_PROVIDER)
@access(OfProvider())
def provider_agreement(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return show(provider_seat(provider_id, enquiry_id))


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


def _terms(seat: Seat) -> ResponseReturnValue:
    session = get_session()
    agreement = terms.agreement_of(session, seat.enquiry.id)
    why = stopped(session, seat.enquiry)
    if not terms.may_be_agreed(seat.enquiry) or why:
        return show(seat, problem=label(why) if why else gettext("This can’t be changed here any more."))
    form = TermsForm() if request.method == "POST" else TermsForm(data=said_before(seat.offer, agreement))
    form.by_provider = seat.side is Side.PROVIDER
    form.sessions.choices = [SelectChoice(str(one.id), str(one.id)) for one in seat.offer.sessions]
    others = back_up_choices(seat) if seat.side is Side.PERSON else []
    form.back_up.choices = [SelectChoice(one.value, one.value) for one in others]
    if request.method != "POST":
        known = agreement.back_up_offer_id if agreement else None
        form.back_up.data = str(known) if known else NONE
    problem, code = "", 200
    if request.method == "POST":
        if form.validate():
            try:
                operations.propose(
                    session,
                    seat.enquiry,
                    terms=typed_terms(form, starts_on=form.starts_on.data),
                    side=seat.side,
                    by=seat.by,
                    expected_version=form.version_read,
                    now=datetime.now(UTC),
                    base_url=current_settings().base_url,
                )
            except terms.StaleAgreementError as stale:
                agreement, code = stale.theirs, CONFLICT
                form.version.data = str(stale.theirs.version)
                problem = gettext(
                    "Somebody changed this in the meantime. Below is what it says now. Your words are kept."
                )
            except terms.NotNowError:
                session.rollback()
                return show(seat, problem=gettext("This can’t be done now. Below you see where it stands."))
            else:
                if others:
                    choose_back_up(session, seat.enquiry, offer_id=form.stands_in, by=seat.by)
                session.commit()
                return redirect(seat.url(done="proposed"), 303)
        else:
            code = UNPROCESSABLE
            _keep_refused(seat, form)
    page = render_template(
        "enquiries/agreements/terms.html",
        seat=seat,
        form=form,
        problem=problem,
        lines=lines_shown(seat, agreement) if problem else (),
        sessions=[Choice(str(one.id), session_words(one)) for one in seat.offer.sessions],
        others=others,
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
            version=form.version_read,
            now=datetime.now(UTC),
            base_url=current_settings().base_url,
        )

    return acted(seat, act, done="yes")


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

    return acted(seat, act, done="started")


def _how(seat: Seat) -> ResponseReturnValue:
    form = HowForm()
    form.by_provider = seat.side is Side.PROVIDER
    is_stopped = stopped(get_session(), seat.enquiry) is not None
    if form.validate_on_submit():

        def act() -> None:
            how_it_goes.say_how_it_goes(
                get_session(),
                seat.enquiry,
                mood=Mood(form.mood.data),
                words=form.words.data,
                side=seat.side,
                by=seat.by,
                now=datetime.now(UTC),
                base_url=current_settings().base_url,
                is_private=bool(form.only_us.data),
            )

        is_private = seat.side is Side.PERSON and (bool(form.only_us.data) or is_stopped)
        done = "bad" if form.mood.data == Mood.BAD.value else "only-us" if is_private else "how"
        return acted(seat, act, done=done)
    if request.method == "POST":
        _keep_refused(seat, form)
    page = render_template(
        "enquiries/agreements/how.html",
        seat=seat,
        form=form,
        moods=[Choice(one.value, one.label, picture=picture) for one, picture in MOODS.items()],
        is_persons=seat.side is Side.PERSON,
        is_stopped=is_stopped,
    )
    return (page, UNPROCESSABLE) if request.method == "POST" else page


def _end(seat: Seat) -> ResponseReturnValue:
    session = get_session()
    agreement = terms.agreement_of(session, seat.enquiry.id)
    if agreement is None or not terms.is_agreed(agreement) or agreement.ended_at is not None:
        if agreement is not None and agreement.ended_at is not None:
            return redirect(seat.url(), 303)
        return show(seat, problem=gettext("This can’t be done now. Below you see where it stands."))
    usual = max(agreement.starts_on, london_day() + timedelta(days=agreement.notice_days))
    form = EndForm(data={"last_day": usual}) if request.method == "GET" else EndForm()
    form.by_provider = seat.side is Side.PROVIDER
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
            form.last_day.errors = [gettext("Write a day that is to come, and less than a year away")]
        else:
            wants_to_keep = seat.side is Side.PERSON and bool(form.keep.data)
            if wants_to_keep:
                keeping.ask_to_keep(
                    session,
                    seat.enquiry,
                    by=seat.by,
                    now=datetime.now(UTC),
                    base_url=current_settings().base_url,
                )
            session.commit()
            return redirect(seat.url(done="keep-asked" if wants_to_keep else "ended"), 303)
    if request.method == "POST":
        _keep_refused(seat, form)
    page = render_template(
        "enquiries/agreements/end.html",
        seat=seat,
        form=form,
        usual=usual,
        reasons=[Choice(one.value, one.label) for one in AgreementEnd],
        may_write=stopped(session, seat.enquiry) is None,
        is_persons=seat.side is Side.PERSON,
    )
    return (page, UNPROCESSABLE) if request.method == "POST" else page


def _keep_refused(seat: Seat, form: TermsForm | HowForm | EndForm) -> None:
    """What a provider wrote and was not taken stands in the moderators' list."""
    if form.refused:
        note_refused(
            get_session(), seat.enquiry, form.refused, account=seat.by.account, now=datetime.now(UTC)
        )
        get_session().commit()
