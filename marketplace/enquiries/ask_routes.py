"""Asking about an offer: who asks, about which offers, what is shared, and the words."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.accounts.current import current_account
from marketplace.db import get_session
from marketplace.directory.offer_page import provider_facts
from marketplace.directory.words import may_name_contact, public_name
from marketplace.enquiries.asking import (
    STARTERS,
    asks_for,
    can_be_asked,
    offer_choices,
    part_choices,
    saved_ids,
    whole_words,
)
from marketplace.enquiries.blueprint import SENDING, SENDING_BY_ADDRESS, UNPROCESSABLE, blueprint
from marketplace.enquiries.concerns.operations import blocked_by
from marketplace.enquiries.forms import OffersForm, PartsForm, WordsForm, choose_from
from marketplace.enquiries.help.queries import help_of_person
from marketplace.enquiries.models import Enquiry
from marketplace.enquiries.operations import BlockedError, NobodyThereError, TooManyOpenError, send_enquiries
from marketplace.enquiries.person_routes import ACTING
from marketplace.enquiries.queries import offers_asked, sent_with
from marketplace.enquiries.sharing import profile_for_providers
from marketplace.geo.districts import read_districts
from marketplace.offers.models import Offer
from marketplace.offers.queries import public_offer
from marketplace.people.access import current_person, current_relation, london_day
from marketplace.people.profile.blueprint import doer
from marketplace.people.profile.models import ProfilePart
from marketplace.people.walk import walk
from marketplace.web import current_settings
from marketplace.web.access import Anyone, access
from marketplace.web.limits import limited
from marketplace.web.today import london_today


@blueprint.get("/offers/<uuid:offer_id>/ask")
@access(Anyone())
def begin(offer_id: UUID) -> ResponseReturnValue:
    """Who asks: leads on to the one person for whom this reader may ask, or lets them choose."""
    session, account = get_session(), current_account()
    offer = public_offer(session, offer_id) or abort(404)
    people = asks_for(session, account, today=london_day()) if account is not None else []
    is_here = bool(can_be_asked(session, [offer_id]))
    if len(people) == 1 and is_here:
        return redirect(url_for("enquiries.ask", person_id=people[0].id, offer=offer_id), 303)
    facts = provider_facts(offer.provider, today=london_today())
    return render_template(
        "enquiries/begin.html",
        offer=offer,
        provider=facts,
        contact_in_words=not facts.has_contact and may_name_contact(offer.summary, offer.description),
        is_here=is_here,
        account=account,
        people=people,
        onward=url_for("enquiries.begin", offer_id=offer_id),
    )


@blueprint.route("/people/<uuid:person_id>/enquire", methods=["GET", "POST"])
@access(ACTING)
@limited(SENDING, SENDING_BY_ADDRESS)
def ask(person_id: UUID) -> ResponseReturnValue:
    """One question a page; nothing is sent before the last button."""
    session, person = get_session(), current_person()
    before = sent_with(session, person_id, request.form.get("once", type=UUID))
    if before:  # the same form, sent twice
        return redirect(_after(person_id, before), 303)
    first = list(dict.fromkeys(request.args.getlist("offer", type=UUID)))[:1]
    offers = can_be_asked(session, [*first, *saved_ids(session, person_id)])
    # Else three questions are answered before the last button says that nothing can be sent.
    blocked = {provider.id for _, provider in blocked_by(session, person_id)}
    stopped = next(
        (one.provider_id for one in offers if one.id in first and one.provider_id in blocked), None
    )
    if stopped is not None and request.method != "POST":
        return redirect(
            url_for("concerns.hear_again", person_id=person_id, provider_id=stopped, offer=first[0]), 303
        )
    known = offers_asked(session, person_id, [one.id for one in offers], today=london_day())
    offers = [
        one for one in offers if one.id in first or (one.id not in known and one.provider_id not in blocked)
    ]
    if not offers:
        return render_template("enquiries/nothing_to_ask.html", person=person, is_own=_is_own())
    if first and first[0] in known:
        return redirect(
            url_for("enquiries.one_of_person", person_id=person_id, enquiry_id=known[first[0]].id), 303
        )
    if first and first[0] not in {one.id for one in offers}:
        return redirect(url_for("enquiries.begin", offer_id=first[0]), 303)
    parts = part_choices(
        profile_for_providers(
            session,
            person,
            parts=list(ProfilePart),
            districts=read_districts(current_settings().seeds_dir),
            evening_starts=current_settings().evening_starts,
            today=london_day(),
        )
    )
    forms = _forms(offers, [part.value for part in parts])
    steps = walk(forms)
    chosen = _chosen(forms, offers)
    problem = ""
    if steps.is_sent:
        try:
            sent = _send(forms, chosen, once=steps.once)
        except TooManyOpenError:
            session.rollback()
            problem = gettext("You have many open enquiries. Wait for an answer, or take one back.")
        except BlockedError:
            session.rollback()
            problem = gettext("You said that you do not want to hear from them. Choose another one.")
        except NobodyThereError:
            session.rollback()
            problem = gettext("Nobody reads enquiries there any more. Choose another one.")
        else:
            session.commit()
            return redirect(_after(person_id, sent), 303)
    page = render_template(
        "enquiries/ask.html",
        walk=steps,
        heading=gettext("Ask about this"),
        person=person,
        is_own=_is_own(),
        offers=offer_choices(offers),
        chosen=chosen,
        parts=parts,
        starters=STARTERS,
        text=whole_words(forms["words"].words.data or "", forms["words"].starters.data or ()),
        names={one.id: public_name(one.provider) for one in offers},
        last_button=gettext("Send"),
        problem=problem,
        back=url_for("directory.offer", offer_id=first[0])
        if first
        else url_for("saved.saved", person_id=person_id),
    )
    return (page, UNPROCESSABLE) if steps.has_problem or problem else page


def _forms(offers: list[Offer], parts: list[str]) -> dict[str, FlaskForm]:
    forms: dict[str, FlaskForm] = {}
    if len(offers) > 1:
        forms["offers"] = OffersForm(data={"offers": request.args.getlist("offer")})
        forms["offers"].offers.choices = [(str(one.id), one.name) for one in offers]
    forms["parts"] = PartsForm(data={"name": current_person().first_name})
    forms["parts"].parts.choices = [(part, part) for part in parts]
    forms["words"] = WordsForm(data={"words": _answered()})
    choose_from(forms["words"].starters, STARTERS)
    return forms


def _answered() -> str:
    """What stands in the words already: that they said they can help with something that was asked for."""
    help_id = request.args.get("help", type=UUID)
    wanted = None if help_id is None else help_of_person(get_session(), current_person().id, help_id)
    if wanted is None:
        return ""
    return gettext("You said that you can help with this: “%(words)s”", words=wanted.words)


def _chosen(forms: dict[str, FlaskForm], offers: list[Offer]) -> list[Offer]:
    if "offers" not in forms:
        return offers
    wanted = set(forms["offers"].offers.data or ())
    return [one for one in offers if str(one.id) in wanted]


def _send(forms: dict[str, FlaskForm], offers: list[Offer], *, once: UUID) -> list[Enquiry]:
    return send_enquiries(
        get_session(),
        person=current_person(),
        offers=offers,
        parts=[ProfilePart(part) for part in forms["parts"].parts.data],
        words=whole_words(forms["words"].words.data, forms["words"].starters.data),
        name=forms["parts"].name.data,
        form_token=once.hex,
        by=doer(),
        now=datetime.now(UTC),
        base_url=current_settings().base_url,
    )


def _after(person_id: UUID, sent: list[Enquiry]) -> str:
    if len(sent) == 1:
        return url_for("enquiries.one_of_person", person_id=person_id, enquiry_id=sent[0].id, done="sent")
    return url_for("enquiries.of_person", person_id=person_id, done="sent")


def _is_own() -> bool:
    return current_relation().is_person
