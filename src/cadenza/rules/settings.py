"""Which rules run, at which level, with which numbers: the profile, then the workspace, then the command line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..language.findings import Finding, Level
from ..language.near import near
from ..language.nodes import Span, key_span, span_at
from ..language.records import record
from ..language.report import NAMES
from ..language.values import Duration, UnitError
from .registry import PROFILES, Profile, Rule, catalogue, meant, named

if TYPE_CHECKING:
    from ..language.model import LintConfig


POLICIES = "L001"
"""The rule that runs policy packs: their checks and the packs themselves may be named wherever a rule may."""
OFF = "off"
"""The level at which a rule does not run at all."""


@record
class Setting:
    """A rule that is to run: at which level, with which options."""

    rule: Rule
    level: Level
    options: dict[str, object]


@record
class Wanted:
    """What the command line asks for. Empty `select` means what the profile holds; `profile` None means the workspace's."""

    profile: Profile | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strict: bool = False
    together: bool = False  # whether several playbooks are judged in this run, so that each gives its portrait


def choose(wanted: Wanted, config: LintConfig | None) -> tuple[Setting, ...]:
    """The rules to run, in the order of their codes. A rule that is selected by name runs whatever the profile says."""
    profile = wanted.profile or (config.profile if config else "standard")
    reach = PROFILES.index(profile)
    ignored = {rule.code for word in (*wanted.ignore, *(config.ignore if config and not wanted.select else ())) for rule in meant(word)}
    selected = {rule.code for word in wanted.select for rule in meant(word)}
    checks = tuple(word for word in wanted.select if not meant(word))
    settings = []
    for rule in catalogue():
        inside = rule.code in selected or (rule.code == POLICIES and bool(checks)) if wanted.select else PROFILES.index(rule.profile) <= reach
        if inside and rule.code not in ignored:
            setting = _setting(rule, config, strict=wanted.strict or profile == "strict")
            if setting is not None:
                settings.append(setting if rule.code != POLICIES else _narrowed(setting, () if rule.code in selected else checks, wanted.ignore))
    return tuple(settings)


def _narrowed(setting: Setting, only: tuple[str, ...], without: tuple[str, ...]) -> Setting:
    """The rule that runs policy packs, for the checks and packs that were named only, or without those that were."""
    names = tuple(word for word in without if not meant(word))
    return replace(setting, options={**setting.options, **({"only": only} if only else {}), **({"without": names} if names else {})})


def _setting(rule: Rule, config: LintConfig | None, *, strict: bool) -> Setting | None:
    """How a rule runs; None where the workspace has put it `off`."""
    level: Level = rule.level
    options: dict[str, object] = {}
    for word in (rule.code, rule.name):
        for key, value in (config.overrides.get(word, {}) if config else {}).items():
            if key == "level":
                if value == OFF:
                    return None
                level = Level[str(value)] if str(value) in Level.__members__ else level
            else:
                made = _option(rule, key, value)
                if made is not None:
                    options[key] = made
    if strict and level is Level.warning:
        level = Level.error
    return Setting(rule, level, options)


def _option(rule: Rule, key: str, value: object) -> object | None:
    """The value as the option's default is typed, or None where it is no such value."""
    default = rule.options.get(key)
    if isinstance(default, Duration):
        try:
            return value if isinstance(value, Duration) else Duration.parse(str(value))
        except UnitError:
            return None
    if isinstance(default, float) and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(default, tuple) and isinstance(value, (list, tuple)):
        return tuple(value)
    return value if default is not None and type(value) is type(default) else None


def mistakes(config: LintConfig, checks: Collection[str] = ()) -> Iterator[Finding]:
    """What is wrong with the `lint:` part of a workspace: rules and options that do not exist, values that an option cannot have. `checks`: the
    names of its policies."""
    for index, word in enumerate(config.ignore):
        if not meant(word) and not _is_policy(word, checks):
            yield _unknown("rule", word, _words(), span_at(config.node, "ignore", index))
    for index, waiver in enumerate(config.waivers):
        for place, word in enumerate(waiver.rules):
            if not meant(word) and not _is_policy(word, checks):
                yield _unknown("rule", word, _words(), span_at(config.node, "waivers", index, "rules", place))
    for word, changes in config.overrides.items():
        rule = named(word)
        if rule is None and _is_policy(word, checks):
            yield from _check_change(word, changes, config)
            continue
        if rule is None:
            yield _unknown("rule", word, _words(), key_span(config.node, "overrides", word))
            continue
        for key, value in changes.items():
            yield from _change(rule, word, key, value, config)


def _is_policy(word: str, checks: Collection[str]) -> bool:
    from .legal.names import is_shipped

    return word in checks or is_shipped(word)


def _check_change(word: str, changes: Mapping[str, object], config: LintConfig) -> Iterator[Finding]:
    """A policy's check or pack has a level to set, and nothing else."""
    for key, value in changes.items():
        if key != "level":
            yield _unknown(f"option of {word}", key, ("level",), key_span(config.node, "overrides", word, key))
        elif value != OFF and str(value) not in Level.__members__:
            yield _no_level(value, span_at(config.node, "overrides", word, key))


def _no_level(value: object, span: Span) -> Finding:
    return Finding("Y003", NAMES["Y003"], Level.error, f"`{value}` is no level", span, "Write `advice`, `warning`, `error` or `off`.")


def _change(rule: Rule, word: str, key: str, value: object, config: LintConfig) -> Iterator[Finding]:
    span = span_at(config.node, "overrides", word, key)
    if key == "level":
        if value != OFF and str(value) not in Level.__members__:
            yield _no_level(value, span)
    elif key not in rule.options:
        yield _unknown(f"option of {rule.name}", key, ("level", *rule.options), key_span(config.node, "overrides", word, key))
    elif _option(rule, key, value) is None:
        good = rule.options[key]
        yield Finding("Y005", NAMES["Y005"], Level.error, f"`{value}` is no value for {rule.name}.{key}", span, f"A good one is `{good}`.")


def _words() -> list[str]:
    from .legal.names import all_shipped

    return [*(word for rule in catalogue() for word in (rule.name, rule.code)), *all_shipped()]


def _unknown(what: str, word: str, known: Sequence[str], span: Span) -> Finding:
    guess = near(word, known)
    help = f"Did you mean `{guess}`?" if guess else "`cadenza explain` lists all rules." if what == "rule" else f"There are: {', '.join(known)}."
    return Finding("Y004", NAMES["Y004"], Level.error, f"there is no {what} `{word}`", span, help)


def leveled(finding: Finding, level: Level, of: Rule) -> Finding:
    """A finding at the level that its rule is set to; one that chose another level than its rule's own keeps it unless that was overridden."""
    return replace(finding, level=level) if finding.level is of.level or level is not of.level else finding
