"""The kinds of person of each playbook: segment, propensity, and the variants that a person is dealt again and again.

Which variant of a message a person gets hangs on the person alone. Where people come round to a step and its variants are not answered alike, who has
answered once is more likely to have the better one, so that the variant is a part of the kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...world.clocks import EXACT
from ...world.program import CODE, TOUCH, Program, States, Steps
from ...world.rates import DEPTH, Rates
from ..answers import NOT_NOW, POSITIVE
from .latent import MANY, NODES, rule

MOST_KINDS = 64
"""Beyond so many kinds in a playbook the variants of further steps are dealt anew each time."""


@dataclass(frozen=True, slots=True)
class Kind:
    segment: int
    propensity: float
    share: float
    """Of the people of the segment."""
    variants: dict[int, int] = field(default_factory=dict)


def variants_of(steps: Steps, step: int) -> list[tuple[int, float]]:
    """(variant, share of the people)."""
    weights = steps.weight[steps.variant[step] : steps.variant[step + 1]]
    if len(weights) < 2:
        return [(0, 1.0)]
    return [(v, weight - (weights[v - 1] if v else 0.0)) for v, weight in enumerate(weights)]


def kinds_of(program: Program, rates: Rates) -> list[list[Kind]]:
    """By playbook.

    Where the keenest people are so keen that their chances add up to more than 1, what is cut off is no polynomial, and it takes more kinds."""
    found = []
    for c, (segments, table) in enumerate(zip(program.cohorts.segments, program.cohorts.propensity, strict=True)):
        rows, most = _rows(program, c), min(DEPTH, program.steps.cohort.count(c))
        keen = max((max(rates.decay[row][:most]) * (rates.share[row][POSITIVE] + rates.share[row][NOT_NOW]) for row in rows), default=0.0)
        nodes = rule(table, MANY if keen * table[len(table) * 99 // 100] > 1.0 else NODES)
        kinds = [Kind(segment, x, weight) for segment in range(segments) for x, weight in nodes]
        for step in _dealt_again(program, rates, c):
            variants = variants_of(program.steps, step)
            if len(kinds) * len(variants) <= MOST_KINDS:
                kinds = [Kind(k.segment, k.propensity, k.share * share, {**k.variants, step: v}) for k in kinds for v, share in variants]
        found.append(kinds)
    return found


def _rows(program: Program, cohort: int) -> list[int]:
    """All rows of rates of a playbook's steps."""
    steps = program.steps
    return [row for s, c in enumerate(steps.cohort) if c == cohort for rows in _rows_of(program, s) for row in rows]


def _rows_of(program: Program, step: int) -> list[range]:
    """By variant."""
    steps = program.steps
    width = program.cohorts.segments[steps.cohort[step]]
    count = max(1, steps.variant[step + 1] - steps.variant[step])
    return [range(steps.row[step] + v * width, steps.row[step] + (v + 1) * width) for v in range(count)]


def _dealt_again(program: Program, rates: Rates, cohort: int) -> list[int]:
    """The steps that people may come round to and whose variants are not answered alike."""
    found = []
    for step, c in enumerate(program.steps.cohort):
        answers = {tuple((rates.share[row], rates.decay[row], program.rows.reply[row]) for row in rows) for rows in _rows_of(program, step)}
        if c == cohort and len(answers) > 1 and _comes_round(program, step):
            found.append(step)
    return found


def _comes_round(program: Program, step: int) -> bool:
    """Whether a touch of the step can come after a touch of the step, within the horizon."""
    states = program.states
    touches = {n for n, kind in enumerate(states.kind) if kind == TOUCH and states.step[n] == step}
    seen: set[int] = set()
    ahead = [target for state in touches for target in _after(states, state, program.end - program.start)]
    while ahead:
        state = ahead.pop()
        if state in touches:
            return True
        if state not in seen:
            seen.add(state)
            ahead += _after(states, state, program.end - program.start)
    return False


def _after(states: States, state: int, horizon: int) -> list[int]:
    width = len(states.events)
    taken: Sequence[int] = [t for t in states.go[state * width : (state + 1) * width] if t >= 0]
    late = states.go[state * width + CODE["cooled"]]
    return [states.target[t] for t in taken if t != late or states.unit[t] != EXACT or states.amount[t] < horizon]
