"""The policies that a workspace is held against: its packs found and read, their conditions typed, and what is wrong with either."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...language.findings import Finding, Level, Refused, Related
from ...language.near import near
from ...language.nodes import Scalar, Seq, Span, key_span
from ...language.noted import Notes, note_again, notes, taking
from ...language.places import locate
from ...language.records import record
from ...language.report import error, listed
from ..facts.registry import SENDERS, Facts, catalogue, shown
from .cel.typing import Condition, condition
from .cel.words import Slip, meant
from .pack import HOUSE, Check, Pack, house_check, read_pack, shipped, shipped_names
from .places import part

if TYPE_CHECKING:
    from ...language.model import Workspace

PLACEHOLDER = re.compile(r"\{([A-Za-z_.0-9]+)((?:\[[^\]{}]*\])*)\}")
"""A fact in a message: `{opt_out.honour_within}`, `{windows[phone]}`."""


@record
class Policies:
    """The packs in force, in the order of `policies:`, and everything that is wrong with what they or the house rules say."""

    packs: tuple[Pack, ...]
    findings: tuple[Finding, ...]

    @property
    def ids(self) -> frozenset[str]:
        """The names of all checks in force."""
        return frozenset(check.id for pack in self.packs for check in pack.checks)


@record
class Shape:
    """A fact for typing: its type and the keys that it has in one workspace."""

    type: str
    keys: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=8)
def shapes(senders: tuple[str, ...]) -> dict[str, Shape]:
    """Every fact as conditions of a workspace with these senders may read it."""
    return {name: Shape(fact.type, tuple(senders if level == SENDERS else level for level in fact.levels)) for name, fact in catalogue().items()}


_kept: list[tuple[Workspace, Policies, Notes]] = []


def of(workspace: Workspace) -> Policies:
    """The policies of a workspace. Nothing is read where it names none; those of the workspace that was asked for last are kept."""
    if not _kept or _kept[0][0] is not workspace:
        with notes(workspace.root) if taking() else nullcontext(Notes(workspace.root)) as read:
            _kept[:] = [(workspace, _read(workspace), read)]
    note_again(_kept[0][2])
    return _kept[0][1]


def _read(workspace: Workspace) -> Policies:
    packs: list[Pack] = []
    findings: list[Finding] = []
    for named in _named(workspace):
        try:
            packs += _find(workspace, named)
        except Refused as refused:
            findings += refused.findings
    own = [pack for pack in packs if pack.file or pack.name == HOUSE]
    findings += [*_clashes(packs), *(flaw for pack in own for check in pack.checks for flaw in _flaws(workspace, check))]
    return Policies(tuple(packs), tuple(findings))


def mistakes_of(workspace: Workspace, file: str) -> list[Finding]:
    """Everything that is wrong with a pack of the workspace's own."""
    try:
        pack = read_pack(workspace.root, file)
    except Refused as refused:
        return list(refused.findings)
    return [flaw for check in pack.checks for flaw in _flaws(workspace, check)]


def _named(workspace: Workspace) -> Iterator[Scalar]:
    policies = workspace.node.get("policies")
    for item in policies.items if isinstance(policies, Seq) else ():
        if isinstance(item, Scalar):
            yield item


def _find(workspace: Workspace, named: Scalar) -> list[Pack]:
    name = str(named.value)
    if name == HOUSE:
        if not workspace.house:
            raise Refused([error("Y004", "`policies` names `house`, and there is no `house:`", named.span, "write the rules, or leave `house` out")])
        return [Pack(HOUSE, "House rules", "", tuple(map(house_check, workspace.house)), ())]
    if name in shipped_names():
        return [shipped(name)]
    if "/" in name or name.endswith((".yaml", ".yml")):
        found = locate(workspace.root, name, named.span, what="policy pack")
        if isinstance(found, Finding):
            raise Refused([found])
        return [read_pack(workspace.root, found)]
    guess = near(name, (*shipped_names(), HOUSE))
    help = f"did you mean `{guess}`?" if guess else f"there is {listed((*shipped_names(), HOUSE), 'and')}; one of your own is named by its file"
    raise Refused([error("Y004", f"there is no policy pack `{name[:60]}`", named.span, help)])


def _clashes(packs: list[Pack]) -> Iterator[Finding]:
    """Ids of the workspace's own checks that another pack in force has, too: a waiver could not tell them apart."""
    seen = {check.id: (f"the pack `{pack.name}`", Span("")) for pack in packs for check in pack.checks if not pack.file and pack.name != HOUSE}
    for pack in packs:
        for check in pack.checks if pack.file or pack.name == HOUSE else ():
            place = key_span(check.node, "id")
            if check.id in seen:
                whose, first = seen[check.id]
                related = [Related(first, "the other one")] if first.file else []
                yield error("Y002", f"the id `{check.id}` is taken by {whose}", place, "give it another name", related=related)
            seen.setdefault(check.id, (pack.file or "`house:`", place))


# ---------------------------------------------------------------- conditions


def typed(workspace: Workspace, check: Check) -> Condition:
    """A check's condition, typed for this workspace. Slip: whatever is wrong with it."""
    return _typed(check.require.text, tuple(workspace.senders))


@lru_cache(maxsize=1024)
def _typed(text: str, senders: tuple[str, ...]) -> Condition:
    return condition(text, shapes(senders))


def sound(workspace: Workspace, check: Check) -> Condition | None:
    """The condition, or None where it is wrong (which `of` reports)."""
    try:
        return typed(workspace, check)
    except Slip:
        return None


def _flaws(workspace: Workspace, check: Check) -> Iterator[Finding]:
    require = check.node.entries["require"]
    if isinstance(require, Scalar) and not isinstance(require.value, str):
        yield error("Y015", "a condition is a text", require.span, "write what must hold, such as `facts.touches_max <= 8`")
        return
    try:
        typed(workspace, check)
    except Slip as slip:
        yield slipped(workspace.root, check, slip)
    message = check.node.entries.get("message")
    if isinstance(message, Scalar):
        yield from _unfilled(workspace, message)


def slipped(root: Path, check: Check, slip: Slip) -> Finding:
    """A slip in a condition as a finding at its letters."""
    place = part(root, check.require, slip.start, slip.end)
    return error("Y004" if slip.unknown else "Y015", f"{slip.message} (in `{check.id}`)", place, slip.help)


def _unfilled(workspace: Workspace, message: Scalar) -> Iterator[Finding]:
    """Facts in a message that do not exist."""
    known: Mapping[str, Shape] = shapes(tuple(workspace.senders))
    for found in PLACEHOLDER.finditer(message.text):
        keys = re.findall(r"\[([^\]]*)\]", found[2])
        place = part(workspace.root, message, found.start(), found.end())
        if found[1] not in known:
            help = meant(found[1], list(known), "`cadenza facts PLAYBOOK` lists all facts")
            yield error("Y004", f"there is no fact `{found[1][:60]}`", place, help)
            continue
        levels = known[found[1]].keys
        if len(keys) != len(levels) or any(key not in level for key, level in zip(keys, levels, strict=True)):
            good = found[1] + "".join(f"[{level[0] if level else 'sender'}]" for level in levels)
            yield error("Y004", f"`{found[0][:60]}` is no value of the fact `{found[1]}`", place, f"write `{{{good}}}`")


def filled(message: str, facts: Facts) -> str:
    """A message with its facts in it, as people read them; what is no fact stays as it is written (`of` reports it)."""

    def value(found: re.Match[str]) -> str:
        keys = tuple(re.findall(r"\[([^\]]*)\]", found[2]))
        levels = facts.levels(found[1]) if found[1] in catalogue() else ()
        if found[1] not in catalogue() or len(keys) != len(levels) or any(key not in level for key, level in zip(keys, levels, strict=True)):
            return found[0]
        return shown(catalogue()[found[1]], facts.get(found[1], keys).value)

    return PLACEHOLDER.sub(value, message)


def level_of(workspace: Workspace, check: Check) -> Level | None:
    """The level of a check as the workspace sets it; None where it is off or ignored."""
    if check.id in workspace.lint.ignore or check.pack in workspace.lint.ignore:
        return None
    for word in (check.pack, check.id):
        chosen = str(workspace.lint.overrides.get(word, {}).get("level", ""))
        if chosen == "off":
            return None
        if chosen in Level.__members__:
            return Level[chosen]
    return check.level
