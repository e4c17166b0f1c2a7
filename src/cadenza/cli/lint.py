"""`cadenza lint`: find what is wrong with playbooks, and prove what they can never do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadenza.cli import door

if TYPE_CHECKING:
    from datetime import date


def _known(ctx: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    """`--select R001,ignores-no` and repeated; each must mean a rule. Rules are imported only where one was named."""
    asked = tuple(word.strip() for text in words for word in text.split(",") if word.strip())
    if asked:
        from cadenza.language.near import near
        from cadenza.rules.registry import catalogue, meant

        for word in asked:
            if not meant(word):
                guess = near(word, [name for rule in catalogue() for name in (rule.name, rule.code)])
                raise click.BadParameter(f"there is no rule '{word}'" + (f"; did you mean '{guess}'?" if guess else ""), ctx, parameter)
    return asked


@click.command()
@click.argument("paths", nargs=-1, type=door.FILE)
@click.option("--profile", type=click.Choice(["minimal", "standard", "strict"]), help="How much to ask. [default: the workspace's, else standard]")
@click.option(
    "--select", multiple=True, metavar="RULES", callback=_known, shell_complete=door.complete_rules, help="Run only these (R001, ignores-no, R)."
)
@click.option("--ignore", multiple=True, metavar="RULES", callback=_known, shell_complete=door.complete_rules, help="Leave these out.")
@click.option("--strict", is_flag=True, help="Warnings fail, too.")
@click.option("--exit-zero", is_flag=True, help="Leave with 0 whatever was found.")
@click.option("--verbose", "-v", is_flag=True, help="Tell each story line by line, and list what was waived.")
@door.format_option("terminal", "json")
@door.output_option()
@door.as_of_option()
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    profile: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    exit_zero: bool,
    verbose: bool,
    format: str,
    output: Path | None,
    as_of: date,
) -> None:
    """Judge PATHS: files, or folders with everything below them (default: this folder).

    \b
    Examples:
      cadenza lint
      cadenza lint playbooks/platform-cold.yaml --strict
      cadenza lint --select ignores-no,R003 --format json
      cadenza lint --profile minimal --as-of 2027-03-01

    Leaves with 0 where nothing fails, 1 where an error was found (or a warning, with --strict), 2 where it could not judge.
    """
    from cadenza.rules.run import lint

    base = Path.cwd()
    report = lint(paths or (Path(),), as_of=as_of, profile=profile, select=select, ignore=ignore, strict=strict, base=base)  # type: ignore[arg-type]
    if not report.files:
        raise click.UsageError(
            "no playbook, simulation or workspace below " + ", ".join(str(path) for path in paths or (base,)) + "; `cadenza init` writes one"
        )
    if format == "json":
        from cadenza.render import findings_json

        text = findings_json.render(report.findings, waived=report.waived, files=report.files)
    else:
        from cadenza.render import findings_terminal

        colour = output is None and door.colour()
        text = findings_terminal.render(
            report.findings, colour=colour, width=door.width(), base=base, verbose=verbose, waived=report.waived, files=report.files
        )
    door.write(output, text)
    ctx.exit(1 if report.fails(strict=strict) and not exit_zero else 0)
