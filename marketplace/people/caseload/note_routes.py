"""Notes about the work with a person, for practitioners only."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.people.access import current_person
from marketplace.people.caseload import operations, queries
from marketplace.people.caseload.blueprint import UNPROCESSABLE, WITH_A_CASE, blueprint, once
from marketplace.people.caseload.forms import CaseNoteForm
from marketplace.web.access import access


@blueprint.route("/people/<uuid:person_id>/notes", methods=["GET", "POST"])
@access(WITH_A_CASE)
def notes(person_id: UUID) -> ResponseReturnValue:
    """All notes about the work, and a form for one more."""
    form = CaseNoteForm()
    if request.method == "POST" and form.validate():
        operations.write_note(
            get_session(),
            note_id=once(),
            person=current_person(),
            text=form.text.data,
            names_others=form.names_others.data,
            is_safeguarding=form.is_safeguarding.data,
            by=signed_in_account(),
        )
        get_session().commit()
        return redirect(url_for("caseload.notes", person_id=person_id, done="1"), 303)
    page = render_template(
        "caseload/notes.html",
        person=current_person(),
        form=form,
        notes=queries.notes_about(get_session(), person_id),
        once=once(),
        done=request.args.get("done") == "1",
    )
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.post("/people/<uuid:person_id>/notes/<uuid:note_id>/release")
@access(WITH_A_CASE)
def release(person_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Say that a held-back note was read, and may go into the person's download."""
    note = queries.note_about(get_session(), person_id, note_id)
    operations.release_note(get_session(), note=note, by=signed_in_account())
    get_session().commit()
    return redirect(url_for("caseload.notes", person_id=person_id, done="1"), 303)
