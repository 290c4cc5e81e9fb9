"""Adding, changing and ending a scheme's households, and beginning what they offer.

Functions here know no request and do not commit. Words about a home reach the public only inside an
offer, which a moderator reads; the plain facts (pets, smoking, children) are shown as the scheme says them.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.listing.offers.editing import Kept, editing, keep
from marketplace.listing.shared_lives.queries import offers_of
from marketplace.offers.document import OfferDocument, PlaceSaid
from marketplace.offers.drafts import begin_draft, discard_draft, take_back
from marketplace.offers.models import Offer
from marketplace.offers.publishing import close_offer
from marketplace.providers.models import Household, Provider
from marketplace.vocabulary import (
    Feature,
    OfferKind,
    OfferStatus,
    PlaceKind,
    Role,
    Setting,
    SharedLivesForm,
    Theme,
)
from marketplace.web.templating import label

_OF_THE_PLACE = frozenset({"postcode", "town"})


class HouseholdError(Exception):
    """Something can't be done with this household."""


class StaleHouseholdError(HouseholdError):
    """Someone else changed it between reading and writing."""


def add_household(
    session: Session,
    *,
    household_id: uuid.UUID,
    provider: Provider,
    told: Mapping[str, Any],
    account: Account,
) -> Household:
    """A home of the scheme, of which nothing is public yet. The same form sent twice adds one.

    Raises ``HouseholdError`` where the identifier is another scheme's.
    """
    known = session.get(Household, household_id)
    if known is None:
        known = Household(
            id=household_id,
            provider_id=provider.id,
            scheme_reference="",
            street="",
            about="",
            pets="",
            version=1,
        )
        for name, value in told.items():
            setattr(known, name, value)
        try:
            with session.begin_nested():
                session.add(known)
        except IntegrityError:  # the same form, sent twice at the same moment
            session.expire_all()
            known = session.get_one(Household, household_id)
        else:
            _record(session, Action.HOUSEHOLD_ADDED, known, account)
    if known.provider_id != provider.id:
        raise HouseholdError
    return known


def change_household(
    session: Session, *, household: Household, told: Mapping[str, Any], account: Account
) -> tuple[Offer, ...]:
    """Let the household say *told*; its offers follow in what they take from it.

    Returns offers that now have something to be sent to a moderator. Raises ``StaleHouseholdError``.
    """
    changed = [name for name, value in told.items() if getattr(household, name) != value]
    if not changed:
        return ()
    claimed = session.execute(
        update(Household)
        .where(Household.id == household.id, Household.version == household.version)
        .values(version=Household.version + 1)
        .returning(Household.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.refresh(household)
    if not claimed:
        raise StaleHouseholdError
    for name in changed:
        setattr(household, name, told[name])
    session.flush()
    provider = session.get_one(Provider, household.provider_id)
    to_send = _let_offers_follow(session, provider, household, account, changed)
    _record(session, Action.HOUSEHOLD_CHANGED, household, account, parts=sorted(changed))
    return to_send


def end_household(session: Session, *, household: Household, account: Account) -> None:
    """The home takes nobody any more: its offers close, drafts of it are thrown away. Twice is once."""
    ended = session.execute(
        update(Household)
        .where(Household.id == household.id, Household.ended_at.is_(None))
        .values(ended_at=datetime.now(UTC), version=Household.version + 1)
        .returning(Household.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.refresh(household)
    if not ended:
        return
    closed = 0
    for found in offers_of(session, household):
        offer = found.offer
        if found.draft is not None:
            take_back(session, offer, account=account)
            discard_draft(session, offer, account=account)
        if found.offer.first_public_at is not None or offer.status in (
            OfferStatus.PUBLIC,
            OfferStatus.PAUSED,
        ):
            close_offer(session, offer, account=account)
            closed += 1
    _record(session, Action.HOUSEHOLD_ENDED, household, account, offers_closed=closed)


def begin_household_offer(
    session: Session,
    *,
    provider: Provider,
    household: Household,
    form: SharedLivesForm,
    offer_id: uuid.UUID,
    account: Account,
) -> Offer:
    """The draft of an offer that says what is known of the home. The same form sent twice begins one."""
    return begin_draft(
        session,
        provider=provider,
        kind=OfferKind.SHARED_LIVES,
        account=account,
        document=first_document(household, form),
        offer_id=offer_id,
    )


def first_document(household: Household, form: SharedLivesForm) -> OfferDocument:
    """What an offer of *household* says before the scheme adds to it. The street is not told to it at all."""
    name = gettext(
        "%(form)s with %(names)s, %(town)s",
        form=label(form),
        names=household.first_names,
        town=household.town or "",
    )
    document = OfferDocument(
        kind=OfferKind.SHARED_LIVES,
        shared_lives_form=form,
        name=name,
        description=household.about,
        themes=(Theme.CARER_BREAKS,) if form is SharedLivesForm.SHORT_BREAKS else (),
        settings=(Setting.HOME,),
        household_id=household.id,
    )
    return _following(document, household, {*_OF_THE_PLACE, "people_at_once", "step_free"})


def _following(document: OfferDocument, household: Household, columns: Collection[str]) -> OfferDocument:
    """*document* with what an offer takes from these columns of its home; the rest is the offer's own."""
    if not _OF_THE_PLACE.isdisjoint(columns) and household.postcode:
        place = PlaceSaid(kind=PlaceKind.MASKED, town=household.town or "", postcode=household.postcode)
        document = replace(document, place=place)
    if "people_at_once" in columns:
        document = replace(document, group_size=household.people_at_once)
    if "step_free" in columns:
        features: dict[Feature, bool] = dict(document.features)
        features.pop(Feature.STEP_FREE, None)
        if household.step_free is not None:
            features[Feature.STEP_FREE] = household.step_free
        document = replace(document, features=features)
    return document


def _let_offers_follow(
    session: Session, provider: Provider, household: Household, account: Account, columns: Collection[str]
) -> tuple[Offer, ...]:
    """Change the offers of the home along with it; what a moderator must see first stays a draft."""
    to_send = []
    for found in offers_of(session, household):
        offer = found.offer
        now = editing(session, provider=provider, offer_id=offer.id)
        after = _following(now.document, household, columns)
        if after == now.document:
            continue
        if now.is_waiting:
            take_back(session, offer, account=account)
            now = editing(session, provider=provider, offer_id=offer.id)
        kept = keep(session, now, after, account=account)
        if kept in (Kept.DRAFT, Kept.BOTH):
            to_send.append(offer)
    return tuple(to_send)


def _record(session: Session, action: Action, household: Household, account: Account, **details: Any) -> None:
    record(
        session,
        action=action,
        subject=household,
        details={"provider": household.provider_id, **details},
        actor=account,
        role=Role.PROVIDER_STAFF,
    )
