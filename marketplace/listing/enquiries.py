"""Enquiries on a provider's own pages: their place in the frame, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from marketplace.enquiries.queries import news_for_provider, waiting_for_provider
from marketplace.listing.frame import place_of
from marketplace.listing.joining.tasks import Task, TaskSection, TaskState, task_of
from marketplace.providers.models import Provider
from marketplace.vocabulary import N_

place_of(
    "enquiries.of_provider",
    N_("Enquiries"),
    "letter",
    rooms=("enquiries", "meetings", "places", "agreements", "concerns"),
)


@task_of
def enquiry_tasks(session: Session, provider: Provider) -> Iterable[Task]:
    """A task while someone waits for an answer, and one for what else is new. Neither stops sending."""
    waiting, news = waiting_for_provider(session, provider.id), news_for_provider(session, provider.id)
    words = (
        ngettext(
            "%(num)s enquiry waits for your answer.", "%(num)s enquiries wait for your answer.", waiting
        ),
        ngettext("There is news about %(num)s enquiry.", "There is news about %(num)s enquiries.", news),
    )
    names = (gettext("Answer enquiries"), gettext("Read what is new"))
    return [
        Task(
            name=name,
            state=TaskState.TO_DO,
            address=url_for("enquiries.of_provider", provider_id=provider.id),
            words=told,
            section=TaskSection.OFFERS,
            stops_sending=False,
        )
        for name, told, count in zip(names, words, (waiting, news), strict=True)
        if count
    ]
