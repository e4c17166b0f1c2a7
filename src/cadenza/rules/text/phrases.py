"""Phrases: what the rules look for, kept as data, found in one pass over the words.

A file of phrases has one a line. `(a|b c)` is either, `[x]` may be left out, `<n>` is any number (also within a word: `<n>-minute`), `{}` is a
merge field, `_` is any one word, `^` the beginning of a sentence. A line `== reason` says what is wrong with those below it; `#` opens a
comment. Words are compared in small letters, so a phrase is found across line breaks and whatever stands around it.

All phrases together are one net of words, as large as the files are long. Finding them costs a look-up for each word of the text and a step for
each word of a phrase that has begun, whatever the text is: there is no pattern to run wild.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

FAMILIES = ("nags", "claims", "ours", "theirs", "asks", "invites", "time", "gives", "way_out", "continues")
_TOKEN = re.compile(r"[()\[\]|]|[^\s()\[\]|]+")


class BadPhrase(ValueError):
    """A phrase that cannot be read; the message says why."""


@dataclass(slots=True, eq=False)
class Net:
    """Words that lead on, and what is said where a phrase ends here: family -> reason."""

    next: dict[str, list[Net]] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)

    def add(self, phrase: str, family: str, reason: str) -> None:
        """BadPhrase where the phrase cannot be read."""
        tokens = [token.lower().replace("’", "'") for token in _TOKEN.findall(phrase)]
        try:
            ends, rest = _lay(tokens, [self], "")
        except BadPhrase as problem:
            raise BadPhrase(f"`{phrase}`: {problem}") from None
        if rest or self in ends:
            raise BadPhrase(f"`{phrase}` may be nothing at all")
        for end in ends:
            end.ends.setdefault(family, reason)


def _lay(tokens: list[str], heads: list[Net], closing: str) -> tuple[list[Net], list[str]]:
    """Lay the words up to `closing` behind every head: where that ends, and the tokens after it."""
    here, ends = heads, list[Net]()
    while tokens:
        token, *tokens = tokens
        if token in (")", "]"):
            if token != closing:
                raise BadPhrase(f"`{token}` closes what is not open")
            return [*ends, *here], tokens
        if token == "|":
            ends, here = [*ends, *here], heads
        elif token in ("(", "["):
            inner, tokens = _lay(tokens, here, ")" if token == "(" else "]")
            here = list(dict.fromkeys([*here, *inner] if token == "[" else inner))
        else:
            new = Net()
            for head in here:
                head.next.setdefault(token, []).append(new)
            here = [new]
    if closing:
        raise BadPhrase(f"`{closing}` is missing")
    return [*ends, *here], []


class Hit(NamedTuple):
    """A phrase in a text: which words of it (the last one exclusive), and what is said of it."""

    first: int
    last: int
    reason: str


def find(net: Net, keys: Sequence[str], openings: frozenset[int]) -> dict[str, list[Hit]]:
    """The longest phrase of each family at every word, those within another left out; in the order of the text."""
    found: dict[str, list[Hit]] = {}
    reached: dict[str, int] = {}
    starts, opening, anywhere = net.next, net.next.get("^", []), net.next.get("_", [])
    for at, key in enumerate(keys):
        active = [*starts.get(key, ()), *anywhere]
        if opening and at in openings:
            active += [new for head in opening for word in (key, "_") for new in head.next.get(word, ())]
        for family, (last, reason) in _longest(active, keys, at + 1).items() if active else ():
            if last > reached.get(family, 0):
                reached[family] = last
                found.setdefault(family, []).append(Hit(at, last, reason))
    return found


def _longest(active: list[Net], keys: Sequence[str], at: int) -> dict[str, tuple[int, str]]:
    longest: dict[str, tuple[int, str]] = {}
    while active:
        onward: dict[Net, None] = {}
        for net in active:
            for family, reason in net.ends.items():
                longest[family] = (at, reason)
            if net.next and at < len(keys):
                for word in (keys[at], "_"):
                    if word in net.next:
                        onward.update(dict.fromkeys(net.next[word]))
        active = list(onward)
        at += 1
    return longest


# ---------------------------------------------------------------- files of phrases


@cache
def english() -> Net:
    """Everything under `english/`, as one net."""
    net = Net()
    folder = Path(__file__).parent / "english"
    for family in FAMILIES:
        for phrase, reason in lines((folder / f"{family}.txt").read_text("utf-8")):
            net.add(phrase, family, reason)
    return net


def lines(text: str) -> Iterator[tuple[str, str]]:
    """The phrases of a file, each with the reason that stands above it."""
    reason = ""
    for line in text.splitlines():
        said = line.strip()
        if said.startswith("=="):
            reason = said[2:].strip()
        elif said and not said.startswith("#"):
            yield said, reason


@lru_cache(maxsize=64)
def own(phrases: tuple[str, ...], reason: str) -> Net:
    """A net of phrases from somebody's settings, as the family `own`. BadPhrase where one cannot be read."""
    net = Net()
    for phrase in phrases:
        net.add(phrase, "own", reason)
    return net
