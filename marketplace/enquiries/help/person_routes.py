"""The person's side of requests for help: posting one, who can help, and ending it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.db import get_session
from marketplace.enquiries.blueprint import SENDING, SENDING_BY_ADDRESS
from marketplace.enquiries.help import operations, queries
from marketplace.enquiries.help.blueprint import CONFLICT, UNPROCESSABLE, blueprint, matching, read
from marketplace.enquiries.help.forms import ANY_TIME, SOMETHING_ELSE, AboutForm, HelpForm, TimesForm
from marketplace.enquiries.help.models import HelpState, HelpWanted
from marketplace.enquiries.help.page import (
    PICTURES,
    answers_shown,
    as_read,
    needs_of,
    slots_proposed,
    themes_meant,
)
from marketplace.enquiries.help.suiting import Suited, suited
from marketplace.enquiries.person_routes import ACTING, may_act
from marketplace.geo.districts import read_districts
from marketplace.matching.needs import parse_needs
from marketplace.people.access import OfPerson, current_person, current_relation, looked_at, unseen_parts
from marketplace.people.forms import WhereForm
from marketplace.people.matches import current_catalogue
from marketplace.people.profile.blueprint import district_code_of, doer, shown_answers
from marketplace.people.profile.models import ProfilePart
from marketplace.people.steps import Choice
from marketplace.people.walk import walk
from marketplace.vocabulary import N_, Day, Theme, TimeOfDay
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.limits import limited
from marketplace.web.today import london_today

ALL = "/people/<uuid:person_id>/help-wanted"
ONE = f"{ALL}/<uuid:help_id>"
ENDS = {"found": HelpState.FOUND, "taken-back": HelpState.TAKEN_BACK}
ABOUT = (
    *(Choice(theme.value, theme.label, picture=theme.value) for theme in Theme),
    Choice(SOMETHING_ELSE, N_("Something else"), picture="anything_else"),
)


@blueprint.get(ALL)
@access(OfPerson())
def of_person(person_id: UUID) -> str:
    """All that was asked for, open ones first."""
    today = london_today()
    asked = queries.of_person(get_session(), person_id, today=today)
    rows = [(one, operations.is_open(one.wanted, today=today), read(one.wanted)) for one in asked]
    return render_template(
        "enquiries/help/of_person.html",
        person=current_person(),
        is_own=current_relation().is_person,
        may_act=may_act(),
        may_post=sum(is_open for _, is_open, _ in rows) < operations.MOST_OPEN,
        most=operations.MOST_OPEN,
        rows=rows,
        pictures=PICTURES,
    )


@blueprint.route(f"{ALL}/new", methods=["GET", "POST"])
@access(ACTING)
@limited(SENDING, SENDING_BY_ADDRESS)
def new(person_id: UUID) -> ResponseReturnValue:
    """One question a page; the last page shows what providers will read, and nothing is posted before it."""
    session, person, answers = get_session(), current_person(), shown_answers()
    looked_at(ProfilePart.ABOUT, ProfilePart.TIMES)
    before = queries.posted_with(session, person_id, request.form.get("once", type=UUID))
    if before is not None:  # the same form, sent twice
        return redirect(_address(before, done="posted"), 303)
    forms = _forms(answers)
    steps = walk(forms)
    wish = _request(forms, answers) if steps.page == "check" else None
    found = [] if wish is None else _suited(wish)
    problem = ""
    if steps.is_sent and wish is not None:
        try:
            posted = operations.post_help(
                session,
                person=person,
                request=wish,
                suited=found,
                once=steps.once,
                by=doer(),
                now=datetime.now(UTC),
                today=london_today(),
                base_url=current_settings().base_url,
            )
        except operations.TooManyOpenError:
            session.rollback()
            problem = gettext("You have %(most)s open requests. End one first.", most=operations.MOST_OPEN)
        else:
            session.commit()
            return redirect(_address(posted, done="posted"), 303)
    page = render_template(
        "enquiries/help/new.html",
        walk=steps,
        heading=gettext("Ask for help to be found"),
        person=person,
        is_own=current_relation().is_person,
        about=sorted(ABOUT, key=lambda one: one.value not in forms["about"].about.data),
        days=tuple(Day),
        parts=tuple(TimeOfDay),
        any_time=ANY_TIME,
        evening_starts=f"{current_settings().evening_starts:%H:%M}",
        shown=None if wish is None else _shown(wish),
        could=len(found),
        open_days=operations.OPEN_FOR.days,
        last_button=gettext("Post it"),
        problem=problem,
        back=url_for("help.of_person", person_id=person_id),
    )
    return (page, UNPROCESSABLE) if steps.has_problem or problem else page


@blueprint.get(ONE)
@access(OfPerson())
def one_of_person(person_id: UUID, help_id: UUID) -> str:
    """What was asked for, and who can help, best first."""
    return _page(_wanted(person_id, help_id))


@blueprint.post(f"{ONE}/end")
@access(ACTING)
def end(person_id: UUID, help_id: UUID) -> ResponseReturnValue:
    """Help was found, or the request is taken back: providers see it no more."""
    session, wanted = get_session(), _wanted(person_id, help_id)
    done = request.form.get("end", "")
    to = ENDS.get(done) or abort(UNPROCESSABLE)
    if wanted.state is to:  # the same form, sent twice
        return redirect(_address(wanted, done=done), 303)
    was_open = operations.end_help(
        session, wanted, to=to, by=doer(), now=datetime.now(UTC), base_url=current_settings().base_url
    )
    if not was_open:
        session.rollback()
        return _page(_wanted(person_id, help_id), was_refused=True), CONFLICT
    session.commit()
    return redirect(_address(wanted, done=done), 303)


def _wanted(person_id: UUID, help_id: UUID) -> HelpWanted:
    return queries.help_of_person(get_session(), person_id, help_id) or abort(404)


def _address(wanted: HelpWanted, *, done: str) -> str:
    return url_for("help.one_of_person", person_id=wanted.person_id, help_id=wanted.id, done=done)


def _page(wanted: HelpWanted, *, was_refused: bool = False) -> str:
    session, today = get_session(), london_today()
    done = request.args.get("done", "")
    answers = answers_shown(session, wanted, matching(), today=today, tells_reasons=not unseen_parts())
    return render_template(
        "enquiries/help/one_of_person.html",
        person=current_person(),
        is_own=current_relation().is_person,
        may_act=may_act(),
        wanted=wanted,
        shown=read(wanted),
        is_open=operations.is_open(wanted, today=today),
        answers=answers,
        said_no=queries.said_no(session, wanted),
        picture_name=PICTURES[wanted.state],
        was_refused=was_refused,
        done=done if done in {"posted", *ENDS} else "",
    )


def _forms(answers: Mapping[str, Any]) -> dict[str, FlaskForm]:
    """The questions; what the words say is ticked on the next pages until they were answered."""
    person, session = current_person(), get_session()
    words = HelpForm()
    words.names = [*person.first_name.split(), *person.family_name.split()]
    forms: dict[str, FlaskForm] = {"words": words, "about": AboutForm(), "times": TimesForm()}
    text = words.words.data or ""
    if "about" not in request.form:
        meant = themes_meant(text, current_catalogue(session).text.thesaurus)
        forms["about"].about.data = [theme.value for theme in meant]
    if "slots" not in request.form:
        proposed = slots_proposed(text, answers, evening=current_settings().evening_starts)
        forms["times"].slots.data = list(proposed) or [ANY_TIME]
    if not answers.get("postcode"):
        forms["where"] = WhereForm()
    return forms


def _request(forms: Mapping[str, FlaskForm], answers: Mapping[str, Any]) -> operations.Request:
    words = forms["words"].words.data
    chosen = {*forms["about"].about.data} - {SOMETHING_ELSE}
    known = {**answers, "postcode": forms["where"].postcode.data} if "where" in forms else answers
    return operations.Request(
        words=words,
        needs=needs_of(
            known,
            words=words,
            themes=[Theme(value) for value in chosen],
            meant=themes_meant(words, current_catalogue(get_session()).text.thesaurus),
            slots=forms["times"].slots.data,
            evening=current_settings().evening_starts,
        ),
        district_code=district_code_of(known),
    )


def _suited(wish: operations.Request) -> list[Suited]:
    return suited(
        get_session(), current_person().id, parse_needs(wish.needs), matching(), today=london_today()
    )


def _shown(wish: operations.Request) -> object:
    return as_read(
        words=wish.words,
        needs=wish.needs,
        district_code=wish.district_code,
        districts=read_districts(current_settings().seeds_dir),
    )
