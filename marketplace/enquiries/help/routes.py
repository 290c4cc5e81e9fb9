"""All pages of requests for help: importing this registers them."""

from __future__ import annotations

from marketplace.enquiries.help import person_routes, provider_routes  # noqa: F401
from marketplace.enquiries.help.blueprint import blueprint

__all__ = ["blueprint"]
