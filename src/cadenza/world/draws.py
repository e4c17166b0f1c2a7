"""Luck as a function, not as a stream.

A stream of random numbers gives a different world as soon as somebody takes one number more. Here every random number is
`draw(base(seed, replication, key), code(step, round, purpose))`: the same person has the same luck at the same step whatever the engine,
the order of events, the number of workers or the other people. Two versions of a playbook therefore meet the same people with the
same luck (common random numbers), and their difference has little noise.

The mixer is the finaliser of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014): a bijection of
64-bit integers in which every input bit moves every output bit with probability one half. All arithmetic is modulo 2**64, so that any language
gives the same bits.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

MASK = 0xFFFF_FFFF_FFFF_FFFF
GOLDEN = 0x9E37_79B9_7F4A_7C15
"""2**64 divided by the golden ratio: consecutive multiples are far apart. One for each round, replication and person."""
UNIT = 2.0**-53

PURPOSES: tuple[str, ...] = (
    "response",
    "latency",
    "inbox",
    "connected",
    "accepted",
    "delivered",
    "opened",
    "clicked",
    "signal",
    "unclassified",
    "booked",
    "held",
    "opportunity",
    "won",
    "value",
    "cycle",
    "lead_time",
    "away",
    "asked_back",
    "asked_back.delay",
)
"""What a touch (or a meeting) draws for. A purpose is a name, not a position: adding one changes no other."""


def mix(z: int) -> int:
    """The finaliser of splitmix64: 64 bits to 64 bits, one to one."""
    z = ((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB) & MASK
    return z ^ (z >> 31)


def text64(text: str) -> int:
    """64 bits that stand for a text: FNV-1a over its UTF-8 bytes, mixed. No process hash: the same on every machine."""
    return mix(hashed(text))


def texts64(before: str, texts: Sequence[str]) -> array[int]:
    """`text64` of each text with `before` before it."""
    found = array("Q")
    begin = hashed(before)
    for text in texts:
        found.append(mix(hashed(text, begin)))
    return found


def hashed(text: str, begin: int = 0xCBF2_9CE4_8422_2325) -> int:
    """FNV-1a, from where what stands before the text has brought it."""
    for byte in text.encode():
        begin = ((begin ^ byte) * 0x0000_0100_0000_01B3) & MASK
    return begin


def key(playbook: str, index: int) -> int:
    """The key of the `index`-th person (from 0) of a playbook's audience. Keys do not depend on how large the audience is."""
    return mix((text64(playbook) + GOLDEN * (index + 1)) & MASK)


def stem(seed: int, replication: int) -> int:
    """What all draws of one replication have in common."""
    return mix((mix(seed & MASK) + GOLDEN * (replication + 1)) & MASK)


def base(seed: int, replication: int, key: int) -> int:
    """The root of one person's luck in one replication."""
    return mix(stem(seed, replication) ^ key)


def code(step: str, round: int, purpose: str) -> int:
    """Which of a person's numbers: a step's id ("" for what belongs to the person), how often the person has come round to it, what for."""
    return (text64(f"{purpose}/{step}") + GOLDEN * round) & MASK


def draw(base: int, code: int) -> int:
    """64 random bits."""
    return mix((base + code) & MASK)


def unit(bits: int) -> float:
    """Bits as a number in [0, 1), on the grid of 2**-53."""
    return (bits >> 11) * UNIT
