"""What stands on the pages of an enquiry: its state in words, and its steps and messages in order."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.enquiries.agreements.happened import Fact, facts_of
from marketplace.enquiries.agreements.terms import agreement_of
from marketplace.enquiries.messages.passing import messages_for
from marketplace.enquiries.models import (
    DeclineReason,
    Enquiry,
    EnquiryMessage,
    EnquiryMove,
    EnquiryState,
    Side,
)
from marketplace.enquiries.queries import moves_of
from marketplace.people.models import Person
from marketplace.vocabulary import N_
from marketplace.web.templating import day_words, label

_S = EnquiryState

PICTURES: Mapping[EnquiryState, str] = {
    _S.SENT: "letter",
    _S.SEEN: "eye",
    _S.MORE_ASKED: "talk",
    _S.MEETING: "calendar",
    _S.TASTER: "calendar",
    _S.WAITING: "time",
    _S.AGREED: "tick",
    _S.DECLINED: "cross",
    _S.WITHDRAWN: "clear",
    _S.NO_ANSWER: "not_sure",
}
_NOW: Mapping[EnquiryState, str] = {
    _S.SENT: N_("They have not looked at it yet. You get a mail when they answer."),
    _S.SEEN: N_("They have seen it. You get a mail when they answer."),
    _S.MORE_ASKED: N_("They asked you something. Answer below."),
    _S.MEETING: N_("A time to meet was proposed."),
    _S.TASTER: N_("You can try it once before you decide."),
    _S.WAITING: N_("There is no place now. You are on the waiting list."),
    _S.AGREED: N_("Both sides said yes."),
    _S.DECLINED: N_("They can’t do this now. You can ask someone else."),
    _S.WITHDRAWN: N_("You took it back. They don’t see your profile any more."),
    _S.NO_ANSWER: N_("They did not answer. You can ask someone else."),
}
PROVIDER_STATES: Mapping[EnquiryState, str] = {
    _S.SENT: N_("New"),
    _S.SEEN: N_("Waiting for you"),
    _S.MORE_ASKED: N_("You asked something"),
    _S.MEETING: N_("A meeting was proposed"),
    _S.TASTER: N_("A taster session"),
    _S.WAITING: N_("On the waiting list"),
    _S.AGREED: N_("Agreed"),
    _S.DECLINED: N_("You said no"),
    _S.WITHDRAWN: N_("Taken back"),
    _S.NO_ANSWER: N_("Not answered"),
}
_PROVIDER_NOW: Mapping[EnquiryState, str] = {
    _S.SENT: N_("Someone waits for your answer."),
    _S.SEEN: N_("Someone waits for your answer."),
    _S.MORE_ASKED: N_("You asked something. You get a mail when there is an answer."),
    _S.MEETING: N_("A time to meet was proposed."),
    _S.TASTER: N_("They can try it once before they decide."),
    _S.WAITING: N_("They are on your waiting list."),
    _S.AGREED: N_("Both sides said yes."),
    _S.DECLINED: N_("You said no. You don’t see the profile any more."),
    _S.WITHDRAWN: N_("It was taken back. You don’t see the profile any more."),
    _S.NO_ANSWER: N_("It was not answered in time. You can still answer."),
}
_STEPS: Mapping[EnquiryState, str] = {
    _S.SENT: N_("The enquiry was sent"),
    _S.SEEN: N_("They have seen it"),
    _S.MORE_ASKED: N_("They asked something"),
    _S.MEETING: N_("A meeting was proposed"),
    _S.TASTER: N_("A taster session was proposed"),
    _S.WAITING: N_("It is on the waiting list"),
    _S.AGREED: N_("It is agreed"),
    _S.DECLINED: N_("They can’t do it"),
    _S.WITHDRAWN: N_("It was taken back"),
    _S.NO_ANSWER: N_("Nobody answered in time"),
}
_PROVIDER_STEPS: Mapping[EnquiryState, str] = {
    **_STEPS,
    _S.SEEN: N_("You have seen it"),
    _S.MORE_ASKED: N_("You asked something"),
    _S.DECLINED: N_("You said no"),
}
_HAS_CLOSED = N_("It has closed")
_CLOSED_NOW: Mapping[Side, str] = {
    Side.PERSON: N_("It has closed, so this has ended. You can ask someone else."),
    Side.PROVIDER: N_("It has closed, so this has ended. You don’t see the profile any more."),
}
_ANSWERED = N_("It was answered")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[^\Wa-z_]|[“‘\"'])")
"""After a full stop, before a capital letter, a digit or a quotation: 'e.g. soup' and '10 a.m. on' stay whole."""
_ANOTHER_TIME = N_("The times were taken back, or did not suit")


@dataclass(frozen=True, slots=True)
class Entry:
    """A step of an enquiry, or a message: what happened, who did it, and when."""

    at: datetime
    side: Side
    words: str
    """What the step was; '' for a message."""
    text: str
    """What was written, as it was typed."""
    who: str
    picture: str
    is_own: bool
    """Done by the reader's own side."""
    lines: tuple[str, ...] = ()
    """What exactly, line by line."""
    message: EnquiryMessage | None = None
    waits: bool = False
    """A moderator reads it before the other side does."""
    was_stopped: bool = False
    """A moderator read it, and the other side never does."""


def state_words(enquiry: Enquiry, side: Side) -> str:
    if enquiry.decline_reason is DeclineReason.CLOSED:
        return gettext(_HAS_CLOSED)
    return gettext(PROVIDER_STATES[enquiry.state]) if side is Side.PROVIDER else label(enquiry.state)


def now_words(enquiry: Enquiry, side: Side) -> str:
    """What the state means for this side, in a sentence or two."""
    if enquiry.decline_reason is DeclineReason.CLOSED:
        return gettext(_CLOSED_NOW[side])
    return gettext((_PROVIDER_NOW if side is Side.PROVIDER else _NOW)[enquiry.state])


def ended_words(session: Session, enquiry: Enquiry, *, today: date) -> str:
    """That what was agreed is over, and since when; '' while it may still go on. One statement at most."""
    agreement = agreement_of(session, enquiry.id) if enquiry.state is EnquiryState.AGREED else None
    if agreement is None or agreement.ended_on is None or agreement.ended_on >= today:
        return ""
    return gettext("It ended. The last day was %(day)s.", day=day_words(agreement.ended_on))


def sentences(text: str) -> list[str]:
    """What was written, a sentence a line, for whoever reads Easy Read. Not a letter is changed."""
    return [part for line in text.splitlines() for part in _SENTENCE_ENDS.split(line.strip()) if part]


def waits(message: EnquiryMessage) -> bool:
    """Whether a moderator still has to read it."""
    return message.held_at is not None and message.released_at is None and message.refused_at is None


def timeline(
    session: Session, enquiry: Enquiry, *, side: Side, provider_name: str, reader: Account
) -> list[Entry]:
    """All that happened in the enquiry as *side* may see it, the oldest first.

    Five statements, and up to three more where something is agreed.
    """
    moves = moves_of(session, enquiry.id)
    messages = messages_for(session, enquiry.id, side=side)
    facts = facts_of(session, enquiry, side=side, now=datetime.now(UTC))
    doers = [one.by_id for one in moves] + [one.by_id for one in messages] + [one.by_id for one in facts]
    names = _names(session, {one for one in doers if one is not None})
    person_account = session.scalar(select(Person.account_id).where(Person.id == enquiry.person_id))
    whose = _Whose(enquiry, side, provider_name, reader, names, person_account)
    before = [None, *(one.state for one in moves)]
    entries = [_step(move, whose, was) for move, was in zip(moves, before, strict=False)]
    entries += [_fact(one, whose) for one in facts]
    entries += [_said(message, whose) for message in messages]
    # A question or an answer is one message and one step: the words stand below what they were.
    return sorted(entries, key=lambda one: (one.at, one.message is not None))


@dataclass(frozen=True, slots=True)
class _Whose:
    """Who reads, and what those on either side are called for them."""

    enquiry: Enquiry
    side: Side
    provider_name: str
    reader: Account
    names: Mapping[uuid.UUID, str]
    person_account_id: uuid.UUID | None

    def called(self, side: Side, by_id: uuid.UUID | None) -> str:
        if by_id is not None and by_id == self.reader.id:
            return gettext("You")
        if side is Side.SITE:
            return gettext("This site")
        if side is Side.PROVIDER:
            # Only colleagues read who of them it was: of an assistant no more is told than the public name.
            own = self.names.get(by_id) if by_id is not None and self.side is Side.PROVIDER else None
            return own or self.provider_name
        if by_id is None or by_id == self.person_account_id:
            return self.enquiry.name_shared
        if self.side is Side.PERSON:
            return self.names.get(by_id, self.enquiry.name_shared)
        return gettext("Someone who helps %(name)s", name=self.enquiry.name_shared)


def _step(move: EnquiryMove, whose: _Whose, before: EnquiryState | None) -> Entry:
    words = (_PROVIDER_STEPS if whose.side is Side.PROVIDER else _STEPS)[move.state]
    if move.state is EnquiryState.SEEN and before in {EnquiryState.MEETING, EnquiryState.TASTER}:
        words = _ANOTHER_TIME
    elif move.state is EnquiryState.SEEN and move.side is Side.PERSON:
        words = _ANSWERED
    elif move.state is EnquiryState.DECLINED and move.side is Side.SITE:
        words = _HAS_CLOSED
    return Entry(
        at=move.made_at,
        side=move.side,
        words=gettext(words),
        text=move.words,
        who=whose.called(move.side, move.by_id),
        picture=PICTURES[move.state],
        is_own=move.side is whose.side,
    )


def _fact(fact: Fact, whose: _Whose) -> Entry:
    return Entry(
        at=fact.at,
        side=fact.side,
        words=fact.words,
        text=fact.text,
        who=whose.called(fact.side, fact.by_id),
        picture=fact.picture,
        is_own=fact.side is whose.side,
        lines=fact.lines,
    )


def _said(message: EnquiryMessage, whose: _Whose) -> Entry:
    return Entry(
        at=message.sent_at,
        side=message.side,
        words="",
        text=message.text,
        who=whose.called(message.side, message.by_id),
        picture="talk",
        is_own=message.side is whose.side,
        message=message,
        waits=waits(message),
        was_stopped=message.refused_at is not None,
    )


def _names(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows}
