"""`cadenza test`: run the cases that stand beside playbooks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadenza.cli import door

if TYPE_CHECKING:
    from cadenza.playtest import Report

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%?")


def _share(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """`60%` as 0.6."""
    if value is None:
        return None
    found = _PERCENT.fullmatch(value.strip())
    if found is None or float(found[1]) > 100:
        raise click.BadParameter(f"{value!r} is no share; a good one is 60%.")
    return float(found[1]) / 100


@click.command()
@click.argument("paths", nargs=-1, type=door.FILE)
@click.option("--coverage", is_flag=True, help="List the ways through each playbook that no case tries, with a case to write.")
@click.option("--min-coverage", "least", metavar="SHARE", callback=_share, help="Fail where the cases try less of a playbook, such as 60%.")
@click.option("--verbose", "-v", is_flag=True, help="Tell the stories of cases that pass, too.")
@door.format_option("terminal", "json", "junit")
@door.output_option()
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[Path, ...], coverage: bool, least: float | None, verbose: bool, format: str, output: Path | None
) -> None:
    """Run the tests of playbooks: what happens to one person, and what is expected of us.

    PATHS are files of tests (NAME.test.yaml), playbooks that have one beside them, or folders. Without any: all tests of this workspace.
    Everything runs through the playbook's own machine and calendars; a failing case shows its story, with what was expected and did not happen.

    \b
    Examples:
      cadenza test
      cadenza test playbooks/platform-cold.yaml --coverage
      cadenza test --min-coverage 60%
      cadenza test --format junit --output tests.xml

    Leaves with 0 where every case is as expected, 1 where one is not or the coverage is too small, 2 where the tests could not be run.
    """
    report = _report(paths)
    door.write(output, _rendered(report, format, coverage, least, verbose, colour=output is None and door.colour()))
    ctx.exit(1 if report.failed or (least is not None and report.missing(least)) else 0)


def _report(paths: tuple[Path, ...]) -> Report:
    from cadenza.playtest import check, find_suites

    if not paths:
        from cadenza.language.places import find_root

        root = find_root(Path.cwd())
        paths = (Path(),) if root == Path.cwd() else (root,)
    files = find_suites(paths)
    if not files:
        named = ", ".join(str(path.resolve() if path == Path() else path) for path in paths)
        raise click.UsageError(f"no tests for {named}: write them beside the playbook, as NAME.test.yaml")
    return check(files)


def _rendered(report: Report, format: str, coverage: bool, least: float | None, verbose: bool, *, colour: bool) -> str:
    if format == "json":
        from cadenza.render.cases_json import render as as_json

        return as_json(report, coverage=coverage)
    if format == "junit":
        from cadenza.render.cases_junit import render as as_junit

        return as_junit(report, least=least)
    from cadenza.render.cases_terminal import render

    return render(report, colour=colour, width=door.width(), verbose=verbose, coverage=coverage, least=least)
