"""Which short questions are asked of whom, and keeping and taking back what was answered. No request here.

Nobody is asked often: a line on the person's page, at most once in twelve weeks, and never again where
someone says so. What is answered counts only where the person agreed to be counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.commissioning.outcomes.models import Asks, SurveyAnswer
from marketplace.commissioning.outcomes.questions import RESERVED, Question, Questions
from marketplace.people.models import Person
from marketplace.vocabulary import Role

ASKED_AGAIN = timedelta(weeks=12)
AT_FIRST = timedelta(weeks=2)
"""A new page is left alone for so long."""
AT_ONCE = 3
NOT_NOW, NEVER = f"{RESERVED}not_now", f"{RESERVED}never"


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who answers: about the person, or a carer about themselves."""

    person: Person
    asks: Asks
    account: Account
    role: Role

    @property
    def rows(self) -> ColumnElement[bool]:
        """What was answered in the same place before. A carer's answers are their own."""
        same = and_(SurveyAnswer.person_id == self.person.id, SurveyAnswer.asks == self.asks)
        return and_(same, SurveyAnswer.said_by_id == self.account.id) if self.asks is Asks.CARER else same


@dataclass(frozen=True, slots=True)
class Before:
    """When each question was answered last, and whether nobody is to be asked again."""

    last: Mapping[str, date]
    never: bool

    def is_due(self, person: Person, *, today: date) -> bool:
        """Whether a line may ask on *today*."""
        if self.never:
            return False
        if person.created_at is not None and person.created_at.date() > today - AT_FIRST:
            return False
        return max(self.last.values(), default=date.min) <= today - ASKED_AGAIN


def before(session: Session, who: Respondent) -> Before:
    """One statement."""
    rows = session.execute(select(SurveyAnswer.question, SurveyAnswer.said_on).where(who.rows)).all()
    last: dict[str, date] = {}
    for question, said_on in rows:
        last[question] = max(said_on, last.get(question, date.min))
    return Before({name: day for name, day in last.items() if name != NEVER}, NEVER in last)


def next_questions(questions: Questions, who: Respondent, known: Before) -> tuple[Question, ...]:
    """Up to three: of each group the one that was not answered for the longest time, then the next ones."""
    open_ones = sorted(
        questions.asked_of(who.asks, age=who.person.age), key=lambda one: known.last.get(one.id, date.min)
    )
    first = [next((one for one in open_ones if one.group == group), None) for group in questions.groups]
    chosen = [one for one in first if one is not None]
    chosen += [one for one in open_ones if one not in chosen]
    return tuple(chosen[:AT_ONCE])


def keep_answers(
    session: Session,
    who: Respondent,
    values: Mapping[Question, int],
    *,
    helped: bool,
    form_token: str,
    today: date,
) -> None:
    """Keep one round of answers; none at all is 'not now'. The same form sent twice is kept once."""
    same_form = select(SurveyAnswer.id).where(who.rows, SurveyAnswer.form_token == form_token).limit(1)
    if session.scalar(same_form) is not None:
        return
    said = {question.id: value for question, value in values.items()} or {NOT_NOW: 0}
    session.add_all(
        SurveyAnswer(
            person_id=who.person.id,
            asks=who.asks,
            question=question,
            value=value,
            said_on=today,
            helped=helped,
            said_by_id=who.account.id,
            form_token=form_token,
        )
        for question, value in said.items()
    )
    session.flush()
    if values:
        _record(session, Action.QUESTIONS_ANSWERED, who, answers=len(values))


def take_back(session: Session, who: Respondent, *, form_token: str, today: date) -> bool:
    """Take back what this account answered today with one form; whether there was anything."""
    gone: Sequence[object] = session.scalars(
        delete(SurveyAnswer)
        .where(
            who.rows,
            SurveyAnswer.form_token == form_token,
            SurveyAnswer.said_by_id == who.account.id,
            SurveyAnswer.said_on == today,
        )
        .returning(SurveyAnswer.id)
    ).all()
    if gone:
        _record(session, Action.QUESTIONS_TAKEN_BACK, who)
    return bool(gone)


def ask_no_more(session: Session, who: Respondent, *, no_more: bool, today: date) -> None:
    """Whether a line may ask from now on. Saying it twice changes nothing."""
    known = session.scalar(select(SurveyAnswer.id).where(who.rows, SurveyAnswer.question == NEVER).limit(1))
    if no_more and known is None:
        session.add(
            SurveyAnswer(
                person_id=who.person.id,
                asks=who.asks,
                question=NEVER,
                value=0,
                said_on=today,
                said_by_id=who.account.id,
                form_token=f"{NEVER}:{who.account.id}",
            )
        )
        session.flush()
    if not no_more:
        session.execute(delete(SurveyAnswer).where(who.rows, SurveyAnswer.question == NEVER))


def _record(session: Session, action: Action, who: Respondent, **details: object) -> None:
    record(
        session,
        action=action,
        subject=who.person,
        details={"asks": who.asks, **details},
        actor=who.account,
        role=who.role,
    )
