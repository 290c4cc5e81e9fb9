"""The blueprint of what fits a person and what they saved, and what its pages read alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, request
from flask.blueprints import BlueprintSetupState

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.people.access import (
    Standing,
    current_person,
    current_relation,
    london_day,
    looked_at,
    unseen_parts,
)
from marketplace.people.list_links import list_links
from marketplace.people.profile.blueprint import shown_answers
from marketplace.people.profile.merging import read_field
from marketplace.people.profile.models import ProfilePart
from marketplace.people.profile.parts import fields_of
from marketplace.people.result_filters import Select
from marketplace.people.spoken import spoken_of, told
from marketplace.people.supporters.models import Scope
from marketplace.people.supporters.queries import with_carers_time

blueprint = Blueprint("saved", __name__)
UNPROCESSABLE = 422


@blueprint.record_once
def _words_of_every_list(state: BlueprintSetupState) -> None:
    """Globals, so that the macros of the list have them on a visitor's pages and on those of a person."""
    state.app.jinja_env.globals["list_links"] = list_links
    state.app.jinja_env.globals["spoken_of"] = spoken_of
    state.app.jinja_env.filters["told"] = told


def reader_answers() -> tuple[dict[str, Any], Sequence[str]]:
    """The needs that this reader may see, with the carers' time that counts, and the carers' names.

    Reasons tell a carer's hours of work: to a supporter with less than ACT only their own.
    """
    relation = current_relation()
    only_of = None
    if relation.standing is Standing.SUPPORTER and not relation.reaches(Scope.ACT):
        only_of = signed_in_account().id
    answers, names = with_carers_time(
        get_session(), person=current_person(), answers=shown_answers(), today=london_day(), only_of=only_of
    )
    note_reasons_shown(answers)
    return answers, names


def whole_answers() -> dict[str, Any]:
    """The needs as the person's own matches use them; never shown to anyone else."""
    person = current_person()
    answers, _names = with_carers_time(
        get_session(), person=person, answers=person.answers, today=london_day()
    )
    return answers


def note_reasons_shown(answers: Mapping[str, Any]) -> None:
    """Reasons tell of every part that matching read: so does the list of who looked."""
    unseen = unseen_parts()
    looked_at(
        *(
            part
            for part in ProfilePart
            if part not in unseen and any(read_field(answers, field) for field in fields_of(part))
        )
    )


def may_keep() -> bool:
    """Whether this reader may save and hide for the person."""
    return current_relation().reaches(Scope.HELP)


def chosen_filters(choices: Sequence[Select]) -> dict[str, str]:
    """What of the address is a filter with a value that can be chosen."""
    return {
        name: request.args[name]
        for name, _words, options in choices
        if request.args.get(name) in {value for value, _ in options if value}
    }
