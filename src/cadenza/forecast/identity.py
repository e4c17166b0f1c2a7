"""What a run is, as one number: a hash over everything that its replications depend on.

The hash is over values, not over how Python happens to hold them: a program that was built again, on another machine or after a restart, has the
same one, and one in which a single figure differs has another.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any


def digest(*values: object) -> str:
    """64 hexadecimal digits that stand for these values: frozen dataclasses, texts, numbers, None, tuples and arrays of those.

    Raises TypeError for anything else, whose identity nobody has thought about.
    """
    found = hashlib.sha256()
    for value in values:
        _feed(found.update, value)
    return found.hexdigest()


def _feed(take: Callable[[bytes], object], value: Any) -> None:
    if is_dataclass(value) and not isinstance(value, type):
        take(f"<{type(value).__name__}".encode())
        for field in fields(value):
            take(f".{field.name}".encode())
            _feed(take, getattr(value, field.name))
        take(b">")
    elif isinstance(value, (tuple, list, array)):
        take(f"({len(value)}".encode())
        if not _feed_numbers(take, value):
            for each in value:
                _feed(take, each)
    elif value is None or isinstance(value, (bool, int, float, str)):
        text = repr(value).encode()
        take(f"={type(value).__name__}{len(text)}:".encode() + text)
    else:
        raise TypeError(f"a {type(value).__name__} has no identity here")


def _feed_numbers(take: Callable[[bytes], object], values: Any) -> bool:
    """Long columns of numbers at the speed of memory; False where they are something else."""
    for code in "qQd":
        try:
            found = array(code, values)
        except (TypeError, OverflowError):
            continue
        if sys.byteorder == "big":
            found.byteswap()
        take(code.encode() + found.tobytes())
        return True
    return False
