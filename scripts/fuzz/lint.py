"""Fuzz the whole of `lint`: edits to a small workspace that uses every corner of the language, judged by every rule there is.

Bytes alone would hardly ever make a playbook that passes the schema. So the input is a list of edits to a good workspace (see `edited`).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from harness import TODAY, run, shown, workspace

FILES = (
    "playbooks/p.yaml",
    "playbooks/p.yaml",
    "playbooks/base.yaml",
    "cadenza.yaml",
    "playbooks/messages/a.md",
    "simulations/s.yaml",
    "lists/no.csv",
    "playbooks/messages/b.md",
)
END = b"\xff"


def edited(data: bytes, files: dict[str, str]) -> dict[str, str]:
    """The files with the edits of `data`, which 0xff parts: a byte for the file, one for the line, one for the word in it, one for what to do, and
    a text."""
    lines = {name: text.split("\n") for name, text in files.items()}
    for edit in data.split(END):
        if len(edit) < 4:
            continue
        own = lines[FILES[edit[0] % len(FILES)]]
        at, text = edit[1] % len(own), edit[4:].decode("utf-8", "replace")
        words = own[at].split(" ")
        word = edit[2] % len(words)
        match edit[3] % 7:
            case 0:
                words[word] = text
                own[at] = " ".join(words)
            case 1:
                own[at] = own[at].partition(":")[0] + ": " + text
            case 2:
                own.insert(at, text)
            case 3:
                own[at], own[edit[2] % len(own)] = own[edit[2] % len(own)], own[at]
            case 4:
                own[at : at + 1] = [own[at]] * (2 + edit[2] % 8)
            case 5:
                del words[word]
                own[at] = " ".join(words)
            case _:
                del own[at : at + 1 + edit[2] % 4]
                own[at:at] = text.split("\n") if text else []
        if not own:
            own.append("")
    return {name: "\n".join(text) for name, text in lines.items()}


def one(data: bytes) -> None:
    from cadenza.rules.run import lint

    root, files = workspace()
    for name, text in edited(data, files).items():
        path = root / name
        if path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
    report = lint([root / "cadenza.yaml", root / "playbooks/p.yaml", root / "simulations/s.yaml"], as_of=TODAY, profile="strict", base=root)
    shown([*report.findings, *report.waived], report.files)


def edit(file: int, line: int, word: int, what: int, text: str = "") -> bytes:
    return bytes((file, line, word, what)) + text.encode()


def seeds() -> Iterable[bytes]:
    yield b""
    root = Path(__file__).resolve().parent.parent.parent
    words = [text for text in (root / "playbooks/platform-cold.yaml").read_text("utf-8").split("\n") if text.strip()]
    for at, (text, then) in enumerate(pairwise(words)):
        yield END.join((edit(at % 4, at % 40, at % 7, at % 7, text), edit(0, (at * 7) % 30, at % 5, (at + 3) % 7, then)))
    yield edit(0, 17, 0, 2, "    when: {any: [{opened: intro}, {clicked: again}]}")
    yield edit(0, 13, 0, 2, "    on: {clicked: {goto: intro}}")
    yield edit(2, 20, 0, 0, "  not_now: {pause: 1 day, resume: intro}")
    yield edit(0, 8, 0, 4) + END + edit(1, 9, 7, 4)


if __name__ == "__main__":
    run("lint", one, seeds, "cadenza.machine", "cadenza.calendars", "cadenza.rules", "cadenza.render")
