"""A tree against its schema, in our own words.

The schema is JSON Schema 2020-12, of which this walker knows the part that `schema/` uses: the same file drives editors, the manual and
these messages. Everything that is wrong is found at once, each at its own line: a key that does not exist (with the one that was meant), a
value of the wrong kind, a key that is missing, a text that is no value of its little language (`x-unit`).
"""

from __future__ import annotations

from typing import Any

from .findings import Edit, Finding, Fix, Related
from .near import near
from .nodes import Map, Node, Scalar, Seq, Span, item_id
from .report import error, listed, warning
from .schemas import Schema, follow, schema
from .shapes import compiled, fits, form_of, good_value, kind_of, number_as, same_value, wanted_words
from .trees import is_shipped
from .units import KINDS, is_read, read_text
from .values import Distribution, UnitError
from .yaml_traps import other_reading

Trail = tuple[str | int, ...]


def validate(node: Node, schema_name: str) -> list[Finding]:
    """Everything that is wrong with a tree, in the order of its files. Figures of a table that ships are taken as they are."""
    walk = _Walk(schema_name)
    walk.check(node, schema(schema_name), schema_name, ())
    return sorted(walk.findings, key=Finding.order)


class _Walk:
    """One walk. A `trail` is the way to a node in words that a person uses: keys, and the ids of a list's items."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.findings: list[Finding] = []

    def say(self, code: str, message: str, span: Span, help: str = "", fix: Fix | None = None, related: tuple[Related, ...] = ()) -> None:
        self.findings.append(error(code, message, span, help, fix=fix, related=related))

    def name(self, trail: Trail) -> str:
        """What to call a node in a sentence: its key, its place in a list, or the file's kind at the top."""
        if trail and isinstance(trail[-1], int):
            return f"item {trail[-1]} of `{trail[-2]}`" if len(trail) > 1 else f"item {trail[-1]}"
        return f"`{trail[-1]}`" if trail else f"a {self.what}"

    def takes(self, trail: Trail) -> str:
        """The node and its verb: `people` takes .."""
        return f"{self.name(trail)} {'wants' if trail[-1:] == ('takes',) else 'takes'}"

    def check(self, node: Node, rules: Schema, home: str, trail: Trail) -> None:
        rules, home = follow(rules, home)
        if "oneOf" in rules:
            self._choose(node, rules, home, trail)
        elif not fits(node, rules):
            self._wrong_kind(node, [rules], trail)
        elif isinstance(node, Map):
            self._map(node, rules, home, trail)
        elif isinstance(node, Seq):
            self._list(node, rules, home, trail)
        else:
            self._scalar(node, rules, trail)

    # ------------------------------------------------------------ kinds

    def _wrong_kind(self, node: Node, forms: list[Schema], trail: Trail) -> None:
        if isinstance(node, Scalar) and node.value is None and not node.quoted:
            good = good_value(forms[0])
            self.say(
                "Y003",
                f"{self.name(trail)} has no value",
                node.span,
                f"write one, such as `{good}`, or remove the key" if good else "write one, or remove the key",
            )
            return
        help_text, fix = self._mend(node, forms[0])
        self.say("Y003", f"{self.takes(trail)} {wanted_words(forms)}, not {kind_of(node, forms)}", node.span, help_text, fix)

    def _mend(self, node: Node, rules: Schema) -> tuple[str, Fix | None]:
        """The way from what stands there to what is wanted, where it is short."""
        good, wanted = number_as(node, rules) or good_value(rules), rules.get("type")
        if isinstance(node, Scalar):
            if wanted == "array":
                return f"write `[{node.text}]`", Fix(
                    "make it a list", (Edit(node.span, f"[{node.text}]"),), safe=not node.quoted and "," not in node.text
                )
            if wanted == "boolean" and (meant := other_reading(node.text)) is not None:
                return f"write `{meant}`", Fix(f"write `{meant}`", (Edit(node.span, meant),))
            if wanted == "string" and "x-unit" not in rules and not isinstance(node.value, str) and node.text:
                return f'put it in quotes: "{node.text}"', Fix("put it in quotes", (Edit(node.span, f'"{node.text}"'),))
            if wanted in ("integer", "number") and node.quoted and node.text.isdecimal():
                return f"write `{node.text}`, without quotes", Fix("remove the quotes", (Edit(node.span, node.text),))
        return (f"such as `{good}`" if good else ""), None

    def _deprecated(self, node: Map, key: str, rules: Schema) -> None:
        """A key that still works and will not for ever; `x-instead` says what to write instead."""
        if rules["deprecated"] is True:
            help = rules.get("x-instead", "remove it: it will mean nothing one day")
            self.findings.append(warning("Y010", f"`{key}` is deprecated: it works as before, until a later version", node.keys[key], help))

    # ------------------------------------------------------------ choices

    def _choose(self, node: Node, rules: Schema, home: str, trail: Trail) -> None:
        """`oneOf`: the branch of the node's kind; among several maps the one whose own key is written."""
        branches = [follow(branch, home) for branch in rules["oneOf"]]
        fitting = [(branch, place) for branch, place in branches if fits(node, branch)]
        if len(fitting) > 1 and isinstance(node, Map):
            self._choose_map(node, rules, fitting, trail)
        elif fitting and isinstance(node, Scalar) and "const" in fitting[0][0]:
            self._word(node, fitting[0][0]["const"], [branch for branch, _ in branches], trail)
        elif fitting:
            self.check(node, *fitting[0], trail)
        else:
            self._wrong_kind(node, [branch for branch, _ in branches], trail)

    def _word(self, node: Scalar, word: str, forms: list[Schema], trail: Trail) -> None:
        """A text where one word is known, and something else than a text would be right, too."""
        if node.value != word:
            meant, fix = (f": did you mean `{word}`?", Fix(f"write `{word}`", (Edit(node.span, word),))) if near(node.text, [word]) else ("", None)
            self.say("Y003", f"{self.takes(trail)} {wanted_words(forms)}, not `{node.text[:60]}`{meant}", node.span, f"write `{word}`", fix)

    def _choose_map(self, node: Map, rules: Schema, branches: list[tuple[Schema, str]], trail: Trail) -> None:
        heads = [branch["required"][0] for branch, _ in branches]
        written = [head for head in node.entries if head in heads]
        if len(written) == 1:
            self.check(node, *branches[heads.index(written[0])], trail)
            return
        rule = rules.get("x-choice", f"{self.name(trail)} is one thing")
        if written:
            first, second = written[0], written[1]
            message = f"{rule}: this one has {listed(written, 'and')}"
            self.say("Y003", message, node.keys[second], "keep one of them", related=(Related(node.keys[first], f"`{first}` stands here"),))
            return
        slips = [(key, found) for key in node.entries if (found := near(key, heads))]
        for key, found in slips:
            self._unknown_key(node, key, [found], trail)
        if not slips:
            self.say("Y003", f"{rule}, and {self.name(trail)} has none of {listed(heads, 'and')}", _head(node), f"write one of {listed(heads)}")

    # ------------------------------------------------------------ maps

    def _map(self, node: Map, rules: Schema, home: str, trail: Trail) -> None:
        known: dict[str, Schema] = rules.get("properties", {})
        others = rules.get("additionalProperties", True)
        names = rules.get("propertyNames", {}).get("pattern")
        missing = [key for key in rules.get("required", ()) if key not in node.entries]
        for key, child in node.entries.items():
            if names is not None and not _matches(names, key):
                self.say("Y003", f"`{key}` is no name for an entry of {self.name(trail)}", node.keys[key], _name_words(names))
            elif key in known:
                if "deprecated" in known[key]:
                    self._deprecated(node, key, known[key])
                self.check(child, known[key], home, (*trail, key))
            elif isinstance(others, dict):
                self.check(child, others, home, (*trail, key))
            elif others is False:
                missing = self._stranger(node, key, known, missing, rules, trail)
        for key in missing:
            good = good_value(follow(known[key], home)[0])
            self.say("Y003", f"{self._whose(node, trail)} lacks the key `{key}`", _head(node), f"write `{key}: {good}`" if good else f"add `{key}:`")
        if len(node.entries) < rules.get("minProperties", 0):
            self.say("Y003", f"{self.name(trail)} is empty", node.span, "add a key to it, or remove it")
        if rules.get("x-unit") == "distribution":
            self._pair(node, trail)

    def _stranger(self, node: Map, key: str, known: dict[str, Schema], missing: list[str], rules: Schema, trail: Trail) -> list[str]:
        """A key that the schema does not know. Where it stands for a missing one, that one is not missed again."""
        refused = rules.get("x-refused", {}).get(key)
        if refused:
            self.say("Y003", f"`{key}` has no place under {self.name(trail)}: {refused}", node.keys[key], "remove it here")
            return missing
        found = self._unknown_key(node, key, [name for name in known if name not in node.entries], trail, list(known))
        return [name for name in missing if name != found]

    def _unknown_key(self, node: Map, key: str, candidates: list[str], trail: Trail, known: list[str] | None = None) -> str | None:
        found, place = near(key, candidates), node.keys[key]
        where = f" in {self._whose(node, trail)}" if trail else ""
        if found:
            self.say(
                "Y003", f"unknown key `{key}`: did you mean `{found}`?", place, f"write `{found}`", Fix(f"write `{found}`", (Edit(place, found),))
            )
            return found
        names = known or candidates
        shown = (
            f"the keys here are {listed(names[:16], 'and')}"
            if len(names) <= 16
            else f"the keys here are {', '.join(f'`{n}`' for n in names[:16])} and {len(names) - 16} more"
        )
        self.say("Y003", f"unknown key `{key}`{where}", place, shown if names else "nothing can stand here")
        return None

    def _whose(self, node: Map, trail: Trail) -> str:
        own = item_id(node)
        return f"`{own}`" if own else self.name(trail)

    def _pair(self, node: Map, trail: Trail) -> None:
        """Two good points that make no distribution: p90 below the median, or two currencies."""
        points = [_point(node.get(key)) for key in ("median", "p90")]
        if points[0] is None or points[1] is None:
            return
        try:
            Distribution.through(points[0], points[1])
        except UnitError as problem:
            self.say("Y005", f"{self.name(trail)}: {problem}", node.span, f"write `{problem.good}`")

    # ------------------------------------------------------------ lists

    def _list(self, node: Seq, rules: Schema, home: str, trail: Trail) -> None:
        if len(node.items) < rules.get("minItems", 0):
            self.say("Y003", f"{self.name(trail)} is an empty list; it needs at least one item", node.span, "add one, or remove the key")
        for number, item in enumerate(node.items, 1):
            self.check(item, rules.get("items", {}), home, (*trail, number))
        if rules.get("uniqueItems"):
            seen: dict[str, Node] = {}
            for item in node.items:
                first = seen.setdefault(same_value(item), item)
                if first is not item or first.span != item.span:
                    text = item.text if isinstance(item, Scalar) else "the same item"
                    self.say(
                        "Y003",
                        f"`{text}` stands twice in {self.name(trail)}",
                        item.span,
                        "remove one",
                        related=(Related(first.span, "the first one"),),
                    )

    # ------------------------------------------------------------ scalars

    def _scalar(self, node: Scalar, rules: Schema, trail: Trail) -> None:
        value = node.value
        if "const" in rules and not (value == rules["const"] and form_of(value) == form_of(rules["const"])):
            self._const(node, rules["const"], trail)
        elif "enum" in rules and value not in rules["enum"]:
            self._enum(node, rules["enum"], trail)
        elif "x-unit" in rules:
            self._unit(node, rules, trail)
        elif isinstance(value, str):
            self._text(node, value, rules, trail)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self._number(node, value, rules, trail)

    def _const(self, node: Scalar, wanted: Any, trail: Trail) -> None:
        good = str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
        if trail == ("cadenza",):
            self.say("Y003", f"this is version {node.text} of the language; this cadenza reads version {good}", node.span, f"write `cadenza: {good}`")
            return
        self.say(
            "Y003",
            f"{self.takes(trail)} `{good}` only, not `{node.text}`",
            node.span,
            f"write `{good}`",
            Fix(f"write `{good}`", (Edit(node.span, good),)),
        )

    def _enum(self, node: Scalar, allowed: list[str], trail: Trail) -> None:
        found = near(node.text, allowed)
        message = f"{self.takes(trail)} {listed(allowed)}, not `{node.text[:60]}`"
        fix = Fix(f"write `{found}`", (Edit(node.span, found),)) if found else None
        self.say("Y003", f"{message}: did you mean `{found}`?" if found else message, node.span, f"write `{found}`" if found else "", fix)

    def _unit(self, node: Scalar, rules: Schema, trail: Trail) -> None:
        unit, value = rules["x-unit"], node.value
        if is_read(unit, value) or value in rules.get("x-or", ()) or is_shipped(node.span):
            return
        if not isinstance(value, str):
            if unit != "change":
                self._wrong_kind(node, [rules], trail)
            return
        try:
            read_text(unit, value)
        except UnitError as problem:
            words = near(value, rules.get("x-or", ()))
            good = words or problem.good
            fix = Fix(f"write `{good}`", (Edit(node.span, good),), safe=False)
            self.say("Y005", f"{self.takes(trail)} {KINDS[unit][2]}: {problem}", node.span, f"write `{good}`", fix)

    def _text(self, node: Scalar, value: str, rules: Schema, trail: Trail) -> None:
        if len(value) < rules.get("minLength", 0):
            self.say("Y003", f"{self.name(trail)} is an empty text", node.span, f"write one, such as `{good_value(rules)}`")
        elif "pattern" in rules and not _matches(rules["pattern"], value):
            self.say(
                "Y003", f"{self.name(trail)} cannot be `{value[:60]}`", node.span, _name_words(rules["pattern"]) or f"such as `{good_value(rules)}`"
            )

    def _number(self, node: Scalar, value: float, rules: Schema, trail: Trail) -> None:
        for key, words, beyond in (
            ("minimum", "least", value < rules.get("minimum", value)),
            ("maximum", "most", value > rules.get("maximum", value)),
        ):
            if beyond:
                self.say(
                    "Y003",
                    f"{self.name(trail)} is {node.text}; the {words} is {rules[key]:,}",
                    node.span,
                    f"write `{rules[key]}` or {'more' if key == 'minimum' else 'less'}",
                )


def _point(node: Node | None) -> Any:
    if not isinstance(node, Scalar):
        return None
    if not isinstance(node.value, str):
        return node.value if is_read("duration", node.value) or is_read("money", node.value) else None
    for unit in ("duration", "money"):
        try:
            return read_text(unit, node.value)
        except UnitError:
            continue
    return None


def _head(node: Map) -> Span:
    """The place of a map as one points at it: its first key."""
    first = next(iter(node.keys.values()), None)
    return first if first is not None and (first.file, first.line, first.column) == (node.span.file, node.span.line, node.span.column) else node.span


def _matches(pattern: str, text: str) -> bool:
    return compiled(pattern).search(text) is not None


def _name_words(pattern: str) -> str:
    """What a name may look like, for the patterns of the schemas."""
    if pattern.startswith("^[A-Za-z0-9]["):
        return "a name is letters, digits, `-` and `_`, and begins with a letter or a digit"
    if pattern.startswith("^[a-z]["):
        return "small letters, digits and `_`, beginning with a letter"
    return ""
