"""A JSON Schema as a page for people: every key by its path, with what may stand there, its meaning, its default and an example."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cadenza.language import schema_folder

Schema = dict[str, Any]
WORDS = {"object": "map", "array": "list", "string": "text"}


def schemas() -> dict[str, Schema]:
    """All schemas by name (`playbook`), in order."""
    return {path.name.removesuffix(".schema.json"): json.loads(path.read_text("utf-8")) for path in sorted(schema_folder().glob("*.schema.json"))}


def schema_page(name: str, schema: Schema) -> str:
    """The page of one schema: a section for each of its top keys, then one for each definition."""
    lines = [f"# {name}", "", schema.get("description", ""), "", f"The schema itself: `schema/{name}.schema.json`.", ""]
    required = set(schema.get("required", ()))
    for key, value in schema.get("properties", {}).items():
        lines += [f"## {key}", "", *_facts(value, key in required), *_entries(value, key)]
    for key, value in schema.get("$defs", {}).items():
        lines += [f"({name}-{key})=", f"## <{key}>", "", *_facts(value, False), *_entries(value, "")]
    return "\n".join(_linked(line, name) for line in lines)


def _linked(line: str, name: str) -> str:
    return line.replace("](#@", f"](#{name}-")


def _facts(value: Schema, required: bool) -> list[str]:
    """What stands under a heading: kind, meaning, default, examples."""
    return [_sentence(value, required), ""]


def _entries(value: Schema, path: str) -> list[str]:
    """All keys below `value`, flat, each by its path."""
    lines = [f"- `{route}`: {_sentence(child, required)}" for route, child, required in _below(value, path)]
    return [*lines, ""] if lines else []


def _below(value: Schema, path: str) -> Iterator[tuple[str, Schema, bool]]:
    required = set(value.get("required", ()))
    dot = f"{path}." if path else ""
    inside = [(f"{dot}{key}", child, key in required) for key, child in value.get("properties", {}).items()]
    inside += [(f"{dot}<name>", child, False) for child in value.get("patternProperties", {}).values()]
    if isinstance(value.get("additionalProperties"), dict) and value["additionalProperties"]:
        inside.append((f"{dot}<name>", value["additionalProperties"], False))
    for route, child, needed in inside:
        yield route, child, needed
        yield from _below(child, route)
    if isinstance(value.get("items"), dict):
        yield from _below(value["items"], f"{path}[]")
    for word in ("oneOf", "anyOf", "allOf"):
        for branch in value.get(word, ()):
            yield from _below(branch, path)


def _sentence(value: Schema, required: bool) -> str:
    parts = [value.get("description", "").rstrip(), f"*{_kind(value)}*{', **required**' if required else ''}."]
    if "default" in value and value["default"] not in ("", [], {}, None):
        parts.append(f"Default: `{_show(value['default'])}`.")
    examples = value.get("examples", ())
    if examples:
        parts.append("For example " + ", ".join(f"`{_show(example)}`" for example in examples[:4]) + ".")
    return " ".join(part for part in parts if part)


def _kind(value: Schema) -> str:
    """What may stand there, in words."""
    if "$ref" in value:
        name = str(value["$ref"]).rpartition("/")[2]
        return f"[{name}](#@{name})" if str(value["$ref"]).startswith("#/") else name.removesuffix(".schema.json")
    if "x-unit" in value:
        return str(value["x-unit"])
    if "const" in value:
        return f"always `{_show(value['const'])}`"
    if "enum" in value:
        return "one of " + ", ".join(f"`{_show(item)}`" for item in value["enum"])
    for word in ("oneOf", "anyOf"):
        if word in value:
            return " or ".join(dict.fromkeys(_kind(item) for item in value[word]))
    kinds = value.get("type", "anything")
    text = " or ".join(WORDS.get(kind, kind) for kind in (kinds if isinstance(kinds, list) else [kinds]))
    if text == "list" and isinstance(value.get("items"), dict):
        text += f" of {_kind(value['items'])}"
    return text


def _show(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
