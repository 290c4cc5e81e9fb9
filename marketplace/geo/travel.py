"""How long a trip takes and by which way, from the straight line alone.

Every mode is a line: minutes = fixed + minutes per straight-line kilometre. That keeps a match
explainable ('12 minutes in a car') and lets a reach be worked out backwards. Each constant is
listed in :data:`TRAVEL_CONSTANTS` with whether it was measured or is an assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from marketplace.vocabulary import N_, TravelMode, Word

FloatArray = npt.NDArray[np.float64]


class Source(Word):
    """How far a constant can be trusted."""

    MEASURED = "measured", N_("Measured")
    STANDARD = "standard", N_("Usual figure")
    ASSUMPTION = "assumption", N_("Our assumption")


class Pace(Word):
    """How fast a person walks or wheels. A person's own setting: nothing is guessed from a need."""

    USUAL = "usual", N_("Usual walking pace")
    WHEELCHAIR = "wheelchair", N_("In a wheelchair")
    WITH_SUPPORT = "with_support", N_("With someone, taking time")


@dataclass(frozen=True, kw_only=True, eq=False)
class TravelModel:
    """Constants of the travel times; ``dataclasses.replace`` changes one for a council.

    * Car: fitted on 7,670 trips in Nottinghamshire and Norfolk, mean error 2.1 and 2.5 minutes.
      The fixed part is getting in, parking and slow streets at both ends.
    * Walking 4.8 km/h and cycling 16 km/h along paths that are 1.2 times the straight line.
    * Bus and tram: no open source gives a good speed, so this is an assumption, built from parts
      that can be argued over one by one: 500 m on foot for both ends together, 8 minutes' wait
      (people time their walk to the timetable), 5 minutes lost in town streets, then 30 km/h with
      stops along a route 1.25 times the straight line. Together 19 + 2.5 per km: 32 minutes for
      5 km, 69 for 20 km. The real timetable decides; a page says so.
    * Taxi: the car and 5 minutes' wait (assumption).
    * The provider's transport: the car 1.3 times and 5 minutes more, for picking others up
      (assumption).
    """

    car_fixed: float = 10.0
    car_per_km: float = 0.92
    walking_kmh: float = 4.8
    wheelchair_kmh: float = 3.6
    with_support_kmh: float = 3.2
    cycling_kmh: float = 16.0
    path_factor: float = 1.2
    bus_walk_km: float = 0.5
    bus_wait: float = 8.0
    bus_town: float = 5.0
    bus_kmh: float = 30.0
    bus_route_factor: float = 1.25
    taxi_wait: float = 5.0
    provider_factor: float = 1.3
    provider_extra: float = 5.0

    def pace_kmh(self, pace: Pace) -> float:
        """Speed on foot or wheels in km/h."""
        speeds = {
            Pace.USUAL: self.walking_kmh,
            Pace.WHEELCHAIR: self.wheelchair_kmh,
            Pace.WITH_SUPPORT: self.with_support_kmh,
        }
        return speeds[pace]

    def coefficients(self, mode: TravelMode, *, pace: Pace = Pace.USUAL) -> tuple[float, float]:
        """``(fixed minutes, minutes per straight-line km)`` of a mode.

        The pace changes walking, and the walk to and from the bus.
        """
        foot = 60.0 / self.pace_kmh(pace)
        match mode:
            case TravelMode.WALK:
                return 0.0, foot * self.path_factor
            case TravelMode.CYCLE:
                return 0.0, 60.0 / self.cycling_kmh * self.path_factor
            case TravelMode.BUS:
                fixed = foot * self.bus_walk_km + self.bus_wait + self.bus_town
                return fixed, 60.0 / self.bus_kmh * self.bus_route_factor
            case TravelMode.CAR:
                return self.car_fixed, self.car_per_km
            case TravelMode.TAXI:
                return self.car_fixed + self.taxi_wait, self.car_per_km
            case TravelMode.PROVIDER:
                return (
                    self.car_fixed * self.provider_factor + self.provider_extra,
                    self.car_per_km * self.provider_factor,
                )

    def minutes(self, mode: TravelMode, km: npt.ArrayLike, *, pace: Pace = Pace.USUAL) -> FloatArray:
        """Minutes of one way for straight-line km; same shape, NaN stays NaN."""
        fixed, per_km = self.coefficients(mode, pace=pace)
        return fixed + per_km * np.asarray(km, dtype=np.float64)

    def reach_km(self, mode: TravelMode, minutes: float, *, pace: Pace = Pace.USUAL) -> float:
        """Straight-line km that can be reached in so many minutes; below 0 if not even next door."""
        fixed, per_km = self.coefficients(mode, pace=pace)
        return (minutes - fixed) / per_km


DEFAULT_MODEL = TravelModel()


@dataclass(frozen=True, slots=True)
class ConstantRow:
    """One line of the table that a page prints. ``note`` is a source text, to be translated."""

    name: str
    value: Decimal
    unit: str
    source: Source
    note: str


def _row(name: str, unit: str, source: Source, note: str) -> ConstantRow:
    return ConstantRow(name, Decimal(str(getattr(DEFAULT_MODEL, name))), unit, source, note)


_FITTED = N_("Fitted on 7,670 trips in Nottinghamshire and Norfolk. Wrong by 2 to 3 minutes on average.")

TRAVEL_CONSTANTS: tuple[ConstantRow, ...] = (
    _row("car_fixed", N_("minutes"), Source.MEASURED, _FITTED),
    _row("car_per_km", N_("minutes a km"), Source.MEASURED, _FITTED),
    _row("walking_kmh", N_("km an hour"), Source.STANDARD, N_("Usual walking pace.")),
    _row(
        "wheelchair_kmh",
        N_("km an hour"),
        Source.ASSUMPTION,
        N_("A wheelchair you push yourself. A powered one is faster."),
    ),
    _row("with_support_kmh", N_("km an hour"), Source.ASSUMPTION, N_("Walking with someone, with rests.")),
    _row("cycling_kmh", N_("km an hour"), Source.STANDARD, N_("An easy pace on a bicycle or tricycle.")),
    _row("path_factor", N_("times"), Source.ASSUMPTION, N_("Paths are longer than the straight line.")),
    _row("bus_walk_km", N_("km"), Source.ASSUMPTION, N_("To the stop and from the stop, together.")),
    _row("bus_wait", N_("minutes"), Source.ASSUMPTION, N_("Waiting at the stop.")),
    _row("bus_town", N_("minutes"), Source.ASSUMPTION, N_("Lost in town streets.")),
    _row("bus_kmh", N_("km an hour"), Source.ASSUMPTION, N_("Speed of the bus, with its stops.")),
    _row(
        "bus_route_factor", N_("times"), Source.ASSUMPTION, N_("The route is longer than the straight line.")
    ),
    _row("taxi_wait", N_("minutes"), Source.ASSUMPTION, N_("Waiting for the taxi, on top of the drive.")),
    _row(
        "provider_factor", N_("times"), Source.ASSUMPTION, N_("The drive is longer, to pick other people up.")
    ),
    _row("provider_extra", N_("minutes"), Source.ASSUMPTION, N_("Getting in and out with help.")),
)
