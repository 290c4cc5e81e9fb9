"""One service of Open Referral UK as listings of ours: what it says, and no more.

What a service does not say stays not known. Themes that only its text suggests are kept apart from those
that its taxonomy terms state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from babel import Locale, UnknownLocaleError

from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.interop.foreign_text import (
    cut,
    email_address,
    first_sentence,
    identifier,
    one_line,
    paragraphs,
    phone_number,
    web_address,
)
from marketplace.interop.importing import RowError
from marketplace.interop.open_referral_access import features_in
from marketplace.interop.open_referral_costs import Price, prices_of
from marketplace.interop.open_referral_places import Spot, spots_of
from marketplace.interop.open_referral_times import (
    Times,
    read_date,
    rhythms_in_words,
    sessions_of,
    whole_number,
)
from marketplace.interop.open_referral_words import (
    kind_of,
    legal_form_of,
    listed,
    settings_of,
    terms_of,
    themes_of_terms,
)
from marketplace.matching.suggest import suggest_themes
from marketplace.matching.thesaurus import Thesaurus
from marketplace.providers.models import NAME_NOT_STATED
from marketplace.vocabulary import Feature, LegalForm, OfferKind, PlaceKind, Setting, Theme

NOT_STATED = NAME_NOT_STATED
LONGEST_ID = 120
YOUNGEST = 16
"""Listings for younger people only are kept but not shown: needs begin at this age."""
_OLDEST = 120
_LONGEST_SUMMARY = 280
_OPENING_HOURS = 4 * 60
"""A place open to everyone for longer than this is open, not a session one must stay for."""


class Shown(StrEnum):
    """Whether its source shows a service, in the standard's own words made three."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


_STATUSES = {
    "active": Shown.ACTIVE,
    "inactive": Shown.CLOSED,
    "defunct": Shown.CLOSED,
    "temporarily closed": Shown.PAUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who offers a service, as far as that is said."""

    source_id: str
    name: str
    legal_form: LegalForm
    about: str = ""
    email: str | None = None
    phone: str | None = None
    website: str | None = None

    @property
    def is_named(self) -> bool:
        return self.name != NOT_STATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A service at one of its places."""

    source_id: str
    spot: Spot | None
    settings: tuple[Setting, ...]
    features: dict[Feature, bool]
    sessions: list[Times]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service, read: what all its listings share, and the listings."""

    source_id: str
    name: str
    summary: str
    description: str
    shown: Shown
    kind: OfferKind
    organisation: Organisation
    min_age: int | None
    max_age: int | None
    themes: tuple[Theme, ...]
    suggested: tuple[Theme, ...]
    prices: list[Price]
    languages: str
    flexible: bool
    confirmed_on: date | None
    listings: tuple[Listing, ...]
    notes: list[str] = field(default_factory=list)
    """What could not be read and is therefore not known."""


def read_service(raw: object, *, directory: PostcodeDirectory, thesaurus: Thesaurus, today: date) -> Service:
    """Read one service of version 3 or version 1; raises `RowError` where it can't be taken in."""
    if not isinstance(raw, dict):
        raise RowError("-", "is not an object. Give one service as {...}")
    source_id = identifier(raw.get("id"), LONGEST_ID)
    if source_id is None:
        raise RowError("id", f"is missing, or no plain text of up to {LONGEST_ID} characters")
    name = one_line(raw.get("name"), 200)
    if not name:
        raise RowError("name", f"is missing for the service {source_id}")
    shown = _shown(raw)
    min_age, max_age = _ages(raw)
    notes: list[str] = []
    if max_age is not None and max_age < YOUNGEST and shown is Shown.ACTIVE:
        shown = Shown.PAUSED
        notes.append(f"it is for people up to {max_age} only, so it is kept but not shown")
    description = paragraphs(raw.get("description"))
    terms = [one_line(term, 200) for term in terms_of(raw)]
    organisation = _organisation(raw, source_id)
    kind = kind_of(name, " / ".join(terms), organisation.name)
    themes = themes_of_terms(thesaurus, terms)
    prices = prices_of(listed(raw.get("cost_options")), _fees(raw), today=today)
    listings, unread = _listings(raw, source_id, directory=directory, kind=kind, terms=terms)
    towns = dict.fromkeys(one.spot.town for one in listings if one.spot and one.spot.town)
    sounds_like = suggest_themes(thesaurus, name, description, places=towns)
    summary, rest = first_sentence(description, _LONGEST_SUMMARY)
    return Service(
        source_id=source_id,
        name=name,
        summary=summary,
        description=_description(raw, rest, organisation, prices.words),
        shown=shown,
        kind=kind,
        organisation=organisation,
        min_age=min_age,
        max_age=max_age,
        themes=themes,
        suggested=tuple(theme for theme in sounds_like if theme not in themes),
        prices=prices.prices,
        languages=_languages(raw),
        flexible=_is_open_for_long(kind, listings),
        confirmed_on=_confirmed(raw, today),
        listings=listings,
        notes=notes + unread,
    )


def _shown(raw: dict[str, Any]) -> Shown:
    """Services without a status are taken as active: why else would they be listed."""
    status = one_line(raw.get("status"), 60)
    shown = _STATUSES.get(status.lower().replace("_", " ") or "active")
    if shown is None:
        known = ", ".join(f"'{name}'" for name in _STATUSES)
        raise RowError("status", f"'{status}' is not one of {known}")
    return shown


def _ages(raw: dict[str, Any]) -> tuple[int | None, int | None]:
    """Ages in whole years; version 1 has them under ``eligibilitys``. 0 and 120 or more are no limits."""
    sources = [raw, *listed(raw.get("eligibilitys"))]
    youngest = [_age(one.get("minimum_age")) for one in sources]
    oldest = [_age(one.get("maximum_age")) for one in sources]
    low = next((age for age in youngest if age), None)
    high = next((age for age in oldest if age), None)
    if high is not None and high >= _OLDEST:
        high = None
    if low is not None and low > _OLDEST:
        low = None
    if low is not None and high is not None and high < low:
        raise RowError("maximum_age", f"{high} is below minimum_age, {low}")
    return low, high


def _age(value: object) -> int | None:
    age = whole_number(value)
    return age if age is not None and age > 0 else None


def _organisation(raw: dict[str, Any], source_id: str) -> Organisation:
    """The organisation, or one without a name: of the identifier that is given, else of this service."""
    given = raw.get("organization")
    found = given if isinstance(given, dict) else {}
    organisation_id = identifier(found.get("id"), LONGEST_ID) or identifier(
        raw.get("organization_id"), LONGEST_ID
    )
    name = one_line(found.get("name"), 200)
    if organisation_id is None:
        # Two services that name the same organisation without an identifier have one provider.
        organisation_id = f"name:{name.casefold()[:150]}" if name else f"service:{source_id}"
    alone = not name
    return Organisation(
        source_id=organisation_id,
        name=name or NOT_STATED,
        legal_form=legal_form_of(one_line(found.get("legal_status"), 100), name),
        about=paragraphs(found.get("description"), 4000),
        email=email_address(found.get("email")) or (_email(raw) if alone else None),
        phone=_phone(found) or (_phone(raw) if alone else None),
        website=_website(found, "website", "url") or (_website(raw, "url") if alone else None),
    )


def _email(source: dict[str, Any]) -> str | None:
    return email_address(source.get("email"))


def _website(source: dict[str, Any], *names: str) -> str | None:
    return next((address for name in names if (address := web_address(source.get(name)))), None)


def _phone(source: dict[str, Any]) -> str | None:
    """The first telephone number. Names of contacts are left where they are: nobody here needs them."""
    holders = [source, *listed(source.get("contacts"))]
    for holder in holders:
        for phone in listed(holder.get("phones")):
            if number := phone_number(phone.get("number")):
                return number
    return None


def _fees(raw: dict[str, Any]) -> str:
    for name in ("fees", "fees_description"):
        text = one_line(raw.get(name), 1000)
        if text:
            return "Free" if text in {"0", "0.0", "0.00", "£0", "£0.00"} else text
    return ""


def _listings(
    raw: dict[str, Any],
    source_id: str,
    *,
    directory: PostcodeDirectory,
    kind: OfferKind,
    terms: list[str],
) -> tuple[tuple[Listing, ...], list[str]]:
    spots, notes = spots_of(raw, directory)
    common = [*listed(raw.get("schedules")), *listed(raw.get("regular_schedules"))]
    said = _access_by_words(raw, terms)
    listings: dict[str, Listing] = {}
    for number, spot in enumerate(spots or [None], start=1):
        sessions, unread = sessions_of((spot.schedules if spot else []) or common)
        notes += [f"a time was left out: {problem}" for problem in unread]
        if spot and spot.kind is PlaceKind.EXACT and kind is OfferKind.SHARED_LIVES:
            spot.kind, spot.name, spot.street = PlaceKind.MASKED, None, None
        where = [spot.name] if spot and spot.name else []
        settings = settings_of(*where)
        listing = Listing(
            source_id=_listing_id(source_id, spot, number) if len(spots) > 1 else source_id,
            spot=spot,
            settings=(Setting.ONLINE,) if spot and spot.kind is PlaceKind.ONLINE else settings,
            features=features_in([*(spot.access if spot else []), *said]),
            sessions=sessions,
        )
        listings[listing.source_id] = listing
    return tuple(listings.values()), list(dict.fromkeys(notes))


def _listing_id(source_id: str, spot: Spot | None, number: int) -> str:
    part = spot.location_id if spot and spot.location_id else str(number)
    # The column holds 200 characters; identifiers of the standard have 36.
    return f"{source_id}@{part}"[:200]


def _access_by_words(raw: dict[str, Any], terms: list[str]) -> list[str]:
    """Access that stands in taxonomy terms and languages: 'Hearing loop', 'British Sign Language'."""
    languages = [
        name for name in _language_names(raw) if "sign language" in name.lower() or name.lower() == "bsl"
    ]
    return [*terms, *languages]


def _is_open_for_long(kind: OfferKind, listings: tuple[Listing, ...]) -> bool:
    times = [session for listing in listings for session in listing.sessions]
    return (
        kind is OfferKind.UNIVERSAL_PLACE
        and bool(times)
        and all(session.end - session.start >= _OPENING_HOURS for session in times)
    )


def _confirmed(raw: dict[str, Any], today: date) -> date | None:
    """The day on which somebody assured the listing; a later change of it says nothing of that."""
    assured = read_date(raw.get("assured_date"))
    return assured if assured and assured <= today else None


def _description(raw: dict[str, Any], rest: str, organisation: Organisation, money: list[str]) -> str:
    """The text, then what else it says in words and no field of ours holds."""
    alert = one_line(raw.get("alert"), 500)
    who = [one_line(raw.get("eligibility_description"), 1000)]
    who += [one_line(one.get("eligibility"), 300) for one in listed(raw.get("eligibilitys"))]
    schedules = [one for name in ("schedules", "regular_schedules") for one in listed(raw.get(name))]
    times = [*rhythms_in_words(schedules), *(one_line(one.get("description"), 300) for one in schedules)]
    areas = [
        one_line(area.get("name") or area.get("service_area"), 200)
        for area in listed(raw.get("service_areas"))
    ]
    contact = [
        text
        for text, known in (
            (_phone(raw), organisation.phone),
            (_email(raw), organisation.email),
            (_website(raw, "url"), organisation.website),
        )
        if text and text != known
    ]
    lines = [
        _line("Please note", [alert], " "),
        rest,
        _line("Who it is for", who, "; "),
        _line("When", times[:10], "; "),
        _line("What it costs", money[:10], "; "),
        _line("Area", areas[:20], ", "),
        _line("How to join", [one_line(raw.get("application_process"), 1000)], " "),
        _line("To get in touch", contact, ", "),
    ]
    return cut("\n".join(line for line in lines if line), 12_000)


def _line(label: str, texts: list[str], between: str) -> str:
    said = [text.rstrip(";, ") for text in dict.fromkeys(texts) if text]
    return f"{label}: {between.join(said)}" if said else ""


def _languages(raw: dict[str, Any]) -> str:
    """Languages besides English, by their English names."""
    names = [
        name
        for name in _language_names(raw)
        if name.lower() not in {"english", "bsl"} and "sign language" not in name.lower()
    ]
    return one_line(", ".join(dict.fromkeys(names)), 200)


def _language_names(raw: dict[str, Any]) -> list[str]:
    names = []
    for language in listed(raw.get("languages")):
        name = one_line(language.get("name") or language.get("language") or language.get("code"), 60)
        names.append(_language_of_code(name) if len(name) <= 3 else name)
    return [name for name in names if name]


def _language_of_code(code: str) -> str:
    try:
        return str(Locale(code.lower()[:2] if code else "en").get_language_name("en") or code)
    except (UnknownLocaleError, ValueError):
        return code
