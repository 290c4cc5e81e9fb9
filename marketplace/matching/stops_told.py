"""Each hard stop held against one offer, and how it came out, in plain words.

The outcome comes from the same evaluation that made the result; the words from the same facts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from marketplace.geo.fares import KM_PER_MILE
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import ONLINE, PLACE_KINDS, VACANCIES
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.explain import way_not_known
from marketplace.matching.explain_cost import cost_reason, taxi_too_dear
from marketplace.matching.facts import REPEATS, duration_words, features_in, times_words, whole_minutes
from marketplace.matching.query import Query
from marketplace.matching.result import Say, SessionTime
from marketplace.matching.weights import GOAL_FLOOR
from marketplace.vocabulary import N_, Feature, PlaceKind, Stop, SupportLevel, Vacancy, Word

_OF_A_PLACE = sum(feature.bit for feature in Feature if feature.is_of_a_place)


class Outcome(Word):
    """How a stop came out."""

    FITS = "fits", N_("Fine")
    STOPS = "stops", N_("This stops it")
    NOT_KNOWN = "not_known", N_("Not known")
    NOT_ASKED = "not_asked", N_("You gave no answer")


@dataclass(frozen=True, slots=True)
class StopTold:
    """One stop that was tried; ``said`` is what was compared."""

    stop: Stop
    outcome: Outcome
    said: Say


@dataclass(frozen=True, slots=True)
class Case:
    """One offer in one person's evaluation. *brought* is the support that a companion brings (a mask)."""

    query: Query
    catalogue: Catalogue
    found: Evaluation
    at: int
    brought: int = 0

    @property
    def row(self) -> int:
        return int(self.found.rows[self.at])

    def is_stopped_by(self, stop: Stop) -> bool:
        return bool(int(self.found.stops[self.at]) & stop.bit)


def vacancy(case: Case) -> StopTold:
    told = {
        Vacancy.OPEN: (Outcome.FITS, N_("It says that it has places.")),
        Vacancy.WAITING_LIST: (Outcome.FITS, N_("It has a waiting list. That is no stop.")),
        Vacancy.FULL: (Outcome.STOPS, N_("It says that it is full.")),
        Vacancy.NOT_KNOWN: (Outcome.NOT_KNOWN, N_("It has not said if it has a place.")),
    }
    outcome, text = told[VACANCIES[int(case.catalogue.columns.vacancy[case.row])]]
    return StopTold(Stop.NOT_TAKING_PEOPLE, outcome, Say(text))


def age(case: Case) -> StopTold:
    columns = case.catalogue.columns
    low, high = int(columns.min_age[case.row]), int(columns.max_age[case.row])
    if low <= 0 and high < 0:
        return StopTold(Stop.AGE, Outcome.FITS, Say(N_("It names no ages.")))
    ages = _ages(low, high)
    if case.query.age < 0:
        text = N_("You did not say your age. It is for %(ages)s.")
        return StopTold(Stop.AGE, Outcome.NOT_ASKED, Say(text, {"ages": ages}))
    said = Say(N_("You are %(age)s. It is for %(ages)s."), {"age": str(case.query.age), "ages": ages})
    return StopTold(Stop.AGE, _outcome(case, Stop.AGE), said)


def _ages(low: int, high: int) -> Say:
    if high < 0:
        return Say(N_("people aged %(low)s and over"), {"low": str(low)})
    if low <= 0:
        return Say(N_("people up to age %(high)s"), {"high": str(high)})
    return Say(N_("people aged %(low)s to %(high)s"), {"low": str(low), "high": str(high)})


def level(case: Case) -> StopTold:
    if not case.query.level:
        text = N_("You did not say how much support you need.")
        return StopTold(Stop.LEVEL, Outcome.NOT_ASKED, Say(text))
    own = SupportLevel(case.query.level)
    levels = int(case.catalogue.columns.levels[case.row])
    if not levels:
        if case.is_stopped_by(Stop.LEVEL):
            text = N_("It must say that it gives specialist support. It has not said so.")
            return StopTold(Stop.LEVEL, Outcome.STOPS, Say(text))
        text = N_("It has not said which levels it supports.")
        return StopTold(Stop.LEVEL, Outcome.NOT_KNOWN, Say(text))
    if case.is_stopped_by(Stop.LEVEL):
        theirs = tuple(one for one in SupportLevel if levels & one.bit)
        text = N_("Your level is: %(own)s. It supports: %(levels)s.")
        return StopTold(Stop.LEVEL, Outcome.STOPS, Say(text, {"own": own, "levels": theirs}))
    return StopTold(Stop.LEVEL, Outcome.FITS, Say(N_("It supports your level: %(own)s."), {"own": own}))


def must_have(case: Case) -> StopTold:
    must = case.query.must
    if not must:
        return StopTold(Stop.MUST_HAVE, Outcome.NOT_ASKED, Say(N_("You named nothing that must be there.")))
    columns = case.catalogue.columns
    yes = (int(columns.features_yes[case.row]) | case.brought) & must
    no = int(columns.features_no[case.row]) & must & ~case.brought
    unknown = must & ~yes & ~no
    if case.found.comes_to_you[case.at] or int(columns.place_kind[case.row]) == ONLINE:
        unknown &= ~_OF_A_PLACE
    if no:
        said = Say(N_("It does not have: %(lacks)s."), {"lacks": features_in(no)})
        return StopTold(Stop.MUST_HAVE, Outcome.STOPS, said)
    if unknown:
        said = Say(N_("It has not said if it has: %(unknown)s."), {"unknown": features_in(unknown)})
        return StopTold(Stop.MUST_HAVE, Outcome.NOT_KNOWN, said)
    if not yes:
        text = N_("You do not go to a place for this.")
        return StopTold(Stop.MUST_HAVE, Outcome.FITS, Say(text))
    said = Say(N_("It has what you must have: %(has)s."), {"has": features_in(yes)})
    return StopTold(Stop.MUST_HAVE, Outcome.FITS, said)


def travel(case: Case, reason: Say | None) -> StopTold:
    query, found, at = case.query, case.found, case.at
    if query.home is None:
        return StopTold(Stop.TRAVEL, Outcome.NOT_ASKED, Say(N_("You did not say where you live.")))
    if case.is_stopped_by(Stop.TRAVEL):
        return StopTold(Stop.TRAVEL, Outcome.STOPS, _too_far(case))
    if reason is not None:
        return StopTold(Stop.TRAVEL, Outcome.FITS, reason)
    return StopTold(Stop.TRAVEL, Outcome.NOT_KNOWN, way_not_known(found, at))


def _too_far(case: Case) -> Say:
    columns = case.catalogue.columns
    place = int(columns.place_kind[case.row])
    if place >= 0 and PLACE_KINDS[place] is PlaceKind.TRAVELS_TO_YOU:
        reach = max(1, round(float(columns.radius_km[case.row]) / float(KM_PER_MILE)))
        if reach == 1:
            return Say(N_("They come to people up to 1 mile away. You live further away."))
        text = N_("They come to people up to %(reach)s miles away. You live further away.")
        return Say(text, {"reach": str(reach)})
    minutes = float(case.found.minutes[case.at])
    if math.isnan(minutes):
        return Say(N_("No way that you can travel gets you there."))
    return Say(
        N_("The way there takes about %(time)s. The most is %(limit)s."),
        {"time": duration_words(whole_minutes(minutes)), "limit": duration_words(case.query.max_minutes)},
    )


def times(case: Case, reason: Say | None) -> StopTold:
    if not case.query.has_when:
        return StopTold(Stop.TIMES, Outcome.NOT_ASKED, Say(N_("You did not say when you could go.")))
    if case.is_stopped_by(Stop.TIMES):
        text = N_("It is on: %(times)s. You can't come then.")
        return StopTold(Stop.TIMES, Outcome.STOPS, Say(text, {"times": _sessions(case)}))
    if reason is not None:
        return StopTold(Stop.TIMES, Outcome.FITS, reason)
    return StopTold(Stop.TIMES, Outcome.NOT_KNOWN, Say(N_("It has not said its days and times.")))


def _sessions(case: Case) -> tuple[Say, ...]:
    columns = case.catalogue.columns
    return times_words(
        [
            SessionTime(
                int(columns.session_start[one]),
                int(columns.session_end[one]),
                False,
                REPEATS[int(columns.session_repeats[one])],
            )
            for one in case.catalogue.sessions_of(case.row)
        ]
    )


def cost(case: Case, reason: Say | None) -> StopTold:
    if case.query.budget_pence < 0:
        return StopTold(Stop.COST, Outcome.NOT_ASKED, Say(N_("You named no budget.")))
    if case.is_stopped_by(Stop.COST):
        said = cost_reason(case.query, case.catalogue, case.found, case.at)
        taxi = taxi_too_dear(case.query, case.catalogue, case.found, case.at)
        if taxi is not None:
            said = Say(N_("%(first)s %(second)s."), {"first": said, "second": taxi})
        return StopTold(Stop.COST, Outcome.STOPS, said)
    if reason is not None:
        return StopTold(Stop.COST, Outcome.FITS, reason)
    return StopTold(Stop.COST, Outcome.NOT_KNOWN, Say(N_("It has not said what it costs.")))


def goals(case: Case, reason: Say) -> StopTold:
    if case.is_stopped_by(Stop.GOALS):
        best = round(100 * float(case.found.goal_scores[case.at].max()))
        text = N_("For your best goal it scores %(points)s of 100. It needs %(least)s.")
        values = {"points": str(best), "least": str(round(100 * GOAL_FLOOR))}
        return StopTold(Stop.GOALS, Outcome.STOPS, Say(text, values))
    return StopTold(Stop.GOALS, Outcome.FITS, reason)


def _outcome(case: Case, stop: Stop) -> Outcome:
    return Outcome.STOPS if case.is_stopped_by(stop) else Outcome.FITS
