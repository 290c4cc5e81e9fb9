"""Worries that somebody told: what moderators read and do about them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import case, select

from marketplace.accounts.current import signed_in_account
from marketplace.accounts.models import Account
from marketplace.db import get_session
from marketplace.enquiries.concerns.models import Concern, ConcernState
from marketplace.enquiries.concerns.operations import StaleConcernError, read_at, triage
from marketplace.enquiries.models import EnquiryMessage
from marketplace.moderation.blueprint import AS_MODERATOR, CONFLICT, UNPROCESSABLE, blueprint
from marketplace.offers.models import Offer
from marketplace.providers.models import Provider
from marketplace.providers.queries import is_or_was_member
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.typed import own_words

_MOST = 200
_LONGEST = 4000


@blueprint.get("/moderation/concerns")
@access(AS_MODERATOR)
def concerns() -> str:
    """Where someone may be hurt comes first, then what nobody has read; closed ones come last."""
    session = get_session()
    closed = case((Concern.state == ConcernState.CLOSED, 1), else_=0)
    danger = case((Concern.someone_is_in_danger, 0), else_=1)
    unread = case((Concern.state == ConcernState.NEW, 0), else_=1)
    rows = session.execute(
        select(Concern, Provider.name)
        .outerjoin(Provider, Provider.id == Concern.about_provider_id)
        .order_by(closed, danger, unread, Concern.made_at)
        .limit(_MOST)
    ).all()
    return render_template("moderation/concerns/concerns.html", rows=rows)


@blueprint.route("/moderation/concerns/<uuid:concern_id>", methods=["GET", "POST"])
@access(AS_MODERATOR)
def concern(concern_id: UUID) -> ResponseReturnValue:
    """Read one worry; look at it, stop messages, pass it on, or close it with words."""
    session, account = get_session(), signed_in_account()
    one = session.get(Concern, concern_id) or abort(404)
    is_own = one.about_provider_id is not None and is_or_was_member(
        session, provider_id=one.about_provider_id, account_id=account.id
    )
    if is_own:
        return render_template("moderation/concerns/own.html"), CONFLICT
    words, problem = own_words(request.form.get("words", one.triage_words)), ""
    if request.method == "POST":
        if request.form.get("state") not in set(ConcernState) or len(words) > _LONGEST:
            abort(UNPROCESSABLE)
        state = ConcernState(request.form["state"])
        if words or state not in (ConcernState.CLOSED, ConcernState.PASSED_ON):
            try:
                triage(
                    session,
                    one,
                    expected=request.form.get("read_at", ""),
                    state=state,
                    words=words,
                    holds_contact=request.form.get("holds_contact") == "yes",
                    account=account,
                    now=datetime.now(UTC),
                    erases_after=current_settings().retention.erase_after,
                )
            except StaleConcernError:
                session.rollback()
                problem = "stale"
            else:
                session.commit()
                return redirect(url_for("moderation.concern", concern_id=one.id, done="saved"), 303)
        else:
            problem = "words"
    page = render_template(
        "moderation/concerns/concern.html",
        concern=one,
        provider=session.get(Provider, one.about_provider_id) if one.about_provider_id else None,
        offer=session.get(Offer, one.about_offer_id) if one.about_offer_id else None,
        message=session.get(EnquiryMessage, one.message_id) if one.message_id else None,
        teller=session.get(Account, one.by_id) if one.by_id else None,
        states=tuple(ConcernState),
        words=words,
        theirs=one.triage_words if problem == "stale" else "",
        read_at=read_at(one),
        problem=problem,
        is_saved=request.args.get("done") == "saved",
    )
    return (page, CONFLICT if problem == "stale" else UNPROCESSABLE) if problem else page
