"""What the packer lets through: nothing that points outside its array, nothing beyond the kernel's bits."""

from __future__ import annotations

from array import array
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cadenza.engines import kernel_engine
from cadenza.engines.kernel.build import NoKernel, compiler
from cadenza.engines.kernel.pack import check
from cadenza.language import load_playbook
from cadenza.language.values import Duration
from cadenza.world import Program, build


@pytest.fixture(scope="module")
def program(EXAMPLES: Path) -> Program:
    return build((load_playbook(EXAMPLES / "benchmarks" / "w" / "playbooks" / "w.yaml"),), "2027-01-04", Duration(1, "week"), 1, 20)


def spoilt(program: Program, part: str, **columns: Any) -> Program:
    return replace(program, **{part: replace(getattr(program, part), **columns)})


def test_a_program_of_ours_is_sound(program: Program) -> None:
    check(program)


def test_what_points_outside_is_stopped(program: Program) -> None:
    wrong = {
        "go: ": spoilt(program, "states", go=(len(program.states.target), *program.states.go[1:])),
        "accounts: ": spoilt(program, "people", account=(99, *program.people.account[1:])),
        "cohorts of people: 19 of 20 values": spoilt(program, "people", cohort=program.people.cohort[1:]),
        "colleagues: ": spoilt(program, "people", colleague=(-1, *program.people.colleague[1:])),
        "tables have ": replace(program, tables=(program.tables[0][1:], *program.tables[1:])),
    }
    for words, broken in wrong.items():
        with pytest.raises(AssertionError) as stopped:
            check(broken)
        assert str(stopped.value).startswith(words)


def test_what_is_too_large_is_for_simpy(program: Program) -> None:
    with pytest.raises(NoKernel, match=r"^the kernel has no room for this, use --engine simpy: so long a horizon$"):
        check(replace(program, end=program.start + (1 << 31)))
    with pytest.raises(NoKernel, match=r"so large a delay, value or priority$"):
        check(replace(program, tables=((*program.tables[0][:-1], 1 << 50), *program.tables[1:])))
    with pytest.raises(NoKernel, match=r"so many states or segments$"):
        check(spoilt(program, "cohorts", segments=(257,)))


@pytest.mark.skipif(compiler() is None, reason="there is no C compiler")
def test_the_library_looks_through_columns_as_python_does(program: Program) -> None:
    outside = kernel_engine.ready().cadenza_outside
    check(program, outside)
    spoilt_column = array("i", program.people.account)
    spoilt_column[7] = len(program.people.colleagues) - 1
    with pytest.raises(AssertionError, match=r"^accounts: 20 of 20 values, or one outside 0..19$"):
        check(spoilt(program, "people", account=spoilt_column), outside)
