"""The factory that gives a test its playbook, from YAML text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import playbooks

from cadenza.language import Playbook


@pytest.fixture
def make_playbook(tmp_path: Path) -> Callable[..., Playbook]:
    """`make_playbook(text, **files)`: see `support.playbooks.make_playbook`."""

    def make(text: str, **files: str) -> Playbook:
        return playbooks.make_playbook(tmp_path, text, **files)

    return make
