"""How good each row that was found could be, in two steps: the third and fourth of ``first_rows``.

Goals and the way there tell most, and are known of all rows from what has been read. So all get a rough
bound of these, in which every other part counts as 1; few need the closer one, for which six more columns
are read here and there in memory.
"""

from __future__ import annotations

import numpy as np

from marketplace.matching import kernel
from marketplace.matching.codes import COMES, ENABLEMENT, ONLINE
from marketplace.matching.first_numbers import DRAWERS, Floats, Near, QueryNumbers, Scratch
from marketplace.matching.first_words import Wanted
from marketplace.matching.hints import (
    ANY_LENGTH,
    MINUTES_A_STEP,
    NO_PRICE,
    NO_SESSIONS,
    PENCE_A_STEP,
    VISIT_STEP,
    minutes_by_halves,
)
from marketplace.matching.kernel import compiled
from marketplace.matching.weights import (
    ALL_GOALS_SHARE,
    BEST_GOAL_SHARE,
    COST_AT_BUDGET,
    GOAL_FLOOR,
    HOURS_SHARE,
    NO_TRANSPORT,
    SHORT_VISIT_FLOOR,
    TRAVEL_AT_LIMIT,
    WORDS_ALONE,
    WORDS_KIN,
    WORDS_THEME,
)

SLACK = 1e-9
"""A bound is added up in another order than the score; so much lower it may come out at most."""
LEVEL_SETS = 16
"""Sets of the four levels."""
LEVEL_TRAITS, REST_TRAITS = 4 * LEVEL_SETS - 1, 6
"""A row's traits for the bound: bits 0 to 3 its levels, 4 made for the person's own, 5 an enablement programme;
and above these: 6 for no way to go, 7 and 8 for its own transport (0 not known, 1 no, 2 yes), 9 with sessions."""


@compiled
def rough_bounds(q: QueryNumbers, near: Near, w: Wanted, found: int, s: Scratch) -> None:
    """Put the first *found* of ``rows`` into drawers by the best score that goals and the way there let each have.

    One plain loop a question, over all of them: so the processor asks it of many rows in one step.
    """
    rows, listed, out = s.rows[:found], s.listed[:found], s.fits[:found]
    for at in range(found):
        listed[at] = np.uint64(near.themes[rows[at]] | near.suggested_themes[rows[at]])
    if q.has_home:
        way_there(q, found, s)
    else:
        s.travel[:found] = 0.0
        out[:] = np.uint8(0)
    most_of_goals(q, w, found, s)
    weights = q.weights
    rest = weights[1] + (weights[3] if q.has_when else 0.0) + (weights[4] if q.wants_transport else 0.0)
    rest += (weights[5] if q.score_budget_pence >= 0 else 0.0) + (weights[6] if q.like else 0.0)
    rest += weights[7] if q.has_carer else 0.0
    scale = (DRAWERS - 1) / (weights[0] + (weights[2] if q.has_home else 0.0) + rest)
    rest += SLACK * (DRAWERS - 1) / scale
    goals_weight, travel, goals = weights[0], s.travel[:found], s.goals[:found]
    drawer, drawers, most = s.drawer[:found], s.drawers, s.most[:found]
    for at in range(found):
        into = np.int32((rest + travel[at] + goals_weight * goals[at]) * scale)
        into = into if into < DRAWERS - 1 else np.int32(DRAWERS - 1)
        drawer[at] = np.int16(DRAWERS if out[at] | np.uint8(most[at] < GOAL_FLOOR - SLACK) else into)
    drawers[:] = 0
    for at in range(found):
        drawers[np.uint16(drawer[at])] += 1


@compiled
def way_there(q: QueryNumbers, found: int, s: Scratch) -> None:
    """Fill ``travel`` of the rows that were found; in ``fits``, which is not needed any more, who is too far."""
    distances, minutes, free = s.distances[:found], s.best[:found], s.free[:found]
    travel, out = s.travel[:found], s.fits[:found]
    uses, fixed, per_km = q.ways[0], q.ways[1], q.ways[2]
    minutes[:] = np.inf
    for way in range(len(uses)):
        if uses[way] > 0.0:
            start, a_km = fixed[way], per_km[way]
            for at in range(found):
                taken = start + a_km * distances[at]
                minutes[at] = min(minutes[at], taken)
    a_minute = (1.0 - TRAVEL_AT_LIMIT) / q.max_minutes
    weight, limit = q.weights[2], q.max_minutes
    for at in range(found):
        near_by = (free[at] != 0) | (distances[at] != distances[at])
        out[at] = np.uint8((minutes[at] > limit) & (not near_by))
        travel[at] = weight if near_by else weight * (1.0 - a_minute * minutes[at])


@compiled
def most_of_goals(q: QueryNumbers, w: Wanted, found: int, s: Scratch) -> None:
    """Fill ``goals`` with the most that the goals' part of each row can be, and ``most`` with its best goal's.

    A goal's score rises with the closeness of the words along one of two lines: with a theme, without.
    """
    listed, most, best, every = s.listed[:found], s.most[:found], s.best[:found], s.every[:found]
    most[:], best[:], every[:] = 0.0, 0.0, 0.0
    best_share, share = shares_of(w.importance)
    for goal in range(len(w.importance)):
        about = q.goals[goal, 0] | q.goals[goal, 1] | q.goals[goal, 2]
        start = 1.0 if q.goals[goal, 0] else WORDS_THEME if q.goals[goal, 1] else WORDS_KIN
        of_best, of_all = best_share[goal], share[goal]
        if w.has_words[goal]:
            dots = s.dots[goal * (found + 1) + 1 : (goal + 1) * (found + 1)]
            low, slope, least, rise = w.low[goal], w.slope[goal], w.least[goal], 1.0 - start
            for at in range(found):
                close = (dots[at] - low) * slope
                close = min(1.0, close)
                close = max(least, close)
                score = start + rise * close if listed[at] & about else WORDS_ALONE * close
                most[at] = max(most[at], score)
                best[at] = max(best[at], of_best * score)
                every[at] += of_all * score
        else:
            for at in range(found):
                score = start if listed[at] & about else 0.0
                most[at] = max(most[at], score)
                best[at] = max(best[at], of_best * score)
                every[at] += of_all * score
    goals = s.goals[:found]
    for at in range(found):
        goals[at] = best[at] + every[at]


@compiled
def shares_of(importance: Floats) -> tuple[Floats, Floats]:
    """Of ``evaluate_goals.goals_part``, what the best goal's score counts, and every goal's: by goal."""
    most, total = importance.max(), importance.sum()
    return BEST_GOAL_SHARE * (importance / most), ALL_GOALS_SHARE * (importance / total)


@compiled
def choose(found: int, drawer: int, portion: int, least: float, s: Scratch) -> tuple[int, int]:
    """Put the rows of the next drawers below *drawer* into ``chosen``, at least a *portion*, in rising order.

    The last drawer that was opened, and how many rows; none where no bound is *least* or more.
    """
    drawer_of, drawers, chosen = s.drawer, s.drawers, s.chosen
    end, count, lowest = drawer, 0, max(least * (DRAWERS - 1), 1.0)
    while count < portion and drawer >= lowest:
        drawer -= 1
        count += drawers[drawer]
    if count > 0:
        next_ = np.uint64(0)
        for at in range(found):
            chosen[next_] = at
            next_ += np.uint64((drawer_of[at] >= drawer) & (drawer_of[at] < end))
    return drawer, count


@compiled
def closer_bounds(q: QueryNumbers, near: Near, count: int, s: Scratch) -> None:
    """Put the first *count* of ``chosen`` into ``closer_drawers`` by the best score that their hints let them have."""
    rows, chosen, traits = s.rows, s.chosen[:count], s.traits[:count]
    total, weight, bounds = s.others[:count], s.known[:count], s.bounds[:count]
    own = np.uint16(q.level - 1 if q.level > 0 else 0)
    for at in range(count):
        row = rows[chosen[at]]
        place = near.place_kind[row]
        traits[at] = (
            np.uint16(near.levels[row])
            | (((np.uint16(near.made_for[row]) >> own) & np.uint16(1)) << np.uint16(4))
            | (np.uint16(near.kind[row] == ENABLEMENT) << np.uint16(5))
            | (np.uint16((place == COMES) | (place == ONLINE)) << np.uint16(6))
            | (np.uint16(near.transport[row] + 1) << np.uint16(7))
            | (np.uint16((near.halves[row] & np.uint16(NO_SESSIONS)) == 0) << np.uint16(9))
        )
    of_level, of_rest, levels, rest = tables_of(q)
    travel_weight = q.weights[2] if q.has_home else 0.0
    for at in range(count):
        trait = traits[at]
        total[at] = s.travel[chosen[at]] + of_level[trait & LEVEL_TRAITS] + of_rest[trait >> REST_TRAITS]
        weight[at] = travel_weight + levels[trait & LEVEL_TRAITS] + rest[trait >> REST_TRAITS]
    if q.has_when or q.has_carer:
        add_times(q, near, count, s)
    if q.score_budget_pence >= 0:
        share_a_step = (1.0 - COST_AT_BUDGET) * PENCE_A_STEP / max(q.score_budget_pence, 1)
        cost_weight = q.weights[5]
        for at in range(count):
            price = near.least_price[rows[chosen[at]]]
            known = 0.0 if price == NO_PRICE else cost_weight
            total[at] += known * (1.0 - min(share_a_step * price, 2.0 * (1.0 - COST_AT_BUDGET)))
            weight[at] += known
    if q.like:
        for at in range(count):
            row = rows[chosen[at]]
            met = kernel.preferences_of(q.like, near.features_yes[row], near.features_no[row])
            if not np.isnan(met):
                total[at] += q.weights[6] * met
                weight[at] += q.weights[6]
    goals_weight, goals = q.weights[0], s.goals
    for at in range(count):
        bounds[at] = (total[at] + goals_weight * goals[chosen[at]]) / (weight[at] + goals_weight)
    drawer, drawers = s.closer_drawer[:count], s.closer_drawers
    for at in range(count):
        into = np.int32((bounds[at] + SLACK) * (DRAWERS - 1))
        drawer[at] = np.int16(into if into < DRAWERS - 1 else np.int32(DRAWERS - 1))
    drawers[:] = 0
    for at in range(count):
        drawers[np.uint16(drawer[at])] += 1


@compiled
def tables_of(q: QueryNumbers) -> tuple[Floats, Floats, Floats, Floats]:
    """By the traits of level, and by the others: the weighted sum of the parts that they decide, and its weight.

    Of times, and the carer's time, the weight where there are sessions; where none are known they have none.
    """
    of_level, levels = np.zeros(4 * LEVEL_SETS), np.zeros(4 * LEVEL_SETS)
    own = q.level - 1 if q.level > 0 else 0
    for trait in range(4 * LEVEL_SETS):
        made_for = ((trait // LEVEL_SETS) & 1) << own
        level = kernel.level_of(q.level, trait % LEVEL_SETS, made_for, trait >= 2 * LEVEL_SETS)
        if not np.isnan(level):
            of_level[trait], levels[trait] = q.weights[1] * level, q.weights[1]
    of_rest, rest = np.zeros(16), np.zeros(16)
    for trait in range(16):
        stays, transport, timed = trait & 1, ((trait >> 1) & 3) - 1, trait >> 3
        if q.wants_transport and (stays or transport >= 0):
            of_rest[trait] = q.weights[4] * (1.0 if stays or transport == 1 else NO_TRANSPORT)
            rest[trait] = q.weights[4]
        if timed:
            later = (q.weights[3] if q.has_when else 0.0) + (q.weights[7] if q.has_carer else 0.0)
            rest[trait] += later
    return of_level, of_rest, levels, rest


@compiled
def add_times(q: QueryNumbers, near: Near, count: int, s: Scratch) -> None:
    """Add the parts of times and of the carer's time, as good as the hints let them be.

    What is shorter than asked for, and a week that can't fill the hours, is never as good as another.
    """
    rows, chosen, total = s.rows, s.chosen[:count], s.others[:count]
    visits, minutes, working = s.most[:count], s.best[:count], s.every[:count]
    free_minutes, work_minutes = s.tables[:256], s.tables[256:512]
    if q.has_when:
        minutes_by_halves(q.windows, free_minutes)
    if q.has_carer:
        minutes_by_halves(q.works, work_minutes)
    for at in range(count):
        steps = near.longest[rows[chosen[at]]]
        visits[at] = np.inf if steps == ANY_LENGTH else np.float64(steps) * VISIT_STEP
    for at in range(count):
        row = rows[chosen[at]]
        steps, halves = near.weekly[row], near.halves[row]
        lower, upper = halves & np.uint16(127), np.uint16(128) + ((halves >> np.uint16(7)) & np.uint16(127))
        whole = np.float64(steps) * MINUTES_A_STEP
        in_work = min(whole, work_minutes[lower] + work_minutes[upper])
        in_free = min(whole, free_minutes[lower] + free_minutes[upper]) if q.has_when else whole
        known, timed = steps != ANY_LENGTH, (halves & np.uint16(NO_SESSIONS)) == 0
        minutes[at] = (in_free if known else np.inf) if timed else 0.0
        working[at] = (in_work if known else np.inf) if timed else 0.0
        visits[at] = visits[at] if timed else 0.0
    if q.has_when:
        weight = q.weights[3]
        shortest, wanted = float(max(q.shortest, 1)), max(q.wanted_minutes, 1.0)
        floor = SHORT_VISIT_FLOOR if q.shortest > 0 else 1.0
        least = HOURS_SHARE if q.wanted_minutes > 0 else 0.0
        for at in range(count):
            score = floor + (1.0 - floor) * min(visits[at] / shortest, 1.0)
            score = (1.0 - least) * score + least * min(minutes[at] / wanted, 1.0)
            total[at] += weight * score if visits[at] > 0.0 else 0.0
    if q.has_carer:
        told = (q.shortest_break > 0) + (q.work_minutes > 0) + (q.break_minutes > 0.0)
        weight = q.weights[7] / told
        for at in range(count):
            score = min(visits[at] / q.shortest_break, 1.0) if q.shortest_break > 0 else 0.0
            score += min(working[at] / q.work_minutes, 1.0) if q.work_minutes > 0 else 0.0
            score += min(minutes[at] / q.break_minutes, 1.0) if q.break_minutes > 0.0 else 0.0
            total[at] += weight * score
