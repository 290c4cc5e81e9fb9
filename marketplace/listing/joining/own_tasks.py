"""The tasks of telling who one is, for organisations and groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from marketplace.listing.joining.steps import PARTS_OF, JoinStep, is_needed, steps_of
from marketplace.listing.joining.tasks import Task, TaskSection, TaskState, task_of
from marketplace.providers.document import CHECKED_FIRST, document_of
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.providers.operations import said_of
from marketplace.providers.queries import assistant_details
from marketplace.vocabulary import N_, LegalForm

NO_CONTACT = N_("Nobody can reach you yet. Give a phone number or an e-mail address.")


@task_of
def own_tasks(session: Session, provider: Provider) -> Iterable[Task]:
    """One task for each question; none for a Personal Assistant, who is asked other things."""
    return () if provider.is_individual else tuple(_tasks(session, provider))


def _tasks(session: Session, provider: Provider) -> Iterator[Task]:
    said = said_of(session, provider)
    live = document_of(provider, assistant_details(session, provider))
    is_known = provider.status is ProviderStatus.ACTIVE
    for step in steps_of(LegalForm(said["legal_form"])):
        parts = PARTS_OF[step]
        is_told = (
            bool(said[parts[0].value])
            if is_needed(step, provider.legal_form)
            else any(said[part.value] for part in parts)
        )
        waits = is_known and any(
            said[part.value] != live[part.value] for part in parts if part in CHECKED_FIRST
        )
        if waits:
            state = TaskState.WAITING
        elif is_told:
            state = TaskState.DONE
        else:
            stops = is_needed(step, provider.legal_form) and not is_known
            state = TaskState.TO_DO if stops else TaskState.OPTIONAL
        yield Task(
            name=gettext(step.label),
            state=state,
            address=url_for("joining.tell", provider_id=provider.id, step=step.value),
            words=gettext(NO_CONTACT) if step is JoinStep.CONTACT and not is_told else "",
            section=TaskSection.ABOUT,
        )
