"""What to ask: what is not known of an offer and matters to this person."""

from __future__ import annotations

import math

from marketplace.matching.bank_holidays import next_bank_holidays
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import BASES, COMES, KINDS, ONLINE, PLACE_KINDS, VACANCIES
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.explain_carer import break_questions, notice_questions
from marketplace.matching.facts import features_in, level_words, session_times
from marketplace.matching.query import PARTS, Query
from marketplace.matching.result import Say
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
    SupportLevel,
    Vacancy,
)

DAYS = tuple(Day)

WHEELCHAIR_IN_VEHICLE = Say(N_("Is there space for my wheelchair in the vehicle?"))
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


_OF_A_PLACE = sum(feature.bit for feature in Feature if feature.is_of_a_place)


def questions(
    query: Query,
    catalogue: Catalogue,
    found: Evaluation,
    at: int,
    *,
    brought: int = 0,
    has_way: bool = False,
) -> tuple[Say, ...]:
    """What is not known and matters to this person, as questions to the provider.

    Nobody needs to ask for what a companion brings (a mask), nor for a way there that is found.
    """
    c = catalogue.columns
    row = int(found.rows[at])
    asked: list[Say] = []
    wanted = query.must | query.like
    known = int(c.features_yes[row] | c.features_no[row]) | brought
    if found.comes_to_you[at] or c.place_kind[row] == ONLINE:
        known |= _OF_A_PLACE
    if KINDS[c.kind[row]] in (OfferKind.PERSONAL_ASSISTANT, OfferKind.BUDDY):
        known |= Feature.SMALL_GROUP.bit  # one person comes, so nobody asks how many there are
    # What the person must have is asked first.
    for mask in (query.must & ~known, wanted & ~query.must & ~known):
        asked += [Say(FEATURE_QUESTIONS[feature]) for feature in features_in(mask)]
    asked += level_questions(query, catalogue, row)
    place = int(c.place_kind[row])
    if place < 0 or (math.isnan(c.lat[row]) and PLACE_KINDS[place] is not PlaceKind.ONLINE):
        asked.append(Say(N_("Where is it?")))
    if c.session_count[row] == 0:
        asked.append(Say(N_("Which days and times is it on?")))
    asked += break_questions(query, catalogue, row)
    if not has_way:
        asked += _transport_questions(query, catalogue, found, at)
    asked += cost_questions(query, catalogue, row)
    asked += _bank_holiday_questions(query, catalogue, found, at)
    asked += vacancy_questions(catalogue, row)
    asked += notice_questions(query)
    return tuple(asked)


def level_questions(query: Query, catalogue: Catalogue, row: int) -> list[Say]:
    if not query.level or catalogue.columns.levels[row] != 0:
        return []
    text = N_("Can you support someone at level %(number)s (%(level)s)?")
    return [Say(text, level_words(SupportLevel(query.level)))]


def vacancy_questions(catalogue: Catalogue, row: int) -> list[Say]:
    vacancy = VACANCIES[catalogue.columns.vacancy[row]]
    if vacancy is Vacancy.WAITING_LIST:
        return [Say(N_("How long is the waiting list?"))]
    if vacancy is Vacancy.NOT_KNOWN:
        return [Say(N_("Is there a place for me?"))]
    return []


def _transport_questions(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> list[Say]:
    row = int(found.rows[at])
    asked = []
    goes = not found.comes_to_you[at] and catalogue.columns.place_kind[row] != ONLINE
    if query.wants_transport and goes:
        if catalogue.columns.transport[row] == -1:
            asked.append(Say(N_("Can you fetch me?")))
        elif (
            catalogue.columns.transport[row] == 1
            and query.needs.travel.wheelchair_space
            and found.parts[at, PARTS.index(Part.TRANSPORT)] == 1.0
        ):
            asked.append(WHEELCHAIR_IN_VEHICLE)
    return asked


def cost_questions(query: Query, catalogue: Catalogue, row: int) -> list[Say]:
    asked = []
    basis = int(catalogue.columns.cost_basis[row])
    if basis < 0:
        asked.append(Say(N_("What does it cost?")))
    elif catalogue.columns.cost_is_range[row]:
        asked.append(Say(N_("The price is not the same for everyone. What would I pay?")))
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
            place = catalogue.columns.place_kind[found.rows[at]]
            if place == COMES:
                return [Say(N_("Do you work on the bank holiday, %(day)s?"), {"day": day})]
            if place == ONLINE:
                return [Say(N_("Does it happen on the bank holiday, %(day)s?"), {"day": day})]
            return [Say(N_("Is it open on the bank holiday, %(day)s?"), {"day": day})]
    return []


def _takes(mask: int, route: FundingRoute) -> bool:
    return bool(mask & route.bit)
