"""A provider as moderators see it: its history, stopping it, closing it, and what it should make better."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.directory.words import public_name
from marketplace.gaps.disclosure import Shown, shown, split
from marketplace.listing.checks.page import elsewhere
from marketplace.moderation import closure_queries, notes, queries
from marketplace.moderation.blueprint import (
    AS_MODERATOR,
    CONFLICT,
    SEES_COUNTS,
    UNPROCESSABLE,
    blueprint,
    once,
    page_number,
)
from marketplace.moderation.closing import close_provider, reopen_provider
from marketplace.moderation.forms import (
    CloseForm,
    Ends,
    NoteDoneForm,
    NoteForm,
    RestoreForm,
    SuspendForm,
)
from marketplace.moderation.models import ImprovementNote
from marketplace.moderation.offer_states import offers_page
from marketplace.moderation.suspending import NotActiveError, restore, suspend
from marketplace.providers.checks import standing_of
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.providers.queries import closing_reasons, is_or_was_member, live_accounts_of
from marketplace.vocabulary import Role
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.today import london_today

DONE = {"suspended", "restored", "closed", "reopened", "noted", "settled"}


@blueprint.get("/moderation/providers")
@access(AS_MODERATOR)
def providers() -> str:
    search = request.args.get("search", "")[: queries.LONGEST_SEARCH]
    page = queries.providers_page(get_session(), search=search, page=page_number())
    return render_template("moderation/providers.html", page=page, search=search)


@blueprint.get("/moderation/providers/<uuid:provider_id>")
@access(AS_MODERATOR)
def provider(provider_id: UUID) -> str:
    """Everything that moderators know about one provider."""
    return _page(_provider(provider_id), NoteForm())


@blueprint.route("/moderation/providers/<uuid:provider_id>/suspend", methods=["GET", "POST"])
@access(AS_MODERATOR)
def suspend_provider(provider_id: UUID) -> ResponseReturnValue:
    """Stop a provider at once, everywhere."""
    found, form = _provider(provider_id), SuspendForm()
    if _is_own(found):
        return _own(found)
    if request.method == "POST" and form.validate():
        settings = current_settings()
        try:
            suspend(
                get_session(),
                provider=found,
                reason=form.reason.data,
                told=form.told.data,
                by=signed_in_account(),
                today=london_today(),
                base_url=settings.base_url,
                secret_key=settings.secret_key,
            )
        except NotActiveError:
            get_session().rollback()
            return redirect(url_for("moderation.provider", provider_id=provider_id), 303)
        return _done(found, "suspended")
    page = render_template("moderation/suspend.html", provider=found, form=form)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/moderation/providers/<uuid:provider_id>/restore", methods=["GET", "POST"])
@access(AS_MODERATOR)
def restore_provider(provider_id: UUID) -> ResponseReturnValue:
    found, form = _provider(provider_id), RestoreForm()
    if _is_own(found):
        return _own(found)
    if request.method == "POST" and form.validate():
        restore(
            get_session(),
            provider=found,
            reason=form.reason.data,
            by=signed_in_account(),
            today=london_today(),
            base_url=current_settings().base_url,
        )
        return _done(found, "restored")
    page = render_template("moderation/restore.html", provider=found, form=form)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/moderation/providers/<uuid:provider_id>/close", methods=["GET", "POST"])
@access(AS_MODERATOR)
def close(provider_id: UUID) -> ResponseReturnValue:
    """A provider fails or closes: who used it is told, with what fits instead."""
    today = london_today()
    found, form = _provider(provider_id), CloseForm(today=today)
    if _is_own(found):
        return _own(found)
    if request.method == "POST" and form.validate():
        has_stopped = form.ends.data == Ends.STOPPED.value
        close_provider(
            get_session(),
            provider=found,
            last_day=today - timedelta(days=1) if has_stopped else form.last_day.data,
            reason=form.reason.data,
            by=signed_in_account(),
            role=Role.MODERATOR,
            today=today,
        )
        return _done(found, "closed")
    page = render_template("moderation/close.html", provider=found, form=form, ends=tuple(Ends))
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.post("/moderation/providers/<uuid:provider_id>/reopen")
@access(AS_MODERATOR)
def reopen(provider_id: UUID) -> ResponseReturnValue:
    found = _provider(provider_id)
    if _is_own(found):
        return _own(found)
    reopen_provider(
        get_session(),
        provider=found,
        by=signed_in_account(),
        today=london_today(),
        base_url=current_settings().base_url,
    )
    return _done(found, "reopened")


@blueprint.post("/moderation/providers/<uuid:provider_id>/notes")
@access(AS_MODERATOR)
def add_note(provider_id: UUID) -> ResponseReturnValue:
    found, form = _provider(provider_id), NoteForm()
    if _is_own(found):
        return _own(found)
    if not form.validate():
        return _page(found, form), UNPROCESSABLE
    notes.write_note(
        get_session(),
        note_id=once(),
        provider=found,
        text=form.text.data,
        is_shared=form.is_shared.data,
        due_on=form.due_on.data,
        by=signed_in_account(),
    )
    return _done(found, "noted")


@blueprint.route("/moderation/notes/<uuid:note_id>/done", methods=["GET", "POST"])
@access(AS_MODERATOR)
def note_done(note_id: UUID) -> ResponseReturnValue:
    """What came of a note."""
    session = get_session()
    note = session.get_one(ImprovementNote, note_id)
    found, form = session.get_one(Provider, note.provider_id), NoteDoneForm()
    if _is_own(found):
        return _own(found)
    if request.method == "POST" and form.validate():
        notes.finish_note(session, note=note, words=form.words.data, by=signed_in_account())
        return _done(found, "settled")
    page = render_template("moderation/note_done.html", provider=found, note=note, form=form)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/moderation/closures")
@access(SEES_COUNTS)
def closures() -> str:
    """What closes, and about how many people it touches: never who."""
    found = closure_queries.closings(get_session())
    return render_template(
        "moderation/closures.html",
        closings=[(one, *_counts(one)) for one in found],
        public_name=public_name,
        today=london_today(),
        is_moderator=Role.MODERATOR in signed_in_account().roles,
    )


def _counts(closing: closure_queries.Closing) -> tuple[Shown, tuple[Shown, ...] | None]:
    """The people; and those with something else and those without, where that gives nobody away."""
    row = split((closing.settled, closing.people - closing.settled))
    return shown(closing.people), row.parts


def _is_own(provider: Provider) -> bool:
    """Nobody moderates a provider that they act for."""
    return is_or_was_member(get_session(), provider_id=provider.id, account_id=signed_in_account().id)


def _own(provider: Provider) -> ResponseReturnValue:
    return render_template("moderation/own.html", provider=provider), CONFLICT


def _provider(provider_id: UUID) -> Provider:
    return get_session().get_one(Provider, provider_id)


def _done(provider: Provider, what: str) -> ResponseReturnValue:
    get_session().commit()
    return redirect(url_for("moderation.provider", provider_id=provider.id, done=what), 303)


def _page(provider: Provider, form: NoteForm) -> str:
    session, today = get_session(), london_today()
    closing = next(iter(closure_queries.closings(session, provider.id)), None)
    done = request.args.get("done", "")
    return render_template(
        "moderation/provider.html",
        provider=provider,
        is_active=provider.status is ProviderStatus.ACTIVE,
        is_suspended=provider.status is ProviderStatus.SUSPENDED,
        members=live_accounts_of(session, provider.id),
        offers=offers_page(session, provider.id, page=page_number()),
        checks=standing_of(session, [provider.id], today=today)[provider.id],
        elsewhere=elsewhere(session, provider, today=today),
        history=queries.history_of(session, provider.id),
        closing=closing,
        closing_reasons=closing_reasons(session, provider.id) if provider.closed_at else [],
        counts=_counts(closing) if closing else None,
        form=form,
        once=once(),
        today=today,
        done=done if done in DONE else "",
    )
