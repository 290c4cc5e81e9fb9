"""Why: the reasons, the questions and the facts of one evaluated offer, in plain words.

Every sentence is made from the facts that decided the number beside it.
"""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np

from marketplace.matching.bank_holidays import next_bank_holidays
from marketplace.matching.catalogue import BASES, KINDS, PLACE_KINDS, VACANCIES, Catalogue
from marketplace.matching.codes import NO_MODE
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.needs import clock
from marketplace.matching.query import MODES, PARTS, CompiledGoal, Query
from marketplace.matching.result import Match, PartScore, Say, SessionTime
from marketplace.vocabulary import (
    N_,
    BankHolidayRule,
    CostBasis,
    Day,
    Feature,
    FundingRoute,
    OfferKind,
    Part,
    PlaceKind,
    Repeats,
    SupportLevel,
    Theme,
    TravelMode,
    Vacancy,
)

REPEATS = tuple(Repeats)
DAYS = tuple(Day)
_MOST_SESSIONS_NAMED = 3


def explain(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Match:
    """The match at position *at* of an evaluation, with its reasons and questions."""
    row = int(found.rows[at])
    known = ~np.isnan(found.parts[at])
    share = np.where(known, query.weights, 0.0)
    share = share / share.sum()
    parts = tuple(
        PartScore(
            part=part,
            score=float(found.parts[at, number]),
            weight=float(share[number]),
            reason=_REASONS[part](query, catalogue, found, at),
        )
        for number, part in enumerate(PARTS)
        if known[number]
    )
    mode = int(found.mode[at])
    minutes = float(found.minutes[at])
    distance = float(found.distance_km[at])
    return Match(
        offer=catalogue.ids[row],
        row=row,
        source_id=catalogue.source_ids[row],
        name=catalogue.names[row],
        kind=KINDS[catalogue.columns.kind[row]],
        score=float(found.score[at]),
        confidence=float(found.confidence[at]),
        parts=parts,
        ask=questions(query, catalogue, found, at),
        minutes=None if math.isnan(minutes) else whole_minutes(minutes),
        mode=None if mode == NO_MODE else MODES[mode],
        distance_km=None if math.isnan(distance) else round(distance, 1),
        weekly_cost=pounds(int(found.weekly_pence[at])),
        travel_cost=pounds(int(found.travel_pence[at])),
        sessions=session_times(catalogue, found, at),
    )


def whole_minutes(minutes: float) -> int:
    """Minutes as shown: rounded up, so that nobody comes late."""
    return math.ceil(minutes - 1e-9)


def pounds(pence: int) -> Decimal | None:
    return None if pence < 0 else (Decimal(pence) / 100).quantize(Decimal("0.01"))


def session_times(catalogue: Catalogue, found: Evaluation, at: int) -> tuple[SessionTime, ...]:
    """The sessions that the person can come to, in the order of the week."""
    sessions = found.sessions
    low, high = np.searchsorted(sessions.row, [at, at + 1])
    return tuple(
        SessionTime(
            start=int(catalogue.columns.session_start[sessions.index[one]]),
            end=int(catalogue.columns.session_end[sessions.index[one]]),
            whole=bool(sessions.run[one] == sessions.length[one]),
            repeats=REPEATS[catalogue.columns.session_repeats[sessions.index[one]]],
        )
        for one in range(int(low), int(high))
        if sessions.usable[one]
    )


def money(amount: Decimal) -> str:
    """'£5' or '£4.50'."""
    return f"£{amount:.0f}" if amount == amount.to_integral_value() else f"£{amount:.2f}"


def _themes_in(mask: int) -> tuple[Theme, ...]:
    return tuple(theme for theme in Theme if mask & theme.bit)


def _goals(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    order = sorted(
        range(len(query.goals)),
        key=lambda number: (
            -query.goals[number].goal.importance * found.goal_scores[at, number],
            number,
        ),
    )
    said = [_goal(query.goals[order[0]], catalogue, int(found.rows[at]))]
    for number in order[1:]:
        if found.goal_scores[at, number] >= 0.5 and len(said) < 2:
            said.append(_goal(query.goals[number], catalogue, int(found.rows[at])))
    if len(said) == 1:
        return said[0]
    return Say(N_("%(first)s %(second)s"), {"first": said[0], "second": said[1]})


def _goal(goal: CompiledGoal, catalogue: Catalogue, row: int) -> Say:
    stated = int(catalogue.columns.themes[row])
    suggested = int(catalogue.columns.suggested_themes[row])
    if goal.themes & stated:
        return Say(N_("You asked for: %(theme)s. It offers this."), {"theme": _themes_in(goal.themes)})
    by_words = _themes_in(goal.word_themes & stated) or _themes_in(goal.kin_themes & stated)
    if by_words:
        theme = by_words[0]
        return Say(
            N_("You said “%(phrase)s”. We took that to mean: %(theme)s. It offers this."),
            {"phrase": goal.said[theme][0], "theme": theme},
        )
    if (goal.themes | goal.word_themes | goal.kin_themes) & suggested:
        return Say(
            N_("Its description sounds like: %(theme)s. Ask to be sure."),
            {"theme": _themes_in((goal.themes | goal.word_themes | goal.kin_themes) & suggested)},
        )
    shared = catalogue.text.shared_words(goal.words, row) if goal.words else ()
    if shared:
        return Say(N_("Its description has your words: %(words)s."), {"words": shared[:4]})
    if goal.words:
        return Say(N_("Its description is close to your words."), {})
    return Say(N_("It is not about: %(theme)s."), {"theme": _themes_in(goal.themes)})


def _level(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    level = SupportLevel(query.level)
    if query.level == 2 and KINDS[catalogue.columns.kind[row]] is OfferKind.ENABLEMENT:
        return Say(N_("It is a programme to learn or get back skills, for up to 12 weeks."))
    if catalogue.columns.made_for[row] & level.bit:
        return Say(N_("It is made for level %(number)s: %(level)s."), _level_words(level))
    return Say(N_("It also supports people at level %(number)s: %(level)s."), _level_words(level))


def _level_words(level: SupportLevel) -> dict[str, object]:
    return {"number": str(int(level)), "level": level}


_BY_MODE = {
    TravelMode.WALK: (N_("It takes about %(minutes)s minutes to walk or wheel there.")),
    TravelMode.CYCLE: (N_("It takes about %(minutes)s minutes to cycle there.")),
    TravelMode.BUS: (N_("It takes about %(minutes)s minutes by bus or tram.")),
    TravelMode.CAR: (N_("It takes about %(minutes)s minutes by car.")),
    TravelMode.TAXI: (N_("It takes about %(minutes)s minutes by taxi.")),
    TravelMode.PROVIDER: (N_("They can fetch you. It takes about %(minutes)s minutes.")),
}


def _travel(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    if found.comes_to_you[at]:
        return Say(N_("They come to you."))
    place = int(catalogue.columns.place_kind[row])
    if place >= 0 and PLACE_KINDS[place] is PlaceKind.ONLINE:
        return Say(N_("It is online. You need no journey."))
    minutes = str(whole_minutes(float(found.minutes[at])))
    there = Say(_BY_MODE[MODES[int(found.mode[at])]], {"minutes": minutes})
    if query.modes_assumed:
        return Say(N_("%(there)s You did not tell us how you travel."), {"there": there})
    return (
        Say(
            N_("%(there)s Your limit is %(limit)s."),
            {"there": there, "limit": str(int(query.max_minutes))},
        )
        if query.needs.travel.max_minutes
        else there
    )


def session_words(session: SessionTime) -> Say:
    """'Saturday 10:00 to 12:00', and how often where it is not every week."""
    time = {
        "day": session.day,
        "start": clock(session.start),
        "end": clock(session.end, is_end=True),
    }
    if session.repeats is Repeats.WEEKLY:
        return Say(N_("%(day)s %(start)s to %(end)s"), time)
    return Say(N_("%(day)s %(start)s to %(end)s (%(often)s)"), {**time, "often": session.repeats})


def _times(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    times = session_times(catalogue, found, at)
    best = int(found.best_session[at])
    best_start = int(catalogue.columns.session_start[best])
    first = next(session for session in times if session.start == best_start)
    named = tuple(session_words(session) for session in times[:_MOST_SESSIONS_NAMED])
    if catalogue.columns.flexible[row]:
        text = N_("You are both free: %(times)s. You agree the hours.")
    elif first.whole:
        named = tuple(session_words(session) for session in times if session.whole)[:_MOST_SESSIONS_NAMED]
        text = N_("You can come to all of it: %(times)s.")
    else:
        text = N_("You can come to a part of it: %(times)s.")
    said = Say(text, {"times": named})
    if query.shortest and found.visit_minutes[at] < query.shortest:
        return Say(
            N_("%(times)s It is shorter than the %(minutes)s minutes you need."),
            {"times": said, "minutes": str(query.shortest)},
        )
    return said


def _transport(_query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    if found.comes_to_you[at]:
        return Say(N_("They come to you, so you need no transport."))
    if found.parts[at, PARTS.index(Part.TRANSPORT)] == 1.0:
        if catalogue.columns.transport[row] != 1:
            return Say(N_("You need no transport."))
        cost = pounds(int(catalogue.columns.transport_pence[row]))
        if cost is None:
            return Say(N_("They can fetch you. Ask what it costs."))
        if cost == 0:
            return Say(N_("They can fetch you for free."))
        return Say(N_("They can fetch you for %(cost)s there and back."), {"cost": money(cost)})
    if catalogue.columns.transport[row] == 1:
        return Say(N_("Their transport does not come as far as you."))
    return Say(N_("They have no transport."))


def _cost(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    weekly = Decimal(int(found.weekly_pence[at])) / 100
    travel = pounds(int(found.travel_pence[at]))
    if weekly == 0:
        return Say(N_("It is free."))
    best = int(found.best_session[at])
    often = REPEATS[catalogue.columns.session_repeats[best]] if best >= 0 else Repeats.WEEKLY
    if often in (Repeats.FORTNIGHTLY, Repeats.MONTHLY):
        said = Say(
            N_("It is %(often)s. That is about %(cost)s for a week, with travel."),
            {"often": often, "cost": money(weekly)},
        )
    elif travel:
        text = N_("One visit a week costs about %(cost)s. %(travel)s of it is travel.")
        said = Say(text, {"cost": money(weekly), "travel": money(travel)})
    else:
        said = Say(N_("One visit a week costs about %(cost)s."), {"cost": money(weekly)})
    if query.budget_pence < 0:
        return said
    budget = Decimal(query.budget_pence) / 100
    return Say(N_("%(cost)s You can pay up to %(budget)s."), {"cost": said, "budget": money(budget)})


def _preferences(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    has = _features(int(catalogue.columns.features_yes[row]) & query.like)
    lacks = _features(int(catalogue.columns.features_no[row]) & query.like)
    if has and lacks:
        return Say(N_("It has: %(has)s. It does not have: %(lacks)s."), {"has": has, "lacks": lacks})
    if has:
        return Say(N_("It has what you would like: %(has)s."), {"has": has})
    return Say(N_("It does not have: %(lacks)s."), {"lacks": lacks})


def _features(mask: int) -> tuple[Feature, ...]:
    return tuple(feature for feature in Feature if mask & feature.bit)


_REASONS = {
    Part.GOALS: _goals,
    Part.LEVEL: _level,
    Part.TRAVEL: _travel,
    Part.TIMES: _times,
    Part.TRANSPORT: _transport,
    Part.COST: _cost,
    Part.PREFERENCES: _preferences,
}

FEATURE_QUESTIONS = {
    Feature.STEP_FREE: N_("Is there a way in without steps?"),
    Feature.WHEELCHAIR_SPACE: N_("Is there space for a wheelchair?"),
    Feature.ACCESSIBLE_TOILET: N_("Is there an accessible toilet?"),
    Feature.CHANGING_PLACES: N_("Is there a Changing Places toilet?"),
    Feature.HEARING_LOOP: N_("Is there a hearing loop?"),
    Feature.BSL: N_("Does someone use British Sign Language?"),
    Feature.MAKATON: N_("Does someone use Makaton?"),
    Feature.QUIET_SPACE: N_("Is there a quiet space?"),
    Feature.SMALL_GROUP: N_("Is it a small group?"),
    Feature.AUTISM_FRIENDLY: N_("Is it autism friendly?"),
    Feature.DEMENTIA_FRIENDLY: N_("Is it dementia friendly?"),
    Feature.PERSONAL_CARE: N_("Can someone help with personal care?"),
    Feature.MEDICATION: N_("Can someone help with medicine?"),
    Feature.MOVING_AND_HANDLING: N_("Can someone help me to move, with a hoist or similar?"),
    Feature.BEHAVIOUR_SUPPORT: N_("Do staff know positive behaviour support?"),
    Feature.ONE_TO_ONE: N_("Can I have one-to-one support?"),
}


def questions(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> tuple[Say, ...]:
    """What is not known and matters to this person, as questions to the provider."""
    row = int(found.rows[at])
    asked: list[Say] = []
    wanted = query.must | query.like
    known = int(catalogue.columns.features_yes[row] | catalogue.columns.features_no[row])
    # What the person must have is asked first.
    for mask in (query.must & ~known, wanted & ~query.must & ~known):
        asked += [Say(FEATURE_QUESTIONS[feature]) for feature in _features(mask)]
    if query.level and catalogue.columns.levels[row] == 0:
        asked.append(
            Say(
                N_("Can you support someone at level %(number)s (%(level)s)?"),
                _level_words(SupportLevel(query.level)),
            )
        )
    place = int(catalogue.columns.place_kind[row])
    if place < 0 or (math.isnan(catalogue.columns.lat[row]) and PLACE_KINDS[place] is not PlaceKind.ONLINE):
        asked.append(Say(N_("Where is it?")))
    if catalogue.columns.session_count[row] == 0:
        asked.append(Say(N_("Which days and times is it on?")))
    asked += _transport_questions(query, catalogue, found, at)
    asked += _cost_questions(query, catalogue, row)
    asked += _bank_holiday_questions(query, catalogue, found, at)
    vacancy = VACANCIES[catalogue.columns.vacancy[row]]
    if vacancy is Vacancy.WAITING_LIST:
        asked.append(Say(N_("How long is the waiting list?")))
    elif vacancy is Vacancy.NOT_KNOWN:
        asked.append(Say(N_("Is there a place for me?")))
    return tuple(asked)


def _transport_questions(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> list[Say]:
    row = int(found.rows[at])
    asked = []
    if query.wants_transport and not found.comes_to_you[at]:
        if catalogue.columns.transport[row] == -1:
            asked.append(Say(N_("Can you fetch me?")))
        elif (
            catalogue.columns.transport[row] == 1
            and query.needs.travel.wheelchair_space
            and found.parts[at, PARTS.index(Part.TRANSPORT)] == 1.0
        ):
            asked.append(Say(N_("Is there space for my wheelchair in the vehicle?")))
    return asked


def _cost_questions(query: Query, catalogue: Catalogue, row: int) -> list[Say]:
    asked = []
    basis = int(catalogue.columns.cost_basis[row])
    if basis < 0:
        asked.append(Say(N_("What does it cost?")))
    elif catalogue.columns.cost_is_range[row]:
        asked.append(Say(N_("The price differs. What would it be for me?")))
    free = basis >= 0 and BASES[basis] is CostBasis.FREE
    funding = query.needs.funding
    if funding is not None and not free and not _takes(int(catalogue.columns.funding[row]), funding):
        asked.append(Say(N_("Can I pay with: %(route)s?"), {"route": funding}))
    return asked


def _bank_holiday_questions(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> list[Say]:
    """Only where one of the next weeks' bank holidays falls on a day that the person would come."""
    if catalogue.columns.bank_holidays[found.rows[at]] != BankHolidayRule.ASK.position:
        return []
    days = {session.day.position for session in session_times(catalogue, found, at)}
    for holiday in next_bank_holidays(query.today):
        if holiday.date.weekday() in days:
            day = Say(
                N_("%(day)s %(date)s"), {"day": DAYS[holiday.date.weekday()], "date": holiday.short_date}
            )
            return [Say(N_("Is it open on the bank holiday, %(day)s?"), {"day": day})]
    return []


def _takes(mask: int, route: FundingRoute) -> bool:
    return bool(mask & route.bit)
