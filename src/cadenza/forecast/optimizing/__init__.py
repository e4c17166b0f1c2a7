"""Optimizing: other spacings, orders, lengths, enrolments and staffings of a playbook, as edits of its text.

`optimize(simulation, ...)` looks for playbooks that bring more meetings for fewer opt-outs and hours, and never proposes one that lint rejects.
A candidate is a text: it is edited, loaded, simulated and judged by the rules exactly as it would be if somebody had written it. All candidates
meet the same people with the same luck; few runs weed out, more runs decide, and fresh runs say what the best are worth. The same budget and seed
give the same answer.
"""

from __future__ import annotations

from .optimum import Candidate, Optimum, Rejected, optimize
from .plans import Bounds, Plan

__all__ = ["Bounds", "Candidate", "Optimum", "Plan", "Rejected", "optimize"]
