"""Why two offers work as one: the reasons, both prices, and what to ask each of them."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import BUS, KINDS, PROVIDER
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.explain import explain, preference_words, with_limit
from marketplace.matching.explain_cost import is_from, with_budget
from marketplace.matching.facts import REPEATS, duration_words, features_in, money, pounds, times_words
from marketplace.matching.pairs import Pair
from marketplace.matching.pairs_ways import Lift
from marketplace.matching.query import Query
from marketplace.matching.questions import (
    WHEELCHAIR_IN_VEHICLE,
    cost_questions,
    level_questions,
    questions,
    vacancy_questions,
)
from marketplace.matching.result import Companion, Match, PartScore, Say, SessionTime
from marketplace.vocabulary import N_, Feature, Part, Repeats


def explain_pair(query: Query, catalogue: Catalogue, found: Evaluation, pair: Pair) -> Match:
    """The match of a pair, as the evaluation that ``with_pairs`` gave back has it."""
    alone = explain(query, catalogue, found, pair.at)
    name = short_name(catalogue.names[pair.helper])
    place = short_name(alone.name)
    at_least = is_from(catalogue, pair.row) or is_from(catalogue, pair.helper)
    price = _price(pair, place, name, _how_often(catalogue, found, pair), at_least=at_least)
    asked_here = questions(query, catalogue, found, pair.at, brought=pair.brings, has_way=True)
    if pair.lift is Lift.OWN_WAY and found.mode[pair.at] == PROVIDER:
        asked_here += (Say(N_("Can someone ride with me in your transport?")),)
    asked_there = _helper_questions(query, catalogue, found, pair)
    return replace(
        alone,
        parts=tuple(_told(query, catalogue, pair, part, price) for part in alone.parts),
        ask=(*_addressed(place, asked_here), *_addressed(name, asked_there)),
        companion=Companion(
            offer=catalogue.ids[pair.helper],
            source_id=catalogue.source_ids[pair.helper],
            name=catalogue.names[pair.helper],
            kind=KINDS[catalogue.columns.kind[pair.helper]],
            weekly_cost=pounds(pair.helper_pence),
            reason=_reason(query, catalogue, pair, alone.sessions),
            price=price,
            tells_times=_tells_times(catalogue, pair),
        ),
        way=next(
            (_travel(query, pair, name, part.reason) for part in alone.parts if part.part is Part.TRAVEL),
            None,
        ),
        price=price,
    )


def short_name(name: str) -> str:
    """'Donna' of 'Donna: swimming and tea': what somebody is called in a sentence."""
    return name.partition(":")[0].strip() or name


def _is_transport(pair: Pair) -> bool:
    return pair.lift is Lift.TRANSPORT


def _addressed(name: str, asked: tuple[Say, ...]) -> tuple[Say, ...]:
    text = N_("Ask %(name)s: %(question)s")
    return tuple(Say(text, {"name": name, "question": question}) for question in asked)


def _reason(query: Query, catalogue: Catalogue, pair: Pair, sessions: tuple[SessionTime, ...]) -> Say:
    who: dict[str, object] = {
        "name": short_name(catalogue.names[pair.helper]),
        "kind": KINDS[catalogue.columns.kind[pair.helper]],
    }
    if _is_transport(pair):
        said = Say(N_("%(name)s (%(kind)s) can take you there and bring you back."), who)
    else:
        said = Say(N_("%(name)s (%(kind)s) goes with you and stays with you."), who)
    missing = query.must & ~int(catalogue.columns.features_yes[pair.row])
    support = features_in(missing & pair.brings)
    if support:
        given = Say(N_("%(name)s can give: %(support)s."), {"name": who["name"], "support": support})
        said = Say(N_("%(first)s %(second)s"), {"first": said, "second": given})
    if not _tells_times(catalogue, pair):
        return said
    part = catalogue.columns.flexible[pair.row]
    text = N_("You can go for a part of: %(times)s.") if part else N_("You can go at: %(times)s.")
    times = Say(text, {"times": times_words(sessions)})
    return Say(N_("%(first)s %(second)s"), {"first": said, "second": times})


def _tells_times(catalogue: Catalogue, pair: Pair) -> bool:
    """Transport that has not named its times may not run then."""
    return not _is_transport(pair) or bool(catalogue.columns.session_count[pair.helper])


def _price(pair: Pair, place: str, name: str, often: Repeats, *, at_least: bool) -> Say:
    """Both prices, or what is known of them: then, and where one has a range, it is at least so much."""
    named: list[Say] = []
    unknown: list[str] = []
    for pence, whose in ((pair.offer_pence, place), (pair.helper_pence, name)):
        if pence < 0:
            unknown.append(whose)
        elif pence == 0:
            named.append(Say(N_("%(name)s: free."), {"name": whose}))
        else:
            named.append(Say(N_("%(name)s: %(cost)s."), {"cost": _money(pence), "name": whose}))
    if pair.travel_pence > 0:
        named.append(Say(N_("The way there and back: %(cost)s."), {"cost": _money(pair.travel_pence)}))
    missing = Say(N_("We do not know the price of %(names)s."), {"names": tuple(unknown)})
    if pair.known_pence:
        values = {"cost": _money(pair.known_pence), "prices": _one_after_another(named), "missing": missing}
        not_all = N_("Together at least %(cost)s a week. %(prices)s %(missing)s")
        least = N_("Together at least %(cost)s a week. %(prices)s")
        about = N_("Together about %(cost)s a week. %(prices)s")
        price = Say(not_all if unknown else least if at_least else about, values)
    else:
        price = missing if unknown else Say(N_("Both are free."))
    if pair.known_pence and often in (Repeats.FORTNIGHTLY, Repeats.MONTHLY):
        return Say(N_("It is %(often)s. %(price)s"), {"often": often, "price": price})
    return price


def _one_after_another(sentences: list[Say]) -> Say:
    """Sentences, at least one, as one."""
    said = sentences[0]
    for more in sentences[1:]:
        said = Say(N_("%(first)s %(second)s"), {"first": said, "second": more})
    return said


def _money(pence: int) -> str:
    return money(Decimal(pence) / 100)


def _how_often(catalogue: Catalogue, found: Evaluation, pair: Pair) -> Repeats:
    best = int(found.best_session[pair.at])
    return REPEATS[int(catalogue.columns.session_repeats[best])]


def _told(query: Query, catalogue: Catalogue, pair: Pair, part: PartScore, price: Say) -> PartScore:
    """The part with the reason of the two; goals and level are those of the offer."""
    name = short_name(catalogue.names[pair.helper])
    reason = part.reason
    match part.part:
        case Part.TRAVEL:
            reason = _travel(query, pair, name, part.reason)
        case Part.TIMES:
            reason = _times(catalogue, pair, name, part.reason)
        case Part.TRANSPORT:
            together, taken = (
                N_("%(name)s is with you on the way."),
                N_("%(name)s can take you there and back."),
            )
            reason = Say(taken if _is_transport(pair) else together, {"name": name})
        case Part.COST:
            reason = with_budget(query, price)
        case Part.PREFERENCES:
            reason = _preferences(query, catalogue, pair, name)
        case _:
            pass
    return replace(part, reason=reason)


def _travel(query: Query, pair: Pair, name: str, alone: Say) -> Say:
    if pair.lift is Lift.OWN_WAY:
        return Say(N_("%(there)s %(name)s goes with you."), {"there": alone, "name": name})
    if pair.lift is Lift.THEIR_CAR:
        text = N_("%(name)s can take you by car. It takes about %(time)s.")
    else:
        text = N_("%(name)s can take you. It takes about %(time)s.")
    return with_limit(query, Say(text, {"name": name, "time": duration_words(pair.way)}))


def _times(catalogue: Catalogue, pair: Pair, name: str, alone: Say) -> Say:
    if not _is_transport(pair):
        text = N_("%(times)s %(name)s has time then, and for the way.")
    elif catalogue.columns.session_count[pair.helper]:
        text = N_("%(times)s %(name)s can take you then.")
    else:
        return alone
    return Say(text, {"times": alone, "name": name})


def _preferences(query: Query, catalogue: Catalogue, pair: Pair, name: str) -> Say:
    has = int(catalogue.columns.features_yes[pair.row])
    lacks = int(catalogue.columns.features_no[pair.row]) & ~pair.brings & query.like
    brought = features_in(pair.brings & ~has & query.like)
    if not brought:
        return preference_words(has & query.like, lacks)
    said = Say(N_("%(name)s can give: %(support)s."), {"name": name, "support": brought})
    if not has & query.like and not lacks:
        return said
    here = preference_words(has & query.like, lacks)
    return Say(N_("%(first)s %(second)s"), {"first": here, "second": said})


def _helper_questions(query: Query, catalogue: Catalogue, found: Evaluation, pair: Pair) -> tuple[Say, ...]:
    c = catalogue.columns
    row = pair.helper
    asked = level_questions(query, catalogue, row)
    if _is_transport(pair) and c.session_count[row] == 0:
        asked.append(Say(N_("Do you run at these times?")))
    if not _is_transport(pair) and not c.flexible[row]:
        asked.append(Say(N_("Can we agree the hours?")))
    if pair.lift is Lift.THEIR_CAR:
        if math.isnan(c.transport_radius_km[row]):
            asked.append(Say(N_("Can you take me as far as this?")))
        if pair.travel_pence < 0:
            asked.append(Say(N_("What does the way in your car cost?")))
    needs_space = pair.lift is not Lift.OWN_WAY and query.needs.travel.wheelchair_space
    if needs_space and not int(c.features_yes[row]) & Feature.WHEELCHAIR_SPACE.bit:
        asked.append(WHEELCHAIR_IN_VEHICLE)
    if pair.lift is Lift.OWN_WAY and found.mode[pair.at] == BUS:
        asked.append(Say(N_("Who pays for your ticket?")))
    asked += cost_questions(query, catalogue, row)
    asked += vacancy_questions(catalogue, row)
    return tuple(asked)
