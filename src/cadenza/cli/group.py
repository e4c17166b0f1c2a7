"""The command `cadenza`, which knows the names of its commands and imports none of them until it is asked for.

`cadenza --version` and `cadenza --help` therefore cost what click costs. A command's one-line summary stands here for that reason; the
whole of its help text is in its own file.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from cadenza import __version__
from cadenza.cli import failures

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS: dict[str, str] = {
    "init": "Write a new workspace that lints clean and forecasts at once.",
    "lint": "Find what is wrong with playbooks, and prove what they can never do.",
    "test": "Run the cases that stand beside playbooks: what happens, and what is expected.",
    "compile": "Turn a playbook into its state machine.",
    "forecast": "Simulate playbooks: meetings, pipeline, opt-outs, load.",
    "sensitivity": "Name the lines of YAML that move a forecast most.",
    "compare": "Say what is different between two playbooks or revisions, and what comes of it.",
    "size": "Say how many contacts, people and mailboxes a target takes.",
    "optimize": "Look for a better spacing, order and length, as an edit of the YAML.",
    "payback": "Say in which week what was won has passed what was spent.",
    "intrusion": "Say what playbooks ask of people for each meeting, by country.",
    "plan": "Turn prospects into dated touches.",
    "facts": "Show what is proved of a playbook, for policies to compare.",
    "explain": "Say what a rule or a finding means, and how to mend it.",
    "completion": "Print the completion script of a shell.",
}


class LazyGroup(click.Group):
    """A group whose commands live in `cadenza.cli.<name>` and are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"cadenza.cli.{cmd_name}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            ctx.fail(f"There is no command '{name}'." + (f" Did you mean '{near[0]}'?" if near else f" There are {', '.join(COMMANDS)}."))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        commands = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> Any:
        return failures.guard(lambda: super(LazyGroup, self).invoke(ctx), ctx)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="The first minute:  cadenza init sales  ·  cd sales  ·  cadenza lint  ·  cadenza forecast simulations/*.yaml",
)
@click.version_option(__version__, "--version", "-V", prog_name="cadenza", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of a fault (also: CADENZA_TRACEBACK=1).")
@click.pass_context
def group(ctx: click.Context, debug: bool) -> None:
    """A compiler and simulator for sales playbooks: validate, prove, forecast, plan.

    Exit codes: 0 clean · 1 findings, or a forecast that misses its targets' budget · 2 usage, files, or a fault of cadenza's own.
    """
    ctx.meta[failures.DEBUG] = debug


def run(arguments: Sequence[str] | None = None) -> int:
    """Run `cadenza` with `arguments` (default: those of the process) and give the exit code."""
    failures.prepare_streams()
    return failures.finish(lambda: group.main(arguments, prog_name="cadenza", standalone_mode=False))
