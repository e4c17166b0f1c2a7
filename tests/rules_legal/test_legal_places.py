"""A letter of a value has its line and column, however the value is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadenza.language import read
from cadenza.language.nodes import Map, Scalar
from cadenza.rules.legal.places import part

WORDS = ["facts.touches_max", "<=", "4", "&&", '"phone"', "in", "facts.channels", "||", "'x'", "!=", "size(facts.ways)"]
STYLES = ["plain", "double", "single", "literal", "folded", "plain over lines", "flow", "anchor"]


def written(words: list[str], style: str) -> str:
    """The words as one value of a YAML file."""
    text = " ".join(words)
    if style == "double":
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'a: 1\nb:\n  - require: "{escaped}"  # a comment\n'
    if style == "single":
        doubled = text.replace("'", "''")
        return f"a: 1\nb:\n  - require: '{doubled}'\n"
    if style == "literal":
        return "a: 1\nb:\n  - require: |-\n" + "".join(f"      {word}\n" for word in words)
    if style == "folded":
        return "a: 1\nb:\n  - require: >-  # folded\n" + "".join(f"      {word}\n" for word in words)
    if style == "plain over lines":
        return "a: 1\nb:\n  - require: " + "\n      ".join(words) + "\n"
    if style == "flow":
        return "a: 1\nb: [{id: x, require: '" + text.replace("'", "''") + "'}]\n"
    return f"a: 1\nb:\n  - require: {'&x ' if style == 'anchor' else ''}{text}\n"


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), st.sampled_from(STYLES))
def test_every_word_is_found_where_it_is_written(tmp_path_factory: pytest.TempPathFactory, words: list[str], style: str) -> None:
    words = ["facts.countries", *words]  # a plain scalar may not begin with a quote
    root: Path = tmp_path_factory.getbasetemp()
    source = written(words, style)
    (root / "x.yaml").write_text(source, "utf-8")
    tree, _ = read(root / "x.yaml", "x.yaml")
    items = tree.get("b") if isinstance(tree, Map) else None
    node = items.items[0].entries["require"]  # type: ignore[union-attr]
    assert isinstance(node, Scalar)
    lines, at = source.split("\n"), 0
    for word in words:
        start = node.text.index(word, at)
        at = start + len(word)
        place = part(root, node, start, at)
        assert place.line == place.end_line
        shown = lines[place.line - 1][place.column - 1 : place.end_column - 1]
        assert shown.replace('\\"', '"').replace("''", "'") == word


def test_a_file_that_changed_meanwhile_gives_the_whole_value(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("require: facts.touches_max <= 4\n", "utf-8")
    tree, _ = read(tmp_path / "x.yaml", "x.yaml")
    assert isinstance(tree, Map)
    node = tree.entries["require"]
    assert isinstance(node, Scalar)
    (tmp_path / "x.yaml").write_text("other: nothing\n", "utf-8")
    assert part(tmp_path, node, 0, 5) == node.span
    (tmp_path / "x.yaml").unlink()
    assert part(tmp_path, node, 0, 5) == node.span
