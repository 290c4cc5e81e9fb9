"""The queue, one review, and what changed at once."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.accounts.current import signed_in_account
from marketplace.accounts.models import Account
from marketplace.accounts.start_pages import start_page
from marketplace.audit import Action, AuditEntry, record
from marketplace.db import get_session
from marketplace.directory.offer_page import offer_page
from marketplace.geo.council_areas import council_code
from marketplace.moderation import (  # noqa: F401 (their pages stand on the same blueprint)
    closure_routes,
    concern_routes,
    holdings,
    left,
    message_routes,
    number_routes,
    provider_routes,
    queries,
    sent,
    stale_routes,
    together_routes,
)
from marketplace.moderation.blueprint import AS_MODERATOR, CONFLICT, UNPROCESSABLE, blueprint, page_number
from marketplace.moderation.council_choice import council_names, councils_among, districts_of
from marketplace.moderation.deciding import Decided, Outcome, decide
from marketplace.moderation.forms import DecisionForm
from marketplace.moderation.models import ReviewState, Verdict
from marketplace.moderation.queries import QueueKind, Whose
from marketplace.moderation.review_page import age_words, review_page
from marketplace.offers.differences import LABELS
from marketplace.offers.document import DocumentError, as_offer, parse_document
from marketplace.offers.models import Offer
from marketplace.vocabulary import Role
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.language import translate
from marketplace.web.today import london_today

__all__ = ["blueprint"]

_TOLD = {
    Verdict.APPROVE: "approved",
    Verdict.ASK_FOR_CHANGES: "changes",
    Verdict.REFUSE: "refused",
}
_TOGETHER = {
    "min_age": "ages",
    "max_age": "ages",
    "transport_offered": "transport",
    "transport_radius_km": "transport",
    "transport_cost": "transport",
}
"""Columns that the differences bring together."""
_TOLD_OF_IMPORTS = {Verdict.APPROVE: "shown", Verdict.REFUSE: "unseen"}
"""Nobody acts for what an import brought in, so nobody is told."""
DONE = {*_TOLD.values(), *_TOLD_OF_IMPORTS.values(), "first"}


@start_page(Role.MODERATOR)
def _start(_account: Account) -> str:
    return url_for("moderation.queue")


@blueprint.get("/moderation")
@access(AS_MODERATOR)
def queue() -> str:
    """What waits, oldest first."""
    kind = next((one for one in QueueKind if one.value == request.args.get("kind")), QueueKind.ALL)
    whose = next((one for one in Whose if one.value == request.args.get("whose")), Whose.MINE)
    council, names = request.args.get("council", ""), council_names()
    page = queries.queue_page(
        get_session(),
        account_id=signed_in_account().id,
        kind=kind,
        whose=whose,
        districts=districts_of(council),
        page=page_number(),
    )
    done = request.args.get("done", "")
    now = datetime.now(UTC)
    return render_template(
        "moderation/queue.html",
        page=page,
        ages={row.review.id: age_words(row.review.sent_at, now=now) for row in page.rows},
        kind=kind,
        kinds=tuple(QueueKind),
        whose=whose,
        all_whose=tuple(Whose),
        council=council,
        councils=councils_among(page.councils),
        council_of={row.review.id: names.get(council_code(row.district_code) or "", "") for row in page.rows},
        done=done if done in DONE else "",
    )


@blueprint.route("/moderation/reviews/<uuid:review_id>", methods=["GET", "POST"])
@access(AS_MODERATOR)
def review(review_id: UUID) -> ResponseReturnValue:
    """One review: what is to change, what is known, and the decision."""
    session, account, form = get_session(), signed_in_account(), DecisionForm()
    decided: Decided | None = None
    if request.method == "POST" and form.validate():
        decided = decide(
            session,
            review_id=review_id,
            seen_version=form.seen.data or 0,
            verdict=Verdict(form.verdict.data),
            reason=form.reason.data,
            by=account,
            today=london_today(),
            base_url=current_settings().base_url,
        )
        session.commit()
        if decided.counts:
            done = _done(decided, review_id, verdict=Verdict(form.verdict.data))
            return redirect(url_for("moderation.queue", done=done), 303)
    page = review_page(session, review_id, account=account, today=london_today())
    answer = render_template(
        "moderation/review.html",
        page=page,
        form=form,
        decided=decided,
        told=_told(decided, is_import=page.is_import),
        verdicts=tuple(one for one in Verdict if not page.is_import or one is not Verdict.ASK_FOR_CHANGES),
        age=age_words(page.review.sent_at, now=datetime.now(UTC)),
        may_decide=page.review.state is ReviewState.WAITING and not page.is_member,
    )
    if decided is not None:
        return answer, CONFLICT
    return (answer, UNPROCESSABLE) if form.errors else answer


@blueprint.get("/moderation/reviews/<uuid:review_id>/preview")
@access(AS_MODERATOR)
def preview(review_id: UUID) -> str:
    """The offer's page as a person would see it; 'not found' for what is no offer."""
    session = get_session()
    found, provider = queries.review_and_provider(session, review_id)
    offer = session.get(Offer, found.offer_id) if found.offer_id else None
    if offer is None:
        abort(404)
    try:
        document = parse_document(found.document)
    except DocumentError:
        abort(404)
    shown = as_offer(document, of=offer, provider=provider)
    if found.is_import:  # it says where its facts came from, as it would once it is shown
        shown.source_id, shown.updated_at = offer.source_id, offer.updated_at
    return render_template(
        "moderation/preview.html",
        page=offer_page(shown, today=london_today()),
        drawing=None,
        more=(),
        review=found,
    )


@blueprint.route("/moderation/changes", methods=["GET", "POST"])
@access(AS_MODERATOR)
def changes() -> ResponseReturnValue:
    """What changed at once in live offers since a moderator last looked."""
    session = get_session()
    edits, last = queries.live_edits(session)
    if request.method == "POST":
        up_to = request.form.get("up_to", "")
        number = int(up_to) if up_to.isascii() and up_to.isdigit() and len(up_to) < 16 else 0
        if edits and number:
            record(
                session,
                action=Action.LIVE_EDITS_SEEN,
                subject=("live_edits", number),
                details={"up_to": min(number, last)},
                actor=signed_in_account(),
                role=Role.MODERATOR,
            )
            session.commit()
        return redirect(url_for("moderation.changes", done="seen"), 303)
    return render_template(
        "moderation/changes.html",
        field_words=_field_words,
        edits=edits,
        last=last,
        most=queries.MOST_LIVE_EDITS,
        done="done" in request.args,
    )


def _done(decided: Decided, review_id: UUID, *, verdict: Verdict) -> str:
    if _is_first(decided, review_id):
        return "first"
    about, _ = queries.review_and_provider(get_session(), review_id)
    told = _TOLD | _TOLD_OF_IMPORTS if about.is_import else _TOLD
    return told[verdict]


def _is_first(decided: Decided, review_id: UUID) -> bool:
    """Also for the second sending of a first approval."""
    if decided.outcome is Outcome.FIRST_APPROVAL:
        return True
    found, _ = queries.review_and_provider(get_session(), review_id)
    return decided.outcome is Outcome.SAME_AGAIN and found.state is ReviewState.WAITING


def _told(decided: Decided | None, *, is_import: bool) -> str:
    """What stands against the decision, in a sentence."""
    if decided is None or decided.counts:
        return ""
    who = decided.by or gettext("Another moderator")
    match decided.outcome, decided.verdict:
        case Outcome.DECIDED_BEFORE, Verdict.APPROVE:
            return gettext("%(name)s approved this before you.", name=who)
        case Outcome.DECIDED_BEFORE, Verdict.ASK_FOR_CHANGES:
            return gettext("%(name)s asked for changes before you.", name=who)
        case Outcome.DECIDED_BEFORE, _:
            return gettext("%(name)s refused this before you.", name=who)
        case ((Outcome.TAKEN_BACK | Outcome.CHANGED), _) if is_import:
            return gettext("A new import changed this. Please look at it again.")
        case Outcome.TAKEN_BACK, _:
            return gettext("The provider took this back to change it.")
        case Outcome.CHANGED, _:
            return gettext(
                "The provider sent this again after you opened the page. Please look at it once more."
            )
        case _:
            return gettext("You act for this provider. Another moderator decides.")


def _field_words(entry: AuditEntry) -> list[str]:
    """What of an offer changed, as its provider calls it; each once."""
    names = [_TOGETHER.get(name, name) for name in entry.details.get("fields", ())]
    return list(dict.fromkeys(translate(LABELS[name]) for name in names if name in LABELS))
