"""One question about an offer a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.listing.offers import answers, forms
from marketplace.listing.offers.blueprint import (
    CONFLICT,
    MEMBERS,
    UNPROCESSABLE,
    blueprint,
    current_editing,
    goes_back,
    is_stale,
    offer_url,
    step_url,
)
from marketplace.listing.offers.editing import Editing, Kept, keep
from marketplace.listing.offers.steps import (
    ACCESS_FEATURES,
    ADDRESS_WORDS,
    LISTED,
    NEEDED,
    QUESTIONS,
    SUPPORT_FEATURES,
    OfferStep,
    step_after,
    step_before,
    steps_for,
)
from marketplace.listing.offers.summary import lines_of
from marketplace.offers.document import OfferDocument
from marketplace.people.profile.forms import seen
from marketplace.vocabulary import N_, Answer, OfferKind, PlaceKind, SupportLevel
from marketplace.web.access import access
from marketplace.web.today import london_today

ONE_STEP = f"<any({', '.join(repr(step.value) for step in OfferStep if step not in LISTED)}):step>"


@blueprint.route(f"/<uuid:offer_id>/{ONE_STEP}", methods=["GET", "POST"])
@access(MEMBERS)
def question(provider_id: UUID, offer_id: UUID, step: str) -> ResponseReturnValue:
    """Ask, or keep the answer and go on."""
    asked, now = OfferStep(step), current_editing(offer_id)
    if asked not in steps_for(now.document):
        return redirect(step_url(offer_id, OfferStep.PLACE if asked is OfferStep.ADDRESS else OfferStep.KIND))
    form = answers.form_of(asked, now.document)
    if request.method == "GET":
        return question_page(asked, now, form)
    if "skip" in request.form:
        return go_on(asked, now.document, offer_id)
    if not form.validate():
        return question_page(asked, now, form), UNPROCESSABLE
    after = with_own_place(now, answers.answered(asked, now.document, form))
    kept = Kept.SAME
    if after != now.document:
        if not now.may_change(asked):
            return question_page(asked, now, form, is_waiting=True), CONFLICT
        if is_stale(answers.said(asked, now.document)):
            return question_page(asked, now, form, conflict=said_now(asked, now)), CONFLICT
        kept = keep(get_session(), now, after, account=signed_in_account())
        get_session().commit()
    return go_on(asked, after, offer_id, kept=kept)


def with_own_place(now: Editing, after: OfferDocument) -> OfferDocument:
    """A place that was just chosen begins as the provider's own: nothing is asked twice."""
    place = after.place
    if now.document.place is not None or place is None or place.kind is PlaceKind.ONLINE:
        return after
    provider = now.provider
    own = replace(place, town=provider.town or "", postcode=provider.postcode or "")
    return replace(after, place=own)


def go_on(
    step: OfferStep, document: OfferDocument, offer_id: UUID, *, kept: Kept = Kept.SAME
) -> ResponseReturnValue:
    """To the next question, or back to the list of answers."""
    following = step_after(step, document)
    belongs = following in _PART_OF.get(step, ()) and not _is_complete(following, document)
    if following is not None and (belongs or not goes_back()):
        return redirect(step_url(offer_id, following), 303)
    return redirect(offer_url(offer_id, step=step if goes_back() else None, done=kept.value), 303)


_PART_OF = {OfferStep.KIND: (OfferStep.FORM,), OfferStep.PLACE: (OfferStep.ADDRESS,)}
"""Questions that an answer brings with it, also where someone came to change only that."""


def _is_complete(step: OfferStep | None, document: OfferDocument) -> bool:
    if step is OfferStep.FORM:
        return document.kind is not OfferKind.SHARED_LIVES or document.shared_lives_form is not None
    place = document.place
    if place is None or not (place.postcode or place.town):
        return False
    return place.kind is not PlaceKind.TRAVELS_TO_YOU or place.radius_km is not None


def question_page(
    step: OfferStep,
    now: Editing,
    form: FlaskForm,
    *,
    conflict: Sequence[str] = (),
    is_waiting: bool = False,
) -> str:
    asked = QUESTIONS[step]
    heading, hint = asked.heading, asked.hint
    if step is OfferStep.ADDRESS and now.document.place is not None:
        heading, hint = ADDRESS_WORDS[now.document.place.kind]
    return render_template(
        [f"listing/offers/questions/{step.value}.html", "listing/offers/questions/choices.html"],
        question=asked,
        heading=gettext(heading),
        hint=gettext(hint) if hint else "",
        form=form,
        chosen=answers.chosen(form),
        seen=seen(answers.said(step, now.document)),
        conflict=conflict,
        is_waiting=is_waiting or not now.may_change(step),
        question_picture=asked.picture,
        can_skip=step not in NEEDED,
        reach_url=_reach_url(step, now),
        features=SUPPORT_FEATURES if step is OfferStep.SUPPORT else ACCESS_FEATURES,
        feature_answers=[(answer.value, answer.label) for answer in Answer],
        levels=tuple(SupportLevel),
        level_answers=LEVEL_ANSWERS,
        **frame(step, now),
    )


def _reach_url(step: OfferStep, now: Editing) -> str:
    """Where a page asks who could find the offer with this answer; '' where the answer decides little."""
    if step not in _REACHES:
        return ""
    return url_for("provider_offers.who", provider_id=now.provider.id, offer_id=now.offer.id, step=step.value)


_WITH_WORDS = frozenset({OfferStep.COST, OfferStep.PAUSES, OfferStep.GROUP})
"""Live at once, but for words of the provider's own."""
_REACHES = frozenset({OfferStep.THEMES, OfferStep.LEVELS, OfferStep.ADDRESS})


def frame(step: OfferStep, now: Editing) -> dict[str, object]:
    """What every page of a question has: the way back, how far it is, what saving does."""
    steps = steps_for(now.document)
    before = step_before(step, now.document)
    walks = not goes_back()
    return {
        "step": step,
        "offer": now.offer,
        "document": now.document,
        "provider": now.provider,
        "goes_back": goes_back(),
        "is_live": now.live is not None,
        "is_live_at_once": now.is_live_at_once(step),
        "has_words": step in _WITH_WORDS,
        "number": steps.index(step) + 1,
        "total": len(steps),
        "list_url": offer_url(now.offer.id),
        "back": step_url(now.offer.id, before) if walks and before else offer_url(now.offer.id, step=step),
    }


def said_now(step: OfferStep, now: Editing) -> Sequence[str]:
    """What the document says by now, for someone whose form began from something else."""
    return lines_of(step, now.document, now.shown, today=london_today()) or (gettext("Nothing"),)


LEVEL_ANSWERS = (
    (forms.MADE_FOR, N_("Yes, it was made for them")),
    (forms.CAN_COME, N_("Yes, they can come")),
    (forms.LEFT_OPEN, N_("No, or not known")),
)
