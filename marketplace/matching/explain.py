"""Why: the reasons of one evaluated offer, in plain words.

Every sentence is made from the facts that decided the number beside it.
"""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import KINDS, NO_MODE, PLACE_KINDS
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.explain_carer import carer_reason
from marketplace.matching.facts import (
    REPEATS,
    features_in,
    level_words,
    money,
    pounds,
    session_times,
    times_words,
    visit_times,
    whole_minutes,
)
from marketplace.matching.query import MODES, PARTS, CompiledGoal, Query
from marketplace.matching.questions import questions
from marketplace.matching.result import Match, PartScore, Say
from marketplace.vocabulary import (
    N_,
    OfferKind,
    Part,
    PlaceKind,
    Repeats,
    SupportLevel,
    Theme,
    TravelMode,
)


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
    kinds = catalogue.text.shared_kinds(goal.meaning, row) if goal.meaning else ()
    if kinds and not goal.word_themes & stated:
        return Say(N_("You said “%(phrase)s”. Its description is about that."), {"phrase": kinds[0]})
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
    if not goal.themes:
        return Say(N_("You said what you don't want. This is something else."))
    return Say(N_("It is not about: %(theme)s."), {"theme": _themes_in(goal.themes)})


def _level(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    level = SupportLevel(query.level)
    if query.level == 2 and KINDS[catalogue.columns.kind[row]] is OfferKind.ENABLEMENT:
        return Say(N_("It is a programme to learn or get back skills, for up to 12 weeks."))
    if catalogue.columns.made_for[row] & level.bit:
        return Say(N_("It is made for level %(number)s: %(level)s."), level_words(level))
    return Say(N_("It also supports people at level %(number)s: %(level)s."), level_words(level))


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
    return with_limit(query, there)


def with_limit(query: Query, there: Say) -> Say:
    """A sentence about the way there, and the limit that the person gave."""
    if query.modes_assumed:
        return Say(N_("%(there)s You did not tell us how you travel."), {"there": there})
    if not query.needs.travel.max_minutes:
        return there
    limit = str(int(query.max_minutes))
    return Say(N_("%(there)s Your limit is %(limit)s."), {"there": there, "limit": limit})


def _times(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    times = session_times(catalogue, found, at)
    best = int(found.best_session[at])
    best_start = int(catalogue.columns.session_start[best])
    first = next(session for session in times if session.start == best_start)
    named = times_words(visit_times(query, catalogue, found, at))
    if catalogue.columns.flexible[row]:
        text = N_("You are both free: %(times)s. You agree the hours.")
    elif first.whole:
        named = times_words([session for session in times if session.whole])
        text = N_("You can come to all of it: %(times)s.")
    else:
        text = N_("You can come to a part of it: %(times)s.")
    said = Say(text, {"times": named})
    stays = int(found.sessions.block[found.sessions.index == best].max())
    if stays < query.shortest:
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
    return with_budget(query, said)


def with_budget(query: Query, cost: Say) -> Say:
    """A sentence about the cost, and the budget that the person gave."""
    if query.budget_pence < 0:
        return cost
    budget = money(Decimal(query.budget_pence) / 100)
    return Say(N_("%(cost)s You can pay up to %(budget)s."), {"cost": cost, "budget": budget})


def _preferences(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    return preference_words(
        int(catalogue.columns.features_yes[row]) & query.like,
        int(catalogue.columns.features_no[row]) & query.like,
    )


def preference_words(yes: int, no: int) -> Say:
    """What of the wishes a place has and has not; masks of features."""
    has, lacks = features_in(yes), features_in(no)
    if has and lacks:
        return Say(N_("It has: %(has)s. It does not have: %(lacks)s."), {"has": has, "lacks": lacks})
    if has:
        return Say(N_("It has what you would like: %(has)s."), {"has": has})
    return Say(N_("It does not have: %(lacks)s."), {"lacks": lacks})


_REASONS = {
    Part.GOALS: _goals,
    Part.LEVEL: _level,
    Part.TRAVEL: _travel,
    Part.TIMES: _times,
    Part.TRANSPORT: _transport,
    Part.COST: _cost,
    Part.PREFERENCES: _preferences,
    Part.CARER: carer_reason,
}
