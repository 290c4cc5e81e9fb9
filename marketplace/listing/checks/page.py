"""A provider's checks as its members and moderators read them, put together once and typed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.directory.check_words import seen_words
from marketplace.geo.council_areas import council_code, councils
from marketplace.geo.districts import read_districts
from marketplace.listing.checks.how import HOW
from marketplace.offers.elsewhere import asked_elsewhere
from marketplace.providers.checks import (
    EVERYWHERE,
    ChecksStanding,
    Demand,
    answers_for,
    counts,
    demands_for,
    last_day,
    standing,
)
from marketplace.providers.council_words import bring_to
from marketplace.providers.models import Check, Provider
from marketplace.vocabulary import N_, CheckKind, Word
from marketplace.web import current_settings
from marketplace.web.templating import day_words

SOON = timedelta(days=30)
"""So long before its end a check is said to run out soon."""


class CheckState(Word):
    """How one check stands, in words that stand beside it."""

    COUNTS = "counts", N_("Seen")
    RUNS_OUT_SOON = "runs_out_soon", N_("Runs out soon")
    RAN_OUT = "ran_out", N_("Ran out")
    MISSING = "missing", N_("Not seen yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check: asked for, or noted all the same."""

    kind: CheckKind
    """What is asked for, else what was seen."""
    state: CheckState
    facts: str
    """Who saw it, when, and until when it counts; '' where nobody did."""
    seen_as: CheckKind | None
    """The kind that was seen: a higher one answers for a lower one."""
    asked_by: str
    """Which council asks; '' where everyone does, or nobody."""
    reason: str
    how: str
    """How to show it, while it is missing or runs out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksPage:
    asked: tuple[CheckRow, ...]
    others: tuple[CheckRow, ...]
    """Noted, and asked for by nobody."""
    council: str
    """The council of the provider's district; '' where we hold no name."""
    bring_to: str
    is_missing: bool
    """Whether something that is asked for is not there: then no offer is shown."""
    last_day: date | None
    """The last day on which everything asked for counts."""
    elsewhere: tuple[tuple[str, tuple[CheckKind, ...]], ...]
    """What other councils ask for where offers are, and nobody has seen: their names, and the checks."""


def checks_page(session: Session, provider: Provider, *, today: date) -> ChecksPage:
    """Everything about a provider's checks on a day in London."""
    demands = demands_for(session, provider)
    stands = standing(provider.checks, demands, today=today)
    names = council_names()
    answering = {demand.kind: _answering(demand, provider.checks) for demand in demands}
    used = {check.id for check in answering.values() if check is not None}
    return ChecksPage(
        asked=tuple(
            _row(
                demand.kind,
                answering[demand.kind],
                demand=demand,
                today=today,
                names=names,
            )
            for demand in demands
        ),
        others=tuple(
            _row(check.kind, check, demand=None, today=today, names=names)
            for check in sorted(provider.checks, key=lambda check: check.kind.position)
            if check.id not in used
        ),
        council=names.get(council_code(provider.district_code) or "", ""),
        bring_to=bring_to(session, provider.district_code),
        is_missing=bool(stands.missing),
        last_day=stands.last_day,
        elsewhere=elsewhere(session, provider, today=today),
    )


def elsewhere(
    session: Session, provider: Provider, *, today: date
) -> tuple[tuple[str, tuple[CheckKind, ...]], ...]:
    """What other councils ask for where a provider's offers are, and nobody has seen: by their names."""
    found, names = asked_elsewhere(session, provider, today=today), council_names()
    return tuple((names.get(one.council_code, one.council_code), one.kinds) for one in found)


def council_names() -> dict[str, str]:
    """Names of councils by their codes."""
    return councils(read_districts(current_settings().seeds_dir))


def missing_words(missing: Sequence[Demand]) -> str:
    """'Insurance seen, ID seen': what is still to be shown."""
    return ", ".join(_(demand.kind.label) for demand in missing)


def _answering(demand: Demand, checks: Collection[Check]) -> Check | None:
    """The check that answers a demand longest; None where none was ever seen."""
    fitting = [check for check in checks if check.kind in answers_for(demand.kind)]
    return max(fitting, key=lambda check: last_day(check, demand) or date.max, default=None)


def _row(
    kind: CheckKind, check: Check | None, *, demand: Demand | None, today: date, names: dict[str, str]
) -> CheckRow:
    state = _state(check, demand, today=today)
    asked_by = names.get(demand.council_code, "") if demand and demand.council_code != EVERYWHERE else ""
    return CheckRow(
        kind=kind,
        state=state,
        facts=seen_words(check, today=today) if check else "",
        seen_as=check.kind if check is not None and check.kind is not kind else None,
        asked_by=asked_by,
        reason=demand.reason if demand else "",
        how="" if state is CheckState.COUNTS else _(HOW[kind]),
    )


def _state(check: Check | None, demand: Demand | None, *, today: date) -> CheckState:
    if check is None:
        return CheckState.MISSING
    last = last_day(check, demand) if demand else check.expires_on
    if last is None:
        return CheckState.COUNTS
    if last < today:
        return CheckState.RAN_OUT
    return CheckState.RUNS_OUT_SOON if last <= today + SOON else CheckState.COUNTS


def soon_words(provider: Provider, stands: ChecksStanding, *, today: date) -> str:
    """A sentence for the task list where something runs out soon; '' else."""
    if stands.last_day is None or stands.last_day > today + SOON:
        return ""
    ending = [
        check for check in provider.checks if counts(check, today) and check.expires_on == stands.last_day
    ]
    if not ending:
        return _("A check runs out on %(day)s.", day=day_words(stands.last_day))
    names = ", ".join(_(check.kind.label) for check in sorted(ending, key=lambda one: one.kind.position))
    return _("Runs out on %(day)s: %(checks)s.", day=day_words(stands.last_day), checks=names)
