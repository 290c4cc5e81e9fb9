"""Where the links of a list of matches lead: a visitor's own journey, or the pages of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g, url_for

from marketplace.people.access import current_person, current_relation, unseen_parts
from marketplace.people.profile.parts import PART_OF_STEP
from marketplace.people.steps import Step
from marketplace.people.supporters.models import Scope


@dataclass(frozen=True, slots=True)
class ListLinks:
    """The addresses around one list of matches; '' where this reader may not go there."""

    person_id: UUID | None

    def results(self, **chosen: Any) -> str:
        if self.person_id is None:
            return url_for("find.results", **chosen)
        return url_for("saved.matches", person_id=self.person_id, **chosen)

    def why(self, offer_id: UUID) -> str:
        if self.person_id is None:
            return url_for("find.why", offer_id=offer_id)
        return url_for("saved.why", person_id=self.person_id, offer_id=offer_id)

    def question(self, step: Step) -> str:
        """Where the answer to *step* is changed."""
        if self.person_id is None:
            return url_for("find.question", step=step.value, then="check")
        part = PART_OF_STEP.get(step)
        if part is None or part in unseen_parts() or not current_relation().reaches(Scope.HELP):
            return ""
        return url_for("profile.question", person_id=self.person_id, step=step.value)

    def answers(self) -> str:
        """All answers that the list was made from."""
        if self.person_id is None:
            return url_for("find.check")
        return url_for("profile.profile", person_id=self.person_id)


def list_links() -> ListLinks:
    """For the list on this page: the person's where the page is a person's, else the visitor's."""
    return ListLinks(current_person().id if "relation" in g else None)
