"""The rules over several playbooks: run once for each workspace, when everything that was named has been judged.

They see the playbooks that were named in this run, and no others: what lint says of a file does not depend on files that nobody asked about, and
one file alone stays fast. So `cadenza lint` in the workspace's folder, as CI runs it, judges all of them together.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from ..language.findings import Finding, Refused
from . import waivers
from .context import Context, Subject
from .files import find
from .portrait import CARRIER, Portrait, portrait
from .settings import Setting, Wanted, choose, leveled


def split(findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The findings, and the carriers among them."""
    shown: list[Finding] = []
    carriers: list[Finding] = []
    for finding in findings:
        (carriers if finding.code == CARRIER else shown).append(finding)
    return shown, carriers


def over_all(settings: Sequence[Setting]) -> list[Setting]:
    """Those of the settings that are about several playbooks."""
    return [setting for setting in settings if setting.rule.on == "workspace"]


def judged_together(root: Path, carriers: Sequence[Finding], wanted: Wanted, as_of: date) -> list[Finding]:
    """What the rules over several playbooks say of those of one workspace, with the waivers of each. That such a waiver is not used is said where
    all playbooks of the workspace were judged: what it waives may be about one that was not."""
    from ..language import load_workspace

    if len(carriers) < 2:
        return []
    try:
        workspace = load_workspace(root)
    except Refused:
        return []  # each file has said so
    group = _live(portrait(carried) for carried in carriers)
    subject = Subject(workspace.node, as_of)
    subject.memory["workspace"] = workspace
    settings = choose(wanted, workspace.lint)
    found = list(_run(over_all(settings), subject, group))
    written = list(
        {(waiver.span, waiver.rules): waiver for one in group for waiver in one.waivers}.values()
    )  # a base's are those of all who extend it
    result = waivers.apply(found, [*written, *waivers.in_workspace(workspace.lint.waivers)], as_of)
    if any(setting.rule.code == "Y011" for setting in settings):
        stale = list(waivers.unused_later(written, as_of, {setting.rule.code for setting in over_all(settings)}))
        result += stale if stale and _whole(root, carriers) else []
    return result


def _whole(root: Path, carriers: Sequence[Finding]) -> bool:
    """Whether every playbook of the workspace was judged."""
    judged = {carried.message for carried in carriers}
    return all(os.path.relpath(path, root).replace(os.sep, "/") in judged for path, kind in find([root]) if kind == "playbook")


def _live(portraits: Iterable[Portrait]) -> tuple[Portrait, ...]:
    """The playbooks in the order of their files, without those that others are laid on: those are there to be extended, not to be run."""
    ordered = sorted(portraits, key=lambda one: one.file)
    bases = {one.extends for one in ordered}
    return tuple(one for one in ordered if one.file not in bases)


def _run(settings: Sequence[Setting], subject: Subject, group: tuple[Portrait, ...]) -> Iterator[Finding]:
    for setting in settings:
        if setting.rule.check is not None:
            context = Context(setting.rule, subject, setting.options, group)
            for finding in setting.rule.check(context):
                yield leveled(finding, setting.level, setting.rule)
