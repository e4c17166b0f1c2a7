"""The packs that ship: each is of its schema, each condition can be read, each check holds of one workspace and is broken by another."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cadenza.language import read, schema_folder
from cadenza.language.findings import Level
from cadenza.language.nodes import plain
from cadenza.language.units import read_text
from cadenza.language.validate import validate
from cadenza.render.findings_terminal import _lines, render
from cadenza.rules import lint
from cadenza.rules.facts.registry import catalogue
from cadenza.rules.legal.cel.typing import condition
from cadenza.rules.legal.pack import FOLDER, Check, shipped, shipped_ids, shipped_names
from cadenza.rules.legal.policies import PLACEHOLDER, shapes
from cadenza.rules.legal.regions import EU, countries

HERE = Path(__file__).resolve().parent
CHECKS = [check for name in shipped_names() for check in shipped(name).checks]


@pytest.mark.parametrize("name", shipped_names())
def test_a_pack_is_of_its_schema(name: str) -> None:
    node, _ = read(FOLDER / f"{name}.yaml", name)
    assert validate(node, "pack") == []
    Draft202012Validator(json.loads((schema_folder() / "pack.schema.json").read_text("utf-8"))).validate(plain(node))
    assert shipped(name).name == name


@pytest.mark.parametrize("check", CHECKS, ids=[check.id for check in CHECKS])
def test_a_check_is_whole(check: Check) -> None:
    assert condition(check.require.text, shapes(())).facts
    assert check.source and check.grade and check.help
    assert bool(check.verified_on) is (check.grade != "memory")
    assert all(read_text("date", day) for day in (check.verified_on, check.effective) if day)
    assert check.grade != "memory" or check.level <= Level.warning
    assert not check.message.endswith(".") and check.message[:1] == check.message[:1].lower()
    for found in PLACEHOLDER.finditer(check.message):
        keys = re.findall(r"\[([^\]]*)\]", found[2])
        assert len(keys) == len(catalogue()[found[1]].levels)
        assert all(key in level for key, level in zip(keys, catalogue()[found[1]].levels, strict=True))


def test_ids_are_known_without_reading_the_packs() -> None:
    assert shipped_ids() == {check.id: check.pack for check in CHECKS}
    assert len(CHECKS) == len(shipped_ids())


def test_regions_are_their_members() -> None:
    assert len(EU) == 27
    assert countries(["EEA"]) - EU == {"IS", "LI", "NO"}
    assert countries(["EU", "US"]) == EU | {"US"}


def test_one_workspace_meets_every_check(said: Callable[..., list[str]]) -> None:
    assert said(HERE / "best") == []


def test_another_breaks_every_check_and_is_told_so(today: date, golden: Callable[[str, Path], None]) -> None:
    _lines.cache_clear()
    root = HERE / "worst"
    report = lint([root], as_of=today, select=("L",), base=root)
    assert {finding.name for finding in report.findings} == set(shipped_ids())
    assert {finding.name for finding in report.findings if finding.witness} >= {"respect.proved", "fr.cap", "us.fl.cap", "eu.gdpr.object_all"}
    plainly = [replace(finding, witness=None) for finding in report.findings]  # stories have tests of their own
    golden(render(plainly, base=root, files=report.files), HERE / "worst.out")
