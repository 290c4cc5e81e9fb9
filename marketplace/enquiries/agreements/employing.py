"""What someone who employs a Personal Assistant must do, with the year's figures, and what it costs.

The site introduces people. It never sets hours, pays or supervises: the list is the person's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from marketplace.audit import Action
from marketplace.enquiries.agreements.telling import remember
from marketplace.enquiries.agreements.terms import NotNowError, locked_agreement
from marketplace.enquiries.concerns.models import NumberFor
from marketplace.enquiries.concerns.numbers import numbers_of
from marketplace.enquiries.models import Enquiry, Side
from marketplace.geo.council_areas import council_code
from marketplace.people.profile.changes import Doer
from marketplace.planning.employing import CostPart, Job, YearlyCost
from marketplace.planning.legal_figures import LEGAL_FIGURES_FILE, LegalFigures
from marketplace.providers.demands import demands_at
from marketplace.vocabulary import N_, CheckKind, FundingRoute, LegalForm, WageBand, Word
from marketplace.web import current_settings
from marketplace.web.templating import day_words, label, money

CHECK_STATUS = "https://www.gov.uk/guidance/check-employment-status-for-tax"
_DBS = frozenset({CheckKind.DBS_BASIC, CheckKind.DBS_STANDARD, CheckKind.DBS_ENHANCED})
PAID_DIRECTLY = frozenset({FundingRoute.DIRECT_PAYMENT, FundingRoute.MIXED})


class Task(Word):
    """What an employer does, in the order in which it is due."""

    HELP = "help", N_("Ask who helps people to employ")
    RIGHT_TO_WORK = "right_to_work", N_("Check that they may work here")
    DBS = "dbs", N_("Ask what DBS check your council wants")
    CONTRACT = "contract", N_("Give them the job in writing")
    INSURANCE = "insurance", N_("Buy insurance for employers")
    LOWEST_PAY = "lowest_pay", N_("Pay at least the lowest wage")
    PAYROLL = "payroll", N_("Register as an employer")
    PAYSLIPS = "payslips", N_("Give a payslip each time")
    HOLIDAY = "holiday", N_("Give paid holiday")
    SICK_PAY = "sick_pay", N_("Know about sick pay")
    PENSION = "pension", N_("See about a pension")


@dataclass(frozen=True, slots=True)
class TaskShown:
    """A task with what to know about it, and where that is from."""

    task: Task
    lines: tuple[str, ...]
    link: str
    source: str
    """Of the figures in it, with their day; '' where there is none."""
    picture: str


@dataclass(frozen=True, slots=True)
class CouncilsWords:
    """What one's own council asks of assistants who are employed, and whom to ring there."""

    dbs: tuple[CheckKind, ...] = ()
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SumLine:
    """A line of the cost, and how it came."""

    heading: str
    how: str
    a_year: str
    a_week: str


def legal_figures() -> LegalFigures:
    """The law's figures of this installation, read once."""
    return _read(current_settings().seeds_dir / LEGAL_FIGURES_FILE)


def note_employs(session: Session, enquiry: Enquiry, *, employs: bool | None, by: Doer) -> None:
    """Keep who is the employer; None for not sure. Raises ``NotNowError`` where nothing is written yet."""
    agreement = locked_agreement(session, enquiry.id)
    if agreement is None:
        raise NotNowError
    if agreement.employs is not employs:
        agreement.employs = employs
        session.flush()
        remember(session, Action.EMPLOYING_NOTED, agreement, by, Side.PERSON, noted="employs")


def note_relative(session: Session, enquiry: Enquiry, *, is_relative: bool, by: Doer) -> None:
    """Keep whether the assistant is a partner or close relative of the household; it forbids nothing."""
    agreement = locked_agreement(session, enquiry.id)
    if agreement is None:
        raise NotNowError
    if agreement.close_relative is not is_relative:
        agreement.close_relative = is_relative
        session.flush()
        remember(session, Action.EMPLOYING_NOTED, agreement, by, Side.PERSON, noted="close_relative")


def tick_tasks(session: Session, enquiry: Enquiry, *, done: Collection[Task], by: Doer) -> None:
    """Keep what of the list is done. Raises ``NotNowError`` where nothing is written yet."""
    agreement = locked_agreement(session, enquiry.id)
    if agreement is None:
        raise NotNowError
    ticked = [task.value for task in Task if task in done]
    if ticked != agreement.employer_done:
        agreement.employer_done = ticked
        session.flush()
        remember(session, Action.EMPLOYING_NOTED, agreement, by, Side.PERSON, noted="list", done=len(ticked))


def councils_words(session: Session, district_code: str | None) -> CouncilsWords:
    """What the council of a district asks and offers; nothing where the district is not known."""
    council = council_code(district_code)
    if council is None:
        return CouncilsWords()
    demands = demands_at(session, council)[LegalForm.EMPLOYED_PA]
    number = numbers_of(session, council).get(NumberFor.DIRECT_PAYMENTS)
    return CouncilsWords(
        dbs=tuple(one.kind for one in demands if one.kind in _DBS),
        phone=number.phone if number else "",
    )


def tasks_shown(
    figures: LegalFigures, *, day: date, band: WageBand | None, council: CouncilsWords
) -> tuple[TaskShown, ...]:
    """The list with the figures of *day*. Raises ``NoFigureError``."""
    pay, insurance = figures.pay_rules_on(day), figures.insurance_cover_on(day)
    payroll, holiday = figures.payroll_from_on(day), figures.holiday_weeks_on(day)
    sick, trigger = figures.sick_pay_on(day), figures.pension_trigger_on(day)
    share = figures.pension_share_on(day)
    return (
        TaskShown(
            Task.HELP,
            (
                gettext(
                    "Your council or a direct payment support service can do the payroll and give advice."
                ),
                *(
                    [gettext("Your council about direct payments: %(phone)s.", phone=council.phone)]
                    if council.phone
                    else []
                ),
                gettext("Acas answers questions about jobs for free: 0300 123 1100."),
            ),
            "https://www.acas.org.uk/contact",
            "",
            "help",
        ),
        TaskShown(
            Task.RIGHT_TO_WORK,
            (gettext("Look at their papers before the first day, and keep a copy."),),
            "https://www.gov.uk/check-job-applicant-right-to-work",
            "",
            "eye",
        ),
        TaskShown(
            Task.DBS,
            (
                gettext(
                    "You can’t apply for a DBS check yourself. The assistant can, through an umbrella body."
                ),
                *(gettext("Your council asks for: %(check)s.", check=label(kind)) for kind in council.dbs),
                gettext("This site shows which checks were seen, and when."),
            ),
            "https://www.gov.uk/find-dbs-umbrella-company",
            "",
            "privacy",
        ),
        TaskShown(
            Task.CONTRACT,
            (gettext("By the first day they get in writing: pay, hours, place, holiday, sick pay, notice."),),
            "https://www.gov.uk/employment-contracts-and-conditions/"
            "written-statement-of-employment-particulars",
            "",
            "write",
        ),
        TaskShown(
            Task.INSURANCE,
            (
                gettext(
                    "It must cover at least %(amount)s, from the first day.", amount=money(insurance.amount)
                ),
            ),
            insurance.link,
            _since(insurance.since, insurance.source),
            "letter",
        ),
        TaskShown(
            Task.LOWEST_PAY,
            (
                gettext(
                    "At least %(adult)s an hour from 21 on, %(young)s at 18 to 20, %(under)s at 16 or 17.",
                    adult=money(pay.by_band[WageBand.ADULT]),
                    young=money(pay.by_band[WageBand.YOUNG_ADULT]),
                    under=money(pay.by_band[WageBand.UNDER_18]),
                ),
            ),
            pay.link,
            _since(pay.since, pay.source),
            "money",
        ),
        TaskShown(
            Task.PAYROLL,
            (
                gettext(
                    "HMRC must know before the first pay day if the pay is %(amount)s a week or more, or if "
                    "they have another job or a pension.",
                    amount=money(payroll.amount),
                ),
                gettext("Tax and National Insurance come off the pay. A payroll service can do this."),
            ),
            payroll.link,
            _since(payroll.since, payroll.source),
            "answers",
        ),
        TaskShown(
            Task.PAYSLIPS,
            (gettext("On or before each pay day, with the hours and what was taken off."),),
            "https://www.gov.uk/payslips",
            "",
            "letter",
        ),
        TaskShown(
            Task.HOLIDAY,
            (gettext("They get %(weeks)s weeks with pay in each year.", weeks=holiday.amount),),
            holiday.link,
            _since(holiday.since, holiday.source),
            "calendar",
        ),
        TaskShown(
            Task.SICK_PAY,
            (
                gettext(
                    "From the first day that they are ill: %(amount)s a week, or 80%% of their usual pay if "
                    "that is less.",
                    amount=money(sick.amount),
                ),
            ),
            sick.link,
            _since(sick.since, sick.source),
            "wellbeing",
        ),
        TaskShown(
            Task.PENSION,
            (
                gettext(
                    "From 22 on and with more than %(trigger)s a year they join by law. You pay at least "
                    "%(percent)s%% of the pay between %(low)s and %(high)s.",
                    trigger=money(trigger.amount),
                    percent=share.percent,
                    low=money(share.band_from),
                    high=money(share.band_to),
                ),
                gettext("Whoever earns less can ask to join. Tell The Pensions Regulator in any case."),
                *(
                    [gettext("At their age you need not put them in a pension unless they ask.")]
                    if band in {WageBand.YOUNG_ADULT, WageBand.UNDER_18}
                    else []
                ),
            ),
            "https://www.thepensionsregulator.gov.uk/en/employers",
            _since(share.since, share.source),
            "clock",
        ),
    )


def sum_lines(cost: YearlyCost, job: Job, *, figures: LegalFigures, day: date) -> tuple[SumLine, ...]:
    """Each line of the cost in words."""
    how: Mapping[CostPart, tuple[str, str]] = {
        CostPart.WAGE: (
            gettext("Wage"),
            ngettext(
                "%(hours)s hour a week, %(weeks)s weeks, %(pay)s an hour",
                "%(hours)s hours a week, %(weeks)s weeks, %(pay)s an hour",
                1 if job.hours_a_week == 1 else 2,
                hours=_plain(job.hours_a_week),
                weeks=_plain(cost.weeks_worked),
                pay=money(job.pay_an_hour),
            ),
        ),
        CostPart.HOLIDAY: (
            gettext("Paid holiday"),
            gettext(
                "%(weeks)s weeks, which is %(hours)s hours",
                weeks=_plain(cost.holiday_weeks),
                hours=_plain(cost.holiday_hours),
            ),
        ),
        CostPart.NATIONAL_INSURANCE: (
            gettext("National Insurance"),
            _insurance_words(job, figures=figures, day=day),
        ),
        CostPart.ALLOWANCE: (
            gettext("Employment Allowance"),
            gettext(
                "Up to %(amount)s a year off. Employers of care and support workers may claim it.",
                amount=money(figures.national_insurance_on(day).allowance),
            )
            if job.claims_allowance
            else gettext("You do not claim it."),
        ),
        CostPart.PENSION: (
            gettext("Pension"),
            _pension_words(cost, figures=figures, day=day),
        ),
        CostPart.INSURANCE: (gettext("Insurance"), gettext("What you typed above")),
    }
    return tuple(
        SumLine(*how[line.part], a_year=pounds(line.a_year), a_week=pounds(line.a_week))
        for line in cost.lines
    )


def pounds(amount: object) -> str:
    """Always with pence, so that a column adds up to the eye: £1,234.50, −£264.00."""
    number = f"{amount:,.2f}"
    return f"−£{number[1:]}" if number.startswith("-") else f"£{number}"


def _insurance_words(job: Job, *, figures: LegalFigures, day: date) -> str:
    rules = figures.national_insurance_on(day)
    is_young = job.band in {WageBand.YOUNG_ADULT, WageBand.UNDER_18}
    return gettext(
        "%(percent)s%% of the pay above %(threshold)s a year",
        percent=_plain(rules.percent),
        threshold=money(rules.free_under_21 if is_young else rules.threshold),
    )


def _pension_words(cost: YearlyCost, *, figures: LegalFigures, day: date) -> str:
    if not cost.has_pension:
        return gettext(
            "Not by law: the pay is not above %(trigger)s a year, or they are young. They can ask to join.",
            trigger=money(figures.pension_trigger_on(day).amount),
        )
    share = figures.pension_share_on(day)
    return gettext(
        "%(percent)s%% of the pay above %(low)s a year",
        percent=_plain(share.percent),
        low=money(share.band_from),
    )


def _plain(number: object) -> str:
    """46.4, and 10 rather than 10.00."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _since(day: date, source: str) -> str:
    return gettext("Since %(day)s. From: %(source)s.", day=day_words(day), source=source)


@lru_cache(maxsize=4)
def _read(path: Path) -> LegalFigures:
    return LegalFigures.load(path)
