"""`cadenza lint`: find what is wrong with playbooks, and prove what they can never do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadenza.cli import door, kept

if TYPE_CHECKING:
    from collections import Counter
    from datetime import date

    from cadenza.rules.fixes import Mended
    from cadenza.rules.outlook import Foresee
    from cadenza.rules.run import Report
    from cadenza.rules.scorecard import Scorecard


def _known(ctx: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    """`--select R001,ignores-no` and repeated; each must mean a rule, or a check or pack of policies. Rules are imported only where one was named."""
    asked = tuple(word.strip() for text in words for word in text.split(",") if word.strip())
    if asked:
        from cadenza.language.near import near
        from cadenza.rules.legal.lookup import find
        from cadenza.rules.legal.names import all_shipped, is_pack
        from cadenza.rules.registry import catalogue, meant

        for word in asked:
            if not meant(word) and not is_pack(word) and find(word, Path.cwd()) is None:
                guess = near(word, [*(name for rule in catalogue() for name in (rule.name, rule.code)), *all_shipped()])
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
@click.option("--fix", is_flag=True, help="Mend what can be mended without changing what it means.")
@click.option("--unsafe-fixes", is_flag=True, help="Mend more: also where the mending decides something. Read what it did.")
@click.option("--baseline", type=door.FILE, metavar="FILE", help="Show only what this baseline does not hold.")
@click.option("--write-baseline", type=door.FILE, metavar="FILE", help="Write what there is as a baseline, and leave with 0.")
@click.option("--scorecard", is_flag=True, help="Score each playbook on seven pillars, every point with its reason.")
@click.option("--forecast", is_flag=True, help="Make a small forecast of each playbook, and run the rules over forecasts, too.")
@click.option("--verbose", "-v", is_flag=True, help="Tell each story line by line, and list what was waived.")
@door.format_option("terminal", "json")
@door.output_option()
@door.as_of_option()
@kept.jobs_option
@kept.cache_options
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    profile: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    exit_zero: bool,
    fix: bool,
    unsafe_fixes: bool,
    baseline: Path | None,
    write_baseline: Path | None,
    scorecard: bool,
    forecast: bool,
    verbose: bool,
    format: str,
    output: Path | None,
    as_of: date,
    jobs: int | None,
    cache: Path | None,
) -> None:
    """Judge PATHS: files, or folders with everything below them (default: this folder).

    \b
    Examples:
      cadenza lint
      cadenza lint playbooks/platform-cold.yaml --strict
      cadenza lint --select ignores-no,R003 --format json
      cadenza lint --profile minimal --as-of 2027-03-01
      cadenza lint --fix
      cadenza lint playbooks/platform-cold.yaml --forecast
      cadenza lint --write-baseline lint-baseline.json
      cadenza lint --baseline lint-baseline.json
      cadenza lint playbooks/platform-cold.yaml --scorecard

    Leaves with 0 where nothing fails, 1 where an error was found (or a warning, with --strict), 2 where it could not judge.
    """
    from cadenza.rules.run import lint

    base, foresee = Path.cwd(), _foresee(forecast, select, as_of)

    def judge() -> Report:
        where = {"base": base, "cache": cache, "jobs": jobs, "foresee": foresee}
        return lint(paths or (Path(),), as_of=as_of, profile=profile, select=select, ignore=ignore, strict=strict, **where)  # type: ignore[arg-type]

    _refuse_other_files(paths)
    known = _known_findings(baseline)
    report, mended = _mended(judge, base, unsafe=unsafe_fixes) if fix or unsafe_fixes else (judge(), None)
    if not report.files:
        raise click.UsageError(
            "no playbook, simulation or workspace below " + ", ".join(str(path) for path in paths or (base,)) + "; `cadenza init` writes one"
        )
    if write_baseline is not None:
        from cadenza.rules import baseline as baselines

        door.write(write_baseline, baselines.write(report.findings, base))
        click.echo(f"wrote {len(report.findings)} finding{'' if len(report.findings) == 1 else 's'} into {write_baseline}", err=True)
        return
    report, old = _new(report, known, base)
    cards = _scorecards(paths, as_of) if scorecard else ()
    text = _rendered(report, format, base, colour=output is None and door.colour(), verbose=verbose, mended=mended, old=old, cards=cards)
    door.write(output, text)
    ctx.exit(1 if report.fails(strict=strict) and not exit_zero else 0)


def _refuse_other_files(paths: tuple[Path, ...]) -> None:
    """Who names a list or a message is told where it is judged, instead of that it is a bad playbook."""
    for path in paths:
        kind = {".csv": "a list", ".md": "a message", ".txt": "a text", ".json": "data"}.get(path.suffix.lower())
        if kind is not None and path.is_file():
            raise click.UsageError(f"'{path}' is {kind}: name the playbook or the folder that uses it, and it is judged with that.")


def _foresee(wanted: bool, select: tuple[str, ...], as_of: date) -> Foresee | None:
    """A small forecast of each playbook, where it was asked for. Who names a rule over forecasts without one is told, not left with silence."""
    if not wanted:
        if select:
            from cadenza.rules.registry import named

            for word in select:
                rule = named(word)
                if rule is not None and rule.on == "forecast":
                    raise click.UsageError(f"{rule.code} {rule.name} reads a forecast; add --forecast")
        return None
    from cadenza.cli.foresee import small_forecasts

    return small_forecasts(as_of)


def _known_findings(path: Path | None) -> Counter[str] | None:
    if path is None:
        return None
    from cadenza.rules import baseline

    return baseline.read(path, str(path))


def _mended(judge: Callable[[], Report], base: Path, *, unsafe: bool) -> tuple[Report, Mended]:
    from cadenza.rules.fixes import mend

    mended = mend(judge, base, unsafe=unsafe)
    return mended.report, mended


def _new(report: Report, known: Counter[str] | None, base: Path) -> tuple[Report, tuple[int, int] | None]:
    """The report without what the baseline holds; how many that were, and how many of its entries are gone."""
    if known is None:
        return report, None
    from cadenza.rules import baseline

    fresh, old, gone = baseline.new(report.findings, known, base)
    return replace(report, findings=fresh), (old, gone)


def _scorecards(paths: tuple[Path, ...], as_of: date) -> Sequence[Scorecard]:
    from cadenza.rules.scorecard import scorecards

    return scorecards(paths or (Path(),), as_of)


def _rendered(
    report: Report,
    format: str,
    base: Path,
    *,
    colour: bool,
    verbose: bool,
    mended: Mended | None,
    old: tuple[int, int] | None,
    cards: Sequence[Scorecard],
) -> str:
    done = mended.done if mended else ()
    if format == "json":
        from cadenza.render import findings_json

        return findings_json.render(report.findings, waived=report.waived, files=report.files, mended=done, known=old, cards=cards)
    from cadenza.render import findings_terminal

    width = door.width()
    text = findings_terminal.render(report.findings, colour=colour, width=width, base=base, verbose=verbose, waived=report.waived, files=report.files)
    if mended:
        text = findings_terminal.mended(done, mended.unsafe_left, colour=colour) + text
    if old:
        text += findings_terminal.held(*old)
    if cards:
        from cadenza.render import scorecard

        text += scorecard.render(cards, colour=colour, width=width)
    return text
