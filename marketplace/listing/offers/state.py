"""Where an offer stands, for its own page: what is missing, what changed, what may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.listing.assistants.pay import costs_problem
from marketplace.listing.offers.editing import Editing
from marketplace.listing.offers.steps import FIELDS_OF, OfferStep
from marketplace.listing.offers.summary import RowGroup, row_groups
from marketplace.listing.offers.who import who_can_find
from marketplace.offers.differences import Difference, differences
from marketplace.offers.missing import missing, warnings
from marketplace.offers.models import DraftState
from marketplace.offers.standing import why_not_public
from marketplace.providers.models import ProviderStatus
from marketplace.providers.sending import Answer, words_for
from marketplace.vocabulary import N_, OfferStatus, PlaceKind, Word


class OfferState(Word):
    """Where an offer stands, in the provider's words."""

    DRAFT = "draft", N_("Not sent yet")
    WAITING = "waiting", N_("Waiting to be checked")
    CHANGES_ASKED = "changes_asked", N_("Please change this")
    REFUSED = "refused", N_("Not accepted")
    LIVE = "live", N_("People can find it")
    NOT_SHOWN = "not_shown", N_("Not shown now")
    PAUSED = "paused", N_("Paused")
    CLOSED = "closed", N_("Closed")


@dataclass(frozen=True, kw_only=True)
class OfferHome:
    """Everything that the offer's own page shows."""

    now: Editing
    state: OfferState
    why_hidden: str
    answers: tuple[Answer, ...]
    """Words of moderators about this offer that still stand."""
    problems: tuple[tuple[OfferStep, str], ...]
    """What must be said before it can be sent."""
    warnings: tuple[tuple[OfferStep, str], ...]
    differences: tuple[Difference, ...]
    """What the draft changes of what is live."""
    groups: tuple[RowGroup, ...]
    who: str

    @property
    def has_draft(self) -> bool:
        return self.now.draft is not None

    @property
    def is_waiting(self) -> bool:
        return self.now.is_waiting

    @property
    def can_be_sent(self) -> bool:
        """There is something new to be checked, and nothing that is needed is missing."""
        if self.now.draft is None or self.is_waiting or self.problems:
            return False
        return self.now.live is None or bool(self.differences)

    @property
    def can_be_closed(self) -> bool:
        return self.now.live is not None and self.now.offer.status is not OfferStatus.CLOSED

    @property
    def can_be_paused(self) -> bool:
        return self.now.offer.status is OfferStatus.PUBLIC

    @property
    def can_come_back(self) -> bool:
        return self.now.offer.status in (OfferStatus.CLOSED, OfferStatus.PAUSED)


def offer_home(session: Session, now: Editing, *, today: date) -> OfferHome:
    """The page of one offer."""
    document = now.document
    problems = tuple(
        (step_of(one.field, now), one.words) for one in missing(document, now.provider.legal_form)
    )
    told = tuple((step_of(one.field, now), one.words) for one in warnings(document))
    # The price of an hour of a Personal Assistant, against the law of today.
    price = costs_problem(session, now.provider, document.costs, today=today)
    if price is not None and price.is_refused:
        problems += ((OfferStep.COST, price.words),)
    elif price is not None:
        told += ((OfferStep.COST, price.words),)
    return OfferHome(
        now=now,
        state=state_of(now),
        why_hidden=why_not_public(now.offer) or "" if now.live is not None else "",
        answers=tuple(one for one in words_for(session, now.provider.id) if one.offer_id == now.offer.id),
        problems=problems,
        warnings=told,
        differences=tuple(differences(now.live, document)) if now.live is not None else (),
        groups=row_groups(document, now.shown, problems=dict(problems), today=today),
        who=who_can_find(session, document),
    )


def state_of(now: Editing) -> OfferState:
    """The one state that matters most to the provider."""
    status = now.offer.status
    if now.live is None:
        return _of_draft(now)
    if status is OfferStatus.CLOSED:
        return OfferState.CLOSED
    if status is OfferStatus.PAUSED:
        return OfferState.PAUSED
    if now.offer.hold is not None or now.provider.status is not ProviderStatus.ACTIVE:
        return OfferState.NOT_SHOWN
    return OfferState.LIVE


def _of_draft(now: Editing) -> OfferState:
    state = now.draft.state if now.draft is not None else DraftState.OPEN
    return {
        DraftState.OPEN: OfferState.DRAFT,
        DraftState.WAITING: OfferState.WAITING,
        DraftState.CHANGES_ASKED: OfferState.CHANGES_ASKED,
        DraftState.REFUSED: OfferState.REFUSED,
    }[state]


def step_of(field: str, now: Editing) -> OfferStep:
    """The question about a field of the document."""
    name = field.partition(".")[0]
    if name == "place":
        place = now.document.place
        return OfferStep.PLACE if place is None or place.kind is PlaceKind.ONLINE else OfferStep.ADDRESS
    return next((step for step, fields in FIELDS_OF.items() if name in fields), OfferStep.KIND)
