"""One result taken apart for a visitor: each step of the way from their answers to the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.directory.cards import Card, card
from marketplace.matching.fit import Fit, fit_of, points_of
from marketplace.matching.needs import parse_needs
from marketplace.matching.ranking import rank
from marketplace.matching.result import Say
from marketplace.matching.stops_told import Outcome, StopTold
from marketplace.matching.taken_apart import Counted, PartTaken, Place, TakenApart, take_apart
from marketplace.matching.weights import MOST_OF_ONE_KIND, PRIORITY_SHIFTS, VERSION, VERSION_DATE
from marketplace.offers.public_place import PublicPoints
from marketplace.offers.queries import offers_in_order
from marketplace.people.closer import Outside, outside_home_area
from marketplace.people.matches import STEP_OF_STOP, current_catalogue, home_of
from marketplace.people.spoken import say, spoken_of
from marketplace.people.steps import Step
from marketplace.vocabulary import N_, Part, Priority, Stop
from marketplace.web.places import postcode_directory

_CHECKED = {
    Stop.NOT_TAKING_PEOPLE: N_("Is there a place?"),
    Stop.AGE: N_("Is it for your age?"),
    Stop.LEVEL: N_("Does it support your level?"),
    Stop.MUST_HAVE: N_("Is there what you must have?"),
    Stop.TRAVEL: N_("Can you get there?"),
    Stop.TIMES: N_("Is it on when you can come?"),
    Stop.COST: N_("Can you pay for it?"),
    Stop.GOALS: N_("Is it about what you want to do?"),
}

_PICTURES = {
    Part.GOALS: "goals",
    Part.LEVEL: "right_support",
    Part.TRAVEL: "map",
    Part.TIMES: "calendar",
    Part.TRANSPORT: "transport",
    Part.COST: "money",
    Part.PREFERENCES: "matters",
    Part.CARER: "family",
}


@dataclass(frozen=True, slots=True)
class StopRow:
    """One check: what was asked, how it came out, what was compared, and the answer it rests on."""

    question: str
    outcome: Outcome
    said: str
    step: Step | None


@dataclass(frozen=True, slots=True)
class PartRow:
    """One line of the sum, in figures as a reader sees them."""

    part: Part
    picture: str
    said: str
    fit: str
    whole: int
    """The fit without decimals, where a list says it rather than a sum."""
    share: str
    points: str


@dataclass(frozen=True, slots=True)
class ShareRow:
    """How the share of a part came about; percentages of 100, '' where it does not count."""

    part: Part
    published: str
    wanted: str
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPage:
    """What ``find/why.html`` shows."""

    card: Card
    fits: bool
    fit: Fit
    points: int
    exact: str
    stops: tuple[StopRow, ...]
    stopped_by: tuple[StopRow, ...]
    parts: tuple[PartRow, ...]
    shares: tuple[ShareRow, ...]
    priorities: tuple[tuple[Priority, str], ...]
    known: int
    """Share of what counts that was known, of 100."""
    asks: tuple[str, ...]
    companion: str | None
    place: Place | None
    shown_at: int | None
    """Number in the list on the page, where no kind may fill the first ten."""
    most_of_one_kind: int
    outside: Outside | None
    version: str
    version_date: date
    today: date


def why_page(session: Session, answers: Mapping[str, Any], offer_id: UUID, *, today: date) -> WhyPage | None:
    """Every step for one public offer; None where there is no such offer."""
    needs = parse_needs(answers)
    home = home_of(needs)
    catalogue = current_catalogue(session)
    row = catalogue.row_of.get(offer_id)
    offers = offers_in_order(session, [offer_id])
    if row is None or not offers:
        return None
    ranking = rank(needs, catalogue, home=home, today=today)
    taken = take_apart(ranking, row)
    offer = offers[0]
    points = PublicPoints(postcode_directory())
    outside = outside_home_area(session, ranking, [taken.match], {offer.id: offer.place}, home=home)
    stops = tuple(_stop(one) for one in taken.stops)
    return WhyPage(
        card=card(
            offer,
            number=1,
            point=points.of_place(offer.place),
            km=None,
            today=today,
            whom=spoken_of(),
        ),
        fits=taken.fits,
        fit=fit_of(taken.match.score),
        points=points_of(taken.match.score),
        exact=_figure(taken.points, 2),
        stops=stops,
        stopped_by=tuple(one for one in stops if one.outcome is Outcome.STOPS),
        parts=tuple(_part(part.part, part.counted) for part in taken.parts if part.counted),
        shares=tuple(_share(part) for part in taken.parts if part.called_for or part.counted),
        priorities=tuple(
            (priority, say(Say(PRIORITY_SHIFTS[priority].explanation))) for priority in needs.matters_most
        ),
        known=points_of(taken.match.confidence),
        asks=tuple(say(question) for question in taken.match.ask),
        companion=None if taken.match.companion is None else say(taken.match.companion.reason),
        place=taken.place,
        shown_at=_shown_at(ranking.kinds_mixed().order.tolist(), ranking.order.tolist(), taken),
        most_of_one_kind=MOST_OF_ONE_KIND,
        outside=outside.get(offer.id),
        version=VERSION,
        version_date=VERSION_DATE,
        today=today,
    )


def _stop(told: StopTold) -> StopRow:
    step = STEP_OF_STOP.get(told.stop)
    return StopRow(say(Say(_CHECKED[told.stop])), told.outcome, say(told.said), step)


def _part(part: Part, counted: Counted) -> PartRow:
    return PartRow(
        part=part,
        picture=_PICTURES[part],
        said=say(counted.reason),
        fit=_figure(100 * counted.value, 2),
        whole=points_of(counted.value),
        share=_figure(100 * counted.share, 2),
        points=_figure(counted.points, 2),
    )


def _share(part: PartTaken) -> ShareRow:
    return ShareRow(
        part=part.part,
        published=_figure(100 * part.published, 2),
        wanted=_figure(100 * part.wanted, 2),
        share="" if part.counted is None else _figure(100 * part.counted.share, 2),
    )


def _figure(value: float, places: int) -> str:
    """A number without zeros that say nothing: 90, 73.3."""
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown_at(mixed: list[int], plain: list[int], taken: TakenApart) -> int | None:
    if taken.place is None:
        return None
    return mixed.index(plain[taken.place.number - 1]) + 1
