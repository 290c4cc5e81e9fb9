"""A few invented providers that wait to be checked, so that moderators' pages can be tried.

A village-hall group, a Personal Assistant whom one moderator has approved, another one who looks like
somebody suspended, and a change of words of a live offer. Loading twice changes nothing, also after
they were decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import operations
from marketplace.accounts.models import Account
from marketplace.accounts.queries import account_of_email
from marketplace.moderation import sent  # noqa: F401 (makes the reviews of what is sent)
from marketplace.moderation.models import Decision, Review, ReviewState, Suspension, Verdict
from marketplace.moderation.traces import flags_of, keep_traces, looks_like
from marketplace.offers.document import CostSaid, OfferDocument, PlaceSaid, SessionSaid, document_of
from marketplace.offers.drafts import begin_draft, change_draft, draft_for, send_draft
from marketplace.offers.models import Offer
from marketplace.providers.examples import example_id
from marketplace.providers.models import AssistantDetails, Provider, ProviderStatus
from marketplace.providers.operations import begin_provider, send_provider
from marketplace.vocabulary import (
    CostBasis,
    Day,
    Feature,
    FundingRoute,
    LegalForm,
    OfferKind,
    OfferStatus,
    PlaceKind,
    SupportLevel,
    Theme,
    Vacancy,
)

_MANSFIELD = "E07000174"
_PHONE_OF_BOTH = "07700 900461"


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    """An invented provider that wants to join, with one offer."""

    source_id: str
    name: str
    legal_form: LegalForm
    who: str
    email: str
    about: str
    postcode: str
    phone: str
    family_name: str = ""
    days_ago: int
    offer: OfferDocument


_HALL = _Waiting(
    source_id="waiting-lunch-club",
    name="Church Warsop lunch club",
    legal_form=LegalForm.COMMUNITY_GROUP,
    who="Maureen Tubb",
    email="maureen.tubb@example.org",
    about="A few of us cook for everyone who comes.",
    postcode="NG20 0SF",
    phone="01632 960742",
    days_ago=3,
    offer=OfferDocument(
        kind=OfferKind.COMMUNITY_GROUP,
        name="Wednesday lunch and dominoes",
        summary="Hot lunch, a game and a natter in the village hall.",
        place=PlaceSaid(
            kind=PlaceKind.EXACT,
            name="Village hall",
            street="Church Street",
            town="Warsop",
            postcode="NG20 0SF",
        ),
        levels={SupportLevel.PREVENTION: True},
        themes=(Theme.FRIENDS, Theme.COOKERY),
        features={Feature.STEP_FREE: True},
        sessions=(SessionSaid(day=Day.WED, starts=11 * 60 + 30, ends=14 * 60, places=24),),
        costs=(CostSaid(basis=CostBasis.SESSION, amount=Decimal("3.50"), note="with lunch"),),
        vacancy=Vacancy.OPEN,
    ),
)
_BEA = _Waiting(
    source_id="waiting-bea",
    name="Bea",
    family_name="Lindley",
    legal_form=LegalForm.SELF_EMPLOYED_PA,
    who="Bea Lindley",
    email="bea.lindley@example.org",
    about="I like walking, allotments and old films.",
    postcode="NG18 5PX",
    phone="07700 900814",
    days_ago=2,
    offer=OfferDocument(
        kind=OfferKind.PERSONAL_ASSISTANT,
        name="Bea, Personal Assistant",
        summary="Out and about in Mansfield, evenings too.",
        place=PlaceSaid(kind=PlaceKind.TRAVELS_TO_YOU, town="Mansfield", postcode="NG18 5PX", radius_km=12.0),
        levels={SupportLevel.ENABLEMENT: True, SupportLevel.PERSONALISED: True},
        themes=(Theme.DAYS_OUT, Theme.GARDENING_NATURE),
        funding=(FundingRoute.DIRECT_PAYMENT, FundingRoute.SELF_FUNDER),
        sessions=tuple(
            SessionSaid(day=day, starts=14 * 60, ends=21 * 60) for day in (Day.TUE, Day.THU, Day.SAT)
        ),
        costs=(CostSaid(basis=CostBasis.HOUR, amount=Decimal("17.50")),),
        flexible=True,
        shortest_visit_minutes=120,
        vacancy=Vacancy.OPEN,
    ),
)
_BACK = _Waiting(
    source_id="waiting-ray",
    name="R. Denby",
    family_name="Denby",
    legal_form=LegalForm.SELF_EMPLOYED_PA,
    who="R. Denby",
    email="r.denby@example.org",
    about="Help at home and on the way.",
    postcode="NG19 6EA",
    phone=_PHONE_OF_BOTH,
    days_ago=1,
    offer=replace(_BEA.offer, name="Help at home", summary="Help at home and on the way."),
)
_GONE = "waiting-suspended"


def load_example_reviews(session: Session, *, owner: Account, moderator: Account, secret_key: str) -> None:
    """Let some invented things wait. *owner* looks after the example provider; *moderator* is the one who
    looked first."""
    _suspended(session, moderator, secret_key=secret_key)
    for waiting in (_HALL, _BEA, _BACK):
        _wait(session, waiting, secret_key=secret_key)
    _first_approval(session, moderator)
    _changed_words(session, owner)


def _wait(session: Session, waiting: _Waiting, *, secret_key: str) -> None:
    provider_id = example_id("provider", waiting.source_id)
    if session.get(Provider, provider_id) is not None:
        return
    owner = account_of_email(session, waiting.email) or operations.open_account(
        session, email=waiting.email, name=waiting.who, is_example=True
    )
    provider = begin_provider(
        session,
        account=owner,
        legal_form=waiting.legal_form,
        name=waiting.name,
        provider_id=provider_id,
    )
    provider.source_id = waiting.source_id
    provider.about, provider.phone, provider.postcode = waiting.about, waiting.phone, waiting.postcode
    provider.town, provider.district_code = "Mansfield", _MANSFIELD
    if provider.is_individual:
        session.add(AssistantDetails(provider_id=provider.id, family_name=waiting.family_name))
    session.flush()
    offer = begin_draft(
        session, provider=provider, kind=waiting.offer.kind, account=owner, document=waiting.offer
    )
    send_provider(session, provider=provider, account=owner)
    send_draft(session, offer, account=owner)
    keep_traces(session, provider, secret_key=secret_key)
    sent_at = datetime.now(UTC) - timedelta(days=waiting.days_ago)
    for review in session.scalars(select(Review).where(Review.provider_id == provider.id)):
        review.sent_at = sent_at
        if review.offer_id is None:
            review.flags = flags_of(looks_like(session, provider, secret_key=secret_key))
    session.flush()


def _suspended(session: Session, moderator: Account, *, secret_key: str) -> None:
    """Somebody who was stopped, for one who waits to look like."""
    provider_id = example_id("provider", _GONE)
    if session.get(Provider, provider_id) is not None:
        return
    began = datetime.now(UTC) - timedelta(days=40)
    provider = Provider(
        id=provider_id,
        source_id=_GONE,
        name="Ray Denholm",
        legal_form=LegalForm.SELF_EMPLOYED_PA,
        status=ProviderStatus.SUSPENDED,
        phone=_PHONE_OF_BOTH,
        town="Mansfield",
        postcode="NG18 2LT",
        district_code=_MANSFIELD,
        created_at=began - timedelta(days=100),
        suspended_at=began,
    )
    session.add(provider)
    session.flush()
    session.add(
        Suspension(
            provider_id=provider.id,
            reason="Asked a person for a loan.",
            told="We had a complaint and look into it. Please ring us.",
            began_at=began,
            began_by_id=moderator.id,
        )
    )
    keep_traces(session, provider, secret_key=secret_key)


def _first_approval(session: Session, moderator: Account) -> None:
    """One of the two moderators has looked at Bea."""
    review = session.scalars(
        select(Review).where(
            Review.provider_id == example_id("provider", _BEA.source_id),
            Review.offer_id.is_(None),
            Review.state == ReviewState.WAITING,
        )
    ).one_or_none()
    if review is None or review.decisions:
        return
    review.decisions.append(
        Decision(account_id=moderator.id, verdict=Verdict.APPROVE, made_at=datetime.now(UTC))
    )
    session.flush()


def _changed_words(session: Session, owner: Account) -> None:
    """The example provider wants one of its live offers to say something else."""
    offer = session.scalars(
        select(Offer)
        .where(
            Offer.provider_id == example_id("provider", "dukeries-yard"), Offer.status == OfferStatus.PUBLIC
        )
        .order_by(Offer.name.desc(), Offer.id)
        .limit(1)
    ).one_or_none()
    reviewed = select(Review.id).where(Review.offer_id == offer.id) if offer is not None else None
    if offer is None or reviewed is None or session.scalars(reviewed).first() is not None:
        return
    live = document_of(offer)
    draft = draft_for(session, offer, account=owner)
    wanted = replace(
        live,
        summary=f"{live.summary} With the new floor there is room for wheelchairs."[:400],
        features={**live.features, Feature.WHEELCHAIR_SPACE: True},
    )
    change_draft(session, offer, document=wanted, account=owner, expected_version=draft.version)
    send_draft(session, offer, account=owner)
