"""L001: a policy that the workspace names does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...language.findings import Finding, Level, Related, Witness
from ...language.model import Workspace
from ...language.nodes import Span, key_span
from ..context import Context
from ..facts.registry import Facts, Known, catalogue, plain, shown, sides
from ..registry import rule
from ..words import top
from .applies import may_apply, small_sender
from .cel.run import Read, holds
from .cel.words import Slip
from .pack import HOUSE, Check
from .policies import Policies, filled, level_of, of, slipped, sound


@rule(
    code="L001",
    name="policy-pack",
    level="error",
    source="the check's own: `cadenza explain us.canspam.honour` shows it",
    options={"only": (), "without": ()},
)
def policy_pack(ctx: Context) -> Iterator[Finding]:
    """Every check of every pack in force that may apply to this playbook: its condition over the facts. A finding has the check's id as its name."""
    workspace = ctx.playbook.workspace
    if not workspace.policies:
        return
    for check, level, own in _chosen(ctx, workspace, of(workspace)):
        condition = sound(workspace, check)
        if condition is None or not may_apply(check.applies, ctx.subject):
            continue
        facts = ctx.subject.facts
        try:
            met, why = holds(condition, facts.value, facts.rough, sides())
        except Slip as slip:
            yield slipped(workspace.root, check, slip)
            continue
        if not met:
            found = _finding(ctx, check, level, facts, why)
            yield replace(found, related=(Related(key_span(check.node, "require"), f"the condition of `{check.id}`"),)) if own else found


def _chosen(ctx: Context, workspace: Workspace, policies: Policies) -> Iterator[tuple[Check, Level, bool]]:
    """The checks to run, each at its level, and whether it is the workspace's own: what was selected, less what was ignored, by id or by pack."""
    only, without = ctx.option("only", tuple), ctx.option("without", tuple)
    for pack in policies.packs:
        for check in pack.checks:
            names = {check.id, check.pack}
            level = level_of(workspace, check)
            if level is not None and not names & set(without) and (not only or names & set(only)):
                yield check, level, bool(pack.file) or pack.name == HOUSE


def _finding(ctx: Context, check: Check, level: Level, facts: Facts, why: tuple[Read, ...]) -> Finding:
    reasons = [(name, keys, known) for name, rest in why for keys, known in facts.known(name, rest)]
    place, witness = _place(ctx, [known for _, _, known in reasons])
    message = filled(check.message, facts) if check.message else _house_message(check, facts, why)
    if check.applies.bulk and small_sender(ctx.subject):
        level = min(level, Level.warning)
    if check.effective and check.effective > ctx.as_of.isoformat():
        message, level = f"from {check.effective}: {message}", Level.advice
    if check.grade == "memory":
        message += " (remembered, not read: look it up)"
    if any(not known.exact for _, _, known in reasons):
        message += " (a safe bound: the truth may be milder)"
    found = ctx.finding(
        message,
        place,
        help=check.help or (f"It requires `{' '.join(check.require.text.split())}`." if check.pack != HOUSE else ""),
        level=level,
        witness=witness,
        facts={_key(name, keys): plain(catalogue()[name], known.value) for name, keys, known in reasons},
    )
    return replace(found, name=check.id, source=check.source)


def _key(name: str, keys: tuple[str, ...]) -> str:
    return name + "".join(f"[{key}]" for key in keys)


def _house_message(check: Check, facts: Facts, why: tuple[Read, ...]) -> str:
    said = []
    for name, keys in dict.fromkeys(why):
        values = {_key(name, all_keys): shown(catalogue()[name], known.value) for all_keys, known in facts.known(name, keys)}
        said += [f"`{key}` is {value}" for key, value in values.items()]
    more = f" and {len(said) - 3} more" if len(said) > 3 else ""
    return f"{', '.join(said[:3])}{more}; the house requires `{' '.join(check.require.text.split())}`"


def _place(ctx: Context, reasons: list[Known]) -> tuple[Span, Witness | None]:
    """Where the finding stands: at the line that makes a fact so, else at the last line of the story that shows it."""
    witness = next((known.because for known in reasons if isinstance(known.because, Witness)), None)
    line = next((known.because for known in reasons if isinstance(known.because, Span)), None)
    if witness is not None and (line is None or isinstance(reasons[0].because, Witness)):
        line = next((beat.span for beat in reversed(witness.beats) if beat.span is not None), line)
    return line or top(ctx.playbook.node), witness
