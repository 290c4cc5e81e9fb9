"""The page of an agreement as it stands now, also in answer to what could not be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.db import get_database, get_session
from marketplace.enquiries.agreements import changing, how_it_goes, keeping, terms
from marketplace.enquiries.agreements.back_up import back_up_of
from marketplace.enquiries.agreements.blueprint import CONFLICT, Seat
from marketplace.enquiries.agreements.changes_page import changes_shown
from marketplace.enquiries.agreements.documents import agreed_times
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.agreements.page import MOODS, Line, lines_of, who_said
from marketplace.enquiries.messages.passing import Stopped, stopped
from marketplace.enquiries.models import Mood, Side
from marketplace.enquiries.moves import MoveRefusedError
from marketplace.enquiries.places.operations import NoPlaceError
from marketplace.offers.queries import listed_among
from marketplace.people.access import london_day
from marketplace.vocabulary import OfferKind

DONE = frozenset(
    {"proposed", "agreed", "yes", "started", "how", "bad", "only-us", "ended", "ended-kept"}
    | {"keep-asked", "kept", "not-kept", "back", "back-up", "noted"}
    | {"change-asked", "change-yes", "change-no", "change-back"}
)


def show(seat: Seat, *, problem: str = "") -> ResponseReturnValue:
    """What is agreed, or could be; with *problem*, 409 and what is possible instead."""
    session, today = get_session(), london_day()
    agreement = terms.agreement_of(session, seat.enquiry.id)
    if agreement is not None and not problem:
        _bring_up_to_date(agreement)
    changes = changes_shown(seat, agreement) if agreement else None
    is_persons = seat.side is Side.PERSON
    done = request.args.get("done", "")
    why = stopped(session, seat.enquiry)
    said = how_it_goes.what_was_said(session, agreement, side=seat.side) if agreement else []
    page = render_template(
        "enquiries/agreements/agreement.html",
        seat=seat,
        is_persons=is_persons,
        agreement=agreement,
        lines=lines_shown(seat, agreement),
        is_agreed=agreement is not None and terms.is_agreed(agreement),
        said_yes=agreement is not None and terms.said_yes(agreement, seat.side),
        may_be_agreed=terms.may_be_agreed(seat.enquiry) and why is None,
        stopped=why,
        may_say_how=is_persons or why is None,
        may_start=agreement is not None and agreement.starts_on <= today,
        said=[(one, who_said(one)) for one in said],
        moods=MOODS,
        back_up=back_up_of(session, agreement) if agreement and is_persons else None,
        times_differ=_times_differ(seat, agreement),
        is_gone=seat.offer.id not in listed_among(session, [seat.offer.id]),
        is_assistant=is_persons and seat.offer.kind is OfferKind.PERSONAL_ASSISTANT,
        last_was_bad=bool(said) and said[0].mood is Mood.BAD and said[0].side is seat.side,
        worry=_worry(seat),
        may_ask_to_keep=agreement is not None and keeping.may_ask_to_keep(agreement, today=today),
        waits_for_answer=agreement is not None and keeping.waits_for_answer(agreement, today=today),
        may_come_back=agreement is not None and keeping.may_come_back(agreement, today=today),
        changes=changes,
        may_change=agreement is not None and changing.may_change(session, seat.enquiry, agreement),
        is_blocked=why is Stopped.BLOCKED,
        problem=problem,
        done=done if done in DONE else "",
    )
    return (page, CONFLICT) if problem else page


def acted(
    seat: Seat, act: Callable[[], object], *, done: str, is_change: bool = False
) -> ResponseReturnValue:
    """Do it and show the page; where it can't be done now, the page says what is so instead."""
    try:
        act()
    except terms.StaleAgreementError:
        problem = gettext("Somebody changed this in the meantime. Read it again first.")
    except NoPlaceError:
        problem = (
            gettext("One of the new times is full now. What you agreed goes on. You can ask for other times.")
            if is_change
            else gettext("One of these times is full now. Choose other times, or ask for the waiting list.")
        )
    except (terms.NotNowError, MoveRefusedError):
        problem = gettext("This can’t be done now. Below you see where it stands.")
    else:
        get_session().commit()
        return redirect(seat.url(done=done), 303)
    get_session().rollback()
    return show(seat, problem=problem)


def lines_shown(seat: Seat, agreement: Agreement | None) -> Sequence[Line]:
    """What an agreement says, as this side reads it: which offer stands in is the person's own matter."""
    if agreement is None:
        return ()
    chosen = back_up_of(get_session(), agreement)
    if chosen is None:
        name = ""
    elif seat.side is Side.PERSON:
        name = gettext("%(offer)s, with %(name)s", offer=chosen.name, name=chosen.provider)
    else:
        name = gettext("The person chose a back-up on this site.")
    return lines_of(terms.terms_of(agreement), agreed_times(agreement), back_up=name)


def _times_differ(seat: Seat, agreement: Agreement | None) -> bool:
    """The offer has not got all of the agreed times any more: said to both, for neither may change them alone."""
    if agreement is None or not terms.is_agreed(agreement) or agreement.ended_at is not None:
        return False
    return not terms.terms_of(agreement).session_ids <= {one.id for one in seat.offer.sessions}


def _bring_up_to_date(agreement: Agreement) -> None:
    """A change whose day has come holds for whoever reads, also where the job that writes it is late."""
    ahead = changing.changes_ahead(get_session(), agreement)
    if request.method != "GET" or not ahead or ahead[0].from_day > london_day():
        return
    enquiry_id = agreement.enquiry_id
    get_session().rollback()
    with get_database().write.begin() as session:
        fresh = terms.locked_agreement(session, enquiry_id)
        if fresh is not None:
            changing.put_in_force(session, fresh, now=datetime.now(UTC))


def _worry(seat: Seat) -> str:
    if seat.side is not Side.PERSON:
        return ""
    return url_for("concerns.worry", person_id=seat.enquiry.person_id, enquiry_id=seat.enquiry.id)
