"""All pages of enquiries: importing this registers them."""

from __future__ import annotations

from marketplace.enquiries import (  # noqa: F401
    ask_routes,
    holdings,
    person_routes,
    provider_routes,
)
from marketplace.enquiries.blueprint import blueprint

__all__ = ["blueprint"]
