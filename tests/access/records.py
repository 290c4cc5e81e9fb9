"""Records of someone else, for the routes that name one beside the person.

A route with such a part in its address (``/people/<person_id>/notes/<note_id>``) is asked for a record
of *another* person in one's own address: nobody may reach it that way. A new kind of record needs its
maker here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.models import SignIn
from marketplace.commissioning.groups.models import GroupIdea, GroupIdeaPerson
from marketplace.enquiries.help.models import HelpTold, HelpWanted
from marketplace.enquiries.models import Enquiry, EnquiryState
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.moderation.models import ClosureNotice
from marketplace.offers.models import Offer
from marketplace.people.caseload.models import CaseNote, CaseRequest, Shortlist
from marketplace.people.profile.models import ProfilePart
from marketplace.people.rights.models import LawfulHold, ProfileView
from marketplace.people.supporters.models import Carer
from marketplace.providers.models import Household
from marketplace.vocabulary import OfferKind, Role, Theme
from tests.access.world import World
from tests.fixtures.accounts import make_account
from tests.people.factories import make_case, make_supporter
from tests.providers.factories import make_member, make_provider

Maker = Callable[[Session, World], uuid.UUID]


def _sign_in(session: Session, world: World) -> uuid.UUID:
    theirs = world.actor("another person").account
    assert theirs is not None
    now = datetime.now(UTC)
    sign_in = SignIn(
        account_id=theirs.id,
        token_hash=uuid.uuid4().hex,
        begun_at=now,
        used_at=now,
        ends_at=now + timedelta(hours=1),
    )
    session.add(sign_in)
    session.commit()
    return sign_in.id


def _supporter(session: Session, world: World) -> uuid.UUID:
    return make_supporter(session, person=world.ola, account=make_account(session)).id


def _carer(session: Session, world: World) -> uuid.UUID:
    carer = Carer(
        account_id=make_account(session).id, person_id=world.ola.id, works={}, changed_at=datetime.now(UTC)
    )
    session.add(carer)
    session.commit()
    return carer.id


def _case(session: Session, world: World) -> uuid.UUID:
    colleague = make_account(session, roles={Role.PRACTITIONER})
    return make_case(session, person=world.ola, account=colleague).id


def _request(session: Session, world: World) -> uuid.UUID:
    now = datetime.now(UTC)
    asked = CaseRequest(
        account_id=make_account(session, roles={Role.PRACTITIONER}).id,
        person_id=world.ola.id,
        email="ola@example.org",
        name="Ola",
        asked_at=now,
        link_hash=uuid.uuid4().hex,
        expires_at=now + timedelta(days=1),
    )
    session.add(asked)
    session.commit()
    return asked.id


def _note(session: Session, world: World) -> uuid.UUID:
    note = CaseNote(person_id=world.ola.id, written_at=datetime.now(UTC), text="About Ola", names_others=True)
    session.add(note)
    session.commit()
    return note.id


def _shortlist(session: Session, world: World) -> uuid.UUID:
    shortlist = Shortlist(person_id=world.ola.id, title="For Ola", made_at=datetime.now(UTC))
    session.add(shortlist)
    session.commit()
    return shortlist.id


def _look(session: Session, world: World) -> uuid.UUID:
    now = datetime.now(UTC)
    view = ProfileView(
        person_id=world.ola.id,
        account_id=uuid.uuid4(),
        name="Sam",
        role=Role.PRACTITIONER,
        part=ProfilePart.ABOUT,
        looked_on=now.date(),
        first_at=now,
        last_at=now,
    )
    session.add(view)
    session.commit()
    return view.id


def _hold(session: Session, world: World) -> uuid.UUID:
    now = datetime.now(UTC)
    hold = LawfulHold(person_id=world.ola.id, reason="An enquiry", placed_at=now, review_on=now.date())
    session.add(hold)
    session.commit()
    return hold.id


def _notice(session: Session, world: World) -> uuid.UUID:
    closing = make_provider(session)  # each person is told of a provider once
    notice = ClosureNotice(provider_id=closing.id, person_id=world.ola.id, made_at=datetime.now(UTC))
    session.add(notice)
    session.commit()
    return notice.id


def _offer(session: Session, world: World) -> uuid.UUID:
    offer = Offer(
        provider_id=world.suspended.id,
        kind=OfferKind.COMMUNITY_GROUP,
        name="Another’s offer",
        updated_at=datetime.now(UTC),
    )
    session.add(offer)
    session.commit()
    return offer.id


def _enquiry(session: Session, world: World) -> uuid.UUID:
    now = datetime.now(UTC)
    enquiry = Enquiry(
        person_id=world.ola.id,
        offer_id=_offer(session, world),
        provider_id=world.suspended.id,
        form_token=uuid.uuid4().hex,
        state=EnquiryState.SENT,
        state_since=now,
        sent_at=now,
    )
    session.add(enquiry)
    session.commit()
    return enquiry.id


def _help(session: Session, world: World) -> uuid.UUID:
    now = datetime.now(UTC)
    wanted = HelpWanted(
        person_id=world.ola.id,
        words="Another’s request",
        needs={"goals": [{"text": "swimming"}]},
        posted_at=now,
        open_until=now.date(),
        form_token=uuid.uuid4().hex,
    )
    session.add(wanted)
    session.flush()
    session.add(HelpTold(help_id=wanted.id, offer_id=_offer(session, world), told_at=now))
    session.commit()
    return wanted.id


def _member(session: Session, world: World) -> uuid.UUID:
    return make_member(session, provider=world.suspended, account=make_account(session)).id


def _household(session: Session, world: World) -> uuid.UUID:
    household = Household(provider_id=world.suspended.id, first_names="Another’s home")
    session.add(household)
    session.commit()
    return household.id


def _group(session: Session, world: World) -> uuid.UUID:
    """Shown to providers, but out of the reach of those of ``world``."""
    idea = GroupIdea(
        key=f"E07000147|NR27|cookery|saturday_morning|{uuid.uuid4()}",
        district_code="E07000147",
        place_code="NR27",
        theme=Theme.COOKERY,
        band=TimeBand.SATURDAY_MORNING,
        people=Shown(10),
        found_on=date(2026, 11, 23),
        published_at=datetime.now(UTC),
    )
    session.add(idea)
    session.commit()
    return idea.id


def _group_near(session: Session, world: World) -> uuid.UUID:
    """A group in which ``world.ola`` would be, and not ``world.jo``."""
    idea_id = _group(session, world)
    session.add(GroupIdeaPerson(idea_id=idea_id, person_id=world.ola.id))
    session.commit()
    return idea_id


FOREIGN: dict[str, Maker] = {
    "carer_id": _carer,
    "case_id": _case,
    "enquiry_id": _enquiry,
    "help_id": _help,
    "near_id": _group_near,
    "note_id": _note,
    "notice_id": _notice,
    "request_id": _request,
    "shortlist_id": _shortlist,
    "hold_id": _hold,
    "sign_in_id": _sign_in,
    "supporter_id": _supporter,
    "view_id": _look,
}
"""By the name of the part in the address: makes a record of ``world.ola``'s and gives its identifier."""

FOREIGN_TO_PROVIDER: dict[str, Maker] = {
    "offer_id": _offer,
    "enquiry_id": _enquiry,
    "help_id": _help,
    "member_id": _member,
    "household_id": _household,
    "idea_id": _group,
}
"""The same for providers' own pages: a record of ``world.suspended``'s."""

PUBLIC = frozenset({"offer_id", "provider_id"})
"""Parts that name what everyone may see."""

OF_ADMINISTRATORS = frozenset(
    {
        "account_id",
        "concern_id",
        "decision_id",
        "demand_id",
        "gap_id",
        "idea_id",
        "message_id",
        "pilot_id",
        "report_id",
        "review_id",
        "said_id",
    }
)
"""Parts that only administrators', moderators' or commissioners' pages name: there is no 'own' among them."""
