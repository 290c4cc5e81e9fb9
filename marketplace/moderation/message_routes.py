"""Messages that a moderator reads: those that wait, and those in which something was noticed."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.enquiries.agreements.refusing import refused_in_agreements
from marketplace.enquiries.help.queries import stopped_answers
from marketplace.enquiries.messages.deciding import FLAGGED_FOR, decide, flagged, noticed, waiting
from marketplace.enquiries.messages.kinds import CaughtKind
from marketplace.enquiries.messages.operations import MessageRefusedError
from marketplace.moderation.blueprint import AS_MODERATOR, CONFLICT, blueprint
from marketplace.providers.queries import is_or_was_member
from marketplace.web import current_settings
from marketplace.web.access import access

_DONE = {"release", "refuse"}


@blueprint.get("/moderation/messages")
@access(AS_MODERATOR)
def messages() -> str:
    """What waits comes first; below it what passed with a warning."""
    return _page()


@blueprint.post("/moderation/messages/<uuid:message_id>")
@access(AS_MODERATOR)
def decide_message(message_id: UUID) -> ResponseReturnValue:
    """Let a message through or stop it. Nobody decides for a provider that they act for."""
    session, account = get_session(), signed_in_account()
    one = noticed(session, message_id) or abort(404)
    decision = request.form.get("decision", "")
    if decision not in _DONE:
        abort(422)
    if is_or_was_member(session, provider_id=one.provider.id, account_id=account.id):
        return _page(problem="own"), CONFLICT
    try:
        was_first = decide(
            session,
            one.message,
            lets=decision == "release",
            account=account,
            now=datetime.now(UTC),
            base_url=current_settings().base_url,
        )
    except MessageRefusedError:
        session.rollback()
        return _page(problem="over"), CONFLICT
    if not was_first:
        return _page(problem="decided"), CONFLICT
    session.commit()
    return redirect(url_for("moderation.messages", done=decision), 303)


def _page(*, problem: str = "") -> str:
    session, done = get_session(), request.args.get("done", "")
    return render_template(
        "moderation/messages/messages.html",
        waiting=waiting(session),
        flagged=flagged(session, now=datetime.now(UTC)),
        stopped_answers=stopped_answers(session, since=datetime.now(UTC) - FLAGGED_FOR),
        refused_in_agreements=refused_in_agreements(session, since=datetime.now(UTC) - FLAGGED_FOR),
        kinds={kind.value: kind for kind in CaughtKind},
        problem=problem,
        done=done if done in _DONE else "",
    )
