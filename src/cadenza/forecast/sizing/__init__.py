"""Sizing: how many contacts, people and mailboxes it takes, and from when on a pipeline carries itself.

`size(simulation, ...)` turns a target around: instead of asking what a plan brings, it asks for the least plan that brings it with a given
probability. Every try meets the same people with the same luck, so more of anything is compared with less of it, not with other luck.
"""

from __future__ import annotations

from .levers import Levers, Setting
from .mass import Mass, Rule
from .need import Need, Relaxed
from .sizes import Sizes, size
from .touches import TouchCurve, TouchPoint, touch_curve
from .wanted import NoTarget, Wanted, wanted_of

__all__ = [
    "Levers",
    "Mass",
    "Need",
    "NoTarget",
    "Relaxed",
    "Rule",
    "Setting",
    "Sizes",
    "TouchCurve",
    "TouchPoint",
    "Wanted",
    "size",
    "touch_curve",
    "wanted_of",
]
