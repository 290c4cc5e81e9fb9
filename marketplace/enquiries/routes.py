"""All pages of enquiries: importing this registers them."""

from __future__ import annotations

from marketplace.enquiries import ask_routes, person_routes, provider_routes  # noqa: F401
from marketplace.enquiries.blueprint import blueprint

__all__ = ["blueprint"]
