"""What kind of value each part of a condition is, before any fact is known.

The types are CEL's: int, double, bool, string, duration, `list<T>`, `map<string,T>`. Facts have types and, where they are maps, a known set of
keys; so a fact that does not exist, a key that it cannot have, and text compared with a number are all found here, each at its letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from ....language.records import record
from ....language.report import listed
from ....language.values import UnitError, Window
from .parse import Expr, parse
from .words import Slip, meant

ROOT = "facts"
NUMBERS = ("int", "double")
ORDERED = (*NUMBERS, "string", "duration")
CALENDAR = {"days": 86400, "hours": 3600, "minutes": 60}
_SPOKEN = {"int": "a number", "double": "a number with a fraction", "bool": "true or false", "string": "a text", "duration": "a length of time"}
_GO_DURATION = re.compile(r"-?(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:h|m|s|ms))+")
_GO_PART = re.compile(r"([0-9.]+)(ms|h|m|s)")
_GO_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


class Known(Protocol):
    """What typing needs of a fact: its type, and for each level of keys those it can have (empty: any)."""

    @property
    def type(self) -> str: ...

    @property
    def keys(self) -> Sequence[Sequence[str]]: ...


@record
class Condition:
    """A condition that has been read and typed. `facts`: each (name, keys) that it reads; fewer keys than the fact has levels mean all of them.

    `simple`: it needs no library. `size`: how often a library may go through lists that are in one another."""

    text: str
    tree: Expr
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    simple: bool
    nested: int


def condition(text: str, known: Mapping[str, Known]) -> Condition:
    """A condition over the facts that are `known`. Slip: whatever is wrong with it."""
    typer = _Typer(known)
    tree, type_ = typer.typed(parse(text), {})
    if type_ != "bool":
        help = "compare it: `facts.touches_max <= 8`"
        raise Slip(f"a condition is true or false; this is {spoken(type_)}", tree.start, tree.end, help)
    if not typer.facts:
        raise Slip("this reads no fact, so it says nothing about a playbook", tree.start, tree.end, "`cadenza facts` lists all facts")
    return Condition(text, tree, tuple(dict.fromkeys(typer.facts)), typer.simple, typer.nested)


def spoken(type_: str) -> str:
    """A type in a sentence."""
    if type_.startswith("list"):
        return "a list"
    return "a map" if type_.startswith("map") else _SPOKEN.get(type_, type_)


def seconds_of(text: str) -> float | None:
    """The seconds of a duration as CEL writes it (`36h`, `1h30m`), or None."""
    if not _GO_DURATION.fullmatch(text):
        return None
    total = sum(float(number) * _GO_UNITS[unit] for number, unit in _GO_PART.findall(text) if number.count(".") < 2)
    return -total if text.startswith("-") else total


def item_of(type_: str) -> str:
    """What a list holds, or a map by key."""
    return type_[5:-1] if type_.startswith("list<") else type_[11:-1]


def _same(one: str, other: str) -> bool:
    lists = one.startswith("list") and other.startswith("list") and "list<any>" in (one, other)
    return one == other or (one in NUMBERS and other in NUMBERS) or lists


Scope = dict[str, str]


class _Typer:
    def __init__(self, known: Mapping[str, Known]) -> None:
        self.known = known
        self.spaces = {name[:at] for name in known for at, letter in enumerate(name) if letter == "."}
        self.facts: list[tuple[str, tuple[str, ...]]] = []
        self.simple = True
        self.depth = self.nested = 0

    def typed(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        """The tree with facts resolved, and its type."""
        judge: Callable[[Expr, Scope], tuple[Expr, str]] = getattr(self, f"_{tree.kind}")
        return judge(tree, scope)

    def _all(self, tree: Expr, scope: Scope) -> tuple[Expr, list[str]]:
        found = [self.typed(part, scope) for part in tree.parts]
        return Expr(tree.kind, tree.start, tree.end, tree.value, tuple(part for part, _ in found)), [type_ for _, type_ in found]

    def _wants(self, part: Expr, type_: str, wanted: Sequence[str], what: str, help: str = "") -> None:
        if type_ not in wanted:
            names = " or ".join(dict.fromkeys(spoken(want) for want in wanted))
            raise Slip(f"{what} takes {names}, not {spoken(type_)}", part.start, part.end, help)

    # ------------------------------------------------------------ values

    def _literal(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        names = {bool: "bool", int: "int", float: "double", str: "string"}
        return tree, names[type(tree.value)]

    def _list(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        made, types = self._all(tree, scope)
        for part, type_ in zip(made.parts, types, strict=True):
            if type_ != types[0]:
                raise Slip(f"a list holds one kind of value: {spoken(type_)} beside {spoken(types[0])}", part.start, part.end)
        if types and types[0] not in ORDERED and types[0] != "bool":
            raise Slip("a list in a condition holds texts or numbers", made.start, made.end)
        return made, f"list<{types[0] if types else 'any'}>"

    def _name(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        name = str(tree.value)
        if name in scope:
            return tree, scope[name]
        if name == ROOT:
            raise Slip("`facts` alone is no value", tree.start, tree.end, "name a fact: `facts.touches_max`")
        known = [f"facts.{fact}" for fact in self.known]
        help = f"did you mean `facts.{name}`?" if name in self.known else meant(name, known, "a fact is read as `facts.name`")
        raise Slip(f"there is no `{name[:40]}` here", tree.start, tree.end, help, unknown=True)

    def _select(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        path = self._path(tree, scope)
        return self._keyed(tree, scope) if path is None else self._fact(tree, path, scope)

    _index = _select

    # ------------------------------------------------------------ facts

    def _path(self, tree: Expr, scope: Scope) -> list[Expr] | None:
        """The selects and indices from `facts` to here, the first one first; None where it does not begin with `facts`."""
        chain: list[Expr] = []
        while tree.kind in ("select", "index"):
            chain.append(tree)
            tree = tree.parts[0]
        return chain[::-1] if tree.kind == "name" and tree.value == ROOT and ROOT not in scope else None

    def _fact(self, tree: Expr, path: list[Expr], scope: Scope) -> tuple[Expr, str]:
        name, used = "", 0
        for link in path:
            if link.kind == "index":
                raise Slip("a fact is read by its name", link.start, link.end, "write `facts.name`")
            name, used = f"{name}.{link.value}".lstrip("."), used + 1
            if name in self.known:
                break
            if name not in self.spaces:
                self._no_fact(name, link)
        else:
            inside = [fact for fact in self.known if fact.startswith(f"{name}.")]
            raise Slip(f"`facts.{name}` is a group of facts, no value", tree.start, tree.end, f"there is {listed(inside[:8], 'and')}")
        return self._read(tree, name, path[used:], scope)

    def _no_fact(self, name: str, link: Expr) -> None:
        start = link.end - len(str(link.value))
        help = meant(name, list(self.known), "`cadenza facts PLAYBOOK` lists all facts")
        raise Slip(f"there is no fact `{name[:60]}`", start, link.end, help, unknown=True)

    def _read(self, tree: Expr, name: str, links: list[Expr], scope: Scope) -> tuple[Expr, str]:
        """A fact with what follows its name: keys that are written out are part of the fact, a key that is computed is not."""
        fact = self.known[name]
        read: list[str] = []
        type_, keys = fact.type, list(fact.keys)
        for link in links:
            key = _literal_key(link)
            if not type_.startswith("map") or key is None or len(read) >= len(keys):
                break
            if keys[len(read)] and key not in keys[len(read)]:
                start = link.end - len(key) if link.kind == "select" else link.parts[1].start
                said = f"`{name}` has no key `{key[:40]}`"
                raise Slip(said, start, link.end - (link.kind == "index"), meant(key, list(keys[len(read)]), ""), unknown=True)
            read.append(key)
            type_ = item_of(type_)
        self.facts.append((name, tuple(read)))
        rest = links[len(read) :]
        end = links[len(read) - 1].end if read else (rest[0].parts[0].end if rest else tree.end)
        made = Expr("fact", tree.start, end, (name, tuple(read)))
        for link in rest:
            made, type_ = self._item(link, made, type_, scope)
        return made, type_

    def _keyed(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        target, type_ = self.typed(tree.parts[0], scope)
        return self._item(tree, target, type_, scope)

    def _item(self, link: Expr, target: Expr, type_: str, scope: Scope) -> tuple[Expr, str]:
        if link.kind == "select" or not type_.startswith(("list", "map")):
            raise Slip(f"{spoken(type_)} has no parts", link.start, link.end)
        self.simple = False
        key, key_type = self.typed(link.parts[1], scope)
        self._wants(key, key_type, ("int",) if type_.startswith("list") else ("string",), f"the key of {spoken(type_)}")
        return Expr("index", link.start, link.end, None, (target, key)), item_of(type_)

    # ------------------------------------------------------------ operators

    def _logic(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        made, types = self._all(tree, scope)
        for part, type_ in zip(made.parts, types, strict=True):
            self._wants(part, type_, ("bool",), f"`{tree.value or '!'}`")
        return made, "bool"

    _and = _or = _not = _logic

    def _neg(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        made, types = self._all(tree, scope)
        self._wants(made.parts[0], types[0], NUMBERS, "`-`")
        return made, types[0]

    def _cond(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        made, types = self._all(tree, scope)
        self._wants(made.parts[0], types[0], ("bool",), "the part before `?`")
        if types[1] != types[2]:
            raise Slip(f"both sides of `:` are one kind of value, not {spoken(types[1])} and {spoken(types[2])}", made.start, made.end)
        return made, types[1]

    def _compare(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        made, (left, right) = self._all(tree, scope)
        if not _same(left, right):
            raise Slip(f"`{tree.value}` compares {spoken(left)} with {spoken(right)}", made.start, made.end, _way_out(left, right))
        if tree.value not in ("==", "!="):
            self._wants(made.parts[0], left, ORDERED, f"`{tree.value}`")
        if left.startswith("map"):
            raise Slip("maps are compared key by key", made.start, made.end)
        return made, "bool"

    def _in(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        made, (item, inside) = self._all(tree, scope)
        if not inside.startswith(("list", "map")):
            raise Slip(f"`in` looks into a list, not into {spoken(inside)}", made.parts[1].start, made.parts[1].end)
        holds = "string" if inside.startswith("map") else item_of(inside)
        if not _same(item, holds) and holds != "any":
            raise Slip(f"`in` looks for {spoken(item)} where there is only {spoken(holds)}", made.parts[0].start, made.parts[0].end)
        return made, "bool"

    def _arith(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        self.simple = False
        made, (left, right) = self._all(tree, scope)
        sign = str(tree.value)
        able = {"+": (*ORDERED,), "-": (*NUMBERS, "duration"), "*": NUMBERS, "/": NUMBERS, "%": ("int",)}[sign]
        self._wants(made.parts[0], left, able, f"`{sign}`")
        if left != right:
            help = "write the whole number with `.0`" if {left, right} == set(NUMBERS) else _way_out(left, right)
            raise Slip(f"`{sign}` takes two of one kind, not {spoken(left)} and {spoken(right)}", made.start, made.end, help)
        return made, left

    # ------------------------------------------------------------ calls

    def _method(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        made, types = self._all(tree, scope)
        if tree.value == "size":
            return self._size(made, types)
        self.simple = False
        self._count(made, types, 2)
        for part, type_ in zip(made.parts, types, strict=True):
            self._wants(part, type_, ("string",), f"`{tree.value}`")
        return made, "bool"

    def _size(self, made: Expr, types: list[str]) -> tuple[Expr, str]:
        self._count(made, types, 1)
        if types[0] != "string" and not types[0].startswith(("list", "map")):
            raise Slip(f"`size` counts the items of a list, not of {spoken(types[0])}", made.parts[0].start, made.parts[0].end)
        return made, "int"

    def _count(self, made: Expr, types: list[str], wanted: int) -> None:
        if len(types) != wanted:
            takes = wanted - (made.kind == "method")
            raise Slip(f"`{made.value}` takes {takes or 'no'} value{'' if takes == 1 else 's'} in its brackets", made.start, made.end)

    def _call(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        made, types = self._all(tree, scope)
        if tree.value == "size":
            return self._size(made, types)
        self._count(made, types, 2 if tree.value == "within" else 1)
        first = made.parts[0]
        if tree.value == "within":
            for part, type_ in zip(made.parts, types, strict=True):
                self._wants(part, type_, ("string",), "`within`", 'write `within(facts.windows["phone"], "mon-fri 09:00-17:00")`')
                _is_window(part)
            return made, "bool"
        if tree.value == "duration":
            if first.kind != "literal" or not isinstance(first.value, str) or seconds_of(first.value) is None:
                raise Slip("`duration` takes a text of hours, minutes and seconds", first.start, first.end, 'write `duration("36h")`, or `days(2)`')
            return made, "duration"
        if first.kind != "literal" or not isinstance(first.value, int) or isinstance(first.value, bool) or first.value > 36525 * 1440:
            raise Slip(f"`{tree.value}` takes a whole number, at most 100 years of them", first.start, first.end, f"write `{tree.value}(2)`")
        return made, "duration"

    def _macro(self, tree: Expr, scope: Scope) -> tuple[Expr, str]:
        assert isinstance(tree.value, tuple)
        name, variable = tree.value
        self.simple = False
        target, type_ = self.typed(tree.parts[0], scope)
        if not type_.startswith(("list", "map")) or (name in ("filter", "map") and type_.startswith("map")):
            raise Slip(f"`{name}` goes through a list, not through {spoken(type_)}", target.start, target.end)
        self.depth += 1
        self.nested = max(self.nested, self.depth)
        body, result = self.typed(tree.parts[1], {**scope, variable: "string" if type_.startswith("map") else item_of(type_)})
        self.depth -= 1
        if name != "map":
            self._wants(body, result, ("bool",), f"`{name}`")
        made = Expr("macro", tree.start, tree.end, tree.value, (target, body))
        return made, "bool" if name not in ("filter", "map") else type_ if name == "filter" else f"list<{result}>"


def _literal_key(link: Expr) -> str | None:
    if link.kind == "select":
        return str(link.value)
    key = link.parts[1]
    return key.value if key.kind == "literal" and isinstance(key.value, str) else None


def _way_out(left: str, right: str) -> str:
    if "duration" in (left, right) and {left, right} & set(NUMBERS):
        return "write a length of time as `days(2)`, `hours(4)` or `minutes(30)`"
    if {left, right} == {"int", "string"} or {left, right} == {"double", "string"}:
        return "write numbers without quotes"
    return "compare the size of a list, or look `in` it" if any(type_.startswith("list") for type_ in (left, right)) else ""


def _is_window(part: Expr) -> None:
    if part.kind == "literal" and isinstance(part.value, str):
        try:
            Window.parse(part.value)
        except UnitError as error:
            raise Slip(str(error), part.start, part.end, f'a good one is "{error.good}"') from None
