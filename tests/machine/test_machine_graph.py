"""The graph helpers against slow and obvious ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cadenza.language.nodes import Span
from cadenza.machine import Machine, State, Transition, incoming, loops, outgoing, reach, shortest, table

SIZE = 7
GRAPHS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.sampled_from("abc"), st.integers(0, SIZE - 1)), max_size=16, unique_by=lambda edge: edge[:2])


def machine_of(edges: list[tuple[int, str, int]]) -> Machine:
    here = Span("x.yaml")
    states = tuple(State(index, f"s{index}", "wait", here) for index in range(SIZE))
    return Machine("graph", (), states, tuple(Transition(*edge, here) for edge in sorted(edges)), (), None, repr(sorted(edges)))


def closure(edges: list[tuple[int, str, int]]) -> set[tuple[int, int]]:
    """Pairs with a walk of at least one edge, by Warshall."""
    pairs = {(source, target) for source, _, target in edges}
    for via in range(SIZE):
        pairs |= {(a, b) for a in range(SIZE) for b in range(SIZE) if (a, via) in pairs and (via, b) in pairs}
    return pairs


@given(GRAPHS)
def test_reach_and_loops(edges: list[tuple[int, str, int]]) -> None:
    machine, pairs = machine_of(edges), closure(edges)
    for start in range(SIZE):
        assert reach(machine, [start]) == {start} | {b for a, b in pairs if a == start}
    parts = {tuple(b for b in range(SIZE) if (a, b) in pairs and (b, a) in pairs) for a in range(SIZE) if (a, a) in pairs}
    assert loops(machine) == tuple(sorted(parts))


@given(GRAPHS, st.integers(0, SIZE - 1))
def test_shortest(edges: list[tuple[int, str, int]], goal: int) -> None:
    machine = machine_of(edges)
    walk = shortest(machine, 0, lambda state: state == goal)
    layer, distance = {0}, 0
    while goal not in layer and distance <= SIZE:
        layer, distance = {b for a, _, b in edges if a in layer}, distance + 1
    if walk is None:
        assert distance > SIZE
    else:
        assert len(walk) == distance
        assert [move.source for move in walk] + [goal] == [0, *(move.target for move in walk)]


@given(GRAPHS)
def test_tables_hold_every_transition(edges: list[tuple[int, str, int]]) -> None:
    machine = machine_of(edges)
    assert {(source, event, move.target) for (source, event), move in table(machine).items()} == set(edges)
    assert [move for moves in outgoing(machine) for move in moves] == list(machine.transitions)
    assert sorted(edges) == sorted((move.source, move.event, move.target) for moves in incoming(machine) for move in moves)


def test_a_passable_walk_avoids_what_it_must() -> None:
    machine = machine_of([(0, "a", 1), (0, "b", 2), (1, "a", 3), (2, "a", 1), (3, "a", 3)])
    assert [move.event for move in shortest(machine, 0, lambda state: state == 3) or ()] == ["a", "a"]
    around = shortest(machine, 0, lambda state: state == 3, lambda move: (move.source, move.event) != (0, "a"))
    assert [move.target for move in around or ()] == [2, 1, 3]
    assert shortest(machine, 0, lambda state: state == 0) == ()
    assert shortest(machine, 3, lambda state: state == 0) is None
    assert loops(machine) == ((3,),)
