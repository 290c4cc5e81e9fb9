"""What an offer says of itself, in a reader's words: place, times, breaks, costs.

Every function gives finished text in the reader's language and reading format, so that cards, pages,
differences and mails say the same thing in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from marketplace.offers.models import Cost, Offer, Pause, Place, Session
from marketplace.offers.public_place import outcode_of
from marketplace.vocabulary import CostBasis, Day, PlaceKind, Repeats
from marketplace.web.templating import clock_words, day_words, label, money

KM_PER_MILE = 1.609344


NEXT_DOOR_KM = 1.2


DAYS = tuple(Day)
SOON = timedelta(days=14)
"""A break that begins within this is said on the card."""


def miles(km: float) -> str:
    """A distance as people in Britain say it."""
    if km < NEXT_DOOR_KM:
        return _("less than a mile")
    return ngettext("%(num)d mile", "%(num)d miles", max(1, round(km / KM_PER_MILE)))


def where(place: Place | None, *, whom: str = "") -> str:
    """One line for a card. Never a street for a home. *whom* it comes to, where somebody else reads of it."""
    if place is None:
        return _("Ask where it is")
    match place.kind:
        case PlaceKind.ONLINE:
            return label(place.kind)
        case PlaceKind.TRAVELS_TO_YOU:
            far, town = miles(place.radius_km or 0.0), town_of(place)
            if whom:
                return _("Comes to %(name)s, up to %(miles)s from %(town)s", name=whom, miles=far, town=town)
            return _("Comes to you, up to %(miles)s from %(town)s", miles=far, town=town)
        case PlaceKind.MASKED:
            return _("In the area of %(town)s", town=town_of(place))
        case PlaceKind.EXACT:
            return ", ".join(part for part in (place.name, place.town) if part) or _("Ask where it is")


def town_of(place: Place) -> str:
    """Town and first half of the postcode: 'Holt (NR25)'."""
    outcode = outcode_of(place.postcode)
    if place.town and outcode:
        return f"{place.town} ({outcode})"
    return place.town or outcode or _("a place we do not know")


def address_lines(place: Place) -> tuple[str, ...]:
    """The address of an exact place; nothing for any other."""
    if place.kind is not PlaceKind.EXACT:
        return ()
    return tuple(line for line in (place.name, place.street, place.town, place.postcode) if line)


def clock(minute: int) -> str:
    """Minutes after midnight as '9:30am'; past midnight goes on with the next day."""
    minute %= 24 * 60
    return clock_words(f"{minute // 60:02d}:{minute % 60:02d}")


def times(session: Session) -> str:
    return _("%(start)s to %(end)s", start=clock(session.starts_minute), end=clock(session.ends_minute))


@dataclass(frozen=True, slots=True)
class TimeLine:
    """One time on one day, with what is special about it."""

    times: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayTimes:
    day: Day
    lines: tuple[TimeLine, ...]


def week_of(sessions: Iterable[Session], *, today: date) -> tuple[DayTimes, ...]:
    """Sessions that are still on, day by day from Monday."""
    by_day: dict[Day, list[TimeLine]] = {}
    for session in _still_on(sessions, today):
        by_day.setdefault(session.day, []).append(TimeLine(times(session), _notes(session, today)))
    return tuple(DayTimes(day, tuple(by_day[day])) for day in DAYS if day in by_day)


def when_in_short(sessions: Iterable[Session], *, today: date) -> str:
    """One line for a card: 'Monday to Friday, 9:30am to 3:30pm'."""
    on = _still_on(sessions, today)
    if not on:
        return _("Ask about days and times")
    by_times: dict[tuple[int, int], list[Day]] = {}
    for session in on:
        days = by_times.setdefault((session.starts_minute, session.ends_minute), [])
        if session.day not in days:
            days.append(session.day)
    if len(by_times) > 2:
        all_days = sorted({session.day for session in on}, key=lambda day: day.position)
        return _("%(days)s, at different times", days=day_list(all_days))
    lines = [
        _(
            "%(days)s, %(start)s to %(end)s",
            days=day_list(sorted(days, key=lambda day: day.position)),
            start=clock(start),
            end=clock(end),
        )
        for (start, end), days in by_times.items()
    ]
    rare = {session.repeats for session in on} - {Repeats.WEEKLY}
    text = "; ".join(lines)
    if len(rare) == 1 and all(session.repeats is not Repeats.WEEKLY for session in on):
        return f"{text}, {label(rare.pop())}"
    return text


def day_list(days: Sequence[Day]) -> str:
    """'Monday', 'Monday and Friday', 'Monday to Thursday'; days in the order of the week."""
    names = [label(day) for day in days]
    if len(days) == 7:
        return _("Every day")
    if len(days) > 2 and days[-1].position - days[0].position == len(days) - 1:
        return _("%(first)s to %(last)s", first=names[0], last=names[-1])
    return joined(names)


def joined(items: Sequence[str]) -> str:
    """'a, b and c'."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {_('and')} {items[-1]}"


def _still_on(sessions: Iterable[Session], today: date) -> list[Session]:
    on = [
        session
        for session in sessions
        if (session.last_date is None or session.last_date >= today)
        and (
            session.repeats is not Repeats.DATED or session.first_date is None or session.first_date >= today
        )
    ]
    return sorted(on, key=lambda session: (session.day_number, session.starts_minute, session.ends_minute))


def _notes(session: Session, today: date) -> tuple[str, ...]:
    notes = []
    if session.repeats is Repeats.DATED and session.first_date:
        notes.append(_("only on %(date)s", date=day_words(session.first_date)))
    elif session.repeats is not Repeats.WEEKLY:
        notes.append(label(session.repeats))
    if session.repeats is not Repeats.DATED:
        if session.first_date and session.first_date > today:
            notes.append(_("starts on %(date)s", date=day_words(session.first_date)))
        if session.last_date:
            notes.append(_("until %(date)s", date=day_words(session.last_date)))
    if session.places_left == 0:
        notes.append(_("no places left"))
    elif session.places_left is not None:
        notes.append(ngettext("%(num)d place left", "%(num)d places left", session.places_left))
    return tuple(notes)


def price(cost: Cost) -> str:
    """'£48 a session', '£48 to £62 a session', 'Free'."""
    if cost.basis is CostBasis.FREE:
        return _("Free")
    amount = money(cost.amount)
    if cost.amount_to is not None and cost.amount_to != cost.amount:
        amount = _("%(low)s to %(high)s", low=amount, high=money(cost.amount_to))
    return f"{amount} {label(cost.basis)}"


def price_with_note(cost: Cost) -> str:
    return f"{price(cost)}: {cost.note}" if cost.note else price(cost)


def cost_in_short(offer: Offer) -> str:
    """The lowest price for a card, 'from' where there are more."""
    if not offer.costs:
        return _("Ask what it costs")
    lowest = min(offer.costs, key=lambda cost: (cost.amount, cost.basis.position))
    if len(offer.costs) > 1 and lowest.basis is not CostBasis.FREE:
        return _("from %(price)s", price=f"{money(lowest.amount)} {label(lowest.basis)}")
    return price(lowest)


def transport(offer: Offer) -> str:
    """Whether it fetches people, from how far, and for how much."""
    if offer.transport_offered is None:
        return _("We do not know if they can fetch you. Ask.")
    if not offer.transport_offered:
        return _("They do not fetch people. You make your own way.")
    parts = [_("They can fetch you and take you home.")]
    if offer.transport_radius_km is not None:
        parts.append(_("Up to %(miles)s away.", miles=miles(offer.transport_radius_km)))
    if offer.transport_cost is None:
        parts.append(_("Ask what it costs."))
    elif offer.transport_cost == Decimal(0):
        parts.append(_("This is free."))
    else:
        parts.append(_("%(price)s there and back, on top.", price=money(offer.transport_cost)))
    return " ".join(parts)


def ages(offer: Offer) -> str | None:
    match offer.min_age, offer.max_age:
        case None, None:
            return None
        case None, most:
            return _("Up to %(age)s", age=most)
        case least, None:
            return _("%(age)s and over", age=least)
        case least, most:
            return _("%(least)s to %(most)s", least=least, most=most)


def visit_length(minutes: int) -> str:
    """'2 hours', '90 minutes'."""
    if minutes % 60 == 0:
        return ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    return ngettext("%(num)d minute", "%(num)d minutes", minutes)


def breaks(pauses: Iterable[Pause], *, today: date) -> tuple[str, ...]:
    """When it is not on, as far as that is still to come: 'Not on from 4 to 28 August 2026'."""
    to_come = sorted((one for one in pauses if one.last_date >= today), key=lambda one: one.first_date)
    return tuple(
        f"{not_on(pause.first_date, pause.last_date)}{f': {pause.reason}' if pause.reason else ''}"
        for pause in to_come
    )


def when_with_break(offer: Offer, *, today: date) -> str:
    """The line of a card, with the break that is on now or begins soon."""
    when = when_in_short(offer.sessions, today=today)
    off = _not_on_soon(offer.pauses, today=today)
    return when if off is None else f"{when}. {off}"


def _not_on_soon(pauses: Iterable[Pause], *, today: date) -> str | None:
    """The break that is on now, or begins in the next two weeks."""
    near = [one for one in pauses if one.first_date <= today + SOON and one.last_date >= today]
    if not near:
        return None
    first = min(near, key=lambda pause: pause.first_date)
    return not_on(first.first_date, first.last_date)


def not_on(first: date, last: date) -> str:
    """A break in words; the month and the year are said once where they are the same."""
    if first == last:
        return _("Not happening on %(date)s", date=day_words(first))
    if (first.year, first.month) == (last.year, last.month):
        begins = str(first.day)
    else:
        begins = day_words(first) if first.year != last.year else _day_and_month(first)
    return _("Not on from %(first)s to %(last)s", first=begins, last=day_words(last))


def _day_and_month(day: date) -> str:
    return str(format_date(day, "d MMMM"))  # type: ignore[no-untyped-call]
