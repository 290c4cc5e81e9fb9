"""What stands on a provider's home page: where it stands, what was said to it, what is left to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from marketplace.listing.joining.offer_tasks import OfferLine, new_offer_address, offers_of
from marketplace.listing.joining.tasks import Task, TaskSection, TaskState, tasks_of
from marketplace.listing.sending import open_tasks
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.providers.operations import SENDABLE
from marketplace.providers.sending import Answer, AnswerKind, waiting_document, words_for
from marketplace.web.today import london_day


@dataclass(frozen=True, kw_only=True)
class Home:
    """Everything that the page shows."""

    provider: Provider
    tasks: tuple[Task, ...]
    open_tasks: tuple[Task, ...]
    offers: tuple[OfferLine, ...]
    new_offer: str
    """Where another offer is begun."""
    answers: Sequence[Answer]
    notes: Sequence[Answer]
    change_waits: bool
    """Something that an active provider said of itself waits to be checked."""
    closes_on: date | None

    @property
    def can_be_sent(self) -> bool:
        return self.provider.status in SENDABLE and not self.open_tasks

    @property
    def checks_are_missing(self) -> bool:
        """Something that is asked for was not seen: nobody finds the offers."""
        return any(
            task.section is TaskSection.CHECKS and task.state is TaskState.TO_DO for task in self.tasks
        )

    @property
    def is_new(self) -> bool:
        return self.provider.status in SENDABLE

    @property
    def sections(self) -> list[tuple[TaskSection, list[Task]]]:
        """The tasks under their headings; who is found already reads of the offers first."""
        found = [
            (section, [task for task in self.tasks if task.section is section]) for section in TaskSection
        ]
        shown = [
            (section, tasks)
            for section, tasks in found
            if tasks or (section is TaskSection.OFFERS and self.offers)
        ]
        if self.provider.status is ProviderStatus.ACTIVE:
            shown.sort(key=lambda one: one[0] is TaskSection.ABOUT)
        return shown

    @property
    def done(self) -> int:
        return sum(task.state not in {TaskState.TO_DO, TaskState.CHANGES_ASKED} for task in self._needed)

    @property
    def needed(self) -> int:
        return len(self._needed)

    @property
    def _needed(self) -> list[Task]:
        return [task for task in self.tasks if task.stops_sending and task.state is not TaskState.OPTIONAL]


def home_of(session: Session, provider: Provider) -> Home:
    """The home page of *provider*."""
    tasks = tasks_of(session, provider)
    said = words_for(session, provider.id)
    waits = waiting_document(session, provider.id) if provider.status is ProviderStatus.ACTIVE else None
    return Home(
        provider=provider,
        tasks=tasks,
        open_tasks=open_tasks(tasks),
        offers=offers_of(session, provider),
        new_offer=new_offer_address(provider),
        answers=[one for one in said if one.kind is not AnswerKind.NOTE and one.offer_id is None],
        notes=[one for one in said if one.kind is AnswerKind.NOTE],
        change_waits=waits is not None,
        closes_on=_last_day(provider),
    )


def _last_day(provider: Provider) -> date | None:
    """Its last day: it closes at the midnight after it."""
    return london_day(provider.closed_at - timedelta(seconds=1)) if provider.closed_at else None
