"""The PostgreSQL statement knows the carer's rules too."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from marketplace.bench.example import ExampleWorld
from marketplace.bench.rules_postgresql import PostgresqlMatch, values_of
from marketplace.bench.search import SearchColumns
from marketplace.bench.server import NoServerError, running_server
from marketplace.bench.synthetic import synthetic_catalogue, synthetic_people
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.first import first_matches
from marketplace.matching.needs import MINUTES_A_DAY, parse_needs
from marketplace.matching.query import compile_query
from marketplace.matching.ranking import rotation
from tests.matching.random_world import random_carer

PEOPLE, OFFERS = 40, 2_000


def _with_touching_sessions(catalogue: Catalogue) -> Catalogue:
    """Two sessions in three begin as the one before them ends, where that is the same day."""
    c = catalogue.columns
    starts, ends = c.session_start.copy(), c.session_end.copy()
    moved = 0
    for first, count in zip(c.first_session.tolist(), c.session_count.tolist(), strict=True):
        for at in range(first + 1, first + count):
            minutes = int(ends[at]) - int(starts[at])
            same_day = int(starts[at - 1]) // MINUTES_A_DAY == int(ends[at - 1]) // MINUTES_A_DAY
            in_order = at + 1 == first + count or ends[at - 1] <= starts[at + 1]
            if same_day and in_order and at % 3:
                starts[at] = ends[at - 1]
                ends[at] = starts[at] + minutes
                moved += 1
    assert moved > OFFERS // 4
    return replace(catalogue, columns=c._replace(session_start=starts, session_end=ends).with_hints())


def test_people_with_carers_get_the_same_offers_and_scores_from_postgresql(
    example: ExampleWorld, directory: PostcodeDirectory, today: date
) -> None:
    rng = random.Random(4)
    catalogue = _with_touching_sessions(synthetic_catalogue(example, directory, OFFERS))
    turn = rotation(catalogue, today)
    queries = []
    for person in synthetic_people(example, directory, PEOPLE):
        carer = parse_needs({"goals": [{"theme": "cookery"}], "carer": random_carer(rng)}).carer
        needs = replace(person.needs, carer=carer)
        queries.append(
            compile_query(needs, home=person.home, thesaurus=catalogue.text.thesaurus, today=today)
        )
    matched = 0
    try:
        with (
            running_server() as server,
            closing(PostgresqlMatch(server, catalogue, SearchColumns.of(catalogue), turn)) as peer,
        ):
            for query in queries:
                ours = first_matches(query, catalogue, turn=turn, limit=20)
                theirs = peer(values_of(query, catalogue))
                assert [offer for offer, _ in theirs] == ours.rows.tolist()
                assert [score for _, score in theirs] == pytest.approx(ours.scores.tolist(), abs=1e-9)
                matched += len(theirs) * query.has_carer
    except NoServerError as error:
        pytest.skip(str(error))
    assert matched > PEOPLE, matched
