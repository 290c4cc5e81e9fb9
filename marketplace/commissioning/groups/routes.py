"""Groups that could be: commissioners choose which are shown to providers."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.blueprint import AS_COMMISSIONER, blueprint
from marketplace.commissioning.council import current_council, enter_council
from marketplace.commissioning.frame import place_of
from marketplace.commissioning.groups.models import GroupIdea
from marketplace.commissioning.groups.operations import publish, withdraw
from marketplace.commissioning.groups.queries import ideas_in
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


@blueprint.post("/groups/<uuid:idea_id>")
@access(AS_COMMISSIONER)
def groups_one(idea_id: uuid.UUID) -> ResponseReturnValue:
    """Show a group to providers, or no longer."""
    session = get_session()
    idea = session.get(GroupIdea, idea_id)
    if idea is None:
        abort(404)
    enter_council(council_code(idea.district_code) or "")
    if request.form.get("do") == "withdraw":
        withdraw(session, idea, account=signed_in_account())
    else:
        publish(session, idea, account=signed_in_account(), now=datetime.now(UTC))
    session.commit()
    return redirect(f"{url_for('commissioning.groups')}#group-{idea_id}", 303)
