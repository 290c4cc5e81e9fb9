"""The mails of practitioners' work: plain text in simple English, without a word about the person's needs."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.outbox import post
from marketplace.people.caseload.models import Case, Shortlist
from marketplace.people.models import Person

_END = "\n\nMeaningful Day\n"


def tell_new_practitioner(
    session: Session, *, case: Case, person: Person, owner: Account | None, before: Account, now: Account
) -> None:
    """To the colleague, and to the person where they are online."""
    post(
        session,
        recipient=now.email,
        kind="case_handed_over",
        subject=f"{before.name} handed a case over to you",
        body=f"Hello {now.name},\n\n{before.name} asks you to go on working with {person.first_name}.\n"
        f"You find {person.first_name} in your caseload.{_END}",
        account_id=now.id,
        same_as=f"case-{case.id}",
    )
    if owner is not None:
        post(
            session,
            recipient=owner.email,
            kind="case_handed_over",
            subject="Someone new works with you",
            body=f"Hello {owner.name},\n\n{now.name} now works with you in place of {before.name}, "
            f"and can see your page.\nYou see on your page who looked.{_END}",
            account_id=owner.id,
            same_as=f"case-{case.id}-person",
        )


def send_shortlist(
    session: Session, *, shortlist: Shortlist, owner: Account, made_by: Account, address: str
) -> None:
    """What is on the list stays on the page: others may read this mail."""
    post(
        session,
        recipient=owner.email,
        kind="shortlist_sent",
        subject=f"{made_by.name} made a list for you",
        body=f"Hello {owner.name},\n\n{made_by.name} made a list of things that may fit you. "
        f"To see it, sign in here:\n\n{address}{_END}",
        account_id=owner.id,
        same_as=f"shortlist-{shortlist.id}",
    )
