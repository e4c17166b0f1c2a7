"""A machine in Promela, the language of the model checker SPIN: somebody else's judge of what must never happen.

One label a state, one choice for each thing that may happen there. What a person does may happen at any time, but only to somebody whom a touch
has reached, and an answer to a step only after that step; timers may fire whenever the machine waits for one. Time itself is left out, so that
whatever SPIN proves holds for every calendar. Three properties, chosen when the model is translated:

    spin -a -DPROPERTY=1 machine.pml    ignores-no: no touch after a no, until its cooldown is over, a hand-off, or the person's own wish
    spin -a -DPROPERTY=2 machine.pml    opt-out-leaks: no touch after an opt-out, until the person asks to come back
    spin -a -DPROPERTY=3 machine.pml    the same after a colleague's opt-out

and then `gcc -DSAFETY -o pan pan.c && ./pan -E`: an assertion that is violated is the touch that must not be (`./pan -E -i` finds the shortest
way to it; `spin -t -p machine.pml` tells it).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..graph import outgoing
from ..types import Machine, State, Transition
from .outline import keys

_ANSWERS = ("replied.", "unsubscribed", "complained", "bounced", "opened", "clicked", "accepted", "connected", "delivered")
_REFUSALS = ("replied.negative", "unsubscribed", "account.opted_out")
_HOW = """\
   PROPERTY 1: no touch after a no, until its cooldown is over. 2: no touch after an opt-out. 3: none after a colleague's. So ask SPIN:
     spin -a -DPROPERTY=1 machine.pml && gcc -DSAFETY -o pan pan.c && ./pan -E
   `errors: 0` is a proof. `assertion violated` is a touch that must not be: `./pan -E -i`, then `spin -t -p machine.pml`, tells how. */
"""
_HEAD = """\
#ifndef PROPERTY
#define PROPERTY 1
#endif

bool touched;  /* a touch has reached the person: before that nobody answers */
byte refused;  /* 1: a refusal stands; 2: a no that was heard has ended the cadence, until its cooldown is over */

inline says_no(ended) { if :: PROPERTY == 1 -> refused = 1 + ended :: else fi }
inline opts_out() { if :: PROPERTY == 2 -> refused = 1 :: else fi }
inline colleague_opts_out() { if :: PROPERTY == 3 -> refused = 1 :: else fi }
inline handed_over() { if :: PROPERTY == 1 -> refused = 0 :: else fi }
inline cooled_down() { if :: refused == 2 -> refused = 0 :: else fi }
inline asked_back() { refused = 0 }
inline touch() { assert(refused == 0) }
"""


def promela(machine: Machine) -> str:
    """The model; ends in a newline."""
    names = keys(state.id for state in machine.states)
    answered = sorted({move.event.partition(":")[2] for move in machine.transitions if ":" in move.event})
    made = dict(zip(answered, (f"made_{name}" for name in keys(answered)), strict=True))
    lines = [f"/* The machine {_said(machine.name)}, {machine.hash[:12]}.", *_HOW.splitlines(), *_HEAD.splitlines()]
    lines += ["", *(f"bool {flag};  /* the step {_said(step)} was made */" for step, flag in made.items())] if made else []
    lines += ["", "active proctype person() {"]
    for state, moves in zip(machine.states, outgoing(machine), strict=True):
        lines += _state(machine, state, moves, names, made)
    return "\n".join([*lines, "}"]) + "\n"


def _said(text: str) -> str:
    """A text that cannot end a comment."""
    return repr(text).replace("*/", "* /").replace("/*", "/ *")


def _state(machine: Machine, state: State, moves: tuple[Transition, ...], names: list[str], made: dict[str, str]) -> Iterator[str]:
    yield f"end_{names[state.index]}:  /* {_said(state.id)} */"
    yield "  if"
    listened = {move.event for move in moves}
    for event in _REFUSALS:
        if event not in listened:
            yield _choice(event, _unheard(event), names[state.index], made)
    for move in moves:
        yield _choice(move.event, _heard(move.event, state, machine.states[move.target], made), names[move.target], made)
    yield "  fi;"


def _choice(event: str, happens: list[str], target: str, made: dict[str, str]) -> str:
    """One thing that may happen: what it needs, what it does, where it leads."""
    name, _, step = event.partition(":")
    needs = [*(["touched"] if name.startswith(_ANSWERS) else []), *([made[step]] if step else [])]
    body = "; ".join([*happens, f"goto end_{target}"])
    return f"  :: atomic {{ {' && '.join(needs) or 'true'} -> {body} }}  /* {_said(event)} */"


def _unheard(event: str) -> list[str]:
    """A refusal to which nobody listens: no cooldown that runs is for it."""
    return {"replied.negative": ["says_no(0)"], "unsubscribed": ["opts_out()"], "account.opted_out": ["colleague_opts_out()"]}[event]


def _heard(event: str, source: State, target: State, made: dict[str, str] | None = None) -> list[str]:
    """What an event means to the properties."""
    name = event.partition(":")[0]
    found = []
    if name == "replied.negative":
        found.append(f"says_no({1 if target.kind == 'end' else 0})")
    elif name == "unsubscribed":
        found.append("opts_out()")
    elif name == "account.opted_out":
        found.append("colleague_opts_out()")
    elif name == "replied.positive" and target.kind == "task":
        found.append("handed_over()")
    elif name in ("cooled", "asked_back"):
        found.append("cooled_down()" if name == "cooled" else "asked_back()")
    if (target.kind == "touch" and target is not source) or (source.kind == "touch" and name == "done"):
        found.append("touch()")
    if source.kind == "touch" and name == "done":
        found += ["touched = true", *([f"{made[source.step]} = true"] if made and source.step in made else [])]
    return found
