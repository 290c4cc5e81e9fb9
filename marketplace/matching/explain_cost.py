"""What an offer costs with the way there, in plain words: each number with what it stands for.

Of a price with a range the lowest is counted, so the sentence says 'at least'. What is not known is
said, never left out.
"""

from __future__ import annotations

from decimal import Decimal

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import BASES, BUS, FREE, HOURLY, ONLINE, TAXI
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.evaluate_cost import weekly_prices
from marketplace.matching.facts import REPEATS, duration_words, money
from marketplace.matching.query import Query
from marketplace.matching.result import Say
from marketplace.vocabulary import N_, CostBasis, Repeats

_SELDOM = (Repeats.FORTNIGHTLY, Repeats.MONTHLY)
_WAY_NOT_KNOWN = N_("We do not know what the way there costs.")


def cost_reason(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    """What one visit a week costs, with what is known of the way, and the budget that the person gave."""
    way = _way(query, catalogue, found, at)
    if int(found.weekly_pence[at]) == 0:
        free = Say(N_("It is free."))
        if way is None or int(found.travel_pence[at]) == 0:
            return free
        return with_budget(query, _together(free, way))
    return with_budget(query, _together(_price(catalogue, found, at), way))


def cost_with_travel(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say | None:
    """What the offer's own price does not say yet: a week of it, and the way there.

    None where its price says it all: somebody who comes for 7 pounds a session.
    """
    way = _way(query, catalogue, found, at)
    if int(found.offer_pence[at]) < 0:
        if way is not None and int(found.travel_pence[at]) > 0:
            travel = _money(int(found.travel_pence[at]))
            return Say(N_("The way there and back costs about %(travel)s."), {"travel": travel})
        return way if int(found.travel_pence[at]) == 0 else None
    if int(found.weekly_pence[at]) == 0:
        return way
    hourly = int(catalogue.columns.cost_basis[found.rows[at]]) == HOURLY
    adds_nothing = way is None or int(found.travel_pence[at]) <= 0
    if adds_nothing and not hourly and _often(catalogue, found, at) is None:
        return way
    return _together(_price(catalogue, found, at), way)


def taxi_too_dear(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say | None:
    """That only the fare of the taxi takes an offer over the budget; None where something else does.

    Worked example: a club for £6 and a taxi for £24 there and back against a budget of £26 a week. The
    club alone could be paid for.
    """
    weekly = int(found.weekly_pence[at])
    if int(found.mode[at]) != TAXI or not 0 <= query.budget_pence < weekly:
        return None
    one = slice(at, at + 1)
    alone = weekly_prices(catalogue, found.rows[one], found.offer_pence[one], found.best_session[one])
    if int(alone[0]) > query.budget_pence:
        return None
    about = N_("The taxi makes it too dear: %(taxi)s of %(cost)s a week")
    least = N_("The taxi makes it too dear: %(taxi)s of at least %(cost)s a week")
    values = {"taxi": _money(weekly - int(alone[0])), "cost": _money(weekly)}
    return Say(least if is_from(catalogue, int(found.rows[at])) else about, values)


def is_from(catalogue: Catalogue, row: int) -> bool:
    """The price has a range, of which the lowest is counted."""
    return bool(catalogue.columns.cost_is_range[row])


def with_budget(query: Query, cost: Say) -> Say:
    """A sentence about the cost, and the budget that the person gave."""
    if query.budget_pence < 0:
        return cost
    budget = _money(query.budget_pence)
    return Say(N_("%(cost)s You can pay up to %(budget)s."), {"cost": cost, "budget": budget})


def _often(catalogue: Catalogue, found: Evaluation, at: int) -> Repeats | None:
    """How often it is on, where that is less than every week."""
    best = int(found.best_session[at])
    often = REPEATS[catalogue.columns.session_repeats[best]] if best >= 0 else Repeats.WEEKLY
    return often if often in _SELDOM else None


def _price(catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    cost = _money(int(found.weekly_pence[at]))
    at_least = is_from(catalogue, row)
    often = _often(catalogue, found, at)
    if often is not None:
        about = N_("It is %(often)s. That is about %(cost)s for a week.")
        least = N_("It is %(often)s. That is at least %(cost)s for a week.")
        return Say(least if at_least else about, {"often": often, "cost": cost})
    about, least = N_("%(visit)s costs about %(cost)s."), N_("%(visit)s costs at least %(cost)s.")
    return Say(least if at_least else about, {"visit": _visit(catalogue, found, at), "cost": cost})


def _visit(catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    basis = int(catalogue.columns.cost_basis[found.rows[at]])
    if basis == FREE:
        return Say(N_("One visit a week"))
    match BASES[basis]:
        case CostBasis.HOUR:
            time = duration_words(float(found.visit_minutes[at]))
            return Say(N_("One visit of %(time)s a week"), {"time": time})
        case CostBasis.NIGHT:
            return Say(N_("One night a week"))
        case CostBasis.WEEK:
            return Say(N_("Each week"))
        case _:
            return Say(N_("One visit a week"))


def _way(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say | None:
    """What the way there costs; None where there is none, or where home is not known."""
    online = int(catalogue.columns.place_kind[found.rows[at]]) == ONLINE
    if query.ruler is None or found.comes_to_you[at] or online:
        return None
    pence = int(found.travel_pence[at])
    if pence < 0:
        return Say(_WAY_NOT_KNOWN)
    if pence == 0:
        if int(found.mode[at]) == BUS:
            return Say(N_("Your pass makes the way there free."))
        return Say(N_("The way there costs nothing."))
    if _often(catalogue, found, at) is not None:
        return Say(N_("This includes travel."))
    if int(found.offer_pence[at]) == 0:
        return Say(N_("All of it is travel."))
    return Say(N_("%(travel)s of it is travel."), {"travel": _money(pence)})


def _money(pence: int) -> str:
    return money(Decimal(pence) / 100)


def _together(price: Say, way: Say | None) -> Say:
    return price if way is None else Say(N_("%(first)s %(second)s"), {"first": price, "second": way})
