"""The CEL library, for conditions with quantifiers, arithmetic or functions of text.

The package's door imports a command line with two hundred modules behind it, which takes longer than everything else that lint does; so its
compiled part is loaded by itself where it lies where we expect it, and through the door otherwise.
"""

from __future__ import annotations

import importlib
import sys
from datetime import timedelta
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .run import within
from .typing import CALENDAR, Condition
from .words import Slip

if TYPE_CHECKING:
    from .run import Look

MOST_ROUNDS = 200_000
"""How often a condition may go round in all: the items of its longest list, to the power of how deep quantifiers are nested."""


@cache
def library() -> Any:
    """The module with `compile` and `Context`."""
    found = find_spec("cel")
    for folder in (found.submodule_search_locations or ()) if found else ():
        for suffix in EXTENSION_SUFFIXES:
            file = Path(folder, f"cel{suffix}")
            if file.is_file() and "cel" not in sys.modules:
                spec = spec_from_file_location("cel.cel", file, loader=ExtensionFileLoader("cel.cel", str(file)))
                if spec is not None and spec.loader is not None:
                    module = module_from_spec(spec)
                    spec.loader.exec_module(module)
                    return module
    return importlib.import_module("cel")


def decide(condition: Condition, look: Look) -> bool:
    """Whether the condition holds. Slip: it goes through too much, divides by nought, or reads an item that a list has not."""
    whole = (condition.tree.start, condition.tree.end)
    values = {name: look(name, ()) for name, _ in condition.facts}
    longest = max((_items(value) for value in values.values()), default=0)
    if longest**condition.nested > MOST_ROUNDS:
        raise Slip(f"it would go round {longest**condition.nested:,} times; at most {MOST_ROUNDS:,} are run", *whole, "split it into several checks")
    cel = library()
    try:
        context = cel.Context({"facts": _tree(values)}, _functions())
        result = cel.compile(condition.text).execute(context)
    except Exception as error:
        raise Slip(f"it cannot be computed here: {_first(error)}", *whole, "mind what happens where a list is empty") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Slip("it cannot be computed: the CEL library gave up", *whole, "write it more simply") from None
    if not isinstance(result, bool):
        raise Slip("it is neither true nor false", *whole)
    return result


def _functions() -> dict[str, Any]:
    counted = {name: lambda count, size=size: timedelta(seconds=count * size) for name, size in CALENDAR.items()}
    return {"within": within, **counted}


def _first(error: Exception) -> str:
    text = str(error).split("\n")[0].split(". ")[0].rstrip(".")
    return (text[:1].lower() + text[1:])[:160] or type(error).__name__


def _items(value: Any) -> int:
    if isinstance(value, dict):
        return max([len(value), *map(_items, value.values())])
    return len(value) if isinstance(value, (list, tuple)) else 0


def _tree(values: dict[str, Any]) -> dict[str, Any]:
    """Facts by their dotted names as maps in maps, with durations as the library knows them."""
    from ...facts.registry import catalogue

    root: dict[str, Any] = {}
    for name, value in values.items():
        *spaces, last = name.split(".")
        here = root
        for space in spaces:
            here = here.setdefault(space, {})
        here[last] = _plain(value, catalogue()[name].type.endswith(("duration", "duration>", "duration>>")))
    return root


def _plain(value: Any, durations: bool) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item, durations) for key, item in value.items()}
    if isinstance(value, tuple):
        return list(value)
    return timedelta(seconds=value) if durations and isinstance(value, int) and not isinstance(value, bool) else value
