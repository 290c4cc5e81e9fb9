"""Why: the reasons of one evaluated offer, in plain words.

Every sentence is made from the facts that decided the number beside it.
"""

from __future__ import annotations

import math

import numpy as np

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import COMES, KINDS, NO_MODE, ONLINE, PLACE_KINDS
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.explain_carer import carer_reason
from marketplace.matching.explain_cost import cost_reason, cost_with_travel
from marketplace.matching.facts import (
    duration_words,
    features_in,
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
    SupportLevel,
    Theme,
    TravelMode,
)

GOOD = 0.5
"""A goal that is served less than this is not named beside another; alone, it is said with care."""
MOST_GOALS_TOLD = 2


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
        way=way_there(query, catalogue, found, at),
        price=cost_with_travel(query, catalogue, found, at),
    )


def _themes_in(mask: int) -> tuple[Theme, ...]:
    return tuple(theme for theme in Theme if mask & theme.bit)


def _goals(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    """The goal that it serves best, and others that it serves well: wishes that were ticked in one sentence.

    A theme that was told is not told again, though the person may have said it in other words too.
    """
    row = int(found.rows[at])
    stated = int(catalogue.columns.themes[row])
    scores = found.goal_scores[at]
    order = sorted(
        range(len(query.goals)),
        key=lambda number: (-query.goals[number].goal.importance * scores[number], number),
    )
    good = [number for number in order if number == order[0] or scores[number] >= GOOD]
    ticked = 0
    for number in good:
        ticked |= query.goals[number].themes & stated
    said: list[Say] = []
    told = 0
    for number in good:
        goal = query.goals[number]
        is_ticked = bool(goal.themes & stated)
        meant = _meant_theme(goal, stated)
        themes = ticked if is_ticked else meant.bit if meant else 0
        if themes and not themes & ~told:
            continue
        if is_ticked:
            said.append(_asked_for(_themes_in(themes & ~told), again=bool(told)))
        else:
            said.append(_goal(goal, catalogue, row, float(scores[number]), again=bool(told)))
        told |= themes
        if len(said) == MOST_GOALS_TOLD:
            break
    together = said[0]
    for one in said[1:]:
        together = Say(N_("%(first)s %(second)s"), {"first": together, "second": one})
    return together


def _asked_for(themes: tuple[Theme, ...], *, again: bool) -> Say:
    if len(themes) > 2:
        text = N_("You asked for: %(theme)s. It offers all of these.")
    elif len(themes) == 2:
        text = N_("You asked for: %(theme)s. It offers both of these.")
    elif again:
        text = N_("You asked for: %(theme)s. It offers this too.")
    else:
        text = N_("You asked for: %(theme)s. It offers this.")
    return Say(text, {"theme": themes})


def _goal(goal: CompiledGoal, catalogue: Catalogue, row: int, score: float, *, again: bool) -> Say:
    """Why it serves a goal in own words; that it also offers what they rule out, so that they can say so."""
    said = _meant(goal, catalogue, row, score, again=again)
    stated = int(catalogue.columns.themes[row])
    refused = () if goal.meaning is None else goal.meaning.refused
    unwanted = tuple(theme for theme in refused if stated & theme.bit)
    if not unwanted:
        return said
    text = N_("%(first)s You said not: %(theme)s. It offers that too. Ask if you can leave it out.")
    return Say(text, {"first": said, "theme": unwanted})


def _meant_theme(goal: CompiledGoal, stated: int) -> Theme | None:
    """The first theme that the words mean and the offer states."""
    themes = _themes_in(goal.word_themes & stated) or _themes_in(goal.kin_themes & stated)
    return themes[0] if themes else None


def _meant(goal: CompiledGoal, catalogue: Catalogue, row: int, score: float, *, again: bool) -> Say:
    stated = int(catalogue.columns.themes[row])
    suggested = int(catalogue.columns.suggested_themes[row])
    kinds = catalogue.text.shared_kinds(goal.meaning, row) if goal.meaning else ()
    if kinds and not goal.word_themes & stated:
        return Say(N_("You said “%(phrase)s”. Its description is about that."), {"phrase": kinds[0]})
    theme = _meant_theme(goal, stated)
    if theme is not None:
        this = N_("You said “%(phrase)s”. We took that to mean: %(theme)s. It offers this.")
        too = N_("You said “%(phrase)s”. We took that to mean: %(theme)s. It offers this too.")
        return Say(too if again else this, {"phrase": goal.said[theme][0], "theme": theme})
    if (goal.themes | goal.word_themes | goal.kin_themes) & suggested:
        return Say(
            N_("Its description sounds like: %(theme)s. Ask to be sure."),
            {"theme": _themes_in((goal.themes | goal.word_themes | goal.kin_themes) & suggested)},
        )
    shared = catalogue.text.shared_words(goal.words, row) if goal.words else ()
    if shared:
        return Say(N_("Its description has your words: %(words)s."), {"words": shared[:4]})
    if goal.words:
        if score < GOOD:
            return Say(N_("Its description is a little like your words. It may be about something else."))
        return Say(N_("Its description is close to your words."))
    if not goal.themes:
        return Say(N_("You said what you don't want. This is something else."))
    return Say(N_("It is not about: %(theme)s."), {"theme": _themes_in(goal.themes)})


def _level(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    level = SupportLevel(query.level)
    if query.level == 2 and KINDS[catalogue.columns.kind[row]] is OfferKind.ENABLEMENT:
        return Say(N_("It is a programme to learn or get back skills, for up to 12 weeks."))
    if catalogue.columns.made_for[row] & level.bit:
        return Say(N_("It is made for people who need as much support as you."))
    if not catalogue.columns.levels[row] & level.bit:
        # Only ever read of an offer that this stops: its score is told as if nothing did.
        return Say(N_("Counted as if it supported your level: %(level)s."), {"level": level})
    return Say(N_("It also supports people who need as much support as you."))


_BY_MODE = {
    TravelMode.WALK: (N_("It takes about %(time)s to walk or wheel there.")),
    TravelMode.CYCLE: (N_("It takes about %(time)s to cycle there.")),
    TravelMode.BUS: (N_("It takes about %(time)s by bus or tram.")),
    TravelMode.CAR: (N_("It takes about %(time)s by car.")),
    TravelMode.TAXI: (N_("It takes about %(time)s by taxi.")),
    TravelMode.PROVIDER: (N_("They can fetch you. It takes about %(time)s.")),
}


def _travel(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    if found.comes_to_you[at]:
        return Say(N_("They come to you."))
    place = int(catalogue.columns.place_kind[row])
    if place >= 0 and PLACE_KINDS[place] is PlaceKind.ONLINE:
        return Say(N_("You take part from home. You need no journey."))
    time = duration_words(whole_minutes(float(found.minutes[at])))
    there = Say(_BY_MODE[MODES[int(found.mode[at])]], {"time": time})
    return with_limit(query, there)


def way_there(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say | None:
    """How the person gets there, or that it is not known; None where their home is not known."""
    if query.ruler is None:
        return None
    if not math.isnan(float(found.parts[at, PARTS.index(Part.TRAVEL)])):
        return _travel(query, catalogue, found, at)
    return way_not_known(found, at)


def way_not_known(found: Evaluation, at: int) -> Say:
    if math.isnan(float(found.distance_km[at])):
        return Say(N_("We do not know where it is."))
    return Say(N_("We do not know how you would get there. Ask if they can fetch you."))


def with_limit(query: Query, there: Say) -> Say:
    """A sentence about the way there, and the limit that the person gave."""
    if query.modes_assumed:
        return Say(N_("%(there)s You did not tell us how you travel."), {"there": there})
    if not query.needs.travel.max_minutes:
        return there
    limit = duration_words(query.max_minutes)
    return Say(N_("%(there)s Your limit is %(limit)s."), {"there": there, "limit": limit})


def _times(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    times = session_times(catalogue, found, at)
    best = int(found.best_session[at])
    best_start = int(catalogue.columns.session_start[best])
    first = next(session for session in times if session.start == best_start)
    named = times_words(visit_times(query, catalogue, found, at))
    goes = int(catalogue.columns.place_kind[row]) not in (COMES, ONLINE)
    if catalogue.columns.flexible[row]:
        come = N_("You can come at these times: %(times)s. You need not stay for all of it.")
        text = come if goes else N_("You are both free: %(times)s. You agree the hours.")
    elif first.whole:
        named = times_words([session for session in times if session.whole])
        text = (
            N_("You can come to all of it: %(times)s.")
            if goes
            else N_("You are free for all of it: %(times)s.")
        )
    else:
        come = N_("You can come to a part of it: %(times)s.")
        text = come if goes else N_("You are free for a part of it: %(times)s.")
    said = Say(text, {"times": named})
    stays = int(found.sessions.block[found.sessions.index == best].max())
    if stays < query.shortest:
        return Say(
            N_("%(times)s It is shorter than the %(shortest)s you need."),
            {"times": said, "shortest": duration_words(query.shortest)},
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
    Part.COST: cost_reason,
    Part.PREFERENCES: _preferences,
    Part.CARER: carer_reason,
}
