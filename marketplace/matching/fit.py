"""The word for how well an offer fits, and from how many points it is said: published as it is used."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.vocabulary import N_, Word


class Fit(Word):
    """How well an offer fits, in the order from well to less."""

    WELL = "well", N_("Fits well")
    FITS = "fits", N_("Fits")
    IN_PART = "in_part", N_("Fits in part")


FIT_FROM: Mapping[Fit, int] = MappingProxyType({Fit.WELL: 80, Fit.FITS: 60, Fit.IN_PART: 0})
"""The least points of 100 for each word."""


def points_of(score: float) -> int:
    """A score from 0 to 1 as whole points of 100, the way it is shown."""
    return round(score * 100)


def fit_of(score: float) -> Fit:
    """The word for a score; by the points that are shown, so that both always agree."""
    return next(fit for fit in Fit if points_of(score) >= FIT_FROM[fit])
