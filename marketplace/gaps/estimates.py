"""What a share of some people who answered says about everyone: weighted, with how unsure it is.

Only made of ``Shown`` numbers, so it says nothing about anyone that these do not say already.

* Weights: post-stratification. Each group of people (a district's people of one age band) counts for as
  many as live there, not for as many as answered (Holt and Smith, "Post Stratification", JRSS A 142, 1979).
* How unsure: the 95% interval of Wilson ("Probable inference, the law of succession, and statistical
  inference", JASA 22, 1927) for the effective number of answers: the answers divided by the design effect
  of unequal weights (Kish, "Survey Sampling", 1965, section 11.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from marketplace.gaps.disclosure import FEWEST_SHOWN, Shown

Z95 = 1.959963984540054
"""The normal quantile of a two-sided 95% interval."""
_STAR = FEWEST_SHOWN // 2
"""The middle of 1 to 7."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One group: how many live there, how many answered, and for how many of these the answer counts."""

    people: int
    answered: Shown | None
    """None where it is not shown."""
    counting: Shown | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share in percent of everyone, from where to where it can be, and of which groups it is made."""

    percent: int
    least: int
    most: int
    design_effect: float
    """1.0 where all answers weigh the same; the larger, the less the answers say."""
    covers_percent: int
    """How many percent of the people live in the groups whose answers can be shown."""


def wilson(successes: float, trials: float, *, z: float = Z95) -> tuple[float, float]:
    """Ends of the interval for a share, each from 0 to 1; *trials* need not be whole.

    Worked example: 8 of 10 → (0.490, 0.943). Raises ``ValueError`` unless 0 ≤ successes ≤ trials and
    0 < trials.
    """
    if trials <= 0 or not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no share")
    share, square = successes / trials, z * z
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    half = z / (1 + square / trials) * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def design_effect(weights: Sequence[float], answers: Sequence[float]) -> float:
    """Kish's n·Σw²/(Σw)² over the answers, *answers* of each weight.

    Worked example: equal weights → 1.0; weights 1 and 3, ten answers of each → 20·100/40² = 1.25.
    Raises ``ValueError`` where nobody answered.
    """
    number = sum(answers)
    total = sum(weight * times for weight, times in zip(weights, answers, strict=True))
    if number <= 0 or total <= 0:
        raise ValueError("nobody answered")
    squares = sum(weight * weight * times for weight, times in zip(weights, answers, strict=True))
    return number * squares / (total * total)


def post_stratified(strata: Sequence[Stratum]) -> Estimate | None:
    """The share of everyone whose answer counts; None where no group can be shown.

    Groups that can't be shown, or where hardly anyone answered, stay out: ``covers_percent`` says how many
    people live in the others. A star among the answers that count stands for its middle, 4: without these
    groups, in which few answers count, the share would be too large.
    """
    known = [
        (one.people, answered, min(answered, _STAR if one.counting.number is None else one.counting.number))
        for one in strata
        if one.people > 0
        and one.answered is not None
        and one.counting is not None
        and (answered := one.answered.number)
    ]
    if not known:
        return None
    everyone, covered = sum(one.people for one in strata), sum(people for people, _, _ in known)
    share = sum(people * counting / answered for people, answered, counting in known) / covered
    answers = [float(answered) for _, answered, _ in known]
    weights = [people / answered for people, answered, _ in known]
    effect = design_effect(weights, answers)
    effective = sum(answers) / effect
    least, most = wilson(share * effective, effective)
    return Estimate(
        percent=round(100 * share),
        least=int(100 * least),
        most=min(100, int(100 * most) + 1),
        design_effect=effect,
        covers_percent=round(100 * covered / everyone),
    )


def unweighted(answered: Shown, counting: Shown) -> Estimate | None:
    """The share of those who answered, where weights are not known; None where one is a star or nobody."""
    return post_stratified([Stratum(1, answered, counting)])
