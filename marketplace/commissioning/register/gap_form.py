"""The form of a gap with its owners, and what was typed as a plan."""

from __future__ import annotations

import uuid

from flask_babel import gettext
from sqlalchemy.orm import Session

from marketplace.commissioning.register.forms import GapForm
from marketplace.commissioning.register.operations import Plan
from marketplace.commissioning.register.queries import commissioners


def gap_form(
    session: Session, *, council_code: str, data: dict[str, object], owner: uuid.UUID | None = None
) -> GapForm:
    """Owners are commissioners of the council; who was one stays chosen until somebody else is."""
    form = GapForm(data=data)
    choices = [("", gettext("Nobody yet"))]
    choices += [(str(account_id), name) for account_id, name in commissioners(session, council_code)]
    if owner is not None and str(owner) not in dict(choices):
        choices.append((str(owner), gettext("Who had it before")))
    form.owner.choices = choices
    return form


def plan_of(form: GapForm) -> Plan:
    return Plan(
        title=form.title.data,
        why=form.why.data,
        owner_id=uuid.UUID(form.owner.data) if form.owner.data else None,
        action=form.action.data,
        due_on=form.due_on.data,
    )
