"""`cadenza plan`: read a playbook, a list and a log, plan, and show or write the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadenza.cli import door

if TYPE_CHECKING:
    from datetime import date

    from cadenza.language.model import Playbook
    from cadenza.plan import Schedule


ENDINGS = {".txt": "table", ".jsonl": "jsonl", ".csv": "csv", ".json": "json"}


def _start(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    return None if value is None else door.read_day(value).isoformat()


@click.command()
@click.argument("playbook", type=door.FILE)
@click.option("--prospects", type=door.FILE, help="The list of people, a CSV. [default: the playbook's audience.source.list]")
@click.option("--start", metavar="DATE", callback=_start, help="The first day on which people enter. [default: the day of --as-of]")
@click.option("--events", type=door.FILE, help="A log of what happened, JSON Lines: plan only what is still due.")
@door.as_of_option("With --events: the day that counts as today; nothing is planned before it.")
@door.format_option("table", "jsonl", "csv", "json", help="How to show the plan; without it, the ending of --output decides.")
@door.output_option()
def command(playbook: Path, prospects: Path | None, start: str | None, events: Path | None, as_of: date, format: str, output: Path | None) -> int:
    """Turn PLAYBOOK and a list of people into dated touches, as if nobody answered.

    Each touch has a stable id, the earliest and the latest instant, who makes it, its text with the fields filled in, and the guards that must still
    hold when it is made. Suppressed people, and people without an address, an hour or a field that is needed, are left out and named with the reason.
    The same input gives the same bytes, whatever the order of the rows.

    Log what you do and what comes back, one JSON object a line, and plan again with --events: only what is still due is planned, and never a touch
    that was made. A line is {"at": "2027-01-05T10:12:00Z", "prospect": "p-0001", "event": "done", "step": "intro"}.

    \b
    Examples:
      cadenza plan playbooks/platform-cold.yaml --prospects lists/prospects.csv --start 2027-01-04
      cadenza plan playbooks/platform-cold.yaml --prospects lists/prospects.csv --start 2027-01-04 -o plan.csv
      cadenza plan playbooks/platform-cold.yaml --prospects lists/prospects.csv --start 2027-01-04 \\
          --events log.jsonl --as-of 2027-01-11 --format jsonl
    """
    from cadenza.language import load_playbook

    chosen = door.by_ending(format, output, ENDINGS)
    schedule = _plan(load_playbook(playbook), prospects, start or as_of.isoformat(), events, as_of)
    if chosen == "table":
        from cadenza.render.plan_terminal import render

        door.write(output, render(schedule, colour=output is None and door.colour(), width=door.width()))
        return 0
    from cadenza.plan.emitters import emitter

    door.write(output, emitter(chosen).write(schedule))
    _tell(schedule)
    return 0


def _plan(playbook: Playbook, prospects: Path | None, start: str, events: Path | None, as_of: date) -> Schedule:
    from cadenza.language import read_people, read_suppression
    from cadenza.plan import plan, read_log

    people = read_people(_list(playbook, prospects))
    keys, steps = {person.key for person in people}, {step.id for step in playbook.cadence}
    log = read_log(events, keys, steps, playbook=playbook.name) if events else None
    return plan(playbook, people, read_suppression(playbook.workspace), start, as_of.isoformat(), log)


def _list(playbook: Playbook, prospects: Path | None) -> Path:
    if prospects is not None:
        return prospects
    source = playbook.audience.source
    if source is None or source.list is None:
        raise click.UsageError("There is no list of people: give --prospects lists/prospects.csv, or name one under audience.source.list.")
    return playbook.workspace.root / source.list


def _tell(schedule: Schedule) -> None:
    """What the file does not say goes to stderr."""
    from cadenza.render.ansi import clean
    from cadenza.render.plan_terminal import left_out_lines, summary

    click.echo(clean(summary(schedule)), err=True)
    if schedule.left_out:
        click.echo(f"left out: {', '.join(left_out_lines(schedule.left_out))} (--format json names them)", err=True)
