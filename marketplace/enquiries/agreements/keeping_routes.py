"""Pages and buttons for keeping a place, and for coming back to it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from marketplace.db import get_session
from marketplace.enquiries.agreements import keeping, terms
from marketplace.enquiries.agreements.blueprint import (
    ACTING,
    OF_PERSON,
    OF_PROVIDER,
    UNPROCESSABLE,
    blueprint,
    person_seat,
    provider_seat,
)
from marketplace.enquiries.agreements.forms import ComeBackForm
from marketplace.enquiries.agreements.showing import acted, show
from marketplace.enquiries.asking import part_choices
from marketplace.enquiries.places.operations import NoPlaceError
from marketplace.enquiries.sharing import profile_for_providers
from marketplace.geo.districts import read_districts
from marketplace.people.access import current_person, london_day
from marketplace.people.profile.models import ProfilePart
from marketplace.people.steps import Choice
from marketplace.providers.access import OfProvider
from marketplace.web import current_settings
from marketplace.web.access import access


@blueprint.post(f"{OF_PERSON}/keep")
@access(ACTING)
def person_keep(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Ask the provider to keep the place for a while."""
    seat = person_seat(enquiry_id)

    def act() -> None:
        keeping.ask_to_keep(
            get_session(),
            seat.enquiry,
            by=seat.by,
            now=datetime.now(UTC),
            base_url=current_settings().base_url,
        )

    return acted(seat, act, done="keep-asked")


@blueprint.post(f"{OF_PROVIDER}/keep")
@access(OfProvider())
def provider_keep(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    """Keep it, or say that it can't be kept."""
    seat, keeps = provider_seat(provider_id, enquiry_id), request.form.get("keeps") == "yes"

    def act() -> None:
        keeping.answer_keeping(
            get_session(),
            seat.enquiry,
            keeps=keeps,
            by=seat.by,
            now=datetime.now(UTC),
            base_url=current_settings().base_url,
        )

    return acted(seat, act, done="kept" if keeps else "not-kept")


@blueprint.route(f"{OF_PERSON}/come-back", methods=["GET", "POST"])
@access(ACTING)
def person_come_back(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """From when to go on, and what the provider may read again."""
    seat, session = person_seat(enquiry_id), get_session()
    agreement = terms.agreement_of(session, enquiry_id)
    if agreement is not None and agreement.returned_at is not None and agreement.ended_at is None:
        return redirect(seat.url(), 303)
    if agreement is None or not keeping.may_come_back(agreement, today=london_day()):
        return show(seat, problem=gettext("This can’t be done now. Below you see where it stands."))
    parts = _parts()
    form = ComeBackForm() if request.method == "POST" else ComeBackForm(data={"first_day": london_day()})
    form.parts.choices = [SelectChoice(one.value, one.value) for one in parts]
    if form.validate_on_submit():
        try:
            keeping.come_back(
                session,
                seat.enquiry,
                first_day=form.first_day.data,
                parts=[ProfilePart(one) for one in form.parts.data],
                by=seat.by,
                now=datetime.now(UTC),
                base_url=current_settings().base_url,
            )
        except ValueError:
            session.rollback()
            form.first_day.errors = [gettext("Write a day from today on, while the place is kept")]
        except NoPlaceError:
            session.rollback()
            return show(seat, problem=gettext("The place is not free any more. Write to them."))
        except terms.NotNowError:
            session.rollback()
            return show(seat, problem=gettext("This can’t be done now. Below you see where it stands."))
        else:
            session.commit()
            return redirect(seat.url(done="back"), 303)
    page = render_template(
        "enquiries/agreements/come_back.html", seat=seat, form=form, agreement=agreement, parts=parts
    )
    return (page, UNPROCESSABLE) if request.method == "POST" else page


def _parts() -> tuple[Choice, ...]:
    return part_choices(
        profile_for_providers(
            get_session(),
            current_person(),
            parts=list(ProfilePart),
            districts=read_districts(current_settings().seeds_dir),
            evening_starts=current_settings().evening_starts,
            today=london_day(),
        )
    )
