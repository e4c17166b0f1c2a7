"""Engines: all of them run the same `Program` and give the same `Outcome`.

An engine is one module here whose name ends in `_engine` and that has a function `run(program, replication, trace, fixed_rates)`. It is found
by its name and imported when it is used, so adding one touches one file.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeAlias, cast

from ..world import crowd
from ..world.program import Program
from ..world.rates import Held
from .outcome import Outcome

Trace: TypeAlias = Callable[[int, int, str, str, str, int], None]
"""Called for every event: (UTC second, person's key, id of the state after it, event, resource or "", draw or 0)."""
WORTH_COMPILING = 500
"""People, over all programs, from which on `auto` compiles the kernel where it is not compiled yet: a few seconds that are earned back."""
LONG = 50_000
"""People in the lists from which on the kernel is compiled before the people are drawn: it draws them in a hundredth of the time."""
EXPECTED = "expected"
"""The engine that has no replications: one outcome, of means."""
_SUFFIX = "_engine"
_said: set[str] = set()

__all__ = ["EXPECTED", "Outcome", "Trace", "choose", "expect", "names", "run"]


class _Crowd:
    """The kernel helps with long lists of people; it is imported when there is one."""

    def __getattr__(self, name: str) -> Any:
        from .kernel import crowd as native

        return getattr(native, name)


crowd.helpers.append(cast(crowd.Helper, _Crowd()))


@cache
def names() -> tuple[str, ...]:
    """The engines that run replications, by name: all but `expected`, which has none."""
    found = (module.name.removesuffix(_SUFFIX) for module in iter_modules(__path__) if module.name.endswith(_SUFFIX))
    return tuple(sorted(name for name in found if name != EXPECTED))


def choose(engine: str, *programs: Program, tell: Callable[[str], None] | None = None) -> str:
    """The engine that `auto` means for these programs, or the one that is named, ready to run.

    `auto` is the kernel where it is compiled already, or can be and there are so many people that it pays; else `simpy`. All give the same
    outcomes. `tell` is given a sentence when something is compiled. Raises ValueError with the names that there are, and `NoKernel` (a ValueError
    too) where the kernel is asked for and cannot be had.
    """
    if engine == "auto":
        return "kernel" if _kernel_pays(programs, tell) else "simpy"
    if engine == EXPECTED:
        return engine
    if engine not in names():
        raise ValueError(f"there is no engine `{engine}`; there is {', '.join(names())}")
    if engine == "kernel":
        from . import kernel_engine

        kernel_engine.prepare(programs, tell)
    return engine


def _kernel_pays(programs: tuple[Program, ...], tell: Callable[[str], None] | None) -> bool:
    from . import kernel_engine

    if not kernel_engine.available() and sum(len(program.people.key) for program in programs) < WORTH_COMPILING:
        return False
    try:
        kernel_engine.prepare(programs, tell)
    except kernel_engine.NoKernel as error:
        _say_once(tell, f"{str(error).replace('; use --engine simpy', '').replace(', or use --engine simpy', '')}: simpy is used instead")
        return False
    return True


def _say_once(tell: Callable[[str], None] | None, sentence: str) -> None:
    """A question chooses an engine many times."""
    if tell is not None and sentence not in _said:
        _said.add(sentence)
        tell(sentence)


def expect(engine: str, people: int, tell: Callable[[str], None] | None = None) -> None:
    """Programs with lists of so many people are going to be built for `engine`: compile the kernel first where that pays and can be done."""
    if people < LONG or engine not in ("auto", "kernel"):
        return
    from . import kernel_engine

    with suppress(kernel_engine.NoKernel):
        kernel_engine.ready(tell)


def run(
    program: Program, replication: int, engine: str = "simpy", trace: Trace | None = None, fixed_rates: Held = False, lateness: bool = False
) -> Outcome:
    """One replication. `fixed_rates` holds what is uncertain at its medians (True), or single leaves at quantiles of their laws. With `lateness` the
    outcome's totals hold how late each touch and hand-off was, for whoever adds outcomes up."""
    module = import_module(f".{choose(engine, program)}{_SUFFIX}", __name__)
    more = {"lateness": True} if lateness else {}
    return cast(Outcome, module.run(program, replication, trace, fixed_rates, **more))
