"""The examples in the rules' pages, run: each bad one must give exactly the text that stands under it, each good one nothing at all.

An example is one or more fenced blocks, marked `bad` or `good` after the language:

    ```yaml bad                    keys that are laid over the base playbook (`extends: base.yaml`), or a whole playbook
    ```diff bad [FILE]             lines taken out of (`-`) and put into (`+`) the base playbook, or FILE
    ```markdown bad messages/x.md  a message instead of the base's
    ```yaml bad other.yaml         another playbook, which is judged with the first; it comes before it
    ```json bad forecast.json      what a forecast said, for the rules that read one
    ```csv bad people.csv          any other file, from the folder of the playbook; of a good example, before its YAML

Bad blocks are followed by a block `text output`. The base workspace is `tests/rules/base`. `python scripts/rule_examples.py` checks all pages,
`--update` writes the outputs anew: read them before you commit them.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cadenza.language.findings import Finding, Level
from cadenza.render.findings_terminal import _lines, render
from cadenza.rules import lint
from cadenza.rules.outlook import Figure, Goal, Outlook
from cadenza.rules.registry import Rule, catalogue

BASE = Path(__file__).resolve().parent.parent / "tests" / "rules" / "base"
TODAY = date(2027, 1, 4)
WIDTH = 100
_BLOCK = re.compile(r"^```(\w+) (bad|good|output)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLAYBOOK = "playbooks/example.yaml"


@dataclass(frozen=True)
class Block:
    language: str
    role: str
    file: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Example:
    """`blocks` make the workspace; `output` is the block with what is expected, of a bad one."""

    rule: Rule
    number: int
    role: str
    blocks: tuple[Block, ...]
    output: Block | None


def examples(rule: Rule) -> Iterator[Example]:
    """The examples of a rule's page, in order. A bad one ends with its output, a good one with the next heading or block of another role."""
    waiting: list[Block] = []
    number = 0
    for found in _BLOCK.finditer(rule.page.read_text("utf-8")):
        block = Block(found[1], found[2], found[3] or "", found[4], found.start(4), found.end(4))
        if block.role == "output":
            number += 1
            yield Example(rule, number, "bad", tuple(waiting), block)
            waiting = []
        elif block.role == "good" and block.language not in ("markdown", "csv") and not (block.language == "yaml" and block.file):
            number += 1
            yield Example(rule, number, "good", (*waiting, block), None)
            waiting = []
        else:
            waiting.append(block)
    if waiting:
        yield Example(rule, number + 1, waiting[0].role, tuple(waiting), None)


def build(example: Example, folder: Path) -> Path:
    """The example's workspace in `folder`; gives its playbook."""
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    playbook = folder / PLAYBOOK
    playbook.write_text("cadenza: 1\nextends: base.yaml\nname: example\n", "utf-8")
    for block in example.blocks:
        if block.language == "diff":
            source = folder / (block.file or "playbooks/base.yaml")
            target = source if block.file else playbook
            target.write_text(_patched(source.read_text("utf-8"), block.text), "utf-8")
        elif block.file:
            target = folder / "playbooks" / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, "utf-8")
        else:
            own = re.search(r"^cadenza:", block.text, re.MULTILINE)
            playbook.write_text(block.text + ("" if own else "cadenza: 1\nextends: base.yaml\nname: example\n"), "utf-8")
    return playbook


def _patched(text: str, patch: str) -> str:
    """`text` after a patch without line numbers: `-` and blank-marked lines are looked for from where the patch has got to."""
    lines, at = text.splitlines(), 0
    for change in patch.splitlines():
        mark, said = change[:1], change[1:]
        if mark == "+":
            lines.insert(at, said)
            at += 1
            continue
        found = next((place for place in range(at, len(lines)) if lines[place].strip() == said.strip()), None)
        if found is None:
            raise ValueError(f"no line {said.strip()!r} in the base")
        at = found
        if mark == "-":
            del lines[at]
        else:
            at += 1
    return "\n".join(lines) + "\n"


def findings(example: Example) -> list[Finding]:
    """What lint says of an example: a bad one is asked for its own rule, a good one for everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        return _judged(example, folder)


def _judged(example: Example, folder: Path) -> list[Finding]:
    playbook = build(example, folder)
    own = example.role == "bad" and example.rule.code not in ("Y011", "Y012")
    strict = example.rule.profile == "strict"
    others = [folder / "playbooks" / block.file for block in example.blocks if block.language == "yaml" and block.file]
    told = folder / "playbooks" / "forecast.json"
    foresee = (lambda path: _outlook(told) if path == playbook else None) if told.exists() else None
    report = lint(
        [playbook, *others],
        foresee=foresee,
        as_of=TODAY,
        select=(example.rule.code,) if own else (),
        base=folder,
        profile="strict" if strict else None,
    )
    return [f for f in report.findings if example.role == "good" or f.code == example.rule.code]


def _outlook(file: Path) -> Outlook:
    """What a forecast said, as an example tells it: a figure with a mean alone has that everywhere."""
    data = json.loads(file.read_text("utf-8"))

    def figures(of: str) -> dict[str, Figure]:
        return {key: Figure(**{p: told.get(p, told["mean"]) for p in ("mean", "p10", "p50", "p90")}) for key, told in data.get(of, {}).items()}

    weekly = {key: tuple(weeks) for key, weeks in data.get("weekly", {}).items()}
    goals = tuple(Goal(**goal) for goal in data.get("goals", ()))
    return Outlook(data["weeks"], data["runs"], figures("metrics"), weekly, goals, figures("uncut"))


def shown(example: Example) -> str:
    """The findings of an example as text, as lint shows them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        _lines.cache_clear()
        text = render(_judged(example, folder), width=WIDTH, base=folder)
        return text[: text.rstrip("\n").rfind("\n")].rstrip("\n") + "\n" if "\n" in text.rstrip("\n") else ""


def problems(example: Example) -> str:
    """Why an example does not hold; empty where it does."""
    said = shown(example)
    if example.role == "bad":
        expected = example.output.text if example.output else ""
        return "" if said == expected and said else f"gives\n{said or '(nothing)'}\n"
    bad = [finding for finding in findings(example) if finding.level > Level.advice or finding.code == example.rule.code]
    return f"is not clean:\n{said}" if bad else ""


def main() -> int:
    update, failed = "--update" in sys.argv, 0
    asked = [word for word in sys.argv[1:] if not word.startswith("-")]
    for rule in catalogue():
        if asked and rule.code not in asked:
            continue
        for example in reversed(list(examples(rule))):
            if update and example.output is not None:
                text = rule.page.read_text("utf-8")
                rule.page.write_text(text[: example.output.start] + shown(example) + text[example.output.end :], "utf-8")
            found = problems(next(e for e in examples(rule) if e.number == example.number))
            if found:
                failed += 1
                print(f"{rule.code} {rule.name}, example {example.number} ({example.role}) {found}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
