"""Enquiries on a provider's own pages: their place in the frame, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from marketplace.enquiries.queries import waiting_for_provider
from marketplace.listing.frame import place_of
from marketplace.listing.joining.tasks import Task, TaskSection, TaskState, task_of
from marketplace.providers.models import Provider
from marketplace.vocabulary import N_

place_of("enquiries.of_provider", N_("Enquiries"), "letter")


@task_of
def enquiry_tasks(session: Session, provider: Provider) -> Iterable[Task]:
    """One task while someone waits for an answer. It never keeps anything from being sent."""
    waiting = waiting_for_provider(session, provider.id)
    if not waiting:
        return ()
    return (
        Task(
            name=gettext("Answer enquiries"),
            state=TaskState.TO_DO,
            address=url_for("enquiries.of_provider", provider_id=provider.id),
            words=ngettext(
                "%(num)s person waits for your answer.", "%(num)s people wait for your answer.", waiting
            ),
            section=TaskSection.OFFERS,
            stops_sending=False,
        ),
    )
