"""What joining holds about a person, for their download."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from marketplace.people.rights.holdings import SECRET, Holding, Whose, hold_more
from marketplace.providers.models import AssistantDetails, MemberRole, Provider, ProviderMember
from marketplace.providers.queries import is_live
from marketplace.vocabulary import N_, LegalForm

hold_more(
    Holding(
        model=ProviderMember,
        title=N_("Providers that you look after"),
        of=lambda whose: None if whose.account_id is None else ProviderMember.account_id == whose.account_id,
        left_out={"invitation_hash": SECRET},
    )
)


def _own_work(whose: Whose) -> ColumnElement[bool] | None:
    """Of a provider: it is the person themselves, as a Personal Assistant."""
    if whose.account_id is None:
        return None
    owned = select(ProviderMember.provider_id).where(
        ProviderMember.account_id == whose.account_id, ProviderMember.role == MemberRole.OWNER, is_live()
    )
    individual = Provider.legal_form.in_([LegalForm.SELF_EMPLOYED_PA, LegalForm.EMPLOYED_PA])
    return Provider.id.in_(owned) & individual


def _hidden_of_own_work(whose: Whose) -> ColumnElement[bool] | None:
    mine = _own_work(whose)
    return None if mine is None else AssistantDetails.provider_id.in_(select(Provider.id).where(mine))


hold_more(Holding(model=Provider, title=N_("Your work as a Personal Assistant"), of=_own_work))
hold_more(
    Holding(
        model=AssistantDetails,
        title=N_("What you told for your work, also in private"),
        of=_hidden_of_own_work,
    )
)
