"""The one door to Liquid: a small language without files, clocks or endless work.

A message may use conditions, loops over short ranges, assignments and the filters of `template.FILTERS`; nothing that loads another file,
knows the time, or multiplies without end. Work is bounded before it starts (so much markup, loops so long) and while it goes on (so many
rounds, so long a result, so much output). A field that is missing and has no default stops the rendering: no person gets `Hi ,`.

Importing this module imports Liquid (0.2 s), so nobody does at the top of a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, wraps
from typing import Any, NoReturn

from liquid import Environment, RenderContext
from liquid.ast import ConditionalBlockNode, Node
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.logical import BooleanExpression, LogicalAndExpression
from liquid.builtin.expressions.primitive import IntegerLiteral, RangeLiteral
from liquid.builtin.tags.if_tag import IfNode
from liquid.exceptions import FilterError, LiquidError, LocalNamespaceLimitError, LoopIterationLimitError, OutputStreamLimitError, UndefinedError
from liquid.expression import Expression
from liquid.output import LimitedStringIO
from liquid.template import BoundTemplate
from liquid.undefined import Undefined
from liquid.utils import ReadOnlyChainMap

from .near import near
from .template import FILTERS, Flaw, MissingField, Tag, Use, check_filter, is_missing
from .words import shown

ROUNDS = 100
MARKUP = 16_000
RESULT = 4_000
OUTPUT = 256_000
LARGEST = 10**15
_TAGS = ("if", "unless", "case", "for", "break", "continue", "assign", "capture", "comment", "echo", "#")
_INNER = ("elsif", "else", "endif", "endunless", "when", "endcase", "endfor", "endcapture", "raw", "endraw", "endcomment")
_BLOCKS = ("if", "unless", "case", "for", "capture", "comment", "raw")
_NAME = re.compile(r"\s*(#|\w+)?")
_PATH = re.compile(r"""\w[\w-]*\??(?:\s*\.\s*\w[\w-]*\??|\s*\[\s*(?:-?\d+|"[^"]*"|'[^']*')\s*\])*""")


class _Missing(Undefined):
    """A field that the person has not got: false in a condition, nothing to a loop, replaced by a default, and an error in the text."""

    __slots__ = ()

    def __str__(self) -> str:
        raise UndefinedError("missing", token=self.token)


class _Environment(Environment):
    loop_iteration_limit = ROUNDS
    output_stream_limit = OUTPUT
    local_namespace_limit = 100_000
    context_depth_limit = 30
    block_nesting_limit = 20


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = _Environment(undefined=_Missing)
    core = {"content", "output", "illegal"}
    made.tags = {name: tag for name, tag in made.tags.items() if name in _TAGS or name in core}
    made.filters = {name: _bounded(name, made.filters[name]) for name in FILTERS}
    return made


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, with a missing field passed on to a later default, and with a bound on what it makes."""

    @wraps(function)
    def bounded(value: Any, *args: Any, **options: Any) -> Any:
        if isinstance(value, _Missing) and name != "default":
            return value
        if name in ("replace", "replace_first") and _replaced(str(value), *map(str, args)) > RESULT:
            raise FilterError(f"the result of `{name}` is longer than {RESULT} characters", token=None)
        result = function(value, *args, **options)
        if isinstance(result, str) and len(result) > max(RESULT, len(value) if isinstance(value, str) else 0):
            raise FilterError(f"the result of `{name}` is longer than {RESULT} characters", token=None)
        if isinstance(result, (int, float)) and not abs(result) <= LARGEST:
            raise FilterError(f"the result of `{name}` is too large", token=None)
        return result

    return bounded


def _replaced(text: str, old: str, new: str = "") -> int:
    times = text.count(old) if old else len(text) + 1
    return len(text) + times * len(new) if new else 0


# ---------------------------------------------------------------- analysis


def analysed(text: str, tags: list[Tag]) -> tuple[Use, ...]:
    """As `template.uses_of`, for a template that takes Liquid to read. Raises Flaw."""
    size = sum(tag.end - tag.start for tag in tags)
    if size > MARKUP:
        first = tags[0]
        raise Flaw(f"the tags of a message have at most {MARKUP} characters, and these have {size}", "say it in plain text", first.start, first.end)
    _check_tags(tags)
    visit = _Visit(text)
    for node in _parsed(text).nodes:
        visit.node(node, frozenset(), frozenset())
    return tuple(sorted(visit.uses, key=lambda use: use.start))


def _check_tags(tags: list[Tag]) -> None:
    """Flaw: an empty tag, one that no message may use, a block that is not closed, or an end without its beginning."""
    blocks: list[tuple[str, Tag]] = []
    for tag in tags:
        if not tag.inner.strip():
            raise Flaw("this tag is empty", "write {{ field }}, or remove it", tag.start, tag.end)
        if tag.kind == "output":
            continue
        name = _name(tag)
        if blocks and blocks[-1][0] == "comment" and name != "endcomment":
            continue
        if name in _BLOCKS:
            blocks.append((name, tag))
        elif name.startswith("end"):
            if not blocks or name != f"end{blocks[-1][0]}":
                opened = f"`{blocks[-1][0]}` is open here" if blocks else "nothing is open here"
                raise Flaw(f"`{name}` ends nothing: {opened}", "", tag.start, tag.end)
            blocks.pop()
    if blocks:
        name, tag = blocks[-1]
        raise Flaw(f"`{{% {name} %}}` is never closed", f"end it with `{{% end{name} %}}`", tag.start, tag.end)


def _name(tag: Tag) -> str:
    """The tag's name; Flaw where no message may use it."""
    found = _NAME.match(tag.inner)
    name = (found and found[1]) or ""
    if name in _TAGS or name in _INNER:
        return name
    if name in ("include", "render", "layout", "extends", "import"):
        raise Flaw(f"`{name}` loads another file, and a message stands alone", "write the text here", tag.start, tag.end)
    meant = near(name, (*_TAGS, *_INNER))
    known = f"did you mean `{meant}`?" if meant else f"known are {', '.join(_TAGS[:-1])} and raw"
    raise Flaw(f"unknown tag {shown(name)}", known, tag.start, tag.end)


@lru_cache(maxsize=256)
def _parsed(text: str) -> BoundTemplate:
    try:
        return _environment().from_string(text)
    except (LiquidError, RecursionError, ValueError, OverflowError) as problem:
        _flaw(text, problem)


def _flaw(text: str, problem: Exception) -> NoReturn:
    if isinstance(problem, RecursionError):
        raise Flaw("the conditions are nested too deep", "say it in fewer words", 0, 0) from None
    token = getattr(problem, "token", None)
    start = token.start_index if token is not None and 0 <= token.start_index <= len(text) else 0
    end = start + len(token.value) if token is not None and text.startswith(token.value, start) else start
    why = str(getattr(problem, "message", None) or problem).strip() or type(problem).__name__
    raise Flaw(f"this is no Liquid: {why}", "", start, end) from None


class _Visit:
    """A walk over a template's tree, in the order of the text, both branches of everything. `assigned` grows as names are given."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.uses: list[Use] = []
        self.assigned: set[str] = set()
        self.context = RenderContext(_parsed(text))

    def node(self, node: Node, local: frozenset[str], sure: frozenset[str]) -> None:
        """`local` are names of loops around; `sure` are paths that a condition around has found to be there."""
        for expression in node.expressions():
            self.expression(expression, local, sure, not isinstance(expression, FilteredExpression))
        self.assigned.update(node.template_scope())
        inside = local | frozenset(node.block_scope())
        for child in node.children(self.context, include_partials=False):
            found = frozenset[str]()
            if isinstance(node, IfNode) and child is node.consequence:
                found = frozenset(_truths(node.condition))
            elif isinstance(node, ConditionalBlockNode):
                found = frozenset(_truths(node.expression))
            self.node(child, inside, sure | found)

    def expression(self, found: Expression, local: frozenset[str], sure: frozenset[str], optional: bool) -> None:
        if isinstance(found, Path):
            self.path(found, local, sure, optional)
        elif isinstance(found, FilteredExpression):
            self.filtered(found, local, sure)
        else:
            if isinstance(found, RangeLiteral):
                self.range(found)
            for child in found.children():
                self.expression(child, local, sure, optional)

    def filtered(self, found: FilteredExpression, local: frozenset[str], sure: frozenset[str]) -> None:
        filters = found.filters or []
        defaults = [index for index, one in enumerate(filters) if one.name == "default"]
        self.expression(found.left, local, sure, bool(defaults))
        for index, one in enumerate(filters):
            check_filter(one.name, len(one.args), one.token.start_index)
            for value in one.children():
                self.expression(value, local, sure, any(later > index for later in defaults))

    def path(self, found: Path, local: frozenset[str], sure: frozenset[str], optional: bool) -> None:
        start = found.token.start_index
        if any(isinstance(segment, Path) for segment in found.path):
            raise Flaw("a field's name cannot come from another field", "write the name itself", start, start + 1)
        if str(found.path[0]) in local or str(found.path[0]) in self.assigned:
            return
        name = _path_text(found)
        extent = _PATH.match(self.text, start)
        self.uses.append(Use(name, optional or name in sure, start, extent.end() if extent else start + 1))

    def range(self, found: RangeLiteral) -> None:
        ends = (found.start, found.stop)
        low, high = (end.value if isinstance(end, IntegerLiteral) else None for end in ends)
        if low is None or high is None or abs(low) > LARGEST or high - low >= ROUNDS:
            start = found.token.start_index
            raise Flaw(f"a range goes from one written number to another, at most {ROUNDS} in all", "(1..3)", start, start + 1)


def _path_text(found: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" if index else str(part) for index, part in enumerate(found.path))


def _truths(condition: Expression) -> Iterator[str]:
    """The paths that are there wherever the condition is true: `{% if first_name and company %}`."""
    if isinstance(condition, BooleanExpression):
        yield from _truths(condition.expression)
    elif isinstance(condition, LogicalAndExpression):
        yield from _truths(condition.left)
        yield from _truths(condition.right)
    elif isinstance(condition, Path) and not any(isinstance(segment, Path) for segment in condition.path):
        yield _path_text(condition)


# ---------------------------------------------------------------- rendering


_LIMITS: dict[type[Exception], str] = {
    LoopIterationLimitError: f"its loops go round more than {ROUNDS} times",
    OutputStreamLimitError: f"it is longer than {OUTPUT // 1000} kB",
    LocalNamespaceLimitError: "its assignments hold too much",
    RecursionError: "its conditions are nested too deep",
}


def filled(text: str, variables: Mapping[str, Any]) -> str:
    """The template with its fields filled in. Raises MissingField, or Flaw where a limit is met."""
    template = _parsed(text)
    context = RenderContext(template, globals=_present(variables))
    # Liquid's own scope ends in `now` and `today`; a text must not depend on when it is made.
    context.scope = ReadOnlyChainMap(context.locals, context.globals)
    out = LimitedStringIO(limit=OUTPUT)
    try:
        template.render_with_context(context, out)
    except UndefinedError as problem:
        start = problem.token.start_index if problem.token else 0
        extent = _PATH.match(text, start)
        field = extent.group() if extent else "a field"
        raise MissingField(field, start, start + len(field)) from None
    except (LiquidError, RecursionError, ArithmeticError, ValueError, TypeError) as problem:
        why = _LIMITS.get(type(problem)) or str(getattr(problem, "message", None) or problem) or type(problem).__name__
        token = getattr(problem, "token", None)
        start = token.start_index if token is not None and 0 <= token.start_index <= len(text) else 0
        raise Flaw(f"the text cannot be made: {why}", "", start, start) from None
    return out.getvalue()


def _present(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables without what is empty, so that an empty cell is as missing as no cell."""
    kept: dict[str, Any] = {}
    for name, value in variables.items():
        if isinstance(value, Mapping):
            kept[name] = _present(value)
        elif not is_missing(value):
            kept[name] = value
    return kept
