"""Which agreed times another offer has a session for."""

from __future__ import annotations

from marketplace.enquiries.agreements.back_up import covered_times
from marketplace.offers.models import Session as OfferSession
from marketplace.vocabulary import Repeats


def _at(day: int, starts: int, ends: int, repeats: Repeats = Repeats.WEEKLY) -> OfferSession:
    return OfferSession(day_number=day, starts_minute=starts * 60, ends_minute=ends * 60, repeats=repeats)


def test_a_back_up_covers_a_time_that_lies_within_one_of_its_own_as_often() -> None:
    agreed = [_at(0, 10, 12), _at(2, 14, 16, Repeats.FORTNIGHTLY)]
    assert covered_times(agreed, [_at(0, 9, 17), _at(2, 14, 16)]) == 2
    assert covered_times(agreed, [_at(0, 10, 11), _at(0, 11, 12)]) == 0
    assert covered_times(agreed, [_at(0, 10, 12, Repeats.FORTNIGHTLY)]) == 0
    assert covered_times(agreed, [_at(1, 9, 17)]) == 0
