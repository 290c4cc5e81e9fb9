"""The questions about an offer, in order, and the words of each.

Only words and order live here: forms are in ``forms``, what an answer does to the offer document in
``answers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from marketplace.offers.document import OfferDocument
from marketplace.people.steps import Choice, Question
from marketplace.vocabulary import (
    N_,
    BankHolidayRule,
    Feature,
    FundingRoute,
    OfferKind,
    PlaceKind,
    Setting,
    SharedLivesForm,
    Theme,
    Vacancy,
    Word,
)


class OfferStep(Word):
    """A question about an offer, with its short name where answers are listed."""

    KIND = "kind", N_("Kind of offer")
    FORM = "form", N_("Kind of Shared Lives")
    NAME = "name", N_("Name")
    SUMMARY = "summary", N_("In short")
    DESCRIPTION = "description", N_("What happens")
    THEMES = "themes", N_("What it is about")
    LEVELS = "levels", N_("How much support")
    AGES = "ages", N_("Ages")
    PLACE = "place", N_("Kind of place")
    ADDRESS = "address", N_("Address or area")
    SETTINGS = "settings", N_("Surroundings")
    TIMES = "times", N_("Days and times")
    PAUSES = "pauses", N_("Breaks")
    BANK_HOLIDAYS = "bank-holidays", N_("Bank holidays")
    VISITS = "visits", N_("Length of a visit")
    ACCESS = "access", N_("Access")
    SUPPORT = "support", N_("Support that staff give")
    TRANSPORT = "transport", N_("Transport")
    COST = "cost", N_("Cost")
    FUNDING = "funding", N_("How people can pay")
    VACANCY = "vacancy", N_("Free places")
    GROUP = "group", N_("Size of the group")
    LANGUAGES = "languages", N_("Languages")


class Group(Word):
    """Questions that belong together where answers are listed."""

    WHAT = "what", N_("What it is")
    WHO = "who", N_("Who it is for")
    WHERE = "where", N_("Where")
    WHEN = "when", N_("When")
    HELP = "help", N_("Access, support and transport")
    MONEY = "money", N_("Money")
    PLACES = "places", N_("Places")


STEPS_OF: Mapping[Group, tuple[OfferStep, ...]] = {
    Group.WHAT: (
        OfferStep.KIND,
        OfferStep.FORM,
        OfferStep.NAME,
        OfferStep.SUMMARY,
        OfferStep.DESCRIPTION,
        OfferStep.THEMES,
    ),
    Group.WHO: (OfferStep.LEVELS, OfferStep.AGES, OfferStep.LANGUAGES),
    Group.WHERE: (OfferStep.PLACE, OfferStep.ADDRESS, OfferStep.SETTINGS),
    Group.WHEN: (OfferStep.TIMES, OfferStep.PAUSES, OfferStep.BANK_HOLIDAYS, OfferStep.VISITS),
    Group.HELP: (OfferStep.ACCESS, OfferStep.SUPPORT, OfferStep.TRANSPORT),
    Group.MONEY: (OfferStep.COST, OfferStep.FUNDING),
    Group.PLACES: (OfferStep.VACANCY, OfferStep.GROUP),
}

LISTED = (OfferStep.TIMES, OfferStep.PAUSES, OfferStep.COST)
"""Questions with several answers, each with a page of its own."""

FIELDS_OF: Mapping[OfferStep, tuple[str, ...]] = {
    OfferStep.KIND: ("kind",),
    OfferStep.FORM: ("shared_lives_form",),
    OfferStep.NAME: ("name",),
    OfferStep.SUMMARY: ("summary",),
    OfferStep.DESCRIPTION: ("description",),
    OfferStep.THEMES: ("themes",),
    OfferStep.LEVELS: ("levels",),
    OfferStep.AGES: ("min_age", "max_age"),
    OfferStep.PLACE: ("place",),
    OfferStep.ADDRESS: ("place",),
    OfferStep.SETTINGS: ("settings",),
    OfferStep.TIMES: ("sessions",),
    OfferStep.PAUSES: ("pauses",),
    OfferStep.BANK_HOLIDAYS: ("bank_holidays",),
    OfferStep.VISITS: ("flexible", "shortest_visit_minutes"),
    OfferStep.ACCESS: ("features",),
    OfferStep.SUPPORT: ("features",),
    OfferStep.TRANSPORT: ("transport_offered", "transport_radius_km", "transport_cost"),
    OfferStep.COST: ("costs",),
    OfferStep.FUNDING: ("funding",),
    OfferStep.VACANCY: ("vacancy",),
    OfferStep.GROUP: ("group_size", "staff_ratio"),
    OfferStep.LANGUAGES: ("languages",),
}
"""What of the offer document each question is about."""

NEEDED = frozenset(
    {
        OfferStep.KIND,
        OfferStep.FORM,
        OfferStep.NAME,
        OfferStep.SUMMARY,
        OfferStep.THEMES,
        OfferStep.PLACE,
        OfferStep.ADDRESS,
    }
)
"""Questions without 'skip for now': what ``offers.missing`` says must be there before it can be sent."""

_IN_ORDER = tuple(step for steps in STEPS_OF.values() for step in steps)
_OF_A_VISIT = frozenset({OfferKind.EQUIPMENT})


def steps_for(document: OfferDocument) -> tuple[OfferStep, ...]:
    """The questions that make sense for this offer, in order."""
    return tuple(step for step in _IN_ORDER if _makes_sense(step, document))


def step_after(step: OfferStep, document: OfferDocument) -> OfferStep | None:
    """The next question, or None after the last."""
    place = _IN_ORDER.index(step)
    return next((one for one in _IN_ORDER[place + 1 :] if _makes_sense(one, document)), None)


def step_before(step: OfferStep, document: OfferDocument) -> OfferStep | None:
    """The question before, or None before the first."""
    place = _IN_ORDER.index(step)
    return next((one for one in reversed(_IN_ORDER[:place]) if _makes_sense(one, document)), None)


def _makes_sense(step: OfferStep, document: OfferDocument) -> bool:
    match step:
        case OfferStep.FORM:
            return document.kind is OfferKind.SHARED_LIVES
        case OfferStep.ADDRESS:
            return document.place is not None and document.place.kind is not PlaceKind.ONLINE
        case OfferStep.VISITS:
            return document.kind not in _OF_A_VISIT
        case _:
            return True


def _words(members: Iterable[Word], hints: Mapping[Word, str] | None = None) -> tuple[Choice, ...]:
    return tuple(
        Choice(member.value, member.label, hint=(hints or {}).get(member, ""), picture=member.value)
        for member in members
    )


ASK = "ask"
FREE = "free"

_KIND_HINTS: Mapping[Word, str] = {
    OfferKind.DAY_SERVICE: N_("A place with staff where people spend part of the day."),
    OfferKind.PERSONAL_ASSISTANT: N_("One person who supports another, at home or out and about."),
    OfferKind.SHARED_LIVES: N_("Support in the home of a family, through a scheme."),
    OfferKind.COMMUNITY_GROUP: N_("People who meet because they like the same thing."),
    OfferKind.UNIVERSAL_PLACE: N_("A library, a leisure centre, a college, a museum."),
    OfferKind.WORK_SUPPORT: N_("Help to find, try or keep a job, or to volunteer."),
    OfferKind.ENABLEMENT: N_("Some weeks of help to learn or get back a skill."),
    OfferKind.SHORT_BREAK: N_("Some days or nights away, which give a carer a break too."),
    OfferKind.TRAVEL_TRAINING: N_("Help to learn a way by bus, by train or on foot."),
    OfferKind.TRANSPORT: N_("You take people where they want to go."),
    OfferKind.BUDDY: N_("A volunteer who goes along as a friend would."),
    OfferKind.HOUSING_WITH_SUPPORT: N_("A home with support in or near it."),
    OfferKind.EQUIPMENT: N_("Things and technology that make daily life easier."),
}
_PLACE_CHOICES = (
    Choice(
        PlaceKind.EXACT.value,
        N_("At an address that everyone may see"),
        hint=N_("A hall, a centre, a shop."),
        picture="universal_place",
    ),
    Choice(
        PlaceKind.MASKED.value,
        N_("In someone’s home, or a place we should not show"),
        hint=N_("We show the town and the first half of the postcode only."),
        picture="home",
    ),
    Choice(
        PlaceKind.TRAVELS_TO_YOU.value,
        N_("We come to the person"),
        hint=N_("You say how far you travel."),
        picture="car",
    ),
    Choice(
        PlaceKind.ONLINE.value,
        N_("People take part from home"),
        hint=N_("Online, by phone or by post."),
        picture="device",
    ),
)
_SETTING_PICTURES = {
    Setting.CAFE_PUB: "cafes_pubs",
    Setting.DAY_CENTRE: "day_service",
    Setting.LOCAL_WITH_STAFF: "one_to_one",
    Setting.LOCAL_WITH_FRIENDS: "friends",
    Setting.SHOPS: "shopping",
    Setting.HOME: "home",
    Setting.LIBRARY: "libraries",
    Setting.LEISURE_CENTRE: "gym",
    Setting.COLLEGE: "college",
    Setting.WORKPLACE: "paid_work",
    Setting.ONLINE: "device",
}
_SETTING_CHOICES = tuple(
    Choice(setting.value, setting.label, picture=_SETTING_PICTURES[setting]) for setting in Setting
)
_VACANCY_CHOICES = (
    Choice(Vacancy.OPEN.value, N_("Yes, there are places"), picture="tick"),
    Choice(Vacancy.WAITING_LIST.value, N_("No, but there is a waiting list"), picture="clock"),
    Choice(Vacancy.FULL.value, N_("No, it is full"), picture="cross"),
    Choice(Vacancy.NOT_KNOWN.value, N_("It depends. People should ask"), picture="not_sure"),
)
_BANK_HOLIDAY_CHOICES = (
    Choice(BankHolidayRule.OPEN.value, N_("Yes, it is on"), picture="tick"),
    Choice(BankHolidayRule.CLOSED.value, N_("No, it is closed"), picture="cross"),
    Choice(BankHolidayRule.ASK.value, N_("It depends. People should ask"), picture="not_sure"),
)
_FUNDING_CHOICES = (
    Choice(FundingRoute.SELF_FUNDER.value, N_("Their own money"), picture="low_cost"),
    Choice(
        FundingRoute.DIRECT_PAYMENT.value,
        N_("A direct payment"),
        hint=N_("The council gives the money to the person."),
        picture="money",
    ),
    Choice(
        FundingRoute.MANAGED_BUDGET.value,
        N_("A managed budget"),
        hint=N_("The council, or someone else, holds the money."),
        picture="money",
    ),
    Choice(FundingRoute.MIXED.value, N_("Some of each"), picture="money"),
)

QUESTIONS: Mapping[OfferStep, Question] = {
    OfferStep.KIND: Question(
        heading=N_("What kind of offer is it?"),
        hint=N_("Choose the one that is closest."),
        picture="search",
        choices=_words(OfferKind, _KIND_HINTS),
        many=False,
        nothing=N_("Choose the kind that is closest"),
    ),
    OfferStep.FORM: Question(
        heading=N_("What kind of Shared Lives is it?"),
        picture="shared_lives",
        choices=tuple(Choice(form.value, form.label) for form in SharedLivesForm),
        many=False,
        nothing=N_("Choose what kind of Shared Lives it is"),
    ),
    OfferStep.NAME: Question(
        heading=N_("What is it called?"),
        hint=N_("A short name that tells what it is, like ‘Cooking together in Worksop’."),
        picture="write",
    ),
    OfferStep.SUMMARY: Question(
        heading=N_("What is it, in one or two sentences?"),
        hint=N_("This is what people read first. For example: We cook a meal and eat it together."),
        picture="write",
    ),
    OfferStep.DESCRIPTION: Question(
        heading=N_("What happens there?"),
        hint=N_(
            "Tell a new person what the day is like. Who is there? What do they do? What should they bring?"
        ),
        picture="talk",
    ),
    OfferStep.THEMES: Question(
        heading=N_("What do people do there?"),
        hint=N_("Choose all that really happen. People find you by this."),
        picture="goals",
        choices=_words(Theme),
        nothing=N_("Choose at least one thing that people do there"),
    ),
    OfferStep.LEVELS: Question(
        heading=N_("How much support can people get there?"),
        hint=N_("For each line, say if people who say this can come. What you leave open is ‘not known’."),
        picture="level_3",
    ),
    OfferStep.AGES: Question(
        heading=N_("Is it only for some ages?"),
        hint=N_("Leave both empty if all adults can come."),
        picture="family",
    ),
    OfferStep.PLACE: Question(
        heading=N_("Where does it happen?"),
        picture="map",
        choices=_PLACE_CHOICES,
        many=False,
        nothing=N_("Choose where it happens"),
    ),
    OfferStep.ADDRESS: Question(heading=N_("What is the address?"), picture="map"),
    OfferStep.SETTINGS: Question(
        heading=N_("What kind of place is it?"),
        hint=N_("Choose all that are right. Some people only like some places."),
        picture="home",
        choices=_SETTING_CHOICES,
    ),
    OfferStep.TIMES: Question(heading=N_("When is it on?"), picture="calendar"),
    OfferStep.PAUSES: Question(
        heading=N_("When is it not on?"),
        hint=N_("Holidays and other breaks. People see these dates."),
        picture="calendar",
    ),
    OfferStep.BANK_HOLIDAYS: Question(
        heading=N_("Is it on when there is a bank holiday?"),
        picture="calendar",
        choices=_BANK_HOLIDAY_CHOICES,
        many=False,
        nothing=N_("Choose one answer"),
    ),
    OfferStep.VISITS: Question(
        heading=N_("Can people come for part of the time?"),
        picture="clock",
        choices=(
            Choice("yes", N_("Yes, they can come later or go earlier"), picture="tick"),
            Choice("no", N_("No, they come for the whole time"), picture="cross"),
        ),
        many=False,
        nothing=N_("Choose one answer"),
    ),
    OfferStep.ACCESS: Question(
        heading=N_("What is there for people who need access?"),
        hint=N_("‘Not known’ is fine. Then people who need it are told to ask you."),
        picture="step_free",
    ),
    OfferStep.SUPPORT: Question(
        heading=N_("What support can staff give?"),
        hint=N_("‘Not known’ is fine. Then people who need it are told to ask you."),
        picture="one_to_one",
    ),
    OfferStep.TRANSPORT: Question(
        heading=N_("Can you fetch people and take them home?"),
        picture="transport",
        choices=(
            Choice("yes", N_("Yes"), picture="tick"),
            Choice("no", N_("No"), picture="cross"),
            Choice("not_known", N_("Not known"), picture="not_sure"),
        ),
        many=False,
        nothing=N_("Choose one answer"),
    ),
    OfferStep.COST: Question(heading=N_("What does it cost?"), picture="money"),
    OfferStep.FUNDING: Question(
        heading=N_("How can people pay?"),
        hint=N_("Choose all that you can take."),
        picture="money",
        choices=_FUNDING_CHOICES,
    ),
    OfferStep.VACANCY: Question(
        heading=N_("Is there a place for someone new?"),
        picture="friends",
        choices=_VACANCY_CHOICES,
        many=False,
        nothing=N_("Choose one answer"),
    ),
    OfferStep.GROUP: Question(
        heading=N_("How big is the group?"),
        hint=N_("You can leave both empty."),
        picture="small_group",
    ),
    OfferStep.LANGUAGES: Question(
        heading=N_("Which languages do you speak besides English?"),
        hint=N_("With commas between them, like Polish, Urdu. Leave it empty if it is only English."),
        picture="speech",
    ),
}

ADDRESS_WORDS: Mapping[PlaceKind, tuple[str, str]] = {
    PlaceKind.EXACT: (N_("What is the address?"), N_("Everyone can see it.")),
    PlaceKind.MASKED: (
        N_("In which area is it?"),
        N_("Only the town and the first half of the postcode are shown. We use the rest for distances."),
    ),
    PlaceKind.TRAVELS_TO_YOU: (
        N_("From where do you set out, and how far do you go?"),
        N_("Only the town and the first half of the postcode are shown."),
    ),
}
"""Heading and hint of the question after the address, by the kind of place."""

ACCESS_FEATURES = tuple(feature for feature in Feature if not feature.is_support)
SUPPORT_FEATURES = tuple(feature for feature in Feature if feature.is_support)
