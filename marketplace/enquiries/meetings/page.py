"""What pages say of meetings and tasters, for either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from marketplace.enquiries.blueprint import address_if_there
from marketplace.enquiries.meetings.operations import may_propose
from marketplace.enquiries.meetings.queries import Standing, may_see_contact, meetings_of, standing_of
from marketplace.enquiries.models import Enquiry, EnquiryState, Meeting, MeetingKind, Mood, Side
from marketplace.enquiries.moves import is_over
from marketplace.enquiries.page import Entry
from marketplace.vocabulary import N_, Day
from marketplace.web.language import translate
from marketplace.web.templating import day_words, hour_words, label
from marketplace.web.today import london_day

MOOD_PICTURES: Mapping[Mood, str] = {Mood.GOOD: "tick", Mood.MIXED: "not_sure", Mood.BAD: "cross"}
GO_ON_WORDS: Mapping[str, str] = {
    "yes": N_("Yes, I want to go on"),
    "not_sure": N_("I am not sure"),
    "no": N_("No, it is not for me"),
}
GO_ON_PICTURES: Mapping[str, str] = {"yes": "tick", "not_sure": "not_sure", "no": "cross"}
PROPOSE_WORDS: Mapping[MeetingKind, str] = {
    MeetingKind.MEETING: N_("Propose a time to meet"),
    MeetingKind.TASTER: N_("Propose a day to try it"),
}
_TOLD: Mapping[bool | None, str] = {
    True: N_("%(name)s wants to go on."),
    None: N_("%(name)s is not sure yet."),
    False: N_("%(name)s does not want to go on."),
}
_COMING: Mapping[tuple[MeetingKind, Side], str] = {
    (MeetingKind.MEETING, Side.PERSON): N_("You meet on %(when)s."),
    (MeetingKind.MEETING, Side.PROVIDER): N_("You meet on %(when)s."),
    (MeetingKind.TASTER, Side.PERSON): N_("You can try it on %(when)s."),
    (MeetingKind.TASTER, Side.PROVIDER): N_("They try it on %(when)s."),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """What the page of an enquiry says of meetings."""

    meetings: Sequence[Meeting]
    now_words: str
    """What stands there now, in a sentence; '' where nothing does."""
    says_it_all: bool
    """It stands instead of what the state means."""
    place: str
    address: str
    """Of the page of meetings; '' where there is nothing to see or do."""
    button: str
    is_to_answer: bool
    """This side is asked something."""
    contact: tuple[str, ...]
    """What the person gave, as the provider reads it."""
    contact_address: str
    """Where the person gives it or takes it back; '' where they can't."""


def when(meeting: Meeting) -> str:
    """'Tuesday 3 November 2026, 2pm to 3pm'."""
    days = tuple(Day)
    return gettext(
        "%(weekday)s %(day)s, %(start)s to %(end)s",
        weekday=label(days[london_day(meeting.starts_at).weekday()]),
        day=day_words(meeting.starts_at),
        start=hour_words(meeting.starts_at),
        end=hour_words(meeting.ends_at),
    )


def panel(session: Session, enquiry: Enquiry, *, side: Side, is_stopped: bool, now: datetime) -> Panel:
    """Meetings and contact details on the page of an enquiry. One statement."""
    meetings = meetings_of(session, enquiry.id)
    standing = standing_of(meetings, now=now)
    kinds = [] if is_stopped else kinds_to_propose(enquiry, side, standing)
    live = standing.proposed or standing.coming or standing.missed or standing.last
    is_there = bool(live) and not is_over(enquiry.state)
    whose = {"person_id": enquiry.person_id} if side is Side.PERSON else {"provider_id": enquiry.provider_id}
    address = address_if_there(f"meetings.{side.value}_meeting", enquiry_id=enquiry.id, **whose)
    contact = tuple(enquiry.contact_words.splitlines())
    given = enquiry.contact_shared_at is not None
    is_read = may_see_contact(enquiry, is_stopped=is_stopped)
    is_early = enquiry.state is EnquiryState.SENT
    may_give = side is Side.PERSON and (given or not (is_stopped or is_early))
    return Panel(
        meetings=meetings,
        now_words=standing_words(standing, side) if is_there else "",
        says_it_all=is_there and enquiry.state in {EnquiryState.MEETING, EnquiryState.TASTER},
        place=standing.coming.place if standing.coming and is_there else "",
        address=address if is_there or kinds else "",
        button=_button(standing, side) if is_there else gettext("Meet or try it first"),
        is_to_answer=is_there and _is_to_answer(standing, side),
        contact=contact if (given if side is Side.PERSON else is_read) else (),
        contact_address=address_if_there("meetings.person_contact", enquiry_id=enquiry.id, **whose)
        if may_give
        else "",
    )


def with_meetings(
    entries: Sequence[Entry], shown: Panel, enquiry: Enquiry, *, side: Side, provider_name: str
) -> list[Entry]:
    """What happened, with the times that were chosen among it, the oldest first."""
    chosen = [_chosen(one, enquiry, side, provider_name) for one in shown.meetings if one.accepted_at]
    return sorted([*entries, *chosen], key=lambda one: one.at)


def _chosen(meeting: Meeting, enquiry: Enquiry, side: Side, provider_name: str) -> Entry:
    by = Side.PERSON if meeting.proposed_by is Side.PROVIDER else Side.PROVIDER
    words = gettext("A time was chosen: %(when)s", when=when(meeting))
    if meeting.cancelled_at is not None:
        words = f"{words}. {gettext('It was called off.')}"
    return Entry(
        at=meeting.accepted_at or meeting.proposed_at,
        side=by,
        words=words,
        text="",
        who=provider_name if by is Side.PROVIDER else enquiry.name_shared,
        picture="calendar",
        is_own=by is side,
    )


def kinds_to_propose(enquiry: Enquiry, side: Side, standing: Standing) -> list[MeetingKind]:
    return [kind for kind in MeetingKind if may_propose(enquiry, side, kind, standing)]


def standing_words(standing: Standing, side: Side) -> str:
    """Where the meetings stand, in one sentence."""
    if standing.coming is not None:
        return gettext(_COMING[standing.coming.kind, side], when=when(standing.coming))
    if standing.proposed:
        if standing.proposed_by is side:
            return gettext("You proposed times. You get a mail when they answer.")
        return gettext("They proposed times. Choose one, or ask for another.")
    if standing.missed:
        return gettext("The times that were proposed are over. You can propose others.")
    if standing.last is None:
        return ""
    if _said(standing.last, side):
        return gettext("It took place. Choose what comes next.")
    return gettext("It took place. How did it go?")


def told(meeting: Meeting | None, name: str) -> str:
    """What the provider reads of the person's answer; '' before there is one."""
    if meeting is None or meeting.went_at is None:
        return ""
    return gettext(_TOLD[meeting.wants_to_go_on], name=name)


def propose_words(kind: MeetingKind) -> str:
    return translate(PROPOSE_WORDS[kind])


def _is_to_answer(standing: Standing, side: Side) -> bool:
    if standing.proposed:
        return standing.proposed_by is not side
    return standing.coming is None and standing.last is not None and not _said(standing.last, side)


def _said(meeting: Meeting, side: Side) -> bool:
    return meeting.went is not None if side is Side.PERSON else meeting.provider_went is not None


def _button(standing: Standing, side: Side) -> str:
    if standing.coming is not None:
        return gettext("See the meeting")
    if standing.proposed:
        return gettext("Choose a time") if standing.proposed_by is not side else gettext("See the times")
    if standing.last is not None and not standing.missed and not _said(standing.last, side):
        return gettext("Say how it went")
    return gettext("See the times")
