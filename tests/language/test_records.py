"""Records behave as the frozen, slotted dataclasses that they stand for."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadenza.language.records import record


class Base:
    __slots__ = ()
    node: int

    @property
    def twice(self) -> int:
        return self.node * 2


@record
class Ours(Base):
    node: int
    name: str = "n"
    facts: dict[str, int] = field(default_factory=dict, hash=False)
    seen: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Theirs(Base):
    node: int
    name: str = "n"
    facts: dict[str, int] = field(default_factory=dict, hash=False)
    seen: int = field(default=0, compare=False, repr=False)


arguments = st.fixed_dictionaries(
    {"node": st.integers(0, 2)},
    optional={"name": st.sampled_from("ab"), "facts": st.dictionaries(st.sampled_from("xy"), st.integers(0, 1)), "seen": st.integers(0, 1)},
)


@given(arguments, arguments)
def test_a_record_is_equal_hashed_shown_and_replaced_as_a_dataclass_is(one: dict[str, Any], two: dict[str, Any]) -> None:
    ours, theirs = (Ours(**one), Ours(**two)), (Theirs(**one), Theirs(**two))
    assert (ours[0] == ours[1]) is (theirs[0] == theirs[1])
    assert [hash(each) for each in ours] == [hash(each) for each in theirs]
    assert [repr(each) for each in ours] == [repr(each).replace("Theirs", "Ours") for each in theirs]
    assert repr(replace(ours[0], **two)) == repr(replace(theirs[0], **two)).replace("Theirs", "Ours")
    assert ours[0] != theirs[0]


@given(arguments)
def test_a_record_survives_pickling_and_copying(given: dict[str, Any]) -> None:
    ours = Ours(**given)
    for again in (pickle.loads(pickle.dumps(ours)), copy.copy(ours), copy.deepcopy(ours)):
        assert (again, again.seen) == (ours, ours.seen)


def test_a_record_is_a_frozen_slotted_dataclass() -> None:
    ours = Ours(3)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        ours.name = "x"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del ours.name
    assert not hasattr(ours, "__dict__")
    assert is_dataclass(Ours)
    assert [each.name for each in fields(Ours)] == ["node", "name", "facts", "seen"]
    assert ours.twice == 6
    match ours:
        case Ours(node, name):
            assert (node, name) == (3, "n")


def test_each_record_has_its_own_default() -> None:
    one, two = Ours(1), Ours(1)
    one.facts["x"] = 1
    assert two.facts == {}


@pytest.mark.parametrize("wrong", [{}, {"node": 1, "nmae": "x"}])
def test_wrong_arguments_are_refused_also_the_first_time(wrong: dict[str, Any]) -> None:
    @record
    class Fresh:
        node: int

    with pytest.raises(TypeError, match=r"__init__\(\)"):
        Fresh(**wrong)
    assert Fresh(1) == Fresh(1)


def test_methods_of_the_class_are_kept_and_post_init_runs() -> None:
    made: list[int] = []

    @record
    class Own:
        node: int

        def __post_init__(self) -> None:
            made.append(self.node)

        def __repr__(self) -> str:
            return "own"

        def __hash__(self) -> int:
            return 7

    assert (repr(Own(5)), hash(Own(6)), made) == ("own", 7, [5, 6])
