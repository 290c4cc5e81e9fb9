"""The mails of requests for help: that there is something new, and where. No word of it is in them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.enquiries.help.models import HelpWanted
from marketplace.outbox import post
from marketplace.people.models import Person
from marketplace.people.readers import readers_of
from marketplace.providers.queries import live_accounts_of
from marketplace.web.today import london_day

_KIND = "help_wanted"
_END = "\n\nMeaningful Day\n"


def tell_provider(session: Session, wanted: HelpWanted, *, provider_id: uuid.UUID, base_url: str) -> None:
    """To all who act for the provider, each once for each request."""
    address = f"{base_url}/provide/{provider_id}/help-wanted"
    news = "Somebody looks for help that you may be able to give"
    for account in live_accounts_of(session, provider_id):
        post(
            session,
            recipient=account.email,
            kind=_KIND,
            subject=news,
            body=(
                f"Hello {account.name},\n\n{news}. You are not told who it is.\n\n"
                f"Read it, and say if you can help:\n\n{address}{_END}"
            ),
            account_id=account.id,
            same_as=f"help-{wanted.id.hex}-{provider_id.hex}-{account.id.hex}",
        )


def tell_person(
    session: Session, wanted: HelpWanted, *, news: str, now: datetime, base_url: str, same_as: str
) -> None:
    """To the person, who acts for them, and their practitioners; the same *same_as* is sent once to each."""
    address = f"{base_url}/people/{wanted.person_id}/help-wanted/{wanted.id}"
    person = session.get_one(Person, wanted.person_id)
    for reader in readers_of(session, [person.id], today=london_day(now)).get(person.id, ()):
        whose = "" if reader.is_person else f" This is about {person.first_name}."
        post(
            session,
            recipient=reader.account.email,
            kind=_KIND,
            subject=news,
            body=f"Hello {reader.account.name},\n\n{news}.{whose}\n\nSee it here:\n\n{address}{_END}",
            account_id=reader.account.id if reader.is_person else None,
            same_as=f"{same_as}-{reader.account.id.hex}",
        )
