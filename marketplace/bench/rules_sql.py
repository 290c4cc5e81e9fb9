"""All rules of matching as one PostgreSQL statement: the same offers, scores and order.

Written to be as quick as PostgreSQL can: a GiST sieve over boxes, masks and bit strings first, the
dear parts (sessions, words) only for rows that are left, each value worked out once (``OFFSET 0``
keeps the planner from copying expressions). The numbers are those of the weights table. Only the
sentence vectors are left out.
"""
# ruff: noqa: S608 - put together from constants of ours; all input is in parameters

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from marketplace.bench.search import HALF_HOURS
from marketplace.matching import weights as rules
from marketplace.matching.codes import (
    BUS,
    BY_THE_WEEK,
    COMES,
    ENABLEMENT,
    FREE,
    FULL,
    HOURLY,
    HOURS_SHARES,
    ONLINE,
    PROVIDER,
    TAXI,
    VISIT_SHARES,
)
from marketplace.matching.needs import MINUTES_A_DAY, MINUTES_A_WEEK
from marketplace.vocabulary import Repeats, TravelMode

_USUAL = [mode.position for mode in TravelMode if mode.position not in (TAXI, PROVIDER)]
_TAKEN = [f"%(fixed{way})s::float8 + %(per_km{way})s::float8 * km" for way in range(len(TravelMode))]
_NO_TIME = f"B'{'0' * HALF_HOURS}'"


def _shares(values: npt.NDArray[np.float64]) -> str:
    return f"(ARRAY[{', '.join(map(repr, values.tolist()))}]::float8[])"


# 1: what a row can be sieved by without looking further
_SIEVED = f"""
SELECT o.*,
  (o.lat - %(lat)s) * (%(n0)s + (o.lat - %(lat)s) * 0.5::float8
    * (%(n1)s + (o.lat - %(lat)s) * 0.5::float8 * %(n2)s)) AS dy,
  (o.lon - %(lon)s) * (%(e0)s + (o.lat - %(lat)s) * 0.5::float8
    * (%(e1)s + (o.lat - %(lat)s) * 0.5::float8 * %(e2)s)) AS dx,
  o.words @@ %(words)s::tsquery AS has_word
FROM offer AS o
WHERE o.area && box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
  AND o.vacancy <> {FULL} AND (o.features_no & %(must)s::int) = 0
  AND (%(age)s::int < 0 OR (%(age)s::int >= o.min_age AND (o.max_age < 0 OR %(age)s::int <= o.max_age)))
  AND (%(level)s::int = 0 OR (o.levels & %(level_bit)s::int) <> 0 OR (o.levels = 0 AND %(level)s::int < 4))
  AND (NOT %(has_when)s::boolean OR o.sessions = 0 OR (o.week & %(week)s::bit({HALF_HOURS})) <> {_NO_TIME})
  AND (%(open)s::boolean OR ((o.themes | o.suggested) & %(any_theme)s::bigint) <> 0
       OR o.words @@ %(words)s::tsquery)
OFFSET 0"""

# 2: the quickest way there
_MEASURED = f"""
SELECT *, (place = {COMES} AND km IS NOT NULL) AS visits,
  (place = {COMES} AND km <= radius) IS TRUE AS comes,
  (%(provider)s::boolean AND transport = 1 AND (fetch_radius IS NULL OR km <= fetch_radius)) IS TRUE AS fetched,
  {_TAKEN[PROVIDER]} AS by_provider, {_TAKEN[TAXI]} AS by_taxi,
  {", ".join(f"{_TAKEN[way]} AS way{way}" for way in _USUAL)}
FROM (SELECT *, sqrt(dx * dx + dy * dy) AS km FROM ({_SIEVED}) AS sieved OFFSET 0) AS placed OFFSET 0"""
_ON_FOOT = f"""
SELECT *, least('Infinity'::float8, {", ".join(f"way{way}" for way in _USUAL)}) AS usual
FROM ({_MEASURED}) AS measured OFFSET 0"""
_FETCHED = f"""
SELECT *, CASE WHEN fetched AND by_provider < usual THEN by_provider ELSE usual END AS before_taxi,
  CASE WHEN fetched AND by_provider < usual THEN {PROVIDER} WHEN usual = 'Infinity' THEN -1
    {" ".join(f"WHEN way{way} = usual THEN {way}" for way in _USUAL)} ELSE -1 END AS way_before_taxi
FROM ({_ON_FOOT}) AS on_foot OFFSET 0"""
_QUICKEST = f"""
SELECT *, (comes OR place = {ONLINE}) AS stays,
  CASE WHEN by_taxi < before_taxi AND before_taxi > %(limit)s THEN by_taxi ELSE before_taxi END AS minutes,
  CASE WHEN by_taxi < before_taxi AND before_taxi > %(limit)s THEN {TAXI} ELSE way_before_taxi END AS way
FROM ({_FETCHED}) AS fetched OFFSET 0"""
_REACHED = f"""
SELECT * FROM ({_QUICKEST}) AS quickest
WHERE km IS NULL OR stays OR (NOT visits AND (minutes <= %(limit)s
  OR (%(provider)s::boolean AND transport = -1 AND by_provider <= %(limit)s)))
OFFSET 0"""

# 3: the best session
_USABLE = f"""
(NOT %(has_when)s::boolean OR run = length OR (run > 0 AND run >= CASE WHEN reached.flexible
    THEN CASE WHEN reached.shortest > 0 THEN reached.shortest ELSE {rules.LEAST_FLEXIBLE_VISIT} END::float8
    ELSE {rules.LEAST_SHARE_OF_SESSION}::float8 * length END))"""
_SESSION_SCORE = f"""
CASE WHEN NOT %(has_when)s::boolean THEN 1::float8
  WHEN {_USABLE}
  THEN CASE WHEN run = length OR reached.flexible THEN 1::float8
      ELSE {rules.PART_OF_SESSION}::float8 * (run / length::float8) END
    * CASE WHEN %(shortest)s::int > 0 AND block < %(shortest)s::int
      THEN {rules.SHORT_VISIT_FLOOR}::float8
        + {1.0 - rules.SHORT_VISIT_FLOOR}::float8 * (block / %(shortest)s::float8) ELSE 1::float8 END
  ELSE 0::float8 END"""
_BEGAN = """
CASE WHEN %(has_when)s::boolean THEN (
    SELECT min(greatest(starts, free.opens))
    FROM unnest(%(opens)s::int[], %(closes)s::int[]) AS free (opens, closes)
    WHERE least(ends, free.closes) - greatest(starts, free.opens) = run) ELSE starts END"""
_LAIN = """
SELECT at, often, starts, ends, ends - starts AS length,
  CASE WHEN %(has_when)s::boolean THEN (
    SELECT max(greatest(least(ends, closes) - greatest(starts, opens), 0))
    FROM unnest(%(opens)s::int[], %(closes)s::int[]) AS free (opens, closes)
  ) ELSE ends - starts END AS run
FROM unnest(reached.starts, reached.ends, reached.repeats) WITH ORDINALITY
  AS s (starts, ends, often, at)
OFFSET 0"""
# Visits that touch are one block: all chains of them, and of those with this one in it the longest.
_BLOCK = f"""
CASE WHEN reached.touch AND (%(shortest)s::int > 0 OR %(shortest_break)s::int > 0) THEN coalesce((
  WITH RECURSIVE made AS (
    SELECT at, starts, ends, starts / {MINUTES_A_DAY} AS day, began, began + run AS until
    FROM (SELECT *, {_BEGAN} AS began FROM ({_LAIN}) AS every
      WHERE often = {Repeats.WEEKLY.position} AND {_USABLE}) AS visited
  ), chain (members, came, until, ends, day) AS (
    SELECT ARRAY[at], began, until, ends, day FROM made
    UNION ALL
    SELECT chain.members || made.at, chain.came, made.until, made.ends, made.day
    FROM chain JOIN made
      ON made.starts = chain.ends AND made.began = chain.until AND made.day = chain.day
  ) SELECT max(chain.until - chain.came) FROM chain WHERE lain.at = ANY(chain.members)), run)
  ELSE run END"""
# Minutes in which the carer works, of the visit at a session: the first of its longest free stretches.
_WORKED = f"""
CASE WHEN %(work)s::int > 0 AND score > 0 THEN (
  SELECT coalesce(sum(greatest(least(visit.began + run, work.closes) - greatest(visit.began, work.opens), 0)), 0)
  FROM (SELECT {_BEGAN} AS began) AS visit,
    unnest(%(work_opens)s::int[], %(work_closes)s::int[]) AS work (opens, closes))
  ELSE 0 END"""
_VISITED = f"""
SELECT *, first[1] AS best, (-first[2])::int AS at, first[3] AS run
FROM (
  SELECT reached.*, visit.filled, visit.first, visit.longest, visit.at_work, visit.resting
  FROM ({_REACHED}) AS reached
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(run * {_shares(HOURS_SHARES)}[often + 1]) FILTER (WHERE score > 0), 0) AS filled,
      max(ARRAY[score, -at, run]) FILTER (WHERE score > 0) AS first,
      max(block) FILTER (WHERE %(has_carer)s::boolean AND score > 0) AS longest,
      sum(worked * {_shares(HOURS_SHARES)}[often + 1]) FILTER (WHERE %(has_carer)s::boolean AND score > 0)
        AS at_work,
      sum((run - worked) * {_shares(HOURS_SHARES)}[often + 1])
        FILTER (WHERE %(has_carer)s::boolean AND score > 0) AS resting
    FROM (SELECT at, often, run, block, score, {_WORKED} AS worked FROM (
      SELECT at, often, starts, ends, run, block, {_SESSION_SCORE} AS score
      FROM (SELECT lain.*, {_BLOCK} AS block FROM ({_LAIN}) AS lain OFFSET 0) AS stayed OFFSET 0
    ) AS scored OFFSET 0) AS with_work
  ) AS visit
  WHERE NOT %(has_when)s::boolean OR reached.sessions = 0 OR visit.first IS NOT NULL
  OFFSET 0
) AS visited OFFSET 0"""
_TIMED = f"""
SELECT *, CASE WHEN run IS NULL OR run <= 0 THEN usual_visit WHEN flexible THEN least(run::float8, usual_visit)
  ELSE run::float8 END AS visit_minutes
FROM (SELECT *, greatest(shortest, CASE WHEN %(shortest)s::int > 0 THEN %(shortest)s::int
    ELSE {rules.USUAL_FLEXIBLE_VISIT} END)::float8 AS usual_visit FROM ({_VISITED}) AS visited OFFSET 0) AS usually
OFFSET 0"""

# 4: money
_PRICED = f"""
SELECT *, CASE WHEN basis < 0 THEN -1 WHEN basis = {HOURLY}
    THEN floor(price * (visit_minutes / 60::float8) + 0.5::float8) WHEN basis = {FREE} THEN 0 ELSE price END
    AS offer_pence,
  CASE WHEN stays THEN 0 WHEN way = {PROVIDER} THEN greatest(fetch_pence, 0) WHEN way < 0 THEN 0
    ELSE floor((%(fare_fixed)s::float8[])[way + 1] + (%(fare_per_km)s::float8[])[way + 1] * coalesce(km, 0)
        + 0.5::float8)
      * CASE WHEN way <> {BUS} OR NOT %(has_pass)s::boolean THEN 2 WHEN at IS NULL THEN 0
        ELSE 2 - get_bit(%(free_bus)s::bytea,
               mod(starts[at] - ceil(minutes)::int + {10 * MINUTES_A_WEEK}, {MINUTES_A_WEEK}))
             - get_bit(%(free_bus)s::bytea, mod(ends[at], {MINUTES_A_WEEK})) END END AS travel_pence
FROM ({_TIMED}) AS timed OFFSET 0"""
_PAID = f"""
SELECT * FROM (
  SELECT *, CASE WHEN offer_pence < 0 THEN -1 ELSE floor((offer_pence + travel_pence)
    * CASE WHEN at IS NULL OR basis = {BY_THE_WEEK} THEN 1::float8
      ELSE {_shares(VISIT_SHARES)}[repeats[at] + 1] END + 0.5::float8) END AS weekly
  FROM ({_PRICED}) AS priced OFFSET 0) AS weekly
WHERE %(budget)s::int < 0 OR weekly <= %(budget)s::int
OFFSET 0"""


# 5: goals
def _strength(mask: str) -> str:
    return (
        f"CASE WHEN (paid.themes & {mask}) <> 0 THEN 1::float8 WHEN (paid.suggested & {mask}) <> 0 "
        f"THEN {rules.SUGGESTED_THEME}::float8 ELSE 0::float8 END"
    )


_GOAL = f"""
CASE WHEN ((paid.themes | paid.suggested) & g.refused) = 0 THEN 1::float8
  WHEN ((paid.themes | paid.suggested) & (g.chosen | g.understood | g.akin)) = 0 THEN 0::float8
  ELSE {rules.RULED_OUT_TOO}::float8 END
* CASE WHEN NOT g.has_words THEN {_strength("g.chosen")}
  ELSE greatest({_strength("g.chosen")},
    {_strength("g.understood")} * ({rules.WORDS_THEME}::float8 + {1.0 - rules.WORDS_THEME}::float8 * close),
    {_strength("g.akin")} * ({rules.WORDS_KIN}::float8 + {1.0 - rules.WORDS_KIN}::float8 * close),
    {rules.WORDS_ALONE}::float8 * close) END"""
_WANTED = f"""
SELECT paid.*, {rules.BEST_GOAL_SHARE}::float8 * goal.best_goal
  + {rules.ALL_GOALS_SHARE}::float8 * (goal.weighted / %(all_importance)s::float8) AS part0
FROM ({_PAID}) AS paid
CROSS JOIN LATERAL (
  SELECT max(score) AS most, max(importance / %(most_importance)s::float8 * score) AS best_goal,
    sum(importance * score) AS weighted
  FROM (
    SELECT g.importance, {_GOAL} AS score
    FROM (
      SELECT gs.*, least(greatest((coalesce(w.dot, 0) - gs.low) * gs.slope, 0), 1) AS close
      FROM unnest(%(goal)s::int[], %(chosen)s::bigint[], %(understood)s::bigint[], %(akin)s::bigint[],
          %(refused)s::bigint[], %(has_words)s::boolean[], %(importance)s::float8[], %(low)s::float8[],
          %(slope)s::float8[])
        AS gs (goal, chosen, understood, akin, refused, has_words, importance, low, slope)
      LEFT JOIN (
        SELECT said.goal, sum(said.weight * held.weight ORDER BY held.term) AS dot
        FROM unnest(paid.terms, paid.term_weights) AS held (term, weight)
        JOIN unnest(%(said_goal)s::int[], %(said_term)s::int[], %(said_weight)s::float8[])
          AS said (goal, term, weight) ON said.term = held.term
        WHERE paid.has_word
        GROUP BY said.goal
      ) AS w ON w.goal = gs.goal
      OFFSET 0
    ) AS g OFFSET 0
  ) AS scored
) AS goal
WHERE goal.most >= {rules.GOAL_FLOOR}
OFFSET 0"""

# 6: the other parts, and their mean
_MADE_FOR = "CASE WHEN (made_for & %(level_bit)s::int) <> 0 THEN {}::float8 ELSE {}::float8 END"
_PARTS = f"""
SELECT id, km, turn, part0,
  CASE WHEN %(level)s::int = 0 OR levels = 0 THEN NULL
    WHEN %(level)s::int = 2 AND kind = {ENABLEMENT} THEN {rules.LEVEL_MADE_FOR}::float8
    WHEN %(level)s::int = 2 THEN {_MADE_FOR.format(rules.LEVEL_TWO_MADE_FOR, rules.LEVEL_ALSO_SERVES)}
    ELSE {_MADE_FOR.format(rules.LEVEL_MADE_FOR, rules.LEVEL_ALSO_SERVES)} END AS part1,
  CASE WHEN stays THEN 1::float8 WHEN minutes <= %(limit)s
    THEN 1::float8 - {1.0 - rules.TRAVEL_AT_LIMIT}::float8 * (minutes / %(limit)s::float8) END AS part2,
  CASE WHEN NOT %(has_when)s::boolean OR sessions = 0 THEN NULL WHEN %(wanted)s::float8 > 0
    THEN {rules.BEST_SESSION_SHARE}::float8 * best
      + {rules.HOURS_SHARE}::float8 * least(filled / %(wanted)s::float8, 1::float8)
    ELSE best END AS part3,
  CASE WHEN NOT %(wants_transport)s::boolean THEN NULL
    WHEN stays OR (transport = 1 AND (fetch_radius IS NULL OR (km > fetch_radius) IS NOT TRUE)) THEN 1::float8
    WHEN transport = -1 THEN NULL ELSE {rules.NO_TRANSPORT}::float8 END AS part4,
  CASE WHEN %(against)s::int < 0 OR weekly < 0 THEN NULL ELSE 1::float8 - {1.0 - rules.COST_AT_BUDGET}::float8
    * least(weekly / greatest(%(against)s::int, 1)::float8, 2::float8) END AS part5,
  bit_count((features_yes & %(like)s::int)::bit(32))::float8
    / nullif(bit_count(((features_yes | features_no) & %(like)s::int)::bit(32)), 0) AS part6,
  CASE WHEN %(has_carer)s::boolean AND longest > 0 THEN (
    CASE WHEN %(shortest_break)s::int > 0
      THEN least(longest / %(shortest_break)s::float8, 1::float8) ELSE 0::float8 END
    + CASE WHEN %(work)s::int > 0 THEN least(at_work / %(work)s::float8, 1::float8) ELSE 0::float8 END
    + CASE WHEN %(break_wanted)s::float8 > 0
      THEN least(resting / %(break_wanted)s::float8, 1::float8) ELSE 0::float8 END
  ) / %(carer_told)s::float8 END AS part7
FROM ({_WANTED}) AS wanted OFFSET 0"""
_TOTAL = " + ".join(f"coalesce(%(weight{part})s::float8 * part{part}, 0)" for part in range(8))
_WEIGHT = " + ".join(
    f"CASE WHEN part{part} IS NULL THEN 0 ELSE %(weight{part})s::float8 END" for part in range(8)
)
MATCH = f"""
SELECT id, ({_TOTAL}) / ({_WEIGHT}) AS score FROM ({_PARTS}) AS parts
ORDER BY score DESC, coalesce(km, 'Infinity'::float8), turn, id LIMIT %(wanted_rows)s
"""
