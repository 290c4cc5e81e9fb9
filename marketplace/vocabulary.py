"""Every shared word of the marketplace, once, with its label.

The same member goes from a form through a column and the matching rules to the words on a page,
so nothing is ever compared as a loose string. Values are the names other systems rely on: more may
be added, none renamed. Labels are English source texts, marked with ``N_`` for the message
catalogues and translated where they are shown.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Self


def N_(text: str) -> str:
    """Mark *text* for the message catalogues without translating it yet."""
    return text


class Word(StrEnum):
    """A string enumeration whose members carry a label (source text in English)."""

    label: str
    position: int
    """Place of the member in its list, from 0: its bit in a mask."""
    bit: int
    """``1 << position``."""

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.position = len(cls.__members__)
        member.bit = 1 << member.position
        return member


class SupportLevel(IntEnum):
    """The four levels of support in Nottinghamshire's Day Opportunities Strategy."""

    PREVENTION = 1
    ENABLEMENT = 2
    PERSONALISED = 3
    SPECIALIST = 4

    @property
    def label(self) -> str:
        return _LEVEL_LABELS[self]

    @property
    def explanation(self) -> str:
        return _LEVEL_EXPLANATIONS[self]

    @property
    def bit(self) -> int:
        return 1 << (self.value - 1)


_LEVEL_LABELS = {
    SupportLevel.PREVENTION: N_("Early intervention and prevention"),
    SupportLevel.ENABLEMENT: N_("Enablement"),
    SupportLevel.PERSONALISED: N_("Personalised support"),
    SupportLevel.SPECIALIST: N_("Specialist intensive support"),
}

_LEVEL_EXPLANATIONS = {
    SupportLevel.PREVENTION: N_("I mostly manage by myself, with friends, family or my community."),
    SupportLevel.ENABLEMENT: N_("I want help for some weeks to learn or get back a skill."),
    SupportLevel.PERSONALISED: N_("I need someone to support me for longer."),
    SupportLevel.SPECIALIST: N_("I need staff with special training most of the time."),
}


class OfferKind(Word):
    DAY_SERVICE = "day_service", N_("Day service")
    PERSONAL_ASSISTANT = "personal_assistant", N_("Personal Assistant")
    SHARED_LIVES = "shared_lives", N_("Shared Lives")
    COMMUNITY_GROUP = "community_group", N_("Community group")
    UNIVERSAL_PLACE = "universal_place", N_("Place open to everyone")
    WORK_SUPPORT = "work_support", N_("Work and volunteering support")
    ENABLEMENT = "enablement", N_("Enablement programme")
    SHORT_BREAK = "short_break", N_("Short break")
    TRAVEL_TRAINING = "travel_training", N_("Travel training")
    TRANSPORT = "transport", N_("Transport")
    BUDDY = "buddy", N_("Buddy")
    HOUSING_WITH_SUPPORT = "housing_with_support", N_("Housing with support")
    EQUIPMENT = "equipment", N_("Equipment and technology")


class SharedLivesForm(Word):
    LONG_STAY = "long_stay", N_("Long stay")
    SHORT_BREAKS = "short_breaks", N_("Short breaks")
    SHARED_DAYS = "shared_days", N_("Shared Days")


class Theme(Word):
    """What people said they want to do, do more of, try or learn (strategy, tables 1 and 3)."""

    FRIENDS = "friends", N_("Seeing friends")
    ARTS_CRAFTS = "arts_crafts", N_("Arts and crafts")
    COOKERY = "cookery", N_("Cooking")
    SPORT = "sport", N_("Exercise and sport")
    SWIMMING = "swimming", N_("Swimming")
    GYM = "gym", N_("Gym")
    MUSIC_DRAMA_DANCE = "music_drama_dance", N_("Music, drama and dance")
    DAYS_OUT = "days_out", N_("Days out")
    CAFES_PUBS = "cafes_pubs", N_("Cafés and pubs")
    SHOPPING = "shopping", N_("Shopping")
    LIBRARIES = "libraries", N_("Libraries and books")
    COMPUTERS = "computers", N_("Computers, phones and tablets")
    HOME_SKILLS = "home_skills", N_("Skills at home")
    MONEY = "money", N_("Money")
    TRAVEL_TRAINING = "travel_training", N_("Learning to travel")
    GARDENING_NATURE = "gardening_nature", N_("Gardening and nature")
    ANIMALS = "animals", N_("Animals")
    COLLEGE = "college", N_("Learning and college")
    PAID_WORK = "paid_work", N_("Paid work")
    VOLUNTEERING = "volunteering", N_("Volunteering")
    RELATIONSHIPS = "relationships", N_("Friendship and relationships")
    FAITH_CULTURE = "faith_culture", N_("Faith and culture")
    WELLBEING = "wellbeing", N_("Wellbeing and mental health")
    PEER_SUPPORT = "peer_support", N_("Support from people like me")
    CARER_BREAKS = "carer_breaks", N_("Breaks for my carer")


class Setting(Word):
    CAFE_PUB = "cafe_pub", N_("Café or pub")
    DAY_CENTRE = "day_centre", N_("Day centre")
    LOCAL_WITH_STAFF = "local_with_staff", N_("Local area, with staff")
    LOCAL_WITH_FRIENDS = "local_with_friends", N_("Local area, with friends")
    SHOPS = "shops", N_("Shops")
    HOME = "home", N_("At home")
    LIBRARY = "library", N_("Library")
    LEISURE_CENTRE = "leisure_centre", N_("Leisure centre")
    COLLEGE = "college", N_("College")
    WORKPLACE = "workplace", N_("Workplace")
    ONLINE = "online", N_("Online, by phone or by post")


class Feature(Word):
    """Access and support an offer has, has not, or has not told us about."""

    STEP_FREE = "step_free", N_("Step-free way in")
    WHEELCHAIR_SPACE = "wheelchair_space", N_("Space for a wheelchair")
    ACCESSIBLE_TOILET = "accessible_toilet", N_("Accessible toilet")
    CHANGING_PLACES = "changing_places", N_("Changing Places toilet")
    HEARING_LOOP = "hearing_loop", N_("Hearing loop")
    BSL = "bsl", N_("British Sign Language")
    MAKATON = "makaton", N_("Makaton")
    QUIET_SPACE = "quiet_space", N_("Quiet space")
    SMALL_GROUP = "small_group", N_("Small group")
    AUTISM_FRIENDLY = "autism_friendly", N_("Autism friendly")
    DEMENTIA_FRIENDLY = "dementia_friendly", N_("Dementia friendly")
    PERSONAL_CARE = "personal_care", N_("Personal care")
    MEDICATION = "medication", N_("Help with medicine")
    MOVING_AND_HANDLING = "moving_and_handling", N_("Help to move, with a hoist or similar")
    BEHAVIOUR_SUPPORT = "behaviour_support", N_("Positive behaviour support")
    ONE_TO_ONE = "one_to_one", N_("One-to-one support")

    @property
    def is_support(self) -> bool:
        """True for support that staff give, False for access of a place."""
        return self in _SUPPORT_FEATURES

    @property
    def is_of_a_place(self) -> bool:
        """True for what a building has: pointless to ask somebody who comes to your home."""
        return self in _PLACE_FEATURES


_PLACE_FEATURES = frozenset(
    {
        Feature.STEP_FREE,
        Feature.WHEELCHAIR_SPACE,
        Feature.ACCESSIBLE_TOILET,
        Feature.CHANGING_PLACES,
        Feature.HEARING_LOOP,
        Feature.QUIET_SPACE,
    }
)

_SUPPORT_FEATURES = frozenset(
    {
        Feature.PERSONAL_CARE,
        Feature.MEDICATION,
        Feature.MOVING_AND_HANDLING,
        Feature.BEHAVIOUR_SUPPORT,
        Feature.ONE_TO_ONE,
    }
)


class Answer(Word):
    """What is known about a feature. Not known is not no."""

    YES = "yes", N_("Yes")
    NO = "no", N_("No")
    NOT_KNOWN = "not_known", N_("Not known")


class TravelMode(Word):
    WALK = "walk", N_("Walk or wheel")
    CYCLE = "cycle", N_("Cycle")
    BUS = "bus", N_("Bus or tram")
    CAR = "car", N_("Car (mine, family or friend)")
    TAXI = "taxi", N_("Taxi")
    PROVIDER = "provider", N_("Transport from the provider")


class TravelPass(Word):
    OLDER_BUS_PASS = "older_bus_pass", N_("Older person's bus pass")
    DISABLED_BUS_PASS = "disabled_bus_pass", N_("Disabled person's bus pass")
    NOTTINGHAM_MOBILITY_PASS = "nottingham_mobility_pass", N_("Nottingham City mobility pass")


class Day(Word):
    MON = "mon", N_("Monday")
    TUE = "tue", N_("Tuesday")
    WED = "wed", N_("Wednesday")
    THU = "thu", N_("Thursday")
    FRI = "fri", N_("Friday")
    SAT = "sat", N_("Saturday")
    SUN = "sun", N_("Sunday")

    @property
    def is_weekend(self) -> bool:
        return self in (Day.SAT, Day.SUN)


class TimeOfDay(Word):
    MORNING = "morning", N_("Morning")
    AFTERNOON = "afternoon", N_("Afternoon")
    EVENING = "evening", N_("Evening")


class DayGroup(Word):
    WEEKDAY = "weekday", N_("Weekday")
    SATURDAY = "saturday", N_("Saturday")
    SUNDAY = "sunday", N_("Sunday")


class FundingRoute(Word):
    DIRECT_PAYMENT = "direct_payment", N_("Direct payment")
    MANAGED_BUDGET = "managed_budget", N_("Managed budget")
    MIXED = "mixed", N_("Direct payment and managed budget")
    SELF_FUNDER = "self_funder", N_("My own money")


class Priority(Word):
    """What matters most to a person: shifts the weights of a match in a published way."""

    NEAR_HOME = "near_home", N_("Being near home")
    FRIENDS = "friends", N_("Meeting friends")
    LOW_COST = "low_cost", N_("Low cost")
    RIGHT_TIMES = "right_times", N_("The right days and times")
    RIGHT_SUPPORT = "right_support", N_("Staff who know how to support me")
    MY_GOALS = "my_goals", N_("Doing just what I asked for")


class LegalForm(Word):
    COUNCIL = "council", N_("Council service")
    COMPANY = "company", N_("Company")
    CIC = "cic", N_("Community interest company (CIC)")
    CHARITY = "charity", N_("Charity")
    CIO = "cio", N_("Charitable incorporated organisation")
    MICRO_ENTERPRISE = "micro_enterprise", N_("Micro-enterprise")
    COMMUNITY_GROUP = "community_group", N_("Community group")
    SHARED_LIVES_SCHEME = "shared_lives_scheme", N_("Shared Lives scheme")
    SELF_EMPLOYED_PA = "self_employed_pa", N_("Self-employed Personal Assistant")
    EMPLOYED_PA = "employed_pa", N_("Personal Assistant employed by the person")
    PUBLIC_BODY = "public_body", N_("Public body, such as a college or library service")
    COOPERATIVE = "cooperative", N_("Co-operative")
    NOT_KNOWN = "not_known", N_("Kind of organisation not known")


class WageBand(Word):
    """The age that decides the lowest legal wage of someone who is employed."""

    ADULT = "adult", N_("21 or over")
    YOUNG_ADULT = "young_adult", N_("18 to 20")
    UNDER_18 = "under_18", N_("16 or 17")


class PlaceKind(Word):
    EXACT = "exact", N_("At this address")
    MASKED = "masked", N_("In this area; the address is shared when you choose")
    TRAVELS_TO_YOU = "travels_to_you", N_("Comes to you")
    ONLINE = "online", N_("From home: online, by phone or by post")
    """Which of these it is, no provider is asked and no other directory tells."""


class CostBasis(Word):
    FREE = "free", N_("free")
    SESSION = "session", N_("a session")
    HOUR = "hour", N_("an hour")
    WEEK = "week", N_("a week")
    NIGHT = "night", N_("a night")


class Repeats(Word):
    WEEKLY = "weekly", N_("every week")
    FORTNIGHTLY = "fortnightly", N_("every two weeks")
    MONTHLY = "monthly", N_("once a month")
    DATED = "dated", N_("on one date")


class BankHolidayRule(Word):
    CLOSED = "closed", N_("Closed on bank holidays")
    OPEN = "open", N_("Open on bank holidays")
    ASK = "ask", N_("Ask about bank holidays")


class Vacancy(Word):
    OPEN = "open", N_("Has places")
    WAITING_LIST = "waiting_list", N_("Waiting list")
    FULL = "full", N_("Full")
    NOT_KNOWN = "not_known", N_("Ask if there is a place")


class OfferStatus(Word):
    DRAFT = "draft", N_("Draft")
    WAITING = "waiting", N_("Waiting to be checked")
    PUBLIC = "public", N_("Public")
    PAUSED = "paused", N_("Paused")
    CLOSED = "closed", N_("Closed")


class Origin(Word):
    """Who said so: a theme stated by the provider counts apart from one suggested from a text."""

    STATED = "stated", N_("Stated")
    SUGGESTED = "suggested", N_("Suggested from the description")


class CheckKind(Word):
    ID_SEEN = "id_seen", N_("ID seen")
    DBS_BASIC = "dbs_basic", N_("Basic DBS check")
    DBS_STANDARD = "dbs_standard", N_("Standard DBS check")
    DBS_ENHANCED = "dbs_enhanced", N_("Enhanced DBS check")
    RIGHT_TO_WORK = "right_to_work", N_("Right to work seen")
    REFERENCES = "references", N_("References taken up")
    INSURANCE = "insurance", N_("Insurance seen")
    SAFEGUARDING_TRAINING = "safeguarding_training", N_("Safeguarding training")
    FIRST_AID = "first_aid", N_("First aid training")
    MEDICATION_TRAINING = "medication_training", N_("Medicines training")
    MOVING_TRAINING = "moving_training", N_("Moving and handling training")
    CQC_RATING = "cqc_rating", N_("CQC rating")
    FOOD_HYGIENE = "food_hygiene", N_("Food hygiene rating")


class CqcRating(Word):
    OUTSTANDING = "outstanding", N_("Outstanding")
    GOOD = "good", N_("Good")
    REQUIRES_IMPROVEMENT = "requires_improvement", N_("Requires improvement")
    INADEQUATE = "inadequate", N_("Inadequate")
    NOT_RATED = "not_rated", N_("Not rated yet")


class GoalStance(Word):
    """How a person relates to a goal: the four questions of the survey."""

    KEEP = "keep", N_("Keep doing")
    MORE = "more", N_("Do more of")
    TRY = "try", N_("Try something new")
    LEARN = "learn", N_("Learn")


class Part(Word):
    """The parts of a score, in the order in which they are explained."""

    GOALS = "goals", N_("What you want to do")
    LEVEL = "level", N_("Your level of support")
    TRAVEL = "travel", N_("Getting there")
    TIMES = "times", N_("Days and times")
    TRANSPORT = "transport", N_("Help with transport")
    COST = "cost", N_("Cost")
    PREFERENCES = "preferences", N_("What you would like")
    CARER = "carer", N_("Time for your carer")


class Stop(Word):
    """Why an offer can't be a match at all, in the order in which they are tried."""

    KIND = "kind", N_("Not a kind of offer that you are looking for")
    NOT_TAKING_PEOPLE = "not_taking_people", N_("It is full")
    AGE = "age", N_("It is for another age")
    LEVEL = "level", N_("It does not support your level")
    MUST_HAVE = "must_have", N_("Something you must have is not there")
    TRAVEL = "travel", N_("It is too far")
    TIMES = "times", N_("It is not on at your times")
    COST = "cost", N_("It costs more than you can pay")
    GOALS = "goals", N_("It is not about what you want to do")


class Role(Word):
    PERSON = "person", N_("Person")
    SUPPORTER = "supporter", N_("Supporter")
    PRACTITIONER = "practitioner", N_("Practitioner")
    PROVIDER_STAFF = "provider_staff", N_("Provider")
    MODERATOR = "moderator", N_("Moderator")
    COMMISSIONER = "commissioner", N_("Commissioner")
    ADMINISTRATOR = "administrator", N_("Administrator")
