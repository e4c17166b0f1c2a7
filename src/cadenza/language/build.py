"""Loading: from a path to a Workspace, a Playbook or a Simulation, or to everything that is wrong with it.

A load reads trees, lets the schema and the references judge them, and builds only what passed: so a builder never meets a shape that it
does not know, and a person sees all errors of a file at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from .build_cadence import files_of
from .build_playbook import build_playbook
from .build_simulation import build_simulation
from .build_workspace import build_workspace
from .findings import Finding, Level, Refused
from .messages import read_message
from .model import Message, Playbook, Simulation, Workspace
from .nodes import Map, Scalar, Seq
from .noted import Notes, note_again, notes, taking
from .places import WORKSPACE, check_root, find_root, locate, within
from .references import check_playbook, check_simulation, check_workspace
from .trees import Tree, playbook_tree, read_map
from .validate import validate


def load_workspace(path: Path) -> Workspace:
    """The workspace that `path` (a file or a folder) belongs to. Refused: none above it, or one with errors."""
    root = find_root(path)
    shared = _shared.get()
    return workspace_from(root, workspace_tree(root)) if shared is None else shared.get(root)


@contextmanager
def sharing_workspaces() -> Iterator[None]:
    """Within the block each workspace is read once, however many of its files are loaded."""
    token = _shared.set(_shared.get() or _Workspaces())
    try:
        yield
    finally:
        _shared.reset(token)


class _Workspaces:
    """Workspaces by their roots, each with what was read for it, or with what is wrong with it."""

    def __init__(self) -> None:
        self.known: dict[Path, tuple[Workspace | list[Finding], Notes]] = {}

    def get(self, root: Path) -> Workspace:
        if root not in self.known:
            self.known[root] = self._read(root)
        found, read = self.known[root]
        note_again(read)
        if isinstance(found, Workspace):
            return found
        raise Refused(found)

    def _read(self, root: Path) -> tuple[Workspace | list[Finding], Notes]:
        if not taking():
            return _read_workspace(root), Notes(root)
        with notes(root) as read:
            return _read_workspace(root), read


_shared: ContextVar[_Workspaces | None] = ContextVar("cadenza_workspaces", default=None)


def _read_workspace(root: Path) -> Workspace | list[Finding]:
    try:
        return workspace_from(root, workspace_tree(root))
    except Refused as refused:
        return refused.findings


def workspace_tree(root: Path) -> Map:
    check_root(root)
    return read_map(root / WORKSPACE, WORKSPACE, "workspace")[0]


def workspace_from(root: Path, node: Map) -> Workspace:
    """A workspace from its tree (changed by a scenario, or as it is). Refused: everything that is wrong with it."""
    findings = [*validate(node, "workspace"), *check_workspace(root, node)]
    _refuse(findings)
    return build_workspace(root, node)


def load_playbook(path: Path, *, workspace: Workspace | None = None) -> Playbook:
    """The playbook at `path`, whole. Refused: everything that is wrong with it, with its base, its messages or its workspace."""
    playbook, findings = collect_playbook(path, workspace=workspace)
    if playbook is None:
        raise Refused(findings)
    return playbook


def collect_playbook(path: Path, *, workspace: Workspace | None = None) -> tuple[Playbook | None, list[Finding]]:
    """As `load_playbook`, for those who go on: the playbook (None where an error stops it) and every finding, in the order of the files."""
    try:
        space = workspace or load_workspace(path)
        file = within(space.root, path)
        return collect_tree(space, file, playbook_tree(space.root, file))
    except Refused as refused:
        return None, refused.findings


def collect_tree(workspace: Workspace, file: str, tree: Tree) -> tuple[Playbook | None, list[Finding]]:
    """A playbook from its tree (changed by a scenario, or as it is), and every finding."""
    paths = _Paths(workspace.root, file, tree.files)
    findings = [*tree.findings, *validate(tree.node, "playbook"), *check_playbook(workspace, tree.node)]
    messages = _messages(tree.node, paths, findings)
    _source_list(tree.node, paths, findings)
    findings = _once(findings)
    if any(finding.level is Level.error for finding in findings):
        return None, findings
    return build_playbook(workspace, file, tree.node, paths, messages, tree.comments), findings


def load_simulation(path: Path) -> Simulation:
    """The simulation at `path` with its workspace. Refused: everything that is wrong with it; its playbooks are read by `playbooks_of`."""
    workspace = load_workspace(path)
    file = within(workspace.root, path)
    node, _ = read_map(workspace.root / file, file, "simulation")
    findings = [*validate(node, "simulation"), *check_simulation(node)]
    found = _playbook_files(workspace.root, node, findings)
    _refuse(findings)
    return build_simulation(workspace, file, node, tuple(found))


def _refuse(findings: list[Finding]) -> None:
    if any(finding.level is Level.error for finding in findings):
        raise Refused(_once(findings))


def _once(findings: list[Finding]) -> list[Finding]:
    """In the order of the files, each only once (an alias shows one mistake in several places)."""
    kept = {(*finding.order(),): finding for finding in findings}
    return [kept[key] for key in sorted(kept)]


@dataclass(slots=True)
class _Paths:
    """The files that a playbook's keys name. A path counts from the file it is written in: the playbook, or the base that it extends."""

    root: Path
    file: str
    files: tuple[str, ...]
    known: dict[tuple[str, str], str | Finding] = field(default_factory=dict)

    def __call__(self, node: Map, key: str) -> str | None:
        found = node.entries.get(key)
        place = self.find(found) if isinstance(found, Scalar) and isinstance(found.value, str) else None
        return place if isinstance(place, str) else None

    def find(self, node: Scalar, what: str = "file") -> str | Finding:
        base = node.span.file if node.span.file in self.files else self.file
        key = (base, node.text)
        if key not in self.known:
            self.known[key] = locate(self.root, node.text, node.span, base=base, what=what)
        return self.known[key]


def _messages(node: Map, paths: _Paths, findings: list[Finding]) -> dict[str, Message]:
    """Every message and script that the cadence names, read once; what is wrong with them goes to `findings`."""
    messages: dict[str, Message] = {}
    cadence = node.get("cadence")
    steps = cadence.items if isinstance(cadence, Seq) else ()
    for named in (named for step in steps if isinstance(step, Map) for named in files_of(step)):
        found = paths.find(named, "message file")
        if isinstance(found, Finding):
            findings.append(found)
        elif found not in messages:
            try:
                messages[found] = read_message(found, paths.root, named.span)
            except Refused as refused:
                findings += refused.findings
    return messages


def _source_list(node: Map, paths: _Paths, findings: list[Finding]) -> None:
    audience = node.get("audience")
    source = audience.get("source") if isinstance(audience, Map) else None
    named = source.get("list") if isinstance(source, Map) else None
    if isinstance(named, Scalar) and isinstance(named.value, str):
        found = paths.find(named, "list")
        if isinstance(found, Finding):
            findings.append(found)


def _playbook_files(root: Path, node: Map, findings: list[Finding]) -> list[str]:
    named = node.get("playbooks")
    files: list[str] = []
    for item in named.items if isinstance(named, Seq) else ():
        if isinstance(item, Scalar) and isinstance(item.value, str):
            found = locate(root, item.text, item.span, what="playbook")
            if isinstance(found, str):
                files.append(found)
            else:
                findings.append(found)
    return files
