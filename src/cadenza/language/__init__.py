"""The language room: from YAML to a typed Playbook whose every value knows its line and column.

`load_workspace`, `load_playbook` and `load_simulation` give values or raise `Refused` with everything that is wrong; `collect_playbook`
gives both, for lint; `playbooks_of` loads a simulation's playbooks with a scenario's changes. What is exported here is imported when it is
first used, so that `import cadenza.language` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .build import collect_playbook as collect_playbook
    from .build import load_playbook as load_playbook
    from .build import load_simulation as load_simulation
    from .build import load_workspace as load_workspace
    from .findings import Finding as Finding
    from .findings import Level as Level
    from .findings import Refused as Refused
    from .messages import read_message as read_message
    from .messages import render_message as render_message
    from .model import Playbook as Playbook
    from .model import Simulation as Simulation
    from .model import Workspace as Workspace
    from .people import Person as Person
    from .people import read_people as read_people
    from .people import read_suppression as read_suppression
    from .scenario import playbooks_of as playbooks_of
    from .schemas import schema_folder as schema_folder
    from .validate import validate as validate
    from .yaml import read as read

_HOMES: dict[str, str] = {
    **dict.fromkeys(("collect_playbook", "load_playbook", "load_simulation", "load_workspace"), "build"),
    **dict.fromkeys(("Finding", "Level", "Refused"), "findings"),
    **dict.fromkeys(("read_message", "render_message"), "messages"),
    **dict.fromkeys(("Playbook", "Simulation", "Workspace"), "model"),
    **dict.fromkeys(("Person", "read_people", "read_suppression"), "people"),
    "playbooks_of": "scenario",
    "read": "yaml",
    "schema_folder": "schemas",
    "validate": "validate",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
