"""The mails about helping a person: plain text in simple English, and no more than they have to say."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.outbox import post
from marketplace.people.models import Person
from marketplace.people.supporters.models import Supporter

_END = "\n\nMeaningful Day\n"


def send_invitation(
    session: Session,
    *,
    supporter: Supporter,
    person: Person,
    invited_by: str,
    by_the_person: bool,
    address: str,
) -> None:
    """Ask someone to help; the link in it is a secret until it is used."""
    whose = "their own page" if by_the_person else f"the page of {person.first_name}"
    post(
        session,
        recipient=supporter.email,
        kind="supporter_invited",
        subject=f"{invited_by} asks you to help on Meaningful Day",
        body=f"Hello {supporter.name},\n\n{invited_by} asks you to help with {whose} on Meaningful Day.\n"
        "There people find things to do near them that fit.\n\n"
        f"To see what it means, and to say yes or no, open this link:\n\n{address}\n\n"
        "The link works once, for 14 days. If you don't know who this is, you don't need to do anything."
        f"{_END}",
        holds_secret=True,
    )


def tell_yes(
    session: Session, *, to: Account, supporter: Supporter, person: Person, account: Account, invited: str
) -> None:
    """To the one who invited: who said yes, as the link may have gone from hand to hand."""
    answer = f"{supporter.name} said yes, and can now help on the page of {person.first_name}.\n"
    answer += f"They signed in as {account.name}, with the address {account.email}."
    if account.email != invited:
        answer += f"\n\nYou wrote to another address: {invited}.\n"
        answer += "If you don't know who this is, stop the help on the page 'Who helps'."
    _tell_answer(session, to=to, supporter=supporter, answer=answer)


def tell_no(session: Session, *, to: Account, supporter: Supporter, person: Person) -> None:
    """To the one who invited."""
    answer = f"{supporter.name} said no. They see nothing of the page of {person.first_name}."
    _tell_answer(session, to=to, supporter=supporter, answer=answer)


def _tell_answer(session: Session, *, to: Account, supporter: Supporter, answer: str) -> None:
    post(
        session,
        recipient=to.email,
        kind="supporter_answered",
        subject=f"{supporter.name} answered",
        body=f"Hello {to.name},\n\n{answer}{_END}",
        account_id=to.id,
    )


def tell_end(session: Session, *, supporter: Supporter, person: Person, owner: Account | None) -> None:
    """To both, that the help has ended. Nobody is told why."""
    first = person.first_name
    post(
        session,
        recipient=supporter.email,
        kind="supporter_ended",
        subject=f"You no longer help {first} on Meaningful Day",
        body=f"Hello {supporter.name},\n\nFrom now on you don't see the page of {first} any more.\n"
        f"If you have a question about this, please ask {first}.{_END}",
        account_id=supporter.account_id,
        same_as=f"supporter-ended-{supporter.id}",
    )
    if owner is not None:
        post(
            session,
            recipient=owner.email,
            kind="supporter_ended",
            subject=f"{supporter.name} no longer helps you on Meaningful Day",
            body=f"Hello {owner.name},\n\n{supporter.name} no longer sees your page.\n"
            f"You can ask someone else to help you, whenever you like.{_END}",
            account_id=owner.id,
            same_as=f"supporter-ended-{supporter.id}-person",
        )


def tell_new_end(session: Session, *, supporter: Supporter, person: Person, day: date) -> None:
    post(
        session,
        recipient=supporter.email,
        kind="supporter_changed",
        subject=f"Until when you help {person.first_name} on Meaningful Day",
        body=f"Hello {supporter.name},\n\nYou can now help on the page of {person.first_name} "
        f"until {day.day} {day:%B %Y}.{_END}",
        account_id=supporter.account_id,
        same_as=f"supporter-{supporter.id}-until-{day.isoformat()}",
    )
