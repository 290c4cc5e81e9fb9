"""Requests for help on a provider's own pages: their place in the frame, and how many wait for an answer."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from marketplace.enquiries.help.queries import unanswered_of_provider
from marketplace.listing.frame import place_of
from marketplace.listing.joining.tasks import Task, TaskSection, TaskState, task_of
from marketplace.providers.models import Provider
from marketplace.vocabulary import N_
from marketplace.web.today import london_today

place_of("help.of_provider", N_("Help wanted"), "help", rooms=("help",))


@task_of
def help_wanted_tasks(session: Session, provider: Provider) -> Iterable[Task]:
    """One task while a request waits. It never keeps anything from being sent."""
    waiting = unanswered_of_provider(session, provider.id, today=london_today())
    if not waiting:
        return ()
    return (
        Task(
            name=gettext("Say if you can help"),
            state=TaskState.TO_DO,
            address=url_for("help.of_provider", provider_id=provider.id),
            words=ngettext(
                "%(num)s request for help waits for you.", "%(num)s requests for help wait for you.", waiting
            ),
            section=TaskSection.OFFERS,
            stops_sending=False,
        ),
    )
