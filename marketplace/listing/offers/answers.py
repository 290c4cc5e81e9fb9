"""Between the questions and the offer document: the form of a question, and what its answer changes.

A document is never changed in place; each function gives back a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask_wtf import FlaskForm

from marketplace.listing.offers import forms, values
from marketplace.listing.offers.steps import (
    ACCESS_FEATURES,
    FIELDS_OF,
    SUPPORT_FEATURES,
    OfferStep,
)
from marketplace.offers.document import OfferDocument, PlaceSaid
from marketplace.vocabulary import (
    Answer,
    BankHolidayRule,
    FundingRoute,
    OfferKind,
    PlaceKind,
    Setting,
    SharedLivesForm,
    SupportLevel,
    Theme,
    Vacancy,
    Word,
)

_FEATURES = {OfferStep.ACCESS: ACCESS_FEATURES, OfferStep.SUPPORT: SUPPORT_FEATURES}
MakeForm = Callable[[OfferDocument], FlaskForm]
Changes = dict[str, Any]
"""Fields of the document with what they say from now on."""
YES, NO = Answer.YES.value, Answer.NO.value


def form_of(step: OfferStep, document: OfferDocument) -> FlaskForm:
    """The form of a question, filled with what the document says, or with what was sent."""
    make = _FORMS.get(step)
    return make(document) if make is not None else forms.one_form(step, _ONE[step](document))


def answered(step: OfferStep, document: OfferDocument, form: Any) -> OfferDocument:
    """The document after a valid *form* of the question was sent."""
    return replace(document, **_ANSWERED[step](document, form))


def said(step: OfferStep, document: OfferDocument) -> object:
    """What the document says to this question, to tell whether it is still the same."""
    if step in _FEATURES:
        return [(one, document.features.get(one)) for one in _FEATURES[step]]
    return [getattr(document, name) for name in FIELDS_OF[step]]


def chosen(form: FlaskForm) -> set[str]:
    """The values that are ticked in a form with choices."""
    if "answer" not in form:
        return set()
    data = form["answer"].data
    return set(data) if isinstance(data, list) else {data}


def _summary_form(document: OfferDocument) -> FlaskForm:
    form = forms.SummaryForm(data={"summary": document.summary})
    form.is_needed = not document.description
    return form


def _ages_form(document: OfferDocument) -> FlaskForm:
    return forms.AgesForm(data={"min_age": _text(document.min_age), "max_age": _text(document.max_age)})


def _visits_form(document: OfferDocument) -> FlaskForm:
    form = forms.VisitsForm(
        data={
            "answer": YES if document.flexible else NO,
            "shortest": _text(document.shortest_visit_minutes),
        }
    )
    forms.choose_one(form, OfferStep.VISITS)
    return form


def _transport_form(document: OfferDocument) -> FlaskForm:
    form = forms.TransportForm(
        data={
            "answer": _yes_no(document.transport_offered),
            "radius": values.miles_text(document.transport_radius_km),
            "price": values.pounds_text(document.transport_cost),
        }
    )
    forms.choose_one(form, OfferStep.TRANSPORT)
    return form


def _group_form(document: OfferDocument) -> FlaskForm:
    return forms.GroupForm(
        data={"group_size": _text(document.group_size), "staff_ratio": document.staff_ratio}
    )


def _ticks(step: OfferStep, said: Callable[[OfferDocument], Iterable[Word]]) -> MakeForm:
    return lambda document: forms.ticks_form(step, ticked=[one.value for one in said(document)])


def _kind(document: OfferDocument, form: Any) -> Changes:
    kind = OfferKind(form.answer.data)
    still = document.shared_lives_form if kind is OfferKind.SHARED_LIVES else None
    return {"kind": kind, "shared_lives_form": still}


def _transport(_document: OfferDocument, form: Any) -> Changes:
    offered = {YES: True, NO: False}.get(form.answer.data)
    return {
        "transport_offered": offered,
        "transport_radius_km": form.km if offered else None,
        "transport_cost": form.amount if offered else None,
    }


def _features(step: OfferStep) -> Callable[[OfferDocument, Any], Changes]:
    def change(document: OfferDocument, form: Any) -> Changes:
        mine = set(_FEATURES[step])
        others = {one: there for one, there in document.features.items() if one not in mine}
        return {"features": {**others, **forms.features_said(form, _FEATURES[step])}}

    return change


def _of_kind(place: PlaceSaid | None, kind: PlaceKind) -> PlaceSaid:
    """The place as another kind; what only belongs to the old kind is forgotten."""
    if kind is PlaceKind.ONLINE:
        return PlaceSaid(kind=kind)
    if place is None:
        return PlaceSaid(kind=kind)
    radius = place.radius_km if kind is PlaceKind.TRAVELS_TO_YOU else None
    return replace(place, kind=kind, radius_km=radius)


def _address_form(place: PlaceSaid | None) -> forms.AddressForm:
    place = place or PlaceSaid(kind=PlaceKind.EXACT)
    form = forms.AddressForm(
        data={
            "place_name": place.name,
            "street": place.street,
            "town": place.town,
            "postcode": place.postcode,
            "radius": values.miles_text(place.radius_km),
        }
    )
    form.kind = place.kind
    return form


def _place(form: forms.AddressForm) -> PlaceSaid:
    """A place from its form; of a place that is not shown only the town and the postcode are kept."""
    is_exact = form.kind is PlaceKind.EXACT
    return PlaceSaid(
        kind=form.kind,
        name=(form.place_name.data or "") if is_exact else "",
        street=(form.street.data or "") if is_exact else "",
        town=form.town.data or "",
        postcode=form.postcode.data or "",
        radius_km=form.km,
    )


def _levels(levels: Mapping[SupportLevel, bool]) -> dict[str, str]:
    return {
        f"level_{level.value}": forms.MADE_FOR if made_for else forms.CAN_COME
        for level, made_for in levels.items()
    }


def _yes_no(value: bool | None) -> str:
    if value is None:
        return Answer.NOT_KNOWN.value
    return YES if value else NO


def _value(word: Word | None) -> str | None:
    return None if word is None else word.value


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


_FORMS: Mapping[OfferStep, MakeForm] = {
    OfferStep.NAME: lambda document: forms.NameForm(data={"name": document.name}),
    OfferStep.SUMMARY: _summary_form,
    OfferStep.DESCRIPTION: lambda document: forms.DescriptionForm(data={"description": document.description}),
    OfferStep.THEMES: _ticks(OfferStep.THEMES, lambda document: document.themes),
    OfferStep.SETTINGS: _ticks(OfferStep.SETTINGS, lambda document: document.settings),
    OfferStep.FUNDING: _ticks(OfferStep.FUNDING, lambda document: document.funding),
    OfferStep.LEVELS: lambda document: forms.LevelsForm(data=_levels(document.levels)),
    OfferStep.AGES: _ages_form,
    OfferStep.ADDRESS: lambda document: _address_form(document.place),
    OfferStep.VISITS: _visits_form,
    OfferStep.ACCESS: lambda document: forms.features_form(ACCESS_FEATURES, document.features),
    OfferStep.SUPPORT: lambda document: forms.features_form(SUPPORT_FEATURES, document.features),
    OfferStep.TRANSPORT: _transport_form,
    OfferStep.GROUP: _group_form,
    OfferStep.LANGUAGES: lambda document: forms.LanguagesForm(
        data={"languages": ", ".join(document.languages)}
    ),
}
_ONE: Mapping[OfferStep, Callable[[OfferDocument], str | None]] = {
    OfferStep.KIND: lambda document: document.kind.value,
    OfferStep.FORM: lambda document: _value(document.shared_lives_form),
    OfferStep.PLACE: lambda document: _value(document.place.kind) if document.place else None,
    OfferStep.BANK_HOLIDAYS: lambda document: document.bank_holidays.value,
    OfferStep.VACANCY: lambda document: document.vacancy.value,
}
_ANSWERED: Mapping[OfferStep, Callable[[OfferDocument, Any], Changes]] = {
    OfferStep.KIND: _kind,
    OfferStep.FORM: lambda _, form: {"shared_lives_form": SharedLivesForm(form.answer.data)},
    OfferStep.NAME: lambda _, form: {"name": form.name.data},
    OfferStep.SUMMARY: lambda _, form: {"summary": form.summary.data},
    OfferStep.DESCRIPTION: lambda _, form: {"description": form.description.data},
    OfferStep.THEMES: lambda _, form: {"themes": tuple(map(Theme, form.answer.data))},
    OfferStep.LEVELS: lambda _, form: {"levels": form.levels},
    OfferStep.AGES: lambda _, form: {"min_age": form.youngest, "max_age": form.oldest},
    OfferStep.PLACE: lambda document, form: {"place": _of_kind(document.place, PlaceKind(form.answer.data))},
    OfferStep.ADDRESS: lambda _, form: {"place": _place(form)},
    OfferStep.SETTINGS: lambda _, form: {"settings": tuple(map(Setting, form.answer.data))},
    OfferStep.BANK_HOLIDAYS: lambda _, form: {"bank_holidays": BankHolidayRule(form.answer.data)},
    OfferStep.VISITS: lambda _, form: {
        "flexible": form.answer.data == YES,
        "shortest_visit_minutes": form.minutes,
    },
    OfferStep.ACCESS: _features(OfferStep.ACCESS),
    OfferStep.SUPPORT: _features(OfferStep.SUPPORT),
    OfferStep.TRANSPORT: _transport,
    OfferStep.FUNDING: lambda _, form: {"funding": tuple(map(FundingRoute, form.answer.data))},
    OfferStep.VACANCY: lambda _, form: {"vacancy": Vacancy(form.answer.data)},
    OfferStep.GROUP: lambda _, form: {"group_size": form.size, "staff_ratio": form.staff_ratio.data},
    OfferStep.LANGUAGES: lambda _, form: {"languages": tuple(values.parts_of(form.languages.data))},
}
