"""What a provider offers, as its home page lists it: drafts, what waits, what people can find."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.listing.joining.tasks import Task, TaskSection, TaskState, task_of
from marketplace.offers.document import parse_document
from marketplace.offers.missing import missing
from marketplace.offers.models import DraftState, Offer, OfferDraft
from marketplace.offers.standing import is_public, why_not_public
from marketplace.providers.models import Provider
from marketplace.providers.sending import Answer, words_for
from marketplace.vocabulary import N_, OfferStatus, Vacancy

_EDITOR = "provider_offers.offer"
_NEW = "provider_offers.new"
_CHANGE_WORDS = {
    DraftState.OPEN: N_("You have begun to change it."),
    DraftState.WAITING: N_("A change of it waits to be checked."),
    DraftState.CHANGES_ASKED: N_("Please change what you wrote anew."),
    DraftState.REFUSED: N_("The change was not accepted."),
}


@dataclass(frozen=True, kw_only=True)
class OfferLine:
    """One offer: what people see of it, and what is on its way."""

    id: uuid.UUID
    name: str
    address: str
    state: TaskState
    vacancy: Vacancy | None
    """None where nobody has seen it yet."""
    why_not_shown: str
    change: DraftState | None
    """Of an offer that people can find: where a change of it stands."""
    answers: Sequence[Answer]
    missing: str
    """Of one that nobody has seen yet: the first thing that is still needed."""

    @property
    def words(self) -> str:
        """What the provider should know of it, in one line."""
        said = [f"{gettext(answer.kind.label)}: {answer.words}" for answer in self.answers]
        if self.why_not_shown:
            said.append(self.why_not_shown)
        elif self.vacancy is not None:
            said.append(gettext(self.vacancy.label))
        elif self.missing and self.state is not TaskState.WAITING:
            said.append(self.missing)
        if self.change is not None:
            said.append(gettext(_CHANGE_WORDS[self.change]))
        return " ".join(one if one.endswith((".", "?", "!")) else f"{one}." for one in said)


def offers_of(session: Session, provider: Provider) -> tuple[OfferLine, ...]:
    """The provider's offers: what needs something first, then by name. Two statements."""
    said = words_for(session, provider.id)
    rows = _offers_and_drafts(session, provider)
    lines = [_line(offer, draft, [one for one in said if one.offer_id == offer.id]) for offer, draft in rows]
    return tuple(sorted(lines, key=lambda line: line.state.position))


def new_offer_address(provider: Provider) -> str:
    """Where another offer is begun, '' while there is no such page."""
    return url_for(_NEW, provider_id=provider.id) if _NEW in current_app.view_functions else ""


@task_of
def offer_tasks(session: Session, provider: Provider) -> Iterable[Task]:
    """The one task that each provider has: an offer of which nothing needed is missing."""
    if provider.is_individual:
        return ()
    rows = _offers_and_drafts(session, provider)
    is_there = any(draft is None or _is_ready(offer, draft) for offer, draft in rows)
    return (
        Task(
            name=gettext("Finish an offer") if rows and not is_there else gettext("Add what you offer"),
            state=TaskState.DONE if is_there else TaskState.TO_DO,
            address="" if rows else new_offer_address(provider),
            section=TaskSection.OFFERS,
        ),
    )


def ready_offers(session: Session, provider: Provider) -> list[Offer]:
    """Offers that nobody has seen yet, of which nothing that is needed is missing."""
    return [
        offer
        for offer, draft in _offers_and_drafts(session, provider)
        if draft is not None
        and draft.state in {DraftState.OPEN, DraftState.CHANGES_ASKED}
        and offer.status is OfferStatus.DRAFT
        and _is_ready(offer, draft)
    ]


def _offers_and_drafts(session: Session, provider: Provider) -> list[tuple[Offer, OfferDraft | None]]:
    rows = session.execute(
        select(Offer, OfferDraft)
        .outerjoin(OfferDraft, OfferDraft.offer_id == Offer.id)
        .where(Offer.provider_id == provider.id)
        .order_by(Offer.name, Offer.id)
    )
    return [(offer, draft) for offer, draft in rows]


def _is_ready(offer: Offer, draft: OfferDraft) -> bool:
    return not missing(parse_document(draft.document), offer.provider.legal_form)


def _line(offer: Offer, draft: OfferDraft | None, answers: Sequence[Answer]) -> OfferLine:
    is_known = offer.status in {OfferStatus.PUBLIC, OfferStatus.PAUSED, OfferStatus.CLOSED}
    address = ""
    if _EDITOR in current_app.view_functions:
        address = url_for(_EDITOR, provider_id=offer.provider_id, offer_id=offer.id)
    return OfferLine(
        id=offer.id,
        name=offer.name or gettext("An offer without a name yet"),
        address=address,
        state=_state(offer, draft, is_known=is_known),
        vacancy=offer.vacancy if is_known else None,
        why_not_shown=(why_not_public(offer) or "") if is_known else "",
        change=draft.state if draft is not None and is_known else None,
        answers=answers,
        missing=_first_missing(offer, draft) if draft is not None and not is_known else "",
    )


def _first_missing(offer: Offer, draft: OfferDraft) -> str:
    found = missing(parse_document(draft.document), offer.provider.legal_form)
    return found[0].words if found else gettext("It is ready to be sent.")


def _state(offer: Offer, draft: OfferDraft | None, *, is_known: bool) -> TaskState:
    if is_known:
        return TaskState.LIVE if is_public(offer) else TaskState.NOT_SHOWN
    if draft is None:
        return TaskState.TO_DO
    return {
        DraftState.OPEN: TaskState.TO_DO,
        DraftState.WAITING: TaskState.WAITING,
        DraftState.CHANGES_ASKED: TaskState.CHANGES_ASKED,
        DraftState.REFUSED: TaskState.CHANGES_ASKED,
    }[draft.state]
