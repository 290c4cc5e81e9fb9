"""Several imported listings, decided at once: chosen, said back, done, and taken back."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.moderation import together
from marketplace.moderation.blueprint import AS_MODERATOR, CONFLICT, UNPROCESSABLE, blueprint, page_number
from marketplace.moderation.council_choice import councils_among, districts_of
from marketplace.moderation.forms import TogetherForm, Which
from marketplace.moderation.models import Verdict
from marketplace.moderation.together import MOST, Seen
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.today import london_today

_VERDICTS = (Verdict.APPROVE, Verdict.REFUSE)
_MOST_LEFT = 1_000


@blueprint.get("/moderation/imports")
@access(AS_MODERATOR)
def imports() -> str:
    """What imports left waiting, to be ticked."""
    return _choose(TogetherForm(formdata=None), ticked=frozenset())


@blueprint.post("/moderation/imports")
@access(AS_MODERATOR)
def imports_chosen() -> ResponseReturnValue:
    """Say back what will happen; the button there does it."""
    form, step = TogetherForm(), request.form.get("step", "")
    ticked = _named("chosen")
    if not form.validate() or step == "back":
        page = _choose(form, ticked=frozenset(ticked))
        return (page, UNPROCESSABLE) if form.errors else page
    chosen = (
        ticked if form.which.data == Which.TICKED else [one for one in _named("shown") if one not in ticked]
    )
    problem = _problem(chosen)
    if problem:
        form.which.errors = [problem]
        return _choose(form, ticked=frozenset(ticked)), UNPROCESSABLE
    if step == "do":
        return _do(form, chosen)
    rows = together.still_waiting(get_session(), chosen, account_id=signed_in_account().id)
    if not rows:
        return _choose(form, ticked=frozenset(), problem=_nothing_waits()), CONFLICT
    return render_template(
        "moderation/imports/sure.html",
        form=form,
        rows=rows,
        providers=len({row.provider.id for row in rows}),
        left=len(chosen) - len(rows),
        is_approval=form.verdict.data == Verdict.APPROVE.value,
        council=request.args.get("council", ""),
        page_number=page_number(),
    )


@blueprint.get("/moderation/imports/decided/<uuid:decision_id>")
@access(AS_MODERATOR)
def imports_decided(decision_id: UUID) -> str:
    """What was decided together, how each stands now, and the way back."""
    left = request.args.get("left", "")
    return render_template(
        "moderation/imports/decided.html",
        found=together.decided_with(get_session(), decision_id),
        decision_id=decision_id,
        left=min(int(left), _MOST_LEFT) if left.isascii() and left.isdigit() and len(left) < 5 else 0,
        done=request.args.get("done") if request.args.get("done") in {"decided", "back"} else "",
    )


@blueprint.post("/moderation/imports/decided/<uuid:decision_id>")
@access(AS_MODERATOR)
def imports_back(decision_id: UUID) -> ResponseReturnValue:
    together.take_back(get_session(), decision_id, by=signed_in_account())
    get_session().commit()
    return redirect(url_for("moderation.imports_decided", decision_id=decision_id, done="back"), 303)


def _do(form: TogetherForm, chosen: list[Seen]) -> ResponseReturnValue:
    came = together.decide_together(
        get_session(),
        chosen,
        verdict=Verdict(form.verdict.data),
        reason=form.reason.data,
        by=signed_in_account(),
        today=london_today(),
        base_url=current_settings().base_url,
    )
    get_session().commit()
    if came.decision_id is None:
        return _choose(form, ticked=frozenset(), problem=_nothing_waits()), CONFLICT
    address = url_for(
        "moderation.imports_decided", decision_id=came.decision_id, done="decided", left=came.left or None
    )
    return redirect(address, 303)


def _choose(form: TogetherForm, *, ticked: frozenset[Seen], problem: str = "") -> str:
    council = request.args.get("council", "")
    page = together.imports_page(
        get_session(),
        account_id=signed_in_account().id,
        districts=districts_of(council),
        page=page_number(),
    )
    return render_template(
        "moderation/imports/choose.html",
        form=form,
        page=page,
        ticked={f"{one.review_id}:{one.version}" for one in ticked},
        problem=problem,
        council=council,
        councils=councils_among(page.districts),
        every_which=tuple(Which),
        verdicts=_VERDICTS,
        most=MOST,
    )


def _named(field: str) -> list[Seen]:
    """The listings that a form names, each once; what is no such name is left out."""
    found: dict[UUID, int] = {}
    for text in request.form.getlist(field)[: 2 * MOST]:
        review_id, _, version = text.partition(":")
        if version.isascii() and version.isdigit() and len(version) < 8:
            try:
                found[UUID(review_id)] = int(version)
            except ValueError:
                continue
    return [Seen(review_id, version) for review_id, version in found.items()]


def _problem(chosen: list[Seen]) -> str:
    if not chosen:
        return gettext("Tick at least one, or choose all on this page")
    if len(chosen) > MOST:
        return ngettext("Choose at most %(num)s at once", "Choose at most %(num)s at once", MOST)
    return ""


def _nothing_waits() -> str:
    return gettext(
        "Nothing was decided. Someone else was first, or a new import changed them. Please look again."
    )
