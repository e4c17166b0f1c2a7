"""Fuzz policies: any text as a condition over the facts of the small workspace, and as a policy pack of its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

from harness import TODAY, Fault, run, shown, workspace

if TYPE_CHECKING:
    from cadenza.rules.context import Subject

PACK = "packs/ours.yaml"


def one(data: bytes) -> None:
    kind, _, text = data.partition(b"\n")
    subject()
    before = process_time()
    (_a_pack if kind == b"pack" else _a_condition)(text)
    if process_time() - before > 2:
        raise Fault("a policy takes two seconds")


def _a_condition(data: bytes) -> None:
    from cadenza.rules.facts.registry import sides
    from cadenza.rules.legal.cel.run import holds
    from cadenza.rules.legal.cel.typing import condition
    from cadenza.rules.legal.cel.words import Slip
    from cadenza.rules.legal.policies import shapes

    text = data.decode("utf-8", "replace")
    facts = subject().facts
    try:
        asked = condition(text, shapes(facts.senders))
        met, why = holds(asked, facts.value, facts.rough, sides())
    except Slip as slip:
        if not 0 <= slip.start < slip.end <= len(text) + 1:
            raise Fault(f"a slip from {slip.start} to {slip.end} of {len(text)} letters") from None
        return
    if not isinstance(met, bool):
        raise Fault(f"a condition gives {met!r}")
    for name, keys in why:
        list(facts.known(name, keys))


def _a_pack(data: bytes) -> None:
    from cadenza.rules.context import Context
    from cadenza.rules.legal import policies
    from cadenza.rules.registry import named

    root, _ = workspace()
    (root / PACK).parent.mkdir(exist_ok=True)
    (root / PACK).write_bytes(data)
    about, rule = subject(), named("L001")
    policies._kept.clear()  # the pack is another one now
    assert rule is not None and rule.check is not None
    shown([*policies.of(about.playbook.workspace).findings, *policies.mistakes_of(about.playbook.workspace, PACK)])
    shown(rule.check(Context(rule, about, dict(rule.options))))


@cache
def subject() -> Subject:
    """The playbook whose facts the conditions ask for, in a workspace that names the pack."""
    from cadenza.language import load_playbook
    from cadenza.rules.context import Subject
    from cadenza.rules.facts.registry import catalogue

    root, files = workspace()
    for name, text in files.items():  # another harness may have been here
        (root / name).write_text(text, "utf-8")
    (root / "cadenza.yaml").write_text(files["cadenza.yaml"].replace("\npolicies: [", f"\npolicies: [{PACK}, ", 1), "utf-8")
    playbook = load_playbook(root / "playbooks/p.yaml")
    made = Subject(playbook.node, TODAY, playbook)
    for name in catalogue():  # each is proved once; what a condition costs is asked here
        list(made.facts.known(name))
    return made


def seeds() -> Iterable[bytes]:
    shipped = Path(__file__).resolve().parent.parent.parent / "src/cadenza/rules/packs"
    for path in sorted(shipped.glob("*.yaml")):
        text = path.read_text("utf-8")
        yield b"pack\n" + text[: text.find("\n  - id: ", text.find("\n  - id: ") + 1)].encode() + b"\n"
        for line in text.split("\n"):
            key, _, asked = line.strip().partition(": ")
            if key == "require":
                yield b"condition\n" + asked.strip('"').encode()
    for asked in (
        'facts.channels.all(c, facts.gap_min[c] >= duration("24h"))',
        'facts.countries.exists(c, c.startsWith("G")) ? facts.touches_max <= 8 : true',
        "size(facts.channels.map(c, [c, c])) > 1 && 1 / 0 == 1",
        '"a".matches("(a+)+$") || [[1]].exists(x, x[0] == 1u)',
    ):
        yield b"condition\n" + asked.encode()


if __name__ == "__main__":
    run("policies", one, seeds, "cadenza.rules", "cadenza.render")
