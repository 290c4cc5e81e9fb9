"""Outcomes as pages: every measure, one measure over time and by district, and how long people waited."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, render_template
from flask_babel import gettext

from marketplace.commissioning.blueprint import AS_COMMISSIONER, blueprint
from marketplace.commissioning.council import current_council
from marketplace.commissioning.frame import place_of
from marketplace.commissioning.outcomes import said_routes  # noqa: F401 (its pages)
from marketplace.commissioning.outcomes.asked_routes import all_questions
from marketplace.commissioning.outcomes.counted import outcomes_in
from marketplace.commissioning.outcomes.figures import AgeBand, Quarter
from marketplace.commissioning.pictures import (
    NUMBER,
    PERCENT,
    BarRow,
    Head,
    HeatTable,
    Value,
    bars,
    heat_table,
)
from marketplace.commissioning.report.kept import newest_report
from marketplace.db import get_session
from marketplace.vocabulary import N_
from marketplace.web.access import access
from marketplace.web.templating import label

place_of(
    "commissioning.outcomes",
    N_("Outcomes"),
    N_("What people say about their week, and how long they wait."),
    "matters",
)


@blueprint.get("/outcomes", endpoint="outcomes")
@access(AS_COMMISSIONER)
def outcomes_start() -> str:
    """Every measure with its newest number, and waiting times."""
    council, questions = current_council(), all_questions()
    counted = outcomes_in(newest_report(get_session()), council, questions)
    return render_template(
        "commissioning/outcomes/outcomes.html",
        council=council,
        groups=questions.groups,
        measures=questions.all,
        counted=counted,
        quarter_words=quarter_words,
    )


@blueprint.get("/outcomes/<question_id>")
@access(AS_COMMISSIONER)
def outcomes_one(question_id: str) -> str:
    """One measure: over time, by district and age band, and what it rests on."""
    council, questions = current_council(), all_questions()
    question = questions.by_id(question_id)
    if question is None or question.asks is None:
        abort(404)
    counted = outcomes_in(newest_report(get_session()), council, questions)
    found = counted.by_question.get(question.id) if counted else None
    told = found.newest if found else None
    return render_template(
        "commissioning/outcomes/outcome.html",
        council=council,
        question=question,
        is_counted=counted is not None,
        found=found,
        told=told,
        over_time=bars(
            gettext("Over time"),
            [BarRow(quarter_words(one.quarter), one.percent) for one in (found.over_time if found else ())],
            most=100,
            unit=PERCENT,
        ),
        shares=_heat(found.shares(told), is_percent=True) if found and told else None,
        counts=_heat(found.counts(told), is_percent=False) if found and told else None,
        quarter_words=quarter_words,
    )


def quarter_words(quarter: Quarter) -> str:
    """'October to December 2026', or what of it is over."""
    names = {
        1: gettext("January to March %(year)s", year=quarter.first.year),
        2: gettext("April to June %(year)s", year=quarter.first.year),
        3: gettext("July to September %(year)s", year=quarter.first.year),
        4: gettext("October to December %(year)s", year=quarter.first.year),
    }
    words = names[quarter.number]
    return words if quarter.is_over else gettext("%(quarter)s so far", quarter=words)


def _heat(values: Mapping[tuple[str, str], Value], *, is_percent: bool) -> HeatTable:
    names = current_council().names
    return heat_table(
        [Head(code, name) for code, name in names.items()],
        [Head(band.value, label(band)) for band in AgeBand],
        values,
        unit=PERCENT if is_percent else NUMBER,
    )
