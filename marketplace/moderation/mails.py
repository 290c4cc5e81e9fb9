"""The mails of moderation: plain text in simple English. To people they say nothing against anyone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.moderation.models import ReviewState
from marketplace.outbox import post

_END = "\n\nMeaningful Day\n"

_SUBJECT = {
    ReviewState.APPROVED: "{what} is checked",
    ReviewState.CHANGES_ASKED: "Please change something: {what}",
    ReviewState.REFUSED: "{what} was not accepted",
}
_BODY = {
    ReviewState.APPROVED: "We looked at {what} and approved it. From now on people can find what you offer, "
    "once everything else on your list is done.",
    ReviewState.CHANGES_ASKED: "We looked at {what}. Before we can show it, please change this:",
    ReviewState.REFUSED: "We looked at {what}. We can't show it. This is why:",
}


def tell_decision(
    session: Session,
    *,
    to: Iterable[Account],
    state: ReviewState,
    what: str,
    words: str,
    address: str,
    review_id: uuid.UUID,
) -> None:
    """To everyone who acts for the provider: what was decided, with the moderator's words."""
    said = f"\n\n{words}" if words else ""
    for account in to:
        post(
            session,
            recipient=account.email,
            kind="review_decided",
            subject=_SUBJECT[state].format(what=what),
            body=f"Hello {account.name},\n\n{_BODY[state].format(what=what)}{said}\n\n"
            f"See your page:\n\n{address}{_END}",
            account_id=account.id,
            same_as=f"review-{review_id}-{state.value}-{account.id}",
        )


def tell_suspended(
    session: Session,
    *,
    to: Iterable[Account],
    name: str,
    words: str,
    address: str,
    suspension_id: uuid.UUID,
) -> None:
    for account in to:
        post(
            session,
            recipient=account.email,
            kind="provider_suspended",
            subject=f"{name} is not shown now",
            body=f"Hello {account.name},\n\nWe have stopped showing {name} and everything that it offers. "
            f"You can still sign in and read your pages.\n\n{words}\n\nSee your page:\n\n{address}{_END}",
            account_id=account.id,
            same_as=f"suspended-{suspension_id}-{account.id}",
        )


def tell_restored(
    session: Session, *, to: Iterable[Account], name: str, address: str, suspension_id: uuid.UUID
) -> None:
    for account in to:
        post(
            session,
            recipient=account.email,
            kind="provider_restored",
            subject=f"{name} is shown again",
            body=f"Hello {account.name},\n\nPeople can find {name} again.\n\n"
            f"See your page:\n\n{address}{_END}",
            account_id=account.id,
            same_as=f"restored-{suspension_id}-{account.id}",
        )


def tell_not_shown(
    session: Session,
    *,
    to: Account,
    offers: list[str],
    whom: str,
    address: str,
    suspension_id: uuid.UUID,
    person_id: uuid.UUID,
) -> None:
    """To whoever kept an offer of a suspended provider. It says no reason, and accuses nobody."""
    names = "\n".join(f"- {name}" for name in offers)
    kept = "You saved" if not whom else f"{whom} saved"
    post(
        session,
        recipient=to.email,
        kind="saved_not_shown",
        subject="Something that you saved is not shown now"
        if not whom
        else f"Something that {whom} saved is not shown now",
        body=f"Hello {to.name},\n\n{kept} this:\n\n{names}\n\nWe don't show it at the moment. This can have "
        "many reasons. It says nothing against anyone.\n\nHere is what else fits:\n\n"
        f"{address}\n\nIf you are worried about anything, tell someone you trust, or ring your council.{_END}",
        account_id=to.id,
        same_as=f"not-shown-{suspension_id}-{person_id}-{to.id}",
    )


def tell_moderators_of_closing(
    session: Session, *, to: Iterable[Account], name: str, last_day: date, before: date | None, address: str
) -> None:
    """A provider said that it closes, changed its last day, or only why. Its own words stay on the site."""
    on = f"{last_day.day} {last_day:%B %Y}"
    if before is None:
        subject, day = f"{name} says that it closes", f"The last day is {on}."
    elif before != last_day:
        subject, day = f"{name} changed its last day", f"The last day is now {on}."
    else:
        subject, day = f"{name} wrote again why it closes", f"The last day is the same: {on}."
    for account in to:
        post(
            session,
            recipient=account.email,
            kind="provider_says_it_closes",
            subject=subject,
            body=f"Hello {account.name},\n\n{subject}. {day}\n\nRead why, and see how many people it touches:\n\n"
            f"{address}{_END}",
            account_id=account.id,
        )


def tell_goes_on(session: Session, *, to: Account, provider: str, address: str, same_as: str) -> None:
    """To whoever was told that a provider closes: it goes on."""
    post(
        session,
        recipient=to.email,
        kind="provider_goes_on",
        subject=f"{provider} goes on",
        body=f"Hello {to.name},\n\nGood news: {provider} goes on after all. Everything stays as it is.\n\n"
        f"See it here:\n\n{address}{_END}",
        account_id=to.id,
        same_as=same_as,
    )


def tell_closure(
    session: Session,
    *,
    to: Account,
    offers: list[str],
    provider: str,
    is_individual: bool,
    whom: str,
    last_day: str,
    found: int,
    address: str,
    same_as: str,
) -> None:
    """To whoever used something of a provider that closes: until when, and that we looked for more."""
    names = "\n".join(f"- {name}" for name in offers)
    uses = "You use, or saved, this" if not whom else f"{whom} uses, or saved, this"
    ends = f"{provider} {'stops' if is_individual else 'closes'}"
    when = f"The last day is {last_day}." if last_day else "It has stopped."
    looked = (
        "We looked for what else fits and found something."
        if found
        else "We looked for what else fits. We have not found it yet."
    )
    post(
        session,
        recipient=to.email,
        kind="provider_closes",
        subject=ends,
        body=f"Hello {to.name},\n\n{uses}:\n\n{names}\n\n{ends}. {when}\n\n{looked} "
        f"See it here:\n\n{address}\n\nYou don't have to do anything today. "
        f"You can ask someone to help you choose.{_END}",
        account_id=to.id,
        same_as=same_as,
    )
