"""The schemas of the language, read once: where they are, and what a `$ref` in them means."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

Schema = dict[str, Any]


def schema_folder() -> Path:
    """The folder of the schemas: beside the package where it is installed, at the repository's root where it is worked on."""
    package = Path(__file__).parent.parent
    installed = package / "schema"
    return installed if installed.is_dir() else package.parent.parent / "schema"


@cache
def schema(name: str) -> Schema:
    """The schema called `name` (`playbook`, `workspace`, ...) as plain data; nobody may change it."""
    found: Schema = json.loads((schema_folder() / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


def follow(rules: Schema, home: str) -> tuple[Schema, str]:
    """What `rules` says once its `$ref` is followed, and the schema in which that stands. `#/$defs/x` and `other.schema.json` are known."""
    while "$ref" in rules:
        target: str = rules["$ref"]
        if target.startswith("#/$defs/"):
            rules = schema(home)["$defs"][target[8:]]
        else:
            home = target.removesuffix(".schema.json")
            rules = schema(home)
    return rules, home


def alternatives(rules: Schema, home: str) -> list[tuple[Schema, str]]:
    """Every form that a value may have: the branches of a `oneOf`, or the rules themselves."""
    rules, home = follow(rules, home)
    if "oneOf" not in rules:
        return [(rules, home)]
    return [found for branch in rules["oneOf"] for found in alternatives(branch, home)]
