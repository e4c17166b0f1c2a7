"""Text: what a playbook says to people, read once for all rules that judge it.

`Subject.readings` gives a `Reading` of each message: its words, sentences, asks and phrases, each with its place in the file. What a rule asks
for is computed when it is first asked for. The words that the rules look for are data: `english/*.txt`.
"""

from __future__ import annotations

from .passages import Passage, passages, written
from .reading import Reading, readings

__all__ = ["Passage", "Reading", "passages", "readings", "written"]
