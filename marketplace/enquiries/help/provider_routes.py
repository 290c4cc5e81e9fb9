"""The provider's side of requests for help: what it was told of, 'I can help', and 'not now'."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.enquiries.blueprint import TALKING
from marketplace.enquiries.help import operations, queries
from marketplace.enquiries.help.blueprint import CONFLICT, UNPROCESSABLE, blueprint, read
from marketplace.enquiries.help.forms import AnswerForm
from marketplace.enquiries.help.models import HelpTold, HelpWanted
from marketplace.enquiries.help.suiting import can_be_told
from marketplace.enquiries.messages.kinds import CaughtKind
from marketplace.offers.models import Offer
from marketplace.providers.access import OfProvider, current_provider
from marketplace.providers.models import ProviderStatus
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.limits import limited
from marketplace.web.today import london_today

ALL = "/provide/<uuid:provider_id>/help-wanted"
ONE = f"{ALL}/<uuid:help_id>"
DONE = {"yes", "no"}
_FOR_MODERATORS = frozenset({CaughtKind.PRESSURE, CaughtKind.BANK})
"""A phone number is mostly a slip, and it was not passed on; these are looked at."""


@blueprint.get(ALL)
@access(OfProvider())
def of_provider(provider_id: UUID) -> str:
    """What people look for that this provider may be able to give. Nobody is named."""
    return _list(provider_id)


@blueprint.route(f"{ONE}/answer", methods=["GET", "POST"])
@access(OfProvider())
@limited(TALKING)
def answer(provider_id: UUID, help_id: UUID) -> ResponseReturnValue:
    """'I can help', with a few words. Words that are not passed on can be changed at once."""
    wanted, told, offer = _told(provider_id, help_id)
    form = AnswerForm(data={"words": told.words if told.can_help else ""})
    if not _may_answer(wanted, offer):
        return _form_page(wanted, offer, form, is_over=True), CONFLICT
    if request.method != "POST":
        return _form_page(wanted, offer, form)
    if not form.validate():
        _note(wanted, offer, form, [one.kind.value for one in form.found if one.kind in _FOR_MODERATORS])
        return _form_page(wanted, offer, form), UNPROCESSABLE
    try:
        _answer(wanted, offer, can_help=True, words=form.words.data)
    except operations.OverError:
        get_session().rollback()
        return _form_page(wanted, offer, form, is_over=True), CONFLICT
    except operations.TooFastError:
        get_session().rollback()
        _note(wanted, offer, form, [CaughtKind.MANY.value])
        problem = gettext("You have answered many people in a short time. Please wait some minutes.")
        return _form_page(wanted, offer, form, problem=problem), CONFLICT
    return redirect(url_for("help.of_provider", provider_id=provider_id, done="yes"), 303)


@blueprint.post(f"{ONE}/not-now")
@access(OfProvider())
@limited(TALKING)
def not_now(provider_id: UUID, help_id: UUID) -> ResponseReturnValue:
    """No, or not any more. The person sees no names of those who can't."""
    wanted, _, offer = _told(provider_id, help_id)
    try:
        _answer(wanted, offer, can_help=False, words="")
    except operations.OverError:
        get_session().rollback()
        return _list(provider_id, was_refused=True), CONFLICT
    return redirect(url_for("help.of_provider", provider_id=provider_id, done="no"), 303)


def _told(provider_id: UUID, help_id: UUID) -> tuple[HelpWanted, HelpTold, Offer]:
    return queries.help_of_provider(get_session(), provider_id, help_id) or abort(404)


def _may_answer(wanted: HelpWanted, offer: Offer) -> bool:
    today = london_today()
    is_heard = offer.id in can_be_told(get_session(), wanted.person_id, [offer.id], today=today)
    return is_heard and operations.is_open(wanted, today=today)


def _answer(wanted: HelpWanted, offer: Offer, *, can_help: bool, words: str) -> None:
    session, settings = get_session(), current_settings()
    operations.answer_help(
        session,
        wanted,
        offer,
        can_help=can_help,
        words=words,
        account=signed_in_account(),
        now=datetime.now(UTC),
        today=london_today(),
        many=settings.many,
        base_url=settings.base_url,
    )
    session.commit()


def _note(wanted: HelpWanted, offer: Offer, form: AnswerForm, flags: list[str]) -> None:
    if not flags:
        return
    session, words = get_session(), form.words.data
    operations.note_stopped(session, wanted, offer, words=words, flags=flags, account=signed_in_account())
    session.commit()


def _list(provider_id: UUID, *, was_refused: bool = False) -> str:
    done = request.args.get("done", "")
    waiting = queries.of_provider(get_session(), provider_id, today=london_today())
    return render_template(
        "enquiries/help/of_provider.html",
        provider=current_provider(),
        is_active=current_provider().status is ProviderStatus.ACTIVE,
        rows=[(one, read(one.wanted)) for one in waiting],
        was_refused=was_refused,
        done=done if done in DONE else "",
    )


def _form_page(
    wanted: HelpWanted, offer: Offer, form: AnswerForm, *, is_over: bool = False, problem: str = ""
) -> str:
    return render_template(
        "enquiries/help/answer.html",
        provider=current_provider(),
        wanted=wanted,
        shown=None if is_over else read(wanted),  # what has ended is nobody's to read any more
        offer=offer,
        form=form,
        is_over=is_over,
        problem=problem,
    )
