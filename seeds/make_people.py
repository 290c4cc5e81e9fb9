"""Make the example people: `python seeds/make_people.py` writes people_*.csv beside this file.

The people are invented; no row describes anybody. Their wishes follow what people who draw on care and
support told Nottinghamshire (Day Opportunities Strategy, tables 1 to 4): people.yaml holds those shares,
and exactly that many people get each wish. All other shares are our assumptions. The same edition of the
postcode directory gives the same files, byte for byte.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from marketplace.geo.places import Precision
from marketplace.geo.postcodes import PostcodeDirectory

HERE = Path(__file__).resolve().parent
FILES = {
    "people_nottinghamshire.csv": ("NT", ("Nottinghamshire", "Nottingham City")),
    "people_norfolk.csv": ("NF", ("Norfolk",)),
}
PEOPLE_A_FILE = 650
SHARES: dict[str, Any] = yaml.safe_load((HERE / "people.yaml").read_text(encoding="utf-8"))
NO_THEME = {"day_service", "past_life", "anything_new"}
WORDS_SHARE = 0.40
MOST_GOALS = 9


@dataclass
class Draft:
    """A person while being made. Ages in years; ``goals`` maps what it is about to its stance."""

    id: str
    sex: str
    age: int
    area: str
    district: str
    rural: float
    postcode: str
    first_name: str = ""
    level: int = 0
    written_by: str = "self"
    chair: bool = False
    with_support: bool = False
    needs_transport: bool = False
    goals: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    row: dict[str, str] = field(default_factory=dict)

    @property
    def age_band(self) -> int:
        return 0 if self.age < 35 else 1 if self.age < 70 else 2

    @property
    def tags(self) -> set[str]:
        """Whose words fit this person; family tags say who of the family is speaking."""
        tags = {self.sex, {"NT": "notts", "NF": "norfolk"}[self.area]}
        tags |= {"old"} if self.age >= 70 else {"young"} if self.age < 40 else set()
        tags |= {"settled"} if self.age >= 42 else set()
        tags |= {"chair"} if self.chair else set()
        return tags

    @property
    def family(self) -> str:
        """What the family member who writes calls this person."""
        if self.age <= 50:
            return "son" if self.sex == "man" else "daughter"
        if self.age < 66 or self.id.endswith(("3", "6", "9")):
            return "husband" if self.sex == "man" else "wife"
        return "dad" if self.sex == "man" else "mum"


def quota(
    rng: random.Random, people: Sequence[Draft], share: float, weight: Callable[[Draft], float]
) -> list[Draft]:
    """Exactly ``share`` of ``people`` (rounded), the likelier the higher their weight; 0 is never."""
    chosen = [person for person in people if weight(person) > 0]
    # Efraimidis and Spirakis: the highest u^(1/w) are a weighted draw without replacement.
    keys = {person.id: rng.random() ** (1 / weight(person)) for person in chosen}
    chosen.sort(key=lambda person: keys[person.id], reverse=True)
    return chosen[: round(share * len(people))]


def districts(tiers: Sequence[str]) -> list[dict[str, str]]:
    with (HERE / "district_facts.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["upper_tier"] in tiers]


def share_out(total: int, sizes: Sequence[int]) -> list[int]:
    """Whole numbers in proportion to ``sizes`` that sum to ``total`` (largest remainders)."""
    exact = [total * size / sum(sizes) for size in sizes]
    whole = [int(number) for number in exact]
    by_remainder = sorted(range(len(sizes)), key=lambda i: whole[i] - exact[i])
    for i in by_remainder[: total - sum(whole)]:
        whole[i] += 1
    return whole


def draft_people(
    rng: random.Random, area: str, tiers: Sequence[str], postcodes: PostcodeDirectory
) -> list[Draft]:
    rows = districts(tiers)
    table = postcodes.tables[Precision.POSTCODE]
    people: list[Draft] = []
    for row, count in zip(
        rows, share_out(PEOPLE_A_FILE, [int(r["pop_census2021"]) for r in rows]), strict=True
    ):
        index = postcodes.district_codes.index(row["code"])
        keys = [bytes(key).decode() for key in table.keys[table.districts == index]]
        older_share = 0.28 + 0.9 * int(row["pop_65plus_mid2020"]) / int(row["pop_mid2020"])
        for key in rng.sample(keys, count):
            older = rng.random() < older_share
            age = min(95, max(65, round(rng.gauss(80, 7)))) if older else round(rng.triangular(18, 64, 26))
            people.append(
                Draft(
                    id=f"{area}-{len(people) + 1:04d}",
                    sex="woman" if rng.random() < (0.60 if older else 0.46) else "man",
                    age=age,
                    area=area,
                    district=row["name"],
                    rural=float(row["pct_pop_rural_ruc2021"]) / 100,
                    postcode=f"{key[:4].strip()} {key[4:]}",
                )
            )
    return people


def name_people(rng: random.Random, people: Sequence[Draft]) -> None:
    """First names that fit the years of birth; lists are used up before a name comes again."""
    left: dict[str, list[str]] = {}
    for person in people:
        which = f"{'older' if person.age >= 62 else 'younger'} {person.sex}"
        if not left.get(which):
            left[which] = SHARES["first_names"][which].split()
            rng.shuffle(left[which])
        person.first_name = left[which].pop()


def give_levels(rng: random.Random, people: Sequence[Draft]) -> None:
    levels: dict[int, float] = SHARES["levels"]
    counts = share_out(len(people), [round(100 * share) for share in levels.values()])
    drawn = [level for level, count in zip(levels, counts, strict=True) for _ in range(count)]
    rng.shuffle(drawn)
    for person, level in zip(people, drawn, strict=True):
        person.level = level
        person.chair = rng.random() < {1: 0.04, 2: 0.07, 3: 0.15, 4: 0.28}[level]
        family, practitioner = {1: (0.10, 0.05), 2: (0.15, 0.12), 3: (0.38, 0.12), 4: (0.66, 0.17)}[level]
        draw = rng.random()
        person.written_by = (
            "family" if draw < family else "practitioner" if draw < family + practitioner else "self"
        )
    for person in quota(rng, people, SHARES["with_support"], lambda p: (0.3, 0.8, 1.4, 1.8)[p.level - 1]):
        person.with_support = True
    for person in quota(
        rng,
        people,
        SHARES["needs_transport"],
        lambda p: (0.2, 0.6, 1.4, 2)[p.level - 1] * (2 if p.chair else 1),
    ):
        person.needs_transport = True


def give_goals(rng: random.Random, people: Sequence[Draft]) -> None:
    def weight(about: str) -> Callable[[Draft], float]:
        ages = SHARES["by_age"].get(about, (1, 1, 1))
        by_level = {"day_service": (0.25, 0.6, 1.4, 1.8), "paid_work": (1.2, 1.5, 0.6, 0.1)}.get(
            about, (1, 1, 1, 1)
        )

        def of(person: Draft) -> float:
            full = about in person.goals or len(person.goals) >= MOST_GOALS
            return 0 if full else ages[person.age_band] * by_level[person.level - 1]

        return of

    # The survey's shares first, the largest first: they must come out exactly.
    for source in (SHARES["survey"], SHARES["also"]):
        wishes = [
            (share, about, stance) for stance, shares in source.items() for about, share in shares.items()
        ]
        for share, about, stance in sorted(wishes, key=lambda wish: (-wish[0], wish[1], wish[2])):
            for person in quota(rng, people, share, weight(about)):
                person.goals[about] = stance
    families = [person for person in people if person.written_by == "family"]
    for stance, share in SHARES["carer_breaks"].items():
        for person in quota(rng, families, share, weight("carer_breaks")):
            person.goals["carer_breaks"] = stance
    for person in people:
        if not person.goals:
            person.goals["past_life" if person.age >= 70 else "anything_new"] = (
                "more" if person.age >= 70 else "try"
            )


def give_words(rng: random.Random, people: Sequence[Draft]) -> None:
    """Own words for 40% of the goals; each phrase is used as rarely as its neighbours."""
    with (HERE / "words_of_people.csv").open(encoding="utf-8", newline="") as file:
        pool = [
            (row["about"], set(row["stance"].split()), set(row["who"].split()), row["words"])
            for row in csv.DictReader(file)
        ]
    used = {words: 0 for *_, words in pool}
    family_words = {"son", "daughter", "mum", "dad", "husband", "wife"}
    wishes = [(person, about) for person in people for about in person.goals]
    must = [wish for wish in wishes if wish[1] in NO_THEME]
    may = [wish for wish in wishes if wish[1] not in NO_THEME]
    rng.shuffle(may)
    wanted = round(WORDS_SHARE * len(wishes))
    for person, about in must + may:
        if sum(used.values()) >= wanted:
            break
        stance = person.goals[about]
        speaker = {person.family} if person.written_by == "family" else set()
        fitting = [
            words
            for topic, stances, who, words in pool
            if topic == about and stance in stances and who <= person.tags | speaker
            and (not speaker or who & family_words or rng.random() < 0.4)
        ]  # fmt: skip
        if not fitting and about in NO_THEME:
            fitting = [
                w for topic, stances, who, w in pool if topic == about and who <= person.tags | speaker
            ]
        if fitting:
            words = min(fitting, key=lambda w: (used[w], rng.random()))
            used[words] += 1
            person.words[about] = words


def goals_cell(rng: random.Random, person: Draft) -> str:
    survey_themes = {about for shares in SHARES["survey"].values() for about in shares}
    cells = []
    for about, stance in person.goals.items():
        words = person.words.get(about, "")
        if not words and about in NO_THEME:
            continue
        # Some people only say it in their own words, and the theme has to be found from them.
        only_words = about in NO_THEME or (words and about not in survey_themes and rng.random() < 0.3)
        importance = rng.choices((1, 2, 3), weights=(20, 45, 35))[0]
        head = f"{stance} {'-' if only_words else about} {importance}"
        cells.append(f"{head}: {words}" if words else head)
    cells += [SHARES["one_more"][person.id]] if person.id in SHARES["one_more"] else []
    return " | ".join(cells)


def travel_cells(rng: random.Random, person: Draft) -> dict[str, str]:
    if person.needs_transport:
        modes = ["provider"] + (["taxi"] if rng.random() < 0.3 else [])
    else:
        modes = [mode for mode, share in {
            "walk": (0.85, 0.8, 0.6, 0.35)[person.level - 1] - (0.25 if person.age >= 80 else 0),
            "cycle": 0.05 if person.age < 70 and person.level < 3 else 0,
            "bus": (0.75, 0.65, 0.35, 0.12)[person.level - 1] * (1 - 0.45 * person.rural),
            "car": 0.35 + 0.35 * person.rural + (0.25 if person.level >= 3 else 0),
            "taxi": 0.12,
            "provider": 0.12 if person.level >= 3 else 0.03,
        }.items() if rng.random() < share]  # fmt: skip
        if not modes and rng.random() < 0.7:
            modes = ["car"]
    passes = []
    if person.age >= 66 and rng.random() < 0.6:
        passes = ["older_bus_pass"]
    elif person.age < 66 and person.level >= 2 and rng.random() < 0.4:
        passes = ["nottingham_mobility_pass" if person.district == "Nottingham" else "disabled_bus_pass"]
    longer = 10 if rng.random() < person.rural else 0
    minutes = rng.choices((15, 20, 30, 40, 45, 60, 90), weights=(6, 14, 32, 20, 14, 12, 2))[0] + longer
    return {
        "travel_modes": " ".join(modes),
        "max_minutes": "" if rng.random() < 0.06 else str(minutes),
        "wheelchair_space": "yes" if person.chair else "no",
        "with_support": "yes" if person.with_support else "no",
        "passes": " ".join(passes),
    }


def when_cell(rng: random.Random, band: str) -> str:
    """Windows of the week, as 'mon 10:00-15:00; tue 10:00-15:00 18:00-21:00'."""
    if band == "not said":
        return ""
    days: dict[str, list[str]] = {day: [] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    evenings = ("17:00-21:00", "18:00-21:30", "17:30-20:00", "18:30-22:00", "17:00-20:00")
    weekends = ("10:00-16:00", "11:00-17:00", "13:00-17:00", "09:30-12:30", "10:00-22:00")
    count = rng.choices((1, 2, 3, 4, 5), weights=(10, 25, 28, 12, 25))[0]
    usual = rng.choice(("09:30-15:30", "10:00-15:00", "10:00-16:00", "09:00-13:00", "13:00-17:00", "11:00-16:00",
                        "10:00-12:30", "13:30-16:30", "09:00-16:00"))  # fmt: skip
    if "only" not in band:
        for day in rng.sample(("mon", "tue", "wed", "thu", "fri"), count):
            days[day].append(usual)
    if "evening" in band:
        time = rng.choice(evenings)
        for day in rng.sample(("mon", "tue", "wed", "thu", "fri"), rng.choice((1, 1, 2, 3))):
            days[day].append(time)
    if "weekend" in band:
        for day in rng.choice((("sat",), ("sat",), ("sun",), ("sat", "sun"))):
            days[day].append(rng.choice(weekends))
    return "; ".join(f"{day} {' '.join(times)}" for day, times in days.items() if times)


def support_cells(rng: random.Random, person: Draft) -> dict[str, str]:
    level, old = person.level, person.age >= 70
    must = {
        "step_free": 1.0 if person.chair else 0.12 if old else 0.02,
        "wheelchair_space": 1.0 if person.chair else 0,
        "accessible_toilet": 0.6 if person.chair else 0.05,
        "changing_places": 0.3 if person.chair and level == 4 else 0,
        "personal_care": (0, 0.02, 0.25, 0.55)[level - 1],
        "medication": (0, 0.03, 0.15, 0.35)[level - 1],
        "moving_and_handling": 0.45 if person.chair and level >= 3 else 0,
        "behaviour_support": 0 if old else (0, 0, 0.04, 0.22)[level - 1],
        "one_to_one": (0, 0.01, 0.05, 0.25)[level - 1],
        "dementia_friendly": (0, 0, 0.15, 0.35)[level - 1] if old else 0,
        "hearing_loop": 0.04 if old else 0.01,
        "bsl": 0.012,
        "makaton": 0.05 if level >= 3 and not old else 0,
        "quiet_space": 0.04,
    }
    like = {
        "small_group": 0.25, "quiet_space": 0.2, "accessible_toilet": 0.2, "autism_friendly": 0 if old else 0.2,
        "dementia_friendly": 0.12 if old else 0, "step_free": 0.2 if old else 0.04, "hearing_loop": 0.15 if old else 0,
        "one_to_one": 0.05 if level >= 3 else 0, "makaton": 0.04 if not old else 0,
    }  # fmt: skip
    musts = [name for name, share in must.items() if rng.random() < share]
    likes = [name for name, share in like.items() if name not in musts and rng.random() < share]
    return {"must_have": " ".join(musts), "would_like": " ".join(likes)}


def money_cells(rng: random.Random, person: Draft) -> dict[str, str]:
    routes = ("direct_payment", "managed_budget", "mixed", "self_funder", "")
    weights = {1: (2, 1, 0, 75, 22), 2: (20, 28, 4, 36, 12), 3: (34, 40, 12, 9, 5), 4: (35, 42, 17, 4, 2)}
    low, high, step = {1: (4, 30, 1), 2: (15, 90, 5), 3: (60, 340, 10), 4: (220, 780, 10)}[person.level]
    budget = round(rng.triangular(low, high, low + (high - low) / 3) / step) * step
    return {
        "funding": rng.choices(routes, weights=weights[person.level])[0],
        "weekly_budget": "" if rng.random() < 0.22 else f"{budget}.00",
    }


def time_cells(rng: random.Random, person: Draft, band: str) -> dict[str, str]:
    hours = rng.choice(
        {1: (2, 2, 3, 4, 6), 2: (3, 4, 6, 8, 10), 3: (6, 10, 12, 15, 18, 24), 4: (10, 15, 20, 25, 30)}[
            person.level
        ]
    )
    cared_for = person.written_by == "family" or "carer_breaks" in person.goals
    visit = rng.choice((90, 120, 120, 180, 240, 300)) if rng.random() < (0.6 if cared_for else 0.1) else None
    return {
        "when": when_cell(rng, band),
        "hours_wanted": "" if rng.random() < 0.12 else str(hours),
        "shortest_visit_minutes": str(visit or ""),
    }


CARER_CELLS = ("carer_works", "carer_break_minutes", "carer_breaks_hours", "carer_notice_days")


def give_carers(rng: random.Random, people: Sequence[Draft]) -> dict[str, dict[str, str]]:
    """For some of those who have a family member that cares: when they work, and their breaks."""
    shares: dict[str, float] = SHARES["carers"]
    weekdays = ("mon", "tue", "wed", "thu", "fri")
    jobs = [(weekdays, "09:30-14:30"), (weekdays, "09:00-17:00"), (weekdays[:3], "09:00-17:00"),
            (weekdays, "08:00-13:00"), (("tue", "thu"), "10:00-15:00"), (("thu", "fri", "sat"), "12:00-20:00"),
            (("fri", "sat"), "22:00-06:00")]  # fmt: skip
    cared_for = [p for p in people if p.written_by == "family" or "carer_breaks" in p.goals]
    cells = {person.id: dict.fromkeys(CARER_CELLS, "") for person in people}
    for person in quota(rng, cared_for, shares["told"], lambda _: 1):
        days, hours = rng.choice(jobs)
        told = {
            "carer_works": "; ".join(f"{day} {hours}" for day in days),
            "carer_break_minutes": rng.choice(("120", "180", "180", "240", "300")),
            "carer_breaks_hours": rng.choice(("3", "4", "6", "8", "12")),
            "carer_notice_days": rng.choice(("2", "7", "7", "14")),
        }
        names = [name for name in CARER_CELLS if rng.random() < shares[name]]
        cells[person.id] |= {name: told[name] for name in names or ["carer_break_minutes"]}
    return cells


def make(area: str, tiers: Sequence[str], postcodes: PostcodeDirectory) -> list[dict[str, str]]:
    rng = random.Random(f"meaningful day {area} 1")  # noqa: S311 (examples, not secrets)
    people = draft_people(rng, area, tiers, postcodes)
    name_people(rng, people)
    give_levels(rng, people)
    give_goals(rng, people)
    give_words(rng, people)
    bands = {person.id: "day" for person in people}
    out = {
        "day evening": 0.11, "day weekend": 0.09, "day evening weekend": 0.05, "only evening weekend": 0.05,
        "not said": 0.07,
    }  # fmt: skip
    free = list(people)
    for band, share in out.items():
        for person in quota(rng, free, share * len(people) / len(free), lambda p: (1.5, 1, 0.5)[p.age_band]):
            bands[person.id] = band
        free = [person for person in free if bands[person.id] == "day"]
    # Of a series of its own, so that what carers tell changes nothing else of anybody.
    carers = give_carers(random.Random(f"meaningful day carers {area} 1"), people)  # noqa: S311
    priorities = ("near_home", "friends", "low_cost", "right_times", "right_support", "my_goals")
    for person in people:
        if person.goals.get("cafes_pubs") == "try" and bands[person.id] == "day":
            bands[person.id] = "day evening"  # the survey's 'evening events' need an evening
        matters = rng.choices((0, 1, 2), weights=(15, 45, 40))[0]
        person.row = {
            "id": person.id,
            "first_name": person.first_name,
            "age": str(person.age),
            "district": person.district,
            "postcode": person.postcode,
            "support_level": str(person.level),
            "written_by": person.written_by,
            "goals": goals_cell(rng, person),
            **travel_cells(rng, person),
            **time_cells(rng, person, bands[person.id]),
            **support_cells(rng, person),
            **money_cells(rng, person),
            **carers[person.id],
            "matters_most": " ".join(
                dict.fromkeys(rng.choices(priorities, weights=(24, 20, 12, 14, 18, 12), k=matters))
            ),
            "counts_in_gaps": "yes" if rng.random() < 0.85 else "no",
        }
    return [person.row for person in people]


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the example people.")
    parser.add_argument(
        "--postcodes", type=Path, default=Path("instance/postcodes"), help="the postcode directory"
    )
    parser.add_argument("--into", type=Path, default=HERE, help="folder to write to")
    options = parser.parse_args()
    postcodes = PostcodeDirectory.open(options.postcodes)
    for name, (area, tiers) in FILES.items():
        with (options.into / name).open("w", encoding="utf-8", newline="") as file:
            rows = make(area, tiers, postcodes)
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
