"""What happens around a provider that rooms above this one take care of: each registers its function.

``@on_sent`` makes the review in the transaction in which something was sent to be checked; ``sent`` is
called by whoever sends. So joining and editing offers need not know moderation, and moderation hears of
everything that was sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.providers.models import Provider
from marketplace.vocabulary import N_, Word

Document = Mapping[str, Any]
Registered = TypeVar("Registered")


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Something that a provider wants to be checked: itself, or one of its offers."""

    provider: Provider
    offer_id: uuid.UUID | None
    """None where it is about the provider itself."""
    document: Document
    """What it should say: an offer document, or what a provider says of itself."""
    live: Document | None
    """What the public reads now; None for something new."""
    draft_version: int
    account: Account


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """What was sent is not to be checked after all."""

    provider: Provider
    offer_id: uuid.UUID | None
    account: Account


@dataclass(frozen=True, kw_only=True)
class Closing:
    """A provider says itself that it ends."""

    provider: Provider
    closes_on: date
    reason: str
    account: Account


class AnswerKind(Word):
    """What a moderator's words are about."""

    CHANGES_ASKED = "changes_asked", N_("Changes asked for")
    REFUSED = "refused", N_("Not accepted")
    SUSPENDED = "suspended", N_("Suspended")
    NOTE = "note", N_("Please make this better")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Words of a moderator that the provider reads; only those that still stand."""

    kind: AnswerKind
    words: str
    at: datetime
    offer_id: uuid.UUID | None = None
    """None where they are about the provider itself."""
    due_on: date | None = None


OnSent = Callable[[Session, Sending], None]
OnTakenBack = Callable[[Session, TakenBack], None]
OnClosing = Callable[[Session, Closing], None]
Answers = Callable[[Session, uuid.UUID], Sequence[Answer]]
OnLeft = Callable[[Session, Provider], None]
WaitingDocument = Callable[[Session, uuid.UUID], Document | None]

_ON_SENT: list[OnSent] = []
_ON_TAKEN_BACK: list[OnTakenBack] = []
_ON_CLOSING: list[OnClosing] = []
_ANSWERS: list[Answers] = []
_WAITING: list[WaitingDocument] = []
_ON_LEFT: list[OnLeft] = []


def on_sent(handle: OnSent) -> OnSent:
    """Call *handle* for whatever is sent to be checked. Registering twice is once."""
    return _keep(_ON_SENT, handle)


def on_taken_back(handle: OnTakenBack) -> OnTakenBack:
    """Call *handle* when something that was sent is taken back."""
    return _keep(_ON_TAKEN_BACK, handle)


def on_left(handle: OnLeft) -> OnLeft:
    """Call *handle* when the last one who acted for a closed Personal Assistant's page has left."""
    return _keep(_ON_LEFT, handle)


def left(session: Session, provider: Provider) -> None:
    """What the rooms above hold of where a Personal Assistant lives is forgotten."""
    for handle in _ON_LEFT:
        handle(session, provider)


def on_closing(handle: OnClosing) -> OnClosing:
    """Call *handle* when a provider says that it closes: to close it and tell those who use it."""
    return _keep(_ON_CLOSING, handle)


def register_words(find: Answers) -> Answers:
    """Ask *find* for the words of moderators that a provider reads on its home page."""
    return _keep(_ANSWERS, find)


def register_waiting(find: WaitingDocument) -> WaitingDocument:
    """Ask *find* for what a provider has said of itself that waits to be checked."""
    return _keep(_WAITING, find)


def sent(
    session: Session,
    *,
    provider: Provider,
    offer_id: uuid.UUID | None = None,
    document: Document,
    live: Document | None,
    draft_version: int,
    account: Account,
) -> None:
    """Say that something is to be checked, in the transaction that marked it as waiting."""
    what = Sending(
        provider=provider,
        offer_id=offer_id,
        document=document,
        live=live,
        draft_version=draft_version,
        account=account,
    )
    for handle in _ON_SENT:
        handle(session, what)


def taken_back(
    session: Session, *, provider: Provider, offer_id: uuid.UUID | None = None, account: Account
) -> None:
    """Say that what was sent is not to be checked, in the transaction that opened it again."""
    what = TakenBack(provider=provider, offer_id=offer_id, account=account)
    for handle in _ON_TAKEN_BACK:
        handle(session, what)


def closing(session: Session, *, provider: Provider, closes_on: date, reason: str, account: Account) -> None:
    """Say that the provider ends on *closes_on*; who listens closes it and tells those who use it."""
    what = Closing(provider=provider, closes_on=closes_on, reason=reason, account=account)
    for handle in _ON_CLOSING:
        handle(session, what)


def words_for(session: Session, provider_id: uuid.UUID) -> list[Answer]:
    """Everything that moderators said to the provider and that still stands, the newest first."""
    found = [answer for find in _ANSWERS for answer in find(session, provider_id)]
    return sorted(found, key=lambda answer: answer.at, reverse=True)


def waiting_document(session: Session, provider_id: uuid.UUID) -> Document | None:
    """What the provider said of itself that nobody has decided about yet; None where nothing waits."""
    return next((found for find in _WAITING if (found := find(session, provider_id)) is not None), None)


def _keep(functions: list[Registered], function: Registered) -> Registered:
    if function not in functions:
        functions.append(function)
    return function
