"""What the link of an invitation opens: what it would mean, and a button for yes and one for no."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import current_account, signed_in_account
from marketplace.accounts.models import Account
from marketplace.db import get_session
from marketplace.listing.joining.blueprint import GONE, blueprint
from marketplace.providers import members, queries
from marketplace.providers.models import Provider, ProviderMember
from marketplace.web.access import Anyone, access
from marketplace.web.limits import Limit, by_address, limited, per

ANSWERS = Limit("answers of colleagues", (per(30, minutes=10), per(200, days=1)), by=by_address)
_GONE_PAGE = "listing/joining/invitation_gone.html"


@blueprint.get("/provider-invitations/<token>")
@access(Anyone())
def invitation(token: str) -> ResponseReturnValue:
    """Reading uses nothing up, so programs that open the links of a mail do no harm."""
    found = _found(token)
    if found is None:
        return render_template(_GONE_PAGE), GONE
    member, provider = found
    inviter = get_session().get(Account, member.invited_by_id) if member.invited_by_id else None
    return render_template(
        "listing/joining/invitation.html",
        token=token,
        member=member,
        provider=provider,
        inviter=inviter,
        account=current_account(),
        onward=request.path,
    )


@blueprint.post("/provider-invitations/<token>/yes")
@access(SignedIn())
@limited(ANSWERS)
def say_yes(token: str) -> ResponseReturnValue:
    found = _found(token)
    if found is None:
        return render_template(_GONE_PAGE), GONE
    member, provider = found
    try:
        members.accept(get_session(), member=member, provider=provider, account=signed_in_account())
    except members.InvitationGoneError:
        return render_template(_GONE_PAGE), GONE
    get_session().commit()
    return redirect(url_for("joining.home", provider_id=provider.id), 303)


@blueprint.post("/provider-invitations/<token>/no")
@access(Anyone())
@limited(ANSWERS)
def say_no(token: str) -> ResponseReturnValue:
    found = _found(token)
    if found is None:
        return render_template(_GONE_PAGE), GONE
    member, provider = found
    try:
        members.decline(get_session(), member=member, provider=provider, account=current_account())
    except members.InvitationGoneError:
        return render_template(_GONE_PAGE), GONE
    get_session().commit()
    return render_template("listing/joining/turned_down.html")


def _found(token: str) -> tuple[ProviderMember, Provider] | None:
    return queries.invitation_of(get_session(), token, now=datetime.now(UTC))
