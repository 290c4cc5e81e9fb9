"""The words of the profile's own questions: notes in own words, and how to talk with the person."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.people.profile.models import CommunicationNeed, NoteKind
from marketplace.people.steps import Choice, Question, Step
from marketplace.vocabulary import N_, GoalStance

ROW_WORDS: Mapping[Step, str] = {
    Step.WHAT: N_("Other wishes"),
    Step.SUPPORT: N_("My support"),
    Step.WHERE: N_("Where I live"),
    Step.TRAVEL: N_("How I can travel"),
    Step.MINUTES: N_("How long I can travel"),
    Step.ON_THE_WAY: N_("What I need on the way"),
    Step.WHEN: N_("When I can go"),
    Step.MUST: N_("What must be there"),
    Step.LIKE: N_("What I would also like"),
    Step.PAYING: N_("Who pays"),
    Step.BUDGET: N_("How much I can spend"),
    Step.MATTERS: N_("What matters most to me"),
}
"""The journey's questions, as the person lists their own answers."""

NOTES: Mapping[NoteKind, Question] = {
    NoteKind.CAN_DO: Question(
        heading=N_("What can you already do?"),
        hint=N_("For example: I can make toast. I know the bus into town. I am good with animals."),
        picture="enablement",
    ),
    NoteKind.LEARNT_BEFORE: Question(
        heading=N_("Which jobs did you have, and what did you learn?"),
        hint=N_("Also school, college, volunteering and helping at home."),
        picture="paid_work",
    ),
    NoteKind.IN_MY_LIFE: Question(
        heading=N_("Who is in your life?"),
        hint=N_("Family, friends, neighbours, groups, pets. What do you do together?"),
        picture="family",
    ),
    NoteKind.GOOD_DAY: Question(
        heading=N_("What is a good day for you?"),
        hint=N_("From getting up to going to bed: what makes it good?"),
        picture="morning",
    ),
    NoteKind.CULTURE: Question(
        heading=N_("What should people know about your culture or faith?"),
        hint=N_("You don’t have to answer. For example food, prayer or holidays."),
        picture="faith_culture",
    ),
    NoteKind.LANGUAGE: Question(
        heading=N_("Which languages do you speak?"),
        hint=N_("You don’t have to answer."),
        picture="talk",
    ),
    NoteKind.STAFF_GENDER: Question(
        heading=N_("Who do you want support from?"),
        hint=N_("You don’t have to answer. For example: I want a woman to help me to wash."),
        picture="right_support",
    ),
    NoteKind.OTHER: Question(
        heading=N_("What else should people know about you?"),
        hint=N_("Anything that helps people to know you."),
        picture="write",
    ),
}

GOALS: Mapping[GoalStance, Question] = {
    GoalStance.KEEP: Question(
        heading=N_("What do you do now and want to keep doing?"),
        hint=N_("Choose as many as you like."),
        picture="tick",
    ),
    GoalStance.MORE: Question(
        heading=N_("What would you like to do more of?"),
        hint=N_("Choose as many as you like."),
        picture="anything_else",
    ),
    GoalStance.TRY: Question(
        heading=N_("What new things would you like to try?"),
        hint=N_("Choose as many as you like."),
        picture="how_it_works",
    ),
    GoalStance.LEARN: Question(
        heading=N_("What would you like to learn?"),
        hint=N_("Choose as many as you like."),
        picture="college",
    ),
}

IMPORTANT = Question(
    heading=N_("Which of these matter most to you?"),
    hint=N_("Choose up to three. They count more when we look for what fits."),
    picture="matters",
)

NAME = Question(heading=N_("What is your name?"), picture="one_to_one")

COMMUNICATION_PICTURES: Mapping[CommunicationNeed, str] = {
    CommunicationNeed.EASY_READ: "easy_read",
    CommunicationNeed.LARGE_PRINT: "large_print",
    CommunicationNeed.BRAILLE: "braille",
    CommunicationNeed.AUDIO: "audio",
    CommunicationNeed.BSL: "bsl",
    CommunicationNeed.MAKATON: "makaton",
    CommunicationNeed.OBJECTS: "objects",
    CommunicationNeed.DEVICE: "device",
    CommunicationNeed.HEARING_AID: "equipment",
    CommunicationNeed.MORE_TIME: "clock",
    CommunicationNeed.PHONE_FIRST: "phone",
    CommunicationNeed.TEXT_FIRST: "write",
    CommunicationNeed.SUPPORTER: "buddy",
    CommunicationNeed.OTHER_LANGUAGE: "speech",
}
COMMUNICATION = Question(
    heading=N_("How should people talk with you?"),
    hint=N_("Choose all that help you to understand and to be understood."),
    picture="talk",
    choices=tuple(
        Choice(need.value, need.label, picture=COMMUNICATION_PICTURES[need]) for need in CommunicationNeed
    ),
)
COMMUNICATION_NOTE = Question(
    heading=N_("What else should people know about this?"),
    hint=N_("For example: I read letters of 18 points or more."),
    picture="write",
)
SHARING = Question(
    heading=N_("Which of these may we tell providers?"),
    hint=N_("We tell a provider only when you write to them. You can change this at any time."),
    picture="letter",
)
COUNTING = Question(
    heading=N_("May we count you in what is missing near you?"),
    hint=N_(
        "Councils want to know what people can't find. We count wishes and needs. "
        "We never give your name, and never show numbers so small that someone could be recognised."
    ),
    picture="map",
)
