"""The example people want what the strategy's questionnaires say, in the same proportions."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.interop.example_world import example_districts
from marketplace.interop.people_file import SeedPerson, answers, read_people
from marketplace.matching.needs import parse_needs
from tests.interop.conftest import SEEDS

# Day Opportunities Strategy, table 1, in per cent of the people who answered. 'Attend day service' is no
# theme: it stands in own words, and is counted below.
TABLE_1 = {
    ("keep", "friends"): 43,
    ("keep", "arts_crafts"): 37,
    ("keep", "sport"): 35,
    ("keep", "days_out"): 25,
    ("more", "friends"): 21,
    ("more", "sport"): 17,
    ("more", "arts_crafts"): 13,
    ("more", "days_out"): 11,
    ("try", "arts_crafts"): 10,
    ("try", "cookery"): 7,
    ("try", "swimming"): 7,
    ("try", "cafes_pubs"): 4,
    ("try", "gym"): 4,
    ("learn", "cookery"): 16,
    ("learn", "computers"): 4,
    ("learn", "arts_crafts"): 3,
    ("learn", "home_skills"): 3,
}
DAY_SERVICE_WORDS = ("centre", "day service", "club", "days", "Tuesdays")
ROW = {
    "id": "NT-9001",
    "first_name": "Jean",
    "age": "81",
    "district": "Mansfield",
    "postcode": "NG18 1AB",
    "support_level": "3",
    "written_by": "family",
    "goals": "keep arts_crafts 3 | learn cookery 2: tea: from scratch | try - 1: not bingo",
    "travel_modes": "car provider",
    "max_minutes": "30",
    "wheelchair_space": "yes",
    "with_support": "no",
    "passes": "older_bus_pass",
    "when": "mon 10:00-15:00; tue 10:00-15:00 18:00-21:00",
    "hours_wanted": "6",
    "shortest_visit_minutes": "",
    "must_have": "step_free personal_care",
    "would_like": "",
    "funding": "mixed",
    "weekly_budget": "240.00",
    "carer_works": "mon 09:30-14:30; tue 09:30-14:30",
    "carer_break_minutes": "180",
    "carer_breaks_hours": "",
    "carer_notice_days": "7",
    "matters_most": "near_home",
    "counts_in_gaps": "yes",
}


def per_cent(count: int, of: int) -> float:
    return 100 * count / of


def test_there_are_as_many_people_as_in_the_strategy_half_in_each_county(people: list[SeedPerson]) -> None:
    assert Counter(person.reference[:2] for person in people) == {"NT": 650, "NF": 650}
    assert len({person.reference for person in people}) == 1300


def test_goals_come_in_the_shares_of_table_1(people: list[SeedPerson]) -> None:
    goals = Counter(
        (goal["stance"], goal.get("theme")) for person in people for goal in person.answers["goals"]
    )
    shares = {goal: per_cent(goals[goal], len(people)) for goal in TABLE_1}
    assert shares == pytest.approx(TABLE_1, abs=0.5)


def test_four_in_ten_want_to_keep_their_day_service_and_say_so_in_their_words(
    people: list[SeedPerson],
) -> None:
    def wants(person: SeedPerson, stance: str) -> bool:
        return any(
            goal["stance"] == stance
            and "theme" not in goal
            and any(word in goal["text"] for word in DAY_SERVICE_WORDS)
            for goal in person.answers["goals"]
        )

    assert per_cent(sum(wants(person, "keep") for person in people), len(people)) == pytest.approx(41, abs=2)
    assert per_cent(sum(wants(person, "more") for person in people), len(people)) == pytest.approx(12, abs=2)


def test_a_third_want_someone_with_them_and_over_a_quarter_need_transport(people: list[SeedPerson]) -> None:
    with_support = sum(person.answers["travel"]["with_support"] for person in people)
    fetched = sum(
        "provider" in modes and set(modes) <= {"provider", "taxi"}
        for person in people
        for modes in [person.answers["travel"].get("modes", [])]
    )
    assert per_cent(with_support, len(people)) == pytest.approx(33, abs=1)
    assert per_cent(fetched, len(people)) == pytest.approx(27, abs=2)


def test_every_level_of_support_is_there_in_its_share(people: list[SeedPerson]) -> None:
    levels = Counter(person.answers["support_level"] for person in people)
    shares = {level: per_cent(count, len(people)) for level, count in levels.items()}
    assert shares == pytest.approx({1: 18, 2: 24, 3: 38, 4: 20}, abs=0.5)


def test_about_a_third_are_free_in_evenings_or_at_weekends_and_some_did_not_say(
    people: list[SeedPerson],
) -> None:
    late = [
        person
        for person in people
        if any(
            day in ("sat", "sun") or time[6:] > "17:30"
            for day, times in person.answers.get("when", {}).items()
            for time in times
        )
    ]
    assert 28 <= per_cent(len(late), len(people)) <= 36
    not_said = sum("when" not in person.answers for person in people)
    assert 5 <= per_cent(not_said, len(people)) <= 9


def test_four_in_ten_goals_have_own_words_from_many_voices(people: list[SeedPerson]) -> None:
    goals = [goal for person in people for goal in person.answers["goals"]]
    texts = Counter(goal["text"] for goal in goals if "text" in goal)
    assert per_cent(texts.total(), len(goals)) == pytest.approx(40, abs=2)
    assert len(texts) >= 400
    assert max(texts.values()) <= 15


def test_ages_have_a_younger_and_an_older_peak(people: list[SeedPerson]) -> None:
    decades = Counter(person.age // 10 for person in people if person.age)
    assert min(person.age or 0 for person in people) >= 18
    assert decades[3] > decades[5]
    assert decades[8] > decades[6]
    assert decades[9] > 20


def test_each_district_has_its_share_of_its_county(people: list[SeedPerson]) -> None:
    counts = Counter(person.district for person in people)
    assert set(counts) == set(example_districts(SEEDS).values())
    # 323,632 of the 1,140,466 people of the county and the city in the Census of 2021.
    assert counts["Nottingham"] == pytest.approx(650 * 323_632 / 1_140_466, abs=2)
    assert counts["North Norfolk"] == pytest.approx(650 * 102_980 / 916_120, abs=2)


def test_every_postcode_lies_in_the_district_that_the_row_names(
    people: list[SeedPerson], directory: PostcodeDirectory
) -> None:
    names = example_districts(SEEDS)
    wrong = [
        person.reference
        for person in people
        if names.get(directory.lookup(person.postcode).district_code or "") != person.district
    ]
    assert wrong == []


def test_no_row_holds_a_surname_and_most_agree_to_be_counted(people: list[SeedPerson]) -> None:
    assert all(person.first_name.isalpha() for person in people)
    assert per_cent(sum(person.counts_in_gaps for person in people), len(people)) == pytest.approx(85, abs=3)


def test_some_families_tell_of_the_carers_work_and_breaks(people: list[SeedPerson]) -> None:
    carers = [person for person in people if "carer" in person.answers]
    # 45% of those whose family wrote, or who want the carer's breaks: a third of all people.
    cared_for = [one for one in people if one.written_by == "family" or _wants_breaks(one)]
    assert per_cent(len(carers), len(cared_for)) == pytest.approx(45, abs=1)
    works = sum("works" in person.answers["carer"] for person in carers)
    assert per_cent(works, len(carers)) == pytest.approx(55, abs=7)
    assert all(person.written_by == "family" or _wants_breaks(person) for person in carers)


def _wants_breaks(person: SeedPerson) -> bool:
    return any(goal.get("theme") == "carer_breaks" for goal in person.answers["goals"])


def test_every_row_reads_as_needs_that_keep_all_that_it_says(people: list[SeedPerson]) -> None:
    for person in people:
        needs = parse_needs({**person.answers, "reference": person.reference})
        assert needs.age == person.age
        assert len(needs.goals) == len(person.answers["goals"])


def test_a_row_becomes_the_needs_document_cell_by_cell() -> None:
    assert answers(ROW) == {
        "postcode": "NG18 1AB",
        "age": 81,
        "support_level": 3,
        "goals": [
            {"stance": "keep", "theme": "arts_crafts", "importance": 3},
            {"stance": "learn", "theme": "cookery", "importance": 2, "text": "tea: from scratch"},
            {"stance": "try", "importance": 1, "text": "not bingo"},
        ],
        "travel": {
            "wheelchair_space": True,
            "with_support": False,
            "modes": ["car", "provider"],
            "max_minutes": 30,
            "passes": ["older_bus_pass"],
        },
        "when": {"mon": ["10:00-15:00"], "tue": ["10:00-15:00", "18:00-21:00"]},
        "hours_wanted": 6,
        "must_have": ["step_free", "personal_care"],
        "funding": "mixed",
        "weekly_budget": "240.00",
        "carer": {
            "works": {"mon": ["09:30-14:30"], "tue": ["09:30-14:30"]},
            "shortest_break_minutes": 180,
            "notice_days": 7,
        },
        "matters_most": ["near_home"],
    }


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("goals", "keep painting 2", "'painting' is not one of"),
        ("goals", "keep arts_crafts", "write a goal as"),
        ("counts_in_gaps", "maybe", "'maybe' is not one of: yes, no"),
        ("when", "mon 10-12", "is not a time like"),
        ("carer_works", "mon 10-12", "is not a time like"),
        ("first_name", "", "is empty"),
        ("max_minutes", "ten", "'ten'"),
        ("weekly_budget", "lots", "give pounds"),
    ],
)
def test_a_faulty_cell_is_told_by_file_and_row(
    small_world: Callable[..., Path], field: str, value: str, expected: str
) -> None:
    seeds = small_world(people=",".join((ROW | {field: value}).values()) + "\n")
    found, problems = read_people(seeds)
    assert found == []
    assert len(problems) == 1
    assert problems[0].file == "people_nottinghamshire.csv"
    assert problems[0].record == "NT-9001"
    assert expected in problems[0].message


def test_a_row_with_too_few_cells_and_an_id_that_stands_twice_are_told(
    small_world: Callable[..., Path],
) -> None:
    line = ",".join(ROW.values()) + "\n"
    found, problems = read_people(small_world(people=line + line + "NT-9002,Joan\n"))
    assert [person.reference for _, person in found] == ["NT-9001"]
    assert [(problem.record, problem.message) for problem in problems] == [
        ("NT-9001", "stands twice"),
        ("NT-9002", "the row has too few or too many cells"),
    ]


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("make_people.py", ("people_nottinghamshire.csv", "people_norfolk.csv")),
        ("make_gaps.py", ("people_with_gaps.csv",)),
    ],
)
def test_making_the_people_again_gives_the_same_bytes(
    postcode_dir: Path, tmp_path: Path, script: str, names: tuple[str, ...]
) -> None:
    subprocess.run(
        [sys.executable, SEEDS / script, "--postcodes", postcode_dir, "--into", tmp_path],
        check=True,
        cwd=SEEDS.parent,
        env={"PYTHONPATH": str(SEEDS.parent)},
    )
    for name in names:
        assert (tmp_path / name).read_bytes() == (SEEDS / name).read_bytes(), name
