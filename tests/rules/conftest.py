"""A workspace of one's own to break: the example's, or the small one that the rules' pages use."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BASE = Path(__file__).resolve().parent / "base"


def _load_examples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rule_examples", ROOT / "scripts" / "rule_examples.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["rule_examples"] = module
    spec.loader.exec_module(module)
    return module


_load_examples()


@pytest.fixture
def today() -> date:
    return date(2027, 1, 4)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example workspace."""
    for name in ("cadenza.yaml", "playbooks", "lists", "simulations"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    return tmp_path


@pytest.fixture
def broken(example: Path) -> Callable[[str, str], Path]:
    """`broken(old, new)`: the example's playbook with one line changed; an empty `new` deletes the line that holds `old`."""

    def change(old: str, new: str = "") -> Path:
        file = example / "playbooks" / "platform-cold.yaml"
        lines = file.read_text("utf-8").split("\n")
        place = next(number for number, line in enumerate(lines) if old in line)
        if new:
            lines[place] = lines[place].replace(old, new)
        else:
            del lines[place]
        file.write_text("\n".join(lines), "utf-8")
        return file

    return change


@pytest.fixture
def base(tmp_path: Path) -> Callable[..., Path]:
    """`base(text)`: the small workspace with `text` laid over its playbook, as `playbooks/example.yaml`."""

    def make(text: str = "", **files: str) -> Path:
        shutil.copytree(BASE, tmp_path, dirs_exist_ok=True)
        for name, content in files.items():
            (tmp_path / name.replace("__", "/")).write_text(content, "utf-8")
        playbook = tmp_path / "playbooks" / "example.yaml"
        playbook.write_text(text + "cadenza: 1\nextends: base.yaml\nname: example\n", "utf-8")
        return playbook

    return make
