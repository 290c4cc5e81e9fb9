"""What was chosen with a person, and what else was considered: the strategy asks for both."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.people.access import current_person
from marketplace.people.caseload import operations, queries
from marketplace.people.caseload.blueprint import MAKING, UNPROCESSABLE, blueprint, once
from marketplace.people.caseload.candidates import Candidate, candidates
from marketplace.people.caseload.forms import LONGEST_ITEM_NOTE, ChoiceForm
from marketplace.web.access import access
from marketplace.web.typed import own_words


@blueprint.route("/people/<uuid:person_id>/choices/new", methods=["GET", "POST"])
@access(MAKING)
def new_choice(person_id: UUID) -> ResponseReturnValue:
    """First which offer was chosen (``?offer=``), then why, and what else was considered."""
    offered = _offered()
    chosen = next((one for one in offered if str(one.card.id) == request.args.get("offer")), None)
    if chosen is None:
        return render_template(
            "caseload/choose.html",
            person=current_person(),
            offered=offered,
            nothing="offer" in request.args or request.method == "POST",
        )
    others = [one for one in offered if one is not chosen]
    form, why_not = ChoiceForm(), _why_not(others)
    choice_id = once()
    if request.method == "POST" and form.validate():
        try:
            operations.record_choice(
                get_session(),
                choice_id=choice_id,
                person=current_person(),
                offer_id=chosen.card.id,
                reason=form.reason.data,
                why_not=why_not,
                no_alternative=form.no_alternative.data,
                by=signed_in_account(),
            )
        except operations.NothingConsideredError:
            form.no_alternative.errors = [
                gettext("Say why at least one other was not chosen, or why there was no other")
            ]
        else:
            get_session().commit()
            return redirect(url_for("caseload.shortlists", person_id=person_id, done="chosen"), 303)
    page = render_template(
        "caseload/choice.html",
        person=current_person(),
        chosen=chosen,
        others=others,
        why_not=why_not,
        form=form,
        once=choice_id,
    )
    return (page, UNPROCESSABLE) if form.errors else page


def _offered() -> list[Candidate]:
    """What was on the person's lists comes first, then what they saved and what fits."""
    session = get_session()
    lists = queries.shortlists_for(session, current_person().id, only_given=False)
    return candidates(session, more=[item.offer_id for one in lists for item in one.items])


def _why_not(others: list[Candidate]) -> dict[UUID, str]:
    """Why each of those that were considered was not chosen, as it was typed."""
    typed = {one.card.id: own_words(request.form.get(f"why-{one.card.id}")) for one in others}
    return {offer: words[:LONGEST_ITEM_NOTE] for offer, words in typed.items() if words}
