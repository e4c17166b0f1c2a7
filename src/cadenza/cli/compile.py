"""`cadenza compile PLAYBOOK`: the state machine that a playbook is, for people and for other tools."""

from __future__ import annotations

from pathlib import Path

import click

from cadenza.cli import door


@click.command()
@click.argument("playbook", type=door.FILE)
@door.format_option("summary", "json", "mermaid", "dot", "scxml", "xstate", "promela", help="A summary for people, the machine, or a view of it.")
@door.output_option()
def command(playbook: Path, format: str, output: Path | None) -> int:
    """Turn PLAYBOOK into its state machine.

    The summary shows the machine's size, its steps and what ends it. `json` is the canonical machine (schema/machine.schema.json): the same
    playbook gives the same bytes, whatever the order of its keys. The other formats are views of it for other tools.

    \b
    Examples:
      cadenza compile playbooks/cold.yaml
      cadenza compile playbooks/cold.yaml --format json --output cold.machine.json
      cadenza compile playbooks/cold.yaml -f dot | dot -Tsvg > cold.svg
      cadenza compile playbooks/cold.yaml -f promela --output cold.pml
    """
    from cadenza.language import load_playbook
    from cadenza.machine import dumps, lower

    book = load_playbook(playbook)
    machine = lower(book)
    if format == "summary":
        from cadenza.render.machine_summary import render

        plain = output is not None
        door.write(output, render(book, machine, colour=not plain and door.colour(), width=100 if plain else door.width()))
    elif format == "json":
        door.write(output, dumps(machine))
    else:
        from cadenza.machine import views

        door.write(output, getattr(views, format)(machine))
    return 0
