"""Rules: what is wrong with a playbook, proved where it is about behaviour, with a story that shows it.

`lint(paths, as_of=...)` judges files and gives a `Report`. A rule is one file in the folder of its family, with its page beside it; see
`registry.py`. Proofs are in `proof/`. What is exported here is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .context import Context as Context
    from .context import Subject as Subject
    from .registry import PROFILES as PROFILES
    from .registry import Rule as Rule
    from .registry import catalogue as catalogue
    from .registry import named as named
    from .registry import rule as rule
    from .run import Report as Report
    from .run import lint as lint

_HOMES: dict[str, str] = {
    **dict.fromkeys(("Context", "Subject"), "context"),
    **dict.fromkeys(("PROFILES", "Rule", "catalogue", "named", "rule"), "registry"),
    **dict.fromkeys(("Report", "lint"), "run"),
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = found
    return found
