"""Playbook tests: what happens to one person, and what is expected of us, run through the playbook's own machine and calendars.

`check` runs files of cases; `load_suite`, `run` and `judge` are its parts; `coverage` says which ways through the playbook no case tries, and
`suggestion` which case to write.
"""

from .coverage import Coverage, Way, coverage
from .draft import drafted
from .files import find_suites, is_suite
from .judge import Check, Row, Verdict, judge
from .load import load_suite
from .model import Case, Suite
from .moments import Moment, Scene
from .report import Report, Tried, best, check
from .run import Story, run
from .suggest import Suggestion, suggestion

__all__ = [
    "Case",
    "Check",
    "Coverage",
    "Moment",
    "Report",
    "Row",
    "Scene",
    "Story",
    "Suggestion",
    "Suite",
    "Tried",
    "Verdict",
    "Way",
    "best",
    "check",
    "coverage",
    "drafted",
    "find_suites",
    "is_suite",
    "judge",
    "load_suite",
    "run",
    "suggestion",
]
