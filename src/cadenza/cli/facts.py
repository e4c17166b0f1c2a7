"""`cadenza facts PLAYBOOK`: what the compiler proves of a playbook, for policies to compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadenza.cli import door

if TYPE_CHECKING:
    from datetime import date

    from cadenza.rules.facts.registry import Fact


@click.command()
@click.argument("playbook", type=door.FILE)
@click.argument("names", nargs=-1, metavar="[FACT]...")
@click.option("--verbose", "-v", is_flag=True, help="Say what each fact means, and show channels that are not used.")
@door.format_option("terminal", "json")
@door.output_option()
@door.as_of_option()
def command(playbook: Path, names: tuple[str, ...], verbose: bool, format: str, output: Path | None, as_of: date) -> int:
    """Show the facts of PLAYBOOK: each with its value and the line, or the story, that makes it so.

    House rules and policy packs compare these facts. Name some to see only those; the first part of a name stands for all that begin with it.

    \b
    Examples:
      cadenza facts playbooks/platform-cold.yaml
      cadenza facts playbooks/platform-cold.yaml touches_max_in opt_out --verbose
      cadenza facts playbooks/platform-cold.yaml --format json
    """
    from cadenza.language import load_playbook
    from cadenza.rules.context import Subject

    chosen = _chosen(names)
    book = load_playbook(playbook)
    facts = Subject(book.node, as_of, book).facts
    if format == "json":
        from cadenza.render import facts_json

        door.write(output, facts_json.render(facts, chosen, as_of))
    else:
        from cadenza.render import facts_terminal

        colour = output is None and door.colour()
        door.write(output, facts_terminal.render(facts, chosen, colour=colour, width=door.width(), verbose=verbose))
    return 0


def _chosen(names: tuple[str, ...]) -> list[Fact]:
    """The facts that were named, in the order of their names; all where none was."""
    from cadenza.language.near import near
    from cadenza.rules.facts.registry import catalogue

    every = catalogue()
    found: set[str] = set()
    for word in names:
        name = word.removeprefix("facts.")
        named = [fact for fact in every if fact == name or fact.startswith(f"{name}.")]
        if not named:
            guess = near(name, {**every, **{fact.partition(".")[0]: None for fact in every}})
            raise click.UsageError(f"There is no fact '{name}'." + (f" Did you mean '{guess}'?" if guess else " `cadenza facts PLAYBOOK` lists all."))
        found.update(named)
    return [fact for name, fact in every.items() if not names or name in found]
