"""What the link of an invitation opens: what it would mean, and a button for yes and one for no."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import current_account, signed_in_account
from marketplace.db import get_session
from marketplace.people.models import Person
from marketplace.people.supporters import operations, queries
from marketplace.people.supporters.blueprint import GONE, blueprint
from marketplace.people.supporters.models import Supporter
from marketplace.web.access import Anyone, access
from marketplace.web.limits import Limit, by_address, limited, per

ANSWERS = Limit("answers to invitations", (per(30, minutes=10), per(200, days=1)), by=by_address)


@blueprint.get("/invitations/<token>")
@access(Anyone())
def invitation(token: str) -> ResponseReturnValue:
    """Reading uses nothing up, so programs that open the links of a mail do no harm."""
    found = _found(token)
    if found is None:
        return render_template("supporters/invitation_gone.html"), GONE
    supporter, person = found
    inviter = queries.account_named(get_session(), supporter.invited_by_id)
    account = current_account()
    return render_template(
        "supporters/invitation.html",
        token=token,
        supporter=supporter,
        person=person,
        inviter=inviter,
        by_the_person=inviter is not None and inviter.id == person.account_id,
        account=account,
        is_own=account is not None and account.id == person.account_id,
        onward=request.path,
    )


@blueprint.post("/invitations/<token>/yes")
@access(SignedIn())
@limited(ANSWERS)
def say_yes(token: str) -> ResponseReturnValue:
    found = _found(token)
    if found is None:
        return render_template("supporters/invitation_gone.html"), GONE
    supporter, person = found
    try:
        operations.accept(get_session(), supporter=supporter, person=person, account=signed_in_account())
    except operations.InvitationError:
        return render_template("supporters/invitation_gone.html"), GONE
    get_session().commit()
    return redirect(url_for("profile.person", person_id=person.id), 303)


@blueprint.post("/invitations/<token>/no")
@access(Anyone())
@limited(ANSWERS)
def say_no(token: str) -> ResponseReturnValue:
    found = _found(token)
    if found is None:
        return render_template("supporters/invitation_gone.html"), GONE
    supporter, person = found
    try:
        operations.decline(get_session(), supporter=supporter, person=person, account=current_account())
    except operations.InvitationError:
        return render_template("supporters/invitation_gone.html"), GONE
    get_session().commit()
    return render_template("supporters/turned_down.html")


def _found(token: str) -> tuple[Supporter, Person] | None:
    return queries.invitation_of(get_session(), token, now=datetime.now(UTC))
