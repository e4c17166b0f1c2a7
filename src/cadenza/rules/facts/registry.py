"""The facts there are, and the values of one playbook's."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ...language.findings import Witness
from ...language.model import CHANNELS
from ...language.nodes import Span
from ...language.records import record
from ..words import lasting, many

if TYPE_CHECKING:
    from ..context import Subject

Value: TypeAlias = "int | float | bool | str | tuple[str, ...]"
Keys: TypeAlias = tuple[str, ...]
NO_LIMIT = 1 << 53
"""More than any count."""
FOREVER = 315_576_000_000
"""Seconds of 10,000 years: longer than any duration, and the longest that CEL knows."""
DAY = 86400
SENDERS = ("senders",)
"""As the keys of a fact: the senders that the playbook uses. They differ from workspace to workspace."""


@record
class Known:
    """One value of a fact. Durations are whole seconds. `because`: the story or the line that makes it so. `exact`: reached, not only a bound."""

    value: Value
    because: Span | Witness | None = None
    exact: bool = True


@record
class Fact:
    """A fact as it is documented. `levels` are the keys of each level of a map, in order; `SENDERS` stands for the playbook's senders.

    `rough` gives a value on the safe side (of `most` never too small, of `least` never too large) at a fraction of the price: where a condition
    holds even of that, nobody asks for the true one.
    """

    name: str
    type: str
    unit: str
    description: str
    levels: tuple[tuple[str, ...], ...]
    make: Callable[..., Known]
    side: Literal["most", "least", ""] = ""
    rough: Callable[..., int] | None = None

    @property
    def keys(self) -> Sequence[Sequence[str]]:
        """For typing a condition: the keys that each level can have; empty where the workspace decides."""
        return [() if level == SENDERS else level for level in self.levels]


def fact(
    *,
    name: str,
    type: str,
    unit: str = "",
    keys: Sequence[tuple[str, ...]] = (),
    most: Callable[..., int] | None = None,
    least: Callable[..., int] | None = None,
) -> Callable[[Callable[..., Known]], Fact]:
    """Make a fact of a function `(subject, *keys) -> Known`; its docstring is the description. `type` is that of one value, without its
    keys; `most` or `least` is its `rough`."""

    def made(make: Callable[..., Known]) -> Fact:
        whole = type
        for _ in keys:
            whole = f"map<string,{whole}>"
        side: Literal["most", "least", ""] = "most" if most else "least" if least else ""
        return Fact(name, whole, unit, " ".join((make.__doc__ or "").split()), tuple(keys), make, side, most or least)

    return made


@cache
def catalogue() -> dict[str, Fact]:
    """Every fact there is, by its name, in alphabetical order."""
    found: dict[str, Fact] = {}
    for module in _modules():
        for value in vars(importlib.import_module(module)).values():
            if isinstance(value, Fact):
                if value.name in found:
                    raise ValueError(f"two facts are called {value.name}")
                found[value.name] = value
    return dict(sorted(found.items()))


@cache
def sides() -> dict[str, str]:
    """The facts that have a rough value -> on which side of the true one it lies."""
    return {name: fact.side for name, fact in catalogue().items() if fact.side}


def _modules() -> Iterator[str]:
    with os.scandir(Path(__file__).parent) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        if name.endswith(".py") and not name.startswith("_") and name != "registry.py":
            yield f"{__package__}.{name[:-3]}"


class Facts:
    """The facts of one playbook, each value computed once, when it is asked for."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._known: dict[tuple[str, Keys], Known] = {}
        self._rough: dict[tuple[str, Keys], int] = {}

    def get(self, name: str, keys: Keys = ()) -> Known:
        """One value, with all its keys."""
        found = self._known.get((name, keys))
        if found is None:
            found = self._known[name, keys] = catalogue()[name].make(self.subject, *keys)
        return found

    def rough(self, name: str, keys: Keys) -> Any:
        """A value on the safe side where that is cheaper, and the true one is not known yet."""
        made = catalogue()[name].rough
        if made is None or (name, keys) in self._known or len(keys) < len(self.levels(name)):
            return self.value(name, keys)
        if (name, keys) not in self._rough:
            self._rough[name, keys] = made(self.subject, *keys)
        return self._rough[name, keys]

    def levels(self, name: str) -> tuple[tuple[str, ...], ...]:
        """The keys of each level of a fact in this workspace."""
        return tuple(self.senders if level == SENDERS else level for level in catalogue()[name].levels)

    @property
    def senders(self) -> tuple[str, ...]:
        """The senders that the playbook's channels use."""
        playbook = self.subject.playbook
        return tuple(dict.fromkeys(use.senders for use in playbook.channels.values() if use.senders in playbook.workspace.senders and use.senders))

    def known(self, name: str, keys: Keys = ()) -> Iterator[tuple[Keys, Known]]:
        """Every value of a fact below `keys`, each with all its keys."""
        for rest in product(*self.levels(name)[len(keys) :]):
            yield (*keys, *rest), self.get(name, (*keys, *rest))

    def value(self, name: str, keys: Keys = ()) -> Any:
        """A value, or a map of the values that remain where keys are missing."""
        levels = self.levels(name)
        if len(keys) == len(levels):
            return self.get(name, keys).value
        return {key: self.value(name, (*keys, key)) for key in levels[len(keys)]}


def plain(fact: Fact, value: Value) -> Any:
    """A value for JSON: a list for a tuple, null for what has no limit."""
    if isinstance(value, tuple):
        return list(value)
    return None if _endless(fact, value) else value


def shown(fact: Fact, value: Value) -> str:
    """A value in a sentence: `4 touches`, `2 days`, `no limit`, `email, phone`."""
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value or "none"
    if _endless(fact, value):
        return "without end" if "duration" in fact.type else "no limit"
    if "duration" in fact.type:
        return lasting(int(value))
    if isinstance(value, float):
        return f"{value:g}{fact.unit}"
    several = fact.unit
    one = several[:-2] if several.endswith("ches") else several.removesuffix("s")
    return many(value, one, several) if fact.unit else f"{value:,}"


def _endless(fact: Fact, value: Value) -> bool:
    return not isinstance(value, (str, tuple, bool)) and value >= (FOREVER if "duration" in fact.type else NO_LIMIT)


BY_CHANNEL = tuple(CHANNELS)
