"""Where moderators note the checks that they saw."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from marketplace.accounts.access import HasRole
from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.directory.check_words import outcome_words, seen_words
from marketplace.listing.checks.how import HOW
from marketplace.listing.checks.page import checks_page
from marketplace.moderation import check_mails, demand_routes
from marketplace.moderation.check_effects import hidden_without, shown_offers
from marketplace.moderation.check_forms import CheckForm, RemoveForm
from marketplace.offers.standing import stand
from marketplace.providers.checks import demands_for
from marketplace.providers.checks_recording import FOOD_RATINGS, default_end, record_check, remove_check
from marketplace.providers.models import Check, Provider
from marketplace.providers.queries import is_or_was_member
from marketplace.vocabulary import CheckKind, CqcRating, Role
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.today import london_today

blueprint = Blueprint("checking", __name__, url_prefix="/moderation")
blueprint.register_blueprint(demand_routes.blueprint)
_MODERATOR = HasRole(Role.MODERATOR)
_KIND = "<any({}):kind>".format(", ".join(CheckKind))
_CONFLICT = 409
_UNPROCESSABLE = 422
_DONE = {"noted", "removed"}


@blueprint.get("/providers/<uuid:provider_id>/checks")
@access(_MODERATOR)
def checks(provider_id: UUID) -> str:
    """What is asked for of a provider, what was seen, and what can be noted."""
    provider = get_session().get_one(Provider, provider_id)
    page = checks_page(get_session(), provider, today=london_today())
    shown = {row.kind for row in (*page.asked, *page.others)}
    done = request.args.get("done", "")
    return render_template(
        "moderation/checks/checks.html",
        provider=provider,
        page=page,
        kinds=[kind for kind in CheckKind if kind not in shown],
        noted={check.kind for check in provider.checks},
        is_own=_is_own(provider),
        done=done if done in _DONE else "",
    )


@blueprint.route(f"/providers/<uuid:provider_id>/checks/{_KIND}", methods=["GET", "POST"])
@access(_MODERATOR)
def note(provider_id: UUID, kind: str) -> ResponseReturnValue:
    """Note what was seen: dates, and what it says. There is nothing to upload."""
    session, today, of_kind = get_session(), london_today(), CheckKind(kind)
    provider = session.get_one(Provider, provider_id)
    if _is_own(provider):
        return _own(provider)
    known = _check(provider, of_kind)
    demands = demands_for(session, provider)
    # What was noted before is shown, but seen anew means today.
    form = CheckForm(
        data={"seen_on": today} | ({"outcome": known.outcome, "dated": known.dated} if known else {})
    )
    form.about(of_kind, demands=demands, today=today)
    if request.method == "POST" and form.validate():
        before = shown_offers(session, today, provider.id)
        record_check(session, provider=provider, kind=of_kind, seen=form.seen(), account=signed_in_account())
        stand(session, provider_id=provider.id, today=today)
        if shown_offers(session, today, provider.id).keys() - before.keys():
            check_mails.tell_shown(session, provider, base_url=current_settings().base_url)
        session.commit()
        return redirect(url_for("checking.checks", provider_id=provider.id, done="noted"), 303)
    page = render_template(
        "moderation/checks/note.html",
        provider=provider,
        kind=of_kind,
        form=form,
        how=HOW[of_kind],
        known=seen_words(known, today=today) if known else "",
        default=default_end(of_kind, today, demands),
        ratings=_ratings(of_kind),
    )
    return (page, _UNPROCESSABLE) if form.errors else page


@blueprint.route(f"/providers/<uuid:provider_id>/checks/{_KIND}/remove", methods=["GET", "POST"])
@access(_MODERATOR)
def remove(provider_id: UUID, kind: str) -> ResponseReturnValue:
    """Take a check away, with the reason, after saying what that hides."""
    session, today = get_session(), london_today()
    provider = session.get_one(Provider, provider_id)
    if _is_own(provider):
        return _own(provider)
    check = session.scalars(
        select(Check).where(Check.provider_id == provider.id, Check.kind == CheckKind(kind))
    ).one()
    hidden = hidden_without(session, provider, check, today=today)
    form = RemoveForm()
    if request.method == "POST" and form.validate():
        by = signed_in_account()
        remove_check(session, check=check, provider=provider, reason=form.reason.data, account=by)
        stand(session, provider_id=provider.id, today=today)
        base_url = current_settings().base_url
        check_mails.tell_removed(session, provider, CheckKind(kind), hides=hidden > 0, base_url=base_url)
        session.commit()
        return redirect(url_for("checking.checks", provider_id=provider.id, done="removed"), 303)
    page = render_template(
        "moderation/checks/remove.html",
        provider=provider,
        kind=check.kind,
        facts=seen_words(check, today=today),
        form=form,
        hidden=hidden,
    )
    return (page, _UNPROCESSABLE) if form.errors else page


def _check(provider: Provider, kind: CheckKind) -> Check | None:
    return next((check for check in provider.checks if check.kind is kind), None)


def _is_own(provider: Provider) -> bool:
    return is_or_was_member(get_session(), provider_id=provider.id, account_id=signed_in_account().id)


def _own(provider: Provider) -> ResponseReturnValue:
    """Nobody notes checks of a provider that they act for."""
    return render_template("moderation/checks/own.html", provider=provider), _CONFLICT


def _ratings(kind: CheckKind) -> list[tuple[str, str]]:
    """What a rating can be, with its words; nothing for checks that have none."""
    if kind is CheckKind.CQC_RATING:
        return [(rating.value, outcome_words(kind, rating.value)) for rating in CqcRating]
    if kind is CheckKind.FOOD_HYGIENE:
        return [(rating, outcome_words(kind, rating)) for rating in FOOD_RATINGS]
    return []
