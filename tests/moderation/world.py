"""What waits for a moderator in tests: each call writes rows and commits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import AuditEntry
from marketplace.moderation.models import Review, ReviewState
from marketplace.offers.document import OfferDocument
from marketplace.offers.drafts import begin_draft, send_draft
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.providers.operations import send_provider
from marketplace.vocabulary import LegalForm, Role
from tests.fixtures.accounts import make_account
from tests.offers.documents import KITCHEN
from tests.providers.factories import make_member, make_provider

BASE = "https://day.example"


def moderator(session: Session, name: str = "Morgan") -> Account:
    return make_account(session, roles=[Role.MODERATOR], name=name)


def provider_with_owner(
    session: Session, *, status: ProviderStatus = ProviderStatus.ACTIVE, **fields: Any
) -> tuple[Provider, Account]:
    owner = make_account(session, roles=[Role.PROVIDER_STAFF], name="Olu", email=fields.pop("owner", None))
    provider = make_provider(session, status=status, **fields)
    make_member(session, provider=provider, account=owner)
    return provider, owner


def sent_offer(
    session: Session, provider: Provider, owner: Account, document: OfferDocument = KITCHEN
) -> tuple[Offer, Review]:
    """A new offer that waits to be checked."""
    offer = begin_draft(session, provider=provider, kind=document.kind, account=owner, document=document)
    send_draft(session, offer, account=owner)
    session.commit()
    return offer, waiting(session, offer_id=offer.id)


def sent_assistant(session: Session, **fields: Any) -> tuple[Provider, Review]:
    """A Personal Assistant who waits to be checked."""
    provider, owner = provider_with_owner(
        session,
        status=ProviderStatus.DRAFT,
        **{"name": "Dawn Okafor", "legal_form": LegalForm.SELF_EMPLOYED_PA, **fields},
    )
    send_provider(session, provider=provider, account=owner)
    session.commit()
    return provider, waiting(session, provider_id=provider.id)


def waiting(session: Session, **of: Any) -> Review:
    return session.scalars(select(Review).filter_by(state=ReviewState.WAITING, **of)).one()


def actions(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def bodies(session: Session, kind: str) -> dict[str, str]:
    """The mails of a kind by recipient."""
    session.expire_all()
    return {
        mail.recipient: f"{mail.subject}\n{mail.body}"
        for mail in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind))
    }
