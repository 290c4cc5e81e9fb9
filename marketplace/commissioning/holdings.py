"""What commissioning holds about a person, for their download. It goes with the person by itself."""

from __future__ import annotations

from flask_babel import gettext

from marketplace.commissioning.groups.models import GroupIdea, GroupIdeaPerson
from marketplace.commissioning.outcomes.models import SurveyAnswer
from marketplace.commissioning.outcomes.questions import read_questions
from marketplace.db import get_session
from marketplace.geo.districts import district_name, read_districts
from marketplace.people.rights.holdings import Holding, hold_more
from marketplace.vocabulary import N_
from marketplace.web import current_settings
from marketplace.web.templating import inside, label

FORM = N_("It only keeps a form from being sent twice.")


def _question(row: SurveyAnswer) -> str:
    """As it was asked; its short name where it is asked no longer."""
    asked = read_questions(current_settings().seeds_dir).by_id(row.question)
    return asked.words if asked else row.question


def _answer(row: SurveyAnswer) -> str:
    asked = read_questions(current_settings().seeds_dir).by_id(row.question)
    return asked.answers[row.value].words if asked and row.value < len(asked.answers) else str(row.value)


def _group(row: GroupIdeaPerson) -> str:
    """What the group would do, when and where; '' once it is no more."""
    idea = get_session().get(GroupIdea, row.idea_id)
    if idea is None:
        return ""
    near = gettext(
        "Near %(outcode)s in %(district)s",
        outcode=idea.place_code,
        district=district_name(idea.district_code, read_districts(current_settings().seeds_dir)),
    )
    return f"{label(idea.theme)}, {inside(label(idea.band))}. {near}"


hold_more(
    Holding(
        model=GroupIdeaPerson,
        title=N_("Groups that could be, in which you would be"),
        of=lambda whose: GroupIdeaPerson.person_id == whose.person_id,
        told_as={"idea_id": _group},
    )
)
hold_more(
    Holding(
        model=SurveyAnswer,
        title=N_("What you answered about your week"),
        of=lambda whose: SurveyAnswer.person_id == whose.person_id,
        left_out={"form_token": FORM},
        told_as={"question": _question, "value": _answer},
    )
)
