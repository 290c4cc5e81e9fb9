"""'Save' for a visitor: kept in their cookie until they have signed in, then saved with one press."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import KEPT_OFFER, signed_in_account
from marketplace.db import get_session
from marketplace.people.access import london_day
from marketplace.people.profile.operations import Doer, begin_page
from marketplace.people.profile.queries import people_helped_by, person_of_account
from marketplace.people.saved import operations, queries
from marketplace.people.saved.blueprint import blueprint
from marketplace.people.saved.models import Keeping
from marketplace.people.saved.page import match_of, ranking_of
from marketplace.people.supporters.queries import with_carers_time
from marketplace.people.visitor import current_answers
from marketplace.vocabulary import Role
from marketplace.web.access import Anyone, access


@blueprint.post("/find/results/<uuid:offer_id>/save")
@access(Anyone())
def later(offer_id: UUID) -> ResponseReturnValue:
    """Remember what the visitor wants to save, and lead them to their page, or to the way to one."""
    queries.named_offer(get_session(), offer_id)
    cookie[KEPT_OFFER] = str(offer_id)
    return redirect(url_for("saved.keep_later"), 303)


@blueprint.get("/save-offer")
@access(SignedIn())
def keep_later() -> ResponseReturnValue:
    """What is to be saved, and to whose page."""
    offer_id = _wanted()
    if offer_id is None:
        return redirect(url_for("accounts.me"))
    session, account = get_session(), signed_in_account()
    return render_template(
        "saved/later.html",
        offer=queries.named_offer(session, offer_id),
        helped=people_helped_by(session, account_id=account.id, today=london_day()),
        has_page=person_of_account(session, account.id) is not None,
    )


@blueprint.post("/save-offer")
@access(SignedIn())
def keep_later_sent() -> ResponseReturnValue:
    """Save it; the answers that found it are offered to be saved next."""
    session, account = get_session(), signed_in_account()
    offer_id = _wanted() or request.form.get("offer", type=UUID)
    if offer_id is None:
        return redirect(url_for("accounts.me"), 303)
    offer = queries.named_offer(session, offer_id)
    helped = people_helped_by(session, account_id=account.id, today=london_day())
    whose = request.form.get("whose", type=UUID)
    person = next((one for one in helped if one.id == whose), None)
    if person is None and whose is not None:
        abort(404)  # their help ended meanwhile: it is not saved somewhere else instead
    by = Doer(account=account, role=Role.SUPPORTER if person else Role.PERSON)
    person = person or begin_page(session, account=account)
    answers, _names = with_carers_time(session, person=person, answers=person.answers, today=london_day())
    ranking = ranking_of(session, answers if answers.get("goals") else current_answers(), today=london_day())
    operations.keep_match(
        session,
        person=person,
        offer_id=offer_id,
        keeping=Keeping.SAVED,
        was=operations.as_it_is(offer, match_of(ranking, offer_id)),
        by=by,
    )
    session.commit()
    cookie.pop(KEPT_OFFER, None)
    if current_answers() and person.account_id == account.id:
        return redirect(url_for("profile.save_answers", whose="me"), 303)
    return redirect(url_for("saved.saved", person_id=person.id, _anchor=f"saved-{offer_id}"), 303)


def _wanted() -> UUID | None:
    try:
        return UUID(cookie.get(KEPT_OFFER, ""))
    except ValueError:
        return None
