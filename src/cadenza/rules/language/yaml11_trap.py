"""Y009: a value that other tools read differently."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...language.findings import Edit, Finding, Fix
from ...language.nodes import Map, Node, Scalar
from ..context import Context
from ..registry import rule

_TRAPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"y|Y|yes|Yes|YES|on|On|ON"), "true"),
    (re.compile(r"n|N|no|No|NO|off|Off|OFF"), "false"),
    (re.compile(r"[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"), "a number in base 60"),
    (re.compile(r"[-+]?0[0-7_]+"), "a number in base 8"),
    (re.compile(r"[-+]?0b[01_]+"), "a number in base 2"),
    (re.compile(r"[-+]?[1-9][0-9]*_[0-9_]*"), "a number without the underscores"),
)
_ANY = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in _TRAPS))


@rule(code="Y009", name="yaml11-trap", level="warning", profile="minimal", source="YAML 1.1 against the core schema of YAML 1.2", on="tree")
def yaml11_trap(ctx: Context) -> Iterator[Finding]:
    """Unquoted values that YAML 1.1, which most tools still read, takes for something else than we do."""
    seen = set()
    for node in _scalars(ctx.tree):
        if node.quoted or not _ANY.fullmatch(node.text) or node.span in seen:
            continue
        meaning = next(meaning for pattern, meaning in _TRAPS if pattern.fullmatch(node.text))
        seen.add(node.span)
        yield ctx.finding(
            f"`{node.text}` without quotes is {meaning} to tools that read YAML 1.1",
            node.span,
            help=f'Write `"{node.text}"`.',
            fix=Fix(f'Put "{node.text}" into quotes', (Edit(node.span, f'"{node.text}"'),)),
        )


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    else:
        for child in node.entries.values() if isinstance(node, Map) else node.items:
            yield from _scalars(child)
