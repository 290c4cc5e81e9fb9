"""Make the example people for whom something is missing: `python seeds/make_gaps.py` writes people_with_gaps.csv.

They are invented; gap_groups.yaml says who they are. The same edition of the postcode directory gives the same
file, byte for byte.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from marketplace.geo.places import Precision
from marketplace.geo.postcodes import PostcodeDirectory

HERE = Path(__file__).resolve().parent
FILE = "people_with_gaps.csv"
SAY_SO, WANT_MORE = 0.3, 0.5
"""Share of them who say it in own words; who want something else too."""


def make(postcodes: PostcodeDirectory) -> Iterator[dict[str, str]]:
    """The rows, group by group."""
    rng = random.Random("meaningful day gaps 1")  # noqa: S311 (examples, not secrets)
    names = yaml.safe_load((HERE / "people.yaml").read_text(encoding="utf-8"))["first_names"]
    with (HERE / "district_facts.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["name"]: row["code"] for row in csv.DictReader(file)}
    number = 0
    for group in yaml.safe_load((HERE / "gap_groups.yaml").read_text(encoding="utf-8"))["groups"]:
        for postcode in homes(rng, postcodes, codes[group["district"]], group["people"]):
            number += 1
            yield row_of(rng, group, names, f"GA-{number:04d}", postcode)


def homes(rng: random.Random, postcodes: PostcodeDirectory, code: str, number: int) -> list[str]:
    """Different postcodes of a district."""
    table = postcodes.tables[Precision.POSTCODE]
    keys = table.keys[table.districts == postcodes.district_codes.index(code)]
    chosen = [bytes(key).decode() for key in rng.sample(list(keys), number)]
    return [f"{key[:4].strip()} {key[4:]}" for key in chosen]


def row_of(
    rng: random.Random, group: dict[str, Any], names: dict[str, str], reference: str, postcode: str
) -> dict[str, str]:
    """One person as they stand in the file."""
    age = rng.randint(*group["ages"])
    sex = rng.choice(("woman", "man"))
    level = rng.choice(group["levels"])
    goals = [f"{group['stance']} {group['theme']} {rng.choice((2, 3, 3))}"]
    if rng.random() < SAY_SO:
        goals[0] += f": {rng.choice(group['words'])}"
    if rng.random() < WANT_MORE:
        goals.append(f"keep {rng.choice(group['also'])} {rng.choice((1, 2))}")
    return {
        "id": reference,
        "first_name": rng.choice(names[f"{'older' if age >= 62 else 'younger'} {sex}"].split()),
        "age": str(age),
        "district": group["district"],
        "postcode": postcode,
        "support_level": str(level),
        "written_by": "family" if level == 4 else "self",
        "goals": " | ".join(goals),
        "travel_modes": " ".join(group["modes"]),
        "max_minutes": str(rng.choice(group["minutes"])),
        "wheelchair_space": "no",
        "with_support": "no",
        "passes": "",
        "when": rng.choice(group["when"]),
        "hours_wanted": "",
        "shortest_visit_minutes": "",
        "must_have": " ".join(group.get("must_have", ())),
        "would_like": "",
        "funding": "self_funder" if "budget" in group else rng.choice(("direct_payment", "managed_budget")),
        "weekly_budget": f"{rng.choice(group['budget'])}.00" if "budget" in group else "",
        "carer_works": "",
        "carer_break_minutes": "",
        "carer_breaks_hours": "",
        "carer_notice_days": "",
        "matters_most": rng.choice(("", "friends", "right_times", "near_home")),
        "counts_in_gaps": "yes",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the example people for whom something is missing.")
    parser.add_argument(
        "--postcodes", type=Path, default=Path("instance/postcodes"), help="the postcode directory"
    )
    parser.add_argument("--into", type=Path, default=HERE, help="folder to write to")
    options = parser.parse_args()
    rows = list(make(PostcodeDirectory.open(options.postcodes)))
    with (options.into / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
