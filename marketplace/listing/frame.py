"""What stands at the top of every page of a provider: its name, where it stands, and its other pages.

place_of("provider_checks.checks", N_("Checks"), "tick")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import gettext

from marketplace.providers.access import current_member, current_provider
from marketplace.providers.models import MemberRole, Provider
from marketplace.vocabulary import N_


@dataclass(frozen=True)
class ProviderPlace:
    """One page of a provider; shown where it exists, and to owners only where it is theirs."""

    endpoint: str
    words: str
    picture: str
    only_owners: bool = False
    when: Callable[[Provider], bool] | None = None
    """Of which providers; None for all."""
    rooms: tuple[str, ...] = ()
    """Blueprints whose pages all belong to it."""


_PLACES = [
    ProviderPlace("joining.home", N_("Start"), "home"),
    ProviderPlace("joining.people", N_("Who can change this"), "buddy"),
]
_LAST = 1
"""So many of them stay at the end."""


@dataclass(frozen=True, kw_only=True)
class ProviderFrame:
    """The frame of one page."""

    provider: Provider
    links: tuple[tuple[str, str, str, str], ...]
    """Address, words, picture, and 'page' where it is this page, 'true' where this page belongs to it."""


def place_of(
    endpoint: str,
    words: str,
    picture: str,
    *,
    only_owners: bool = False,
    when: Callable[[Provider], bool] | None = None,
    rooms: tuple[str, ...] = (),
) -> None:
    """Show a page of providers in the frame, after those that were registered before it."""
    place = ProviderPlace(endpoint, words, picture, only_owners, when, rooms)
    if endpoint not in {known.endpoint for known in _PLACES}:
        _PLACES.insert(len(_PLACES) - _LAST, place)


def _is_here(place: ProviderPlace) -> str:
    if place.endpoint == request.endpoint:
        return "page"
    return "true" if request.blueprint in place.rooms else ""


def provider_frame() -> ProviderFrame | None:
    """The frame of this request's page; None where the page is no provider's own."""
    if "provider" not in g or "member" not in g:
        return None
    provider, is_owner = current_provider(), current_member().role is MemberRole.OWNER
    shown = [place for place in _PLACES if place.endpoint in current_app.view_functions]
    return ProviderFrame(
        provider=provider,
        links=tuple(
            (
                url_for(place.endpoint, provider_id=provider.id),
                gettext(place.words),
                place.picture,
                _is_here(place),
            )
            for place in shown
            if (is_owner or not place.only_owners) and (place.when is None or place.when(provider))
        ),
    )
