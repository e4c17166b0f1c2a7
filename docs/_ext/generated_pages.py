"""Pages that are written from the sources when the manual is built, so that they cannot be out of date.

`reference/language/`, one page a schema of what people write and `reference/formats/`, one a schema of what cadenza writes;
`rules/`, the pages that stand beside the rules; `reference/commands.md`, the help texts; `reference/facts.md` and `reference/packs.md`, what
policies compare and which ship. None of them is kept in git.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from policy_pages import policy_pages
from rule_pages import rule_pages
from schema_pages import schema_page, schemas

INPUTS = ("workspace", "playbook", "message", "assumptions", "simulation", "test", "pack")


def command_page() -> str:
    """Every command's help text, as the command prints it."""
    import click

    from cadenza.cli.group import COMMANDS, group

    parts = [
        "# Commands\n",
        "Exit codes, everywhere: 0 clean; 1 findings, or a forecast that misses its targets; 2 usage, files or a fault of cadenza.\n",
    ]
    with click.Context(group, info_name="cadenza", max_content_width=100, terminal_width=100) as root:
        for name in COMMANDS:
            command = group.get_command(root, name)
            if command is not None:
                with click.Context(command, info_name=name, parent=root, max_content_width=100, terminal_width=100) as context:
                    parts.append(f"## {name}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def pages() -> dict[str, str]:
    """All generated pages by their path below `docs/`."""
    found = {"reference/commands.md": command_page()}
    for name, schema in schemas().items():
        folder = "language" if name in INPUTS else "formats"
        found[f"reference/{folder}/{name}.md"] = schema_page(name, schema)
    for path, text in rule_pages().items():
        found[f"rules/{path}"] = text
    for path, text in policy_pages().items():
        found[f"reference/{path}"] = text
    return found


def write(folder: Path) -> None:
    for generated in ("rules", "reference/language", "reference/formats"):
        shutil.rmtree(folder / generated, ignore_errors=True)
    for path, text in pages().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.rstrip() + "\n", "utf-8")


def setup(app: Any) -> dict[str, Any]:
    app.connect("builder-inited", lambda app: write(Path(app.srcdir)))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
