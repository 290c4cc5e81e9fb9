"""A person's rights: who looked, all data in a file, being erased, and what the law keeps for now."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.db import get_session
from marketplace.people.access import (
    OfPerson,
    Standing,
    current_person,
    current_relation,
    london_day,
    looked_at,
    unseen_parts,
)
from marketplace.people.profile.blueprint import doer
from marketplace.people.profile.models import ProfilePart
from marketplace.people.rights import queries, requests
from marketplace.people.rights.download import download, sections_of
from marketplace.people.rights.forms import HoldForm, ReviewIn
from marketplace.people.rights.holdings import Whose
from marketplace.people.supporters.models import Scope
from marketplace.web import current_settings
from marketplace.web.access import access

blueprint = Blueprint("rights", __name__)

PAGE_SIZE = 20
LAST_PAGE = 100_000
UNPROCESSABLE = 422


@blueprint.get("/people/<uuid:person_id>/who-looked")
@access(OfPerson(only_the_person=True))
def who_looked(person_id: UUID) -> str:
    """Everyone else who looked at this person's pages, a line for each of them and day."""
    page = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    found = queries.looks(get_session(), person_id, offset=(page - 1) * PAGE_SIZE, most=PAGE_SIZE + 1)
    return render_template(
        "rights/who_looked.html",
        person=current_person(),
        looks=found[:PAGE_SIZE],
        page=page,
        has_more=len(found) > PAGE_SIZE,
        reported="reported" in request.args,
    )


@blueprint.post("/people/<uuid:person_id>/who-looked/<uuid:view_id>/report")
@access(OfPerson(only_the_person=True))
def report(person_id: UUID, view_id: UUID) -> ResponseReturnValue:
    """'I don't know this person': administrators find out."""
    session = get_session()
    view = queries.look(session, person_id, view_id)
    to = queries.administrators(session)
    requests.report_look(session, person=current_person(), view=view, to=to, by=doer())
    session.commit()
    return redirect(url_for("rights.who_looked", person_id=person_id, reported=1), 303)


@blueprint.get("/people/<uuid:person_id>/data")
@access(OfPerson(Scope.ACT))
def data(person_id: UUID) -> str:
    """All that is known about the person: to take along, or to be erased."""
    session, settings = get_session(), current_settings()
    return render_template(
        "rights/data.html",
        person=current_person(),
        is_own=current_relation().is_person,
        erasure=queries.open_erasure(session, person_id),
        holds=queries.live_holds(session, person_id),
        kept=settings.retention,
        mail_days=settings.mail.kept_for.days,
        parts_are_hidden=bool(unseen_parts()),
        done=request.args.get("done", ""),
    )


@blueprint.post("/people/<uuid:person_id>/data/download")
@access(OfPerson(Scope.ACT))
def download_data(person_id: UUID) -> ResponseReturnValue:
    """Everything in one file. Someone who acts for the person gets it only where nothing is hidden."""
    if unseen_parts():
        return redirect(url_for("rights.data", person_id=person_id, done="hidden"), 303)
    looked_at(*ProfilePart)
    session, person = get_session(), current_person()
    account_id = person.account_id if current_relation().is_person else None
    file = download(
        sections_of(session, Whose(person_id, account_id)), name=person.first_name, made_at=datetime.now(UTC)
    )
    requests.note_download(session, person=person, today=london_day(), by=doer())
    session.commit()
    return Response(
        file,
        mimetype="application/zip",
        headers={"Content-Disposition": 'attachment; filename="everything-about-you.zip"'},
    )


@blueprint.get("/people/<uuid:person_id>/data/erase")
@access(OfPerson(Scope.ACT))
def erase(person_id: UUID) -> str:
    """What erasing means, before it is asked for."""
    return render_template(
        "rights/erase.html",
        person=current_person(),
        is_own=current_relation().is_person,
        days=current_settings().retention.erase_after.days,
        holds=queries.live_holds(get_session(), person_id),
    )


@blueprint.post("/people/<uuid:person_id>/data/erase")
@access(OfPerson(Scope.ACT))
def erase_sent(person_id: UUID) -> ResponseReturnValue:
    settings = current_settings()
    requests.ask_to_erase(
        get_session(),
        person=current_person(),
        waits=settings.retention.erase_after,
        today=london_day(),
        by=doer(),
        page=settings.base_url + url_for("rights.data", person_id=person_id),
    )
    get_session().commit()
    return redirect(url_for("rights.data", person_id=person_id, done="asked"), 303)


@blueprint.post("/people/<uuid:person_id>/data/erase/withdraw")
@access(OfPerson(Scope.ACT))
def erase_withdrawn(person_id: UUID) -> ResponseReturnValue:
    """'I changed my mind.'"""
    requests.withdraw_erasure(get_session(), person=current_person(), by=doer())
    get_session().commit()
    return redirect(url_for("rights.data", person_id=person_id, done="withdrawn"), 303)


@blueprint.route("/people/<uuid:person_id>/holds", methods=["GET", "POST"])
@access(OfPerson(Scope.HELP, only=Standing.PRACTITIONER))
def holds(person_id: UUID) -> ResponseReturnValue:
    """Reasons in law to keep the record for now: the list, and a new one."""
    session, form = get_session(), HoldForm()
    if request.method == "POST" and form.validate():
        requests.place_hold(
            session,
            person=current_person(),
            reason=form.reason.data,
            review_on=ReviewIn(form.review.data).day(london_day()),
            by=doer(),
        )
        session.commit()
        return redirect(url_for("rights.holds", person_id=person_id), 303)
    page = render_template(
        "rights/holds.html",
        person=current_person(),
        form=form,
        holds=queries.holds(session, person_id),
        reviews=tuple(ReviewIn),
        today=london_day(),
    )
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.post("/people/<uuid:person_id>/holds/<uuid:hold_id>/release")
@access(OfPerson(Scope.HELP, only=Standing.PRACTITIONER))
def release(person_id: UUID, hold_id: UUID) -> ResponseReturnValue:
    session = get_session()
    requests.release_hold(
        session,
        person=current_person(),
        hold=queries.hold(session, person_id, hold_id),
        waits=current_settings().retention.erase_after,
        by=doer(),
    )
    session.commit()
    return redirect(url_for("rights.holds", person_id=person_id), 303)
