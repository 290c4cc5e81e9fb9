"""How matching works, told from the code's own tables: a number that changes there changes here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from marketplace.directory.words import joined
from marketplace.geo.fares import FARES, FareRow
from marketplace.geo.travel import TRAVEL_CONSTANTS, ConstantRow
from marketplace.matching import weights
from marketplace.matching.fit import FIT_FROM, Fit
from marketplace.vocabulary import N_, Part, Priority, Stop, SupportLevel
from marketplace.web.templating import label, money


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the score: its share, and how it is worked out."""

    name: str
    percent: int
    how: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopRow:
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class FitRow:
    """A word for how well an offer fits, and the points that it is said for."""

    name: str
    points: str


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    """A number that travel or its cost is worked out with."""

    value: str
    note: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingPage:
    version: str
    version_date: date
    parts: tuple[PartRow, ...]
    fits: tuple[FitRow, ...]
    stops: tuple[StopRow, ...]
    priorities: tuple[tuple[str, str], ...]
    pair_rules: tuple[str, ...]
    never_used: tuple[str, ...]
    travel: tuple[AssumptionRow, ...]
    fares: tuple[AssumptionRow, ...]
    most_of_one_kind: int


def matching_page(*, today: date) -> MatchingPage:
    return MatchingPage(
        version=weights.VERSION,
        version_date=weights.VERSION_DATE,
        fits=_fits(),
        parts=tuple(PartRow(label(part), _percent(weights.WEIGHTS[part]), _HOW[part]()) for part in Part),
        stops=tuple(StopRow(label(stop), _why(stop)) for stop in Stop),
        priorities=tuple(
            (label(priority), _(weights.PRIORITY_SHIFTS[priority].explanation)) for priority in Priority
        ),
        pair_rules=tuple(_(rule) for rule in weights.PAIR_RULES),
        never_used=tuple(_(fact) for fact in weights.NEVER_USED),
        travel=tuple(_travel_row(row) for row in TRAVEL_CONSTANTS),
        fares=tuple(_fare_row(row) for row in _fares_on(today)),
        most_of_one_kind=weights.MOST_OF_ONE_KIND,
    )


def _fits() -> tuple[FitRow, ...]:
    rows = []
    least_before: int | None = None
    for fit in Fit:
        least = FIT_FROM[fit]
        if least_before is None:
            points = _("%(least)s points or more, of 100", least=least)
        else:
            points = _("%(least)s to %(most)s points", least=least, most=least_before - 1)
        rows.append(FitRow(label(fit), points))
        least_before = least
    return tuple(rows)


def _percent(share: float) -> int:
    return round(share * 100)


def _share(share: float) -> str:
    return _("%(number)s out of 100", number=_percent(share))


def _goals() -> tuple[str, ...]:
    return (
        _(
            "Your goal that fits best counts %(best)s. How many of your goals it serves counts %(all)s.",
            best=_share(weights.BEST_GOAL_SHARE),
            all=_share(weights.ALL_GOALS_SHARE),
        ),
        _(
            "A theme that you choose and the provider states fits fully. A theme that we read from your own words fits %(words)s.",
            words=_share(weights.WORDS_THEME),
        ),
        _(
            "Where your words mean one kind of a theme, like football of all sport, it fits %(kin)s. "
            "The closer the provider's words are to yours, the nearer it comes to a full fit.",
            kin=_share(weights.WORDS_KIN),
        ),
        _(
            "You may say what you do not want. An offer of only that does not fit. If it has what you want too, its fit counts %(share)s.",
            share=_share(weights.RULED_OUT_TOO),
        ),
        _("We show which of your words we understood, so that you can correct us."),
    )


def _level() -> tuple[str, ...]:
    return (
        _("Made for your level: %(score)s.", score=_share(weights.LEVEL_MADE_FOR)),
        _("Also serves your level: %(score)s.", score=_share(weights.LEVEL_ALSO_SERVES)),
        _(
            "If you want help for some weeks, an enablement programme comes first. Others made for that level get %(score)s.",
            score=_share(weights.LEVEL_TWO_MADE_FOR),
        ),
        _("For specialist support, the offer must say that it gives it."),
    )


def _travel() -> tuple[str, ...]:
    return (
        _(
            "No journey: 100 out of 100. A journey as long as the most you said: %(score)s. In between it falls evenly.",
            score=_share(weights.TRAVEL_AT_LIMIT),
        ),
        _(
            "If you give no limit, we look as far as %(minutes)s minutes one way.",
            minutes=weights.DEFAULT_MAX_MINUTES,
        ),
    )


def _times() -> tuple[str, ...]:
    return (
        _(
            "A session that you can come to from start to end fits fully. If you miss a part of it, we take %(score)s of the share that you can come to.",
            score=_share(weights.PART_OF_SESSION),
        ),
        _("Less than %(share)s of a session is no visit.", share=_share(weights.LEAST_SHARE_OF_SESSION)),
        _(
            "If you want a number of hours a week, how many it could fill counts %(share)s of this part.",
            share=_share(weights.HOURS_SHARE),
        ),
        _("Where one session begins as another ends, they count as one visit: for how long a visit is."),
    )


def _transport() -> tuple[str, ...]:
    return (
        _(
            "Only if you need to be fetched, or someone with you. Given: 100 out of 100. Not given: %(score)s.",
            score=_share(weights.NO_TRANSPORT),
        ),
    )


def _cost() -> tuple[str, ...]:
    return (
        _(
            "One visit a week with the way there and back. Free: 100 out of 100. Exactly what you can pay: %(score)s.",
            score=_share(weights.COST_AT_BUDGET),
        ),
    )


def _preferences() -> tuple[str, ...]:
    return (_("The share of your wishes that we know are met."),)


def _carer() -> tuple[str, ...]:
    return (
        _("Only if you tell us about your carer. It comes on top: the other parts keep their shares."),
        _(
            "We look at three things, if you tell us: the shortest break your carer needs, the hours they work, and the hours of break they want."
        ),
        _("The longest visit counts against the shortest break. As long as that, or longer: 100 out of 100."),
        _("How much of the work the visits cover counts the same. So does how much of the break they fill."),
        _("This never rules an offer out."),
    )


_MEANING = {
    "car_fixed": N_("By car, for each journey"),
    "car_per_km": N_("By car, for the distance"),
    "walking_kmh": N_("On foot"),
    "wheelchair_kmh": N_("In a wheelchair"),
    "with_support_kmh": N_("On foot with someone"),
    "cycling_kmh": N_("By cycle"),
    "path_factor": N_("On foot and by cycle, the distance"),
    "bus_walk_km": N_("By bus, the walk"),
    "bus_wait": N_("By bus, the wait"),
    "bus_town": N_("By bus, in town"),
    "bus_kmh": N_("By bus, the speed"),
    "bus_route_factor": N_("By bus, the distance"),
    "taxi_wait": N_("By taxi, the wait"),
    "provider_factor": N_("With the provider, the drive"),
    "provider_extra": N_("With the provider, for each journey"),
}

_HOW = {
    Part.GOALS: _goals,
    Part.LEVEL: _level,
    Part.TRAVEL: _travel,
    Part.TIMES: _times,
    Part.TRANSPORT: _transport,
    Part.COST: _cost,
    Part.PREFERENCES: _preferences,
    Part.CARER: _carer,
}


def _why(stop: Stop) -> str:
    match stop:
        case Stop.KIND:
            return _("You asked for other kinds.")
        case Stop.NOT_TAKING_PEOPLE:
            return _("The provider says it is full. A waiting list is no stop.")
        case Stop.AGE:
            return _("Your age is outside the ages it states.")
        case Stop.LEVEL:
            return _(
                "It states its levels, and yours is not among them. “%(level)s” must always be stated.",
                level=label(SupportLevel.SPECIALIST),
            )
        case Stop.MUST_HAVE:
            return _("It says no to something you must have. If it has not said, we ask instead.")
        case Stop.TRAVEL:
            return _("No way that you can travel gets you there in your time, and nobody comes to you.")
        case Stop.TIMES:
            return _("None of its sessions is on when you can come.")
        case Stop.COST:
            return _("One visit a week with the way there costs more than your budget.")
        case Stop.GOALS:
            return _("Neither its themes nor its words have to do with any of your goals.")


def _travel_row(row: ConstantRow) -> AssumptionRow:
    return AssumptionRow(
        _("%(number)s %(unit)s", number=f"{row.value.normalize():f}", unit=_(row.unit)),
        f"{_(_MEANING[row.name])}. {_(row.note)}",
        label(row.source),
    )


def _fares_on(today: date) -> tuple[FareRow, ...]:
    """The row of each way to travel that is valid now."""
    valid = {}
    for row in sorted(FARES, key=lambda row: row.valid_from):
        if row.valid_from <= today:
            valid[row.mode] = row
    return tuple(row for row in valid.values() if row.fixed or row.per_mile)


def _fare_row(row: FareRow) -> AssumptionRow:
    amounts = []
    if row.fixed:
        amounts.append(money(row.fixed))
    if row.per_mile:
        amounts.append(_("%(price)s a mile", price=money(row.per_mile)))
    return AssumptionRow(joined(amounts), f"{label(row.mode)}. {_(row.note)}", label(row.source))
