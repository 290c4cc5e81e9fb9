"""What a Personal Assistant is asked, in order, with the words of each page."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.people.steps import Choice, Question
from marketplace.providers.models import WorksAs
from marketplace.vocabulary import N_, Feature, SupportLevel, Theme, WageBand, Word

STATUS_TEST = "https://www.gov.uk/guidance/check-employment-status-for-tax"
"""HM Revenue and Customs' own test, CEST."""


class AssistantStep(Word):
    """The questions, with the short names they have where answers are listed."""

    NAME = "name", N_("Your name")
    AREA = "area", N_("Where you live")
    WORKS_AS = "works-as", N_("How you work")
    AGE = "age", N_("Your age")
    PAY = "pay", N_("What you ask an hour")
    INTERESTS = "interests", N_("What you like doing")
    SUMMARY = "summary", N_("In one sentence")
    TRAVEL = "travel", N_("How far you go")
    HOURS = "hours", N_("When you can work")
    SHORTEST = "shortest", N_("The shortest visit")
    DRIVING = "driving", N_("Driving")
    SKILLS = "skills", N_("What you can help with")
    LEVELS = "levels", N_("How much support")
    LANGUAGES = "languages", N_("Languages")


REQUIRED = frozenset(
    {
        AssistantStep.NAME,
        AssistantStep.AREA,
        AssistantStep.WORKS_AS,
        AssistantStep.AGE,
        AssistantStep.PAY,
        AssistantStep.INTERESTS,
        AssistantStep.SUMMARY,
        AssistantStep.TRAVEL,
    }
)
"""Without an answer to these nothing can be sent to be checked."""


class Driving(Word):
    """Whether a Personal Assistant can take a person along."""

    OWN_CAR = "own_car", N_("I drive, and can take a person in my car")
    NO_CAR = "no_car", N_("I drive, but not with a car of my own")
    NO = "no", N_("I don’t drive")


SHORTEST_VISITS = {
    30: N_("Half an hour"),
    60: N_("1 hour"),
    90: N_("1 hour and a half"),
    120: N_("2 hours"),
    180: N_("3 hours"),
    240: N_("4 hours"),
}
ANY = "any"

SKILLS = (
    Feature.PERSONAL_CARE,
    Feature.MEDICATION,
    Feature.MOVING_AND_HANDLING,
    Feature.BEHAVIOUR_SUPPORT,
    Feature.AUTISM_FRIENDLY,
    Feature.DEMENTIA_FRIENDLY,
    Feature.BSL,
    Feature.MAKATON,
)
"""What a Personal Assistant may be able to do; what belongs to a building is not asked."""

_WORKS_AS_HINTS = {
    WorksAs.EMPLOYED: N_("The person, or their family, is your employer and pays your wage."),
    WorksAs.SELF_EMPLOYED: N_("You run your own business and send a bill. You see to your own tax."),
    WorksAs.NOT_SURE: N_("Then the rules on pay for employees count, until you know."),
}

QUESTIONS: Mapping[AssistantStep, Question] = {
    AssistantStep.NAME: Question(heading=N_("What is your name?"), picture="one_to_one"),
    AssistantStep.AREA: Question(
        heading=N_("Where do you live?"),
        hint=N_("People see your town and the first half of your postcode. The rest stays hidden."),
        picture="home",
    ),
    AssistantStep.WORKS_AS: Question(
        heading=N_("How do you work as a Personal Assistant?"),
        hint=N_("The work itself decides this. You can’t simply choose it."),
        picture="work_support",
        choices=tuple(Choice(one.value, one.label, _WORKS_AS_HINTS[one]) for one in WorksAs),
        many=False,
    ),
    AssistantStep.AGE: Question(
        heading=N_("How old are you?"),
        hint=N_("Only for the lowest pay that the law allows. Only those who check you see it."),
        picture="calendar",
        choices=tuple(Choice(band.value, band.label) for band in WageBand),
        many=False,
    ),
    AssistantStep.PAY: Question(heading=N_("How much do you ask for an hour?"), picture="money"),
    AssistantStep.INTERESTS: Question(
        heading=N_("What do you like doing with people?"),
        hint=N_("Choose what you enjoy. People look for someone who likes the same."),
        picture="goals",
        choices=tuple(Choice(theme.value, theme.label, picture=theme.value) for theme in Theme),
    ),
    AssistantStep.TRAVEL: Question(
        heading=N_("How many miles do you go to reach a person?"),
        hint=N_("In a straight line from where you live, one way."),
        picture="map",
    ),
    AssistantStep.HOURS: Question(
        heading=N_("When can you work?"),
        hint=N_("Tick all times when a person could ask you. You agree the hours with each person."),
        picture="calendar",
    ),
    AssistantStep.SHORTEST: Question(
        heading=N_("What is the shortest visit that you make?"),
        picture="clock",
        choices=(
            *(Choice(str(minutes), words, picture="clock") for minutes, words in SHORTEST_VISITS.items()),
            Choice(ANY, N_("It does not matter"), picture="not_sure"),
        ),
        many=False,
        pictures=False,
    ),
    AssistantStep.DRIVING: Question(
        heading=N_("Do you drive?"),
        picture="car",
        choices=tuple(Choice(one.value, one.label) for one in Driving),
        many=False,
    ),
    AssistantStep.SKILLS: Question(
        heading=N_("What can you help with?"),
        hint=N_("Tick only what you have learnt or done before. Training is noted when we see the paper."),
        picture="one_to_one",
        choices=tuple(Choice(one.value, one.label, picture=one.value) for one in SKILLS),
    ),
    AssistantStep.LEVELS: Question(
        heading=N_("Whom can you support?"),
        hint=N_("Choose all that are right for you. Each is how a person would say it."),
        picture="level_3",
        choices=tuple(
            Choice(str(level.value), level.explanation, level.label, picture=f"level_{level.value}")
            for level in SupportLevel
        ),
    ),
    AssistantStep.LANGUAGES: Question(
        heading=N_("Which languages do you speak besides English?"),
        hint=N_("Write them with commas, like Urdu, Polish. Leave it empty if there are none."),
        picture="talk",
    ),
    AssistantStep.SUMMARY: Question(
        heading=N_("What would you say of yourself in one sentence?"),
        hint=N_("It stands below your name. No surname, phone number or e-mail address, please."),
        picture="write",
    ),
}


def steps_for(works_as: WorksAs | None) -> tuple[AssistantStep, ...]:
    """The questions in order; the age is only asked of those whom the law on pay is about."""
    return tuple(
        step
        for step in AssistantStep
        if step is not AssistantStep.AGE or works_as is not WorksAs.SELF_EMPLOYED
    )
