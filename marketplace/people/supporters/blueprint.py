"""The blueprint of those who help, and what its pages ask of whoever is there."""

from __future__ import annotations

from datetime import date

from flask import Blueprint

from marketplace.accounts.current import signed_in_account
from marketplace.people.access import Relation, Standing, current_relation
from marketplace.people.profile.operations import Doer
from marketplace.people.supporters.models import Scope, SupportEnd, Supporter

blueprint = Blueprint("supporters", __name__)
UNPROCESSABLE = 422
GONE = 410


def doer() -> Doer:
    """Who makes this change, and in which role."""
    return Doer(account=signed_in_account(), role=current_relation().standing.role)


def most_scope(relation: Relation) -> Scope:
    """How far this reader may let someone else go. A supporter does not pass on acting for the person."""
    return Scope.HELP if relation.standing is Standing.SUPPORTER else Scope.ACT


def latest_end(relation: Relation) -> date | None:
    """A supporter lets nobody stay longer than they may themselves."""
    return relation.supporter.ends_on if relation.supporter is not None else None


def may_change(relation: Relation, supporter: Supporter) -> bool:
    """Whether this reader may end *supporter* or change until when.

    A supporter only whom they asked themselves, so that nobody sends away those whom the person, or
    a practitioner, chose.
    """
    if relation.standing is not Standing.SUPPORTER:
        return True
    return supporter.invited_by_id == signed_in_account().id


def reason_of(relation: Relation) -> SupportEnd:
    if relation.standing is Standing.PRACTITIONER:
        return SupportEnd.PRACTITIONER
    return SupportEnd.WITHDRAWN
