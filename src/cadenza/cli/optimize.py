"""`cadenza optimize FILE`: other spacings, orders, lengths, enrolments and staffings that bring more for less, as an edit of the YAML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadenza.cli import door, runs

if TYPE_CHECKING:
    from datetime import date

    from cadenza.forecast.optimizing import Optimum

PARTS = ("spacing", "order", "steps")
NOTHING = 1


def _range(_: click.Context, __: click.Parameter, value: str | None) -> tuple[float, float] | None:
    from cadenza.language.values import Range, UnitError

    if value is None:
        return None
    try:
        found = Range.parse(value)
    except UnitError as problem:
        raise click.BadParameter(f"{problem}; a good one is {problem.good}") from None
    if found.low is None or found.high is None or found.low < 1:
        raise click.BadParameter(f"{value!r} has an open end; a good one is 60..200")
    return float(found.low), float(found.high)


def _people(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[tuple[str, int, int], ...]:
    found = []
    for item in value:
        role, equals, bounds = item.partition("=")
        ends = _range(context, parameter, bounds) if equals else None
        if ends is None:
            raise click.BadParameter(f"{item!r} does not say how many; a good one is sdr=6..10")
        found.append((role, int(ends[0]), int(ends[1])))
    return tuple(found)


@click.command()
@click.argument("file", type=door.FILE)
@click.option("--budget", type=click.IntRange(1, 100_000), default=40, show_default=True, metavar="N", help="How many candidates to look at.")
@click.option("--fix", "fixed", multiple=True, type=click.Choice(PARTS), help="Leave this as it is; may be repeated.")
@click.option("--enroll", metavar="LOW..HIGH", callback=_range, help="Vary enrolment, too: so many in the playbook's own unit.")
@click.option("--people", multiple=True, metavar="ROLE=LOW..HIGH", callback=_people, help="Vary the people of a role, too; may be repeated.")
@click.option("--pick", type=click.IntRange(1), metavar="N", help="The candidate of the table to show or write. [default: the one proposed]")
@click.option("--write", is_flag=True, help="Write the edit into the files.")
@runs.options("How many fresh runs say what the best are worth; fewer look for them. [default: 50]")
@door.format_option("terminal", "json", "diff")
@door.output_option()
@door.as_of_option()
def command(
    file: Path,
    budget: int,
    fixed: tuple[str, ...],
    enroll: tuple[float, float] | None,
    people: tuple[tuple[str, int, int], ...],
    pick: int | None,
    write: bool,
    asked: runs.Asked,
    format: str,
    output: Path | None,
    as_of: date,
) -> int:
    """Look for a better FILE (a simulation or a playbook): delays between touches, their order (the first and the last stay where they are), how many
    there are; with --enroll and --people how many people are enrolled and at work.

    Every candidate is linted: an error, or a warning that was not there, and it is out. Shown are those that nothing else beats in meetings,
    opt-outs and hours at once (with prices: cost); proposed is the one with the most meetings for no more opt-outs and hours. The answer is an
    edit of the YAML. The same budget and seed give the same answer.

    \b
    Examples:
      cadenza optimize simulations/2027-q1.yaml
      cadenza optimize playbooks/cold.yaml --budget 200 --fix steps --write
      cadenza optimize simulations/2027-q1.yaml --enroll 80..160 --people sdr=6..10
      cadenza optimize playbooks/cold.yaml --pick 2 --format diff | git apply

    \b
    Exit codes: 0 done · 1 lint rejects the playbooks as they are, or --write has nothing to write · 2 usage or files
    """
    from cadenza.forecast.load import load
    from cadenza.forecast.optimizing import Bounds, Rejected, optimize

    simulation, notes = load(file, as_of)
    _check_roles(people, tuple(simulation.workspace.team))
    bounds = Bounds("spacing" not in fixed, "order" not in fixed, "steps" not in fixed, enroll, people)
    wanted = {} if asked.replications is None else {"replications": asked.replications}
    try:
        found, code = asked.answer(
            simulation.name, lambda bench: optimize(simulation, as_of=as_of, bounds=bounds, budget=budget, bench=bench, notes=notes, **wanted)
        )
    except Rejected as rejected:
        runs.say(f"error: {rejected}")
        return NOTHING
    if found is None:
        return code
    if pick is not None and pick > len(found.front):
        raise click.BadParameter(f"there are {len(found.front)} candidates in the table", param_hint="--pick")
    chosen = found.pick if pick is None else pick - 1
    _show(found, chosen, format, output)
    return _write(found, chosen, simulation.workspace.root) if write else 0


def _check_roles(people: tuple[tuple[str, int, int], ...], team: tuple[str, ...]) -> None:
    for role, _, _ in people:
        if role not in team:
            raise click.BadParameter(f"the workspace has no role {role!r}: there is {', '.join(team)}", param_hint="--people")


def _show(found: Optimum, chosen: int | None, format: str, output: Path | None) -> None:
    if format == "json":
        from cadenza.render.optimize_json import render as render_json

        door.write(output, render_json(found, chosen))
    elif format == "diff":
        from cadenza.render.optimize_terminal import diff

        door.write(output, diff(found, chosen))
    else:
        from cadenza.render.optimize_terminal import render

        def page(result: Optimum, /, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
            return render(result, chosen, colour=colour, width=width, plain=plain)

        door.page(found, page, output)


def _write(found: Optimum, chosen: int | None, root: Path) -> int:
    """Write the candidate's files, each aside and then renamed; none of them where one is no longer what it was."""
    if chosen is None:
        click.echo("Nothing is better than what there is: nothing was written.", err=True)
        return NOTHING
    texts = found.front[chosen].texts
    for file in texts:
        if (root / file).read_bytes() != found.originals[file].encode("utf-8"):
            raise click.ClickException(f"{file} has changed meanwhile; nothing was written. Run the command again.")
    for file, text in texts.items():
        door.write(root / file, text.encode("utf-8"))
        click.echo(f"wrote {file}", err=True)
    return 0
