"""Documents from a schema: a Hypothesis strategy over the part of JSON Schema that `schema/` uses, and one that spoils such documents.

`documents(name)` gives plain data that the schema accepts, `spoiled(name)` the same with something changed (which may still be acceptable:
that is for the two validators to agree on).
"""

from __future__ import annotations

import copy
import re
from typing import Any

from hypothesis import strategies as st

from cadenza.language.schemas import Schema, follow, schema

WORDS = st.sampled_from(
    ["intro", "call", "a", "x9", "email", "phone", "linkedin", "sdr", "ae", "positive", "stop", "id", "bounced", "some words", "", "all"]
)
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 12), st.sampled_from([0.5, 1.0, 1e6]), WORDS, st.just([]), st.just({}), st.lists(WORDS, max_size=2)
)
NAMES = st.sampled_from(["intro", "call", "sdr", "ae", "pool", "x-1"])
LOOSE = st.sampled_from(["intro", "some_field", "a.b", "team.sdr.people"])


def documents(name: str) -> st.SearchStrategy[Any]:
    """Documents that the schema `name` accepts."""
    return _any(schema(name), name, 0)


@st.composite
def spoiled(draw: st.DrawFn, name: str) -> Any:
    """A document with one to three places changed, removed, renamed or doubled."""
    document = copy.deepcopy(draw(documents(name)))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(document))
        if not places:
            return draw(ODD)
        parent, key = draw(st.sampled_from(places))
        how = draw(st.sampled_from(["change", "remove", "rename", "double"]))
        if how == "change":
            parent[key] = draw(ODD)
        elif how == "remove":
            del parent[key]
        elif isinstance(parent, dict):
            parent[draw(st.sampled_from([f"{key}x", "chanel", *parent]))] = copy.deepcopy(parent[key])
        else:
            parent.append(copy.deepcopy(parent[key]))
    return document


def _places(document: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    rest = [document]
    while rest:
        here = rest.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        found += [(here, key) for key in keys]
        rest += [here[key] for key in keys]
    return found


def _any(rules: Schema, home: str, depth: int) -> st.SearchStrategy[Any]:
    rules, home = follow(rules, home)
    if "oneOf" in rules:
        return st.one_of([_any(branch, home, depth) for branch in rules["oneOf"]])
    if "const" in rules:
        return st.just(rules["const"])
    if "enum" in rules:
        return st.sampled_from(rules["enum"])
    wanted = rules.get("type", "string")
    kind = wanted if isinstance(wanted, str) else wanted[0]
    makers = {"object": _map, "array": _list}
    return st.deferred(lambda: makers[kind](rules, home, depth)) if kind in makers else _scalar(rules, kind)


def _scalar(rules: Schema, kind: str) -> st.SearchStrategy[Any]:
    examples = st.sampled_from(rules["examples"]) if rules.get("examples") else None
    if kind == "boolean":
        return st.booleans()
    if kind in ("integer", "number"):
        low, high = rules.get("minimum", 0), rules.get("maximum", 100)
        whole = st.integers(low, min(high, low + 50))
        return whole if kind == "integer" else st.one_of(whole, st.floats(low, high, allow_nan=False))
    if "x-unit" in rules or examples is None or "pattern" not in rules:
        return WORDS.filter(lambda text: len(text) >= rules.get("minLength", 0)) if examples is None else examples
    return st.one_of(examples, WORDS.filter(lambda text: re.search(rules["pattern"], text) is not None))


@st.composite
def _map(draw: st.DrawFn, rules: Schema, home: str, depth: int) -> dict[str, Any]:
    known = rules.get("properties", {})
    required = rules.get("required", [])
    optional = [key for key in known if key not in required]
    most = max(0, 5 - depth) if optional else 0
    chosen = draw(st.lists(st.sampled_from(optional), max_size=most, unique=True)) if most else []
    if not [*required, *chosen] and optional and rules.get("minProperties"):
        chosen = [draw(st.sampled_from([key for key in optional if "$ref" not in known[key]] or optional))]
    found = {key: draw(_any(known[key], home, depth + 1)) for key in known if key in required or key in chosen}
    others = rules.get("additionalProperties")
    if isinstance(others, dict) and depth < 5:
        names = (
            NAMES
            if rules.get("propertyNames", {}).get("pattern", "").startswith("^[A-Za-z0-9]")
            else LOOSE.filter(lambda name: _name_ok(rules, name))
        )
        for name in draw(st.lists(names.filter(lambda name: name not in known), max_size=2, unique=True)):
            found[name] = draw(_any(others, home, depth + 1))
    return found


def _name_ok(rules: Schema, name: str) -> bool:
    return re.search(rules.get("propertyNames", {}).get("pattern", ""), name) is not None


@st.composite
def _list(draw: st.DrawFn, rules: Schema, home: str, depth: int) -> list[Any]:
    low = rules.get("minItems", 0)
    items = draw(st.lists(_any(rules["items"], home, depth + 1), min_size=low, max_size=low + (2 if depth < 4 else 0)))
    if rules.get("uniqueItems"):
        items = [item for number, item in enumerate(items) if item not in items[:number]]
    return items
