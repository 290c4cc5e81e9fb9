"""Gaps: what people ask for and nothing fits, as a list, as pictures, and one by one."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template

from marketplace.commissioning.blueprint import AS_COMMISSIONER, blueprint
from marketplace.commissioning.council import current_council
from marketplace.commissioning.frame import place_of
from marketplace.commissioning.report import brought_routes, report_routes
from marketplace.commissioning.report.lines import APART, PEOPLE, GapOrder, gap_lines
from marketplace.commissioning.report.near import free_places, look_near
from marketplace.commissioning.report.page import (
    NOT_SAID,
    Chosen,
    band_lines,
    chosen_report,
    district_lines,
    heat_of,
    map_of,
    page_of,
    whole_of,
    wish_of_request,
)
from marketplace.commissioning.report.places import places_of_report
from marketplace.db import get_session
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.sources import SOURCE_WEIGHTS, DemandSource, weighted
from marketplace.geo.districts import read_districts
from marketplace.vocabulary import N_, SupportLevel, Theme
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.today import london_today

_PAGES = (report_routes, brought_routes)  # they stand on the same blueprint

place_of("commissioning.gaps", N_("Gaps"), N_("What people ask for and nothing fits them."), "goals")


@blueprint.get("/gaps")
@access(AS_COMMISSIONER)
def gaps() -> str:
    """The largest gaps first; what is chosen comes out of fixed lists."""
    chosen, council = chosen_report(get_session()), current_council()
    if chosen is None:
        return render_template("commissioning/report/none.html", council=council)
    wish = wish_of_request(council)
    asked, unmet = whole_of(chosen.reading, council)
    return render_template(
        "commissioning/report/gaps.html",
        **_common(chosen),
        page=page_of(gap_lines(chosen.reading.index, wish, names=council.names)),
        wish=wish,
        asked=asked,
        unmet=unmet,
        themes=tuple(Theme),
        bands=tuple(TimeBand),
        levels=tuple(SupportLevel),
        reasons=tuple(Hindrance),
        sources=APART,
        orders=tuple(GapOrder),
    )


@blueprint.get("/gaps/when-and-where")
@access(AS_COMMISSIONER)
def gaps_pictures() -> str:
    """A heat table of themes and parts of the week, and a map of districts."""
    chosen, council = chosen_report(get_session()), current_council()
    if chosen is None:
        return render_template("commissioning/report/none.html", council=council)
    wish = wish_of_request(council)
    lines = district_lines(chosen.reading, council, wish.theme)
    return render_template(
        "commissioning/report/pictures.html",
        **_common(chosen),
        wish=wish,
        heat_table=heat_of(chosen.reading, council, district=wish.district),
        drawing=map_of(lines),
        lines=lines,
        themes=tuple(Theme),
    )


@blueprint.get("/gaps/<district_code>/<theme>")
@access(AS_COMMISSIONER)
def gaps_detail(district_code: str, theme: str) -> str:
    """All that is told of one district and theme."""
    session, settings = get_session(), current_settings()
    chosen, council = chosen_report(session), current_council()
    try:
        of_theme = Theme(theme)
    except ValueError:
        abort(404)
    if district_code not in council.names:
        abort(404)
    if chosen is None:
        return render_template("commissioning/report/none.html", council=council)
    index = chosen.reading.index
    bands = band_lines(chosen.reading, district_code, of_theme)
    places = places_of_report(chosen.reading, council.code)
    row = index.themes.get((district_code, of_theme))
    of_sources = [
        one
        for source in APART
        for one in index.sources.get(source, ())
        if one.district_code == district_code and one.theme is of_theme
    ]
    return render_template(
        "commissioning/report/gap.html",
        **_common(chosen),
        district_code=district_code,
        district=council.names[district_code],
        theme=of_theme,
        row=row,
        bands=bands,
        of_sources=of_sources,
        together=weighted(
            {
                **({DemandSource.PROFILES: row.unmet} if row and row.unmet else {}),
                **{one.source: one.asked if one.unmet is None else one.unmet for one in of_sources},
            }
        ),
        weights=SOURCE_WEIGHTS,
        reach=sorted(
            (
                (key.split()[0], by_theme[of_theme])
                for key, by_theme in index.access.items()
                if key.endswith(f" {district_code}") and of_theme in by_theme
            ),
            key=lambda one: one[0],
        ),
        not_said=NOT_SAID,
        placing=index.districts[district_code].flow if district_code in index.districts else None,
        ways=chosen.reading.report.ways,
        near=look_near(
            session,
            chosen.reading,
            places,
            district_code=district_code,
            theme=of_theme,
            bands=bands,
            facts=read_districts(settings.seeds_dir),
            evening=settings.evening_starts.hour * 60 + settings.evening_starts.minute,
        ),
        places=places,
        free_places=free_places,
        today=london_today(),
    )


def _common(chosen: Chosen) -> dict[str, Any]:
    return {
        "council": current_council(),
        "reading": chosen.reading,
        "report_query": chosen.query,
        "people_sources": PEOPLE,
    }
