"""Reading what waits, what was decided, and what is known about a provider."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from marketplace.accounts.models import Account
from marketplace.audit import Action, AuditEntry
from marketplace.moderation.brought_in import IMPORTED
from marketplace.moderation.models import (
    Decision,
    ImprovementNote,
    Review,
    ReviewOf,
    ReviewState,
    Suspension,
    Verdict,
)
from marketplace.moderation.traces import flag_parts
from marketplace.offers.models import Offer, Place
from marketplace.providers.models import Provider, ProviderMember, TraceKind
from marketplace.providers.queries import is_live
from marketplace.vocabulary import N_, LegalForm, Word

PAGE_SIZE = 25
MOST_HISTORY = 50
MOST_LIVE_EDITS = 200
LONGEST_SEARCH = 100
INDIVIDUALS = (LegalForm.SELF_EMPLOYED_PA, LegalForm.EMPLOYED_PA)


class QueueKind(Word):
    """What of the queue is shown."""

    ALL = "all", N_("Everything")
    PROVIDERS = "providers", N_("Providers")
    ASSISTANTS = "assistants", N_("Personal Assistants")
    OFFERS = "offers", N_("Offers")
    IMPORTS = "imports", N_("From imports")


class Whose(Word):
    """Whose work it is."""

    MINE = "mine", N_("What I can decide")
    ALL = "all", N_("All that waits")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One thing that waits."""

    review: Review
    provider: Provider
    approvals: int
    """How many moderators approved it already."""
    district_code: str | None = None
    """The provider's; of one that an import knows no address of, the listing's."""

    @property
    def name(self) -> str:
        return str(self.review.document.get("name") or self.provider.name)


@dataclass(frozen=True)
class QueuePage:
    rows: Sequence[QueueRow]
    total: int
    page: int
    councils: Sequence[str]
    """District codes of all that waits, for the choice of councils."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """What a moderator said, with their name ('' for one who has been erased)."""

    decision: Decision
    by: str


@dataclass(frozen=True, slots=True)
class FlagShown:
    """A suspended provider that this one looks like."""

    provider: Provider
    since: datetime | None
    kinds: tuple[TraceKind, ...]


@dataclass(frozen=True, kw_only=True)
class History:
    """Everything that moderators know about a provider."""

    reviews: Sequence[Review]
    said: Mapping[uuid.UUID, Sequence[DecisionShown]]
    """By review."""
    suspensions: Sequence[tuple[Suspension, str, str]]
    """With the names of who began and who ended it."""
    notes: Sequence[tuple[ImprovementNote, str]]


@dataclass(frozen=True, slots=True)
class LiveEdit:
    """A change of a live offer that nobody had to look at first."""

    entry: AuditEntry
    offer: str
    offer_id: uuid.UUID
    provider: Provider
    by: str


def queue_page(
    session: Session,
    *,
    account_id: uuid.UUID,
    kind: QueueKind = QueueKind.ALL,
    districts: Collection[str] | None = None,
    whose: Whose = Whose.MINE,
    page: int = 1,
) -> QueuePage:
    """What waits, oldest first, imports last: three queries, however much it is. *districts* None is everywhere."""
    waiting = (
        select(Review, Provider)
        .join(Provider, Provider.id == Review.provider_id)
        .where(Review.state == ReviewState.WAITING)
    )
    listed = (
        select(Place.district_code)
        .join(Offer, Offer.place_id == Place.id)
        .where(Offer.id == Review.offer_id)
        .scalar_subquery()
    )
    district = func.coalesce(Provider.district_code, listed)
    where = session.scalars(waiting.with_only_columns(district).distinct()).all()
    found = waiting.where(*_of_kind(kind))
    if districts is not None:
        found = found.where(district.in_(districts))
    if whose is Whose.MINE:
        found = found.where(can_decide(account_id))
    total = session.scalar(found.with_only_columns(func.count())) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    approvals = (
        select(func.count())
        .where(Decision.review_id == Review.id, Decision.verdict == Verdict.APPROVE)
        .scalar_subquery()
    )
    rows = session.execute(
        found.add_columns(approvals, district)
        # A large import keeps nobody waiting who is there.
        .order_by(IMPORTED, Review.sent_at, Review.offer_id.is_not(None), Review.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    shown = [QueueRow(*row) for row in rows]
    return QueuePage(rows=shown, total=total, page=page, councils=sorted(code for code in where if code))


def waiting_count(session: Session, *, account_id: uuid.UUID) -> int:
    """How much waits that the account can decide."""
    found = select(func.count(Review.id)).where(Review.state == ReviewState.WAITING, can_decide(account_id))
    return session.scalar(found) or 0


def review_and_provider(session: Session, review_id: uuid.UUID) -> tuple[Review, Provider]:
    """One review. Raises ``NoResultFound``."""
    row = session.execute(
        select(Review, Provider)
        .join(Provider, Provider.id == Review.provider_id)
        .where(Review.id == review_id)
        .options(selectinload(Review.decisions))
    ).one()
    return row[0], row[1]


def flags_shown(session: Session, flags: Sequence[str]) -> list[FlagShown]:
    """The suspended providers that are meant; one that is gone is left out."""
    parts = dict(flag_parts(flag) for flag in flags)
    rows = session.execute(
        select(Provider, func.max(Suspension.began_at))
        .join(Suspension, Suspension.provider_id == Provider.id)
        .where(Provider.id.in_(parts), Suspension.ended_at.is_(None))
        .group_by(Provider.id)
        .order_by(Provider.name, Provider.id)
    )
    return [FlagShown(provider, since, parts[provider.id]) for provider, since in rows]


def history_of(session: Session, provider_id: uuid.UUID) -> History:
    """What was decided about a provider and its offers, the newest first."""
    reviews = session.scalars(
        select(Review)
        .where(Review.provider_id == provider_id)
        .order_by(Review.sent_at.desc(), Review.id)
        .limit(MOST_HISTORY)
    ).all()
    said: dict[uuid.UUID, list[DecisionShown]] = {}
    decisions = session.execute(
        select(Decision, Account.name)
        .outerjoin(Account, Account.id == Decision.account_id)
        .where(Decision.review_id.in_([review.id for review in reviews]))
        .order_by(Decision.made_at, Decision.id)
    )
    for decision, name in decisions:
        said.setdefault(decision.review_id, []).append(DecisionShown(decision, name or ""))
    began, ended = aliased(Account), aliased(Account)
    suspensions = session.execute(
        select(Suspension, began.name, ended.name)
        .outerjoin(began, began.id == Suspension.began_by_id)
        .outerjoin(ended, ended.id == Suspension.ended_by_id)
        .where(Suspension.provider_id == provider_id)
        .order_by(Suspension.began_at.desc(), Suspension.id)
    )
    notes = session.execute(
        select(ImprovementNote, Account.name)
        .outerjoin(Account, Account.id == ImprovementNote.written_by_id)
        .where(ImprovementNote.provider_id == provider_id)
        .order_by(ImprovementNote.done_at.is_not(None), ImprovementNote.written_at.desc(), ImprovementNote.id)
        .limit(MOST_HISTORY)
    )
    return History(
        reviews=reviews,
        said=said,
        suspensions=[(one, a or "", b or "") for one, a, b in suspensions],
        notes=[(note, name or "") for note, name in notes],
    )


def others_waiting(session: Session, review: Review) -> list[QueueRow]:
    """What else of the same provider waits, up to a sensible number."""
    rows = session.execute(
        select(Review, Provider)
        .join(Provider, Provider.id == Review.provider_id)
        .where(
            Review.provider_id == review.provider_id,
            Review.id != review.id,
            Review.state == ReviewState.WAITING,
        )
        .order_by(Review.sent_at, Review.id)
        .limit(PAGE_SIZE)
    )
    return [QueueRow(other, provider, 0) for other, provider in rows]


@dataclass(frozen=True)
class ProvidersPage:
    rows: Sequence[Provider]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def providers_page(session: Session, *, search: str = "", page: int = 1) -> ProvidersPage:
    """Providers by name, those that need a look (stopped, waiting) first."""
    found = select(Provider)
    for word in search.strip()[:LONGEST_SEARCH].split():
        found = found.where(
            or_(
                Provider.name.icontains(word, autoescape=True), Provider.town.icontains(word, autoescape=True)
            )
        )
    total = session.scalar(found.with_only_columns(func.count(Provider.id))) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    rows = session.scalars(
        found.order_by(func.lower(Provider.name), Provider.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    return ProvidersPage(rows, total, page)


def live_edits(session: Session) -> tuple[list[LiveEdit], int]:
    """What changed at once since a moderator last looked, the newest first, and the last entry's number.

    The look is an entry of the audit trail itself: it says up to which entry.
    """
    last = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.action == Action.LIVE_EDITS_SEEN.value)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).first()
    since = int(last.details.get("up_to", 0)) if last else 0
    rows = session.execute(
        select(AuditEntry, Account.name)
        .outerjoin(Account, Account.id == AuditEntry.actor_id)
        .where(
            AuditEntry.action == Action.OFFER_CHANGED_AT_ONCE.value,
            AuditEntry.number > since,
        )
        .order_by(AuditEntry.number.desc())
        .limit(MOST_LIVE_EDITS)
    ).all()
    return _edits(session, [(row[0], row[1] or "") for row in rows]), max(
        (row[0].number for row in rows), default=since
    )


def _of_kind(kind: QueueKind) -> list[ColumnElement[bool]]:
    match kind:
        case QueueKind.PROVIDERS:
            return [Review.about == ReviewOf.PROVIDER, Provider.legal_form.not_in(INDIVIDUALS)]
        case QueueKind.ASSISTANTS:
            return [Provider.legal_form.in_(INDIVIDUALS)]
        case QueueKind.OFFERS:
            return [Review.about == ReviewOf.OFFER, ~IMPORTED]
        case QueueKind.IMPORTS:
            return [IMPORTED]
        case QueueKind.ALL:
            return []


def can_decide(account_id: uuid.UUID) -> ColumnElement[bool]:
    """They act for nobody who is concerned, and have not said their part yet."""
    acts = exists().where(
        ProviderMember.provider_id == Review.provider_id, ProviderMember.account_id == account_id, is_live()
    )
    said = exists().where(
        Decision.review_id == Review.id,
        Decision.account_id == account_id,
        Decision.verdict == Verdict.APPROVE,
    )
    return and_(~acts, ~said)


def _edits(session: Session, entries: Sequence[tuple[AuditEntry, str]]) -> list[LiveEdit]:
    """The entries with the offers and providers that they are about; those of deleted offers are left out."""
    ids = {uuid.UUID(entry.subject_id) for entry, _ in entries}
    rows = session.execute(
        select(Offer.id, Offer.name, Provider)
        .join(Provider, Provider.id == Offer.provider_id)
        .where(Offer.id.in_(ids))
        .order_by(Offer.id)
    )
    known = {row[0]: (row[1], row[2]) for row in rows}
    found = []
    for entry, by in entries:
        offer_id = uuid.UUID(entry.subject_id)
        if offer_id in known:
            name, provider = known[offer_id]
            found.append(LiveEdit(entry, name, offer_id, provider, by))
    return found
