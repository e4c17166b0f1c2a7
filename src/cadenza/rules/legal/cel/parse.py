"""A condition as a tree, by the grammar of CEL: `?:`, `||`, `&&`, comparisons and `in`, `+ -`, `* / %`, `! -`, and what follows a name.

What CEL has and facts have no use for (messages, bytes, unsigned numbers, map literals, null) is refused by name.
"""

from __future__ import annotations

from ....language.records import record
from .words import Slip, Word, meant, words

DEEPEST = 32
"""Levels of brackets, calls and signs in one another."""
MACROS = ("all", "exists", "exists_one", "filter", "map")
NESTED = 2
"""Quantifiers in one another: each goes through a list, so three would go through its cube."""
MOST_MACROS = 8
MOST_ITEMS = 100
LONGEST_CHAIN = 64
"""Operators of one level in a row, and names and brackets after a name."""
METHODS = ("size", "contains", "startsWith", "endsWith")
FUNCTIONS = ("size", "duration", "days", "hours", "minutes", "within")
_COMPARED = ("<", "<=", ">", ">=", "==", "!=")


@record
class Expr:
    """One node. `kind`: literal, list, name, select, index, call, method, macro, not, neg, and, or, cond, compare, in, arith; after typing, fact.

    `value` is the literal, the operator, or the name; of a macro (macro, variable). From `start` to `end` in the text."""

    kind: str
    start: int
    end: int
    value: object = None
    parts: tuple[Expr, ...] = ()


def parse(text: str) -> Expr:
    """The tree of a condition. Slip: whatever is no CEL, and CEL that is too long or too deep."""
    reader = _Reader(text, words(text))
    if reader.here.kind == "end":
        raise Slip("the condition is empty", 0, 1, "write what must hold, such as `facts.touches_max <= 8`")
    tree = reader.condition()
    if reader.here.kind != "end":
        raise reader.unexpected("an operator or the end")
    return tree


class _Reader:
    """Recursive descent over the words; `depth` and `macros` count what is limited."""

    def __init__(self, text: str, found: list[Word]) -> None:
        self.text = text
        self.words = found
        self.at = 0
        self.depth = 0
        self.inside = 0
        self.macros = 0

    @property
    def here(self) -> Word:
        return self.words[self.at]

    def sign(self, *signs: str) -> Word | None:
        """The next word, taken, where it is one of the signs."""
        word = self.here
        if word.kind == "sign" and word.value in signs:
            self.at += 1
            return word
        return None

    def need(self, sign: str, opened: Word) -> Word:
        found = self.sign(sign)
        if found is None:
            if self.here.kind == "end":
                raise Slip(f"`{opened.value}` is never closed", opened.start, opened.end, f"add `{sign}`")
            raise self.unexpected(f"`{sign}`")
        return found

    def unexpected(self, wanted: str) -> Slip:
        word = self.here
        if word.kind == "end":
            return Slip(f"the condition ends where {wanted} is wanted", word.start, word.end)
        dotted = word.kind == "double" and self.text[word.start] == "."
        help = 'a key that begins with a digit stands in brackets: `facts.touches_max_in["7d"]`' if dotted else ""
        return Slip(f"`{self.text[word.start : word.end][:40]}` stands where {wanted} is wanted", word.start, word.end, help)

    # ------------------------------------------------------------ operators, the loosest first

    def condition(self) -> Expr:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Slip(f"nested deeper than {DEEPEST} levels", self.here.start, self.here.end, "split it into several checks")
        tree = self.chain(0)
        if self.sign("?"):
            yes = self.condition()
            if not self.sign(":"):
                raise self.unexpected("`:`")
            no = self.condition()
            tree = Expr("cond", tree.start, no.end, None, (tree, yes, no))
        self.depth -= 1
        return tree

    LEVELS = (("or", ("||",)), ("and", ("&&",)), ("compare", _COMPARED), ("arith", ("+", "-")), ("arith", ("*", "/", "%")))

    def chain(self, level: int) -> Expr:
        if level == len(self.LEVELS):
            return self.unary()
        kind, signs = self.LEVELS[level]
        tree = self.chain(level + 1)
        count = 0
        while found := self.operator(kind, signs):
            count += 1
            if count > LONGEST_CHAIN:
                raise Slip(f"more than {LONGEST_CHAIN} operators in a row", tree.start, found.end, "split it into several checks")
            right = self.chain(level + 1)
            if kind in ("and", "or") and count > 1:
                tree = Expr(kind, tree.start, right.end, found.value, (*tree.parts, right))
            else:
                tree = Expr("in" if found.value == "in" else kind, tree.start, right.end, found.value, (tree, right))
        return tree

    def operator(self, kind: str, signs: tuple[str, ...]) -> Word | None:
        if kind == "compare" and self.here.kind == "name" and self.here.value == "in":
            self.at += 1
            return self.words[self.at - 1]
        return self.sign(*signs)

    def unary(self) -> Expr:
        signs: list[Word] = []
        while found := self.sign("!", "-"):
            signs.append(found)
            if len(signs) > DEEPEST:
                raise Slip(f"more than {DEEPEST} signs in a row", signs[0].start, found.end)
        tree = self.member()
        for found in reversed(signs):
            tree = Expr("not" if found.value == "!" else "neg", found.start, tree.end, None, (tree,))
        return tree

    # ------------------------------------------------------------ names and what follows them

    def member(self) -> Expr:
        tree = self.primary()
        for _ in range(LONGEST_CHAIN):
            if self.sign("."):
                tree = self.dotted(tree)
            elif opened := self.sign("["):
                key = self.condition()
                closed = self.need("]", opened)
                tree = Expr("index", tree.start, closed.end, None, (tree, key))
            elif self.here.kind == "sign" and self.here.value == "{":
                raise Slip("facts are numbers, texts and lists; there are no messages to make", self.here.start, self.here.end)
            else:
                return tree
        raise Slip(f"more than {LONGEST_CHAIN} names in a row", tree.start, tree.end)

    def dotted(self, tree: Expr) -> Expr:
        name = self.here
        if name.kind != "name":
            raise self.unexpected("a name")
        self.at += 1
        opened = self.sign("(")
        if opened is None:
            return Expr("select", tree.start, name.end, name.value, (tree,))
        if name.value in MACROS:
            return self.macro(tree, name, opened)
        if name.value == "matches":
            help = "compare with `==`, `in`, `contains`, `startsWith` or `endsWith`"
            raise Slip("`matches` is not allowed: a pattern can take for ever", name.start, name.end, help)
        if name.value not in METHODS:
            help = meant(str(name.value), [*METHODS, *MACROS], "")
            raise Slip(f"there is no function `{str(name.value)[:40]}` of a value", name.start, name.end, help, unknown=True)
        arguments, closed = self.arguments(opened)
        return Expr("method", tree.start, closed.end, name.value, (tree, *arguments))

    def macro(self, tree: Expr, name: Word, opened: Word) -> Expr:
        self.macros += 1
        self.inside += 1
        if self.inside > NESTED or self.macros > MOST_MACROS:
            why = f"more than {NESTED} quantifiers in one another" if self.inside > NESTED else f"more than {MOST_MACROS} quantifiers"
            raise Slip(why, name.start, name.end, "split it into several checks")
        variable = self.here
        if variable.kind != "name" or variable.value == "facts":
            raise self.unexpected("a name for the item")
        self.at += 1
        if not self.sign(","):
            raise self.unexpected("`,`")
        body = self.condition()
        closed = self.need(")", opened)
        self.inside -= 1
        return Expr("macro", tree.start, closed.end, (name.value, variable.value), (tree, body))

    def arguments(self, opened: Word, end: str = ")") -> tuple[tuple[Expr, ...], Word]:
        found: list[Expr] = []
        closed = self.sign(end)
        while closed is None:
            found.append(self.condition())
            if len(found) > MOST_ITEMS:
                raise Slip(f"more than {MOST_ITEMS} items", opened.start, self.here.end)
            closed = None if self.sign(",") else self.need(end, opened)
        return tuple(found), closed

    def primary(self) -> Expr:
        word = self.here
        self.at += 1
        if word.kind in ("int", "double", "string"):
            return Expr("literal", word.start, word.end, word.value)
        if word.kind == "name":
            return self.name(word)
        if word.kind == "sign" and word.value == "(":
            tree = self.condition()
            closed = self.need(")", word)
            return Expr(tree.kind, word.start, closed.end, tree.value, tree.parts)
        if word.kind == "sign" and word.value == "[":
            items, closed = self.arguments(word, "]")
            return Expr("list", word.start, closed.end, None, items)
        self.at -= 1
        if word.kind == "sign" and word.value == "{":
            raise Slip("a map cannot be written in a condition", word.start, word.end, "facts that are maps are read by key")
        raise self.unexpected("a value")

    def name(self, word: Word) -> Expr:
        if word.value in ("true", "false"):
            return Expr("literal", word.start, word.end, word.value == "true")
        if word.value == "null":
            raise Slip("no fact is null", word.start, word.end, "what has no limit compares as larger than every number")
        if word.value == "in":
            self.at -= 1
            raise self.unexpected("a value")
        opened = self.sign("(")
        if opened is None:
            return Expr("name", word.start, word.end, word.value)
        if word.value == "has":
            raise Slip("every fact is always there, so `has` says nothing", word.start, word.end, "compare the fact itself")
        if word.value not in FUNCTIONS:
            known = [f"{name}()" for name in FUNCTIONS]
            help = meant(f"{word.value}()", known, f"there is {', '.join(f'`{name}`' for name in known)}")
            raise Slip(f"there is no function `{str(word.value)[:40]}`", word.start, word.end, help, unknown=True)
        arguments, closed = self.arguments(opened)
        return Expr("call", word.start, closed.end, word.value, arguments)
