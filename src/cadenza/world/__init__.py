"""The world: how people respond. Assumptions, draws, people, capacity; together with the machines, a `Program` of flat arrays.

`resolve(playbook)` gives the assumptions with the shipped table under them; `build(playbooks, start, horizon, seed)` the program that every
engine runs; `draw_rates(program, replication)` what is uncertain, drawn once for a replication.
"""

from .assumptions import Assumptions, resolve
from .build import build
from .program import Program
from .rates import Rates, draw_rates

__all__ = ["Assumptions", "Program", "Rates", "build", "draw_rates", "resolve"]
