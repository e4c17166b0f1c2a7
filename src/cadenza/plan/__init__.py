"""Plans: a machine and a list of people give touches with an address, an hour, a text and guards. One file an emitter, in `emitters/`."""

from ..machine.log import Entry, read_log
from .schedule import plan
from .types import FORMAT_VERSION, Guard, LeftOut, Schedule, Touch

__all__ = ["FORMAT_VERSION", "Entry", "Guard", "LeftOut", "Schedule", "Touch", "plan", "read_log"]
