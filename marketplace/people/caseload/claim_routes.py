"""Handing someone their own page: the practitioner's sheet with a code, and what the code opens."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import segno
from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import current_account, signed_in_account
from marketplace.accounts.models import Account
from marketplace.db import get_session
from marketplace.people.access import current_person
from marketplace.people.caseload import claiming, queries
from marketplace.people.caseload.blueprint import GONE, MAKING, UNPROCESSABLE, blueprint
from marketplace.people.caseload.forms import CodeForm, keep_form
from marketplace.people.caseload.models import PageClaim
from marketplace.people.models import Person
from marketplace.web import current_settings
from marketplace.web.access import Anyone, access
from marketplace.web.limits import Limit, by_address, limited, per

CODES = Limit("codes for a page", (per(10, minutes=10), per(50, days=1)), by=by_address)
LOOKS = Limit("looks at a code's page", (per(30, minutes=10), per(200, days=1)), by=by_address, reads=True)
"""Whoever has the code opens its page some times, and so may others of their office."""


@blueprint.route("/people/<uuid:person_id>/own-page", methods=["GET", "POST"])
@access(MAKING)
def own_page(person_id: UUID) -> ResponseReturnValue:
    """What a code does; the button makes one, which is shown this once, to be printed or copied."""
    session, person = get_session(), current_person()
    if person.account_id is not None:
        abort(404)
    if request.method == "POST":
        code, claim = claiming.make_code(session, person=person, by=signed_in_account())
        last_day = claim.expires_at
        session.commit()
        written = claiming.in_groups(code)
        base = current_settings().base_url
        address = base + url_for("caseload.claim", code=written)
        return render_template(
            "caseload/own_page_code.html",
            person=person,
            practitioner=signed_in_account(),
            code=written,
            where=base + url_for("caseload.claim_by_code"),
            address=address,
            qr=segno.make(address, error="m").svg_data_uri(scale=4, border=2),
            last_day=last_day,
        )
    return render_template(
        "caseload/own_page.html",
        person=person,
        claim=queries.claim_of(session, person_id, now=datetime.now(UTC)),
        done=request.args.get("done") == "dropped",
    )


@blueprint.post("/people/<uuid:person_id>/own-page/take-back")
@access(MAKING)
def drop_code(person_id: UUID) -> ResponseReturnValue:
    claiming.drop_code(get_session(), person=current_person(), by=signed_in_account())
    get_session().commit()
    return redirect(url_for("caseload.own_page", person_id=person_id, done="dropped"), 303)


@blueprint.route("/claim", methods=["GET", "POST"])
@access(Anyone())
@limited(CODES)
def claim_by_code() -> ResponseReturnValue:
    """For someone who has the code on paper and no link to press."""
    form = CodeForm()
    if request.method == "POST" and form.validate():
        if _found(form.code.data) is not None:
            return redirect(url_for("caseload.claim", code=form.code.data), 303)
        form.code.errors = [gettext("This code does not work. Look at each letter, or ask for a new one")]
    page = render_template("caseload/claim_code.html", form=form)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/claim/<code>")
@access(Anyone())
@limited(LOOKS)
def claim(code: str) -> ResponseReturnValue:
    """Whose page it is and who sees it now. Reading uses nothing up."""
    found = _found(code)
    if found is None:
        return render_template("caseload/claim_gone.html"), GONE
    return _claim_page(code, found[1], current_account(), form=None)


@blueprint.post("/claim/<code>")
@access(SignedIn())
@limited(CODES)
def claim_sent(code: str) -> ResponseReturnValue:
    session, account, found = get_session(), signed_in_account(), _found(code)
    if found is None:
        return render_template("caseload/claim_gone.html"), GONE
    page_claim, person = found
    everyone = claiming.access_to(session, person.id)
    form = keep_form([(one.id, one.name) for one in everyone])
    if not form.validate():
        return _claim_page(code, person, account, form=form), UNPROCESSABLE
    try:
        claiming.claim_page(
            session,
            claim=page_claim,
            person=person,
            account=account,
            keep={one.id for one in everyone if form.keeps(one.id)},
        )
    except claiming.CodeGoneError:
        return render_template("caseload/claim_gone.html"), GONE
    except claiming.ClaimError:
        return _claim_page(code, person, account, form=form), UNPROCESSABLE
    session.commit()
    return redirect(url_for("profile.person", person_id=person.id, saved="claimed"), 303)


def _claim_page(code: str, person: Person, account: Account | None, *, form: FlaskForm | None) -> str:
    everyone = claiming.access_to(get_session(), person.id)
    return render_template(
        "caseload/claim.html",
        code=code,
        person=person,
        account=account,
        everyone=everyone,
        form=form or keep_form([(one.id, one.name) for one in everyone]),
        hindrance=_hindrance(person, account),
        onward=request.path,
    )


def _hindrance(person: Person, account: Account | None) -> str:
    """Why this account can't take the page over, '' where it can."""
    if account is None:
        return ""
    try:
        claiming.may_claim(get_session(), person=person, account=account)
    except claiming.HasPageError:
        return gettext("You have a page of your own. One account has one page.")
    except claiming.HelpsThemError:
        return gettext("You help %(name)s. Only %(name)s can take over this page.", name=person.first_name)
    return ""


def _found(code: str) -> tuple[PageClaim, Person] | None:
    return claiming.page_of_code(get_session(), code, now=datetime.now(UTC))
