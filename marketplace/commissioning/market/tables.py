"""The market's figures as tables: pages, the PDF and the workbook are all made of these, so they agree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from marketplace.commissioning.council import Council
from marketplace.commissioning.market.people import Answering, Employing, OfSome
from marketplace.commissioning.market.picture import PARTS_OF_WEEK, Age, Group, Market, WhoRuns
from marketplace.commissioning.market.table import Column, Row, Table
from marketplace.commissioning.pictures import PERCENT, POUNDS
from marketplace.vocabulary import CqcRating, SupportLevel, Theme, Vacancy
from marketplace.web.templating import day_words, label


def source_of_offers(day: date) -> str:
    return _("public offers on this site on %(day)s.", day=day_words(day))


def kinds(market: Market) -> Table:
    return _of_groups(
        market,
        "kinds",
        _("What there is"),
        _("Kind"),
        [(k.value, label(k), g) for k, g in market.by_kind.items()],
    )


def forms(market: Market) -> Table:
    return Table(
        key="forms",
        title=_("Who offers it, by legal form"),
        corner=_("Legal form"),
        columns=(Column(_("Offers")), Column(_("Providers"))),
        rows=tuple(
            Row(form.value, label(form), (group.offers, group.providers))
            for form, group in market.by_form.items()
        ),
        source=source_of_offers(market.day),
    )


def prices(market: Market) -> Table:
    return Table(
        key="prices",
        title=_("Price of an hour"),
        corner=_("Kind"),
        columns=(
            Column(_("Middle"), POUNDS),
            Column(_("A quarter cost less than"), POUNDS),
            Column(_("A quarter cost more than"), POUNDS),
            Column(_("Offers with a price")),
            Column(_("Free")),
        ),
        rows=tuple(
            Row(
                kind.value,
                label(kind),
                (
                    group.price.middle if group.price else None,
                    group.price.low if group.price else None,
                    group.price.high if group.price else None,
                    group.price.offers if group.price else None,
                    group.free,
                ),
            )
            for kind, group in market.by_kind.items()
        ),
        source=source_of_offers(market.day),
        note=_(
            "The price of a session is divided by its hours. Free offers and prices by the week or night are not in it. Fewer than 5 prices are not told."
        ),
    )


def levels(market: Market) -> Table:
    return Table(
        key="levels",
        title=_("Levels of support"),
        corner=_("Level"),
        columns=(Column(_("Offers")), *(Column(label(runner)) for runner in WhoRuns)),
        rows=tuple(
            Row(
                str(level.value),
                f"{level.value}. {label(level)}",
                (market.levels[level], *(market.levels_by_runner[runner][level] for runner in WhoRuns)),
            )
            for level in SupportLevel
        ),
        source=source_of_offers(market.day),
        note=_("An offer that can support several levels is in each."),
    )


def times(market: Market) -> Table:
    return Table(
        key="times",
        title=_("What is on when: number of offers"),
        corner=_("Theme"),
        columns=tuple(Column(label(band)) for band in PARTS_OF_WEEK),
        rows=tuple(
            Row(
                theme.value, label(theme), tuple(market.times.get((theme, band), 0) for band in PARTS_OF_WEEK)
            )
            for theme in Theme
        ),
        source=source_of_offers(market.day),
        note=_(
            "An offer with several themes or times is in each of them. Offers that say no times are in none."
        ),
    )


def vacancies(market: Market) -> Table:
    return _counts(market, "vacancies", _("Places"), [(v, market.vacancies[v]) for v in Vacancy])


def ages(market: Market) -> Table:
    return _counts(
        market,
        "ages",
        _("When providers last said that it is right"),
        [(age, market.ages[age]) for age in Age],
    )


def ratings(market: Market) -> Table:
    return _counts(
        market,
        "ratings",
        _("Ratings by the Care Quality Commission"),
        [(rating, market.ratings[rating]) for rating in CqcRating],
        _("Providers"),
    )


def runners(market: Market, answers: Answering | None) -> Table:
    table = _of_groups(
        market,
        "runners",
        _("The council's own against others"),
        _("Who runs it"),
        [(runner.value, label(runner), group) for runner, group in market.by_runner.items()],
    )
    return Table(
        key=table.key,
        title=table.title,
        corner=table.corner,
        columns=(
            *table.columns,
            Column(_("Price of an hour, middle"), POUNDS),
            Column(_("Hours until an answer")),
        ),
        rows=tuple(
            Row(
                row.key,
                row.head,
                (
                    *row.values,
                    group.price.middle if group.price else None,
                    answers.by_runner.get(runner) if answers else None,
                ),
            )
            for row, (runner, group) in zip(table.rows, market.by_runner.items(), strict=True)
        ),
        source=table.source,
        note=_(
            "Hours until an answer are working hours, 9 to 5, the middle of the last year's enquiries. They are told where 5 providers and 8 people are in it."
        ),
    )


def employing(who: Employing, council: Council, *, day: date) -> Table:
    rows = [
        Row(code, name, (one.all, one.some, one.percent))
        for code, name in council.districts
        for one in (who.by_district.get(code, OfSome(None, None)),)
    ]
    whole = Row("all", _("All districts"), (who.whole.all, who.whole.some, who.whole.percent))
    return Table(
        key="employing",
        title=_("People with a direct payment who employ a Personal Assistant"),
        corner=_("District"),
        columns=(
            Column(_("People with a direct payment")),
            Column(_("With a Personal Assistant")),
            Column(_("Share"), PERCENT),
        ),
        rows=(whole, *rows),
        source=_(
            "people who agreed to be counted, and agreements on this site that run on %(day)s.",
            day=day_words(day),
        ),
        note=_(
            "A measure of the Nottinghamshire Day Opportunities Strategy. Who employs an assistant without this site is not in it."
        ),
    )


def share_columns() -> tuple[Column, ...]:
    return (
        Column(_("In evenings"), PERCENT),
        Column(_("At weekends"), PERCENT),
        Column(_("Have places"), PERCENT),
        Column(_("Confirmed in 90 days"), PERCENT),
    )


def shares(group: Group) -> tuple[int | None, ...]:
    return (group.evening_percent, group.weekend_percent, group.room_percent, group.confirmed_percent)


def _of_groups(
    market: Market, key: str, title: str, corner: str, groups: Sequence[tuple[str, str, Group]]
) -> Table:
    return Table(
        key=key,
        title=title,
        corner=corner,
        columns=(Column(_("Offers")), Column(_("Providers")), *share_columns()),
        rows=tuple(
            Row(name, words, (group.offers, group.providers, *shares(group))) for name, words, group in groups
        ),
        source=source_of_offers(market.day),
        note=_("Shares are of the offers that say it."),
    )


def _counts(
    market: Market,
    key: str,
    title: str,
    counts: Sequence[tuple[Vacancy | Age | CqcRating, int]],
    what: str = "",
) -> Table:
    return Table(
        key=key,
        title=title,
        corner=title,
        columns=(Column(what or _("Offers")),),
        rows=tuple(Row(word.value, label(word), (count,)) for word, count in counts),
        source=source_of_offers(market.day),
    )
