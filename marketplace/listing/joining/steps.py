"""What an organisation or a group is asked about itself, in order, with the words of each page.

Personal Assistants have questions of their own, see ``listing.assistants``.
"""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.people.steps import Choice, Question
from marketplace.providers.document import ProviderPart
from marketplace.vocabulary import N_, LegalForm, Word

ASSISTANT = "personal_assistant"
"""The answer of someone who works for people themselves."""


class JoinStep(Word):
    """The questions, with the short names they have in the task list."""

    KIND = "kind", N_("What you are")
    NAME = "name", N_("Your name")
    WHERE = "where", N_("Where you are")
    ABOUT = "about", N_("In a few words")
    CONTACT = "contact", N_("How to reach you")
    NUMBER = "number", N_("Company or charity number")
    CQC = "cqc", N_("Care Quality Commission")


PARTS_OF: Mapping[JoinStep, tuple[ProviderPart, ...]] = {
    JoinStep.KIND: (ProviderPart.LEGAL_FORM,),
    JoinStep.NAME: (ProviderPart.NAME,),
    JoinStep.WHERE: (ProviderPart.POSTCODE, ProviderPart.TOWN),
    JoinStep.ABOUT: (ProviderPart.ABOUT,),
    JoinStep.CONTACT: (ProviderPart.PHONE, ProviderPart.EMAIL, ProviderPart.WEBSITE),
    JoinStep.NUMBER: (ProviderPart.REGISTERED_NUMBER,),
    JoinStep.CQC: (ProviderPart.CQC_ID,),
}
"""What of a provider each question is about."""

NUMBER_NEEDED = frozenset({LegalForm.COMPANY, LegalForm.CIC})
"""They have a number at Companies House, so a moderator can look them up."""
_HAS_NUMBER = NUMBER_NEEDED | {LegalForm.CHARITY, LegalForm.CIO, LegalForm.COOPERATIVE}
_MAY_GIVE_CARE = _HAS_NUMBER | {
    LegalForm.COUNCIL,
    LegalForm.MICRO_ENTERPRISE,
    LegalForm.PUBLIC_BODY,
    LegalForm.SHARED_LIVES_SCHEME,
}
_ALWAYS_NEEDED = frozenset({JoinStep.KIND, JoinStep.NAME, JoinStep.WHERE})

QUESTIONS: Mapping[JoinStep, Question] = {
    JoinStep.KIND: Question(N_("What are you?"), picture="company"),
    JoinStep.NAME: Question(N_("What is your name?"), N_("The name that people know."), "write"),
    JoinStep.WHERE: Question(
        N_("Where are you?"),
        N_("Your place, or the hall where you meet. Each offer can be somewhere else."),
        "near_home",
    ),
    JoinStep.ABOUT: Question(
        N_("Who are you, in a few words?"),
        N_("What you do and for whom. People read this on your page."),
        "speech",
    ),
    JoinStep.CONTACT: Question(
        N_("How can people reach you?"),
        N_("Everyone can read this on your page. Give what you want people to use."),
        "phone",
    ),
    JoinStep.NUMBER: Question(N_("What is your company or charity number?"), "", "answers"),
    JoinStep.CQC: Question(
        N_("Do you give personal care?"),
        N_("Help to wash, dress or eat, for example. Then give your Care Quality Commission number."),
        "personal_care",
    ),
}

NUMBER_HINTS: Mapping[LegalForm, str] = {
    LegalForm.COMPANY: N_("8 letters and numbers, from Companies House. Like 01234567."),
    LegalForm.CIC: N_("8 letters and numbers, from Companies House. Like 01234567."),
    LegalForm.COOPERATIVE: N_("From Companies House or the register of mutuals."),
    LegalForm.CHARITY: N_("From the register of charities. Like 1234567."),
    LegalForm.CIO: N_("From the register of charities. Like 1234567."),
}

KINDS: tuple[Choice, ...] = (
    Choice(
        LegalForm.COMMUNITY_GROUP.value,
        N_("A community group"),
        N_("A club, a choir, a coffee morning: a few people and a hall are enough."),
        "community_group",
    ),
    Choice(
        ASSISTANT,
        N_("A Personal Assistant"),
        N_("You support people yourself, employed by them or self-employed."),
        "personal_assistant",
    ),
    Choice(
        LegalForm.MICRO_ENTERPRISE.value,
        N_("A micro-enterprise"),
        N_("A very small business, up to 8 people, or you alone with a trade name."),
        "micro_enterprise",
    ),
    Choice(
        LegalForm.SHARED_LIVES_SCHEME.value,
        N_("A Shared Lives scheme"),
        N_("You approve and support carers who share their home."),
        "shared_lives",
    ),
    Choice(
        LegalForm.CIC.value,
        N_("A community interest company (CIC)"),
        N_("A company for the good of a community."),
        "cic",
    ),
    Choice(LegalForm.CHARITY.value, N_("A charity"), N_("With or without a number."), "charity"),
    Choice(
        LegalForm.CIO.value,
        N_("A charitable incorporated organisation (CIO)"),
        N_("A charity that is an organisation of its own."),
        "charity",
    ),
    Choice(LegalForm.COMPANY.value, N_("A company"), N_("A limited company or partnership."), "company"),
    Choice(
        LegalForm.COOPERATIVE.value,
        N_("A co-operative"),
        N_("Owned by its members, such as people who use it or work in it."),
        "cooperative",
    ),
    Choice(LegalForm.COUNCIL.value, N_("A council service"), N_("Run by a council."), "council"),
    Choice(
        LegalForm.PUBLIC_BODY.value,
        N_("Another public body"),
        N_("Such as a college, a library service or the NHS."),
        "universal_place",
    ),
)


def steps_of(legal_form: LegalForm) -> tuple[JoinStep, ...]:
    """The questions for a provider of this kind; a group is asked the fewest."""
    return tuple(
        step
        for step in JoinStep
        if (step is not JoinStep.NUMBER or legal_form in _HAS_NUMBER)
        and (step is not JoinStep.CQC or legal_form in _MAY_GIVE_CARE)
    )


def is_needed(step: JoinStep, legal_form: LegalForm) -> bool:
    """Whether a provider of this kind can't be sent to be checked without the answer."""
    return step in _ALWAYS_NEEDED or (step is JoinStep.NUMBER and legal_form in NUMBER_NEEDED)
