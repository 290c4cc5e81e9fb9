"""The PostgreSQL statement knows the carer's rules too."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from marketplace.bench.example import ExampleWorld
from marketplace.bench.rules_postgresql import PostgresqlMatch, values_of
from marketplace.bench.search import SearchColumns
from marketplace.bench.server import NoServerError, running_server
from marketplace.bench.synthetic import synthetic_catalogue, synthetic_people
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching.first import first_matches
from marketplace.matching.needs import parse_needs
from marketplace.matching.query import compile_query
from marketplace.matching.ranking import rotation
from tests.matching.random_world import random_carer

PEOPLE, OFFERS = 40, 400


def test_people_with_carers_get_the_same_offers_and_scores_from_postgresql(
    example: ExampleWorld, directory: PostcodeDirectory, today: date
) -> None:
    rng = random.Random(4)
    catalogue = synthetic_catalogue(example, directory, OFFERS)
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
        with running_server() as server:
            peer = PostgresqlMatch(server, catalogue, SearchColumns.of(catalogue), turn)
            for query in queries:
                ours = first_matches(query, catalogue, turn=turn, limit=20)
                theirs = peer(values_of(query, catalogue))
                assert [offer for offer, _ in theirs] == ours.rows.tolist()
                assert [score for _, score in theirs] == pytest.approx(ours.scores.tolist(), abs=1e-9)
                matched += len(theirs) * query.has_carer
            peer.close()
    except NoServerError as error:
        pytest.skip(str(error))
    assert matched > PEOPLE
