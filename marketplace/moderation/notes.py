"""Asking a provider to make something better, and seeing what came of it.

Functions here know no request and do not commit.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.moderation.models import ImprovementNote
from marketplace.providers.models import Provider
from marketplace.providers.sending import Answer, AnswerKind, register_words
from marketplace.vocabulary import Role


def write_note(
    session: Session,
    *,
    note_id: uuid.UUID,
    provider: Provider,
    text: str,
    is_shared: bool,
    due_on: date | None,
    by: Account,
) -> None:
    """Keep a note; the same form sent twice keeps one."""
    note = ImprovementNote(
        id=note_id,
        provider_id=provider.id,
        text=text,
        shared_with_provider=is_shared,
        due_on=due_on,
        written_at=datetime.now(UTC),
        written_by_id=by.id,
    )
    if session.get(ImprovementNote, note_id) is not None:
        return
    try:
        with session.begin_nested():
            session.add(note)
    except IntegrityError:
        return
    details = {"provider": provider.id, "is_shared": is_shared, "due_on": due_on}
    record(
        session, action=Action.IMPROVEMENT_ASKED, subject=note, details=details, actor=by, role=Role.MODERATOR
    )


def finish_note(session: Session, *, note: ImprovementNote, words: str, by: Account) -> None:
    """What came of it. Twice is once: the first words stay."""
    done = session.execute(
        update(ImprovementNote)
        .where(ImprovementNote.id == note.id, ImprovementNote.done_at.is_(None))
        .values(done_at=datetime.now(UTC), done_words=words)
        .returning(ImprovementNote.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not done:
        return
    record(
        session,
        action=Action.IMPROVEMENT_DONE,
        subject=note,
        details={"provider": note.provider_id},
        actor=by,
        role=Role.MODERATOR,
    )


@register_words
def notes_for_provider(session: Session, provider_id: uuid.UUID) -> list[Answer]:
    """The notes that the provider reads on its own page: shared, and not settled."""
    notes = session.scalars(
        select(ImprovementNote)
        .where(
            ImprovementNote.provider_id == provider_id,
            ImprovementNote.shared_with_provider,
            ImprovementNote.done_at.is_(None),
        )
        .order_by(ImprovementNote.written_at, ImprovementNote.id)
    )
    return [
        Answer(kind=AnswerKind.NOTE, words=note.text, at=note.written_at, due_on=note.due_on)
        for note in notes
    ]
