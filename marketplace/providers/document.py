"""What a provider says of itself, as one document: for the moderator, and for what waits beside what is live.

Words, kind and numbers are looked at by a moderator before the public reads them; how to reach a
provider, and where it is at home, may change at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.providers.models import AssistantDetails, Provider
from marketplace.vocabulary import N_, LegalForm, Word


class ProviderPart(Word):
    """One thing that a provider says of itself, with its label."""

    LEGAL_FORM = "legal_form", N_("What kind of provider")
    NAME = "name", N_("Name")
    ABOUT = "about", N_("In a few words")
    REGISTERED_NUMBER = "registered_number", N_("Company or charity number")
    CQC_ID = "cqc_id", N_("Care Quality Commission number")
    INTERESTS = "interests", N_("What they like doing")
    SKILLS = "skills", N_("What they are good at")
    TOWN = "town", N_("Town or village")
    POSTCODE = "postcode", N_("Postcode")
    DISTRICT_CODE = "district_code", N_("District")
    PHONE = "phone", N_("Phone")
    EMAIL = "email", N_("E-mail")
    WEBSITE = "website", N_("Website")


CHECKED_FIRST = (
    ProviderPart.LEGAL_FORM,
    ProviderPart.NAME,
    ProviderPart.ABOUT,
    ProviderPart.REGISTERED_NUMBER,
    ProviderPart.CQC_ID,
    ProviderPart.INTERESTS,
    ProviderPart.SKILLS,
)
"""What the public reads only after a moderator read it."""

OF_DETAILS = frozenset({ProviderPart.INTERESTS, ProviderPart.SKILLS})
"""What only a Personal Assistant says; it is kept beside the provider."""

_REQUIRED_TEXT = frozenset({ProviderPart.NAME, ProviderPart.ABOUT, *OF_DETAILS})
_NOT_TOLD = frozenset({ProviderPart.DISTRICT_CODE})


@dataclass(frozen=True)
class Changed:
    """One thing of a provider that is to change, in source texts and the provider's own words."""

    label: str
    before: str
    after: str


def document_of(provider: Provider, details: AssistantDetails | None = None) -> dict[str, str]:
    """What *provider* says of itself now; what it doesn't say is ''."""
    return {
        part.value: str(getattr(_home(part, provider, details), part.value, "") or "")
        for part in ProviderPart
    }


def take_over(
    provider: Provider, document: Mapping[str, Any], *, details: AssistantDetails | None = None
) -> None:
    """Let *provider* say what *document* says; parts that aren't in it stay. Unknown parts are left out."""
    for part in ProviderPart:
        if part.value not in document:
            continue
        home = _home(part, provider, details)
        if home is None:
            continue
        text = str(document[part.value] or "")
        value: Any = text if text or part in _REQUIRED_TEXT else None
        setattr(home, part.value, LegalForm(text) if part is ProviderPart.LEGAL_FORM else value)


def provider_differences(live: Mapping[str, Any] | None, sent: Mapping[str, Any]) -> list[Changed]:
    """What *sent* would change of *live*, or everything that it says where nothing is live yet."""
    found = []
    for part in ProviderPart:
        before, after = _words(part, live or {}), _words(part, sent)
        if before != after and part not in _NOT_TOLD:
            found.append(Changed(label=part.label, before=before, after=after))
    return found


def _words(part: ProviderPart, document: Mapping[str, Any]) -> str:
    text = str(document.get(part.value) or "")
    return LegalForm(text).label if text and part is ProviderPart.LEGAL_FORM else text


def _home(
    part: ProviderPart, provider: Provider, details: AssistantDetails | None
) -> Provider | AssistantDetails | None:
    return details if part in OF_DETAILS else provider
