"""The mails of practitioners' work: plain text in simple English, without a word about the person's needs."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.outbox import post
from marketplace.people.caseload.models import Case, CaseRequest, Shortlist
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


def ask_person(session: Session, *, asked: CaseRequest, by: Account, organisation: str, address: str) -> None:
    """The link in it is a secret until it is used. Nothing tells whether there is a page."""
    who = f"{by.name}, {organisation}," if organisation else by.name
    if asked.person_id is None:
        what = f"{who} asks to see your page on Meaningful Day.\nThere people find things to do near them that fit."
        before = "They see nothing before you say yes. You choose what they may do, and until when."
    else:
        what = f"{who} works with you on Meaningful Day and asks you to choose a new end."
        before = "You choose again what they may do, and until when. If you don't answer, nothing changes."
    why = f"They write:\n\n{asked.reason}\n\n" if asked.reason else ""
    post(
        session,
        recipient=asked.email,
        kind="case_asked",
        subject=f"{by.name} asks to work with you on Meaningful Day",
        body=f"Hello {asked.name},\n\n{what}\n\n{why}"
        f"To see what it means, and to say yes or no, open this link:\n\n{address}\n\n"
        f"{before}\n"
        "The link works once, for 14 days. If you don't know who this is, you don't need to do anything."
        f"{_END}",
        holds_secret=True,
    )


def tell_yes(session: Session, *, case: Case, person: Person, to: Account) -> None:
    _tell(
        session,
        to=to,
        same_as=f"case-yes-{case.id}",
        subject=f"{person.first_name} said yes",
        words=f"{person.first_name} said yes. You find them in your caseload, until "
        f"{case.ends_on.day} {case.ends_on:%B %Y}.\nThey can change or end it at any time.",
    )


def tell_no(session: Session, *, request_id: uuid.UUID, name: str, to: Account, until: date | None) -> None:
    """*until*: the last day of what the person said before, which stays."""
    stays = (
        f"What they said before stays: you work together until {until.day} {until:%B %Y}."
        if until
        else "You see nothing of their page."
    )
    _tell(
        session,
        to=to,
        same_as=f"case-no-{request_id}",
        subject=f"{name} said no",
        words=f"{name} said no. {stays} Please don't ask again without talking to them.",
    )


def tell_stopped(session: Session, *, case: Case, person: Person, to: Account) -> None:
    """Nobody is told why."""
    _tell(
        session,
        to=to,
        same_as=f"case-stopped-{case.id}",
        subject=f"You no longer see the page of {person.first_name}",
        words=f"{person.first_name} ended your access. From now on you don't see their page any more.\n"
        f"If you have a question about this, please talk to {person.first_name}.",
    )


def tell_claimed(session: Session, *, case: Case, person: Person, to: Account) -> None:
    """So that a code in the wrong hands is noticed."""
    _tell(
        session,
        to=to,
        same_as=f"case-claimed-{case.id}",
        subject=f"{person.first_name} has their own page now",
        words=f"Someone used the code for the page of {person.first_name}, and it is theirs from now on.\n"
        f"They chose who may go on seeing it.\n\n"
        f"If {person.first_name} did not do this, tell whoever runs this site at once.",
    )


def _tell(session: Session, *, to: Account, same_as: str, subject: str, words: str) -> None:
    post(
        session,
        recipient=to.email,
        kind="case_told",
        subject=subject,
        body=f"Hello {to.name},\n\n{words}{_END}",
        account_id=to.id,
        same_as=same_as,
    )
