"""Reading YAML: values of 1.2, places to the column, comments, limits; and nothing but a tree or located findings, whatever comes in."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from cadenza.language import Refused
from cadenza.language import yaml as reader
from cadenza.language.nodes import Map, Node, Scalar, Seq, at, plain
from cadenza.language.scalars import resolve
from cadenza.language.yaml import Limits, read


def told(source: Path | str, limits: Limits = reader.LIMITS) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(source, "x.yaml", limits)
    return [f"{found.span} {found.code} {found.message}" for found in refused.value.findings]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(word, word) for word in ("12:30", "no", "on", "Yes", "y", "off", "2027-01-04", "1_000", "0b11", "1e", "+", "-", ".", "0x", "0o8", "-0x1")],
        *[(word, 10) for word in ("10", "010", "+10", "0o12", "0xA", "0xa")],
        ("-7", -7),
        ("0.5", 0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-1.5E-1", -0.15),
        ("true", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        *[(word, None) for word in ("", "~", "null", "Null", "NULL")],
        ("nULL", "nULL"),
        ("123456789012345678", 123456789012345678),
        ("1234567890123456789", "1234567890123456789"),
        ("9" * 5000, "9" * 5000),
        (".inf", float("inf")),
        ("-.Inf", float("-inf")),
    ],
)
def test_plain_words_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    assert (type(resolve(text)), resolve(text)) == (type(value), value)


def test_not_a_number_is_a_float() -> None:
    found = resolve(".nan")
    assert isinstance(found, float) and found != found


TEXT = """\
# top
name: "a # b"   # trailing
plain: x#y
'quoted key': 'it''s' # second
block: |  # header
  text # inside
  more

folded: >-
  one
  two # inside

list:
- &x {a: 1, b: [c, 'd']}
- *x
-
end: 12:30
"""


def test_every_node_knows_its_place() -> None:
    node, comments = read(TEXT, "x.yaml")
    places = {
        ".".join(map(str, way)): tuple(at_(node, way).span)[1:]
        for way in [
            ("name",),
            ("plain",),
            ("quoted key",),
            ("block",),
            ("folded",),
            ("list",),
            ("list", 0),
            ("list", 0, "b", 1),
            ("list", 2),
            ("end",),
        ]
    }
    assert places == {
        "name": (2, 7, 2, 14),
        "plain": (3, 8, 3, 11),
        "quoted key": (4, 15, 4, 22),
        "block": (5, 8, 7, 7),
        "folded": (9, 9, 11, 15),
        "list": (14, 1, 16, 2),
        "list.0": (14, 6, 14, 25),
        "list.0.b.1": (14, 20, 14, 23),
        "list.2": (16, 2, 16, 2),
        "end": (17, 6, 17, 11),
    }
    assert [(comment.text, tuple(comment.span)[1:], comment.trailing) for comment in comments] == [
        ("top", (1, 1, 1, 6), False),
        ("trailing", (2, 17, 2, 27), True),
        ("second", (4, 23, 4, 31), True),
        ("header", (5, 11, 5, 19), True),
    ]
    assert isinstance(node, Map) and tuple(node.keys["quoted key"])[1:] == (4, 1, 4, 13)
    assert plain(node) == {
        "name": "a # b",
        "plain": "x#y",
        "quoted key": "it's",
        "block": "text # inside\nmore\n",
        "folded": "one two # inside",
        "list": [{"a": 1, "b": ["c", "d"]}, {"a": 1, "b": ["c", "d"]}, None],
        "end": "12:30",
    }


def at_(node: Node, way: tuple[str | int, ...]) -> Node:
    found = at(node, way)
    assert found is not None
    return found


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-999, 999),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("abc:#- ", min_size=1, max_size=5), inner, max_size=3)),
    max_leaves=12,
)


@given(VALUES.filter(lambda value: value is not None), st.booleans(), st.sampled_from([None, True, False]))
def test_what_was_written_is_read_and_stands_where_it_says(value: Any, unicode: bool, flow: bool | None) -> None:
    text = pyyaml.safe_dump(_no_11(value), allow_unicode=unicode, default_flow_style=flow, width=40)
    node, _ = read(text, "x.yaml")
    assert plain(node) == _no_11(value)
    lines = text.split("\n")
    for scalar in scalars(node):
        span = scalar.span
        if span.line == span.end_line:
            stands = lines[span.line - 1][span.column - 1 : span.end_column - 1]
            assert pyyaml.load(f"- {stands}", pyyaml.BaseLoader) == [scalar.text]


def _no_11(value: Any) -> Any:
    """Texts that PyYAML writes without quotes although YAML 1.2 reads a number there (0o7) are given a letter."""
    if isinstance(value, dict):
        return {f"k{key}": _no_11(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_no_11(item) for item in value]
    return f"t{value}" if isinstance(value, str) else value


def scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    inner = node.items if isinstance(node, Seq) else node.entries.values()
    return [found for item in inner for found in scalars(item)]


SNIPPETS = st.sampled_from(
    [
        *"a[]{}'\"#|\t%@\\é\u2028\0\r\ufeff1~\n",
        "b: ",
        "- ",
        "\n  ",
        "\n    ",
        ", ",
        ": ",
        " # c",
        ">-",
        "&x ",
        "*x",
        "!t ",
        "---\n",
        "...\n",
        "? ",
        "<<",
    ]
)


@given(st.lists(SNIPPETS, max_size=25).map("".join))
def test_any_text_gives_a_tree_or_findings_inside_it(text: str) -> None:
    try:
        node, comments = read(text, "x.yaml")
    except Refused as refused:
        spans = [found.span for found in refused.findings]
        assert spans and all(found.message and found.code in ("Y001", "Y002", "Y003", "Y006") for found in refused.findings)
    else:
        spans = [node.span, *(scalar.span for scalar in scalars(node)), *(comment.span for comment in comments)]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for span in spans:
        assert 1 <= span.line <= span.end_line <= len(lines) + 1, (span, text)
        assert (span.line, span.column) <= (span.end_line, span.end_column)


@given(st.lists(SNIPPETS, max_size=25).map("".join))
def test_the_slow_parser_reads_the_same(text: str) -> None:
    """Where libyaml is missing, PyYAML's own parser gives the same values (it is more lenient or stricter in corners of flow style)."""
    fast = _values(text)
    kept, reader._LOADER = reader._LOADER, pyyaml.SafeLoader
    try:
        slow = _values(text)
    finally:
        reader._LOADER = kept
    if fast is not None and slow is not None:
        assert repr(fast) == repr(slow)


def _values(text: str) -> Any:
    try:
        return ("read", plain(read(text, "x.yaml")[0]))
    except Refused:
        return None


def test_the_slow_parser_reads_the_example(EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = sorted([*EXAMPLES.glob("playbooks/*.yaml"), *EXAMPLES.glob("simulations/*.yaml"), EXAMPLES / "cadenza.yaml"])
    fast = [read(path, path.name) for path in files]
    monkeypatch.setattr(reader, "_LOADER", pyyaml.SafeLoader)
    assert [read(path, path.name) for path in files] == fast


# ---------------------------------------------------------------- files


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir()
    assert told(tmp_path) == ["x.yaml:1:1 Y001 `x.yaml` is a folder; a file is wanted here"]
    assert told(tmp_path / "nothing.yaml") == ["x.yaml:1:1 Y004 there is no file `x.yaml`"]
    assert told(tmp_path / "a\0b") == ["x.yaml:1:1 Y001 `x.yaml` cannot be read: embedded null byte"]
    os.mkfifo(tmp_path / "pipe")
    assert told(tmp_path / "pipe") == ["x.yaml:1:1 Y001 `x.yaml` is no ordinary file"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"name: a\nowner: \xe9ric\n", "x.yaml:2:8 Y001 byte 0xe9 is no UTF-8; a playbook is UTF-8"),
        ("name: a\n".encode("utf-16"), "x.yaml:1:1 Y001 the file is written in UTF-16; a playbook is UTF-8"),
        (b"name: a\0b\n", "x.yaml:1:8 Y001 a NUL byte stands in the file; YAML allows none"),
        (b"name: a\n\x1b[31m: b\n", "x.yaml:2:1 Y001 the control character U+001B stands in the file; YAML allows none"),
        (b"", "x.yaml:1:1 Y001 the file is empty"),
        (b"\xef\xbb\xbf", "x.yaml:1:1 Y001 the file is empty"),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    assert told(path) == [said]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: a\r\nlist:\r\n- b # c\r\n")
    node, comments = read(path, "x.yaml")
    assert plain(node) == {"name": "a", "list": ["b"]}
    assert tuple(at_(node, ("list", 0)).span)[1:] == (3, 3, 3, 4)
    assert [(comment.text, tuple(comment.span)[1:]) for comment in comments] == [("c", (3, 5, 3, 8))]


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as stream:
        stream.truncate(10**12)  # a terabyte that takes no room
    began = time.process_time()
    assert told(path) == ["x.yaml:1:1 Y006 the file is larger than 1,000,000 bytes"]
    assert time.process_time() - began < 5


def test_limits_are_exact() -> None:
    assert plain(read("a: " + "[" * 63 + "]" * 63, "x.yaml")[0])["a"] is not None
    assert told("a: " + "[" * 64 + "]" * 64) == ["x.yaml:1:67 Y006 nested deeper than 64 levels"]
    assert plain(read("[a, b]", "x.yaml", Limits(nodes=3))[0]) == ["a", "b"]
    assert told("[a, b]", Limits(nodes=2)) == ["x.yaml:1:5 Y006 the file stands for more than 2 values once its aliases are written out"]
    assert plain(read("ab: c", "x.yaml", Limits(bytes=5))[0]) == {"ab": "c"}
    assert told("ab: c", Limits(bytes=4)) == ["x.yaml:1:1 Y006 the file is larger than 4 bytes"]
    deep = "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 30 + "*a" + "]" * 30
    assert told(deep) == ["x.yaml:2:34 Y006 nested deeper than 64 levels"]


@pytest.mark.parametrize("pattern", ["[", "- ", "? ", "a: ", "{a: ", "&a ", "!a ", "# x\n", "'", "[a,", "*a ", "[]", "? a\n", "\t", "[?", "{["])
def test_a_megabyte_of_anything_is_judged_in_seconds(pattern: str) -> None:
    began = time.process_time()
    with pytest.raises(Refused):
        read(pattern * (900_000 // len(pattern)) + "]", "x.yaml")
    assert time.process_time() - began < 5


def test_the_mistakes_of_one_file_have_an_end() -> None:
    found = told("".join(f"{number}: a\n" for number in range(900)))
    assert len(found) == 501
    assert found[-1] == "x.yaml:500:6 Y001 500 mistakes so far; the rest of the file is not read"
