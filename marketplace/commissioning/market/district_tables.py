"""The figures that are about districts, with the facts of their people beside them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from flask_babel import gettext as _

from marketplace.commissioning.council import Council
from marketplace.commissioning.market.picture import PER_ADULTS, TENTH, Ground, Market, even, ground_of, share
from marketplace.commissioning.market.table import ONE_PLACE, Column, Row, Table
from marketplace.commissioning.market.tables import share_columns, shares, source_of_offers
from marketplace.commissioning.pictures import PERCENT
from marketplace.vocabulary import OfferKind
from marketplace.web.templating import label


def source_of_facts() -> str:
    return _(
        "Office for National Statistics: population estimates for mid-2020, Census 2021, Rural Urban Classification 2021. Ministry of Housing, Communities and Local Government: Index of Multiple Deprivation 2025. Community Life Survey. Open Government Licence v3.0."
    )


def districts(market: Market, council: Council) -> Table:
    adults = {one.code: one.adults for one in council.facts}
    return Table(
        key="districts",
        title=_("District by district"),
        corner=_("District"),
        columns=(
            Column(_("Offers for 100,000 adults"), ONE_PLACE),
            Column(_("Offers")),
            Column(_("Providers")),
            *share_columns(),
            Column(_("Personal Assistants")),
        ),
        rows=tuple(
            Row(
                code,
                name,
                (
                    per_adults(group.offers, adults.get(code)),
                    group.offers,
                    group.providers,
                    *shares(group),
                    market.kinds_by_district[code].get(OfferKind.PERSONAL_ASSISTANT, 0),
                ),
            )
            for code, name in council.districts
            for group in (market.by_district[code],)
        ),
        source=f"{source_of_offers(market.day)} {source_of_facts()}",
    )


def kinds_by_district(market: Market, council: Council) -> Table:
    """Offers for 100,000 adults, of the kinds that there are; and how far districts differ."""
    adults = {one.code: one.adults for one in council.facts}
    rows = []
    for kind in market.by_kind:
        counts = {code: kinds.get(kind, 0) for code, kinds in market.kinds_by_district.items()}
        spread = even(counts, council.facts)
        rows.append(
            Row(
                kind.value,
                label(kind),
                (
                    *(per_adults(counts[code], adults.get(code)) for code in council.codes),
                    spread.differs_percent if spread else None,
                ),
            )
        )
    return Table(
        key="kinds_by_district",
        title=_("Offers for 100,000 adults, by kind"),
        corner=_("Kind"),
        columns=(
            *(Column(name, ONE_PLACE) for _code, name in council.districts),
            Column(_("Districts differ by"), PERCENT),
        ),
        rows=tuple(rows),
        source=f"{source_of_offers(market.day)} {source_of_facts()}",
        note=_(
            "“Districts differ by” says how far they lie from the mean of all districts, on the average. 0% would be the same everywhere. It is told for kinds with 3 offers or more for each district."
        ),
    )


def grounds(market: Market, council: Council) -> Table | None:
    """Rural against urban; None where all districts are the same."""
    of = {ground: [one for one in council.facts if ground_of(one) is ground] for ground in Ground}
    if not all(of.values()):
        return None
    rows = []
    for ground, some in of.items():
        groups = [market.by_district[one.code] for one in some]
        offers = sum(group.offers for group in groups)
        timed = sum(group.with_times for group in groups)
        known = sum(group.vacancy_known for group in groups)
        rows.append(
            Row(
                ground.value,
                label(ground),
                (
                    per_adults(offers, sum(one.adults for one in some)),
                    offers,
                    share(sum(group.evenings for group in groups), timed),
                    share(sum(group.weekends for group in groups), timed),
                    share(sum(group.with_room for group in groups), known),
                    share(sum(group.confirmed for group in groups), offers),
                    ", ".join(one.name for one in some),
                ),
            )
        )
    return Table(
        key="grounds",
        title=_("Rural against urban"),
        corner=_("Districts"),
        columns=(
            Column(_("Offers for 100,000 adults"), ONE_PLACE),
            Column(_("Offers")),
            *share_columns(),
            Column(_("Which")),
        ),
        rows=tuple(rows),
        source=f"{source_of_offers(market.day)} {source_of_facts()}",
        note=_("Rural is a district where 35% or more of the people live in rural areas."),
    )


def facts(council: Council) -> Table:
    return Table(
        key="facts",
        title=_("The people of each district"),
        corner=_("District"),
        columns=(
            Column(_("Aged 18 to 64")),
            Column(_("Aged 65 and over")),
            Column(_("Aged 75 and over")),
            Column(_("Disabled people")),
            Column(_("In rural areas"), PERCENT),
            Column(_("Areas among the most deprived fifth"), PERCENT),
            Column(_("Feel lonely"), PERCENT),
        ),
        rows=tuple(
            Row(
                one.code,
                one.name,
                (
                    one.adults_18_to_64,
                    one.adults_65_and_over,
                    one.adults_75_and_over,
                    one.disabled_people,
                    _whole(one.rural_percent),
                    _whole(one.most_deprived_fifth_percent),
                    _whole(one.lonely_percent),
                ),
            )
            for one in council.facts
        ),
        source=source_of_facts(),
        note=_("These are facts of whole districts. They count nobody who uses this site."),
    )


def per_adults(offers: int, adults: int | None) -> Decimal | None:
    return (Decimal(offers * PER_ADULTS) / adults).quantize(TENTH, ROUND_HALF_UP) if adults else None


def _whole(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_HALF_UP))
