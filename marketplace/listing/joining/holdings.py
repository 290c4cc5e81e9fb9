"""What joining holds about a person, for their download."""

from __future__ import annotations

from marketplace.people.rights.holdings import SECRET, Holding, hold_more
from marketplace.providers.models import ProviderMember
from marketplace.vocabulary import N_

hold_more(
    Holding(
        model=ProviderMember,
        title=N_("Providers that you look after"),
        of=lambda whose: None if whose.account_id is None else ProviderMember.account_id == whose.account_id,
        left_out={"invitation_hash": SECRET},
    )
)
