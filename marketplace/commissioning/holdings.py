"""What commissioning holds about a person, for their download. It goes with the person by itself."""

from __future__ import annotations

from marketplace.commissioning.groups.models import GroupIdeaPerson
from marketplace.commissioning.outcomes.models import SurveyAnswer
from marketplace.people.rights.holdings import Holding, hold_more
from marketplace.vocabulary import N_

FORM = N_("It only keeps a form from being sent twice.")

hold_more(
    Holding(
        model=GroupIdeaPerson,
        title=N_("Groups that could be, in which you would be"),
        of=lambda whose: GroupIdeaPerson.person_id == whose.person_id,
    )
)
hold_more(
    Holding(
        model=SurveyAnswer,
        title=N_("What you answered about your week"),
        of=lambda whose: SurveyAnswer.person_id == whose.person_id,
        left_out={"form_token": FORM},
    )
)
