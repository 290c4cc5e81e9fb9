"""Where thousands of offers lie within reach: looked at in rings, from near to far, with the same answer."""

from __future__ import annotations

from datetime import date

import numpy as np

from marketplace.bench.example import ExampleWorld
from marketplace.bench.floor import rows_of
from marketplace.bench.synthetic import synthetic_catalogue, synthetic_people
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching.first import first_in_numpy, first_matches, spans_of
from marketplace.matching.first_near import ROWS_IN_ONE
from marketplace.matching.query import compile_query
from marketplace.matching.ranking import rotation

OFFERS, PEOPLE, DENSEST = 100_000, 400, 12


def test_looking_in_rings_finds_what_looking_at_all_rows_finds(
    example: ExampleWorld, directory: PostcodeDirectory, today: date
) -> None:
    catalogue = synthetic_catalogue(example, directory, OFFERS)
    turn = rotation(catalogue, today)
    queries = [
        compile_query(person.needs, home=person.home, thesaurus=catalogue.text.thesaurus, today=today)
        for person in synthetic_people(example, directory, PEOPLE)
    ]
    spans = [spans_of(query, catalogue) for query in queries]
    reach = np.array([rows_of(one) for one in spans])
    densest = np.argsort(-reach)[:DENSEST]
    assert reach[densest].min() > ROWS_IN_ONE
    full = 0
    for number in densest:
        query = queries[number]
        found = first_matches(query, catalogue, turn=turn)
        expected = first_in_numpy(query, catalogue, spans[number], turn=turn, limit=20)
        assert found.rows.tolist() == expected.rows.tolist()
        assert found.scores.tolist() == expected.scores.tolist()
        full += len(found.rows) == 20
    assert full > DENSEST // 2, "hardly any list was full, so hardly any ring was left out"
