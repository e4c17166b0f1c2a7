"""Fragments of the change log become a section, newest version first."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent.parent / "changelog.d" / "collect.py"


def test_fragments_become_a_section_and_are_gone(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("collect", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path / "changelog.d"
    folder.mkdir()
    for name, text in {"b.fixed.md": "Two\nlines.\n", "a.added.md": "One.\n", "README.md": "stays\n", "c.added.md": "Three.\n"}.items():
        (folder / name).write_text(text, "utf-8")
    log = tmp_path / "CHANGELOG.md"
    log.write_text("# Changes\n\nAbout.\n\n## 0.1.0 (2026-12-01)\n\n- Old.\n", "utf-8")
    module.collect("0.2.0", "2027-01-31", folder, log)
    assert log.read_text("utf-8") == (
        "# Changes\n\nAbout.\n\n## 0.2.0 (2027-01-31)\n\n### Added\n\n- One.\n- Three.\n\n### Fixed\n\n- Two\n  lines.\n\n"
        "## 0.1.0 (2026-12-01)\n\n- Old.\n"
    )
    assert [path.name for path in folder.iterdir()] == ["README.md"]
