"""Two documents side by side: which values differ, and which proofs.

A change is named by its path, as in a scenario: `cadence.intro.after`. Only values count: comments, the order of keys, and how a map is laid out
are the author's business. The order of a list whose items have ids (the cadence) is a value of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..language.nodes import Map, Node, Scalar, Seq, item_id

if TYPE_CHECKING:
    from ..language.model import Playbook


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after, as text; None where there is none."""

    path: str
    before: str | None
    after: str | None


def values(old: Node, new: Node, path: str = "") -> Iterator[Change]:
    """Every value that differs between two trees, in the order of the old one, then of the new one."""
    if isinstance(old, Map) and isinstance(new, Map):
        yield from _entries(old.entries, new.entries, path)
        return
    if isinstance(old, Seq) and isinstance(new, Seq):
        before, after = _by_id(old), _by_id(new)
        if before is not None and after is not None:
            yield from _entries(before, after, path)
            was, now = [name for name in before if name in after], [name for name in after if name in before]
            if was != now:
                yield Change(f"{path} (order)", ", ".join(was), ", ".join(now))
            return
    before_text, after_text = text(old), text(new)
    if before_text != after_text:
        yield Change(path, before_text, after_text)


def _entries(old: dict[str, Node], new: dict[str, Node], path: str) -> Iterator[Change]:
    for key in (*old, *(key for key in new if key not in old)):
        where = f"{path}.{key}" if path else key
        if key not in new:
            yield Change(where, text(old[key]), None)
        elif key not in old:
            yield Change(where, None, text(new[key]))
        else:
            yield from values(old[key], new[key], where)


def _by_id(node: Seq) -> dict[str, Node] | None:
    """The items by their ids; None where one has none, or two have the same."""
    found = {name: item for item in node.items if (name := item_id(item)) is not None}
    return found if len(found) == len(node.items) else None


def text(node: Node) -> str:
    """A value on one line, as YAML's flow style writes it."""
    if isinstance(node, Scalar):
        return node.text if node.value is not None else "null"
    if isinstance(node, Seq):
        return "[" + ", ".join(map(text, node.items)) + "]"
    return "{" + ", ".join(f"{key}: {text(value)}" for key, value in node.entries.items()) + "}"


def messages(old: Playbook, new: Playbook) -> Iterator[Change]:
    """Messages and scripts whose text differs: in how many words, since the text itself is for `git diff`. No forecast knows what they say."""
    for file in sorted(old.messages.keys() & new.messages.keys()):
        was, now = old.messages[file], new.messages[file]
        if was.subject != now.subject:
            yield Change(f"{file}: subject", was.subject, now.subject)
        if was.body != now.body:
            yield Change(file, f"{len(was.body.split())} words", f"other text, {len(now.body.split())} words")


def facts(old: Playbook, new: Playbook, as_of: date) -> Iterator[Change]:
    """What the compiler proves of one and not of the other. Nothing where a machine is too large to prove things of: lint says that."""
    from ..language.findings import Refused
    from ..rules.context import Subject
    from ..rules.facts.registry import catalogue, shown
    from ..rules.proof.graph import TooDear

    was, now = (Subject(book.node, as_of, book).facts for book in (old, new))
    for name, fact in catalogue().items():
        try:
            before, after = ({keys: shown(fact, known.value) for keys, known in side.known(name)} for side in (was, now))
        except (Refused, TooDear):
            continue
        for keys in dict.fromkeys((*before, *after)):
            if before.get(keys) != after.get(keys):
                yield Change(name + "".join(f"[{key}]" for key in keys), before.get(keys), after.get(keys))
