"""What was seen of a check, as a dated fact: who saw what, when, and until when it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from marketplace.providers.checks import counts
from marketplace.providers.models import Check
from marketplace.vocabulary import CheckKind, CqcRating
from marketplace.web.templating import day_words


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A dated fact about a provider, in words. Never a promise."""

    check: str
    facts: str


def check_lines(
    checks: Iterable[Check], *, today: date
) -> tuple[tuple[CheckLine, ...], tuple[CheckLine, ...]]:
    """Checks that count today, and those that have run out, each in the order of the vocabulary."""
    held, lapsed = [], []
    for check in sorted(checks, key=lambda check: check.kind.position):
        if counts(check, today):
            held.append(CheckLine(_(check.kind.label), seen_words(check, today=today)))
        elif check.expires_on is not None:
            ran_out = _("Ran out on %(date)s.", date=day_words(check.expires_on))
            lapsed.append(CheckLine(_(check.kind.label), ran_out))
    return tuple(held), tuple(lapsed)


def seen_words(check: Check, *, today: date) -> str:
    """'Good. Dated 1 May 2026. Seen on 3 May 2026 by Anna Field, Example Council. Counts until …'"""
    said = []
    if outcome := outcome_words(check.kind, check.outcome):
        said.append(f"{outcome.removesuffix('.')}.")
    if check.dated is not None and check.dated != check.seen_on:
        said.append(_("Dated %(date)s.", date=day_words(check.dated)))
    said.append(_("Seen on %(date)s by %(who)s.", date=day_words(check.seen_on), who=check.seen_by))
    if check.expires_on is not None:
        until = day_words(check.expires_on)
        said.append(
            _("Counts until %(date)s.", date=until)
            if counts(check, today)
            else _("Ran out on %(date)s.", date=until)
        )
    return " ".join(said)


def outcome_words(kind: CheckKind, outcome: str) -> str:
    """What a check says, such as its rating; '' where there is nothing to say beside the date."""
    if kind is CheckKind.CQC_RATING:
        return next((_(rating.label) for rating in CqcRating if rating.value == outcome), "")
    if kind is CheckKind.FOOD_HYGIENE and outcome:
        return _("Rating %(number)s of 5", number=outcome)
    return outcome
