"""'Save my answers': what a visitor answered without an account goes into a profile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import signed_in_account
from marketplace.audit import Action
from marketplace.db import get_session
from marketplace.people.access import OfPerson, current_person, london_day, unseen_parts
from marketplace.people.models import Person
from marketplace.people.profile import queries
from marketplace.people.profile.blueprint import blueprint, district_code_of, doer
from marketplace.people.profile.merging import merged, replaced
from marketplace.people.profile.models import ProfilePart
from marketplace.people.profile.operations import Doer, begin_page, keep_answers
from marketplace.people.profile.parts import answers_shown
from marketplace.people.summary import answer_rows
from marketplace.people.supporters.models import Scope
from marketplace.people.visitor import current_answers, forget
from marketplace.vocabulary import Role
from marketplace.web import current_settings
from marketplace.web.access import access

MINE = "me"


@blueprint.get("/save-answers")
@access(SignedIn())
def save_answers() -> ResponseReturnValue:
    """Whose answers these are, where that is not plain; then what will be saved."""
    session, account = get_session(), signed_in_account()
    own = queries.person_of_account(session, account.id)
    helped = queries.people_helped_by(session, account_id=account.id, today=london_day())
    if helped and current_answers() and request.args.get("whose") != MINE:
        return render_template("profile/whose_answers.html", helped=helped)
    return _check_page(own, own.answers if own else {}, send_to=url_for("profile.save_answers"))


@blueprint.post("/save-answers")
@access(SignedIn())
def save_answers_sent() -> ResponseReturnValue:
    """Save them to the reader's own page, which is made if there is none."""
    account = signed_in_account()
    person = begin_page(get_session(), account=account)
    return _save(person, current_answers(), by=Doer(account=account, role=Role.PERSON))


@blueprint.get("/people/<uuid:person_id>/save-answers")
@access(OfPerson(Scope.HELP))
def save_answers_for(person_id: UUID) -> ResponseReturnValue:
    """What will be saved to the page of someone whom the reader helps."""
    send_to = url_for("profile.save_answers_for", person_id=person_id)
    person = current_person()
    return _check_page(
        person, answers_shown(person.answers, unseen_parts()), send_to=send_to, unseen=unseen_parts()
    )


@blueprint.post("/people/<uuid:person_id>/save-answers")
@access(OfPerson(Scope.HELP))
def save_answers_for_sent(person_id: UUID) -> ResponseReturnValue:
    # A helper writes over nothing that the person keeps from them.
    return _save(current_person(), answers_shown(current_answers(), unseen_parts()), by=doer())


def _check_page(
    person: Person | None, own: Mapping[str, Any], *, send_to: str, unseen: Collection[ProfilePart] = ()
) -> ResponseReturnValue:
    journey = answers_shown(current_answers(), unseen)
    if not journey:
        back = url_for("profile.person", person_id=person.id) if person else url_for("find.home")
        return render_template("profile/nothing_to_save.html", back=back)
    evening = current_settings().evening_starts
    before = {row.step: row.lines for row in answer_rows(own, evening_starts=evening)}
    changes = replaced(own, journey)
    rows = [
        (row, before.get(row.step, ()) if row.step in changes else ())
        for row in answer_rows(journey, evening_starts=evening)
        if row.lines
    ]
    is_own = person is None or person.account_id == signed_in_account().id
    return render_template(
        "profile/check_what_we_save.html",
        rows=rows,
        send_to=send_to,
        name="" if is_own or person is None else person.first_name,
        has_more=bool(own),
    )


def _save(person: Person, journey: Mapping[str, Any], *, by: Doer) -> ResponseReturnValue:
    """Save and forget the journey; sent twice it is saved once, and the answer is the same."""
    session = get_session()
    if journey:
        answers = merged(person.answers, journey)
        moved = answers.get("postcode") != person.answers.get("postcode")
        keep_answers(
            session,
            person=person,
            answers=answers,
            district_code=district_code_of(answers) if moved else person.district_code,
            part=None,
            today=london_day(),
            by=by,
            action=Action.ANSWERS_SAVED,
        )
        forget()
    session.commit()
    return redirect(url_for("profile.person", person_id=person.id, saved="journey"), 303)
