"""Deciding about several imported listings at once, and taking that back.

Each of them is decided as one alone would be: about what the page showed, with a decision and an entry
in the audit trail of its own. What they share is the moment, by which they are found again.
Functions here do not commit.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.moderation.brought_in import IMPORTED
from marketplace.moderation.deciding import Outcome, decide
from marketplace.moderation.models import Decision, Review, ReviewOf, ReviewState, Verdict
from marketplace.moderation.queries import can_decide
from marketplace.offers.models import Offer, OfferDraft, Place
from marketplace.offers.publishing import hide_imported
from marketplace.offers.standing import hold_still
from marketplace.providers.checks import managed_here
from marketplace.providers.models import Provider
from marketplace.vocabulary import OfferKind, OfferStatus, Role

MOST = 50
"""No more are decided at once: as many as someone can have read on one page."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An imported listing as a page showed it."""

    review_id: uuid.UUID
    version: int


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One imported listing that waits, with what it says."""

    review: Review
    provider: Provider

    @property
    def seen(self) -> str:
        return f"{self.review.id}:{self.review.version}"

    @property
    def name(self) -> str:
        return self._words("name")

    @property
    def summary(self) -> str:
        return self._words("summary")

    @property
    def description(self) -> str:
        return self._words("description")

    @property
    def where(self) -> str:
        """The place and its town: two listings of one name happen at two places."""
        place = self.review.document.get("place") or {}
        said = (str(place.get(part) or "") for part in ("name", "town"))
        return ", ".join(part for part in said if part and part != self.name)

    @property
    def kind(self) -> OfferKind | None:
        return next((one for one in OfferKind if one.value == self._words("kind")), None)

    def _words(self, name: str) -> str:
        return str(self.review.document.get(name) or "")


@dataclass(frozen=True)
class ImportsPage:
    rows: Sequence[ImportRow]
    total: int
    page: int
    districts: Sequence[str]
    """District codes of all that an import left waiting."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // MOST))


@dataclass(frozen=True, slots=True)
class Together:
    """What came of deciding several at once."""

    decision_id: uuid.UUID | None
    """One of the decisions, by which all are found; None where none counted."""
    left: int
    """How many stayed as they were: someone else was first, or a new import changed them."""


@dataclass(frozen=True)
class Decisions:
    """What one moderator decided in one moment."""

    verdict: Verdict
    reason: str
    made_at: datetime
    by: str
    """'' for one who has been erased."""
    rows: Sequence[tuple[Review, Offer, Provider]]
    can_go_back: Collection[uuid.UUID]
    """The reviews of which the listing still stands as it was decided."""


def imports_page(
    session: Session, *, account_id: uuid.UUID, districts: Collection[str] | None = None, page: int = 1
) -> ImportsPage:
    """Imported listings that the account can decide, by provider and name: three queries."""
    found = _waiting(account_id)
    district = func.coalesce(Provider.district_code, Place.district_code)
    where = session.scalars(found.with_only_columns(district).distinct()).all()
    if districts is not None:
        found = found.where(district.in_(districts))
    total = session.scalar(found.with_only_columns(func.count())) or 0
    page = min(max(page, 1), max(1, -(-total // MOST)))
    rows = session.execute(_in_order(found).limit(MOST).offset((page - 1) * MOST))
    return ImportsPage(
        [ImportRow(review, provider) for review, provider in rows],
        total,
        page,
        sorted(code for code in where if code),
    )


def still_waiting(session: Session, seen: Sequence[Seen], *, account_id: uuid.UUID) -> list[ImportRow]:
    """Those of *seen* that the account can still decide as it saw them."""
    versions = {one.review_id: one.version for one in seen}
    rows = session.execute(_in_order(_waiting(account_id).where(Review.id.in_(versions))))
    return [ImportRow(review, provider) for review, provider in rows if versions[review.id] == review.version]


def decide_together(
    session: Session,
    seen: Sequence[Seen],
    *,
    verdict: Verdict,
    reason: str,
    by: Account,
    today: date,
    base_url: str,
) -> Together:
    """Say the same of several imported listings. Raises ``ValueError`` for more than ``MOST``."""
    if len(seen) > MOST:
        raise ValueError(f"at most {MOST} at once, not {len(seen)}")
    versions = {one.review_id: one.version for one in seen}
    of_these = Review.id.in_(versions)
    # Providers before offers, both in order: two moderators with the same page stand in a row.
    hold_still(session, select(Review.provider_id).where(of_these))
    order = session.scalars(
        select(Review.id).where(of_these, IMPORTED).order_by(Review.provider_id, Review.offer_id, Review.id)
    ).all()
    now = datetime.now(UTC)
    counted: list[uuid.UUID] = []
    before: list[uuid.UUID] = []
    for review_id in order:
        decided = decide(
            session,
            review_id=review_id,
            seen_version=versions[review_id],
            verdict=verdict,
            reason=reason,
            by=by,
            today=today,
            base_url=base_url,
            at=now,
        )
        if decided.counts:
            (before if decided.outcome is Outcome.SAME_AGAIN else counted).append(review_id)
    first = next(iter([*counted, *before]), None)
    decision_id = session.scalar(
        select(Decision.id).where(Decision.review_id == first, Decision.account_id == by.id)
    )
    return Together(decision_id, len(versions) - len(counted) - len(before))


def decided_with(session: Session, decision_id: uuid.UUID) -> Decisions:
    """A decision about an imported listing with all that were made with it, and which can be taken back.

    Raises ``NoResultFound`` for one that is not there, or is about something else.
    """
    one, by = session.execute(
        select(Decision, Account.name)
        .join(Review, Review.id == Decision.review_id)
        .outerjoin(Account, Account.id == Decision.account_id)
        .where(Decision.id == decision_id, IMPORTED)
    ).one()
    rows = session.execute(
        select(Review, Offer, Provider)
        .join(Decision, Decision.review_id == Review.id)
        .join(Offer, Offer.id == Review.offer_id)
        .join(Provider, Provider.id == Review.provider_id)
        .where(
            IMPORTED,
            Decision.made_at == one.made_at,
            Decision.verdict == one.verdict,
            Decision.account_id.is_not_distinct_from(one.account_id),
        )
        .order_by(func.lower(Provider.name), func.lower(Offer.name), Review.id)
    )
    found = [(review, offer, provider) for review, offer, provider in rows]
    stand = _standing(session, [review.id for review, _, _ in found])
    return Decisions(one.verdict, one.reason, one.made_at, by or "", found, stand)


def take_back(session: Session, decision_id: uuid.UUID, *, by: Account) -> int:
    """Let listings wait again that were decided together and still stand so; how many. Twice is once.

    What was shown is hidden. What each decision was stays written down. Raises ``NoResultFound``.
    """
    ids = [review.id for review, _, _ in decided_with(session, decision_id).rows]
    hold_still(session, select(Review.provider_id).where(Review.id.in_(ids)))
    locked = session.execute(
        select(Review.id, Offer)
        .join(Offer, Offer.id == Review.offer_id)
        .where(Review.id.in_(ids))
        .order_by(Offer.id)
        .with_for_update(of=Offer)
        .execution_options(populate_existing=True)
    )
    of_review = {row[0]: row[1] for row in locked}
    now = datetime.now(UTC)
    stand = _standing(session, ids)
    for review in session.scalars(select(Review).where(Review.id.in_(stand)).order_by(Review.id)).all():
        offer = of_review[review.id]
        if review.state is ReviewState.APPROVED:
            hide_imported(session, offer)
        again = Review(
            about=ReviewOf.OFFER,
            provider_id=review.provider_id,
            offer_id=offer.id,
            document=review.document,
            draft_version=0,
            sent_at=now,
        )
        session.add(again)
        session.flush()
        record(
            session,
            action=Action.REVIEW_TAKEN_BACK,
            subject=review,
            details={"provider": review.provider_id, "offer": offer.id, "waits_as": again.id},
            actor=by,
            role=Role.MODERATOR,
        )
    return len(stand)


def _waiting(account_id: uuid.UUID) -> Select[Review, Provider]:
    return (
        select(Review, Provider)
        .join(Provider, Provider.id == Review.provider_id)
        .join(Offer, Offer.id == Review.offer_id)
        .outerjoin(Place, Place.id == Offer.place_id)
        .where(IMPORTED, Review.state == ReviewState.WAITING, can_decide(account_id))
    )


def _in_order(found: Select[Review, Provider]) -> Select[Review, Provider]:
    return found.order_by(func.lower(Provider.name), Provider.id, func.lower(Offer.name), Review.id)


def _standing(session: Session, review_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Decided reviews whose listing is as it was decided.

    No later import changed it, nobody looks after it here, and it has not been brought to wait again.
    """
    newer = aliased(Review)
    rows = session.execute(
        select(Review.id, Review.provider_id)
        .join(Offer, Offer.id == Review.offer_id)
        .where(
            Review.id.in_(review_ids),
            Offer.updated_at <= Review.sent_at,
            ~exists().where(newer.offer_id == Review.offer_id, newer.sent_at > Review.sent_at),
            ~exists().where(OfferDraft.offer_id == Review.offer_id),
            or_(
                and_(Review.state == ReviewState.APPROVED, Offer.status == OfferStatus.PUBLIC),
                and_(Review.state == ReviewState.REFUSED, Offer.status == OfferStatus.WAITING),
            ),
        )
    ).all()
    managed = managed_here(session, {provider_id for _, provider_id in rows})
    # Whoever acts for a provider manages it, so nobody takes back what was decided about their own.
    return frozenset(review_id for review_id, provider_id in rows if provider_id not in managed)
