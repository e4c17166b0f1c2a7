"""Fuzz checkpoints: any bytes as the file that a forecast goes on from. It is used or refused in a sentence; whatever it holds is data.

A line's checksum is no secret, so whoever writes a hostile file gets it right: a line that begins with `~` is given the one that it needs, and `@`
stands for what the first line of a good file says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from zlib import crc32

from harness import Fault, run, workspace

NAME = "a forecast"
POINTS = {"base": "b" * 20}


def one(data: bytes) -> None:
    from cadenza.forecast.checkpoint import CheckpointError, Store
    from cadenza.forecast.keeping import Memory

    root, _ = workspace()
    path = root / "run.checkpoint"
    path.write_bytes(b"\n".join(map(_written, data.split(b"\n"))))
    try:
        with Store(path, NAME, POINTS, lambda: 0.0) as store:
            memory = Memory(store)
            for number, outcome in memory.known(POINTS["base"]).items():
                if number < 0 or not all(isinstance(figure, float | int) for figure in outcome.counts.values()):
                    raise Fault(f"{outcome!r} is no outcome")
                memory.keep(POINTS["base"], number, [outcome])
    except CheckpointError as refused:
        if len(str(refused)) > 2000 or "\n" in str(refused):
            raise Fault("refused with more than a sentence") from None


def _written(line: bytes) -> bytes:
    """A line as it is, or with the checksum that it needs."""
    if not line.startswith(b"~"):
        return line
    body = line[1:].replace(b'"@"', head()[1:-1])[:-1]
    return body + b',"crc":"%08x"}' % crc32(body)


def head() -> bytes:
    from cadenza.forecast.errand import edition

    return json.dumps({"cadenza": edition().version, "sources": edition().sources, "checkpoint": 1, "forecast": NAME, "points": POINTS}).encode()


def seeds() -> Iterable[bytes]:
    names = b'~{"names":{"counts":["a","b"],"weekly":["w"]}}\n'
    good = b'~{"@"}\n' + names + b'~{"run":"' + POINTS["base"].encode() + b'","first":0,"as":0,"replications":[[[1,2.5],[[1,2]]],[[3,4],[[5,6]]]]}\n'
    yield good
    yield good[:-9]
    for old, new in (
        (b"[1,2.5]", b"[1]"),
        (b"[1,2.5]", b'["x",NaN]'),
        (b"[1,2.5]", b"7"),
        (b'"first":0', b'"first":-5'),
        (b'"first":0', b'"first":1e9'),
        (b'"as":0', b'"as":9'),
        (b'"as":0', b'"as":"x"'),
        (b'["a","b"]', b"[[],{}]"),
        (b'["a","b"]', b"5"),
        (b"[[1,2]]", b"[" * 3000),
        (b"[[1,2]]", b"9" * 5000),
        (b'"replications"', b'"others"'),
    ):
        yield good.replace(old, new)
    yield b"~[1]\n"
    yield b'~{"checkpoint":1}\n'
    yield b'~{"checkpoint":1,"cadenza":[],"sources":{},"points":7,"forecast":0}\n'
    yield b'~{"@","points":{"base":[]}}\n' + b"~7\n"
    yield b"\x80\x04cos\nsystem\n(S'true'\ntR.\n"
    yield b"\n\n"


if __name__ == "__main__":
    run("checkpoints", one, seeds, "cadenza.forecast")
