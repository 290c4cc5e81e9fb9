"""What came to nothing, as gap reports read it."""

# ruff: noqa: F811 (fixtures that come from another file)

from __future__ import annotations

from datetime import time, timedelta

from sqlalchemy.orm import Session

from marketplace.enquiries.help.models import HelpState, HelpWanted
from marketplace.enquiries.models import DeclineReason, EnquiryState, Side
from marketplace.enquiries.moves import move
from marketplace.enquiries.unmet import UnmetReason, unmet_wishes
from marketplace.gaps.bands import TimeBand
from marketplace.offers.models import Offer, OfferTheme
from marketplace.people.models import Person
from marketplace.vocabulary import Theme
from tests.enquiries.test_moves import BASE, NOW, TODAY, ask, jo, kitchen, sqlite_only  # noqa: F401

DAY = timedelta(days=1)


@sqlite_only
def test_what_was_declined_not_answered_or_not_found_is_told_with_its_theme_time_level_and_reason(
    session: Session, jo: Person, kitchen: Offer
) -> None:
    jo.counts_in_gaps = True
    jo.answers = {
        "goals": [{"theme": "cookery"}, {"theme": "swimming"}],
        "support_level": 3,
        "when": {"tue": ["18:00-20:00"]},
    }
    kitchen.themes = [OfferTheme(theme=Theme.FRIENDS), OfferTheme(theme=Theme.COOKERY)]
    session.commit()
    enquiry = ask(session, jo, kitchen)[0]
    move(
        session,
        enquiry,
        to=EnquiryState.DECLINED,
        side=Side.PROVIDER,
        account=None,
        role=None,
        now=NOW,
        base_url=BASE,
        reason=DeclineReason.FULL,
    )
    session.add(
        HelpWanted(
            person_id=jo.id,
            district_code="E07000174",
            words="Somebody to swim with",
            needs={"goals": [{"text": "Somebody to swim with"}]},
            posted_at=NOW - 30 * DAY,
            open_until=TODAY - DAY,
            state=HelpState.OVER,
            form_token="help",
        )
    )
    session.commit()

    def found(days: int = 40) -> list[tuple[object, ...]]:
        rows = unmet_wishes(session, since=NOW - days * DAY, today=TODAY, evening_starts=time(17))
        return [(one.reason, one.themes, one.bands, one.level, one.district_code) for one in rows]

    declined = (
        UnmetReason.FULL,
        (Theme.COOKERY,),
        frozenset({TimeBand.WEEKDAY_EVENING}),
        3,
        "E07000174",
    )
    nobody = (UnmetReason.NOBODY_FOUND, (), frozenset({TimeBand.NOT_SAID}), 5, "E07000174")
    assert found() == [nobody, declined]
    assert found(days=10) == [declined]
    helped, asked = unmet_wishes(session, since=NOW - 40 * DAY, today=TODAY, evening_starts=time(17))
    assert [goal.text for goal in helped.needs.goals] == ["Somebody to swim with"]
    assert [goal.theme for goal in asked.needs.goals] == [Theme.COOKERY]
    jo.answers = {}  # nothing is known any more: the offer still says what it was about
    session.commit()
    assert found(days=10)[0][1] == (Theme.FRIENDS, Theme.COOKERY)
    jo.counts_in_gaps = False
    session.commit()
    assert found() == []
