"""Move the fragments of `changelog.d/` into `CHANGELOG.md` under a version: `python changelog.d/collect.py 0.2.0 2027-01-31`."""

import sys
from pathlib import Path

FOLDER = Path(__file__).parent
KINDS = ("added", "changed", "fixed", "removed")


def collect(version: str, day: str, folder: Path, log: Path) -> list[Path]:
    """Write the section of `version`, newest first, and remove the fragments it was made of; they are returned."""
    fragments = [path for kind in KINDS for path in sorted(folder.glob(f"*.{kind}.md"))]
    section = [f"## {version} ({day})", ""]
    for kind in KINDS:
        texts = [path.read_text("utf-8").strip().replace("\n", "\n  ") for path in fragments if path.name.endswith(f".{kind}.md")]
        if texts:
            section += [f"### {kind.capitalize()}", "", *(f"- {text}" for text in texts), ""]
    head, mark, older = log.read_text("utf-8").partition("\n## ")
    log.write_text("\n".join([head.rstrip(), "", *section]).rstrip() + "\n" + (mark + older if mark else ""), "utf-8")
    for path in fragments:
        path.unlink()
    return fragments


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    moved = collect(sys.argv[1], sys.argv[2], FOLDER, FOLDER.parent / "CHANGELOG.md")
    print(f"{len(moved)} fragments moved")
