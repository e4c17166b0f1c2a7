"""The machine room: a playbook as a finite state machine, and everything that reads it the same way.

`lower` compiles; `begin` and `step` run; `table`, `outgoing`, `reach`, `shortest` and `loops` look at it as a graph; `dumps` and `loads` are its
canonical JSON; `views` draws it (Mermaid, Graphviz DOT, SCXML, XState).
"""

from .canon import FORMAT, NotAMachine, digest, dumps, loads
from .graph import alphabet, find, incoming, loops, outgoing, reach, shortest, table
from .lower import lower
from .runtime import begin, step
from .types import RANKS, Action, Clock, Event, Life, Machine, State, StepInfo, Timer, Transition, rank

__all__ = [
    "FORMAT",
    "RANKS",
    "Action",
    "Clock",
    "Event",
    "Life",
    "Machine",
    "NotAMachine",
    "State",
    "StepInfo",
    "Timer",
    "Transition",
    "alphabet",
    "begin",
    "digest",
    "dumps",
    "find",
    "incoming",
    "loads",
    "loops",
    "lower",
    "outgoing",
    "rank",
    "reach",
    "shortest",
    "step",
    "table",
]
