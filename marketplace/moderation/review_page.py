"""One review as a moderator reads it: typed objects for the template, nothing left to look up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.listing.checks.page import elsewhere
from marketplace.moderation import queries
from marketplace.moderation.models import Review, ReviewOf, Verdict
from marketplace.moderation.queries import DecisionShown, FlagShown, History, QueueRow
from marketplace.offers.differences import differences
from marketplace.offers.document import DocumentError, parse_document
from marketplace.offers.missing import missing, warnings
from marketplace.providers.checks import ChecksStanding, standing_of
from marketplace.providers.document import provider_differences
from marketplace.providers.models import AssistantDetails, Household, Provider
from marketplace.providers.queries import assistant_details, is_or_was_member
from marketplace.vocabulary import CheckKind
from marketplace.web.language import translate
from marketplace.web.templating import day_words

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said, before and now; each value in words."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReviewPage:
    """What ``moderation/review.html`` shows."""

    review: Review
    provider: Provider
    name: str
    hidden: Sequence[tuple[str, str]]
    """What the public never reads, to hold against papers: of a Personal Assistant or a household."""
    sent_by: str
    is_new: bool
    is_import: bool
    """Nobody sent it: an import brought it in."""
    lines: Sequence[Line]
    unreadable: bool
    """What was sent can't be read any more; it can only be handed back."""
    warnings: Sequence[str]
    missing: Sequence[str]
    checks: ChecksStanding
    elsewhere: Sequence[tuple[str, Sequence[CheckKind]]]
    """What other councils ask for, where its offers are."""
    flags: Sequence[FlagShown]
    said: Sequence[DecisionShown]
    approvals: int
    others: Sequence[QueueRow]
    history: History
    is_member: bool
    approved_by_me: bool


def review_page(session: Session, review_id: uuid.UUID, *, account: Account, today: date) -> ReviewPage:
    """Everything about one review. Raises ``NoResultFound``."""
    review, provider = queries.review_and_provider(session, review_id)
    history = queries.history_of(session, provider.id)
    said = history.said.get(review.id, ())
    sender = session.get(Account, review.sent_by_id) if review.sent_by_id else None
    details = assistant_details(session, provider)
    lines, warned, lacking, unreadable = _content(review, provider)
    return ReviewPage(
        review=review,
        provider=provider,
        name=str(review.document.get("name") or provider.name),
        hidden=_of_assistant(provider, details) + _of_household(session, review),
        sent_by=sender.name if sender else "",
        is_new=review.live_document is None,
        is_import=review.is_import,
        lines=lines,
        unreadable=unreadable,
        warnings=warned,
        missing=lacking,
        checks=standing_of(session, [provider.id], today=today)[provider.id],
        elsewhere=elsewhere(session, provider, today=today),
        flags=queries.flags_shown(session, review.flags),
        said=said,
        approvals=sum(one.decision.verdict is Verdict.APPROVE for one in said),
        others=queries.others_waiting(session, review),
        history=history,
        is_member=is_or_was_member(session, provider_id=provider.id, account_id=account.id),
        approved_by_me=any(
            one.decision.account_id == account.id and one.decision.verdict is Verdict.APPROVE for one in said
        ),
    )


def age_words(since: datetime, *, now: datetime) -> str:
    """How long something waits: '3 days', '5 hours', 'Just sent'."""
    age = now - since
    if age >= _DAY:
        return ngettext("%(num)s day", "%(num)s days", age // _DAY)
    if age >= _HOUR:
        return ngettext("%(num)s hour", "%(num)s hours", age // _HOUR)
    if age >= _MINUTE:
        return ngettext("%(num)s minute", "%(num)s minutes", age // _MINUTE)
    return gettext("Just sent")


def check_kinds(kinds: Sequence[CheckKind]) -> list[str]:
    return [translate(kind.label) for kind in kinds]


def _of_assistant(provider: Provider, details: AssistantDetails | None) -> list[tuple[str, str]]:
    """What a Personal Assistant told beside the offer."""
    if details is None:
        return []
    home = ", ".join(one for one in (details.street, provider.town, provider.postcode) if one)
    told = [
        (gettext("Last name"), details.family_name),
        (gettext("Home"), home),
        (gettext("How they work"), translate(details.works_as.label) if details.works_as else ""),
        (gettext("Age"), translate(details.wage_band.label) if details.wage_band else ""),
        (gettext("Can drive"), _yes_or_no(details.can_drive)),
        (gettext("Has a car"), _yes_or_no(details.has_car)),
        (
            gettext("Read what the service does"),
            day_words(details.contract_read_at) if details.contract_read_at else gettext("not yet"),
        ),
    ]
    return [(label, words) for label, words in told if words]


def _of_household(session: Session, review: Review) -> list[tuple[str, str]]:
    """What a scheme told about the home in which an offer happens."""
    if review.offer_id is None or not review.document.get("household_id"):
        return []
    try:
        key = uuid.UUID(str(review.document["household_id"]))
    except ValueError:
        return []
    home = session.get(Household, key)
    if home is None or home.provider_id != review.provider_id:
        return []
    told = [
        (gettext("Carers"), home.first_names),
        (gettext("The scheme calls it"), home.scheme_reference),
        (gettext("Home"), ", ".join(one for one in (home.street, home.town, home.postcode) if one)),
        (gettext("Pets"), home.pets),
        (gettext("Approved by the scheme"), day_words(home.approved_on) if home.approved_on else ""),
        (gettext("The scheme looks again"), day_words(home.review_on) if home.review_on else ""),
    ]
    return [(label, words) for label, words in told if words]


def _yes_or_no(known: bool | None) -> str:
    if known is None:
        return ""
    return gettext("Yes") if known else gettext("No")


def _content(review: Review, provider: Provider) -> tuple[list[Line], Sequence[str], Sequence[str], bool]:
    """The lines, the warnings, what is missing, and whether it can't be read."""
    if review.about is ReviewOf.PROVIDER:
        changed = provider_differences(review.live_document, review.document)
        rows = [
            Line(translate(one.label), _some(translate(one.before)), _some(translate(one.after)))
            for one in changed
        ]
        return rows, (), (), False
    try:
        document = parse_document(review.document)
        live = None if review.live_document is None else parse_document(review.live_document)
    except DocumentError:
        return [], (), (), True
    lines = [
        Line(one.label, tuple(one.before_words), tuple(one.after_words))
        for one in differences(live, document)
    ]
    warned = [one.words for one in warnings(document)]
    lacking = [one.words for one in missing(document, provider.legal_form)]
    return lines, warned, lacking, False


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
