"""Checks in the list of what a provider still has to do."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.listing.checks.page import missing_words, soon_words
from marketplace.listing.joining.tasks import Task, TaskSection, TaskState, task_of
from marketplace.providers.checks import demands_for, standing
from marketplace.providers.models import Provider
from marketplace.web.today import london_today


@task_of
def _checks(session: Session, provider: Provider) -> Iterable[Task]:
    """Sending does not wait for checks: a moderator looks at the papers after it."""
    today = london_today()
    demands = demands_for(session, provider)
    stands = standing(provider.checks, demands, today=today)
    if stands.missing:
        state = TaskState.TO_DO
        words = _("Still to be seen: %(checks)s.", checks=missing_words(stands.missing))
    elif demands:
        state, words = TaskState.DONE, soon_words(provider, stands, today=today)
    else:
        state, words = TaskState.OPTIONAL, _("Nothing is asked for. What was seen is shown with its date.")
    yield Task(
        name=_("Your checks"),
        state=state,
        address=url_for("provider_checks.checks", provider_id=provider.id),
        words=words,
        section=TaskSection.CHECKS,
        stops_sending=False,
    )
