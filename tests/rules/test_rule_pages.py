"""Every rule has a page; every example on it does what it says, to the letter."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cadenza.rules.registry import PROFILES, Rule, catalogue, meant, named

pages: ModuleType = sys.modules["rule_examples"]
EXAMPLES: list[Any] = [example for rule in catalogue() for example in pages.examples(rule)]
SECTIONS = ["What it does", "Why it matters", "Bad", "Good", "How to fix", "Options", "Sources"]
UNBREAKABLE = {"M012", "R014", "Y006", "Y010"}
"""No line of a playbook breaks R014 (it is proved of a machine made by hand); the others would need a page of megabytes, or minutes."""


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{e.rule.code}-{e.number}-{e.role}" for e in EXAMPLES])
def test_an_example_does_what_its_page_says(example: Any) -> None:
    assert pages.problems(example) == ""


@pytest.mark.parametrize("rule", catalogue(), ids=[rule.code for rule in catalogue()])
def test_a_page_has_its_parts_and_names_every_option_and_source(rule: Rule) -> None:
    text = rule.page.read_text("utf-8")
    assert text.startswith(f"# {rule.code} {rule.name}\n\n")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == [name for name in SECTIONS if name in headings], "in their order"
    needed = set(SECTIONS) - {"Options"} if rule.code not in UNBREAKABLE else {"What it does", "Why it matters", "How to fix", "Sources"}
    assert needed <= set(headings)
    assert ("Options" in headings) == bool(rule.options)
    for option in rule.options:
        assert f"`{option}`" in text
    if rule.code not in UNBREAKABLE:
        assert {"bad", "good"} <= {example.role for example in pages.examples(rule)}


def test_every_rule_is_discovered_once_and_in_order() -> None:
    codes = [rule.code for rule in catalogue()]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in catalogue()}) == len(codes)
    assert all(rule.profile in PROFILES for rule in catalogue())
    folder = Path(catalogue()[0].page).parent.parent
    assert {rule.page for rule in catalogue()} == set(folder.glob("*/*.md"))


def test_the_rules_that_were_promised_are_there() -> None:
    promised = {"Y": 5, "M": 4, "R": 4}
    codes = [f"{family}{number:03}" for family, last in promised.items() for number in range(1, last + 1)]
    assert [code for code in (*codes, "P001", "P003", "P006", "E001", "E004", "C001", "D001") if named(code) is None] == []


def test_a_word_means_a_rule_by_code_by_name_or_by_the_beginning_of_its_code() -> None:
    assert [rule.code for rule in meant("ignores-no")] == ["R001"]
    assert [rule.code for rule in meant("r001")] == ["R001"]
    assert {rule.code[0] for rule in meant("R")} == {"R"} and len(meant("R")) > 5
    assert meant("ignores") == () and meant("") == ()
