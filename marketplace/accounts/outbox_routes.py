"""The page where administrators see whether mail goes out, and have it tried again."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.access import HasRole
from marketplace.accounts.current import signed_in_account
from marketplace.audit import Action, record
from marketplace.db import get_session
from marketplace.outbox.looking import outbox_state, try_again
from marketplace.vocabulary import Role
from marketplace.web.access import access

blueprint = Blueprint("outbox", __name__, url_prefix="/administration")


@blueprint.route("/outbox", methods=["GET", "POST"])
@access(HasRole(Role.ADMINISTRATOR))
def outbox() -> ResponseReturnValue:
    """Counts, and what did not go out; a button has it tried again."""
    session, now = get_session(), datetime.now(UTC)
    if request.method == "POST":
        tried = try_again(session, now=now)
        if tried:
            record(
                session,
                action=Action.MAIL_TRIED_AGAIN,
                subject=("outbox", "all"),
                details={"mails": tried},
                actor=signed_in_account(),
                role=Role.ADMINISTRATOR,
            )
            session.commit()
        return redirect(url_for("outbox.outbox", done="tried"), 303)
    return render_template(
        "accounts/outbox.html",
        state=outbox_state(session, now=now),
        is_done=request.args.get("done") == "tried",
    )
