"""The facts and the policy packs that ship, as pages: written from the registry and from the packs' own data."""

from __future__ import annotations

from cadenza.render.explained_policies import applies
from cadenza.rules.facts.registry import SENDERS, Fact, catalogue
from cadenza.rules.legal.cel.typing import item_of
from cadenza.rules.legal.pack import GRADES, Check, Pack, shipped, shipped_names


def policy_pages() -> dict[str, str]:
    """Both pages by their path below `docs/reference/`."""
    return {"facts.md": facts_page(), "packs.md": packs_page()}


def facts_page() -> str:
    """Every fact: its type, its keys, its unit, what it says."""
    parts = [
        "# Facts\n",
        "What the compiler proves of a playbook, and what conditions in house rules and [policy packs](../how-to/packs.md) compare, as `facts.NAME`. "
        "`cadenza facts PLAYBOOK` shows the values, each with the line or the story that makes it so.\n",
        "Types are those of the Common Expression Language. A `duration` is compared with `days(2)`, `hours(4)` or `minutes(30)`; a map by key, "
        '`facts.touches_max_in["7d"]`. What has no limit is larger than every number. Greatest values are rounded up and least ones down where they '
        "cannot be exact.\n",
        "| fact | type | says |\n|---|---|---|",
    ]
    return "\n".join(parts) + "\n" + "\n".join(_fact(fact) for fact in catalogue().values()) + "\n"


def _fact(fact: Fact) -> str:
    keys = "".join(f"[{'sender' if level == SENDERS else _listed(level)}]" for level in fact.levels)
    kind = fact.type
    for _ in fact.levels:
        kind = item_of(kind)
    kind += f", {fact.unit}" if fact.unit else ""
    return f"| `{fact.name}`{f' by {keys}' if keys else ''} | {kind} | {fact.description} |"


def _listed(level: tuple[str, ...]) -> str:
    return "channel" if "email" in level else ", ".join(level)


def packs_page() -> str:
    """Every pack: its checks with their conditions, whom they are for and where they come from, and what no playbook shows."""
    parts = [
        "# Policy packs\n",
        "What ships, as `policies:` names it. None of this is legal advice. `effective` is the day from which a rule holds; before it, its check is "
        "advice. A grade says how good the source is: " + "; ".join(f"**{grade}** {said}" for grade, said in GRADES.items()) + ".\n",
    ]
    return "\n".join(parts + [_pack(shipped(name)) for name in shipped_names()])


def _pack(pack: Pack) -> str:
    parts = [f"## {pack.name}\n", f"{pack.title}. {pack.description}\n"]
    parts += [_check(check) for check in pack.checks]
    if pack.unseen:
        parts.append("What no playbook shows, and somebody has to see to:\n")
        parts += [f"- `{duty.id}`: {duty.duty} ({duty.source}; grade {duty.grade})" for duty in pack.unseen]
    return "\n".join(parts) + "\n"


def _check(check: Check) -> str:
    facts = [
        f"`{check.id}`: {check.message}",
        f": `{' '.join(check.require.text.split())}`",
        f": {check.level.name}; for {applies(check.applies)}{'; from ' + check.effective if check.effective else ''}",
        f": {check.source} (grade {check.grade}{', looked up ' + check.verified_on if check.verified_on else ''})",
    ]
    return "- " + "\n  ".join(line.removeprefix(": ") + "  " for line in facts) + "\n"
