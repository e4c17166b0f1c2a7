"""A policy pack as a value, and how one is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...language.findings import Finding, Level, Refused, Related
from ...language.nodes import Map, Node, Scalar, Seq, Span
from ...language.records import record
from ...language.report import error
from ...language.take import maps, section, text, value, wanted, words

if TYPE_CHECKING:
    from ...language.model import HouseRule

FOLDER = Path(__file__).parent.parent / "packs"
HOUSE = "house"
"""The name under which `policies:` switches the workspace's own `house:` on."""
GRADES = {
    "P": "primary text, or the regulator or provider itself",
    "L": "a law firm",
    "V": "a vendor's own study",
    "S": "second-hand",
    "memory": "remembered, not read",
}


@record
class Applies:
    """Whom a check is for; what is empty is for all. A check is in force where it may apply: what nothing says counts as possible."""

    countries: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    subscriber_types: tuple[str, ...] = ()
    consent: tuple[str, ...] = ()
    automation: bool = False
    bulk: bool = False


@record
class Check:
    """One check. `require` is the scalar with the condition; `effective` an ISO date or empty; `grade` a key of `GRADES` or empty."""

    id: str
    pack: str
    applies: Applies
    require: Scalar
    message: str
    help: str
    source: str
    verified_on: str
    effective: str
    grade: str
    level: Level
    node: Map


@record
class Unseen:
    """A duty that no fact can show: `explain` lists it, so that nobody takes silence for an acquittal."""

    id: str
    duty: str
    source: str
    grade: str


@record
class Pack:
    """`file`: relative to the workspace, or empty for a pack that ships."""

    name: str
    title: str
    description: str
    checks: tuple[Check, ...]
    unseen: tuple[Unseen, ...]
    file: str = ""


@cache
def shipped_names() -> tuple[str, ...]:
    """The packs that ship, by name."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def shipped(name: str) -> Pack:
    """A pack that ships. Its data is tested, not validated again here."""
    from ...language.trees import read_map

    node, _ = read_map(FOLDER / f"{name}.yaml", f"cadenza/packs/{name}.yaml", "policy pack")
    return build(node)


@cache
def shipped_ids() -> dict[str, str]:
    """Every check of the packs that ship -> its pack. Looked up in the text: knowing a name must not cost reading them all."""
    found = {}
    for name in shipped_names():
        for id in re.findall(r"^  - id: (\S+)$", (FOLDER / f"{name}.yaml").read_text("utf-8").partition("\nunseen:")[0], re.MULTILINE):
            found[id] = name
    return found


def read_pack(root: Path, file: str) -> Pack:
    """A workspace's own pack. Refused: everything that is wrong with its form."""
    from ...language.trees import read_map
    from ...language.validate import validate

    node, _ = read_map(root / file, file, "policy pack")
    findings = [*validate(node, "pack"), *_twice(node)]
    if any(finding.level is Level.error for finding in findings):
        raise Refused(findings)
    return build(node, file)


def _twice(node: Map) -> Iterator[Finding]:
    seen: dict[str, Span] = {}
    checks = node.get("checks")
    for item in checks.items if isinstance(checks, Seq) else ():
        id = item.get("id") if isinstance(item, Map) else None
        if isinstance(id, Scalar) and seen.setdefault(id.text, id.span) is not id.span:
            first = seen[id.text]
            message = f"the id `{id.text[:60]}` stands twice in `checks`; the first one is on line {first.line}"
            yield error("Y002", message, id.span, "give one of them another name", related=[Related(first, "the first one")])


def build(node: Map, file: str = "") -> Pack:
    """A tree of the right form as a Pack."""
    name = wanted(node, "pack")
    home = words(node, "jurisdiction")
    return Pack(
        name,
        wanted(node, "title"),
        text(node, "description") or "",
        tuple(_check(name, item, home) for item in maps(node, "checks")),
        tuple(Unseen(*(text(item, key) or "" for key in ("id", "duty", "source", "grade"))) for item in maps(node, "unseen")),
        file,
    )


def _check(pack: str, node: Map, home: tuple[str, ...]) -> Check:
    require = node.entries["require"]
    assert isinstance(require, Scalar)
    grade = text(node, "grade") or ""
    level = Level[text(node, "level") or "error"]
    return Check(
        id=wanted(node, "id"),
        pack=pack,
        applies=_applies(section(node, "applies_to"), home),
        require=require,
        message=wanted(node, "message"),
        help=text(node, "help") or "",
        source=wanted(node, "source"),
        verified_on=_day(node, "verified_on"),
        effective=_day(node, "effective"),
        grade=grade,
        level=min(level, Level.warning) if grade == "memory" else level,
        node=node,
    )


def _day(node: Map, key: str) -> str:
    found = node.entries.get(key)
    return found.text.strip() if isinstance(found, Scalar) and found.value is not None else ""


def _applies(node: Map, home: tuple[str, ...]) -> Applies:
    return Applies(
        words(node, "countries") or home,
        words(node, "channels"),
        words(node, "subscriber_types"),
        words(node, "consent"),
        value(node, "automation", False) is True,
        value(node, "bulk", False) is True,
    )


def house_check(rule: HouseRule) -> Check:
    """A rule of the workspace's `house:` as a check that applies to everybody."""
    require: Node = rule.node.entries["require"]
    assert isinstance(require, Scalar)
    return Check(rule.id, HOUSE, Applies(), require, "", "", rule.because, "", "", "", Level.error, rule.node)
