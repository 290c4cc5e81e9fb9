"""What the words of other directories mean here: kinds, settings, legal forms, themes.

The standard has no field for the kind of an offer, and its taxonomies differ from place to place. These
tables say which words are taken as plain; docs/importing.md explains them to their users.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from marketplace.matching.thesaurus import Thesaurus
from marketplace.matching.words import STOP_WORDS, words_of
from marketplace.vocabulary import LegalForm, OfferKind, Setting, Theme

V = TypeVar("V")


def _table(phrases: Mapping[V, Sequence[str]]) -> tuple[tuple[re.Pattern[str], V], ...]:
    return tuple(
        (re.compile(rf"\b(?:{'|'.join(some)})\b", re.IGNORECASE), value) for value, some in phrases.items()
    )


KINDS = _table(
    {
        OfferKind.TRAVEL_TRAINING: ["travel training", "travel trainer", "independent travel"],
        OfferKind.TRANSPORT: [
            "community transport",
            "dial[- ]a[- ](?:ride|bus)",
            "(?:community|voluntary|social) car (?:scheme|service)s?",
            "door[- ]to[- ]door transport",
            "transport (?:service|scheme)s?",
        ],
        OfferKind.SHARED_LIVES: ["shared lives"],
        OfferKind.SHORT_BREAK: ["respite", "short breaks?", "sitting service"],
        OfferKind.HOUSING_WITH_SUPPORT: [
            "supported (?:living|housing)",
            "extra care",
            "(?:sheltered|retirement) housing",
            "housing with (?:care|support)",
            "(?:residential|nursing|care) homes?",
        ],
        OfferKind.EQUIPMENT: [
            "assistive technology",
            "telecare",
            "(?:community|pendant) alarms?",
            "equipment (?:loans?|hire|service)",
            "(?:disability|mobility|daily living) (?:equipment|aids)",
            "wheelchair (?:loan|hire)",
        ],
        OfferKind.WORK_SUPPORT: [
            "supported employment",
            "employment (?:support|service)",
            "job (?:club|coach(?:ing)?|search)",
            "work (?:club|experience)",
            "volunteer(?:ing)? (?:centre|bureau|hub|service)",
            "supported internships?",
        ],
        OfferKind.ENABLEMENT: ["enablement", "re-?ablement"],
        OfferKind.BUDDY: ["befriend(?:ing|er|ers)", "budd(?:y|ies|ying)"],
        OfferKind.DAY_SERVICE: [
            "day (?:services?|cent(?:re|er)s?|care|opportunit(?:y|ies)|support|provision|club|hospice)"
        ],
        OfferKind.UNIVERSAL_PLACE: [
            "librar(?:y|ies)",
            "(?:leisure|sports?) cent(?:re|er)s?",
            "leisure (?:club|complex)",
            "swimming (?:pool|baths)",
            "lido",
            "colleges?",
            "adult (?:education|learning)",
            "museums?",
            "art gallery",
            "country park",
        ],
    }
)
"""Which words in the name, the taxonomy terms or the organisation's name make which kind.

The first line that is found counts. Personal Assistants are not here: a listing that names them mostly
helps to find one.
"""

OTHERWISE = OfferKind.COMMUNITY_GROUP

SETTINGS = _table(
    {
        Setting.LIBRARY: ["librar(?:y|ies)"],
        Setting.LEISURE_CENTRE: [
            "(?:leisure|sports?) cent(?:re|er)",
            "swimming (?:pool|baths)",
            "lido",
            "leisure club",
        ],
        Setting.COLLEGE: ["college"],
        Setting.DAY_CENTRE: ["day (?:cent(?:re|er)|services?)"],
        Setting.CAFE_PUB: ["caf[eé]", "coffee shop", "tea ?rooms?", "pub", "inn"],
    }
)
"""Which words in the name of a place make which setting."""

LEGAL_FORMS = _table(
    {
        LegalForm.CIC: ["cic", "community interest company"],
        LegalForm.CIO: ["cio", "charitable incorporated organi[sz]ation"],
        LegalForm.CHARITY: [
            "charit(?:y|ies|able)",
            "council for voluntary (?:service|action)",
            "voluntary (?:service|action)",
            "cvs",
        ],
        LegalForm.PUBLIC_BODY: ["nhs", "library service", "college", "university", "fire and rescue"],
        LegalForm.COUNCIL: [
            "(?:county|city|borough|district|parish|town|metropolitan|unitary) council",
            "local authority",
        ],
        LegalForm.COOPERATIVE: ["co-?operative", "community benefit society"],
        LegalForm.MICRO_ENTERPRISE: ["micro[- ]?(?:enterprise|provider)", "sole trader"],
        LegalForm.COMPANY: ["limited", "ltd", "plc", "llp", "company"],
    }
)
"""Which words in the legal status, or else in the name, make which legal form."""

_EMPTY_WORDS = (
    frozenset(
        "activity activities adult adults centre centres class classes club clubs community course courses "
        "event events fun general group groups hobby hobbies hub interest interests leisure local member members "
        "opportunities project projects scheme schemes service services session sessions skills social society "
        "societies things workshop workshops".split()
    )
    | STOP_WORDS
)
"""Words of a taxonomy term that tell nothing about what one does there."""
_MOST_WORDS = 6


def kind_of(*texts: str) -> OfferKind:
    """The kind that the first of *texts* with a known word tells."""
    for text in texts:
        for words, kind in KINDS:
            if words.search(text):
                return kind
    return OTHERWISE


def settings_of(*texts: str) -> tuple[Setting, ...]:
    return tuple(setting for words, setting in SETTINGS if any(words.search(text) for text in texts))


def legal_form_of(*texts: str) -> LegalForm:
    """The legal form that the first of *texts* with a known word tells; else a community group."""
    for text in texts:
        for words, form in LEGAL_FORMS:
            if words.search(text):
                return form
    return LegalForm.COMMUNITY_GROUP


def themes_of_terms(thesaurus: Thesaurus, terms: Iterable[str]) -> tuple[Theme, ...]:
    """Themes that the *terms* of a taxonomy state: 'Arts and crafts', 'Choirs', 'Gardening groups'.

    A term counts only if nothing of it is left unexplained: 'Friends of the hospital' tells no theme.
    """
    found: dict[Theme, None] = {}
    for term in terms:
        for theme in _themes_of_term(thesaurus, term):
            found[theme] = None
    return tuple(found)


def _themes_of_term(thesaurus: Thesaurus, term: str) -> Sequence[Theme]:
    named = _THEMES_BY_NAME.get(" ".join(words_of(term.replace("_", " "))))
    if named:
        return (named,)
    words = words_of(term)
    if not 0 < len(words) <= _MOST_WORDS:
        return ()
    explained = [word in _EMPTY_WORDS for word in words]
    themes: list[Theme] = []
    for phrase in thesaurus.find(words, listing=True):
        explained[phrase.start : phrase.end] = [True] * (phrase.end - phrase.start)
        themes += [sense.theme for sense in phrase.senses]
    return themes if all(explained) else ()


_THEMES_BY_NAME: dict[str, Theme] = {
    " ".join(words_of(name)): theme
    for theme in Theme
    for name in (str(theme.label), theme.value.replace("_", " "))
}


def terms_of(service: dict[str, Any]) -> list[str]:
    """Names of the taxonomy terms of a service: version 3's ``attributes``, version 1's links."""
    names = []
    for attribute in listed(service.get("attributes")):
        if str(attribute.get("link_entity") or "service").lower() in {"service", "services"}:
            term = attribute.get("taxonomy_term")
            names.append(term.get("name") if isinstance(term, dict) else attribute.get("label"))
    for link in listed(service.get("service_taxonomys")):
        taxonomy = link.get("taxonomy")
        names.append(taxonomy.get("name") if isinstance(taxonomy, dict) else None)
    return [name for name in names if isinstance(name, str) and name.strip()]


def listed(value: object) -> list[dict[str, Any]]:
    """The objects in a list; a single object counts as a list of one, anything else as none."""
    values = value if isinstance(value, list) else [value]
    return [one for one in values[:MOST_ENTRIES] if isinstance(one, dict)]


MOST_ENTRIES = 200
"""More entries than this under one heading of one service are not read."""
