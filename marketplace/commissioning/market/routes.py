"""The market as pictures and tables: what there is, district by district, and who runs it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template, url_for
from flask_babel import ngettext
from sqlalchemy.orm import Session

from marketplace.commissioning.blueprint import AS_COMMISSIONER, blueprint
from marketplace.commissioning.council import Council, current_council
from marketplace.commissioning.frame import ToDo, needs_doing, place_of
from marketplace.commissioning.market import document_routes  # noqa: F401 (its files stand here too)
from marketplace.commissioning.market.demand import demand_tables
from marketplace.commissioning.market.figures import Figures
from marketplace.commissioning.market.page import drawing_of, figures_now, least_even, panels_of, price_bars
from marketplace.commissioning.market.queries import hidden_for_age
from marketplace.commissioning.report.kept import newest_report
from marketplace.commissioning.report.page import whole_of
from marketplace.db import get_session
from marketplace.vocabulary import N_
from marketplace.web.access import access

place_of(
    "commissioning.market",
    N_("Market"),
    N_("What is offered, by whom, when, for how much, and how evenly."),
    "shopping",
)


@needs_doing
def hidden_offers(session: Session, council: Council) -> Iterable[ToDo]:
    """Offers that are lost to people because nobody says that they are still right."""
    hidden = hidden_for_age(session, council.codes)
    if hidden:
        yield ToDo(
            ngettext(
                "%(num)s offer is hidden. Ask its provider whether it is still right",
                "%(num)s offers are hidden. Ask their providers whether they are still right",
                hidden,
            ),
            url_for("moderation.stale", council=council.code),
        )


@blueprint.get("/market")
@access(AS_COMMISSIONER)
def market() -> str:
    """What there is."""
    page = _page(figures_now())
    prices = page["tables"].get("prices")
    return render_template(
        "commissioning/market/market.html", **page, price_bars=price_bars(prices) if prices else None
    )


@blueprint.get("/market/districts")
@access(AS_COMMISSIONER)
def market_districts() -> str:
    """How districts differ, with the facts of their people beside it."""
    page = _page(figures_now())
    tables = page["tables"]
    by_kind = tables.get("kinds_by_district")
    return render_template(
        "commissioning/market/districts.html",
        **page,
        drawing=drawing_of(tables["districts"]),
        panels=panels_of(by_kind) if by_kind else (),
        uneven=least_even(by_kind) if by_kind else None,
    )


@blueprint.get("/market/who")
@access(AS_COMMISSIONER)
def market_who() -> str:
    """The council's own services against others, answers, and direct payments."""
    return render_template("commissioning/market/who.html", **_page(figures_now()))


@blueprint.get("/market/demand")
@access(AS_COMMISSIONER)
def market_demand() -> str:
    """What people ask for and what is in the way, out of the newest gap report."""
    council, reading = current_council(), newest_report(get_session())
    asked, unmet = whole_of(reading, council) if reading else (None, None)
    return render_template(
        "commissioning/market/demand.html",
        council=council,
        reading=reading,
        asked=asked,
        unmet=unmet,
        tables={table.key: table for table in demand_tables(reading, council)} if reading else {},
    )


def _page(found: Figures) -> dict[str, Any]:
    return {
        "council": found.council,
        "market": found.market,
        "hidden_offers": found.hidden,
        "answers": found.people.answers if found.people else None,
        "people_counted": found.people,
        "tables": {table.key: table for table in found.tables()},
    }
