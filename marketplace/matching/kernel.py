"""The rules of ``evaluate`` once more, for one row at a time, as compiled code takes them.

Every function stands beside one of the same meaning in ``evaluate`` and does the same additions
and multiplications in the same order, so both give the same bits (tests hold them together, and
hold both against a third, plain reading of the rules). They take numbers, not the columns: an
array that is fetched from a tuple inside a loop is counted up and down each time, which costs
more than the rule. Without numba they are ordinary Python, and ``first`` uses NumPy instead.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from marketplace import vocabulary
from marketplace.geo import distance
from marketplace.matching.codes import (
    BUS,
    BY_THE_WEEK,
    COMES,
    FREE,
    HOURLY,
    NO_MODE,
    ONLINE,
    PROVIDER,
    TAXI,
    VISIT_SHARES,
)
from marketplace.matching.needs import MINUTES_A_WEEK
from marketplace.matching.weights import (
    COST_AT_BUDGET,
    LEVEL_ALSO_SERVES,
    LEVEL_MADE_FOR,
    LEVEL_TWO_MADE_FOR,
    NO_TRANSPORT,
    RULED_OUT_TOO,
    SUGGESTED_THEME,
    TRAVEL_AT_LIMIT,
    WORDS_ALONE,
    WORDS_KIN,
    WORDS_THEME,
)
from marketplace.vocabulary import TravelMode

F = TypeVar("F", bound=Callable[..., Any])


def machine_code_folder(compiler: str) -> Path:
    """Where compiled rules are kept: under the user's cache, by the text of all rules' files."""
    digest = hashlib.sha256(compiler.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    for module in (vocabulary, distance):
        digest.update(Path(str(module.__file__)).read_bytes())
    base = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    root = Path(base) if base else Path.home() / ".cache"
    return root / "meaningful-day" / "compiled" / digest.hexdigest()[:16]


try:
    import numba
    import numba.extending

    COMPILED = True

    def compiled(function: F) -> F:
        """Compile at the first call, keep the machine code on disk, let other threads run."""
        return cast(F, numba.njit(cache=True, nogil=True)(function))

    # numba keeps machine code by the file of the function alone. Ours also holds the numbers of
    # other files (the weights), so each state of the rules gets a folder of its own.
    numba.config.CACHE_DIR = str(machine_code_folder(numba.__version__))  # type: ignore[attr-defined]

    def _pointer(_context: Any, _address: Any) -> Any:
        """The whole number *address* as a pointer, for ``carray``; in compiled code only."""
        signature = numba.types.voidptr(numba.types.int64)

        def made(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        return signature, made

    pointer: Any = numba.extending.intrinsic(_pointer)
    carray: Any = numba.carray  # type: ignore[attr-defined]

except ImportError:  # pragma: no cover - the accelerator is optional
    COMPILED = False
    pointer = carray = None

    def compiled(function: F) -> F:
        return function


USUAL_WAYS = tuple(mode.position for mode in TravelMode if mode.position not in (TAXI, PROVIDER))

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.int8]


class Journey(NamedTuple):
    score: float
    too_far: bool
    minutes: float
    mode: int
    comes: bool


@compiled
def ruler_km(up: float, across: float, ruler: tuple[float, ...]) -> float:
    """Kilometres between two points ``up`` and ``across`` degrees apart."""
    middle = up * 0.5
    dy = up * (ruler[0] + middle * (ruler[1] + middle * ruler[2]))
    dx = across * (ruler[3] + middle * (ruler[4] + middle * ruler[5]))
    return math.sqrt(dx * dx + dy * dy)


@compiled
def journey_of(
    distance: float,
    place: int,
    radius: float,
    transport: int,
    transport_radius: float,
    uses: Floats,
    fixed: Floats,
    per_km: Floats,
    limit: float,
    has_home: bool,
) -> Journey:
    online = place == ONLINE
    known = not np.isnan(distance)
    visits = place == COMES and known
    comes = visits and distance <= radius
    fetched = (
        uses[PROVIDER] > 0.0
        and transport == 1
        and (np.isnan(transport_radius) or distance <= transport_radius)
    )
    may_fetch = uses[PROVIDER] > 0.0 and transport == -1
    minutes = np.inf
    mode = NO_MODE
    for way in USUAL_WAYS:
        if uses[way] > 0.0:
            taken = fixed[way] + per_km[way] * distance
            if taken < minutes:
                minutes = taken
                mode = way
    by_provider = fixed[PROVIDER] + per_km[PROVIDER] * distance
    if fetched and by_provider < minutes:
        minutes = by_provider
        mode = PROVIDER
    if uses[TAXI] > 0.0:
        taken = fixed[TAXI] + per_km[TAXI] * distance
        if minutes > limit and taken < minutes:
            minutes = taken
            mode = TAXI
    within = minutes <= limit
    to_ask = (not within) and may_fetch and by_provider <= limit
    stays = comes or online
    reachable = stays or ((not visits) and (within or to_ask))
    too_far = has_home and known and not reachable
    if stays:
        return Journey(1.0 if has_home else np.nan, too_far, 0.0, NO_MODE, comes)
    score = np.nan
    if within and has_home:
        score = 1.0 - (1.0 - TRAVEL_AT_LIMIT) * (minutes / limit)
    if visits or np.isinf(minutes):
        minutes = np.nan
    if visits:
        mode = NO_MODE
    return Journey(score, too_far, minutes, mode, comes)


@compiled
def level_of(level: int, levels: int, made_for: int, is_programme: bool) -> float:
    """The score of the level; NaN where it is not known, -1 where it stops."""
    if level == 0:
        return np.nan
    bit = 1 << (level - 1)
    if levels == 0:
        return -1.0 if level == 4 else np.nan
    if levels & bit == 0:
        return -1.0
    if level == 2:
        if is_programme:
            return LEVEL_MADE_FOR
        return LEVEL_TWO_MADE_FOR if made_for & bit else LEVEL_ALSO_SERVES
    return LEVEL_MADE_FOR if made_for & bit else LEVEL_ALSO_SERVES


@compiled
def transport_of(distance: float, needless: bool, transport: int, radius: float) -> float:
    fetches = transport == 1 and (np.isnan(radius) or not distance > radius)
    if needless or fetches:
        return 1.0
    return np.nan if transport == -1 else NO_TRANSPORT


@compiled
def offer_pence_of(basis: int, amount: int, visit_minutes: float) -> int:
    if basis < 0:
        return -1
    if basis == HOURLY:
        return int(np.floor(float(amount) * (visit_minutes / 60.0) + 0.5))
    return 0 if basis == FREE else amount


@compiled
def weekly_pence_of(visit_pence: int, basis: int, repeats: int) -> int:
    """A visit's pence as an average week's; ``repeats`` -1 where no session is known."""
    share = 1.0 if repeats < 0 or basis == BY_THE_WEEK else VISIT_SHARES[repeats]
    return int(np.floor(visit_pence * share + 0.5))


@compiled
def fare_pence(distance: float, fixed: float, per_km: float, legs: float) -> int:
    km = 0.0 if np.isnan(distance) else distance
    return int(np.floor(fixed + per_km * km + 0.5) * legs)


@compiled
def paid_legs(free_bus: Flags, start: int, end: int, minutes: float) -> float:
    """Bus rides of the two that cost something, with passes good at the minutes of ``free_bus``."""
    there = (start - int(np.ceil(minutes))) % MINUTES_A_WEEK
    paid = 0.0 if free_bus[there] else 1.0
    return paid if free_bus[end % MINUTES_A_WEEK] else paid + 1.0


@compiled
def weekly_of(
    visit_minutes: float,
    best_start: int,
    best_end: int,
    repeats: int,
    basis: int,
    price: int,
    mode: int,
    minutes: float,
    distance: float,
    fetch_pence: int,
    fare_fixed: Floats,
    fare_per_km: Floats,
    has_free_bus: bool,
    free_bus: Flags,
) -> int:
    """Pence of an average week with the way there and back; -1 where the price is not known.

    The best session's start, end and ``repeats`` are -1 where no session is known.
    """
    pence = offer_pence_of(basis, price, visit_minutes)
    if pence < 0:
        return -1
    if mode == PROVIDER:
        pence += max(fetch_pence, 0)
    elif mode != NO_MODE:
        legs = 2.0
        if mode == BUS and has_free_bus:
            legs = 0.0 if best_start < 0 else paid_legs(free_bus, best_start, best_end, minutes)
        pence += fare_pence(distance, fare_fixed[mode], fare_per_km[mode], legs)
    return weekly_pence_of(pence, basis, repeats)


@compiled
def cost_of(weekly_pence: int, against: int) -> float:
    share = min(weekly_pence / float(max(against, 1)), 2.0)
    return 1.0 - (1.0 - COST_AT_BUDGET) * share


@compiled
def bit_count(mask: int) -> int:
    """Bits of a mask of at most 32, added up in pairs, fours and bytes."""
    pairs = mask - ((mask >> 1) & 0x55555555)
    fours = (pairs & 0x33333333) + ((pairs >> 2) & 0x33333333)
    return ((((fours + (fours >> 4)) & 0x0F0F0F0F) * 0x01010101) >> 24) & 0xFF


@compiled
def preferences_of(like: int, yes: int, no: int) -> float:
    met = bit_count(yes & like)
    known = met + bit_count(no & like)
    return met / float(known) if known > 0 else np.nan


@compiled
def theme_strength(stated: np.uint64, suggested: np.uint64, mask: np.uint64) -> float:
    if stated & mask:
        return 1.0
    return SUGGESTED_THEME if suggested & mask else 0.0


@compiled
def goal_of(
    stated: np.uint64,
    suggested: np.uint64,
    themes: np.uint64,
    word_themes: np.uint64,
    kin_themes: np.uint64,
    refused: np.uint64,
    has_words: bool,
    closeness: float,
) -> float:
    """How well a row serves one goal, given how close its words are (0 without words)."""
    listed = stated | suggested
    ruled_out = listed & refused != 0
    if ruled_out and not listed & (themes | word_themes | kin_themes):
        return 0.0
    score = theme_strength(stated, suggested, themes)
    if has_words:
        meant = theme_strength(stated, suggested, word_themes)
        score = max(score, meant * (WORDS_THEME + (1.0 - WORDS_THEME) * closeness))
        meant = theme_strength(stated, suggested, kin_themes)
        score = max(score, meant * (WORDS_KIN + (1.0 - WORDS_KIN) * closeness))
        score = max(score, WORDS_ALONE * closeness)
    return score * RULED_OUT_TOO if ruled_out else score


@compiled
def whole_dot(left: Bytes, right: Bytes) -> int:
    """Dot product of two int8 vectors, exact."""
    dot = 0
    for number in range(len(left)):
        dot += int(left[number]) * int(right[number])
    return dot


@compiled
def mean_of(parts: Floats, weights: Floats) -> float:
    total = 0.0
    weight = 0.0
    for number in range(len(parts)):
        if not np.isnan(parts[number]):
            total += weights[number] * parts[number]
            weight += weights[number]
    return total / weight
