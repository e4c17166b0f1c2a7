"""Names that must mean something: steps, roles, senders, personas, channels. What refers to nothing is Y004, with the name that was meant."""

from __future__ import annotations

from pathlib import Path

from .findings import Finding
from .model import Workspace
from .nodes import Map


def check_workspace(root: Path, node: Map) -> list[Finding]:
    return []


def check_playbook(workspace: Workspace, node: Map) -> list[Finding]:
    return []


def check_simulation(node: Map) -> list[Finding]:
    return []
