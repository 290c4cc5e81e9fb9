"""What a Personal Assistant still has to do, on the list of their home page."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from marketplace.listing.assistants.pay import costs_problem
from marketplace.listing.assistants.questions import REQUIRED, AssistantStep
from marketplace.listing.assistants.told import Told, answer_of, told_by
from marketplace.listing.joining.tasks import Task, TaskState, task_of
from marketplace.providers.models import Provider
from marketplace.web.templating import label
from marketplace.web.today import london_today


@task_of
def assistant_tasks(session: Session, provider: Provider) -> Iterator[Task]:
    """One line for each question, and one for what the service does."""
    if not provider.is_individual:
        return
    told = told_by(session, provider)
    has_read = told.details.contract_read_at is not None
    yield Task(
        name=gettext("Read what this service does"),
        state=TaskState.DONE if has_read else TaskState.TO_DO,
        address=url_for("assistants.what_we_do", provider_id=provider.id),
    )
    for step in told.steps:
        problem = _problem(session, told, step)
        yield Task(
            name=label(step),
            state=TaskState.TO_DO if problem else _state(step, told),
            address=url_for("assistants.question", provider_id=provider.id, step=step.value),
            words=problem,
        )


def pay_words(session: Session, told: Told, *, refused: bool) -> str:
    """What is wrong with the price of an hour: what is refused, or what is only told; '' where nothing is."""
    problem = costs_problem(session, told.provider, told.document.costs, today=london_today())
    return problem.words if problem is not None and problem.is_refused is refused else ""


def _problem(session: Session, told: Told, step: AssistantStep) -> str:
    # The law may have changed, or how they work, after the price was entered.
    return pay_words(session, told, refused=True) if step is AssistantStep.PAY else ""


def _state(step: AssistantStep, told: Told) -> TaskState:
    if answer_of(step, told):
        return TaskState.DONE
    return TaskState.TO_DO if step in REQUIRED else TaskState.OPTIONAL
