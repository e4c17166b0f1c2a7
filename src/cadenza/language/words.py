"""What the little languages share: bounded text, plain decimal numbers, and the error that shows a good value.

Numbers in a playbook are plain: digits, at most one point, no exponent, no separator of thousands. They are read through `Decimal`, so
that `0.35%` is the float nearest to 0.0035 and prints as `0.35%` again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

LONGEST = 200
"""No value of a little language is longer; a longer text is refused before anything looks at it."""
MOST = 10**12
"""No number is larger."""
_NUMBER = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,180})?")
_LEADING = re.compile(r"[-+]?[0-9][0-9.,_']*")


class UnitError(ValueError):
    """The text is no such value. `str(error)` says why in half a sentence; `good` is a value that would be right."""

    def __init__(self, why: str, good: str) -> None:
        super().__init__(why)
        self.good = good


def checked(read: Callable[[str], T], text: str, otherwise: str) -> T:
    """What `read` makes of the text; where it is an error, the value that the error shows is read as well, so that it surely is a good one."""
    try:
        return read(text)
    except UnitError as problem:
        good = problem.good
        for _ in range(3):
            try:
                read(good)
            except UnitError as second:
                good = second.good
            else:
                raise UnitError(str(problem), good) from None
        raise UnitError(str(problem), otherwise) from None


def tidy(text: object, what: str, good: str) -> str:
    """The text with its blanks made single; UnitError where it is empty, too long or no text at all."""
    if not isinstance(text, str):
        text = str(text)
    if len(text) > LONGEST:
        raise UnitError(f"{what} is at most {LONGEST} characters long, and this has {len(text)}", good)
    words = " ".join(text.split())
    if not words:
        raise UnitError(f"{what} is missing", good)
    return words


def shown(text: str, longest: int = 40) -> str:
    """The text as a message quotes it: printable, short, in backticks."""
    clean = "".join(letter if letter.isprintable() and letter != "`" else "·" for letter in text)
    return f"`{clean if len(clean) <= longest else clean[: longest - 1] + '…'}`"


def split_number(text: str) -> tuple[str, str]:
    """`120 per day` → (`120`, `per day`); the number may have a sign and may be no good number yet; "" where there is none."""
    found = _LEADING.match(text)
    return (found.group(), text[found.end() :].strip()) if found else ("", text)


def number(text: str, what: str, good: str) -> Decimal:
    """A plain decimal number of at least 0 and at most `MOST`; UnitError says what is wrong with any other."""
    if _NUMBER.fullmatch(text):
        value = Decimal(text)
        if value > MOST:
            raise UnitError(f"{shown(text)} is too large: {what} is at most {MOST}", good)
        return value
    if text.startswith("-"):
        raise UnitError(f"{what} cannot be negative", good)
    if text.startswith("+"):
        raise UnitError(f"{what} is written without `+`", good)
    if any(mark in text for mark in ",_'"):
        raise UnitError(f"{shown(text)} is no plain number: leave out the separators, and write decimals with a point", good)
    if text.isascii() and text.isdigit():
        raise UnitError(f"{shown(text)} is too large: {what} is at most {MOST}", good)
    raise UnitError(f"{shown(text)} is no number", good)


def bare(text: str) -> str:
    """What number was probably meant, to show a good value with: `-1,200` → `1200`, `1.200,50` → `1200.50`, `1` where nothing fits."""
    clean = text.lstrip("+-").replace("_", "").replace("'", "").rstrip(".,")
    last = max(clean.rfind("."), clean.rfind(","))
    tail = clean[last + 1 :]
    point = last >= 0 and (clean.count(".") + clean.count(",") == 1 or clean[last] not in clean[:last])
    if point and not (clean[last] == "," and len(tail) == 3):
        clean = f"{clean[:last].replace('.', '').replace(',', '')}.{tail}"
    else:
        clean = clean.replace(".", "").replace(",", "")
    return clean if _NUMBER.fullmatch(clean) and Decimal(clean) <= MOST else "1"


def bare_whole(text: str) -> str:
    """As `bare`, without its decimals."""
    return str(int(Decimal(bare(text))))


def whole(text: str, what: str, good: str) -> int:
    """A whole number of at least 0 and at most `MOST`."""
    value = number(text, what, good)
    if value != value.to_integral_value():
        raise UnitError(f"{shown(text)} is no whole number", good)
    return int(value)


def digits(value: float | Decimal) -> str:
    """A number as playbooks write it: no exponent, no trailing zeros, exactly as many digits as bring the same float back."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if exact == exact.to_integral_value():
        return str(int(exact))
    return format(exact, "f").rstrip("0")


def plural(amount: int, unit: str) -> str:
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"
