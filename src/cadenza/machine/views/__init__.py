"""Pictures of a machine, and its form for other people's tools.

`mermaid` and `dot` draw the outline (one box for each step, pause, task and outcome) or, with `full=True`, every state. `scxml` and `xstate` are
the whole machine for W3C SCXML processors and for XState v5; `promela` is for the model checker SPIN. None of them adds or loses behaviour
knowingly: what a target cannot say (business time, windows) travels beside it, as parameters of actions.
"""

from .dot import dot
from .mermaid import mermaid
from .promela import promela
from .scxml import scxml
from .xstate import xstate

__all__ = ["dot", "mermaid", "promela", "scxml", "xstate"]
