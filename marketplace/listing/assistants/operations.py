"""Writing what a Personal Assistant tells. Functions here know no request and do not commit.

What the public reads of the person (first name, interests, skills) goes through a moderator, as does the
offer; how they work and what stays hidden changes at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.listing.assistants.questions import SKILLS, Driving
from marketplace.listing.assistants.told import Told, first_document, first_offer_id, offer_name
from marketplace.listing.offers.editing import editing, keep
from marketplace.offers.document import (
    CostSaid,
    OfferDocument,
    PlaceSaid,
    SessionSaid,
)
from marketplace.offers.drafts import begin_draft
from marketplace.offers.standing import stand
from marketplace.providers.document import ProviderPart
from marketplace.providers.models import AssistantDetails, Provider, WorksAs
from marketplace.providers.operations import StaleProviderError, begin_provider, change_provider
from marketplace.vocabulary import (
    CostBasis,
    LegalForm,
    OfferKind,
    PlaceKind,
    Role,
    SupportLevel,
    Theme,
    WageBand,
)

_LEGAL_FORM = {
    WorksAs.SELF_EMPLOYED: LegalForm.SELF_EMPLOYED_PA,
    WorksAs.EMPLOYED: LegalForm.EMPLOYED_PA,
    # Held to the rules for employees until it is known.
    WorksAs.NOT_SURE: LegalForm.EMPLOYED_PA,
}


@dataclass(frozen=True, slots=True)
class By:
    """Who changes it."""

    session: Session
    account: Account


def begin_assistant(
    session: Session, *, provider_id: uuid.UUID, account: Account, first_name: str, family_name: str
) -> Provider:
    """Begin a Personal Assistant, who has read what the service does, with the draft of their offer.

    The same form sent twice begins one. Raises what ``begin_provider`` raises.
    """
    provider = begin_provider(
        session,
        account=account,
        legal_form=LegalForm.SELF_EMPLOYED_PA,
        name=first_name,
        provider_id=provider_id,
    )
    if session.get(AssistantDetails, provider.id) is not None:
        return provider
    details = AssistantDetails(
        provider_id=provider.id,
        family_name=family_name,
        street="",
        interests="",
        skills="",
        contract_read_at=datetime.now(UTC),
    )
    session.add(details)
    session.flush()
    begin_draft(
        session,
        provider=provider,
        kind=OfferKind.PERSONAL_ASSISTANT,
        account=account,
        document=first_document(first_name),
        offer_id=first_offer_id(provider),
    )
    _record(session, Action.CONTRACT_READ, provider, account)
    return provider


def make_room(told: Told, *, session: Session) -> None:
    """Before anything is written: the row of details, for someone who was brought in from elsewhere."""
    if told.details not in session:
        session.add(told.details)
        session.flush()


def read_contract(told: Told, *, by: By) -> None:
    """Note that they read what the service does and does not do. Twice is once."""
    make_room(told, session=by.session)
    if told.details.contract_read_at is None:
        told.details.contract_read_at = datetime.now(UTC)
        by.session.flush()
        _record(by.session, Action.CONTRACT_READ, told.provider, by.account)


def keep_name(told: Told, *, first_name: str, family_name: str, by: By) -> None:
    before = str(told.said["name"])
    _keep_details(told, {"family_name": family_name}, by=by)
    _keep_said(told, {ProviderPart.NAME: first_name}, by=by)
    if told.document.name == offer_name(before):
        _keep_document(told, replace(told.document, name=offer_name(first_name)), by=by)


def keep_area(
    told: Told, *, postcode: str, town: str, street: str, district_code: str | None, by: By
) -> None:
    _keep_details(told, {"street": street}, by=by)
    said = {
        ProviderPart.POSTCODE: postcode,
        ProviderPart.TOWN: town,
        ProviderPart.DISTRICT_CODE: district_code,
    }
    _keep_said(told, said, by=by)
    # The street is not told to the offer at all: nobody can show what it does not know.
    radius = told.document.place.radius_km if told.document.place else None
    _keep_document(told, replace(told.document, place=_place(postcode, town, radius)), by=by)


def keep_works_as(told: Told, works_as: WorksAs, *, by: By) -> None:
    _keep_details(told, {"works_as": works_as}, by=by)
    _keep_said(told, {ProviderPart.LEGAL_FORM: _LEGAL_FORM[works_as].value}, by=by)


def keep_age(told: Told, wage_band: WageBand, *, by: By) -> None:
    _keep_details(told, {"wage_band": wage_band}, by=by)


def keep_pay(told: Told, *, amount: Decimal, note: str, by: By) -> None:
    """The price of an hour; other prices (of a night, say) stay as they are."""
    others = [cost for cost in told.document.costs if cost.basis is not CostBasis.HOUR]
    hourly = CostSaid(basis=CostBasis.HOUR, amount=amount, note=note)
    _keep_document(told, replace(told.document, costs=(*others, hourly)), by=by)


def keep_interests(told: Told, *, themes: Iterable[Theme], own_words: str, by: By) -> None:
    _keep_said(told, {ProviderPart.INTERESTS: own_words}, by=by)
    _keep_document(told, replace(told.document, themes=tuple(themes)), by=by)


def keep_radius(told: Told, km: float, *, by: By) -> None:
    document = told.document
    where = _place(str(told.said["postcode"]), str(told.said["town"]), km)
    moved = replace(document, place=where)
    if document.transport_offered:
        moved = replace(moved, transport_radius_km=km)
    _keep_document(told, moved, by=by)


def keep_hours(told: Told, sessions: Iterable[SessionSaid], *, by: By) -> None:
    _keep_document(told, replace(told.document, sessions=tuple(sessions)), by=by)


def keep_shortest(told: Told, minutes: int | None, *, by: By) -> None:
    _keep_document(told, replace(told.document, shortest_visit_minutes=minutes), by=by)


def keep_driving(told: Told, driving: Driving, *, by: By) -> None:
    """Whether they drive, and so whether a person can ride along."""
    rides = driving is Driving.OWN_CAR
    _keep_details(told, {"can_drive": driving is not Driving.NO, "has_car": rides}, by=by)
    radius = told.document.place.radius_km if told.document.place else None
    document = replace(
        told.document,
        transport_offered=rides,
        transport_radius_km=radius if rides else None,
        transport_cost=told.document.transport_cost if rides else None,
    )
    _keep_document(told, document, by=by)


def keep_skills(told: Told, *, able: Iterable[str], own_words: str, by: By) -> None:
    """What they can help with. What is not ticked is not known, unless they had said no to it."""
    _keep_said(told, {ProviderPart.SKILLS: own_words}, by=by)
    ticked = set(able)
    features = {
        feature: present
        for feature, present in told.document.features.items()
        if not (feature in SKILLS and present)
    }
    features |= {skill: True for skill in SKILLS if skill.value in ticked}
    _keep_document(told, replace(told.document, features=features), by=by)


def keep_levels(told: Told, levels: Iterable[SupportLevel], *, by: By) -> None:
    known = told.document.levels
    _keep_document(told, replace(told.document, levels={one: known.get(one, False) for one in levels}), by=by)


def keep_languages(told: Told, languages: Iterable[str], *, by: By) -> None:
    _keep_document(told, replace(told.document, languages=tuple(languages)), by=by)


def keep_summary(told: Told, summary: str, *, by: By) -> None:
    _keep_document(told, replace(told.document, summary=summary), by=by)


def _place(postcode: str, town: str, radius_km: float | None) -> PlaceSaid:
    return PlaceSaid(kind=PlaceKind.TRAVELS_TO_YOU, town=town, postcode=postcode, radius_km=radius_km)


def _keep_said(told: Told, said: Mapping[ProviderPart, Any], *, by: By) -> None:
    change_provider(
        by.session,
        provider=told.provider,
        account=by.account,
        expected_version=told.provider.version,
        changes=said,
    )
    stand(by.session, provider_id=told.provider.id)  # another council may ask for other checks


def _keep_details(told: Told, values: Mapping[str, Any], *, by: By) -> None:
    """Columns that nobody checks first. Raises ``StaleProviderError`` if someone was quicker."""
    details, provider, session = told.details, told.provider, by.session
    changed = [name for name, value in values.items() if getattr(details, name) != value]
    if not changed:
        return
    claimed = session.execute(
        update(Provider)
        .where(Provider.id == provider.id, Provider.version == provider.version)
        .values(version=Provider.version + 1)
        .returning(Provider.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.refresh(provider)
    if not claimed:
        raise StaleProviderError
    for name in changed:
        setattr(details, name, values[name])
    session.flush()
    _record(session, Action.ASSISTANT_CHANGED, provider, by.account, parts=sorted(changed))


def _keep_document(told: Told, document: OfferDocument, *, by: By) -> None:
    """Keep what the offer says: in its draft, or live at once where nobody has to look at it first."""
    if document == told.document and told.offer is not None:
        return
    session, offer = by.session, told.offer
    if offer is None:
        begin_draft(
            session,
            provider=told.provider,
            kind=OfferKind.PERSONAL_ASSISTANT,
            account=by.account,
            document=document,
        )
        return
    now = editing(session, provider=told.provider, offer_id=offer.id)
    keep(session, now, document, account=by.account)


def _record(session: Session, action: Action, provider: Provider, account: Account, **details: Any) -> None:
    record(
        session,
        action=action,
        subject=provider,
        details=details,
        actor=account,
        role=Role.PROVIDER_STAFF,
    )
