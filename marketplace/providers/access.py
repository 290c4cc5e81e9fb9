"""Who may see and change a provider's own pages, decided from the database at every request.

@blueprint.get("/provide/<uuid:provider_id>/people")
@access(OfProvider(MemberRole.OWNER))
def people(provider_id: UUID) -> str: ...

Anyone else who is signed in gets 'not found'. Members of a suspended or closed provider still come in:
they may read and correct what they wrote; nothing of it is public.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import abort, g, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.providers.models import MemberRole, Provider, ProviderMember
from marketplace.providers.queries import provider_and_member


@dataclass(frozen=True)
class OfProvider:
    """A member of the provider of the address, who accepted and has not left; with *role* or more."""

    role: MemberRole = MemberRole.EDITOR

    def allows(self) -> bool:
        if not SignedIn().allows():
            return False
        found = provider_and_member(
            get_session(),
            provider_id=(request.view_args or {})["provider_id"],
            account_id=signed_in_account().id,
        )
        if found is None or not self._is_enough(found[1]):
            abort(404)
        g.provider, g.member = found
        return True

    def instead(self) -> ResponseReturnValue | None:
        return SignedIn().instead()

    def _is_enough(self, member: ProviderMember) -> bool:
        return member.role is MemberRole.OWNER or self.role is MemberRole.EDITOR


def current_provider() -> Provider:
    """The provider whose page this is. Only behind ``OfProvider``."""
    return cast(Provider, g.provider)


def current_member() -> ProviderMember:
    """What the account is to the provider of this page. Only behind ``OfProvider``."""
    return cast(ProviderMember, g.member)
