"""A rule is a file: what it is called, what it checks, and beside it the page that explains it.

`@rule(...)` turns a generator of findings into a `Rule`. Nothing is listed anywhere: a module in a folder of this package is a rule when a page
of the same name lies beside it (`respect/ignores_no.py`, `respect/ignores_no.md`). Importing a rule must be cheap: whatever is heavy is
imported by the check, when it runs.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from ..language.findings import Finding, Level
from ..language.records import record

if TYPE_CHECKING:
    from .context import Context

Profile: TypeAlias = Literal["minimal", "standard", "strict"]
PROFILES: tuple[Profile, ...] = ("minimal", "standard", "strict")
"""Each contains the one before it."""

Check: TypeAlias = "Callable[[Context], Iterator[Finding]]"
On: TypeAlias = Literal["playbook", "tree", "workspace", "forecast", "loader"]
LATER: tuple[On, ...] = ("workspace", "forecast")
"""What is judged when all files have been: a waiver of such a rule is not called unused where the file is judged by itself."""


@record
class Rule:
    """What is known of a rule before it runs.

    `on` says what it looks at: a whole `playbook`; the `tree` of any file, also of a workspace or a simulation; all playbooks of a `workspace`
    that are judged together; what a `forecast` says of a playbook; or nothing, because the loader or the waivers report it themselves (`loader`).
    `options` are the numbers that a workspace may override, with their defaults.
    """

    code: str
    name: str
    level: Level
    profile: Profile
    source: str
    options: Mapping[str, object] = field(default_factory=dict)
    on: On = "playbook"
    check: Check | None = None
    page: Path = Path()

    def answers_to(self, word: str) -> bool:
        """Whether `word` (a code, the beginning of one, or a name) means this rule."""
        return bool(word) and (word == self.name or self.code.startswith(word.upper()))


def rule(
    *,
    code: str,
    name: str,
    level: Literal["advice", "warning", "error"],
    profile: Profile = "standard",
    source: str = "",
    options: Mapping[str, object] | None = None,
    on: On = "playbook",
) -> Callable[[Check], Rule]:
    """Make a rule of a generator `check(ctx)` that yields `ctx.finding(...)` for everything that is wrong."""

    def make(check: Check) -> Rule:
        page = Path(check.__code__.co_filename).with_suffix(".md")
        return Rule(code, name, Level[level], profile, source, dict(options or {}), on, check, page)

    return make


def reported(*, code: str, name: str, level: Literal["advice", "warning", "error"], file: str, source: str = "") -> Rule:
    """A rule without a check of its own: the loader (or the reader of waivers) reports it; its page is beside `file`."""
    return Rule(code, name, Level[level], "minimal", source, {}, "loader", None, Path(file).with_suffix(".md"))


@cache
def catalogue() -> tuple[Rule, ...]:
    """Every rule there is, in the order of the codes. Two rules of one code or name are a mistake, and said so."""
    found: dict[str, Rule] = {}
    for module in sorted(_modules()):
        for value in vars(importlib.import_module(module)).values():
            if isinstance(value, Rule):
                twin = next((other for other in found.values() if other.code == value.code or other.name == value.name), None)
                if twin is not None:
                    raise ValueError(f"{value.page} and {twin.page} are both called {value.code} or {value.name}")
                found[value.code] = value
    return tuple(found[code] for code in sorted(found))


def _modules() -> Iterator[str]:
    """Every module with a page beside it, one level below this package. (`os` and not `pathlib`: this runs at every start.)"""
    with os.scandir(Path(__file__).parent) as families:
        folders = sorted((entry.name, entry.path) for entry in families if entry.is_dir())
    for family, folder in folders:
        with os.scandir(folder) as entries:
            files = {entry.name for entry in entries}
        for file in files:
            stem, dot, kind = file.rpartition(".")
            if dot and kind == "py" and f"{stem}.md" in files:
                yield f"{__package__}.{family}.{stem}"


def named(word: str) -> Rule | None:
    """The rule with that code or name, whatever its case."""
    wanted = word.strip().casefold()
    return next((rule for rule in catalogue() if wanted in (rule.code.casefold(), rule.name)), None)


def meant(word: str) -> tuple[Rule, ...]:
    """The rules that a word in `--select`, `--ignore` or a waiver means: one by its name or code, or all whose code begins so (`R`, `R00`)."""
    return tuple(rule for rule in catalogue() if rule.answers_to(word.strip()))
