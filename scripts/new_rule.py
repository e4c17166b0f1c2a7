"""Begin a rule: `python scripts/new_rule.py P015 respect/no-sundays`. Writes the check and its page, to be filled in."""

from __future__ import annotations

import re
import sys
from pathlib import Path

RULES = Path(__file__).resolve().parent.parent / "src" / "cadenza" / "rules"
CHECK = '''"""{code}: WHAT IS WRONG, IN HALF A SENTENCE."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule


@rule(code="{code}", name="{name}", level="warning")
def {function}(ctx: Context) -> Iterator[Finding]:
    """What is looked at, and against which limit."""
    for step in ctx.playbook.cadence:
        yield ctx.finding(f"`{{step.id}}` is not looked at yet", step.span, help="Say what to write instead.")
'''
PAGE = """# {code} {name}

One sentence: what holds where this rule is silent.

## What it does

## Why it matters

## Bad

```yaml bad
audience:
  consent: none
```

```text output
```

## Good

```yaml good
audience:
  consent: express
```

## How to fix

## Sources
"""


def main(words: list[str]) -> int:
    if len(words) != 2 or not re.fullmatch(r"[A-Z][0-9]{3}", words[0]) or not re.fullmatch(r"[a-z]+/[a-z][a-z0-9-]*", words[1]):
        print("usage: python scripts/new_rule.py CODE FAMILY/NAME, such as P015 pressure/no-sundays", file=sys.stderr)
        return 2
    code, (family, name) = words[0], words[1].split("/")
    check = RULES / family / f"{name.replace('-', '_')}.py"
    if not check.parent.is_dir() or check.exists():
        print(f"{family} is no family of rules" if not check.parent.is_dir() else f"{check.name} is there already", file=sys.stderr)
        return 2
    check.write_text(CHECK.format(code=code, name=name, function=check.stem), "utf-8")
    check.with_suffix(".md").write_text(PAGE.format(code=code, name=name), "utf-8")
    print(f"{check.relative_to(RULES.parent.parent.parent)}: write the check, then the page beside it.")
    print(f"python scripts/rule_examples.py {code} --update writes the outputs of its examples; read them.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
