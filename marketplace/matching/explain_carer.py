"""Why an offer suits whoever cares for the person, and what to ask for them."""

from __future__ import annotations

import numpy as np

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import HOURS_SHARES
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.evaluate_carer import minutes_at_work
from marketplace.matching.facts import MOST_SESSIONS_NAMED, REPEATS, duration_words, times_words
from marketplace.matching.needs import MINUTES_A_WEEK
from marketplace.matching.query import Query
from marketplace.matching.result import Say, SessionTime
from marketplace.vocabulary import N_, Repeats


def carer_reason(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    """A sentence or two for each thing that the carer told: the break, the work, the hours."""
    visits = _visits(catalogue, found, at)
    begin = np.array([start for start, _, _ in visits])
    run = np.array([minutes for _, minutes, _ in visits])
    often = np.array([HOURS_SHARES[repeats.position] for _, _, repeats in visits])
    worked = minutes_at_work(query, begin, run)
    said = []
    if query.shortest_break > 0:
        mine = found.sessions.usable & (found.sessions.row == at)
        said.append(_break(query, int(found.sessions.block[mine].max())))
    if query.work_minutes > 0:
        said.append(_work(query, visits, float((worked * often).sum())))
    if query.break_minutes > 0:
        said.append(_resting(query, float(((run - worked) * often).sum())))
    told = said[0]
    for more in said[1:]:
        told = Say(N_("%(first)s %(second)s"), {"first": told, "second": more})
    return told


def _visits(catalogue: Catalogue, found: Evaluation, at: int) -> list[tuple[int, int, Repeats]]:
    """When each possible visit begins, its minutes and how often it is."""
    sessions = found.sessions
    low, high = np.searchsorted(sessions.row, [at, at + 1])
    return [
        (
            int(sessions.begin[one]),
            int(sessions.run[one]),
            REPEATS[catalogue.columns.session_repeats[sessions.index[one]]],
        )
        for one in range(int(low), int(high))
        if sessions.usable[one]
    ]


def _break(query: Query, longest: int) -> Say:
    facts = {"longest": duration_words(longest), "needed": duration_words(query.shortest_break)}
    enough = N_(
        "The longest visit is %(longest)s. That is long enough: your carer needs a break of %(needed)s."
    )
    short = N_("The longest visit is %(longest)s. That is too short: your carer needs a break of %(needed)s.")
    return Say(enough if longest >= query.shortest_break else short, facts)


def _work(query: Query, visits: list[tuple[int, int, Repeats]], at_work: float) -> Say:
    """The work that visits of every week cover, where it is little enough to name; else how much."""
    if at_work == 0:
        return Say(N_("It is not on while your carer works."))
    covered = [
        (start, end)
        for start, end in query.works.tolist()
        if 0 <= start < MINUTES_A_WEEK and any(_covers(visit, start, end) for visit in visits)
    ]
    named = sum(end - start for start, end in covered)
    if len(covered) <= MOST_SESSIONS_NAMED and named == round(at_work):
        times = times_words([SessionTime(start, end, True) for start, end in covered])
        return Say(N_("It is on while your carer works: %(times)s."), {"times": times})
    if at_work >= query.work_minutes:
        return Say(N_("It covers all the hours that your carer works."))
    hours = {"some": duration_words(at_work), "all": duration_words(query.work_minutes)}
    return Say(N_("Your carer works %(all)s a week. It covers about %(some)s of that."), hours)


def _covers(visit: tuple[int, int, Repeats], start: int, end: int) -> bool:
    begin, minutes, repeats = visit
    shifts = (0, MINUTES_A_WEEK)
    return repeats is Repeats.WEEKLY and any(
        begin <= start + shift and end + shift <= begin + minutes for shift in shifts
    )


def _resting(query: Query, minutes: float) -> Say:
    wanted = duration_words(query.break_minutes)
    if round(minutes) == 0:
        return Say(
            N_("It gives no break outside work. Your carer wants %(wanted)s a week."), {"wanted": wanted}
        )
    facts = {"rest": duration_words(minutes), "wanted": wanted}
    if query.work_minutes > 0:
        return Say(
            N_("Outside work it gives about %(rest)s of break a week. Your carer wants %(wanted)s."), facts
        )
    return Say(N_("It gives about %(rest)s of break a week. Your carer wants %(wanted)s."), facts)


def break_questions(query: Query, catalogue: Catalogue, row: int) -> list[Say]:
    """Where no times are known: is it long enough?"""
    if query.shortest_break == 0 or catalogue.columns.session_count[row] != 0:
        return []
    needed = duration_words(query.shortest_break)
    return [Say(N_("Is it long enough for a break of %(time)s?"), {"time": needed})]


def notice_questions(query: Query) -> list[Say]:
    """No offer says how early it tells of a change, so it is always asked."""
    days = query.needs.carer.notice_days
    if not days:
        return []
    if days == 1:
        return [Say(N_("If it is off, can my carer know a day before?"))]
    return [Say(N_("If it is off, can my carer know %(days)s days before?"), {"days": str(days)})]
