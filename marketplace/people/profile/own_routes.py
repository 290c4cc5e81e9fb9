"""Changing what only the profile asks: name, notes in own words, how to talk with me, two consents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.db import get_session
from marketplace.people.access import OfPerson, current_person, london_day, open_part
from marketplace.people.profile import operations, queries
from marketplace.people.profile.blueprint import (
    CONFLICT,
    UNPROCESSABLE,
    back_to,
    blueprint,
    doer,
    is_stale,
    of_the_page,
)
from marketplace.people.profile.forms import (
    CommunicationNoteForm,
    NameForm,
    NoteForm,
    TicksForm,
    YesNoForm,
    communication_form,
    ticks_form,
)
from marketplace.people.profile.models import CommunicationNeed, CommunicationRecord, NoteKind, ProfilePart
from marketplace.people.profile.page import communication_lines
from marketplace.people.profile.parts import PART_OF_NOTE
from marketplace.people.profile.questions import (
    COMMUNICATION,
    COMMUNICATION_NOTE,
    COMMUNICATION_PICTURES,
    COUNTING,
    NAME,
    NOTES,
    SHARING,
)
from marketplace.people.steps import Choice, Question
from marketplace.people.supporters.models import Scope
from marketplace.vocabulary import N_
from marketplace.web.access import access

ONE_KIND = f"<any({', '.join(repr(kind.value) for kind in NoteKind)}):kind>"
ONE_NEED = f"<any({', '.join(repr(need.value) for need in CommunicationNeed)}):need>"
YES, NO = "yes", "no"
YES_OR_NO = (
    Choice(YES, N_("Yes, count me"), picture="tick"),
    Choice(NO, N_("No, do not count me"), picture="cross"),
)


@blueprint.route("/people/<uuid:person_id>/profile/name", methods=["GET", "POST"])
@access(OfPerson(Scope.HELP))
def name(person_id: UUID) -> ResponseReturnValue:
    open_part(ProfilePart.ABOUT)
    person = current_person()
    now = [person.first_name, person.family_name]
    form = NameForm(data={"first_name": now[0], "family_name": now[1]})
    if request.method == "POST" and form.validate():
        sent = [form.first_name.data, form.family_name.data]
        if sent != now and is_stale(now):
            return _page("name", NAME, form, now, part=ProfilePart.ABOUT, conflict=[" ".join(now)]), CONFLICT
        operations.keep_names(
            get_session(), person=person, first_name=sent[0], family_name=sent[1], by=doer()
        )
        get_session().commit()
        return back_to(ProfilePart.ABOUT)
    page = _page("name", NAME, form, now, part=ProfilePart.ABOUT)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route(f"/people/<uuid:person_id>/profile/notes/{ONE_KIND}", methods=["GET", "POST"])
@access(OfPerson(Scope.HELP))
def note(person_id: UUID, kind: str) -> ResponseReturnValue:
    """One question that is answered in own words."""
    asked = NoteKind(kind)
    part = PART_OF_NOTE[asked]
    open_part(part)
    kept = queries.notes_of(get_session(), person_id).get(asked)
    now = kept.text if kept else ""
    form = NoteForm(data={"text": now})
    removes = "skip" in request.form
    if request.method == "POST" and (removes or form.validate()):
        text = "" if removes else form.text.data
        if text != now and is_stale(now):
            said = now.splitlines() or [gettext("Nothing")]
            return _page("note", NOTES[asked], form, now, part=part, conflict=said), CONFLICT
        operations.keep_note(get_session(), person=current_person(), kind=asked, text=text, by=doer())
        get_session().commit()
        return back_to(part)
    page = _page("note", NOTES[asked], form, now, part=part, removable=bool(now))
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/people/<uuid:person_id>/profile/communication", methods=["GET", "POST"])
@access(OfPerson(Scope.HELP))
def communication(person_id: UUID) -> ResponseReturnValue:
    """What helps the person to understand and to be understood."""
    open_part(ProfilePart.COMMUNICATION)
    records = queries.communication_of(get_session(), person_id)
    needs = [one.need for one in records]
    form = communication_form(needs)
    if request.method == "POST" and form.validate():
        sent = {CommunicationNeed(value) for value in form.answer.data}
        if sent != set(needs) and is_stale(needs):
            said = communication_lines(records) or (gettext("Nothing"),)
            return _communication_page(
                form, COMMUNICATION, COMMUNICATION.choices, needs, conflict=said
            ), CONFLICT
        operations.keep_communication(
            get_session(), person=current_person(), needs=sent, today=london_day(), by=doer()
        )
        get_session().commit()
        return back_to(ProfilePart.COMMUNICATION)
    page = _communication_page(form, COMMUNICATION, COMMUNICATION.choices, needs)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route(f"/people/<uuid:person_id>/profile/communication/{ONE_NEED}", methods=["GET", "POST"])
@access(OfPerson(Scope.HELP))
def communication_note(person_id: UUID, need: str) -> ResponseReturnValue:
    """What else to know about one of them."""
    open_part(ProfilePart.COMMUNICATION)
    asked = CommunicationNeed(need)
    kept = queries.communication_need(get_session(), person_id, asked)
    form = CommunicationNoteForm(data={"note": kept.note})
    if request.method == "POST" and form.validate():
        if form.note.data != kept.note and is_stale(kept.note):
            return _note_page(form, kept, conflict=[kept.note or gettext("Nothing")]), CONFLICT
        operations.keep_communication_note(
            get_session(), person=current_person(), need=asked, note=form.note.data, by=doer()
        )
        get_session().commit()
        return back_to(ProfilePart.COMMUNICATION)
    page = _note_page(form, kept)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/people/<uuid:person_id>/profile/communication/sharing", methods=["GET", "POST"])
@access(OfPerson(Scope.ACT))
def sharing(person_id: UUID) -> ResponseReturnValue:
    """What providers may be told of it: for the person to decide, or who may act for them."""
    open_part(ProfilePart.COMMUNICATION)
    records = queries.communication_of(get_session(), person_id)
    told = [one.need.value for one in records if one.share_with_providers]
    form = ticks_form([one.need.value for one in records], ticked=told)
    choices = tuple(
        Choice(one.need.value, one.need.label, picture=COMMUNICATION_PICTURES[one.need]) for one in records
    )
    now = [[one.need for one in records], told]
    if request.method == "POST" and form.validate():
        if set(form.answer.data) != set(told) and is_stale(now):
            said = [
                line for one in records if one.share_with_providers for line in communication_lines([one])
            ]
            return _communication_page(
                form, SHARING, choices, now, conflict=said or [gettext("Nothing")]
            ), CONFLICT
        chosen = {CommunicationNeed(value) for value in form.answer.data}
        operations.share_communication(get_session(), person=current_person(), needs=chosen, by=doer())
        get_session().commit()
        return back_to(ProfilePart.COMMUNICATION)
    page = _communication_page(form, SHARING, choices, now)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/people/<uuid:person_id>/profile/count-me", methods=["GET", "POST"])
@access(OfPerson(Scope.ACT))
def count_me(person_id: UUID) -> ResponseReturnValue:
    """Whether the person is counted, without a name, in what is missing near them."""
    person = current_person()
    form = YesNoForm(data={"answer": [YES if person.counts_in_gaps else NO]})
    if request.method == "POST" and form.validate():
        operations.count_in_gaps(get_session(), person=person, agrees=form.answer.data == [YES], by=doer())
        get_session().commit()
        return back_to(ProfilePart.ABOUT)
    page = render_template(
        "profile/ticks.html",
        question=COUNTING,
        form=form,
        offered=YES_OR_NO,
        chosen=set(form.answer.data or ()),
        then="profile",
        one=True,
        **of_the_page(person.counts_in_gaps, (), part=ProfilePart.ABOUT),
    )
    return (page, UNPROCESSABLE) if form.errors else page


def _page(name: str, question: Question, form: Any, now: object, **values: Any) -> str:
    part, conflict = values.pop("part"), values.pop("conflict", ())
    return render_template(
        f"profile/{name}.html",
        question=question,
        form=form,
        then="profile",
        **{"removable": None, **values},
        **of_the_page(now, conflict, part=part),
    )


def _communication_page(
    form: TicksForm, question: Question, choices: Any, now: object, *, conflict: Any = ()
) -> str:
    return render_template(
        "profile/ticks.html",
        question=question,
        form=form,
        offered=choices,
        chosen=set(form.answer.data or ()),
        then="profile",
        **of_the_page(now, conflict, part=ProfilePart.COMMUNICATION),
    )


def _note_page(form: CommunicationNoteForm, kept: CommunicationRecord, *, conflict: Any = ()) -> str:
    return _page(
        "communication_note",
        COMMUNICATION_NOTE,
        form,
        kept.note,
        part=ProfilePart.COMMUNICATION,
        need=kept.need,
        conflict=conflict,
    )
