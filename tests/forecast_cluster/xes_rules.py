"""What IEEE 1849-2016 asks of an XES document, as far as a document shows it: the order and the attributes of elements, the types of values, keys
that occur once, attributes that are declared global and then are everywhere, classifiers over global attributes, keys of declared extensions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

NAMESPACE = "{http://www.xes-standard.org/}"
ATTRIBUTES = ("string", "date", "int", "float", "boolean", "id", "list")
LOG = ("extension", "global", "classifier", "attribute", "trace", "event")
NAME = re.compile(r"[A-Za-z_:][\w.:-]*")
NCNAME = re.compile(r"[A-Za-z_][\w.-]*")
VALUES = {
    "string": re.compile(r".*", re.DOTALL),
    "date": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    "int": re.compile(r"[+-]?\d+"),
    "float": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|INF|-INF|NaN"),
    "boolean": re.compile(r"true|false|0|1"),
    "id": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
}
Element = ElementTree.Element


def broken(document: bytes) -> list[str]:
    """Every rule that the document breaks, in words."""
    root = ElementTree.fromstring(document)
    if root.tag != f"{NAMESPACE}log":
        return [f"the root is {root.tag}"]
    return list(dict.fromkeys(_log(root)))


def _kind(element: Element) -> str:
    tag = element.tag.removeprefix(NAMESPACE)
    return "attribute" if tag in ATTRIBUTES else tag


def _log(root: Element) -> Iterator[str]:
    if not re.fullmatch(r"\d+(\.\d+)?", root.get("xes.version", "")):
        yield "log: xes.version is no decimal"
    kinds = [_kind(child) for child in root]
    yield from (f"log: {kind} is no element of it" for kind in kinds if kind not in LOG)
    if [LOG.index(kind) for kind in kinds if kind in LOG] != sorted(LOG.index(kind) for kind in kinds if kind in LOG):
        yield "log: elements are not in order"
    prefixes = set()
    for extension in root.findall(f"{NAMESPACE}extension"):
        prefixes.add(extension.get("prefix"))
        if not (NCNAME.fullmatch(extension.get("name", "")) and NCNAME.fullmatch(extension.get("prefix", "")) and extension.get("uri")):
            yield "extension: needs a name, a prefix and a uri"
    globals_ = {each.get("scope", "event"): _declared(each) for each in root.findall(f"{NAMESPACE}global")}
    yield from _classifiers(root, globals_.get("event", {}))
    yield from _component("log", root, {}, prefixes)
    for each in root.findall(f"{NAMESPACE}global"):
        yield from _component("global", each, {}, prefixes)
    for trace in root.findall(f"{NAMESPACE}trace"):
        yield from _component("trace", trace, globals_.get("trace", {}), prefixes)
        for event in trace.findall(f"{NAMESPACE}event"):
            yield from _component("event", event, globals_.get("event", {}), prefixes)


def _declared(component: Element) -> dict[str, str]:
    """Key -> type."""
    return {child.get("key", ""): child.tag.removeprefix(NAMESPACE) for child in component if _kind(child) == "attribute"}


def _classifiers(root: Element, declared: dict[str, str]) -> Iterator[str]:
    for classifier in root.findall(f"{NAMESPACE}classifier"):
        keys = classifier.get("keys", "").split()
        if not NCNAME.fullmatch(classifier.get("name", "")) or not keys:
            yield "classifier: needs a name and keys"
        yield from (f"classifier: {key} is not global" for key in keys if key not in declared)


def _component(what: str, component: Element, wanted: dict[str, str], prefixes: set[str | None]) -> Iterator[str]:
    kinds = [_kind(child) for child in component]
    if what == "trace" and kinds != sorted(kinds, key=["attribute", "event"].index):
        yield "trace: attributes come after events"
    if what in ("event", "global") and set(kinds) - {"attribute"}:
        yield f"{what}: holds something else than attributes"
    own = _declared(component)
    counted = Counter(child.get("key") for child in component if _kind(child) == "attribute")
    yield from (f"{what}: {key} occurs {count} times" for key, count in counted.items() if count > 1)
    yield from (f"{what}: {key} is global and not there as a {kind}" for key, kind in wanted.items() if own.get(key) != kind)
    for child in component:
        if _kind(child) == "attribute":
            yield from _attribute(what, child, prefixes)


def _attribute(what: str, child: Element, prefixes: set[str | None]) -> Iterator[str]:
    key, kind = child.get("key", ""), child.tag.removeprefix(NAMESPACE)
    if not NAME.fullmatch(key):
        yield f"{what}: {key!r} is no key"
    if ":" in key and key.partition(":")[0] not in prefixes:
        yield f"{what}: {key} is of no extension"
    if kind != "list" and not VALUES[kind].fullmatch(child.get("value", "\0")):
        yield f"{what}: {key} is no {kind}"
    if "value" not in child.attrib and kind != "list":
        yield f"{what}: {key} has no value"
