"""Branches of a template: which stretches of it exclude each other.

Phrases are looked for in every branch. What is counted (words, questions, links) is counted as one person may get it: of branches that exclude
each other, one. `most` takes the branch with the most, `least` the one with the fewest; an `if` without `else` may also give nothing. A loop
counts as one round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ...language.template import Tag, tags_of

Item = TypeVar("Item")
_OPENS = ("if", "unless", "case")
_TURNS = ("elsif", "else", "when")


@dataclass(slots=True)
class Choice:
    """A condition: its alternatives, each a list of its stretches (start, end) and of the conditions inside it."""

    alternatives: list[list[Choice | tuple[int, int]]] = field(default_factory=lambda: [[]])
    otherwise: bool = False


def parts(body: str) -> Choice:
    """The whole template as a condition with one alternative."""
    whole = Choice(otherwise=True)
    stack, at = [whole], 0
    for tag in live(tags_of(body)):
        name = _name(tag)
        if name not in (*_OPENS, *_TURNS) and not name.startswith("end"):
            continue
        if name in _OPENS:
            stack[-1].alternatives[-1].append((at, tag.start))
            stack.append(Choice())
        elif name in _TURNS and len(stack) > 1:
            stack[-1].alternatives[-1].append((at, tag.start))
            stack[-1].alternatives.append([])
            stack[-1].otherwise |= name == "else"
        elif name[3:] in _OPENS and len(stack) > 1:
            done = stack.pop()
            done.alternatives[-1].append((at, tag.start))
            stack[-1].alternatives[-1].append(done)
        else:
            continue
        at = tag.end
    stack[-1].alternatives[-1].append((at, len(body)))
    return whole


def live(tags: Iterable[Tag]) -> Iterator[Tag]:
    """The tags that do something: those inside a comment do not."""
    silent = False
    for tag in tags:
        name = _name(tag)
        silent = (silent or name == "comment") and name != "endcomment"
        if not silent and name != "endcomment":
            yield tag


def _name(tag: Tag) -> str:
    return tag.inner.strip().partition(" ")[0] if tag.kind == "tag" else ""


def most(whole: Choice, items: Sequence[Item], start: Callable[[Item], int]) -> list[Item]:
    """The items that the person sees who gets the most of them."""
    return _taken(whole, items, start, fullest=True)


def least(whole: Choice, items: Sequence[Item], start: Callable[[Item], int]) -> list[Item]:
    """The items that the person sees who gets the fewest of them."""
    return _taken(whole, items, start, fullest=False)


def _taken(choice: Choice, items: Sequence[Item], start: Callable[[Item], int], *, fullest: bool) -> list[Item]:
    """Conditions are nested at most 20 deep: Liquid's own limit, which the reader of messages has checked."""
    if len(choice.alternatives) == 1 and len(choice.alternatives[0]) == 1 and choice.otherwise:
        return list(items)
    ways = []
    for alternative in choice.alternatives:
        seen: list[Item] = []
        for part in alternative:
            if isinstance(part, tuple):
                seen += [item for item in items if part[0] <= start(item) < part[1]]
            else:
                seen += _taken(part, items, start, fullest=fullest)
        ways.append(seen)
    if not choice.otherwise:
        ways.append([])
    return max(ways, key=len) if fullest else min(ways, key=len)
