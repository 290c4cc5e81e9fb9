"""What a provider reads of a person: the parts that were chosen for this enquiry, and nothing else.

Chosen parts are shown as the profile says them now, for as long as the enquiry is open or agreed. A
part that the person hides meanwhile is gone from there too. Surname, address and postcode are in none
of them: of the part about themselves a provider reads the district and the person's own words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.enquiries.models import OPEN_STATES, Enquiry, EnquiryState
from marketplace.geo.districts import District, district_name
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart, NoteKind, ProfilePart
from marketplace.people.profile.page import Known, PartShown, communication_lines, parts_shown
from marketplace.people.profile.parts import CONTENT
from marketplace.people.profile.queries import communication_of, notes_of


@dataclass(frozen=True, slots=True)
class SharedRow:
    question: str
    lines: tuple[str, ...]
    is_own_words: bool = False


@dataclass(frozen=True, slots=True)
class SharedPart:
    """One part of a profile as a provider reads it; without rows, nothing is said there yet."""

    part: ProfilePart
    rows: tuple[SharedRow, ...]
    picture: str


def is_shared(enquiry: Enquiry) -> bool:
    """Whether the provider may still read what was chosen for it."""
    return enquiry.state in OPEN_STATES or enquiry.state is EnquiryState.AGREED


def shared_profile(
    session: Session,
    enquiry: Enquiry,
    *,
    districts: Mapping[str, District],
    evening_starts: time,
    today: date,
) -> tuple[SharedPart, ...]:
    """What the provider of the enquiry may read now, part by part. Five statements at most."""
    if not is_shared(enquiry) or not enquiry.shares:
        return ()
    person = session.get_one(Person, enquiry.person_id)
    return profile_for_providers(
        session,
        person,
        parts=[share.part for share in enquiry.shares],
        districts=districts,
        evening_starts=evening_starts,
        today=today,
    )


def profile_for_providers(
    session: Session,
    person: Person,
    *,
    parts: Collection[ProfilePart],
    districts: Mapping[str, District],
    evening_starts: time,
    today: date,
) -> tuple[SharedPart, ...]:
    """The same before it is sent: what a person sees when they choose what to share."""
    hidden = frozenset(session.scalars(select(HiddenPart.part).where(HiddenPart.person_id == person.id)))
    unseen = frozenset(ProfilePart) - (frozenset(parts) - hidden)
    known = Known(
        person=person,
        answers=person.answers,
        notes=notes_of(session, person.id),
        communication=communication_of(session, person.id),
        hidden=(),
        unseen=unseen,
        may_change=False,
        evening_starts=evening_starts,
        today=today,
    )
    return tuple(
        SharedPart(part=one.part, rows=tuple(_rows(known, one, districts)), picture=CONTENT[one.part].picture)
        for one in parts_shown(known)
    )


def _rows(known: Known, shown: PartShown, districts: Mapping[str, District]) -> Iterable[SharedRow]:
    match shown.part:
        case ProfilePart.ABOUT:
            yield from _about(known, districts)
        case ProfilePart.COMMUNICATION:
            told = [one for one in known.communication if one.share_with_providers]
            if told:
                yield SharedRow(gettext("What helps me"), communication_lines(told))
        case _:
            yield from _filled((row.question, row.lines, row.is_own_words) for row in shown.rows)


def _about(known: Known, districts: Mapping[str, District]) -> Iterable[SharedRow]:
    code = known.person.district_code
    if code:
        yield SharedRow(gettext("District"), (district_name(code, districts),))
    if known.person.age:
        yield SharedRow(gettext("Age"), (str(known.person.age),))
    note = known.notes.get(NoteKind.OTHER)
    if note:
        yield SharedRow(gettext(note.kind.label), tuple(note.text.splitlines()), is_own_words=True)


def _filled(rows: Iterable[tuple[str, Sequence[str], bool]]) -> Iterable[SharedRow]:
    for question, lines, is_own_words in rows:
        if lines:
            yield SharedRow(question, tuple(lines), is_own_words)
