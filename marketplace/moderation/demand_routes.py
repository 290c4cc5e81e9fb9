"""The settings of what councils ask for: council × kind of provider × check."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.access import HasRole
from marketplace.accounts.current import signed_in_account, signed_in_as
from marketplace.db import get_session
from marketplace.listing.checks.page import council_names
from marketplace.moderation.check_effects import effect_of
from marketplace.moderation.check_forms import DemandForm, WordsForm
from marketplace.offers.standing import stand
from marketplace.providers.checks import EVERYWHERE
from marketplace.providers.council_words import bring_to_of, change_words, own_words_of
from marketplace.providers.demands import (
    Asked,
    Said,
    StaleDemandError,
    change_demand,
    councils_with_own_words,
    demands_at,
    said_by,
)
from marketplace.vocabulary import CheckKind, LegalForm, Role
from marketplace.web.access import access
from marketplace.web.today import london_today

blueprint = Blueprint("demands", __name__, url_prefix="/demands")
_SETTING = HasRole(Role.MODERATOR, Role.ADMINISTRATOR)
_FORM = "<any({}):legal_form>".format(", ".join(LegalForm))
_KIND = "<any({}):kind>".format(", ".join(CheckKind))
_EVERYWHERE = "everywhere"
_CONFLICT = 409
_UNPROCESSABLE = 422
_DONE = {"saved", "same", "words"}


@blueprint.get("")
@access(_SETTING)
def councils() -> str:
    """Which council: those with words of their own come first."""
    names = council_names()
    own = councils_with_own_words(get_session())
    return render_template(
        "moderation/checks/councils.html",
        own=[(code, names.get(code, code)) for code in sorted(own, key=lambda code: names.get(code, code))],
        others=[(code, name) for code, name in names.items() if code not in own],
    )


@blueprint.get("/<council>")
@access(_SETTING)
def council(council: str) -> str:
    """What one council asks of each kind of provider."""
    code, session = _code(council), get_session()
    done = request.args.get("done", "")
    return render_template(
        "moderation/checks/council.html",
        address=council,
        name=_name(code),
        demands=demands_at(session, code),
        forms=tuple(LegalForm),
        own=own_words_of(session, code),
        words=bring_to_of(session, code),
        done=done if done in _DONE else "",
    )


@blueprint.get(f"/<council>/{_FORM}")
@access(_SETTING)
def form_of_provider(council: str, legal_form: str) -> str:
    """All checks for one kind of provider."""
    code, form = _code(council), LegalForm(legal_form)
    said = said_by(get_session(), code)
    return render_template(
        "moderation/checks/legal_form.html",
        address=council,
        name=_name(code),
        legal_form=form,
        said=[(kind, said[form, kind]) for kind in CheckKind],
    )


@blueprint.route(f"/<council>/{_FORM}/{_KIND}", methods=["GET", "POST"])
@access(_SETTING)
def demand(council: str, legal_form: str, kind: str) -> ResponseReturnValue:
    """Change one demand: first the answers, then what it would hide, then it is saved."""
    session, today = get_session(), london_today()
    code, of_form, of_kind = _code(council), LegalForm(legal_form), CheckKind(kind)
    said = said_by(session, code)[of_form, of_kind]
    form = DemandForm(data=_as_said(said, is_council=bool(code)))
    about = {
        "address": council,
        "name": _name(code),
        "legal_form": of_form,
        "kind": of_kind,
        "form": form,
        "said": said,
        "answers": [asked for asked in Asked if code or asked is not Asked.AS_EVERYWHERE],
    }
    if request.method != "POST" or not form.validate():
        page = render_template("moderation/checks/demand.html", **about)
        return (page, _UNPROCESSABLE) if form.errors else page
    asked = Asked(form.asked.data)
    if asked is Asked.AS_EVERYWHERE and not code:
        abort(_UNPROCESSABLE)
    account = signed_in_account()

    def change() -> bool:
        return change_demand(
            session,
            council=code,
            legal_form=of_form,
            kind=of_kind,
            asked=asked,
            months=form.month_count if asked is Asked.YES else None,
            reason=form.reason.data if asked is Asked.YES else "",
            expected=form.mark.data,
            account=account,
            role=_role(),
        )

    try:
        if request.form.get("go") != "save":
            effect = effect_of(session, change, today=today)
            return render_template("moderation/checks/effect.html", **about, asked=asked, effect=effect)
        is_new = change()
    except StaleDemandError:
        session.rollback()
        form.mark.data = said.mark
        return render_template("moderation/checks/demand.html", **about, is_stale=True), _CONFLICT
    stand(session, today=today)
    session.commit()
    return redirect(
        url_for("checking.demands.council", council=council, done="saved" if is_new else "same"), 303
    )


@blueprint.route("/<council>/words", methods=["GET", "POST"])
@access(_SETTING)
def words(council: str) -> ResponseReturnValue:
    """Where a council wants papers to be shown."""
    code, session = _code(council), get_session()
    form = WordsForm(data={"words": own_words_of(session, code)})
    if request.method == "POST" and form.validate():
        change_words(session, council=code, words=form.words.data, account=signed_in_account(), role=_role())
        session.commit()
        return redirect(url_for("checking.demands.council", council=council, done="words"), 303)
    page = render_template(
        "moderation/checks/words.html",
        address=council,
        name=_name(code),
        form=form,
        everywhere=own_words_of(session, EVERYWHERE) if code else "",
    )
    return (page, _UNPROCESSABLE) if form.errors else page


def _code(address: str) -> str:
    """The council's code of an address; 404 for one that nobody knows."""
    if address == _EVERYWHERE:
        return EVERYWHERE
    if address not in council_names() and address not in councils_with_own_words(get_session()):
        abort(404)
    return address


def _name(code: str) -> str:
    """'' is everywhere."""
    return council_names().get(code, code)


def _role() -> Role:
    return Role.MODERATOR if signed_in_as(Role.MODERATOR) else Role.ADMINISTRATOR


def _as_said(said: Said, *, is_council: bool) -> dict[str, str]:
    row = said.in_force
    if is_council and said.own is None:
        asked = Asked.AS_EVERYWHERE
    else:
        asked = Asked.YES if said.is_asked else Asked.NO
    return {
        "asked": asked.value,
        "months": str(row.months) if row and row.months else "",
        "reason": row.reason if row else "",
        "mark": said.mark,
    }
