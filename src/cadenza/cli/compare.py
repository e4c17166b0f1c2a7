"""`cadenza compare A B`: what is different between two playbooks, simulations or revisions, and what comes of it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadenza.cli import door, runs

if TYPE_CHECKING:
    from datetime import date

    from cadenza.forecast.comparison import Comparison, Side


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="[B]", required=False)
@runs.options("How many runs of each side. [default: what the simulation says, else 200]")
@click.option("--unless-same", is_flag=True, help="Write nothing where nothing differs by more than noise.")
@door.format_option("terminal", "json", "markdown")
@door.output_option()
@door.as_of_option("The day that counts as today; playbooks without a simulation start on the Monday after it.")
def command(
    a: str,
    b: str | None,
    asked: runs.Asked,
    unless_same: bool,
    format: str,
    output: Path | None,
    as_of: date,
) -> int:
    """Compare B with A: what is written, what is proved, which findings came and went, and each metric run by run.

    A and B are playbooks or simulations. REV:FILE is a file as a revision in git has it, with its whole workspace; with A alone, the file is
    compared with what was committed last. Both sides meet the same people with the same luck; a difference whose 95% interval holds 0 is
    called noise. `--format markdown` is a comment for a pull request.

    \b
    Examples:
      cadenza compare playbooks/cold.yaml
      cadenza compare playbooks/cold.yaml playbooks/cold-shorter.yaml -n 400
      cadenza compare main:simulations/2027-q1.yaml simulations/2027-q1.yaml
      cadenza compare playbooks/cold.yaml -n 20000 --cluster tcp://scheduler.example:8786 --checkpoint c.checkpoint
      cadenza compare origin/main:playbooks/cold.yaml HEAD:playbooks/cold.yaml --format markdown --unless-same
    """
    from cadenza.cli.revision import is_revision
    from cadenza.forecast.comparison import compare

    if b is None and is_revision(a):
        raise click.UsageError(f"{a} is one side; name the other, too, for instance {a.partition(':')[2] or 'playbooks/cold.yaml'}.")
    with ExitStack() as stack:
        first, second = (a, b) if b is not None else (f"HEAD:./{a}", a)
        after, before = (_side(stack, name, as_of) for name in (second, first))
        found, code = asked.answer("compare", lambda bench: compare(before, after, as_of=as_of, replications=asked.replications, bench=bench))
    if found is not None and not (unless_same and found.same):
        _show(found, format, output)
    return code


def _side(stack: ExitStack, name: str, as_of: date) -> Side:
    from cadenza.cli.revision import checked_out, is_revision
    from cadenza.forecast.comparison import side

    return side(name, stack.enter_context(checked_out(name)) if is_revision(name) else Path(name), as_of)


def _show(found: Comparison, format: str, output: Path | None) -> None:
    if format == "json":
        from cadenza.render.compare_json import render as render_json

        door.write(output, render_json(found))
    elif format == "markdown":
        from cadenza.render.compare_markdown import render as render_markdown

        door.write(output, render_markdown(found))
    else:
        from cadenza.render.compare_terminal import render

        door.page(found, render, output)
