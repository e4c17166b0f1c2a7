"""What kind of thing a node is, what kind a schema wants, and how both are called in a sentence."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from typing import Any

from .nodes import Map, Node, Scalar, Seq, plain
from .report import listed
from .schemas import Schema
from .units import KINDS, is_read

WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "object": "a map of keys",
    "array": "a list",
}


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of a schema; `$` there means the very end of the text."""
    return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", pattern))


_FORMS: dict[type, str] = {str: "string", bool: "boolean", int: "integer", type(None): "null"}


def form_of(value: object) -> str:
    """JSON's name for the type of a plain value; `unit` for a value that was read already; `nothing` for what JSON cannot say (.inf)."""
    if isinstance(value, float):
        return "nothing" if not math.isfinite(value) else "integer" if value.is_integer() else "number"
    return _FORMS.get(type(value), "unit")


def fits(node: Node, rules: Schema) -> bool:
    """Whether a node is of the kind that the rules want (their `type`, or that of their `const` or `enum`)."""
    form = "object" if isinstance(node, Map) else "array" if isinstance(node, Seq) else form_of(node.value)
    wanted = rules.get("type")
    if form == wanted:
        return True
    if form == "unit" and isinstance(node, Scalar):
        return rules.get("x-unit") == "change" or is_read(rules.get("x-unit", "change"), node.value)
    wanted = forms_wanted(rules)
    return not wanted or form in wanted or (form == "integer" and "number" in wanted)


def forms_wanted(rules: Schema) -> tuple[str, ...]:
    """The JSON types that the rules accept; none named means all."""
    if "type" in rules:
        return (rules["type"],) if isinstance(rules["type"], str) else tuple(rules["type"])
    return (form_of(rules["const"]),) if "const" in rules else ()


def number_as(node: Node, rules: Schema) -> str:
    """A bare number as the rate that was probably meant: `97` and `0.97` are `97%`; empty for all else."""
    if (
        rules.get("x-unit") != "rate"
        or not isinstance(node, Scalar)
        or form_of(node.value) not in ("integer", "number")
        or not 0 <= node.value <= 100
    ):
        return ""
    return f"{node.value * 100 if node.value < 1 else node.value:.10g}%"


def kind_of(node: Node, wanted: list[Schema] | None = None) -> str:
    """What to call what stands there; a number with a fraction by itself, where a whole one was wanted."""
    if isinstance(node, Map):
        return "a map of keys"
    if isinstance(node, Seq):
        return "a list"
    form = form_of(node.value)
    if form == "number" and any("integer" in forms_wanted(rules) for rules in wanted or ()):
        return f"`{node.text}`"
    if isinstance(node.value, str) and len(node.value) > 18 and node.value.isdecimal() and not node.quoted:
        return f"a number of {len(node.value)} digits"
    if form == "unit":
        return next((words for _, classes, words in KINDS.values() if isinstance(node.value, classes)), "a value")
    if form == "nothing":
        return f"`{node.text}`"
    return f"`{node.text}`" if form == "boolean" else "nothing" if form == "null" else "a number" if form in ("integer", "number") else "a text"


def wanted_words(forms: list[Schema]) -> str:
    """What is wanted, as one phrase."""
    found: list[str] = []
    for rules in forms:
        if "x-unit" in rules and rules["x-unit"] in KINDS:
            found.append(KINDS[rules["x-unit"]][2])
        elif "const" in rules:
            found.append(f"`{_flow(rules['const'])}`")
        elif "enum" in rules:
            found.append(listed(rules["enum"]))
        else:
            found += [WORDS[form] for form in forms_wanted(rules)]
    unique = list(dict.fromkeys(found))
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} or {unique[-1]}" if unique else "a value"


def good_value(rules: Schema) -> str:
    """A value that would be right, as one writes it: the schema's example, first choice, or default; empty where the schema shows none."""
    if "const" in rules:
        return _flow(rules["const"])
    for key in ("examples", "enum"):
        if rules.get(key):
            return _flow(rules[key][0])
    return _flow(rules["default"]) if "default" in rules else ""


def _flow(value: Any) -> str:
    """Plain data on one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def same_value(node: Node) -> str:
    """A text that is the same for values that JSON Schema takes for equal (1 and 1.0 are, 1 and true are not)."""
    return json.dumps(_normal(plain(node)), sort_keys=True, default=str)


def _normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_normal(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
