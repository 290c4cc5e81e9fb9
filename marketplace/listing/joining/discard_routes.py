"""Deleting a provider that was begun and never sent."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.listing.joining.blueprint import blueprint
from marketplace.providers import operations
from marketplace.providers.access import OfProvider, current_provider
from marketplace.providers.models import MemberRole
from marketplace.web.access import access


@blueprint.route("/provide/<uuid:provider_id>/delete", methods=["GET", "POST"])
@access(OfProvider(MemberRole.OWNER))
def discard(provider_id: UUID) -> ResponseReturnValue:
    """Ask once, then delete it with its drafts; 'not found' for one that was sent."""
    provider, session = current_provider(), get_session()
    if request.method == "POST":
        try:
            operations.discard_provider(session, provider=provider, account=signed_in_account())
        except operations.NotNowError:
            abort(404)
        session.commit()
        return redirect(url_for("joining.provide", done="deleted"), 303)
    if operations.was_ever_sent(session, provider):
        abort(404)
    return render_template("listing/joining/discard.html", provider=provider)
