"""What moderation holds about a person, for their download."""

from __future__ import annotations

from marketplace.moderation.models import ClosureNotice
from marketplace.people.rights.holdings import Holding, hold_more
from marketplace.vocabulary import N_

hold_more(
    Holding(
        model=ClosureNotice,
        title=N_("What closes that you use"),
        of=lambda whose: ClosureNotice.person_id == whose.person_id,
    )
)
