"""`cadenza completion bash`: the script by which a shell completes commands, options, files and rule names."""

from __future__ import annotations

import re
from pathlib import Path

import click


def rule_names() -> list[str]:
    """Codes and names of all rules (`R001`, `ignores-no`), read from the rules' files as text: completion must answer while a key is held."""
    folder = Path(__file__).parent.parent / "rules"
    found: set[str] = set()
    for file in folder.glob("*/*.py"):
        found.update(re.findall(r'\b(?:code|name)="([A-Za-z][\w-]*)"', file.read_text("utf-8")))
    return sorted(found)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of SHELL.

    \b
    Examples:
      eval "$(cadenza completion bash)"
      eval "$(cadenza completion zsh)"
      cadenza completion fish > ~/.config/fish/completions/cadenza.fish
    """
    from click.shell_completion import get_completion_class

    from cadenza.cli.group import group

    kind = get_completion_class(shell)
    if kind is None:
        raise click.BadParameter(f"no completion for {shell}")
    instance = kind(group, {}, "cadenza", "_CADENZA_COMPLETE")
    click.echo(instance.source_template % instance.source_vars())
