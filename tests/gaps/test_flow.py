"""Who could be placed at all: against an independent solver."""

from __future__ import annotations

import numpy as np
import pytest

from marketplace.gaps import flow
from marketplace.gaps.flow import place_people


def test_nobody_is_turned_away_while_another_could_take_something_else() -> None:
    # The first person may take either, the second only offer 0; offer 0 has one place.
    first, rows = np.array([0, 2, 3]), np.array([0, 1, 0], dtype=np.int32)
    placed = place_people(first, rows, np.array([1, 1]))
    assert placed.flow.tolist() == [1, 0]
    assert placed.greedy.tolist() == [0, -1]


def test_on_fifty_random_worlds_as_many_are_placed_as_networkx_finds() -> None:
    import networkx as nx

    rng = np.random.default_rng(5)
    better = 0
    for _ in range(50):
        people, offers = int(rng.integers(1, 60)), int(rng.integers(1, 20))
        fits = rng.random((people, offers)) < rng.uniform(0.02, 0.3)
        capacity = rng.integers(0, 5, offers)
        first = np.concatenate([[0], np.cumsum(fits.sum(axis=1))])
        placed = place_people(first, np.nonzero(fits)[1].astype(np.int32), capacity)
        graph = nx.DiGraph()
        graph.add_nodes_from(["source", "sink"])
        for person, offer in zip(*np.nonzero(fits), strict=True):
            graph.add_edge("source", ("person", person), capacity=1)
            graph.add_edge(("person", person), ("offer", offer), capacity=1)
            graph.add_edge(("offer", offer), "sink", capacity=int(capacity[offer]))
        assert int((placed.flow >= 0).sum()) == nx.maximum_flow_value(graph, "source", "sink")
        for chosen in (placed.flow, placed.greedy):
            at = np.flatnonzero(chosen >= 0)
            assert fits[at, chosen[at]].all()
            assert (np.bincount(chosen[at], minlength=offers) <= capacity).all()
        assert (placed.greedy >= 0).sum() <= (placed.flow >= 0).sum()
        better += int((placed.greedy >= 0).sum() < (placed.flow >= 0).sum())
    assert better > 5


def test_more_pairs_than_can_be_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "MOST_EDGES", 2)
    with pytest.raises(ValueError, match="too many"):
        place_people(np.array([0, 3]), np.array([0, 1, 2], dtype=np.int32), np.array([1, 1, 1]))
