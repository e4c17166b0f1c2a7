"""A world small enough to know the truth about: a fake engine whose counts are functions of (point, replication), with draws like the real one."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

# Workers unpickle the fake engine by its module's name, which spawned processes must be able to import.
sys.path.insert(0, str(Path(__file__).parent))
_ = importlib.util.find_spec("fake_engine")
