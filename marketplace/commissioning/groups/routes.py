"""Groups that could be, and calls: commissioners choose what is shown to providers, and see their answers."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.blueprint import AS_COMMISSIONER, blueprint
from marketplace.commissioning.council import current_council, enter_council
from marketplace.commissioning.frame import place_of
from marketplace.commissioning.groups.models import GroupIdea, IdeaKind
from marketplace.commissioning.groups.operations import call_for, publish, withdraw
from marketplace.commissioning.groups.queries import called_for, calls_in, ideas_in
from marketplace.commissioning.next_offers.reading import one_that_could_be
from marketplace.commissioning.report.kept import newest_report
from marketplace.db import get_session
from marketplace.geo.council_areas import council_code
from marketplace.vocabulary import N_, Theme
from marketplace.web.access import access

place_of(
    "commissioning.groups",
    N_("Groups that could be"),
    N_("People near each other who want the same at the same time."),
    "community_group",
)


@blueprint.app_template_global()
def call_of(key: str) -> GroupIdea | None:
    """The call that providers see for a proposal of this request's council. Asked once a request."""
    if "called_for" not in g:
        g.called_for = called_for(get_session(), current_council().codes)
    found: GroupIdea | None = g.called_for.get(key)
    return found


@blueprint.get("/groups")
@access(AS_COMMISSIONER)
def groups() -> str:
    """Every group of the newest report in the council's districts."""
    session, council = get_session(), current_council()
    typed = request.args.get("theme", "")
    theme = Theme(typed) if typed in set(Theme) else None
    reading = newest_report(session)
    return render_template(
        "commissioning/groups/groups.html",
        council=council,
        lines=ideas_in(session, council.codes, theme=theme),
        themes=tuple(Theme),
        chosen={"theme": typed if theme else ""},
        day=None if reading is None else reading.day,
    )


@blueprint.get("/next-offers/calls")
@access(AS_COMMISSIONER)
def next_offers_calls() -> str:
    """Every call of the council with what providers began for it."""
    council = current_council()
    lines = calls_in(get_session(), council.codes)
    done = request.args.get("done", "")
    changed = next((line.idea for line in lines if str(line.idea.id) == done), None)
    return render_template("commissioning/groups/calls.html", council=council, lines=lines, changed=changed)


@blueprint.post("/next-offers/calls")
@access(AS_COMMISSIONER)
def next_offers_calls_new() -> ResponseReturnValue:
    """Ask providers for one of the newest report's proposals."""
    session = get_session()
    reading = newest_report(session)
    one = one_that_could_be(reading, current_council().code, request.form.get("offer", ""))
    if one is None or reading is None:
        abort(404)
    idea = call_for(session, one, found_on=reading.day, account=signed_in_account(), now=datetime.now(UTC))
    session.commit()
    return redirect(url_for("commissioning.next_offers_calls", done=idea.id), 303)


@blueprint.post("/groups/<uuid:idea_id>")
@access(AS_COMMISSIONER)
def groups_one(idea_id: uuid.UUID) -> ResponseReturnValue:
    """Show a group or a call to providers, or no longer."""
    session = get_session()
    idea = session.get(GroupIdea, idea_id)
    if idea is None:
        abort(404)
    enter_council(council_code(idea.district_code) or "")
    if request.form.get("do") == "withdraw":
        withdraw(session, idea, account=signed_in_account())
    else:
        publish(session, idea, account=signed_in_account(), now=datetime.now(UTC))
    is_call = idea.kind is IdeaKind.CALL
    session.commit()
    if is_call:
        return redirect(url_for("commissioning.next_offers_calls", done=idea_id), 303)
    return redirect(f"{url_for('commissioning.groups')}#group-{idea_id}", 303)
