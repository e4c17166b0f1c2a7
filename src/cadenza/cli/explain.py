"""`cadenza explain`: what a rule means, and what a line of a playbook compiles to."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cadenza.cli import door

if TYPE_CHECKING:
    from datetime import date


@click.command()
@click.argument("what", required=False, shell_complete=door.complete_rules)
@door.format_option("terminal", "json")
@door.output_option()
@door.as_of_option()
def command(what: str | None, format: str, output: Path | None, as_of: date) -> None:
    """Explain WHAT: a rule (R001, ignores-no), a policy's check or pack (us.canspam.honour, can-spam), or a line of a playbook
    (playbooks/platform-cold.yaml:86). Without it: all rules.

    \b
    Examples:
      cadenza explain
      cadenza explain ignores-no
      cadenza explain us.canspam.honour
      cadenza explain playbooks/platform-cold.yaml:86
    """
    place = re.fullmatch(r"(.+):([0-9]{1,7})", what or "")
    text, data = _line(Path(place[1]), int(place[2]), as_of, output) if place else _rule(what, output) if what else _rules(output)
    if format == "terminal":
        door.write(output, text)
    else:
        from cadenza.render.ansi import inert

        door.write(output, inert(json.dumps(data, ensure_ascii=False, indent=2)) + "\n")


def _look(output: Path | None) -> dict[str, Any]:
    return {"colour": output is None and door.colour(), "width": door.width()}


def _line(path: Path, line: int, as_of: date, output: Path | None) -> tuple[str, dict[str, Any]]:
    from cadenza.render import explained
    from cadenza.rules.explain import explain_line

    try:
        found = explain_line(path, line, as_of=as_of)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return explained.line(found, **_look(output)), {"format_version": explained.FORMAT_VERSION, "kind": "line", **explained.line_data(found)}


def _rule(word: str, output: Path | None) -> tuple[str, dict[str, Any]]:
    from cadenza.language.near import near
    from cadenza.render import explained
    from cadenza.rules.registry import catalogue, named

    rule = named(word)
    policy = _policy(word, output) if rule is None else None
    if policy is not None:
        return policy
    if rule is None:
        from cadenza.rules.legal.names import all_shipped

        guess = near(word, [*(name for known in catalogue() for name in (known.name, known.code)), *all_shipped()])
        hint = f"Did you mean '{guess}'?" if guess else "For a line of a playbook, write FILE:LINE. `cadenza explain` lists all rules."
        raise click.UsageError(f"There is no rule '{word}'. {hint}")
    return explained.page(rule, **_look(output)), {"format_version": explained.FORMAT_VERSION, "kind": "rule", **explained.rule_data(rule)}


def _policy(word: str, output: Path | None) -> tuple[str, dict[str, Any]] | None:
    """A check or a pack, of those that ship or of the workspace here; None where there is none of that name."""
    from cadenza.rules.legal.lookup import find

    found = find(word, Path.cwd())
    if found is None:
        return None
    from cadenza.render import explained, explained_policies

    data = {"format_version": explained.FORMAT_VERSION, **explained_policies.data(found)}
    return explained_policies.text(found, **_look(output)), data


def _rules(output: Path | None) -> tuple[str, dict[str, Any]]:
    from cadenza.render import explained
    from cadenza.rules.registry import catalogue

    every = catalogue()
    data = {"format_version": explained.FORMAT_VERSION, "kind": "rules", "rules": [explained.rule_data(rule) for rule in every]}
    return explained.rules(every, **_look(output)), data
