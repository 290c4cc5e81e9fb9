"""Sending a provider to be checked, once nothing that is needed is missing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.listing.joining.offer_tasks import ready_offers
from marketplace.listing.joining.tasks import OPEN_STATES, Task, tasks_of
from marketplace.offers.drafts import send_draft
from marketplace.providers import operations
from marketplace.providers.models import Provider


class NotReadyError(Exception):
    """Something that is needed is missing; *tasks* say what."""

    def __init__(self, tasks: tuple[Task, ...]) -> None:
        super().__init__(", ".join(task.name for task in tasks))
        self.tasks = tasks


def open_tasks(tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """Those without which nothing can be sent."""
    return tuple(task for task in tasks if task.stops_sending and task.state in OPEN_STATES)


def send_provider(session: Session, provider: Provider, account: Account) -> bool:
    """Send *provider* to be checked, with its offers that are ready; False where it was sent already.

    Raises ``NotReadyError``.
    """
    to_do = open_tasks(tasks_of(session, provider))
    if to_do:
        raise NotReadyError(to_do)
    if not operations.send_provider(session, provider=provider, account=account):
        return False
    for offer in ready_offers(session, provider):
        send_draft(session, offer, account=account)
    return True


def send_provider_too(session: Session, provider: Provider, account: Account) -> bool:
    """With an offer send its provider, where nothing of it is missing: one is no use without the other."""
    if provider.status not in operations.SENDABLE or open_tasks(tasks_of(session, provider)):
        return False
    return send_provider(session, provider, account)
