"""The investment case of a gap: need over time, evidence, options with their cost, and sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.commissioning.council import Council
from marketplace.commissioning.market.statement import Statement
from marketplace.commissioning.market.table import Column, Row, Table
from marketplace.commissioning.next_offers.reading import CouldBe, could_be
from marketplace.commissioning.pictures import Unit
from marketplace.commissioning.register.counts import CellCounts, counts_in, counts_of
from marketplace.commissioning.register.models import Gap
from marketplace.commissioning.report.kept import kept_reports, newest_report, report_by_id
from marketplace.commissioning.report.models import ReportState
from marketplace.gaps.candidates import SIZES
from marketplace.gaps.costing import HOURS, WEEKS
from marketplace.gaps.disclosure import Shown
from marketplace.web.templating import day_words, label

MOST_REPORTS = 3
"""So many of the newest reports are read, beside the one that the gap began from."""
MOST_OTHERS = 3
WHOLE_POUNDS = Unit(before="£")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What stands on the page and in the document."""

    day: date
    """Of the newest report, else of today."""
    need: Table | None
    options: Table | None
    about: tuple[str, ...]


def case_of(session: Session, gap: Gap, council: Council, *, today: date) -> Case:
    """The numbers of a case, out of kept reports."""
    reading = newest_report(session)
    offers = _offers_for(gap, could_be(reading, council.code))
    about = [
        _("* stands for 1 to 7 people. We do not say how many, so that nobody can be found."),
        _("Other counts of people are rounded to the nearest 5, and percentages are made of rounded counts."),
        _("Only people who agreed to be counted are in it."),
    ]
    if offers:
        about.append(
            _(
                "A cost is the middle price of an hour of offers in or near this council, for %(hours)s hours in %(weeks)s weeks and all places.",
                hours=HOURS,
                weeks=WEEKS,
            )
        )
    return Case(
        day=today if reading is None else reading.day,
        need=_need(_over_time(session, gap)),
        options=_options(offers, council, today if reading is None else reading.day) if offers else None,
        about=tuple(about),
    )


def as_statement(gap: Gap, case: Case, council: Council) -> Statement:
    """The case as a document."""
    words = [
        (_("Why it matters"), gap.why),
        (_("What practitioners and people say"), gap.evidence),
        (_("What could be done"), gap.options),
        (_("What will be done"), gap.action),
    ]
    return Statement(
        title=_("Investment case: %(title)s", title=gap.title),
        council=council.name,
        day=case.day,
        messages=tuple(f"{head}: {text}" for head, text in words if text) or (gap.title,),
        tables=tuple(table for table in (case.need, case.options) if table is not None),
        about=(*case.about, *(line for line in gap.sources.splitlines() if line.strip())),
        map_svg="",
        map_words="",
        map_after="",
    )


def _over_time(session: Session, gap: Gap) -> list[CellCounts]:
    """One count for each day, the oldest first."""
    found: dict[date, CellCounts] = {}
    done = [one for one in kept_reports(session) if one.state is ReportState.DONE]
    for kept in done[:MOST_REPORTS]:
        counts = counts_in(
            report_by_id(session, kept.id),
            council_code=gap.council_code,
            district_code=gap.district_code,
            theme=gap.theme,
            band=gap.band,
            level=gap.level,
        )
        if counts is not None:
            found.setdefault(counts.day, counts)
    before = counts_of(gap.before)
    if before is not None:
        found.setdefault(before.day, before)
    return [found[day] for day in sorted(found)]


def _need(counts: list[CellCounts]) -> Table | None:
    if not counts:
        return None
    return Table(
        key="need",
        title=_("Need"),
        corner=_("When"),
        columns=(
            Column(_("People who ask")),
            Column(_("Nothing fits")),
            Column(_("Nothing fits, at this time and level")),
            Column(_("What stops most")),
        ),
        rows=tuple(
            Row(
                one.day.isoformat(),
                day_words(one.day),
                (one.asked, one.unmet, one.part, label(one.main) if one.main else "–"),
            )
            for one in counts
        ),
        source=_("gap reports of these days, of people who agreed to be counted."),
    )


def _offers_for(gap: Gap, every: Sequence[CouldBe]) -> list[CouldBe]:
    return [
        one
        for one in every
        if one.theme is gap.theme
        and gap.district_code in {None, one.district_code}
        and gap.band in {None, one.band}
    ]


def _options(offers: list[CouldBe], council: Council, day: date) -> Table:
    """Nothing; the offer that serves most in each size; and the next ones."""
    best, *others = offers
    rows = [Row("nothing", _("Do nothing"), (Shown(0), 0, Decimal(0), None))]
    rows += [_option(best, size, council) for size in SIZES]
    rows += [_option(one, one.size, council) for one in others[:MOST_OTHERS]]
    return Table(
        key="options",
        title=_("Options and their cost"),
        corner=_("Option"),
        columns=(
            Column(_("People it would suit")),
            Column(_("Places")),
            Column(_("A year"), WHOLE_POUNDS),
            Column(_("For each person"), WHOLE_POUNDS),
        ),
        rows=tuple(rows),
        source=_(
            "the gap report of %(day)s, of people who agreed to be counted, and prices on this site.",
            day=day_words(day),
        ),
    )


def _option(one: CouldBe, size: int, council: Council) -> Row:
    cost = one.cost(size)
    where = _(
        "%(outcode)s in %(district)s",
        outcode=one.outcode,
        district=council.names.get(one.district_code, one.district_code),
    )
    level = _("level %(number)s", number=int(one.level))
    head = ", ".join((label(one.theme), label(one.band).lower(), where, level))
    return Row(f"{one.key}|{size}", head, (one.people, size, cost.year, cost.a_person))
