"""Fuzz the reader of YAML and the schemas behind it: any bytes as a playbook, a workspace, a simulation, a table or a message's front matter."""

from __future__ import annotations

from collections.abc import Iterable

from harness import ROOT, refused, run

KINDS = ("workspace", "playbook", "simulation", "assumptions", "message")


def one(data: bytes) -> None:
    from cadenza.language.nodes import Map
    from cadenza.language.validate import validate
    from cadenza.language.yaml import LIMITS, decode, read

    kind = KINDS[data[0] % len(KINDS)] if data else "playbook"
    read_text = refused(lambda: decode(data[1:], "x.yaml"))
    if not isinstance(read_text, str):
        return
    tree = refused(lambda: read(read_text, "x.yaml", LIMITS._replace(nodes=5_000)))
    if isinstance(tree, tuple) and isinstance(tree[0], Map):
        from harness import shown

        shown(validate(tree[0], kind))


def seeds() -> Iterable[bytes]:
    files = [ROOT / "cadenza.yaml", *(ROOT / "playbooks").glob("*.yaml"), *(ROOT / "simulations").glob("*.yaml")]
    files += (ROOT / "tests/language/hostile/yaml").glob("*.yaml")
    for path in files:
        data = path.read_bytes()
        if len(data) < 20_000:
            yield bytes([0 if path.name == "cadenza.yaml" else 2 if "simulations" in path.parts else 1]) + data


if __name__ == "__main__":
    run("loader", one, seeds)
