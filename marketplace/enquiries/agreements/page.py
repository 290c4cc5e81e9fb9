"""What an agreement says in words, the same for both sides and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask_babel import gettext, ngettext

from marketplace.db import PENCE
from marketplace.enquiries.agreements.documents import terms_in, times_in
from marketplace.enquiries.agreements.models import HowItGoes
from marketplace.enquiries.agreements.terms import Terms
from marketplace.enquiries.models import Mood, Side
from marketplace.offers.models import Session as OfferSession
from marketplace.offers.words import times
from marketplace.vocabulary import N_, CostBasis, FundingRoute, Repeats
from marketplace.web.language import translate
from marketplace.web.templating import day_words, label, money

PAID_BY: Mapping[FundingRoute, str] = {
    FundingRoute.DIRECT_PAYMENT: N_("From a direct payment"),
    FundingRoute.MANAGED_BUDGET: N_("The council pays"),
    FundingRoute.MIXED: N_("Partly a direct payment, partly the council"),
    FundingRoute.SELF_FUNDER: N_("The person pays with their own money"),
}
PRICE_FOR: Mapping[CostBasis, str] = {
    CostBasis.FREE: N_("It is free"),
    CostBasis.SESSION: N_("Each session"),
    CostBasis.HOUR: N_("Each hour"),
    CostBasis.WEEK: N_("Each week"),
    CostBasis.NIGHT: N_("Each night"),
}
MOODS: Mapping[Mood, str] = {Mood.GOOD: "tick", Mood.MIXED: "not_sure", Mood.BAD: "cross"}
"""Their pictures."""
NOTICE: Mapping[int, str] = {
    7: N_("1 week"),
    14: N_("2 weeks"),
    28: N_("4 weeks"),
    56: N_("8 weeks"),
}
_A_WEEK: Mapping[Repeats, Decimal] = {
    Repeats.WEEKLY: Decimal(1),
    Repeats.FORTNIGHTLY: Decimal("0.5"),
    Repeats.MONTHLY: Decimal(12) / Decimal(52),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is agreed."""

    heading: str
    lines: tuple[str, ...]
    picture: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a change changes."""

    heading: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    picture: str


def lines_of(terms: Terms, sessions: Iterable[OfferSession], *, back_up: str = "") -> tuple[Line, ...]:
    """Everything that an agreement says; what is left open is said to be open.

    *back_up* is what the reader is told of the offer that stands in.
    """
    open_ = gettext("Not said")
    agreed = [one for one in sessions if one.id in terms.session_ids]
    return (
        Line(gettext("When"), session_lines(agreed) or (gettext("As you agree from week to week"),), "time"),
        Line(gettext("First day"), (day_words(terms.starts_on),), "calendar"),
        Line(gettext("What it costs"), _cost_lines(terms, agreed) or (open_,), "money"),
        Line(
            gettext("Who pays"),
            (translate(PAID_BY[terms.paid_by]) if terms.paid_by else open_,),
            "money",
        ),
        Line(gettext("When somebody is ill"), _own(terms.when_ill) or (open_,), "wellbeing"),
        Line(gettext("On bank holidays"), _own(terms.on_bank_holidays) or (open_,), "calendar"),
        Line(
            gettext("To stop, either side says so before"),
            (notice_words(terms.notice_days),),
            "letter",
        ),
        Line(
            gettext("If it falls through one day"),
            ((back_up,) if back_up else ()) + _own(terms.back_up_words) or (open_,),
            "buddy",
        ),
    )


def what_differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What a change changes, line by line; both are documents of terms."""
    was, will = (lines_of(terms_in(one), times_in(one)) for one in (before, after))
    return tuple(
        Difference(old.heading, old.lines, new.lines, old.picture)
        for old, new in zip(was, will, strict=True)
        if old.lines != new.lines
    )


def who_said(said: HowItGoes) -> str:
    """Which side it was, without a name: both sides read it, unless it is for the person's side only."""
    if said.is_private:
        return gettext("Only on your side")
    if said.side is Side.PROVIDER:
        return gettext("The provider says")
    return gettext("Someone who helps says") if said.is_carer else gettext("The person says")


def session_lines(sessions: Iterable[OfferSession]) -> tuple[str, ...]:
    return tuple(
        session_words(one) for one in sorted(sessions, key=lambda one: (one.day_number, one.starts_minute))
    )


def session_words(one: OfferSession) -> str:
    """'Tuesday, 10am to 12pm', and how often where it is not every week."""
    words = gettext("%(day)s, %(times)s", day=label(one.day), times=times(one))
    return words if one.repeats is Repeats.WEEKLY else f"{words}, {label(one.repeats)}"


def notice_words(days: int) -> str:
    return translate(NOTICE[days]) if days in NOTICE else ngettext("%(num)s day", "%(num)s days", days)


def weekly_hours(sessions: Iterable[OfferSession]) -> Decimal:
    """Hours a week, over the year, of what was agreed, counted as in ``weekly_cost``; 0 where nothing is."""
    return sum(
        (
            _A_WEEK.get(one.repeats, Decimal(0)) * Decimal(one.ends_minute - one.starts_minute) / 60
            for one in sessions
        ),
        Decimal(0),
    ).quantize(PENCE, ROUND_HALF_UP)


def weekly_cost(amount: Decimal, basis: CostBasis, sessions: Iterable[OfferSession]) -> Decimal | None:
    """Pounds a week, over the year, for what was agreed; None where the basis does not tell.

    A price a session or an hour counts each weekly session once, a fortnightly one half, a monthly one
    12 times in 52 weeks; one on a single date is not counted.
    """
    if basis in {CostBasis.FREE, CostBasis.WEEK}:
        return amount
    shares = [(_A_WEEK.get(one.repeats, Decimal(0)), one.ends_minute - one.starts_minute) for one in sessions]
    if basis is CostBasis.NIGHT or not any(share for share, _ in shares):
        return None
    units = sum(
        (share * (Decimal(minutes) / 60 if basis is CostBasis.HOUR else 1) for share, minutes in shares),
        Decimal(0),
    )
    return (amount * units).quantize(PENCE, ROUND_HALF_UP)


def _cost_lines(terms: Terms, sessions: Sequence[OfferSession]) -> tuple[str, ...]:
    if terms.amount is None or terms.basis is None:
        return ()
    if terms.basis is CostBasis.FREE:
        return (gettext("It is free"),)
    price = f"{money(terms.amount)} {label(terms.basis)}"
    weekly = weekly_cost(terms.amount, terms.basis, sessions)
    if weekly is None or terms.basis is CostBasis.WEEK:
        return (price,)
    return (price, gettext("That is about %(price)s a week", price=money(weekly)))


def _own(words: str) -> tuple[str, ...]:
    return tuple(line for line in words.splitlines() if line.strip())
