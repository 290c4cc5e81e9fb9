"""A provider says that it ends: on which day, and why."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.listing.joining.blueprint import UNPROCESSABLE, blueprint
from marketplace.listing.joining.forms import ClosingForm
from marketplace.providers import operations
from marketplace.providers.access import OfProvider, current_provider
from marketplace.providers.models import MemberRole, ProviderStatus
from marketplace.providers.queries import closing_reason
from marketplace.vocabulary import Role
from marketplace.web.access import access
from marketplace.web.today import london_today


@blueprint.route("/provide/<uuid:provider_id>/close", methods=["GET", "POST"])
@access(OfProvider(MemberRole.OWNER))
def close(provider_id: UUID) -> ResponseReturnValue:
    """Say it, and see before what happens then; said before, the last day may still change."""
    provider = current_provider()
    if provider.status is ProviderStatus.CLOSED:
        return redirect(url_for("joining.home", provider_id=provider_id), 303)
    before = provider.last_day
    reason = "" if before is None else closing_reason(get_session(), provider_id, said_by=Role.PROVIDER_STAFF)
    form = ClosingForm(data={"closes_on": before, "reason": reason})
    form.today = london_today()
    if request.method == "POST" and form.validate():
        operations.say_closing(
            get_session(),
            provider=provider,
            closes_on=form.closes_on.data,
            reason=form.reason.data,
            account=signed_in_account(),
        )
        get_session().commit()
        done = "closing-why" if form.closes_on.data == before else "closing"
        return redirect(url_for("joining.home", provider_id=provider_id, done=done), 303)
    page = render_template(
        "listing/joining/close.html",
        form=form,
        provider=provider,
        before=before,
        back=url_for("joining.home", provider_id=provider_id),
    )
    return (page, UNPROCESSABLE) if form.errors else page
