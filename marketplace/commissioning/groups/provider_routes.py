"""What providers see of groups that could be and of calls, with 'offer this group' and 'I could offer this'."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.blueprint import once
from marketplace.commissioning.groups.models import IdeaKind
from marketplace.commissioning.groups.operations import answer
from marketplace.commissioning.groups.queries import OwnLine, published_idea, published_in
from marketplace.db import get_session
from marketplace.geo.districts import district_name, read_districts
from marketplace.listing.frame import place_of
from marketplace.listing.wanted.areas import districts_of
from marketplace.listing.wanted.drafts import wished_document
from marketplace.offers.drafts import begin_draft
from marketplace.providers.access import OfProvider, current_provider
from marketplace.vocabulary import N_
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.places import postcode_directory

blueprint = Blueprint("groups", __name__)

place_of("groups.groups", N_("Groups that could be"), "community_group")


@blueprint.app_template_global()
def open_calls(codes: Collection[str]) -> Sequence[OwnLine]:
    """What councils ask for in these districts, for a page of the provider that is shown."""
    return published_in(get_session(), codes, current_provider().id, kind=IdeaKind.CALL)


@blueprint.get("/provide/<uuid:provider_id>/groups")
@access(OfProvider())
def groups(provider_id: uuid.UUID) -> str:
    """Groups within the provider's reach that a council shows."""
    session = get_session()
    districts = read_districts(current_settings().seeds_dir)
    codes = districts_of(session, current_provider(), postcode_directory())
    return render_template(
        "commissioning/groups/provider.html",
        provider=current_provider(),
        lines=published_in(session, codes, provider_id, kind=IdeaKind.GROUP),
        names={code: district_name(code, districts) for code in codes},
        new_once=uuid.uuid4,
    )


@blueprint.post("/provide/<uuid:provider_id>/groups/<uuid:idea_id>/offer")
@access(OfProvider())
def offer(provider_id: uuid.UUID, idea_id: uuid.UUID) -> ResponseReturnValue:
    """Begin a draft with what the group or the call wants, and go to its answers."""
    session, provider = get_session(), current_provider()
    idea = published_idea(session, idea_id)
    if idea is None or idea.district_code not in districts_of(session, provider, postcode_directory()):
        abort(404)
    document = wished_document(
        provider,
        theme=idea.theme,
        band=idea.band,
        level=idea.support_level,
        district=read_districts(current_settings().seeds_dir).get(idea.district_code),
        district_code=idea.district_code,
    )
    offer_id, account = uuid.UUID(once()), signed_in_account()
    try:
        begun = begin_draft(
            session,
            provider=provider,
            kind=document.kind,
            account=account,
            document=document,
            offer_id=offer_id,
        )
        answer(session, idea, begun, account=account, now=datetime.now(UTC))
        session.commit()
    except IntegrityError:  # the same form, sent twice at once
        session.rollback()
    except LookupError:
        abort(404)
    return redirect(url_for("provider_offers.offer", provider_id=provider_id, offer_id=offer_id), 303)
