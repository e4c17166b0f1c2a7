"""How a plan leaves the house. An emitter is one file of this folder that ends in `EMITTER = Emitter(...)`; files are found, never listed.

To add one, add a file: its `write` gets the Schedule and gives bytes, the same ones for an equal Schedule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ..types import Schedule


@dataclass(frozen=True, slots=True)
class Emitter:
    """`name` is the `--format`, `suffix` the ending of a file that asks for it, `about` one line for the help."""

    name: str
    suffix: str
    about: str
    write: Callable[[Schedule], bytes]


@cache
def names() -> tuple[str, ...]:
    """The formats there are, in the order of the alphabet. Imports none of them."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_")))


def emitter(name: str) -> Emitter:
    """The emitter of a format. KeyError where there is none."""
    if name not in names():
        raise KeyError(name)
    found: Emitter = import_module(f"{__name__}.{name}").EMITTER
    return found
