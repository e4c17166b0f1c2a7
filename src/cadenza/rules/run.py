"""Lint: load what there is, let every chosen rule judge it, lay the waivers over it, and put it in order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..language.findings import Beat, Edit, Finding, Level, Refused, Related
from ..language.nodes import Node, Span, key_span
from ..language.noted import note_date
from ..language.records import record
from . import waivers
from .context import Context, Subject
from .crew import Crew
from .files import Kind, find, root_of
from .legal.names import in_force
from .portrait import carrier
from .proof.graph import BUDGET, TooDear
from .registry import LATER, Profile
from .settings import Setting, Wanted, choose, leveled, mistakes
from .together import judged_together, over_all, split

if TYPE_CHECKING:
    from ..language.model import Comment, Playbook, Workspace
    from .cache import Cache
    from .outlook import Foresee


@record
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
    cache: Path | None = None,
    jobs: int | None = 1,
    foresee: Foresee | None = None,
) -> Report:
    """Judge files and folders. Places in the report are relative to `base` (default: to each file's workspace).

    `cache` is a folder in which results are kept for the next time; `jobs` the most processes that judge (None: one a processor). Neither changes
    a report. `foresee` gives the outlook of a playbook, for the rules over forecasts; without it they do not run.
    FileNotFoundError where a path does not exist. Whatever is wrong inside a file is a finding, not an exception.
    """
    named = find(paths)
    wanted = Wanted(profile, tuple(select), tuple(ignore), strict, sum(kind == "playbook" for _, kind in named) > 1)
    found: dict[tuple[object, ...], Finding] = {}
    carriers: dict[Path, list[Finding]] = {}
    files: list[str] = []
    kept = None if cache is None else _kept(cache, repr(wanted), as_of)
    for task, findings in Crew(partial(_judge, wanted=wanted, as_of=as_of), kept, jobs).judged(named):
        shown, carried = split(findings)
        carriers.setdefault(task.root, []).extend(carried)
        _keep(found, shown, task.root, base)
        files.append(os.path.relpath(os.path.realpath(task.path), base or task.root).replace(os.sep, "/"))
    for root, carried in carriers.items():
        _keep(found, judged_together(root, carried, wanted, as_of), root, base)
    if foresee is not None:
        from .outlook import judged_outlooks

        for path, _ in filter(lambda each: each[1] == "playbook", named):
            _keep(found, judged_outlooks([path], foresee, wanted, as_of, whole=True), root_of(path), base)
    ordered = sorted(found.values(), key=Finding.order)
    standing = tuple(finding for finding in ordered if not finding.waived)
    return Report(standing, tuple(finding for finding in ordered if finding.waived), tuple(files))


def _kept(folder: Path, wanted: str, as_of: date) -> Cache:
    from .cache import Cache  # which who judges everything anew does not need

    return Cache(folder, wanted, as_of)


def _keep(found: dict[tuple[object, ...], Finding], findings: Iterable[Finding], root: Path, base: Path | None) -> None:
    """Each finding once, at its place relative to `base`."""
    for finding in findings:
        moved = finding if base is None else _moved(finding, root, base)
        found.setdefault((moved.code, moved.name, moved.span, moved.message), moved)


def _judge(path: Path, kind: Kind, wanted: Wanted, as_of: date) -> list[Finding]:
    loaded = _load(path, kind)
    config = loaded.workspace.lint if loaded.workspace else None
    settings = choose(wanted, config)
    findings = list(loaded.findings)
    subject = Subject(loaded.tree, as_of, loaded.playbook) if loaded.tree is not None else None
    if subject is not None:
        findings += list(_run(settings, subject))
        if wanted.together and subject.has_playbook and over_all(settings):
            findings += _carried(subject, loaded)
        subject.close()
    if config is not None:
        findings += [*mistakes(config, in_force(loaded.workspace)), *_policies(loaded)]
    return _waive(findings, loaded, settings, as_of)


def _carried(subject: Subject, loaded: _Loaded) -> list[Finding]:
    """The playbook's portrait, for the rules over several; none where its machine is too large, which its own findings say."""
    try:
        return [carrier(subject, waivers.in_comments(loaded.comments))]
    except (Refused, TooDear):
        return []


def _run(settings: Sequence[Setting], subject: Subject) -> Iterator[Finding]:
    undecided: list[str] = []
    for setting in settings:
        rule = setting.rule
        if rule.check is None or rule.on in LATER or (rule.on == "playbook" and not subject.has_playbook):
            continue
        try:
            for finding in rule.check(Context(rule, subject, setting.options)):
                yield leveled(finding, setting.level, rule)
        except Refused as refused:  # the machine would be too large
            yield from refused.findings
        except TooDear:
            undecided.append(f"`{rule.name}`")
    if undecided:
        yield _undecided(subject, undecided)


def _undecided(subject: Subject, rules: list[str]) -> Finding:
    """M012 for what was not proved: saying nothing would say that it holds."""
    states = len(subject.machine.states)
    message = f"the proofs of {', '.join(rules)} were given up after {BUDGET:,} steps over a machine of {states:,} states, so they are not decided"
    help = "split the cadence into playbooks, or ask in fewer `when`, `skip_if` and `on` about earlier steps"
    return Finding("M012", "too-many-states", Level.error, message, key_span(subject.playbook.node, "cadence"), help)


def _waive(findings: list[Finding], loaded: _Loaded, settings: Sequence[Setting], as_of: date) -> list[Finding]:
    written = waivers.in_comments(loaded.comments)
    shared = waivers.in_workspace(loaded.workspace.lint.waivers) if loaded.workspace else []
    if any(waiver.until for waiver in (*written, *shared)):
        note_date()
    result = waivers.apply(findings, [*written, *shared], as_of)
    chosen = {setting.rule.code for setting in settings}
    here = {setting.rule.code for setting in settings if setting.rule.on not in LATER}
    ran = here if loaded.playbook is not None else None
    judged = waivers.judge([*written, *shared], as_of, ran, in_force(loaded.workspace))
    return [*result, *(finding for finding in judged if finding.code in chosen)]


def _policies(loaded: _Loaded) -> Sequence[Finding]:
    """What is wrong with the packs that the workspace names, and with its house rules."""
    if loaded.workspace is None or not loaded.workspace.policies:
        return ()
    from .legal.policies import of

    return of(loaded.workspace).findings


# ---------------------------------------------------------------- loading


def _load(path: Path, kind: Kind) -> _Loaded:
    try:
        if kind == "workspace":
            return _load_workspace(path)
        if kind == "simulation":
            return _load_simulation(path)
        if kind == "test":
            return _load_test(path)
        if kind == "pack":
            return _load_pack(path)
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
    return _Loaded(_warnings(workspace.node, "workspace"), workspace.node, None, workspace, _comments(path, path.name))


def _load_simulation(path: Path) -> _Loaded:
    from ..language import load_simulation, playbooks_of
    from ..language.model import Scenario

    simulation = load_simulation(path)
    findings = dict.fromkeys(_warnings(simulation.node, "simulation"))
    scenarios: list[Scenario] = list(simulation.scenarios)
    for scenario in scenarios:
        try:
            playbooks_of(simulation, scenario.changes)  # type: ignore[arg-type]
        except Refused as refused:
            findings.update(dict.fromkeys(f for f in refused.findings if f.span.file == simulation.file))
    return _Loaded(list(findings), simulation.node, None, simulation.workspace, _comments(path, simulation.file))


def _warnings(node: Node, kind: str) -> list[Finding]:
    """What does not keep a file from being read: loading it says nothing then."""
    from ..language.validate import validate

    return [finding for finding in validate(node, kind) if finding.level is not Level.error]


def _load_test(path: Path) -> _Loaded:
    """The tests of a playbook, as far as their schema judges them; `cadenza test` holds them against the playbook."""
    from ..language import load_workspace, read
    from ..language.places import within
    from ..language.validate import validate

    workspace = load_workspace(path)
    tree, comments = read(path, within(workspace.root, path))
    return _Loaded(validate(tree, "test"), None, None, workspace, comments)


def _load_pack(path: Path) -> _Loaded:
    """A policy pack of the workspace's own, whether `policies:` names it or not."""
    from ..language import load_workspace
    from ..language.places import within
    from .legal.policies import mistakes_of

    workspace = load_workspace(path)
    file = within(workspace.root, path)
    return _Loaded(mistakes_of(workspace, file), None, None, workspace, _comments(path, file))


def _comments(path: Path, file: str) -> Sequence[Comment]:
    """The comments of a file, which findings call `file`."""
    from ..language import read

    return read(path, file)[1]


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
    fix = finding.fix and replace(finding.fix, edits=tuple(Edit(span(edit.span), edit.text) for edit in finding.fix.edits))
    related = tuple(Related(span(item.span), item.note) for item in finding.related)
    return replace(finding, span=span(finding.span), related=related, witness=witness, fix=fix)
