"""From files to trees: a playbook with its base laid under it, and its table of assumptions laid under its own.

The tree that comes out is what the schema judges and what the model is built from; scenarios change it in between. Every node keeps the
place it was written at, so a finding may point into the base, the table, or the simulation that set the value.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from .findings import Finding, Refused, Related
from .model import Comment
from .near import near
from .nodes import Map, Node, Scalar, Span, merge, put
from .noted import note
from .places import locate
from .records import record
from .report import error
from .yaml import read

_TABLE = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
MOST_BASES = 20
# The keys by which a file is known for what it is. A file of another kind is one mistake, not one for each of its keys.
_MARKS = {
    "playbook": ("cadence", "extends", "audience", "replies"),
    "simulation": ("playbooks", "horizon", "scenarios"),
    "workspace": ("organization", "team", "senders"),
    "test": ("cases",),
}
PACKAGE_TABLES = Path(__file__).parent.parent / "world" / "tables"


@record
class Tree:
    """A file's whole tree, the files that went into it (the nearest first), their comments, and what was wrong with its table."""

    node: Map
    files: tuple[str, ...]
    comments: tuple[Comment, ...]
    findings: tuple[Finding, ...] = ()


def read_map(path: Path, file: str, what: str) -> tuple[Map, tuple[Comment, ...]]:
    """A file that must hold a map, and not plainly one of another kind. Refused otherwise."""
    node, comments = read(path, file)
    if not isinstance(node, Map):
        raise Refused([error("Y003", f"a {what} is a map of keys; this file holds one value or a list", node.span, "begin with `cadenza: 1`")])
    other = _other_kind(node, what)
    if other:
        where = next(iter(node.keys.values()))
        raise Refused([error("Y003", f"this is a {other}; a {what} is wanted here", where, f"name the file of the {what}")])
    return node, comments


def _other_kind(node: Map, what: str) -> str | None:
    """What the file is instead, where no key speaks for what it should be. A forecast takes a playbook for a simulation."""
    if what not in _MARKS or any(mark in node for mark in _MARKS[what]):
        return None
    others = [kind for kind in _MARKS if kind != what and (what, kind) != ("simulation", "playbook")]
    return next((kind for kind in others if any(mark in node for mark in _MARKS[kind])), None)


def playbook_tree(root: Path, file: str, use: Scalar | None = None) -> Tree:
    """The playbook at `root/file` with everything it extends, and with its table (another one: `use`) under its assumptions. Refused: what
    cannot be read."""
    own = _extended(root, file, ())
    if use is not None:
        other = put(own.node, ("assumptions", "use"), use)
        assert isinstance(other, Map)
        own = replace(own, node=other)
    try:
        table = _table(root, own.node)
    except Refused as refused:
        return replace(own, findings=tuple(refused.findings))
    return own if table is None else replace(own, node=_with_table(own.node, table))


def _extended(root: Path, file: str, above: tuple[tuple[str, Span], ...]) -> Tree:
    node, comments = read_map(root / file, file, "playbook")
    base = node.get("extends")
    if not isinstance(base, Scalar) or not isinstance(base.value, str):
        return Tree(node, (file,), comments)
    found = locate(root, base.text, base.span, what="playbook")
    if not isinstance(found, str):
        raise Refused([found])
    chain = (*above, (file, base.span))
    if found in [name for name, _ in chain]:
        raise Refused([_cycle(found, chain)])
    if len(chain) >= MOST_BASES:
        raise Refused([error("Y006", f"more than {MOST_BASES} playbooks extend one another", base.span, "let this one extend the last of them")])
    under = _extended(root, found, chain)
    return Tree(_merged(under.node, node), (file, *under.files), (*comments, *under.comments))


def _merged(base: Map, own: Map) -> Map:
    laid = merge(base, own)
    assert isinstance(laid, Map)
    return laid


def _cycle(found: str, chain: tuple[tuple[str, Span], ...]) -> Finding:
    names = [name for name, _ in chain]
    loop = chain[names.index(found) :]
    told = " → ".join(f"`{name}`" for name in [*(name for name, _ in loop), found])
    related = [Related(span, f"{name} extends the next one") for name, span in loop[:-1]]
    return error(
        "Y008", f"playbooks extend each other in a circle: {told}", chain[-1][1], "remove one `extends:`; a base stands alone", related=related
    )


# ---------------------------------------------------------------- tables of assumptions


def _table(root: Path, node: Map) -> Map | None:
    """The table that `assumptions: {use: NAME}` names: the workspace's `assumptions/NAME.yaml`, else the one that ships."""
    assumptions = node.get("assumptions")
    use = assumptions.get("use") if isinstance(assumptions, Map) else None
    if not isinstance(use, Scalar) or not isinstance(use.value, str):
        return None
    if _TABLE.fullmatch(use.text):
        own = locate(root, f"assumptions/{use.text}.yaml", use.span, base="")
        if isinstance(own, str):
            return read_map(root / own, own, "table of assumptions")[0]
        if own.code == "Y007":
            raise Refused([own])
        if (PACKAGE_TABLES / f"{use.text}.yaml").is_file():
            return _shipped_table(use.text)
    raise Refused([_no_table(root, use)])


@cache
def _shipped_table(name: str) -> Map:
    return read_map(PACKAGE_TABLES / f"{name}.yaml", f"{SHIPPED}{name}.yaml", "table of assumptions")[0]


def _no_table(root: Path, use: Scalar) -> Finding:
    note(root / "assumptions")
    folders = [folder for folder in (root / "assumptions", PACKAGE_TABLES) if folder.is_dir()]
    known = sorted({path.stem for folder in folders for path in folder.glob("*.yaml")})
    found = near(use.text, known)
    way_out = f"did you mean `{found}`?" if found else f"the tables are: {', '.join(known) or 'none'}; your own go into `assumptions/{use.text}.yaml`"
    return error("Y004", f"there is no table of assumptions `{use.text}`", use.span, way_out)


def _with_table(node: Map, table: Map) -> Map:
    own = node.entries["assumptions"]
    assert isinstance(own, Map)
    laid = lay(Map(table.span, {k: v for k, v in table.entries.items() if k not in ABOUT}, table.keys), own)
    return Map(node.span, {**node.entries, "assumptions": laid}, node.keys)


ABOUT = ("cadenza", "name", "title", "description")
"""What a table says about itself, which is no assumption."""


def lay(base: Node, over: Node) -> Node:
    """`over` laid on `base`, figure by figure: a figure (a rate, a map with `value`, a pair of points) is replaced whole, so that a new
    number never keeps the old one's source."""
    if not isinstance(base, Map) or not isinstance(over, Map) or is_figure(base) or is_figure(over):
        return over
    entries, keys = dict(base.entries), {key: base.keys[key] for key in base.entries}
    for key, node in over.entries.items():
        entries[key] = lay(entries[key], node) if key in entries else node
        keys[key] = over.keys[key]
    return Map(over.span, entries, keys)


def is_figure(node: Map) -> bool:
    return "median" in node.entries or ("value" in node.entries and not isinstance(node.entries["value"], Map)) or _is_valued(node)


def _is_valued(node: Map) -> bool:
    """`{value: {median: .., p90: ..}, source: ..}`; but `opportunity: {value: {median, p90}, won: ..}` is a section."""
    return (
        "value" in node.entries
        and not ({"won", "cycle"} & set(node.entries))
        and bool({"source", "grade", "year", "n", "per", "note"} & set(node.entries))
    )


SHIPPED = "cadenza/tables/"


def is_shipped(span: Span) -> bool:
    """Whether a node stands in a table that ships with the tool: a test has validated it, and no load does so again."""
    return span.file.startswith(SHIPPED)
