"""Who could give the help that is asked for: the same ranking as everywhere, over those who are helpers.

Told are offers that fit, Personal Assistants and buddies who would fit but say nothing of the activity
('swimming' is not in their words, yet they go along to what a person likes), and those who would fit at
another time: whoever is told decides. How fast somebody answers, or for how long they have been here, is
not asked at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Select, exists, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.enquiries.concerns.models import Block, Concern, ConcernState
from marketplace.matching.codes import KINDS
from marketplace.matching.needs import Needs
from marketplace.matching.ranking import Ranking, rank, rotation
from marketplace.offers.models import Offer
from marketplace.offers.queries import public_offers
from marketplace.people.saved.alerts import Matching
from marketplace.providers.models import Provider, ProviderMember, ProviderStatus
from marketplace.providers.queries import is_live
from marketplace.vocabulary import LegalForm, OfferKind, Stop

MOST_TOLD = 20
HELPER_KINDS = (OfferKind.PERSONAL_ASSISTANT, OfferKind.BUDDY, OfferKind.COMMUNITY_GROUP)
"""Of any provider."""
SMALL_FORMS = (LegalForm.SELF_EMPLOYED_PA, LegalForm.EMPLOYED_PA, LegalForm.MICRO_ENTERPRISE)
"""Whatever they offer."""
GO_ALONG = (OfferKind.PERSONAL_ASSISTANT, OfferKind.BUDDY)
_STOPS = (None, Stop.GOALS, Stop.TIMES)
"""What may stand between, in the order of telling: nothing first."""
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Suited:
    """An offer of somebody who could help."""

    offer_id: uuid.UUID
    provider_id: uuid.UUID
    score: float
    """Of the match, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The offers that could do, those that fit in everything first, then by score."""

    ranking: Ranking
    offers: Sequence[uuid.UUID]
    positions: Sequence[int]
    """Of each in ``ranking.found``."""
    stops: Sequence[Stop | None]
    """What of each does not fit; None where all does."""


def candidates(needs: Needs, matching: Matching, session: Session, *, today: date) -> Candidates:
    """Offers that fit, or all but: somebody who goes along, or another time."""
    catalogue = matching.catalogue(session)
    ranking = rank(needs, catalogue, home=matching.home(needs), today=today)
    found = ranking.found
    goes_along = np.isin(catalogue.columns.kind[found.rows], [KINDS.index(kind) for kind in GO_ALONG])
    tier = np.full(len(found.rows), len(_STOPS))
    tier[found.stops == Stop.TIMES.bit] = _STOPS.index(Stop.TIMES)
    tier[goes_along & (found.stops == Stop.GOALS.bit)] = _STOPS.index(Stop.GOALS)
    tier[found.stops == 0] = _STOPS.index(None)
    at = np.flatnonzero(tier < len(_STOPS))
    turn = rotation(catalogue, today)[found.rows[at]]
    at = at[np.lexsort((turn, found.distance_km[at], -found.score[at], tier[at]))]
    return Candidates(
        ranking=ranking,
        offers=[catalogue.ids[row] for row in found.rows[at].tolist()],
        positions=at.tolist(),
        stops=[_STOPS[one] for one in tier[at].tolist()],
    )


def suited(
    session: Session, person_id: uuid.UUID, needs: Needs, matching: Matching, *, today: date
) -> list[Suited]:
    """Whom to tell, best first, at most ``MOST_TOLD``: of each provider its best offer."""
    found = candidates(needs, matching, session, today=today)
    scores = found.ranking.found.score
    chosen: dict[uuid.UUID, Suited] = {}
    for start in range(0, len(found.offers), _AT_A_TIME):
        some = found.offers[start : start + _AT_A_TIME]
        reachable = can_be_told(session, person_id, some, today=today)
        for offer_id, at in zip(some, found.positions[start : start + _AT_A_TIME], strict=True):
            provider_id = reachable.get(offer_id)
            if provider_id is not None and provider_id not in chosen:
                chosen[provider_id] = Suited(offer_id, provider_id, round(float(scores[at]), 6))
            if len(chosen) == MOST_TOLD:
                return list(chosen.values())
    return list(chosen.values())


def can_be_told(
    session: Session, person_id: uuid.UUID, offer_ids: Collection[uuid.UUID], *, today: date
) -> dict[uuid.UUID, uuid.UUID]:
    """Which of these offers are of helpers who may hear of this person now, with their providers."""
    rows = session.execute(
        reachable(person_id, today=today)
        .where(Offer.id.in_(offer_ids))
        .with_only_columns(Offer.id, Offer.provider_id)
    )
    return {row[0]: row[1] for row in rows}


def reachable(person_id: uuid.UUID | InstrumentedAttribute[uuid.UUID], *, today: date) -> Select[Offer]:
    """Public offers of helpers that may hear of a person now; a query narrows it and takes its columns.

    Of active providers where someone reads; not whom the person blocked, and not while a moderator holds
    contact. So who is suspended or blocked drops out of everything that reads it, at once.
    """
    someone_reads = exists().where(
        ProviderMember.provider_id == Offer.provider_id, is_live(), ProviderMember.account_id.is_not(None)
    )
    is_blocked = exists().where(Block.person_id == person_id, Block.provider_id == Offer.provider_id)
    is_held = exists().where(
        Concern.about_provider_id == Offer.provider_id,
        Concern.holds_contact,
        Concern.state != ConcernState.CLOSED,
    )
    return (
        public_offers(today)
        .join(Provider, Provider.id == Offer.provider_id)
        .where(
            or_(Offer.kind.in_(HELPER_KINDS), Provider.legal_form.in_(SMALL_FORMS)),
            Provider.status == ProviderStatus.ACTIVE,
            someone_reads,
            ~is_blocked,
            ~is_held,
        )
    )
