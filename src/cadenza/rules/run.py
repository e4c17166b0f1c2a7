"""Lint: load what there is, let every chosen rule judge it, lay the waivers over it, and put it in order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..language.findings import Beat, Finding, Level, Refused, Related
from ..language.nodes import Node, Span
from . import waivers
from .context import Context, Subject
from .files import Kind, find, root_of
from .registry import Profile
from .settings import Setting, Wanted, choose, leveled, mistakes

if TYPE_CHECKING:
    from ..language.model import Comment, Playbook, Workspace


@dataclass(frozen=True, slots=True)
class Report:
    """What lint found: `findings` that stand, `waived` ones with their reasons, both in the order of the files, and the files that were judged."""

    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    files: tuple[str, ...]

    def count(self, level: Level) -> int:
        return sum(1 for finding in self.findings if finding.level is level)

    def fails(self, *, strict: bool = False) -> bool:
        """An error fails; under `strict` a warning does, too."""
        worst = max((finding.level for finding in self.findings), default=Level.advice)
        return worst is Level.error or (strict and worst is Level.warning)


@dataclass(slots=True)
class _Loaded:
    """One file as far as it could be loaded."""

    findings: list[Finding]
    tree: Node | None = None
    playbook: Playbook | None = None
    workspace: Workspace | None = None
    comments: Sequence[Comment] = field(default=())


def lint(
    paths: Iterable[Path],
    *,
    as_of: date,
    profile: Profile | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    strict: bool = False,
    base: Path | None = None,
) -> Report:
    """Judge files and folders. Places in the report are relative to `base` (default: to each file's workspace).

    FileNotFoundError where a path does not exist. Whatever is wrong inside a file is a finding, not an exception.
    """
    wanted = Wanted(profile, tuple(select), tuple(ignore), strict)
    found: dict[tuple[object, ...], Finding] = {}
    files: list[str] = []
    for path, kind in find(paths):
        root = root_of(path)
        for finding in _judge(path, kind, wanted, as_of):
            moved = finding if base is None else _moved(finding, root, base)
            found.setdefault((moved.code, moved.span, moved.message), moved)
        files.append(Path(os.path.relpath(path.resolve(), base or root)).as_posix())
    ordered = sorted(found.values(), key=Finding.order)
    standing = tuple(finding for finding in ordered if not finding.waived)
    return Report(standing, tuple(finding for finding in ordered if finding.waived), tuple(files))


def _judge(path: Path, kind: Kind, wanted: Wanted, as_of: date) -> list[Finding]:
    loaded = _load(path, kind)
    config = loaded.workspace.lint if loaded.workspace else None
    settings = choose(wanted, config)
    findings = list(loaded.findings)
    if loaded.tree is not None:
        findings += list(_run(settings, Subject(loaded.tree, as_of, loaded.playbook)))
    if config is not None:
        findings += mistakes(config)
    return _waive(findings, loaded, settings, as_of)


def _run(settings: Sequence[Setting], subject: Subject) -> Iterator[Finding]:
    for setting in settings:
        rule = setting.rule
        if rule.check is None or (rule.on == "playbook" and not subject.has_playbook):
            continue
        for finding in rule.check(Context(rule, subject, setting.options)):
            yield leveled(finding, setting.level, rule)


def _waive(findings: list[Finding], loaded: _Loaded, settings: Sequence[Setting], as_of: date) -> list[Finding]:
    written = waivers.in_comments(loaded.comments)
    shared = waivers.in_workspace(loaded.workspace.lint.waivers) if loaded.workspace else []
    result = waivers.apply(findings, [*written, *shared], as_of)
    chosen = {setting.rule.code for setting in settings}
    ran = chosen if loaded.playbook is not None else None
    return [*result, *(finding for finding in waivers.judge([*written, *shared], as_of, ran) if finding.code in chosen)]


# ---------------------------------------------------------------- loading


def _load(path: Path, kind: Kind) -> _Loaded:
    try:
        if kind == "workspace":
            return _load_workspace(path)
        if kind == "simulation":
            return _load_simulation(path)
        if kind == "test":
            return _load_test(path)
        return _load_playbook(path)
    except Refused as refused:
        return _Loaded(list(refused.findings))


def _load_playbook(path: Path) -> _Loaded:
    from ..language import collect_playbook

    playbook, findings = collect_playbook(path)
    if playbook is None:
        return _Loaded(findings)
    return _Loaded(findings, playbook.node, playbook, playbook.workspace, playbook.comments)


def _load_workspace(path: Path) -> _Loaded:
    from ..language import load_workspace

    workspace = load_workspace(path)
    return _Loaded([], workspace.node, None, workspace, _comments(path))


def _load_simulation(path: Path) -> _Loaded:
    from ..language import load_simulation, playbooks_of
    from ..language.model import Scenario

    simulation = load_simulation(path)
    findings: dict[Finding, None] = {}
    scenarios: list[Scenario] = list(simulation.scenarios)
    for scenario in scenarios:
        try:
            playbooks_of(simulation, scenario.changes)  # type: ignore[arg-type]
        except Refused as refused:
            findings.update(dict.fromkeys(f for f in refused.findings if f.span.file == simulation.file))
    return _Loaded(list(findings), simulation.node, None, simulation.workspace, _comments(path))


def _load_test(path: Path) -> _Loaded:
    """The tests of a playbook, as far as their schema judges them; `cadenza test` holds them against the playbook."""
    from ..language import load_workspace, read
    from ..language.places import within
    from ..language.validate import validate

    workspace = load_workspace(path)
    tree, comments = read(path, within(workspace.root, path))
    return _Loaded(validate(tree, "test"), None, None, workspace, comments)


def _comments(path: Path) -> Sequence[Comment]:
    from ..language import read

    return read(path, path.name)[1]


# ---------------------------------------------------------------- places


def _moved(finding: Finding, root: Path, base: Path) -> Finding:
    """The finding with its places relative to `base` instead of to the workspace."""
    if root == base:
        return finding

    def span(old: Span) -> Span:
        if not old.file or Path(old.file).is_absolute() or not (root / old.file).exists():
            return old
        return old._replace(file=Path(os.path.relpath(root / old.file, base)).as_posix())

    witness = finding.witness
    if witness is not None:
        witness = replace(witness, beats=tuple(Beat(b.at, b.what, b.span and span(b.span), b.zone) for b in witness.beats))
    return replace(finding, span=span(finding.span), related=tuple(Related(span(item.span), item.note) for item in finding.related), witness=witness)
