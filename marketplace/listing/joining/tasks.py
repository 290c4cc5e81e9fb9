"""What a provider still has to do before it can be found: one list, from all rooms that know a part of it.

@task_of
def _tasks(session: Session, provider: Provider) -> Iterable[Task]: ...
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.providers.models import Provider
from marketplace.vocabulary import N_, Word


class TaskState(Word):
    """How far a task is, in words that stand beside it."""

    DONE = "done", N_("Done")
    TO_DO = "to_do", N_("To do")
    OPTIONAL = "optional", N_("You can add this")
    WAITING = "waiting", N_("Waiting to be checked")
    CHANGES_ASKED = "changes_asked", N_("Please change this")
    LIVE = "live", N_("People can find it")
    NOT_SHOWN = "not_shown", N_("Not shown now")


class TaskSection(Word):
    """Under which heading a task stands."""

    ABOUT = "about", N_("About you")
    OFFERS = "offers", N_("What you offer")
    CHECKS = "checks", N_("Checks")


OPEN_STATES = frozenset({TaskState.TO_DO, TaskState.CHANGES_ASKED})
"""With a task in one of them nothing can be sent, where the task stops sending."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One line of the list."""

    name: str
    """In the reader's words: translated already, or the provider's own."""
    state: TaskState
    address: str
    """The page where it is done; '' for one that can't be opened."""
    words: str = ""
    """A sentence below the name: what is missing, or what was asked."""
    section: TaskSection = TaskSection.ABOUT
    stops_sending: bool = True
    """Whether the provider can't be sent while this is open."""
    offer_id: uuid.UUID | None = None


TasksOf = Callable[[Session, Provider], Iterable[Task]]
_SOURCES: list[TasksOf] = []


def task_of(find: TasksOf) -> TasksOf:
    """Ask *find* for tasks of a provider, after those who registered before it."""
    if find not in _SOURCES:
        _SOURCES.append(find)
    return find


def tasks_of(session: Session, provider: Provider) -> tuple[Task, ...]:
    """Everything that there is to do for *provider*, by section and in the order of registering."""
    found = [task for find in _SOURCES for task in find(session, provider)]
    return tuple(sorted(found, key=lambda task: task.section.position))
