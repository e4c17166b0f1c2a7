"""A forecast as a page for a person who leads sales: the answer in a sentence, then each scenario, who is busy, and what changes what.

Nothing is decided here. Lines have at most `width` columns (80 is enough for every table; wider shows more), colour marks verdicts only, and
with `plain` all of it is ASCII.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from cadenza.forecast.metrics import HEADLINE, MONEY, metric
from cadenza.render import forecast_words as words
from cadenza.render.ansi import clean, columns, wrap
from cadenza.render.forecast_numbers import Numbers
from cadenza.render.tables import fit
from cadenza.render.tables import listed as as_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cadenza.forecast.results import Difference, Forecast, PointResult, TargetResult

OUTCOMES = ("meetings.booked", "meetings", "opportunities", "pipeline", "won", "won_value")
COSTS = (
    "enrolled",
    "list.used",
    "touches",
    "unsubscribed",
    "unsubscribed.share",
    "complained",
    "complained.share",
    "contacts_after_no",
    "people_per_meeting",
    "touches_per_meeting",
    "without_consent.share",
    "late.touch.p90",
    "late.handoff.p90",
)
COMPARED = ("meetings", "pipeline", "unsubscribed", "opportunities", "complained", "contacts_after_no")
WIDE = 104
CODES = {"bold": "1", "dim": "2", "met": "32", "at risk": "33", "missed": "31", "higher": "1", "lower": "1"}


Row: TypeAlias = "list[tuple[str, str]]"
"""The cells of a table's row: text, and what it means (a key of CODES, or nothing)."""


@dataclass(frozen=True, slots=True)
class Page:
    """How to write: `numbers` in their words, marks only where there is `colour`."""

    forecast: Forecast
    numbers: Numbers
    colour: bool
    width: int

    def mark(self, text: str, kind: str) -> str:
        code = CODES.get(kind)
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text.strip() else text

    def label(self, key: str) -> str:
        found = metric(key)
        return f"{found.label}, {self.forecast.currency or '?'}" if found.unit == "money" else found.label

    def wrapped(self, text: str, indent: str = "") -> list[str]:
        return wrap(indent + text, self.width, indent)


def render(forecast: Forecast, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
    """The page, with a newline at its end."""
    page = Page(forecast, Numbers(plain), colour, max(24, width))
    title = f"{clean(forecast.name)}: {words.what(forecast)}"
    parts = [
        [page.mark(line, "bold") for line in page.wrapped(title)],
        [line for text in words.headline(forecast, page.numbers) for line in page.wrapped(text)],
    ]
    parts.append(_scenario(page, forecast.base))
    if len(forecast.scenarios) > 1:
        parts.append(_comparison(page))
    parts += _sweeps(page)
    parts += [_scenario(page, point) for point in forecast.scenarios[1:]]
    parts.append([line for text in words.footer(forecast, page.numbers) for line in page.wrapped(text)])
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


# ---------------------------------------------------------------- one scenario


def _scenario(page: Page, point: PointResult) -> list[str]:
    changes = ", ".join(f"{path} {change}" for path, change in point.changes)
    head = [page.mark(clean(point.name), "bold") + (f"  {clean(changes)}" if changes else "")]
    if columns(f"{clean(point.name)}  {clean(changes)}") > page.width:
        head = [page.mark(clean(point.name), "bold"), *page.wrapped(clean(changes), "  ")]
    rows: list[Row | None] = [_head(point)]
    rows += [_row(page, point, key) for key in OUTCOMES if key in point.measures]
    rows.append(None)
    rows += [_row(page, point, key) for key in COSTS if key in point.measures]
    money = [_row(page, point, key) for key in MONEY if key in point.measures]
    rows += [None, *money] if money else []
    if len(point.machines) > 1:
        for playbook, _ in point.machines:
            own = [f"{playbook}:{key}" for key in (*OUTCOMES, *COSTS) if f"{playbook}:{key}" in point.measures]
            rows += [None, [(clean(playbook), "bold")], *(_row(page, point, key) for key in own)]
    return [*head, *_table(rows, "<>>><<", page), *_weeks(page, point), *_busy(page, point)]


def _head(point: PointResult) -> Row:
    cells = ["", "P10", "P50", "P90"]
    if point.differences:
        cells.append("against base")
    if point.targets:
        cells.append("target")
    return [(cell, "dim") for cell in cells]


def _row(page: Page, point: PointResult, key: str) -> Row:
    measure, unit = point.measures[key], metric(key).unit
    row = [(page.label(key), "")]
    row += [(page.numbers.amount(quantile.value, unit), "") for quantile in (measure.p10, measure.p50, measure.p90)]
    if point.differences:
        row.append(_difference(page, point.differences.get(key)))
    if point.targets:
        row.append(_targets(page, [target for target in point.targets if target.metric == key], short=bool(point.differences) and page.width < WIDE))
    return row


def _difference(page: Page, found: Difference | None) -> tuple[str, str]:
    if found is None:
        return ("", "")
    if found.verdict == "same" or found.interval is None:
        return ("same" if found.verdict == "same" else "noise", "dim")
    text = page.numbers.difference(found.mean, found.reach, metric(found.key).unit)
    return (f"noise ({text})" if page.width >= WIDE else "noise", "dim") if found.verdict == "noise" else (text, found.verdict)


def _targets(page: Page, targets: Sequence[TargetResult], short: bool) -> tuple[str, str]:
    if not targets:
        return ("", "")
    worst = max(targets, key=lambda target: ("met", "at risk", "missed").index(target.verdict))
    chance = words.probability(worst, page.numbers)
    if short:
        return (f"{worst.verdict} {chance}", worst.verdict)
    bound = {"at least": ">=" if page.numbers.plain else "≥", "at most": "<=" if page.numbers.plain else "≤"}[worst.bound]
    unit = metric(worst.metric).unit
    return (f"{bound} {page.numbers.amount(worst.needed, unit)}: {worst.verdict}, {chance}", worst.verdict)


def _weeks(page: Page, point: PointResult) -> list[str]:
    band = point.weekly.get(HEADLINE)
    if band is None or not band.p50:
        return []
    best = max(range(len(band.p50)), key=lambda week: band.p50[week])
    most = f"most in week {best + 1}: {page.numbers.count(band.p50[best])}"
    line = f"  meetings by week  {page.numbers.sparkline(band.p50)}"
    return ["", f"{line}  {most}"] if columns(line) + 2 + columns(most) <= page.width else ["", line, f"  {most}"]


def _busy(page: Page, point: PointResult) -> list[str]:
    keys = [key for key in point.measures if key.startswith("load.") and key.count(".") <= 2]
    if not keys:
        return []
    people = sorted(key for key in keys if not key.startswith("load.sender."))
    rows: list[Row | None] = [[(cell, "dim") for cell in ("time and caps used", "P10", "P50", "P90", "busiest week")]]
    for key in (*people, *sorted(set(keys) - set(people))):
        measure = point.measures[key]
        cells = [clean(metric(key).label), *(page.numbers.share(quantile.value) for quantile in (measure.p10, measure.p50, measure.p90))]
        rows.append([*((cell, "") for cell in cells), (words.busiest(page.forecast, point, key, page.numbers), "")])
    return ["", *_table(rows, "<>>><", page)]


# ---------------------------------------------------------------- comparisons


def _comparison(page: Page) -> list[str]:
    base = page.forecast.base
    keys = [key for key in COMPARED if key in base.measures][: 6 if page.width >= 140 else 4 if page.width >= WIDE else 3]
    rows: list[Row | None] = [[("", ""), *((page.label(key), "dim") for key in keys)]]
    cells = [_band(page, base, key) for key in keys]
    rows.append([(clean(base.name), ""), *((cell, "") for cell in cells)])
    others = page.forecast.scenarios[1:]
    rows += [[(clean(point.name), ""), *(_difference(page, point.differences.get(key)) for key in keys)] for point in others]
    head = "Scenarios against base: the same people with the same luck, so that what differs is the change"
    return [page.mark(line, "bold") for line in page.wrapped(head)] + _table(rows, "<" + ">" * len(keys), page)


def _band(page: Page, point: PointResult, key: str) -> str:
    measure, unit = point.measures[key], metric(key).unit
    show = page.numbers.short_money if unit == "money" else lambda value: page.numbers.amount(value, unit)
    return f"{show(measure.p50.value)} ({show(measure.p10.value)}{page.numbers.dash}{show(measure.p90.value)})"


def _sweeps(page: Page) -> list[list[str]]:
    paths = list(dict.fromkeys(words.swept(point)[0] for point in page.forecast.sweep))
    return [_sweep(page, path, [point for point in page.forecast.sweep if words.swept(point)[0] == path]) for path in paths]


def _sweep(page: Page, path: str, points: Sequence[PointResult]) -> list[str]:
    points = [point for point in points if HEADLINE in point.measures]
    top = max((point.measures[HEADLINE].p50.value for point in points), default=0.0) or 1.0
    wide = page.width >= WIDE
    head = ("", "meetings held", "", "against base", "opt-outs", "against base")
    rows: list[Row | None] = [[(cell, "dim") for cell in (head if wide else head[:4])]]
    for point in points:
        bar = page.numbers.bar(max(0.0, point.measures[HEADLINE].p50.value) / top, 24 if wide else 14)
        row = [(clean(words.swept(point)[1]), ""), (_band(page, point, HEADLINE), ""), (bar, "")]
        row.append(_difference(page, point.differences.get(HEADLINE)))
        if wide and "unsubscribed" in point.measures:
            row += [(_band(page, point, "unsubscribed"), ""), _difference(page, point.differences.get("unsubscribed"))]
        rows.append(row)
    return [page.mark(f"If {clean(path)} were", "bold"), *_table(rows, "<><<><", page)]


# ---------------------------------------------------------------- tables


def _table(rows: Iterable[Row | None], align: str, page: Page) -> list[str]:
    """Rows of (text, mark) cells in columns two apart, indented by two; None is an empty line; the first column gives way where it is too wide,
    and where that is not enough the rows are a list."""
    listed = list(rows)
    count = max(len(row) for row in listed if row)
    widths = [max(columns(row[column][0]) if row and column < len(row) else 0 for row in listed) for column in range(count)]
    if not fit(widths, page.width):
        return as_list([row or [] for row in listed], page.width, page.mark)
    return [_line(row, widths, align, page).rstrip() if row else "" for row in listed]


def _line(row: Row, widths: Sequence[int], align: str, page: Page) -> str:
    cells = []
    for (text, kind), width, side in zip(row, widths, align, strict=False):
        fitted = text if columns(text) <= width else _cut(text, width - 1) + ("~" if page.numbers.plain else "…")
        space = " " * (width - columns(fitted))
        cells.append(space + page.mark(fitted, kind) if side == ">" else page.mark(fitted, kind) + space)
    return "  " + "  ".join(cells)


def _cut(text: str, width: int) -> str:
    while columns(text) > width:
        text = text[:-1]
    return text
